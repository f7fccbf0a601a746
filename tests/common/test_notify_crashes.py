"""Kill the notifier before and after every call it makes to the outside, in ones and in twos, then let time pass.

What must hold afterwards: nothing is lost (I2), no mail twice unless two independent faults made it so, no SMS twice
ever (I3), each message to the address the intent named (I4), every move one of the table's (I5).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import product
from typing import Literal

import pytest

from tests.common.notifying import PERSON, World, a_mention, email, phone
from tests.fakes import Crash, Faults, Lost, MemoryStore, SentMail
from vigie.errors import ChannelError, StoreError
from vigie.events import DeliveryEvent
from vigie.model import Delivery, DeliveryState, Mention, MentionStatus, Pointer, Severity
from vigie.protocol import DELIVERY, Event

When = Literal["before", "after"]
MOMENTS: tuple[When, ...] = ("before", "after")


class Dead(Faults):
    """A process that dies at call `at`: nothing it would have done afterwards happens, clean-up included."""

    def __init__(self, at: int, when: When) -> None:
        super().__init__(at, when)
        self.last = at

    def before(self, name: str) -> int:
        number = super().before(name)
        if number > self.last:
            raise Crash
        return number


class StrictStore(MemoryStore):
    """Refuses a move of a delivery that the table does not hold."""

    def _write(self, row: Mention, deliveries: Mapping[str, Delivery], due_at: object) -> None:
        for key, after in deliveries.items():
            before = (row.deliveries or {}).get(key)
            if before is not None and before != after:
                assert after.state in DELIVERY[before.state].values(), f"{before.state} -> {after.state}"
        super()._write(row, deliveries, due_at)  # type: ignore[arg-type]


def a_world(mail: SentMail | None = None) -> World:
    world = World(email(), phone(), mail=mail)
    store = StrictStore(clock=lambda: world.now)
    store.people, store.rosters = world.store.people, world.store.rosters
    world.store = store
    world.notifier = world.worker()
    world.found("m1", a_mention("m2", severity=Severity.URGENT))
    return world


def attempt(world: World, faults: Faults) -> None:
    """One delivery of the pointer, to a process that may die of it, or fail."""
    with suppress(Crash, StoreError):
        world.worker(faults).flush(Pointer(PERSON))


def settle_down(world: World, *, events: bool = True) -> None:
    """The queue delivers the pointer again, and two hours of ticks go by."""
    world.later(seconds=30)
    world.flush()
    world.pass_time(125, events=events)


def calls(make: Callable[[], World], before: Callable[[World], None] = lambda _: None) -> list[str]:
    """The calls of a flush that nothing troubles."""
    world, faults = make(), Faults()
    before(world)
    world.worker(faults).flush(Pointer(PERSON))
    return faults.calls


def assert_told(world: World, *, mails: int = 1) -> None:
    """Everything came to its end. `mails`: most copies of a mention by e-mail."""
    assert [] == world.open_deliveries()
    assert {MentionStatus.SETTLED} == {mention.status for mention in world.store.mention_rows.values()}
    assert {None} == {mention.due_at for mention in world.store.mention_rows.values()}
    copies = world.copies()
    assert {"m1", "m2"} == set(copies), "lost"
    assert mails >= max(copies.values()), "told twice"
    assert 1 >= max(world.copies(world.sms).values(), default=0), "a second SMS"
    if world.state("m2", "rsms") is not DeliveryState.UNKNOWN:
        assert {"m2": 1} == world.copies(world.sms)
    for alert in world.alerts():
        for message, tags in [*world.mail.sent, *world.sms.sent]:
            assert alert.alert_id != tags.alert_id or alert.address == message.to


def test_a_flush_makes_these_calls_and_no_more() -> None:
    """The list the tests below go through; a new call is a new place to crash, and a cost."""
    assert [
        "practitioner",
        "open_mentions",
        "take_lease",
        "open_mentions",
        "expand",
        "expand",
        "alerts_since",
        "conditions",
        "write_intent",
        "holds_lease",
        "send",
        "settle",
        "write_intent",
        "holds_lease",
        "send",
        "settle",
        "release_lease",
        "open_mentions",
    ] == calls(a_world)


CALLS = len(calls(a_world))


@pytest.mark.parametrize("when", MOMENTS)
@pytest.mark.parametrize("at", range(1, CALLS + 1))
def test_a_crash_at_any_call_loses_nothing_and_repeats_nothing(at: int, when: When) -> None:
    world = a_world()

    attempt(world, Dead(at, when))
    settle_down(world)

    assert_told(world)


@pytest.mark.parametrize("when", MOMENTS)
@pytest.mark.parametrize("at", range(1, CALLS + 1))
def test_a_crash_and_a_lost_event_are_the_two_faults_a_second_mail_needs(at: int, when: When) -> None:
    """Without the provider's events only one place is left: after it took the mail, before that was written."""
    world = a_world()

    attempt(world, Dead(at, when))
    settle_down(world, events=False)

    accepted = calls(a_world).index("send") + 1
    in_doubt = (at, when) in {(accepted, "after"), (accepted + 1, "before")}
    assert_told(world, mails=2 if in_doubt else 1)
    assert in_doubt == (2 in world.copies().values())


