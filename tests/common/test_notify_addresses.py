"""Who is not written to: nobody enrolled, an address held, taken out, changed or erased meanwhile."""

from __future__ import annotations

from dataclasses import replace

from tests.common.notifying import PERSON, World, a_mention, email, phone, told
from tests.fakes import SentMail, SentSms
from vigie.errors import ChannelError
from vigie.model import (
    DeliveryState,
    MentionStatus,
    Roster,
    Severity,
)

THROTTLED = ChannelError("Throttling", wide=True)


def test_without_recipients_a_mention_is_settled_and_the_operator_told() -> None:
    world = World()
    world.store.rosters[PERSON] = Roster(PERSON, ())
    world.found("m1", "m2")

    world.flush()
    world.flush()

    assert MentionStatus.SETTLED is world.row("m1").status
    assert 1 == told(world, "without a working address")


def test_without_a_roster_it_is_the_same() -> None:
    world = World()
    del world.store.rosters[PERSON]
    world.found("m1")

    world.flush()

    assert MentionStatus.SETTLED is world.row("m1").status
    assert 1 == told(world, "without a working address")


def test_a_refusal_for_good_holds_the_address_and_tells_the_operator() -> None:
    world = World(mail=SentMail([ChannelError("invalid_address", permanent=True)]))
    world.found("m1")

    world.flush()

    assert DeliveryState.UNDELIVERABLE is world.state("m1")
    assert "refused" == world.store.rosters[PERSON].recipients[0].held_reason
    assert 1 == told(world, "address is held")

    world.found("m2")
    world.flush()
    assert (DeliveryState.UNDELIVERABLE, "refused") == (world.state("m2"), world.reason("m2"))
    assert 1 == told(world, "without a working address")
    assert 1 == world.mail.calls


def test_someone_who_opted_out_of_sms_is_held_for_that() -> None:
    world = World(email(), phone(), sms=SentSms([ChannelError("opted_out", permanent=True)]))
    world.found(a_mention("m1", severity=Severity.URGENT))

    world.flush()

    assert "opted_out" == world.store.rosters[PERSON].recipients[1].held_reason
    assert {"m1": 1} == world.copies()


def test_what_waits_for_an_address_that_is_held_since_ends_and_the_operator_is_told() -> None:
    world = World(mail=SentMail([THROTTLED]))
    world.found("m1")
    world.flush()
    world.store.hold_address(PERSON, "rmail", "complained")

    world.pass_time(10)

    assert (DeliveryState.UNDELIVERABLE, "complained") == (world.state("m1"), world.reason("m1"))
    assert MentionStatus.SETTLED is world.row("m1").status
    assert 1 == told(world, "without a working address")


def test_what_waits_for_a_recipient_who_was_removed_is_suppressed() -> None:
    world = World(email("r1"), email("r2"), mail=SentMail([ChannelError("x"), ChannelError("x")]))
    world.found("m1")
    world.flush()
    roster = world.store.rosters[PERSON]
    world.store.rosters[PERSON] = replace(roster, recipients=roster.recipients[:1], version=roster.version + 1)

    world.pass_time(10)

    assert (DeliveryState.SUPPRESSED, "recipient_removed") == (world.state("m1", "r2"), world.reason("m1", "r2"))
    assert DeliveryState.DELIVERED is world.state("m1", "r1")
    assert MentionStatus.SETTLED is world.row("m1").status


def test_an_address_changed_between_the_look_and_the_intent_gets_nothing_under_the_old_one() -> None:
    """I4: the intent is conditional on the recipients as they were read; the next look reads them anew."""
    world = World()
    world.found("m1")
    write = world.store.write_intent

    def changed_first(alert: object, mentions: object) -> bool:
        roster = world.store.rosters[PERSON]
        if roster.version == 1:
            recipients = (replace(email("r2"), address="nouveau@cabinet.example"),)
            world.store.rosters[PERSON] = replace(roster, recipients=recipients, version=2)
        return write(alert, mentions)  # type: ignore[arg-type]

    world.store.write_intent = changed_first  # type: ignore[method-assign]

    world.flush()

    assert [] == world.mail.to("rmail@cabinet.example")
    assert (DeliveryState.SUPPRESSED, "recipient_removed") == (world.state("m1"), world.reason("m1"))


def test_a_practitioner_erased_before_the_intent_gets_no_message() -> None:
    world = World()
    world.found("m1")
    alerts_since = world.store.alerts_since

    def erased_first(practitioner_id: str, since: object) -> object:
        world.store.people.pop(PERSON, None)
        return alerts_since(practitioner_id, since)  # type: ignore[arg-type]

    world.store.alerts_since = erased_first  # type: ignore[assignment, method-assign]

    world.flush()

    assert 0 == len(world.mail.sent)
