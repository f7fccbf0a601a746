"""What only DynamoDB can do to us: replies lost, parts left undone, rows of another version, costs."""

from __future__ import annotations

import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError
from botocore.session import Session

from ops.local.embedded import ROOT, free_port
from tests.common.adapters.conftest import WATCHERS_PER_ROW, DynamoRig, Store
from tests.common.adapters.facts import (
    CURSOR,
    HEALTH,
    MAIL,
    MINUTE,
    NOW,
    PERSON,
    PHONE,
    SOURCE,
    alert,
    delivered,
    enrolled,
    expanded,
    found,
    leased,
    mention,
    pending,
    person,
)
from tests.fakes import Faults
from vigie.adapters import aws
from vigie.adapters.dynamodb import TRIES, ConflictError, Dynamo, Tables, delete
from vigie.adapters.dynamodb_notify import DynamoNotify
from vigie.adapters.dynamodb_registrar import DynamoRegistrar
from vigie.adapters.dynamodb_sources import DynamoSources
from vigie.adapters.dynamodb_wheel import DynamoWheel
from vigie.attributes import ITEM_LIMIT, encoded
from vigie.errors import SchemaError, StoreError
from vigie.identity import source_id
from vigie.items.sources import source_record
from vigie.model import AlertState, Delivery, DeliveryState, MentionStatus, Roster, Source

ME = PERSON.practitioner_id
MARKER = "claire.morvant@planted.example"


def store_over(client: Any, tables: Tables) -> Store:
    dynamo = Dynamo(lambda: client, sleep=lambda _: None)
    return Store(
        DynamoWheel(dynamo, tables),
        DynamoSources(dynamo, tables),
        DynamoNotify(dynamo, tables, retention_days=90, clock=lambda: NOW),
        DynamoRegistrar(dynamo, tables, clock=lambda: NOW, watchers_per_row=WATCHERS_PER_ROW),
    )


# Crashes and lost replies


def told(store: Store) -> None:
    """A practitioner who watches a source, two mentions for two recipients, one intent written."""
    enrolled(store)
    store.registrar.watch(ME, SOURCE)
    mentions = expanded(store, ["m1", "m2"], ["rmail", "rphone"])
    assert store.notify.write_intent(alert(leased(store), ids=["m1", "m2"]), mentions)


INTENT = alert(Roster(ME, (MAIL, PHONE), version=1, epoch=1), ids=["m1", "m2"])
OTHER = {"url": "https://forum.example/"}
CLOSED = {"rphone": Delivery("rphone", DeliveryState.SUPPRESSED, None, "below_minimum", NOW)}