@pytest.mark.parametrize("when", MOMENTS)
@pytest.mark.parametrize("at", range(1, CALLS + 1))
def test_a_store_that_fails_at_any_call_loses_nothing_and_repeats_nothing(at: int, when: When) -> None:
    """`after` is a lost reply: it was written, and we were told that it was not."""
    world = a_world()

    attempt(world, Faults(at, when, lambda: StoreError("throttled")))
    settle_down(world)

    assert_told(world)


@pytest.mark.parametrize("first", MOMENTS)
@pytest.mark.parametrize("at", range(1, CALLS + 1))
def test_a_second_crash_at_any_call_of_the_next_worker_changes_nothing(at: int, first: When) -> None:
    """All pairs: the second worker comes once the lease has lapsed, and dies too, everywhere in turn."""

    def crashed_once() -> World:
        world = a_world()
        attempt(world, Dead(at, first))
        world.later(minutes=3)
        return world

    for again, second in product(range(1, len(calls(crashed_once)) + 1), MOMENTS):
        world = crashed_once()
        attempt(world, Dead(again, second))
        settle_down(world)
        assert_told(world)


@pytest.mark.parametrize("when", MOMENTS)
@pytest.mark.parametrize("fate", ["throttled", "bounced address", "lost reply", "rejected"])
def test_a_crash_at_any_call_while_the_provider_refuses_changes_nothing(when: When, fate: str) -> None:
    """The paths of a refusal have calls of their own: hold the address, tell the operator, settle."""
    errors = {
        "throttled": ChannelError("Throttling", wide=True),
        "bounced address": ChannelError("invalid_address", permanent=True),
        "lost reply": Lost(),
        "rejected": ChannelError("message_rejected", content=True),
    }

    def refusing() -> World:
        return a_world(SentMail([errors[fate]]))

    for at in range(1, len(calls(refusing)) + 1):
        world = refusing()
        attempt(world, Dead(at, when))
        settle_down(world)
        if fate == "bounced address" and not world.mail.sent:
            assert [] == world.open_deliveries()
            assert DeliveryState.UNDELIVERABLE is world.state("m1")
            assert any("held" in subject or "address" in subject for subject, _ in world.operator.told)
        else:
            assert_told(world)


@pytest.mark.parametrize("when", MOMENTS)
def test_a_crash_while_an_old_attempt_is_settled_changes_nothing(when: When) -> None:
    """The look that gives up silent attempts: e-mail goes again, the SMS is closed, wherever it dies."""

    def silent() -> World:
        world = a_world(SentMail([ChannelError("time-out", ambiguous=True)]))
        world.sms.script = [Lost()]
        world.flush()
        world.later(minutes=31)
        return world

    for at in range(1, len(calls(silent)) + 1):
        world = silent()
        attempt(world, Dead(at, when))
        settle_down(world)
        assert_told(world)
        assert DeliveryState.UNKNOWN is world.state("m2", "rsms")


@pytest.mark.parametrize("kind", [Event.SENT, Event.ARRIVED, Event.BOUNCED, Event.COMPLAINED, Event.REJECTED])
@pytest.mark.parametrize("when", MOMENTS)
def test_a_crash_while_an_event_is_followed_is_made_good_by_its_second_delivery(when: When, kind: Event) -> None:
    def sent() -> tuple[World, DeliveryEvent]:
        world = a_world(SentMail([Lost()]))
        world.flush()
        mailed = next(alert for alert in world.alerts() if alert.channel == "email")
        return world, DeliveryEvent(kind, PERSON, mailed.alert_id)

    untroubled, event = sent()
    untroubled.notifier.settle_event(event)
    states = [untroubled.state(m) for m in ("m1", "m2")]
    held = untroubled.store.rosters[PERSON].recipients[0].held_reason

    for at in range(1, 12):
        world, event = sent()
        with suppress(Crash):
            world.worker(Dead(at, when)).settle_event(event)
        world.notifier.settle_event(event)
        assert states == [world.state(m) for m in ("m1", "m2")]
        assert held == world.store.rosters[PERSON].recipients[0].held_reason
        assert held is None or world.operator.told


def test_an_erasure_at_any_call_leaves_no_row_and_sends_nothing_afterwards() -> None:
    """I11: the practitioner's row goes between any two calls of the worker; the delayed pointer takes the rest."""
    for at in range(1, CALLS + 1):
        world = a_world()
        sent_at_erasure: list[int] = []

        class Erased(Faults):
            def before(self, name: str) -> int:
                number = super().before(name)
                if number == at:  # noqa: B023
                    world.store.people.pop(PERSON)  # noqa: B023
                    sent_at_erasure.append(len(world.mail.sent))  # noqa: B023
                return number

        attempt(world, Erased())
        allowed = 1 if world.alerts() else 0  # an intent written before the erasure is a mail on its way
        assert len(world.mail.sent) <= allowed
        world.later(minutes=15)
        world.flush()
        assert ({}, {}, {}) == (world.store.mention_rows, world.store.alert_rows, world.store.rosters)


def test_a_pause_at_any_call_stops_what_has_no_intent_yet() -> None:
    for at in range(1, CALLS + 1):
        world = a_world()

        class Paused(Faults):
            def before(self, name: str) -> int:
                number = super().before(name)
                if number == at:  # noqa: B023
                    person = world.store.people[PERSON]  # noqa: B023
                    world.store.people[PERSON] = replace(person, status="paused")  # noqa: B023
                return number

        faults = Paused()
        attempt(world, faults)
        intents = len(world.alerts())
        world.pass_time(60)
        assert intents == len(world.alerts()), "an intent was written for a paused person"
