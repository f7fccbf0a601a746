"""What is written before a message is sent: one suite for the store in memory and for DynamoDB's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.common.adapters.conftest import Store
from tests.common.adapters.facts import (
    DAY,
    HELD_UNTIL,
    MAIL,
    ME,
    NOW,
    PERSON,
    PHONE,
    alert,
    delivered,
    enrolled,
    expanded,
    found,
    leased,
    mention,
    pending,
    person,
    recorded,
)
from vigie.model import (
    AlertState,
    Delivery,
    DeliveryState,
    MentionStatus,
)
from vigie.ports import INTENT_LIMIT


def test_an_intent_records_the_alert_and_moves_each_delivery(store: Store) -> None:
    enrolled(store)
    mentions = expanded(store, ["m1", "m2"], ["rmail", "rphone"])
    intent = alert(leased(store), ids=["m1", "m2"], more=3)

    assert store.notify.write_intent(intent, mentions)
    assert intent == store.notify.alert(ME, intent.alert_id)
    for mention_id in ("m1", "m2"):
        deliveries = found(store, mention_id).deliveries or {}
        assert Delivery("rmail", DeliveryState.SENDING, intent.alert_id, None, NOW) == deliveries["rmail"]
        assert pending("rphone")["rphone"] == deliveries["rphone"]
        assert MentionStatus.PENDING is found(store, mention_id).status


@pytest.mark.parametrize("count", [50, INTENT_LIMIT])
def test_an_intent_holds_as_many_mentions_as_it_says(store: Store, count: int) -> None:
    enrolled(store)
    ids = [f"m{number}" for number in range(count)]
    intent = alert(leased(store), ids=ids)

    assert store.notify.write_intent(intent, expanded(store, ids))
    assert store.notify.settle(intent, AlertState.ACCEPTED, delivered(intent), now=NOW)
    assert [] == store.notify.open_mentions(ME)


def test_an_intent_too_large_for_a_transaction_is_a_defect(store: Store) -> None:
    enrolled(store)
    with pytest.raises(ValueError, match="at most"):
        store.notify.write_intent(alert(leased(store)), [mention()] * (INTENT_LIMIT + 1))


def erased(store: Store) -> None:
    store.registrar.erase(ME)


def paused(store: Store) -> None:
    store.registrar.enrol(person(status="paused"), [MAIL, PHONE], "h")


def roster_changed(store: Store) -> None:
    store.registrar.enrol(PERSON, [MAIL], "h")


def address_held(store: Store) -> None:
    assert store.notify.hold_address(ME, "rmail", "bounced")


def lease_lost(store: Store) -> None:
    assert store.notify.take_lease(ME, "worker-2", HELD_UNTIL, HELD_UNTIL + DAY)


def lease_released(store: Store) -> None:
    roster = store.notify.roster(ME)
    assert roster is not None
    store.notify.release_lease(ME, roster.epoch)


def already_sending(store: Store) -> None:
    roster = store.notify.roster(ME)
    assert roster is not None
    assert store.notify.write_intent(alert(roster, alert_id="aother"), [found(store)])


def already_closed(store: Store) -> None:
    assert store.notify.close(found(store), {"rmail": Delivery("rmail", DeliveryState.SUPPRESSED)})


LATE = [
    erased,
    paused,
    roster_changed,
    address_held,
    lease_lost,
    lease_released,
    already_sending,
    already_closed,
]


@pytest.mark.parametrize("change", LATE)
def test_an_intent_that_comes_too_late_writes_nothing(store: Store, change: Callable[[Store], None]) -> None:
    """Between what was read and the intent anything may happen; then nothing is sent on what was read."""
    enrolled(store)
    expanded(store, ["m1", "m2"])
    mentions = [found(store, "m1"), found(store, "m2")]
    intent = alert(leased(store), ids=["m1", "m2"])
    change(store)
    before = [recorded(store, "m1"), recorded(store, "m2")]

    assert not store.notify.write_intent(intent, mentions)
    assert store.notify.alert(ME, intent.alert_id) is None
    assert before == [recorded(store, "m1"), recorded(store, "m2")]


def test_an_intent_written_after_the_lease_lapsed_writes_nothing(store: Store) -> None:
    enrolled(store)
    mentions = expanded(store)
    late = alert(leased(store), created_at=HELD_UNTIL)

    assert not store.notify.write_intent(late, mentions)


def test_an_intent_about_a_recipient_the_mention_has_no_delivery_for_writes_nothing(store: Store) -> None:
    enrolled(store)
    mentions = expanded(store, recipients=["rmail"])

    assert not store.notify.write_intent(alert(leased(store), "rphone"), mentions)
    assert not store.notify.write_intent(alert(leased(store)), [mention("mgone")])


def test_one_attempt_is_written_once(store: Store) -> None:
    """The alert's id is the attempt's: a second intent under it would be a second message under one name."""
    enrolled(store)
    first, second = expanded(store, ["m1", "m2"])
    roster = leased(store)

    assert store.notify.write_intent(alert(roster, ids=["m1"]), [first])
    assert not store.notify.write_intent(alert(roster, ids=["m2"]), [second])


def test_of_many_that_write_one_intent_one_succeeds(store: Store) -> None:
    enrolled(store)
    mentions = expanded(store)
    roster = leased(store)
    with ThreadPoolExecutor(8) as pool:
        written = pool.map(
            lambda n: store.notify.write_intent(alert(roster, alert_id=f"a{n}"), mentions),
            range(8),
        )
        assert 1 == sum(written)
