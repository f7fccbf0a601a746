"""DynamoDB as the store's adapters use it: plain records in and out, and no error but `StoreError`.

Expressions name attributes `#name` and values `:name`; both are filled in here. A `StoreError` carries the error's
class alone, since AWS quotes in its texts what it was given (invariant I8).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched, islice
from typing import Any

from vigie.attributes import Value, decoded, encoded
from vigie.errors import StoreError

type Record = dict[str, Any]
type Action = dict[str, Any]
"""One part of a transaction."""

BATCH = 100
"""Keys in a BatchGetItem, and parts in a transaction, at most."""

TRIES = 6
"""Times a call is repeated while DynamoDB processes a part only, or others write the same rows (~1.5 s of waiting)."""

_CONFLICTS = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
_NAME, _VALUE = re.compile(r"#(\w+)"), re.compile(r":(\w+)")


@dataclass(frozen=True, slots=True)
class Tables:
    """Names of the six tables."""

    practitioners: str
    recipients: str
    sources: str
    mentions: str
    alerts: str
    ledger: str


class ConflictError(StoreError):
    """Others were writing the same rows in the same moment, again and again."""


class Dynamo:
    """One DynamoDB client. `client` is called at first use; `sleep` takes seconds."""

    def __init__(self, client: Callable[[], Any], sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._sleep = sleep

    def get(self, table: str, key: Mapping[str, str]) -> Record | None:
        """One row as of now."""
        answer = self._call("get_item", TableName=table, Key=encoded(key), ConsistentRead=True)
        return decoded(answer["Item"]) if "Item" in answer else None

    def batch_get(
        self, table: str, keys: Iterable[Mapping[str, str]], *, fresh: bool, fields: str = ""
    ) -> list[Record]:
        """The rows that exist, or `fields` of them alone, in no order. `fresh` reads, of the present, cost twice as
        much."""
        wanted = list({tuple(sorted(key.items())): encoded(key) for key in keys}.values())
        return [
            decoded(item)
            for chunk in batched(wanted, BATCH, strict=False)
            for item in self._batch(table, {"Keys": list(chunk), "ConsistentRead": fresh, **_projection(fields)})
        ]

    def query(
        self,
        table: str,
        condition: str,
        values: Mapping[str, object],
        *,
        index: str | None = None,
        limit: int | None = None,
        **options: str,
    ) -> Iterator[Record]:
        """Rows by key, page by page: as of now, or a moment ago when through an index. At most `limit`."""
        where: dict[str, Any] = {"IndexName": index} if index else {"ConsistentRead": True}
        if limit is not None:
            where["Limit"] = limit
        filled = _filled(values, condition, *options.values())
        pages = self._pages("query", TableName=table, KeyConditionExpression=condition, **where, **options, **filled)
        return islice((decoded(item) for page in pages for item in page["Items"]), limit)

    def count(self, table: str, condition: str, values: Mapping[str, object], index: str) -> int:
        """How many rows an index holds under a key."""
        filled = _filled(values, condition)
        options = {"TableName": table, "IndexName": index, "KeyConditionExpression": condition, "Select": "COUNT"}
        return sum(page["Count"] for page in self._pages("query", **options, **filled))

    def scan(self, table: str, fields: str = "", *, fresh: bool = False) -> Iterator[Record]:
        """Every row of a table, or `fields` of it alone."""
        for page in self._pages("scan", TableName=table, ConsistentRead=fresh, **_projection(fields)):
            yield from map(decoded, page["Items"])

    def put_new(self, table: str, record: Mapping[str, object], key: str) -> bool:
        """Put a row unless there is one. False when there is."""
        condition = f"attribute_not_exists(#{key})"
        options = {"TableName": table, "Item": encoded(record), "ConditionExpression": condition}
        return self._conditional("put_item", **options, **_filled({}, condition)) is not None

    def put_or_find(self, table: str, record: Mapping[str, object], key: str) -> Record | None:
        """Put a row unless there is one: then that one. None when it was put.

        It takes no call and no permission beyond the put's: DynamoDB shows what stands in the way.
        """
        condition = f"attribute_not_exists(#{key})"
        options = {"TableName": table, "Item": encoded(record), "ConditionExpression": condition}
        shown = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        done, answer = self._tried("put_item", **options, **shown, **_filled({}, condition))
        return None if done else decoded(answer.get("Item", {}))

    def update(
        self,
        table: str,
        key: Mapping[str, str],
        update: str,
        condition: str,
        values: Mapping[str, object],
    ) -> bool:
        """Change a row. False when the condition does not hold."""
        options = _update(table, key, update, condition, values, None)
        return self._conditional("update_item", **options) is not None

    def updated(
        self,
        table: str,
        key: Mapping[str, str],
        update: str,
        condition: str,
        values: Mapping[str, object],
    ) -> Record | None:
        """The row after the change; None when the condition does not hold."""
        options = _update(table, key, update, condition, values, None)
        answer = self._conditional("update_item", ReturnValues="ALL_NEW", **options)
        return None if answer is None else decoded(answer["Attributes"])

    def delete(self, table: str, key: Mapping[str, str]) -> bool:
        """Remove a row. False when there was none."""
        answer = self._conditional("delete_item", TableName=table, Key=encoded(key), ReturnValues="ALL_OLD")
        return bool(answer and answer.get("Attributes"))

    def transact(self, actions: Sequence[Action]) -> list[str] | None:
        """All or nothing. None when done, else the reason of each part, "None" for those that were fine.

        A repeat of a lost reply does nothing twice: the client sends a token with it.
        """
        for attempt in range(TRIES):
            reasons = self._transact(actions)
            if reasons is None or "ConditionalCheckFailed" in reasons:
                return reasons
            if not _CONFLICTS.issuperset(reason for reason in reasons if reason != "None"):
                raise StoreError(f"transact_write_items: {', '.join(sorted(set(reasons) - {'None'}))}")
            self._wait(attempt)
        raise ConflictError("transact_write_items: conflicts")

    def _transact(self, actions: Sequence[Action]) -> list[str] | None:
        from botocore.exceptions import ClientError

        try:
            self._raw("transact_write_items", TransactItems=list(actions))
        except ClientError as error:
            reasons = error.response.get("CancellationReasons")
            if not reasons:
                raise _store_error("transact_write_items", error) from None
            return [str(reason.get("Code", "None")) for reason in reasons]
        return None

    def _batch(self, table: str, request: Record) -> Iterator[Mapping[str, Value]]:
        for attempt in range(TRIES):
            answer = self._call("batch_get_item", RequestItems={table: request})
            yield from answer["Responses"].get(table, [])
            left = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys")
            if not left:
                return
            request = {**request, "Keys": left}
            self._wait(attempt)
        raise StoreError("batch_get_item: keys left unprocessed")

    def _pages(self, operation: str, **options: Any) -> Iterator[Record]:
        while True:
            page = self._call(operation, **options)
            yield page
            if "LastEvaluatedKey" not in page:
                return
            options["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _conditional(self, operation: str, **options: Any) -> Record | None:
        """The answer; None when the condition did not hold."""
        done, answer = self._tried(operation, **options)
        return answer if done else None

    def _tried(self, operation: str, **options: Any) -> tuple[bool, Record]:
        """True and the answer; or False, and what is said of the condition that did not hold. Repeated while a
        transaction holds the row."""
        from botocore.exceptions import ClientError

        for attempt in range(TRIES):
            try:
                return True, self._raw(operation, **options)
            except ClientError as error:
                code = error.response.get("Error", {}).get("Code")
                if code == "ConditionalCheckFailedException":
                    return False, dict(error.response)
                if code != "TransactionConflictException":
                    raise _store_error(operation, error) from None
            self._wait(attempt)
        raise ConflictError(f"{operation}: conflicts")

    def _call(self, operation: str, **options: Any) -> Record:
        from botocore.exceptions import ClientError

        try:
            return self._raw(operation, **options)
        except ClientError as error:
            raise _store_error(operation, error) from None

    def _raw(self, operation: str, **options: Any) -> Record:
        """`ClientError` is the caller's to read; every other failure of the client is a `StoreError`."""
        client = self._client()
        from botocore.exceptions import BotoCoreError

        try:
            answer: Record = getattr(client, operation)(**options)
        except BotoCoreError as error:
            raise StoreError(f"{operation}: {type(error).__name__}") from None
        return answer

    def _wait(self, attempt: int) -> None:
        self._sleep(0.05 * 2**attempt)


