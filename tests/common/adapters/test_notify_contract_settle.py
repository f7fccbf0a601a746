"""What became of a message: one suite for the store in memory and for DynamoDB's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from tests.common.adapters.conftest import Store
from tests.common.adapters.facts import (
    DAY,
    ME,
    MINUTE,
    NOW,
    PERSON,
    alert,
    delivered,
    delivery,
    expanded,
    found,
    leased,
    recorded,
    sending,
    states,
)
from vigie.model import (
    AlertState,
    Delivery,
    DeliveryState,
    MentionStatus,
    Recipient,
)

RECIPIENTS = [Recipient(f"r{number}", "email", f"r{number}@morvant.example") for number in range(6)]


def test_an_accepted_alert_settles_its_mentions(store: Store) -> None:
    intent = sending(store)

    assert store.notify.settle(intent, AlertState.ACCEPTED, delivered(intent), now=NOW + MINUTE, provider_id="x1")
    sent = store.notify.alert(ME, intent.alert_id)
    assert replace(intent, state=AlertState.ACCEPTED, settled_at=NOW + MINUTE, provider_id="x1") == sent
    assert DeliveryState.DELIVERED is delivery(store).state
    assert (MentionStatus.SETTLED, None) == (found(store).status, found(store).due_at)
    assert [] == list(store.wheel.due(NOW + 365 * DAY, 10))


def test_a_mention_that_others_wait_for_stays_open(store: Store) -> None:
    intent = sending(store, recipients=["rmail", "rphone"])
    store.notify.settle(intent, AlertState.ACCEPTED, delivered(intent), now=NOW, due_at=NOW + DAY)

    assert (MentionStatus.PENDING, NOW + DAY) == (found(store).status, found(store).due_at)
    assert {"rmail": DeliveryState.DELIVERED, "rphone": DeliveryState.PENDING} == states(store)


def test_a_refused_alert_leaves_its_mentions_to_be_sent_again(store: Store) -> None:
    intent = sending(store)
    again = delivered(intent, DeliveryState.PENDING)

    assert store.notify.settle(intent, AlertState.REFUSED, again, now=NOW, due_at=NOW + MINUTE, reason="throttled")
    assert (MentionStatus.PENDING, NOW + MINUTE) == (found(store).status, found(store).due_at)
    refused = store.notify.alert(ME, intent.alert_id)
    assert refused is not None
    assert (AlertState.REFUSED, "throttled") == (refused.state, refused.reason)
    second = alert(leased(store), alert_id="asecond")
    assert store.notify.write_intent(second, [found(store)])


def test_an_alert_moves_only_from_where_it_was_read(store: Store) -> None:
    """The provider's event and our own clock both settle a silent attempt; the second one finds it done."""
    intent = sending(store)
    assert store.notify.settle(intent, AlertState.ACCEPTED, delivered(intent), now=NOW)

    assert not store.notify.settle(
        intent, AlertState.SILENT, delivered(intent, DeliveryState.PENDING), now=NOW, due_at=NOW
    )
    assert DeliveryState.DELIVERED is delivery(store).state
    assert MentionStatus.SETTLED is found(store).status


def test_an_alert_may_stay_where_it_is_while_its_deliveries_move(store: Store) -> None:
    intent = sending(store)

    assert store.notify.settle(intent, AlertState.SENDING, delivered(intent), now=NOW)
    assert DeliveryState.DELIVERED is delivery(store).state


def test_late_news_of_a_lost_attempt_does_not_touch_the_next_one(store: Store) -> None:
    first = sending(store)
    store.notify.settle(first, AlertState.SILENT, delivered(first, DeliveryState.PENDING), now=NOW, due_at=NOW)
    second = alert(leased(store), alert_id="asecond")
    assert store.notify.write_intent(second, [found(store)])
    silent = store.notify.alert(ME, first.alert_id)
    assert silent is not None

    assert store.notify.settle(silent, AlertState.ACCEPTED, delivered(first), now=NOW)
    assert (DeliveryState.SENDING, "asecond") == (delivery(store).state, delivery(store).attempt_id)


def test_a_bounce_after_delivery_is_recorded_on_a_mention_already_settled(store: Store) -> None:
    intent = sending(store)
    store.notify.settle(intent, AlertState.ACCEPTED, delivered(intent), now=NOW, provider_id="x1")
    accepted = store.notify.alert(ME, intent.alert_id)
    assert accepted is not None
    bounced = delivered(intent, DeliveryState.UNDELIVERABLE)

    assert store.notify.settle(accepted, AlertState.BOUNCED, bounced, now=NOW, reason="bounced")
    assert (DeliveryState.UNDELIVERABLE, MentionStatus.SETTLED) == (delivery(store).state, found(store).status)
    after = store.notify.alert(ME, intent.alert_id)
    assert after is not None
    assert ("x1", "bounced") == (after.provider_id, after.reason)


def test_news_of_an_erased_practitioner_writes_nothing(store: Store) -> None:
    intent = sending(store)
    store.registrar.erase(ME)

    assert not store.notify.settle(intent, AlertState.ACCEPTED, delivered(intent), now=NOW)
    assert store.notify.alert(ME, intent.alert_id) is None
    assert recorded(store, "m1") is None


def test_what_an_alert_carries_is_read_without_what_is_gone(store: Store) -> None:
    intent = sending(store)
    expanded(store, ["m2", "m3"])

    carried = store.notify.carried(replace(intent, mention_ids=("m1", "mgone", "m3")))
    assert [found(store, "m1"), found(store, "m3")] == sorted(carried, key=lambda m: m.mention_id)


def test_news_about_a_mention_that_is_gone_still_settles_the_alert(store: Store) -> None:
    intent = sending(store)
    news = {**delivered(intent), "mgone": Delivery("rmail", DeliveryState.DELIVERED, intent.alert_id)}

    assert store.notify.settle(intent, AlertState.ACCEPTED, news, now=NOW)
    assert recorded(store, "mgone") is None
    assert MentionStatus.SETTLED is found(store).status


def test_news_of_two_recipients_at_once_cannot_undo_each_other(store: Store) -> None:
    """Events come without a lease. Whoever closes the last delivery of a mention settles it, in any order."""
    store.registrar.enrol(PERSON, RECIPIENTS, "h")
    names = [recipient.recipient_id for recipient in RECIPIENTS]
    expanded(store, ["m1", "m2", "m3"], names)
    roster = leased(store)
    intents = [alert(roster, name, ["m1", "m2", "m3"]) for name in names]
    for intent in intents:
        assert store.notify.write_intent(intent, [found(store, m) for m in ("m1", "m2", "m3")])

    with ThreadPoolExecutor(len(intents)) as pool:
        told = list(
            pool.map(lambda i: store.notify.settle(i, AlertState.ACCEPTED, delivered(i), now=NOW, due_at=NOW), intents)
        )

    assert [True] * len(intents) == told
    for mention_id in ("m1", "m2", "m3"):
        assert dict.fromkeys(names, DeliveryState.DELIVERED) == states(store, mention_id)
        assert MentionStatus.SETTLED is found(store, mention_id).status
    assert [] == list(store.wheel.due(NOW + 365 * DAY, 10))
