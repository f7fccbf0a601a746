"""The lease of `notify`: one suite for the store in memory and for DynamoDB's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from tests.common.adapters.conftest import Store
from tests.common.adapters.facts import (
    DAY,
    HELD_UNTIL,
    MAIL,
    ME,
    MINUTE,
    NOW,
    PHONE,
    enrolled,
    leased,
)


def test_nobody_takes_the_lease_of_somebody_who_is_not_enrolled(store: Store) -> None:
    assert store.notify.take_lease("pnobody", "w", NOW, HELD_UNTIL) is None
    assert store.notify.roster("pnobody") is None


def test_a_lease_carries_the_roster_and_a_new_epoch(store: Store) -> None:
    enrolled(store)
    roster = leased(store, "worker-1")

    assert (MAIL, PHONE) == roster.recipients
    assert (1, 1, "worker-1", HELD_UNTIL) == (roster.version, roster.epoch, roster.lease_owner, roster.lease_until)
    assert roster == store.notify.roster(ME)


def test_a_lease_that_somebody_holds_is_not_taken(store: Store) -> None:
    enrolled(store)
    roster = leased(store, "worker-1")

    assert store.notify.take_lease(ME, "worker-2", HELD_UNTIL - timedelta(microseconds=1), HELD_UNTIL + DAY) is None
    assert roster == store.notify.roster(ME)


def test_a_lapsed_lease_is_taken_and_its_holder_finds_out(store: Store) -> None:
    enrolled(store)
    first = leased(store, "worker-1")
    second = store.notify.take_lease(ME, "worker-2", HELD_UNTIL, HELD_UNTIL + MINUTE)

    assert second is not None
    assert first.epoch + 1 == second.epoch
    assert not store.notify.holds_lease(ME, first.epoch, NOW)
    assert store.notify.holds_lease(ME, second.epoch, HELD_UNTIL)


def test_its_holder_takes_a_lease_again(store: Store) -> None:
    """So that a lost reply to the first call does not lock its caller out."""
    enrolled(store)
    first = leased(store, "worker-1")
    again = leased(store, "worker-1")

    assert first.epoch + 1 == again.epoch
    assert not store.notify.holds_lease(ME, first.epoch, NOW)


def test_a_lease_is_held_until_it_lapses_and_not_after(store: Store) -> None:
    enrolled(store)
    roster = leased(store)

    assert store.notify.holds_lease(ME, roster.epoch, HELD_UNTIL - timedelta(microseconds=1))
    assert not store.notify.holds_lease(ME, roster.epoch, HELD_UNTIL)
    assert not store.notify.holds_lease(ME, roster.epoch + 1, NOW)
    assert not store.notify.holds_lease("pnobody", 0, NOW)


def test_a_lease_given_back_is_free_at_once(store: Store) -> None:
    enrolled(store)
    roster = leased(store, "worker-1")
    store.notify.release_lease(ME, roster.epoch)

    assert not store.notify.holds_lease(ME, roster.epoch, NOW)
    assert store.notify.take_lease(ME, "worker-2", NOW, HELD_UNTIL) is not None


def test_a_late_release_does_not_take_the_lease_from_the_next_holder(store: Store) -> None:
    enrolled(store)
    late = leased(store, "worker-1")
    held = store.notify.take_lease(ME, "worker-2", HELD_UNTIL, HELD_UNTIL + DAY)
    store.notify.release_lease(ME, late.epoch)

    assert held is not None
    assert store.notify.holds_lease(ME, held.epoch, HELD_UNTIL)


def test_a_release_creates_nobody(store: Store) -> None:
    store.notify.release_lease("pnobody", 0)

    assert store.notify.roster("pnobody") is None


def test_of_many_that_want_the_lease_one_gets_it(store: Store) -> None:
    enrolled(store)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda n: store.notify.take_lease(ME, f"worker-{n}", NOW, HELD_UNTIL), range(16)))

    assert 1 == sum(roster is not None for roster in taken)
