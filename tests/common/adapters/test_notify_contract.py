"""What `notify` rests on: one suite for the store in memory and for DynamoDB's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.common.adapters.conftest import Store
from tests.common.adapters.facts import (
    DAY,
    MAIL,
    MINUTE,
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
    Alert,
    AlertState,
    Condition,
    Cursor,
    Delivery,
    DeliveryState,
    Health,
    MentionStatus,
    OutcomeKind,
    Recipient,
    Source,
)
from vigie.ports import INTENT_LIMIT

ME = PERSON.practitioner_id
HELD_UNTIL = NOW + 2 * MINUTE


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


# The lease


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


# Deliveries


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


# The intent


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


# What became of it


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


RECIPIENTS = [Recipient(f"r{number}", "email", f"r{number}@morvant.example") for number in range(6)]


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


def sending(store: Store, recipients: tuple[str, ...] | list[str] = ("rmail",)) -> Alert:
    """An intent on record, for the first of `recipients`."""
    enrolled(store)
    mentions = expanded(store, recipients=recipients)
    intent = alert(leased(store), recipients[0])
    assert store.notify.write_intent(intent, mentions)
    return intent


def delivery(store: Store, recipient_id: str = "rmail") -> Delivery:
    return (found(store).deliveries or {})[recipient_id]


def states(store: Store, mention_id: str = "m1") -> dict[str, DeliveryState]:
    return {key: value.state for key, value in (found(store, mention_id).deliveries or {}).items()}
