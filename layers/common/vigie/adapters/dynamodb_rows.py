"""What `notify` and the operator's side both do with the rows of one practitioner."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import batched

from vigie.adapters.dynamodb import BATCH, Dynamo, Record, Tables, delete
from vigie.errors import SchemaError
from vigie.items.mentions import mention
from vigie.model import Mention

log = logging.getLogger(__name__)


def known[T](rows: Iterable[Record], read: Callable[[Record], T], key: str) -> Iterator[T]:
    """The rows this code knows how to read. The others are logged, and left as they are."""
    for row in rows:
        try:
            yield read(row)
        except SchemaError:
            log.error("row left alone", extra={key: row[key]})


def readable(rows: Iterable[Record]) -> Iterator[Mention]:
    """The mentions among `rows` that this code knows how to read."""
    return known(rows, mention, "mention_id")


def delete_rows(dynamo: Dynamo, tables: Tables, practitioner_id: str) -> int:
    """Delete their mentions, alerts, accounts and recipients, of whatever version; how many rows there were."""
    count = 0
    for table, whose, which in (
        (tables.mentions, "practitioner_id", "mention_id"),
        (tables.alerts, "practitioner_id", "alert_id"),
        (tables.ledger, "account", "period"),
    ):
        fields = f"#{whose}, #{which}"
        rows = dynamo.query(table, f"#{whose} = :id", {"id": practitioner_id}, ProjectionExpression=fields)
        for chunk in batched(rows, BATCH, strict=False):
            dynamo.transact([delete(table, key) for key in chunk])
            count += len(chunk)
    return count + dynamo.delete(tables.recipients, {"practitioner_id": practitioner_id})
