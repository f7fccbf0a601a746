"""What becomes of a message that its provider refuses, loses, or does not answer for."""

from __future__ import annotations

from datetime import timedelta

from tests.common.notifying import World, a_mention, email, ids, phone, told
from tests.fakes import Lost, SentMail, SentSms
from vigie.decide import Caps
from vigie.errors import ChannelError
from vigie.model import (
    AlertState,
    DeliveryState,
    MentionStatus,
    Severity,
)

THROTTLED = ChannelError("Throttling", wide=True)


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


def test_the_operator_hears_of_one_trouble_once_an_hour_whichever_worker_meets_it() -> None:
    """A worker that remembers nothing finds what another was refused among the alerts."""
    world = World(mail=SentMail([THROTTLED] * 100))
    world.found("m1")

    for _ in range(10):
        world.notifier = world.worker()
        world.flush()
        world.later(minutes=5)

    assert 1 == told(world, "refused")