REPEATABLE: dict[str, Callable[[Store], object]] = {
    "advance": lambda s: s.wheel.advance(5),
    "put_mention": lambda s: s.sources.put_mention(mention("m9")),
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


def prepared(store: Store) -> None:
    told(store)
    enrolled(store, "pother")
    store.sources.put_mention(mention("m3"))
    store.sources.put_mention(mention("m4", status=MentionStatus.BASELINE, expires_at=NOW))


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


# Rows of another version


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
        store.notify.mention(ME, "m3")
    with pytest.raises(SchemaError):
        store.notify.close(mention("m3"), {})
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
    """One for its row, one for its place in the index of what is due (performance.md, G15)."""
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


# What DynamoDB answers now and then


class Answers:
    """A client that answers, in turn, what it is given: values, or errors to raise."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.calls: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**options: Any) -> Any:
            self.calls.append(options)
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


def refused(code: str, *reasons: str) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": f"One or more parameter values: {MARKER}"}}
    if reasons:
        response["CancellationReasons"] = [{"Code": reason, "Message": MARKER} for reason in reasons]
    return ClientError(response, "Operation")


def dynamo_over(*answers: Any) -> tuple[Dynamo, Answers, list[float]]:
    client, slept = Answers(*answers), list[float]()
    return Dynamo(lambda: client, slept.append), client, slept


def test_keys_left_unprocessed_are_asked_for_again() -> None:
    left = {"UnprocessedKeys": {"t": {"Keys": [{"id": {"S": "b"}}]}}}
    dynamo, client, slept = dynamo_over(
        {"Responses": {"t": [{"id": {"S": "a"}}]}, **left}, {"Responses": {"t": [{"id": {"S": "b"}}]}}
    )

    assert [{"id": "a"}, {"id": "b"}] == dynamo.batch_get("t", [{"id": "a"}, {"id": "b"}], fresh=True)
    assert [{"id": {"S": "b"}}] == client.calls[1]["RequestItems"]["t"]["Keys"]
    assert client.calls[1]["RequestItems"]["t"]["ConsistentRead"]
    assert 1 == len(slept)


def test_keys_never_processed_are_a_store_error_after_a_few_seconds_at_most() -> None:
    dynamo, client, slept = dynamo_over({"Responses": {}, "UnprocessedKeys": {"t": {"Keys": [{"id": {"S": "a"}}]}}})

    with pytest.raises(StoreError):
        dynamo.batch_get("t", [{"id": "a"}], fresh=False)
    assert TRIES == len(client.calls)
    assert sum(slept) < 5


@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_transaction_that_met_another_is_tried_again(reason: str) -> None:
    conflict = refused("TransactionCanceledException", "None", reason)
    dynamo, client, _ = dynamo_over(conflict, conflict, {})

    assert dynamo.transact([delete("t", {"id": "a"}), delete("t", {"id": "b"})]) is None
    assert 3 == len(client.calls)


def test_a_transaction_that_always_meets_others_is_a_store_error() -> None:
    dynamo, client, slept = dynamo_over(refused("TransactionCanceledException", "TransactionConflict"))

    with pytest.raises(ConflictError):
        dynamo.transact([delete("t", {"id": "a"})])
    assert TRIES == len(client.calls)
    assert sum(slept) < 5


def test_a_condition_that_does_not_hold_is_an_answer_even_beside_a_conflict() -> None:
    dynamo, _, _ = dynamo_over(refused("TransactionCanceledException", "ConditionalCheckFailed", "TransactionConflict"))

    assert ["ConditionalCheckFailed", "TransactionConflict"] == dynamo.transact([delete("t", {"id": "a"})] * 2)


def test_a_row_held_by_a_transaction_is_tried_again() -> None:
    dynamo, client, _ = dynamo_over(refused("TransactionConflictException"), {})

    assert dynamo.update("t", {"id": "a"}, "SET #x = :x", "#x < :x", {"x": 1})
    assert 2 == len(client.calls)


FAILURES: dict[str, Callable[[Dynamo], object]] = {
    "get": lambda d: d.get("t", {"id": "a"}),
    "batch_get": lambda d: d.batch_get("t", [{"id": "a"}], fresh=True),
    "query": lambda d: list(d.query("t", "#a = :a", {"a": 1})),
    "count": lambda d: d.count("t", "#a = :a", {"a": 1}, "i"),
    "scan": lambda d: list(d.scan("t")),
    "put_new": lambda d: d.put_new("t", {"id": "a"}, "id"),
    "update": lambda d: d.update("t", {"id": "a"}, "SET #x = :x", "#x < :x", {"x": 1}),
    "updated": lambda d: d.updated("t", {"id": "a"}, "SET #x = :x", "#x < :x", {"x": 1}),
    "delete": lambda d: d.delete("t", {"id": "a"}),
    "transact": lambda d: d.transact([delete("t", {"id": "a"})]),
}
ERRORS = [
    refused("ValidationException"),
    refused("ThrottlingException"),
    refused("AccessDeniedException"),
    refused("TransactionCanceledException", "ValidationError"),
    ConnectionClosedError(endpoint_url=MARKER),
]


@pytest.mark.parametrize("error", ERRORS, ids=str)
@pytest.mark.parametrize("act", FAILURES.values(), ids=FAILURES)
def test_every_failure_is_a_store_error_that_quotes_nothing(act: Callable[[Dynamo], object], error: Exception) -> None:
    """AWS quotes in its texts what it was given, and a traceback shows every text of its chain (design, I8)."""
    dynamo, client, _ = dynamo_over(error)

    with pytest.raises(StoreError) as caught:
        act(dynamo)
    assert MARKER not in "".join(traceback.format_exception(caught.value))
    assert 1 == len(client.calls)


def test_nobody_listening_is_a_store_error() -> None:
    config = Config(connect_timeout=1, retries={"total_max_attempts": 1})
    client = Session().create_client("dynamodb", endpoint_url=f"http://127.0.0.1:{free_port()}", config=config)

    with pytest.raises(StoreError, match=r"^get_item: EndpointConnectionError$"):
        Dynamo(lambda: client).get("t", {"id": "a"})


def test_a_query_reads_no_page_it_was_not_asked_for() -> None:
    page = {"Items": [{"id": {"S": "a"}}, {"id": {"S": "b"}}], "LastEvaluatedKey": {"id": {"S": "b"}}}
    dynamo, client, _ = dynamo_over(page)

    assert 2 == len(list(dynamo.query("t", "#a = :a", {"a": 1}, limit=2)))
    assert 1 == len(client.calls)


@pytest.mark.parametrize("service", ["sesv2", "sns"])
def test_what_sends_messages_never_repeats_a_call(service: str) -> None:
    """Neither has an idempotency key: a repeated call is a second message."""
    client = aws.client(service)

    assert client is aws.client(service)
    assert (1, 30) == (client.meta.config.retries["total_max_attempts"], client.meta.config.read_timeout)


@pytest.mark.parametrize("service", ["dynamodb", "sqs"])
def test_what_may_be_repeated_is_repeated_a_few_times(service: str) -> None:
    retries = aws.client(service).meta.config.retries

    assert {"mode": "standard", "total_max_attempts": 4} == retries
