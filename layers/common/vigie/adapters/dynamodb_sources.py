"""What `scan` reads and writes, in DynamoDB."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace

from vigie.adapters.dynamodb import Dynamo, Tables
from vigie.attributes import ITEM_LIMIT, encoded, weight
from vigie.errors import SchemaError, StoreError
from vigie.identity import NEW, slot
from vigie.items.mentions import mention as read_mention
from vigie.items.mentions import mention_record
from vigie.items.people import practitioner
from vigie.items.sources import cursor_record, health_record, source_record
from vigie.items.sources import source as read_source
from vigie.model import Cursor, Health, Mention, Practitioner, Source

log = logging.getLogger(__name__)


class DynamoSources:
    """`vigie.ports.SourceStore`."""

    def __init__(self, dynamo: Dynamo, tables: Tables) -> None:
        self._dynamo = dynamo
        self._tables = tables

    def sources(self, source_ids: Sequence[str]) -> dict[str, Source]:
        """A row of another schema version is left out, and logged: the other sources of its job do not wait for it.

        Read a moment late at half the price: a stale row fails `save_cursor`, and is read again.
        """
        keys = ({"source_id": source_id} for source_id in source_ids)
        found = {}
        for row in self._dynamo.batch_get(self._tables.sources, keys, fresh=False):
            try:
                found[row["source_id"]] = read_source(row)
            except SchemaError:
                log.error("row left alone", extra={"source_id": row["source_id"]})
        return found

    def practitioners(self, practitioner_ids: Iterable[str], *, fresh: bool = False) -> dict[str, Practitioner]:
        """A row of another schema version raises: left out, its mentions would be lost, as of nobody we know."""
        keys = ({"practitioner_id": practitioner_id} for practitioner_id in practitioner_ids)
        rows = self._dynamo.batch_get(self._tables.practitioners, keys, fresh=fresh)
        return {row["practitioner_id"]: practitioner(row) for row in rows}

    def put_mention(self, mention: Mention) -> bool:
        return self._dynamo.put_new(self._tables.mentions, mention_record(mention), "mention_id")

    def put_or_find(self, mention: Mention) -> Mention | None:
        standing = self._dynamo.put_or_find(self._tables.mentions, mention_record(mention), "mention_id")
        return None if standing is None else read_mention(standing)

    def save_cursor(
        self, source: Source, cursor: Cursor, health: Health, *, settled: frozenset[str], soon: bool = False
    ) -> bool:
        after = replace(source, cursor=cursor, health=health)
        if weight(encoded(source_record(after))) > ITEM_LIMIT:
            raise StoreError("a source's row would not fit one item")
        update = "SET #cursor = :cursor, #health = :health, #slot = :slot"
        if settled:
            update += " DELETE #fresh :settled"
        values = {
            "cursor": cursor_record(cursor),
            "health": health_record(health),
            "slot": NEW if soon else slot(source.source_id, cursor.every or source.cadence),
            "settled": settled,
            "rev": source.rev,
        }
        key = {"source_id": source.source_id}
        return self._dynamo.update(self._tables.sources, key, update, "#rev = :rev", values)
