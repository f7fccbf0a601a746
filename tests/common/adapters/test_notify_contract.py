"""What `notify` reads, holds and forgets: one suite for the store in memory and for DynamoDB's.

The way of a message is in the modules beside: its lease, its deliveries, its intent, and what became of it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from tests.common.adapters.conftest import Store
from tests.common.adapters.facts import (
    DAY,
    MAIL,
    ME,
    MINUTE,
    NOW,
    PHONE,
    alert,
    delivered,
    enrolled,
    expanded,
    found,
    leased,
    mention,
    sending,
)
from vigie.model import (
    Alert,
    AlertState,
    Condition,
    Cursor,
    Health,
    MentionStatus,
    OutcomeKind,
    Source,
)

# What is read for them


def test_how_reading_their_sources_fares_is_known_and_that_of_others_is_not(store: Store) -> None:
    enrolled(store)
    enrolled(store, "pother")
    for name, failures in (("one", 7), ("two", 0)):
        url = {"url": f"https://{name}.example/"}
        store.registrar.watch(ME, Source("", "page", url, 60, f"{name}.example"))
        [source] = [s for s in store.registrar.watched(ME) if s.host == f"{name}.example"]
        health = Health(OutcomeKind.GONE if failures else OutcomeKind.OK, failures, NOW)
        store.sources.save_cursor(source, Cursor(etag='"v1"'), health, settled=frozenset())
    store.registrar.watch("pother", Source("", "page", {"url": "https://three.example/"}, 60, "three.example"))

    assert [
        Condition("one.example", Health(OutcomeKind.GONE, 7, NOW)),
        Condition("two.example", Health(OutcomeKind.OK, 0, NOW)),
    ] == sorted(store.notify.conditions(ME))
    assert [] == store.notify.conditions("pnobody")


# What was sent


def test_the_alerts_of_a_time_come_oldest_first(store: Store) -> None:
    enrolled(store)
    times = [NOW - 2 * MINUTE, NOW - MINUTE, NOW - MINUTE + timedelta(microseconds=1), NOW]
    written = [told_at(store, number, at) for number, at in enumerate(times)]

    assert written == store.notify.alerts_since(ME, NOW - DAY)
    assert written[1:] == store.notify.alerts_since(ME, NOW - MINUTE)
    assert written[2:] == store.notify.alerts_since(ME, NOW - MINUTE + timedelta(microseconds=1))
    assert [] == store.notify.alerts_since(ME, NOW + MINUTE)
    assert [] == store.notify.alerts_since("pother", NOW - DAY)


def told_at(store: Store, number: int, at: object) -> Alert:
    """An alert on record, of a mention of its own."""
    (told,) = expanded(store, [f"m{number}"])
    intent = alert(leased(store), ids=[told.mention_id], alert_id=f"a{at:%Y%m%dt%H%M%S}x{number}", created_at=at)
    assert store.notify.write_intent(intent, [told])
    return intent


# Addresses


def test_an_address_that_bounced_is_held_once(store: Store) -> None:
    enrolled(store)

    assert store.notify.hold_address(ME, "rmail", "bounced")
    assert not store.notify.hold_address(ME, "rmail", "complained")
    roster = store.notify.roster(ME)
    assert roster is not None
    assert (replace(MAIL, held_reason="bounced"), PHONE) == roster.recipients
    assert 2 == roster.version


def test_an_address_that_is_not_there_is_not_held(store: Store) -> None:
    enrolled(store)

    assert not store.notify.hold_address(ME, "rother", "bounced")
    assert not store.notify.hold_address("pnobody", "rmail", "bounced")
    assert store.notify.roster("pnobody") is None


def test_of_many_that_hold_one_address_one_tells_the_operator(store: Store) -> None:
    enrolled(store)
    with ThreadPoolExecutor(8) as pool:
        assert 1 == sum(pool.map(lambda _: store.notify.hold_address(ME, "rmail", "bounced"), range(8)))


# What is forgotten


def test_an_expired_text_is_erased_and_its_identity_stays(store: Store) -> None:
    store.sources.put_mention(mention(status=MentionStatus.BASELINE, expires_at=NOW - DAY))

    assert store.notify.fade(ME, "m1", NOW)
    assert not store.notify.fade(ME, "m1", NOW)
    assert [] == list(store.wheel.faded(NOW + DAY, 10))
    assert not store.sources.put_mention(mention())
    seen = found(store)
    assert ("", "", "", (), None) == (seen.url, seen.title, seen.excerpt, seen.marks, seen.expires_at)
    assert ((), "") == (seen.story, seen.publisher)
    assert MentionStatus.BASELINE is seen.status
    assert ["full_name", "city", "unsigned"] == [reason.code for reason in seen.reasons]
    assert not any(reason.words for reason in seen.reasons)


def test_a_settled_mention_waits_for_its_text_to_expire(store: Store) -> None:
    intent = sending(store)
    store.notify.settle(intent, AlertState.ACCEPTED, delivered(intent), now=NOW)

    assert [] == list(store.wheel.faded(NOW + 89 * DAY, 10))
    assert ["m1"] == [due.mention_id for due in store.wheel.faded(NOW + 90 * DAY, 10)]
    assert not store.notify.fade(ME, "m1", NOW + 89 * DAY)
    assert store.notify.fade(ME, "m1", NOW + 90 * DAY)


def test_a_text_that_somebody_waits_for_is_not_erased(store: Store) -> None:
    expanded(store)

    assert not store.notify.fade(ME, "m1", NOW + 365 * DAY)
    assert not store.notify.fade(ME, "mgone", NOW + 365 * DAY)
    assert mention().excerpt == found(store).excerpt


def test_what_is_left_of_an_erased_practitioner_is_purged(store: Store) -> None:
    """A scan that had read them before the erasure may still write a mention."""
    sending(store)
    store.registrar.erase(ME)
    for mention_id in ("mlate", "mlater"):
        store.sources.put_mention(mention(mention_id))
    store.sources.put_mention(mention(practitioner_id="pother"))

    assert 2 == store.notify.purge(ME)
    assert 0 == store.notify.purge(ME)
    assert [] == store.notify.open_mentions(ME)
    assert 1 == len(store.notify.open_mentions("pother"))


def test_nothing_of_a_practitioner_who_exists_is_purged(store: Store) -> None:
    sending(store)

    assert 0 == store.notify.purge(ME)
    assert 1 == len(store.notify.open_mentions(ME))
    assert store.notify.roster(ME) is not None
