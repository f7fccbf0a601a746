"""The notifier over the store in memory: what is told, to whom, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.common.notifying import CAPS, PERSON, World, a_mention, a_person, email, ids, phone
from tests.conftest import NOW
from tests.fakes import SentMail
from vigie.decide import Caps
from vigie.errors import ChannelError
from vigie.model import (
    AlertState,
    Confidence,
    DeliveryState,
    MentionStatus,
    Pointer,
    Severity,
)
from vigie.notify import FlushOutcome

THROTTLED = ChannelError("Throttling", wide=True)


def test_everything_pending_goes_in_one_mail_and_then_nothing_more() -> None:
    world = World()
    world.found("m1", "m2")

    report = world.flush()
    world.flush()

    assert FlushOutcome.DONE is report.outcome
    assert {"expanded": 2, "accepted": 1} == report.counts
    assert {"m1": 1, "m2": 1} == world.copies()
    assert 1 == len(world.mail.sent)
    assert [MentionStatus.SETTLED] * 2 == [world.row(m).status for m in ("m1", "m2")]
    assert [None] * 2 == [world.row(m).due_at for m in ("m1", "m2")]


def test_what_was_sent_is_on_record_with_the_address_as_it_was() -> None:
    world = World()
    world.found("m1")

    world.flush()

    (alert,) = world.alerts()
    assert (AlertState.ACCEPTED, "mail-1", "rmail@cabinet.example", ("m1",)) == (
        alert.state,
        alert.provider_id,
        alert.address,
        alert.mention_ids,
    )
    assert [(PERSON, alert.alert_id)] == [(t.practitioner_id, t.alert_id) for _, t in world.mail.sent]


def test_an_urgent_mention_also_goes_by_sms_and_another_does_not() -> None:
    world = World(email(), phone())
    world.found(a_mention("calm"), a_mention("grave", severity=Severity.URGENT))

    world.flush()

    assert {"calm": 1, "grave": 1} == world.copies()
    assert {"grave": 1} == world.copies(world.sms)
    assert "below_min_severity" == world.reason("calm", "rsms")
    assert [] == world.open_deliveries()


def test_an_unsure_mention_goes_by_mail_and_by_sms_only_when_urgent() -> None:
    world = World(email(), phone(min_severity=Severity.INFO))
    world.found(
        a_mention("unsure", confidence=Confidence.PROBABLE),
        a_mention("grave", confidence=Confidence.PROBABLE, severity=Severity.URGENT),
    )

    world.flush()

    assert {"unsure": 1, "grave": 1} == world.copies()
    assert {"grave": 1} == world.copies(world.sms)


def test_a_mail_holds_fifty_mentions_and_says_how_many_wait() -> None:
    world = World()
    world.found(*ids("m", range(120)))

    world.flush()
    world.pass_time(15)

    assert ["50 +70", "50 +20", "20 +0"] == [message.subject for message in world.mail.messages]
    assert {1} == set(world.copies().values())
    assert [] == world.open_deliveries()


def test_the_hourly_cap_holds_messages_back_and_loses_none() -> None:
    """Seven mentions, ten minutes apart: six mails in the hour, and the seventh when the first is an hour old."""
    world = World()
    sent_at = []
    for key in ids("m", range(8)):
        world.found(a_mention(key, found_at=world.now))
        world.flush()
        sent_at.append(len(world.mail.sent))
        world.later(minutes=7)

    assert [1, 2, 3, 4, 5, 6, 6, 6] == sent_at
    assert world.now < (world.row("m007").due_at or NOW)
    world.pass_time(30)
    assert 7 == len(world.mail.sent)
    assert {1} == set(world.copies().values())


def test_caps_are_of_a_channel_and_of_a_recipient() -> None:
    world = World(email("r1"), email("r2"), phone(min_severity=Severity.INFO))
    world.notifier = world.worker(caps={"email": Caps(1, 5), "sms": Caps(2, 2)})
    for key in ids("m", range(3)):
        world.found(key)
        world.flush()
        world.later(minutes=3)

    assert {"r1@cabinet.example": 1, "r2@cabinet.example": 1} == {
        address: len(world.mail.to(address)) for address in ("r1@cabinet.example", "r2@cabinet.example")
    }
    assert 2 == len(world.sms.sent)


def test_another_worker_at_it_means_the_pointer_is_dropped() -> None:
    world = World()
    world.found("m1")
    world.store.take_lease(PERSON, "other", world.now, world.now + timedelta(minutes=2))

    assert FlushOutcome.BUSY is world.flush().outcome
    assert 0 == len(world.mail.sent)


def test_a_pointer_dropped_while_we_were_at_it_is_made_good_at_once() -> None:
    """A mention recorded while the mail is being sent finds us busy; we look again, and need no sweep."""
    world = World()
    world.found("m1")
    send = world.mail.send

    def meanwhile(message: object, tags: object) -> str:
        if not world.mail.sent:
            world.found("m2")
            assert FlushOutcome.BUSY is world.worker().flush(Pointer(PERSON)).outcome
        return send(message, tags)  # type: ignore[arg-type]

    world.mail.send = meanwhile  # type: ignore[method-assign]

    world.flush()

    assert {"m1": 1, "m2": 1} == world.copies()


def test_a_pointer_to_nobody_deletes_what_was_kept() -> None:
    world = World()
    world.found("m1")
    world.flush()
    world.found("m2")
    del world.store.people[PERSON]

    report = world.flush()

    assert (FlushOutcome.GONE, {"purged": 4}) == (report.outcome, report.counts)
    assert ({}, {}, {}) == (world.store.mention_rows, world.store.alert_rows, world.store.rosters)
    assert 1 == len(world.mail.sent)


def test_a_pause_keeps_everything_for_one_mail_at_its_end() -> None:
    world = World()
    world.store.people[PERSON] = a_person(status="paused")
    world.found("m1", "m2")

    assert FlushOutcome.PAUSED is world.flush().outcome
    world.pass_time(600)
    assert 0 == len(world.mail.sent)

    world.store.people[PERSON] = a_person()
    world.pass_time(400)
    assert 1 == len(world.mail.sent)
    assert {"m1": 1, "m2": 1} == world.copies()


def test_a_paused_persons_mentions_do_not_occupy_every_tick() -> None:
    world = World()
    world.store.people[PERSON] = a_person(status="paused")
    world.found("m1")

    world.later(minutes=5)

    assert [1, 0, 0] == [world.sweep(), world.sweep(), world.sweep()]


def test_a_mention_found_during_a_pause_is_put_off_at_its_own_pointer() -> None:
    """Else every one of them would come back by the sweep, two minutes later."""
    world = World()
    world.store.people[PERSON] = a_person(status="paused")
    world.found("m1")

    world.flush()
    world.later(minutes=5)

    assert 0 == world.sweep()


def test_a_slow_worker_whose_lease_would_lapse_during_the_send_does_not_send() -> None:
    """The fence: the intent is written, ninety seconds go by before the call, and another may be at it any moment."""
    world = World()
    world.found("m1")
    write = world.store.write_intent

    def slow(alert: object, mentions: object) -> bool:
        written = write(alert, mentions)  # type: ignore[arg-type]
        if not world.mail.sent and len(world.alerts()) == 1:
            world.later(seconds=90)
        return written

    world.store.write_intent = slow  # type: ignore[method-assign]

    world.flush()

    assert 0 == len(world.mail.sent)
    assert DeliveryState.PENDING is world.state("m1")
    world.pass_time(10)
    assert {"m1": 1} == world.copies()
    assert [] == world.operator.told


def test_a_flood_is_told_within_the_caps() -> None:
    """I9: at most fifty mentions a mail, never more mails in the hour than the cap, and nothing twice."""
    world = World()
    world.found(*ids("m", range(1_000)))

    for _ in range(11):
        world.flush()
        world.pass_time(5)

    assert CAPS["email"].per_hour >= len(world.mail.sent)
    assert all(len(message.text.splitlines()) <= 50 for message in world.mail.messages)
    assert {1} == set(world.copies().values())


def test_a_pointer_to_a_closed_mention_erases_its_text_once_it_has_expired() -> None:
    world = World()
    world.found(a_mention("m1", expires_at=NOW + timedelta(days=90)))
    world.flush()

    assert {"faded": 0} == world.notifier.flush(Pointer(PERSON, "m1")).counts
    world.later(days=91)
    assert {"faded": 1} == world.notifier.flush(Pointer(PERSON, "m1")).counts

    assert ("", "", MentionStatus.SETTLED) == (world.row("m1").title, world.row("m1").url, world.row("m1").status)


def test_the_pointer_of_a_new_mention_costs_no_look_for_expired_text() -> None:
    world = World()
    world.found("m1")
    world.store.fade = None  # type: ignore[assignment, method-assign]

    world.notifier.flush(Pointer(PERSON, "m1"))

    assert {"m1": 1} == world.copies()


def test_a_flood_is_expanded_in_portions() -> None:
    """Each expansion is a write, and the lease lasts two minutes: a thousand of them would outlive it."""
    world = World()
    world.found(*ids("m", range(450)))

    first = world.flush().counts["expanded"]
    world.pass_time(15)

    assert 200 == first
    assert all(mention.deliveries is not None for mention in world.store.mention_rows.values())


def test_a_message_goes_to_the_address_of_the_intent_and_says_its_language() -> None:
    """I4 is not left to what a channel composed."""
    world = World(email(language="en"))
    world.found("m1")

    world.flush()

    assert [("rmail@cabinet.example", "en")] == [(m.to, m.language) for m in world.mail.messages]


def test_nobody_is_named_to_the_operator_or_in_the_logs(caplog: pytest.LogCaptureFixture) -> None:
    """I8: ids, counts and codes only."""
    planted = ("cabinet.example", "Morvant", "Sujet", "forum.example", "+3363")
    world = World(email(), phone(), mail=SentMail([THROTTLED, ChannelError("invalid_address", permanent=True)]))
    world.found(a_mention("m1", severity=Severity.URGENT), a_mention("m2", title="poison"))

    with caplog.at_level("DEBUG"):
        world.flush()
        world.pass_time(30)
        world.found("m3")
        world.flush()

    said = caplog.text + repr(world.operator.told)
    assert world.operator.told
    assert [] == [word for word in planted if word in said]
