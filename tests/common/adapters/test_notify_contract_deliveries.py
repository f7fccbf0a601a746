"""The deliveries of a mention, from expanded to closed: one suite for the store in memory and for DynamoDB's."""

from __future__ import annotations

from tests.common.adapters.conftest import Store
from tests.common.adapters.facts import (
    DAY,
    ME,
    MINUTE,
    NOW,
    delivery,
    expanded,
    found,
    mention,
    pending,
    recorded,
    sending,
)
from vigie.model import (
    Delivery,
    DeliveryState,
    MentionStatus,
)


def test_a_mention_is_expanded_exactly_once(store: Store) -> None:
    store.sources.put_mention(mention())
    assert found(store).deliveries is None

    assert store.notify.expand(mention(), pending("rmail", "rphone"), NOW + 3 * MINUTE)
    assert not store.notify.expand(mention(), pending("rother"), NOW)
    assert pending("rmail", "rphone") == found(store).deliveries
    assert (MentionStatus.PENDING, NOW + 3 * MINUTE) == (found(store).status, found(store).due_at)


def test_a_mention_that_is_gone_is_not_expanded_back_into_being(store: Store) -> None:
    assert not store.notify.expand(mention(), pending("rmail"), NOW)
    assert recorded(store, "m1") is None


def test_a_mention_with_nothing_to_send_is_settled_when_expanded(store: Store) -> None:
    store.sources.put_mention(mention())
    too_mild = {"rphone": Delivery("rphone", DeliveryState.SUPPRESSED, None, "below_minimum", NOW)}

    assert store.notify.expand(mention(), too_mild, None)
    assert (MentionStatus.SETTLED, None, too_mild) == (
        found(store).status,
        found(store).due_at,
        found(store).deliveries,
    )
    assert [] == list(store.wheel.due(NOW + 365 * DAY, 10))


def test_a_mention_for_nobody_is_settled_when_expanded(store: Store) -> None:
    store.sources.put_mention(mention())

    assert store.notify.expand(mention(), {}, None)
    assert (MentionStatus.SETTLED, {}) == (found(store).status, found(store).deliveries)


def test_an_open_mention_is_never_lost_by_the_sweep(store: Store) -> None:
    """Expanded without a time to look again, it keeps the one it had."""
    store.sources.put_mention(mention(due_at=NOW))
    store.notify.expand(mention(due_at=None), pending("rmail"), None)

    assert ["m1"] == [due.mention_id for due in store.wheel.due(NOW, 10)]


def test_an_open_mention_is_looked_at_when_asked(store: Store) -> None:
    expanded(store)
    store.notify.reschedule(found(store), NOW + DAY)

    assert NOW + DAY == found(store).due_at
    assert ["m1"] == [due.mention_id for due in store.wheel.due(NOW + DAY, 10)]


def test_a_closed_mention_is_not_looked_at_again(store: Store) -> None:
    store.sources.put_mention(mention())
    store.notify.expand(mention(), {}, None)
    store.notify.reschedule(mention(), NOW)
    store.notify.reschedule(mention("mgone"), NOW)

    assert [] == list(store.wheel.due(NOW + DAY, 10))
    assert recorded(store, "mgone") is None


def test_what_is_not_to_be_sent_any_more_is_closed(store: Store) -> None:
    expanded(store, recipients=("rmail", "rphone"))
    ended = {"rmail": Delivery("rmail", DeliveryState.UNDELIVERABLE, None, "held", NOW)}

    assert store.notify.close(found(store), ended)
    assert {**pending("rphone"), **ended} == found(store).deliveries
    assert MentionStatus.PENDING is found(store).status
    assert store.notify.close(found(store), {"rphone": Delivery("rphone", DeliveryState.SUPPRESSED, None, "x", NOW)})
    assert (MentionStatus.SETTLED, None) == (found(store).status, found(store).due_at)


def test_what_is_being_sent_is_not_closed(store: Store) -> None:
    sending(store)

    assert not store.notify.close(found(store), {"rmail": Delivery("rmail", DeliveryState.SUPPRESSED)})
    assert DeliveryState.SENDING is delivery(store).state


def test_nothing_is_closed_for_a_recipient_who_was_never_to_be_told(store: Store) -> None:
    expanded(store)

    assert not store.notify.close(found(store), {"rother": Delivery("rother", DeliveryState.SUPPRESSED)})
    assert not store.notify.close(mention("mgone"), {"rmail": Delivery("rmail", DeliveryState.SUPPRESSED)})
    assert pending("rmail") == found(store).deliveries


def test_closing_nothing_settles_only_what_is_over(store: Store) -> None:
    expanded(store)

    assert not store.notify.close(found(store), {})
    assert MentionStatus.PENDING is found(store).status


def test_what_repeats_a_story_says_which_mention_told_it(store: Store) -> None:
    expanded(store)
    ended = {"rmail": Delivery("rmail", DeliveryState.SUPPRESSED, None, "same_story", NOW, repeats="mfirst")}

    assert store.notify.close(found(store), ended)
    assert ended == found(store).deliveries


def test_what_was_told_since_a_time_comes_with_what_is_open(store: Store) -> None:
    """Not what no story goes with, what was never to be told, and what was found before."""
    for mention_id, facts in {
        "mopen": {},
        "mbare": {"story": ()},
        "mtold": {},
        "mstoryless": {"story": ()},
        "mold": {"found_at": NOW - DAY},
        "mbaseline": {"status": MentionStatus.BASELINE},
    }.items():
        store.sources.put_mention(mention(mention_id, **facts))
        if mention_id in ("mtold", "mstoryless", "mold"):
            store.notify.expand(mention(mention_id), {}, None)

    assert {"mopen", "mbare"} == {m.mention_id for m in store.notify.open_mentions(ME)}
    told = store.notify.open_mentions(ME, told_since=NOW)
    assert {"mopen", "mbare", "mtold"} == {m.mention_id for m in told}
    assert ["mold"] == [m.mention_id for m in store.notify.open_mentions(ME, told_since=NOW - DAY)][:1]
    assert found(store, "mtold") in told
