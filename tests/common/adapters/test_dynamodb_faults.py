"""Replies lost, processes that die between two calls, and what others write meanwhile."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from tests.common.adapters.conftest import WATCHERS_PER_ROW, DynamoRig, Store, store_over
from tests.common.adapters.facts import (
    CURSOR,
    HEALTH,
    INTENT,
    MAIL,
    ME,
    MINUTE,
    NOW,
    OTHER,
    PERSON,
    PHONE,
    SOURCE,
    delivered,
    enrolled,
    found,
    mention,
    pending,
    person,
    prepared,
    told,
)
from tests.fakes import Faults
from vigie.errors import StoreError
from vigie.model import AlertState, Delivery, DeliveryState, MentionStatus, Source

MARKER = "claire.morvant@planted.example"

CLOSED = {"rphone": Delivery("rphone", DeliveryState.SUPPRESSED, None, "below_minimum", NOW)}

REPEATABLE: dict[str, Callable[[Store], object]] = {
    "advance": lambda s: s.wheel.advance(5),
    "put_mention": lambda s: s.sources.put_mention(mention("m9")),
    "put_or_find": lambda s: s.sources.put_or_find(mention("m8")),
    "save_cursor": lambda s: s.sources.save_cursor(replace(SOURCE, rev=1), CURSOR, HEALTH, settled=frozenset({ME})),
    "expand": lambda s: s.notify.expand(mention("m3"), pending("rmail"), NOW),
    "close": lambda s: s.notify.close(mention("m1"), CLOSED),
    "reschedule": lambda s: s.notify.reschedule(mention("m1"), NOW + MINUTE),
    "write_intent": lambda s: s.notify.write_intent(
        replace(INTENT, alert_id="asecond", recipient_id="rphone"), [mention("m1"), mention("m2")]
    ),
    "settle": lambda s: s.notify.settle(INTENT, AlertState.ACCEPTED, delivered(INTENT), now=NOW, due_at=NOW),
    "hold_address": lambda s: s.notify.hold_address(ME, "rmail", "bounced"),
    "fade": lambda s: s.notify.fade(ME, "m4", NOW),
    "release_lease": lambda s: s.notify.release_lease(ME, 1),
    "enrol": lambda s: s.registrar.enrol(person("pnew"), [MAIL], "hnew"),
    "enrol again": lambda s: s.registrar.enrol(person(city="Paris"), [PHONE], "hagain"),
    "watch": lambda s: s.registrar.watch(ME, Source("", "page", OTHER, 60, "forum.example")),
    "watch with others": lambda s: s.registrar.watch("pother", SOURCE),
    "unwatch": lambda s: s.registrar.unwatch(ME, SOURCE.source_id),
    "erase": lambda s: s.registrar.erase(ME),
}


def everything(rig: DynamoRig) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    names = [
        rig.tables.practitioners,
        rig.tables.recipients,
        rig.tables.sources,
        rig.tables.mentions,
        rig.tables.alerts,
    ]
    rows = {name.rpartition("-")[0]: rig.client.scan(TableName=name)["Items"] for name in names}
    return {name: sorted(items, key=repr) for name, items in rows.items()}


def emptied(rig: DynamoRig) -> None:
    keys = {
        rig.tables.practitioners: ["practitioner_id"],
        rig.tables.recipients: ["practitioner_id"],
        rig.tables.sources: ["source_id"],
        rig.tables.mentions: ["practitioner_id", "mention_id"],
        rig.tables.alerts: ["practitioner_id", "alert_id"],
    }
    for table, names in keys.items():
        for item in rig.client.scan(TableName=table)["Items"]:
            rig.client.delete_item(TableName=table, Key={name: item[name] for name in names})


@pytest.mark.stack
@pytest.mark.parametrize("act", REPEATABLE.values(), ids=REPEATABLE)
def test_whatever_call_fails_repeating_the_whole_gives_what_one_undisturbed_run_gives(
    rig: DynamoRig, act: Callable[[Store], object]
) -> None:
    """Each AWS call of the operation fails in turn, before it acted and after (a lost reply, a process that died)."""
    prepared(rig.store)
    counted = Faults()
    act(store_over(counted.wrap(rig.client), rig.tables))
    expected = everything(rig)

    for number in range(1, len(counted.calls) + 1):
        for when in ("before", "after"):
            emptied(rig)
            prepared(rig.store)
            broken = Faults(number, when, lambda: ConnectionClosedError(endpoint_url=MARKER))
            with pytest.raises(StoreError) as caught:
                act(store_over(broken.wrap(rig.client), rig.tables))
            assert MARKER not in "".join(traceback.format_exception(caught.value))
            act(rig.store)
            assert expected == everything(rig), (counted.calls, number, when)


class Interposed:
    """A client before whose first call of `operation` something else happens."""

    def __init__(self, client: Any, operation: str, event: Callable[[], object]) -> None:
        self._client, self._operation, self._event = client, operation, event
        self._done = False

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if name != self._operation or self._done:
            return method

        def call(**options: Any) -> Any:
            self._done = True
            self._event()
            return method(**options)

        return call


def both_sending(store: Store) -> None:
    told(store)
    assert store.notify.write_intent(
        replace(INTENT, alert_id="asecond", recipient_id="rphone"), [found(store, "m1"), found(store, "m2")]
    )


@pytest.mark.stack
def test_news_of_another_recipient_between_reading_and_writing_is_not_lost(rig: DynamoRig) -> None:
    """And whoever comes second, having read one delivery as open, still settles the mention."""
    both_sending(rig.store)
    second = replace(INTENT, alert_id="asecond", recipient_id="rphone")
    client = Interposed(
        rig.client,
        "transact_write_items",
        lambda: rig.store.notify.settle(second, AlertState.ACCEPTED, delivered(second), now=NOW, due_at=NOW),
    )

    assert store_over(client, rig.tables).notify.settle(
        INTENT, AlertState.ACCEPTED, delivered(INTENT), now=NOW, due_at=NOW
    )
    for mention_id in ("m1", "m2"):
        after = found(rig.store, mention_id)
        assert {DeliveryState.DELIVERED} == {d.state for d in (after.deliveries or {}).values()}
        assert (MentionStatus.SETTLED, None) == (after.status, after.due_at)


@pytest.mark.stack
def test_news_of_the_same_attempt_between_reading_and_writing_wins(rig: DynamoRig) -> None:
    both_sending(rig.store)
    client = Interposed(
        rig.client,
        "transact_write_items",
        lambda: rig.store.notify.settle(INTENT, AlertState.ACCEPTED, delivered(INTENT), now=NOW, due_at=NOW),
    )

    silent = delivered(INTENT, DeliveryState.PENDING)
    assert not store_over(client, rig.tables).notify.settle(INTENT, AlertState.SILENT, silent, now=NOW, due_at=NOW)
    assert DeliveryState.DELIVERED is (found(rig.store).deliveries or {})["rmail"].state


@pytest.mark.stack
def test_an_intent_between_reading_and_closing_is_not_undone(rig: DynamoRig) -> None:
    told(rig.store)
    second = replace(INTENT, alert_id="asecond", recipient_id="rphone")
    client = Interposed(rig.client, "update_item", lambda: rig.store.notify.write_intent(second, [mention("m1")]))

    assert not store_over(client, rig.tables).notify.close(mention("m1"), CLOSED)
    assert DeliveryState.SENDING is (found(rig.store).deliveries or {})["rphone"].state


@pytest.mark.stack
def test_a_source_added_while_its_watcher_is_being_erased_does_not_keep_them(rig: DynamoRig) -> None:
    prepared(rig.store)
    late = Source("", "page", OTHER, 60, "forum.example")
    client = Interposed(rig.client, "transact_write_items", lambda: rig.store.registrar.watch(ME, late))
    store_over(client, rig.tables).registrar.erase(ME)

    assert [] == [s for s in rig.store.registrar.all_sources() if ME in s.watchers]
    assert rig.store.registrar.enrolment(ME) is None


@pytest.mark.stack
def test_nobody_erased_meanwhile_is_brought_back_by_a_new_source(rig: DynamoRig) -> None:
    enrolled(rig.store)
    client = Interposed(rig.client, "transact_write_items", lambda: rig.store.registrar.erase(ME))

    assert store_over(client, rig.tables).registrar.watch(ME, SOURCE) is None
    assert {"practitioners": [], "recipients": [], "sources": [], "mentions": [], "alerts": []} == everything(rig)


@pytest.mark.stack
def test_a_bounce_while_recipients_are_being_changed_is_kept(rig: DynamoRig) -> None:
    enrolled(rig.store)
    client = Interposed(
        rig.client, "transact_write_items", lambda: rig.store.notify.hold_address(ME, "rmail", "bounced")
    )
    store_over(client, rig.tables).registrar.enrol(PERSON, [MAIL], "h")

    roster = rig.store.notify.roster(ME)
    assert roster is not None
    assert (replace(MAIL, held_reason="bounced"),) == roster.recipients


@pytest.mark.stack
def test_a_place_taken_while_it_was_looked_at_sends_the_next_one_to_another_row(rig: DynamoRig) -> None:
    people = [enrolled(rig.store, f"p{number}") for number in range(WATCHERS_PER_ROW + 1)]
    for one in people[:-2]:
        rig.store.registrar.watch(one, SOURCE)
    client = Interposed(rig.client, "transact_write_items", lambda: rig.store.registrar.watch(people[-2], SOURCE))
    store_over(client, rig.tables).registrar.watch(people[-1], SOURCE)

    assert [1, WATCHERS_PER_ROW] == sorted(len(source.watchers) for source in rig.store.registrar.all_sources())
