"""What a provider's own events change, in whatever order and number they come."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.common.notifying import PERSON, World, told
from tests.fakes import Lost, SentMail
from vigie.events import DeliveryEvent
from vigie.model import (
    AlertState,
    DeliveryState,
    MentionStatus,
)
from vigie.protocol import Event


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
