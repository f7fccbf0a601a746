"""The timing wheel in DynamoDB: two indexes to read, and one number on a row of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from vigie.adapters.dynamodb import Dynamo, Tables
from vigie.items.fields import instant, moment
from vigie.items.mentions import DUE, FADING
from vigie.ports import Due, SlotEntry

WHEEL = {"source_id": "#wheel"}
"""The row of the sources table that is no source. Its key is no id, so no source can ever be it."""


class DynamoWheel:
    """`vigie.ports.Wheel`."""

    def __init__(self, dynamo: Dynamo, tables: Tables) -> None:
        self._dynamo = dynamo
        self._tables = tables

    def minute(self) -> int | None:
        row = self._dynamo.get(self._tables.sources, WHEEL)
        return None if row is None else row.get("minute")

    def advance(self, minute: int) -> None:
        later = "attribute_not_exists(#minute) OR #minute < :minute"
        self._dynamo.update(self._tables.sources, WHEEL, "SET #minute = :minute", later, {"minute": minute})

    def slot(self, slot: str) -> Iterator[SlotEntry]:
        rows = self._dynamo.query(self._tables.sources, "#slot = :slot", {"slot": slot}, index="by-slot")
        return (SlotEntry(row["source_id"], "" if row["host"] == "-" else row["host"]) for row in rows)

    def due(self, now: datetime, limit: int) -> Iterator[Due]:
        return self._before(DUE, now, limit)

    def faded(self, now: datetime, limit: int) -> Iterator[Due]:
        return self._before(FADING, now, limit)

    def _before(self, partition: str, now: datetime, limit: int) -> Iterator[Due]:
        values = {"due": partition, "now": instant(now)}
        rows = self._dynamo.query(
            self._tables.mentions, "#due = :due AND #due_at <= :now", values, index="by-due", limit=limit
        )
        return (Due(row["practitioner_id"], row["mention_id"], moment(row["due_at"])) for row in rows)
