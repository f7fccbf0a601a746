"""The notifier over the store in memory: what is told, to whom, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.common.notifying import CAPS, PERSON, World, a_mention, a_person, email, ids, phone, told
from tests.conftest import NOW
from tests.fakes import Lost, SentMail, SentSms
from vigie.decide import Caps
from vigie.errors import ChannelError
from vigie.events import DeliveryEvent
from vigie.model import (
    AlertState,
    Confidence,
    DeliveryState,
    MentionStatus,
    Pointer,
    Roster,
    Severity,
)
from vigie.notify import FlushOutcome
from vigie.protocol import Event

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


def test_a_throttled_provider_is_tried_again_and_then_everything_goes_in_one_mail() -> None:
    world = World(mail=SentMail([THROTTLED, THROTTLED]))
    world.found("m1")
    world.flush()
    world.found("m2")
    world.flush()  # within the back-off: not even tried
    assert 1 == world.mail.calls

    world.pass_time(20)

    assert ["2 +0"] == [message.subject for message in world.mail.messages]
    assert [] == world.open_deliveries()
    assert 1 == told(world, "refused (Throttling)")


def test_a_provider_down_for_six_hours_makes_one_mail_a_person_afterwards() -> None:
    """And the operator is told once an hour at most, whatever came in meanwhile."""
    world = World(mail=SentMail([THROTTLED] * 1_000))
    for hour in range(6):
        world.found(*ids(f"h{hour}m", range(3)))
        world.pass_time(60)
    assert 0 == len(world.mail.sent)
    assert world.mail.calls <= 6 + 2 * 6, "it is left alone for longer and longer"
    assert 6 >= told(world, "refused")

    world.mail.script.clear()
    world.pass_time(60)

    assert ["18 +0"] == [message.subject for message in world.mail.messages]
    assert [] == world.open_deliveries()


def test_a_provider_that_does_not_answer_for_six_hours_makes_one_mail_afterwards() -> None:
    """Each call ends in doubt: the mentions are SENDING for half an hour, and must not fall into step apart."""
    world = World(mail=SentMail([ChannelError("InternalFailure", ambiguous=True)] * 1_000))
    for key in ids("m", range(36)):
        world.found(a_mention(key, found_at=world.now, due_at=world.now + timedelta(minutes=2)))
        world.flush()
        world.pass_time(10, events=False)
    assert 0 == len(world.mail.sent)

    world.mail.script.clear()
    world.pass_time(120)

    assert {1} == set(world.copies().values())
    assert 1 == len(world.mail.sent)
    assert 36 == len(world.copies())
    assert [] == world.open_deliveries()


def test_a_provider_that_does_not_answer_is_not_waited_for_again_at_once() -> None:
    """Thirty seconds of silence for each of ten people would be longer than a function may live."""
    world = World(email("r1"), email("r2"), mail=SentMail([ChannelError("ReadTimeoutError", ambiguous=True)]))
    world.found("m1")

    world.flush()
    assert 1 == world.mail.calls
    world.pass_time(60)

    assert [1, 1] == [len(world.mail.to(f"{key}@cabinet.example")) for key in ("r1", "r2")]


def test_one_address_refused_for_now_does_not_hold_back_the_others() -> None:
    """The sandbox refuses one unverified recipient; the next one is fine."""
    world = World(email("r1"), email("r2"), mail=SentMail([ChannelError("not_verified")]))
    world.found("m1")

    world.flush()

    assert 1 == len(world.mail.to("r2@cabinet.example"))
    assert (DeliveryState.PENDING, DeliveryState.DELIVERED) == (world.state("m1", "r1"), world.state("m1", "r2"))


def test_a_provider_that_refuses_everybody_is_not_asked_for_the_next_person() -> None:
    world = World(email("r1"), email("r2"), phone(min_severity=Severity.INFO), mail=SentMail([THROTTLED]))
    world.found("m1")

    world.flush()

    assert 1 == world.mail.calls
    assert 1 == len(world.sms.sent), "the other channel is another provider"


def test_a_lost_reply_is_settled_by_the_providers_own_event() -> None:
    world = World(mail=SentMail([Lost()]))
    world.found("m1")

    world.flush()
    assert DeliveryState.SENDING is world.state("m1")
    world.pass_time(60)

    assert DeliveryState.DELIVERED is world.state("m1")
    assert MentionStatus.SETTLED is world.row("m1").status
    assert {"m1": 1} == world.copies()


def test_a_lost_message_is_sent_again_after_the_silence_limit() -> None:
    world = World(mail=SentMail([ChannelError("time-out", ambiguous=True)]))
    world.found("m1")

    world.flush()
    world.pass_time(25)
    assert 0 == len(world.mail.sent)
    world.pass_time(10)

    assert {"m1": 1} == world.copies()
    assert [AlertState.SILENT, AlertState.ACCEPTED] == [alert.state for alert in world.alerts()]


def test_an_event_that_comes_after_the_silence_limit_prevents_the_second_copy() -> None:
    """The first attempt is given up, and the mention waits (here: for the cap) when the late news arrives."""
    world = World(mail=SentMail([Lost()]))
    world.notifier = world.worker(caps={"email": Caps(1, 5)})
    world.found("m1")
    world.flush()
    world.later(minutes=31)
    world.sweep()
    assert (DeliveryState.PENDING, AlertState.SILENT) == (world.state("m1"), world.alerts()[0].state)

    world.events()
    world.pass_time(120)

    assert {"m1": 1} == world.copies()
    assert (DeliveryState.DELIVERED, AlertState.ACCEPTED) == (world.state("m1"), world.alerts()[0].state)


def test_an_sms_is_never_sent_again_on_doubt() -> None:
    world = World(phone(), sms=SentSms([Lost()]))
    world.found(a_mention("m1", severity=Severity.URGENT))

    world.flush()
    world.pass_time(24 * 60)

    assert {"m1": 1} == world.copies(world.sms)
    assert DeliveryState.UNKNOWN is world.state("m1", "rsms")
    assert MentionStatus.SETTLED is world.row("m1").status


def test_one_mention_that_cannot_be_composed_is_told_without_its_text() -> None:
    world = World()
    world.found("m1", a_mention("m2", title="poison"), "m3")

    report = world.flush()

    assert ["m1 Sujet m1", "m2 (not shown)", "m3 Sujet m3"] == sorted(world.mail.messages[0].text.splitlines())
    assert 1 == report.counts["render_failed"]
    assert [] == world.open_deliveries()


def test_a_defect_of_one_channel_does_not_hold_back_the_other() -> None:
    class Broken(SentMail):
        def send(self, message: object, tags: object) -> str:
            raise TypeError("rmail@cabinet.example")

    world = World(email(), phone(), mail=Broken())
    world.found(a_mention("m1", severity=Severity.URGENT))

    world.flush()

    assert 1 == len(world.sms.sent)
    assert DeliveryState.SENDING is world.state("m1"), "nobody can tell how far it came"


def test_a_message_rejected_for_what_it_says_goes_again_without_the_texts() -> None:
    world = World(mail=SentMail([ChannelError("message_rejected", content=True)]))
    world.found("m1", "m2")

    world.flush()

    assert ["m1 (not shown)", "m2 (not shown)"] == sorted(world.mail.messages[0].text.splitlines())
    assert [] == world.open_deliveries()


def test_a_message_rejected_even_then_ends_and_the_operator_is_told() -> None:
    rejected = ChannelError("message_rejected", content=True)
    world = World(mail=SentMail([rejected, rejected]))
    world.found("m1")

    world.flush()
    world.pass_time(60)

    assert (DeliveryState.UNDELIVERABLE, 2) == (world.state("m1"), world.mail.calls)
    assert 1 == told(world, "rejected")


def test_a_roster_with_an_unknown_channel_does_not_stop_the_others() -> None:
    world = World(email(), email("rfax", channel="fax"))
    world.found("m1")

    world.flush()

    assert {"m1": 1} == world.copies()
    assert (DeliveryState.UNDELIVERABLE, "no_such_channel") == (world.state("m1", "rfax"), world.reason("m1", "rfax"))


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


def test_the_operator_hears_of_one_trouble_once_an_hour_whichever_worker_meets_it() -> None:
    """A worker that remembers nothing finds what another was refused among the alerts."""
    world = World(mail=SentMail([THROTTLED] * 100))
    world.found("m1")

    for _ in range(10):
        world.notifier = world.worker()
        world.flush()
        world.later(minutes=5)

    assert 1 == told(world, "refused")


# -- delivery events ---------------------------------------------------------------------------------------------


def sent_one() -> tuple[World, str]:
    world = World()
    world.found("m1")
    world.flush()
    return world, world.alerts()[0].alert_id


def event(kind: Event, alert_id: str, *, permanent: bool = True) -> DeliveryEvent:
    return DeliveryEvent(kind, PERSON, alert_id, "mail-1", permanent)


@pytest.mark.parametrize("order", [[Event.SENT, Event.ARRIVED], [Event.ARRIVED, Event.SENT], [Event.ARRIVED] * 3])
def test_a_delivery_is_recorded_in_whatever_order_and_number_its_events_come(order: list[Event]) -> None:
    world, alert_id = sent_one()

    for kind in order:
        world.notifier.settle_event(event(kind, alert_id))

    assert (AlertState.DELIVERED, DeliveryState.DELIVERED) == (world.alerts()[0].state, world.state("m1"))


def test_a_hard_bounce_holds_the_address_ends_the_delivery_and_tells_the_operator_once() -> None:
    world, alert_id = sent_one()

    told_something = [world.notifier.settle_event(event(Event.BOUNCED, alert_id)) for _ in range(3)]

    assert [True, False, False] == told_something
    assert "bounced" == world.store.rosters[PERSON].recipients[0].held_reason
    assert (AlertState.BOUNCED, DeliveryState.UNDELIVERABLE) == (world.alerts()[0].state, world.state("m1"))
    assert 1 == told(world, "held (bounced)")
    world.found("m2")
    world.flush()
    assert 1 == len(world.mail.sent)


def test_a_soft_bounce_changes_nothing() -> None:
    world, alert_id = sent_one()

    assert not world.notifier.settle_event(event(Event.BOUNCED, alert_id, permanent=False))
    assert None is world.store.rosters[PERSON].recipients[0].held_reason
    assert DeliveryState.DELIVERED is world.state("m1")


def test_a_complaint_holds_the_address_though_the_mail_was_delivered() -> None:
    world, alert_id = sent_one()

    world.notifier.settle_event(event(Event.COMPLAINED, alert_id))

    assert "complained" == world.store.rosters[PERSON].recipients[0].held_reason
    assert (AlertState.COMPLAINED, DeliveryState.DELIVERED) == (world.alerts()[0].state, world.state("m1"))
    assert 1 == told(world, "held (complained)")


def test_a_mail_rejected_after_it_was_taken_goes_again_without_the_texts() -> None:
    world, alert_id = sent_one()

    world.notifier.settle_event(event(Event.REJECTED, alert_id))
    assert (AlertState.REFUSED, DeliveryState.PENDING) == (world.alerts()[0].state, world.state("m1"))
    world.notifier.settle_event(event(Event.SENT, alert_id))
    world.pass_time(10)

    assert "m1 (not shown)" == world.mail.messages[1].text
    assert MentionStatus.SETTLED is world.row("m1").status


@pytest.mark.parametrize("kind", [Event.SENT, Event.BOUNCED, Event.COMPLAINED, Event.REJECTED])
def test_an_event_about_an_attempt_nobody_knows_is_harmless(kind: Event) -> None:
    world, _ = sent_one()
    before = (dict(world.store.alert_rows), dict(world.store.mention_rows), dict(world.store.rosters))

    assert not world.notifier.settle_event(event(kind, "aforeign"))
    assert not world.notifier.settle_event(DeliveryEvent(kind, "pforeign", world.alerts()[0].alert_id))
    assert before == (world.store.alert_rows, world.store.mention_rows, world.store.rosters)


def test_an_event_that_overtakes_the_reply_is_not_undone_by_it() -> None:
    """SES may tell of a message before its own answer reaches us."""
    world = World()
    world.found("m1")
    send = world.mail.send

    def overtaken(message: object, tags: object) -> str:
        reply = send(message, tags)  # type: ignore[arg-type]
        world.notifier.settle_event(event(Event.ARRIVED, world.alerts()[0].alert_id))
        return reply

    world.mail.send = overtaken  # type: ignore[method-assign]

    world.flush()

    assert (AlertState.DELIVERED, DeliveryState.DELIVERED) == (world.alerts()[0].state, world.state("m1"))


def test_a_bounce_that_races_with_the_reply_is_not_lost() -> None:
    """Both read the alert SENDING; the reply is written first; the bounce looks again."""
    world = World(mail=SentMail([Lost()]))
    world.found("m1")
    world.flush()
    (before,) = world.alerts()
    read = world.store.alert
    accepted = DeliveryEvent(Event.SENT, PERSON, before.alert_id, "mail-1")

    def overtaken(practitioner_id: str, alert_id: str) -> object:
        row = read(practitioner_id, alert_id)
        if row is before:
            world.store.alert = read  # type: ignore[method-assign]
            world.notifier.settle_event(accepted)
        return row

    world.store.alert = overtaken  # type: ignore[assignment, method-assign]

    assert world.notifier.settle_event(event(Event.BOUNCED, before.alert_id))
    assert (AlertState.BOUNCED, DeliveryState.UNDELIVERABLE) == (world.alerts()[0].state, world.state("m1"))


def test_the_providers_id_comes_from_its_reply_or_else_from_its_event() -> None:
    world, alert_id = sent_one()
    world.notifier.settle_event(DeliveryEvent(Event.ARRIVED, PERSON, alert_id, "another"))
    assert "mail-1" == world.alerts()[0].provider_id

    lost = World(mail=SentMail([Lost()]))
    lost.found("m1")
    lost.flush()
    lost.notifier.settle_event(DeliveryEvent(Event.SENT, PERSON, lost.alerts()[0].alert_id, "mail-9"))
    assert "mail-9" == lost.alerts()[0].provider_id


def test_late_news_of_an_older_attempt_does_not_settle_the_one_under_way() -> None:
    world = World(mail=SentMail([Lost(), Lost()]))
    world.found("m1")
    world.flush()
    world.later(minutes=31)
    world.sweep()
    first, second = world.alerts()

    world.notifier.settle_event(event(Event.BOUNCED, first.alert_id))

    assert (AlertState.BOUNCED, AlertState.SENDING) == tuple(alert.state for alert in world.alerts())
    assert (DeliveryState.SENDING, second.alert_id) == (
        world.state("m1"),
        (world.row("m1").deliveries or {})["rmail"].attempt_id,
    )


def test_the_events_of_an_ordinary_mail_read_no_mention() -> None:
    world, alert_id = sent_one()
    reads: list[str] = []
    world.store.mention = lambda _p, m: reads.append(m)  # type: ignore[assignment, method-assign, return-value]

    world.notifier.settle_event(event(Event.SENT, alert_id))
    world.notifier.settle_event(event(Event.ARRIVED, alert_id))

    assert [] == reads
    assert AlertState.DELIVERED is world.alerts()[0].state


def test_a_delivery_left_behind_by_a_crash_half_way_is_made_good_by_the_sweep() -> None:
    """DynamoDB settles an alert and its mentions row by row: here the alert moved and its mention did not."""
    world = World(mail=SentMail([Lost()]))
    world.found("m1")
    world.flush()
    (alert,) = world.alerts()
    world.store.alert_rows[PERSON, alert.alert_id] = replace(alert, state=AlertState.ACCEPTED)

    world.pass_time(60, events=False)

    assert DeliveryState.DELIVERED is world.state("m1")
    assert {"m1": 1} == world.copies()


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