def put(table: str, record: Mapping[str, object], condition: str) -> Action:
    """A part of a transaction: write a whole row."""
    options = {"TableName": table, "Item": encoded(record), "ConditionExpression": condition}
    return {"Put": {**options, **_filled({}, condition)}}


def update(
    table: str,
    key: Mapping[str, str],
    update: str,
    condition: str,
    values: Mapping[str, object],
    names: Mapping[str, str] | None = None,
) -> Action:
    """A part of a transaction: change a row."""
    return {"Update": _update(table, key, update, condition, values, names)}


def check(table: str, key: Mapping[str, str], condition: str, values: Mapping[str, object]) -> Action:
    """A part of a transaction: a condition on a row that it does not change."""
    options = {"TableName": table, "Key": encoded(key), "ConditionExpression": condition}
    return {"ConditionCheck": {**options, **_filled(values, condition)}}


def delete(table: str, key: Mapping[str, str], condition: str = "", **values: object) -> Action:
    """A part of a transaction: remove a row."""
    when = {"ConditionExpression": condition, **_filled(values, condition)} if condition else {}
    return {"Delete": {"TableName": table, "Key": encoded(key), **when}}


def _update(
    table: str,
    key: Mapping[str, str],
    update: str,
    condition: str,
    values: Mapping[str, object],
    names: Mapping[str, str] | None,
) -> Record:
    return {
        "TableName": table,
        "Key": encoded(key),
        "UpdateExpression": update,
        "ConditionExpression": condition,
        **_filled(values, update, condition, names=names),
    }


def _projection(fields: str) -> Record:
    return {"ProjectionExpression": fields, **_filled({}, fields)} if fields else {}


def _filled(values: Mapping[str, object], *expressions: str, names: Mapping[str, str] | None = None) -> Record:
    """Names and values of the expressions. `names` gives those that are not their own (`#r` of a recipient)."""
    text = " ".join(expressions)
    used = {name: (names or {}).get(name, name) for name in _NAME.findall(text)}
    filled: Record = {"ExpressionAttributeNames": {f"#{name}": real for name, real in used.items()}} if used else {}
    wanted = encoded({name: values[name] for name in _VALUE.findall(text)})
    if wanted:
        filled["ExpressionAttributeValues"] = {f":{name}": value for name, value in wanted.items()}
    return filled


def _store_error(operation: str, error: Any) -> StoreError:
    return StoreError(f"{operation}: {error.response.get('Error', {}).get('Code', type(error).__name__)}")
