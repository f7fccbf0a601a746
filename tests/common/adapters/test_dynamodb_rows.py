"""Rows of another version are left alone; what each operation costs; how large a row may be."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from ops.local.embedded import ROOT
from tests.common.adapters.conftest import DynamoRig, store_over
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
    SOURCE,
    alert,
    delivered,
    enrolled,
    expanded,
    leased,
    mention,
    prepared,
)
from tests.fakes import Faults
from vigie.attributes import ITEM_LIMIT, encoded
from vigie.errors import SchemaError, StoreError
from vigie.identity import source_id
from vigie.items.sources import source_record
from vigie.model import AlertState, Source


def aged(rig: DynamoRig, table: str, **key: str) -> dict[str, Any]:
    """A row rewritten by some other version of Vigie, as it then is."""
    rig.client.update_item(
        TableName=table,
        Key={name: {"S": value} for name, value in key.items()},
        UpdateExpression="SET v = :v",
        ConditionExpression="attribute_exists(v)",
        ExpressionAttributeValues={":v": {"N": "99"}},
    )
    row = rig.row(table, **key)
    assert row is not None
    return row


@pytest.mark.stack
def test_a_source_of_another_version_is_left_alone_and_the_others_of_its_job_are_read(rig: DynamoRig) -> None:
    store = rig.store
    prepared(store)
    store.registrar.watch("pother", Source(source_id("page", OTHER), "page", OTHER, 60, "forum.example"))
    row = aged(rig, rig.tables.sources, source_id=SOURCE.source_id)

    assert [source_id("page", OTHER)] == list(store.sources.sources([SOURCE.source_id, source_id("page", OTHER)]))
    for act in (
        lambda: store.registrar.watch("pother", SOURCE),
        lambda: store.registrar.unwatch(ME, SOURCE.source_id),
        lambda: store.registrar.erase(ME),
    ):
        with pytest.raises(SchemaError):
            act()
    assert row == rig.row(rig.tables.sources, source_id=SOURCE.source_id)


@pytest.mark.stack
def test_a_practitioner_of_another_version_is_neither_ignored_nor_purged(rig: DynamoRig) -> None:
    store = rig.store
    prepared(store)
    row = aged(rig, rig.tables.practitioners, practitioner_id=ME)

    for act in (
        lambda: store.sources.practitioners([ME, "pother"], fresh=True),
        lambda: store.notify.practitioner(ME),
        lambda: store.registrar.enrol(PERSON, [MAIL], "h"),
    ):
        with pytest.raises(SchemaError):
            act()
    assert 0 == store.notify.purge(ME)
    assert ["pother"] == [one.practitioner_id for one in store.registrar.everyone()]
    assert row == rig.row(rig.tables.practitioners, practitioner_id=ME)


@pytest.mark.stack
def test_a_roster_of_another_version_gives_no_lease(rig: DynamoRig) -> None:
    store = rig.store
    prepared(store)
    row = aged(rig, rig.tables.recipients, practitioner_id=ME)

    for act in (
        lambda: store.notify.take_lease(ME, "w", NOW + 10 * MINUTE, NOW + 12 * MINUTE),
        lambda: store.notify.roster(ME),
        lambda: store.notify.hold_address(ME, "rmail", "bounced"),
        lambda: store.registrar.enrol(PERSON, [MAIL], "h"),
    ):
        with pytest.raises(SchemaError):
            act()
    assert row == rig.row(rig.tables.recipients, practitioner_id=ME)


@pytest.mark.stack
def test_a_mention_of_another_version_stays_pending_and_the_others_are_told(rig: DynamoRig) -> None:
    store = rig.store
    prepared(store)
    row = aged(rig, rig.tables.mentions, practitioner_id=ME, mention_id="m3")

    assert ["m1", "m2"] == [m.mention_id for m in store.notify.open_mentions(ME)]
    assert {"m1", "m2", "m4"} == {m.mention_id for m in store.registrar.mentions(ME)}
    with pytest.raises(SchemaError):
        store.notify.carried(alert(leased(store), ids=["m3"]))
    with pytest.raises(SchemaError):
        store.notify.close(mention("m3"), {})
    with pytest.raises(SchemaError):
        store.sources.put_or_find(mention("m3"))
    assert row == rig.row(rig.tables.mentions, practitioner_id=ME, mention_id="m3")


@pytest.mark.stack
def test_erasure_does_not_ask_for_the_version_of_what_it_deletes(rig: DynamoRig) -> None:
    prepared(rig.store)
    rig.store.registrar.unwatch(ME, SOURCE.source_id)
    for table, key in (
        (rig.tables.practitioners, {}),
        (rig.tables.recipients, {}),
        (rig.tables.mentions, {"mention_id": "m3"}),
        (rig.tables.alerts, {"alert_id": INTENT.alert_id}),
    ):
        aged(rig, table, practitioner_id=ME, **key)

    assert 7 == rig.store.registrar.erase(ME)


# Costs


@pytest.mark.stack
def test_an_unchanged_pass_over_a_job_costs_one_call_and_writes_nothing(rig: DynamoRig) -> None:
    enrolled(rig.store)
    ids = []
    for number in range(25):
        params = {"url": f"https://blog.example/{number}.xml"}
        source = Source(source_id("feed", params), "feed", params, 60, "blog.example")
        rig.store.registrar.watch(ME, source)
        ids.append(source.source_id)
    counted = Faults()

    assert 25 == len(store_over(counted.wrap(rig.client), rig.tables).sources.sources(ids))
    assert ["batch_get_item"] == counted.calls


@pytest.mark.stack
def test_a_new_mention_costs_one_call_and_two_write_units(rig: DynamoRig) -> None:
    """One for its row, one for its place in the index of what is due."""
    units: list[float] = []

    def ask(params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "INDEXES"

    def note(parsed: dict[str, Any], **_: Any) -> None:
        units.append(parsed["ConsumedCapacity"]["CapacityUnits"])

    events = rig.client.meta.events
    events.register("provide-client-params.dynamodb.PutItem", ask, unique_id="ask")
    events.register("after-call.dynamodb.PutItem", note, unique_id="note")
    counted = Faults()
    try:
        assert store_over(counted.wrap(rig.client), rig.tables).sources.put_mention(mention())
    finally:
        events.unregister("provide-client-params.dynamodb.PutItem", unique_id="ask")
        events.unregister("after-call.dynamodb.PutItem", unique_id="note")

    assert ["put_item"] == counted.calls
    assert units[0] <= 2


@pytest.mark.stack
def test_telling_one_mention_takes_one_call_for_the_intent_and_two_to_settle_it(rig: DynamoRig) -> None:
    enrolled(rig.store)
    mentions = expanded(rig.store)
    intent = alert(leased(rig.store))
    counted = Faults()
    store = store_over(counted.wrap(rig.client), rig.tables)
    store.notify.write_intent(intent, mentions)
    store.notify.settle(intent, AlertState.ACCEPTED, delivered(intent), now=NOW)

    assert ["transact_write_items", "batch_get_item", "transact_write_items"] == counted.calls


@pytest.mark.stack
def test_a_cursor_that_would_not_fit_is_refused_before_anything_is_sent(rig: DynamoRig) -> None:
    counted = Faults()
    store = store_over(counted.wrap(rig.client), rig.tables)

    with pytest.raises(StoreError):
        store.sources.save_cursor(SOURCE, replace(CURSOR, ring=bytes(ITEM_LIMIT)), HEALTH, settled=frozenset())
    assert [] == counted.calls


@pytest.mark.stack
def test_the_fullest_source_there_can_be_is_saved(rig: DynamoRig) -> None:
    """5,000 watchers, all fresh, and the largest ring."""
    people = frozenset(f"p{number:015}" for number in range(5_000))
    full = replace(SOURCE, watchers=people, fresh=people, rev=1)
    rig.client.put_item(TableName=rig.tables.sources, Item=encoded(source_record(full)))

    assert rig.store.sources.save_cursor(full, replace(CURSOR, ring=bytes(84_000)), HEALTH, settled=people)
    (read,) = rig.store.sources.sources([SOURCE.source_id]).values()
    assert (people, frozenset()) == (read.watchers, read.fresh)


def test_adapters_open_nothing_before_they_are_used() -> None:
    """botocore is half of a cold start: a process that needs no AWS does not pay for it."""
    script = (
        "import sys\n"
        "import vigie.adapters.aws, vigie.adapters.sqs, vigie.adapters.dynamodb_wheel\n"
        "import vigie.adapters.dynamodb_sources, vigie.adapters.dynamodb_notify, vigie.adapters.dynamodb_registrar\n"
        "print([name for name in ('botocore', 'boto3', 'httpx', 'lxml') if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT / 'layers/common')!r})\n{script}"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "[]" == ran.stdout.strip()
