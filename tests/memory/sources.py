"""What `scan` reads and records, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tests.memory.rows import Rows, atomic
from vigie import identity
from vigie.model import Cursor, Health, Mention, Practitioner, Source


class MemorySources(Rows):
    """The port `SourceStore`."""

    @atomic
    def sources(self, source_ids: Sequence[str]) -> dict[str, Source]:
        return {s: self.source_rows[s] for s in source_ids if s in self.source_rows}

    @atomic
    def practitioners(self, practitioner_ids: Iterable[str], *, fresh: bool = False) -> dict[str, Practitioner]:
        return {p: self.people[p] for p in practitioner_ids if p in self.people}

    @atomic
    def put_mention(self, mention: Mention) -> bool:
        key = (mention.practitioner_id, mention.mention_id)
        if key in self.mention_rows:
            return False
        self.mention_rows[key] = self._stored(mention)
        return True

    @atomic
    def put_or_find(self, mention: Mention) -> Mention | None:
        standing = self.mention_rows.get((mention.practitioner_id, mention.mention_id))
        return standing if standing or not self.put_mention(mention) else None

    @atomic
    def save_cursor(
        self, source: Source, cursor: Cursor, health: Health, *, settled: frozenset[str], soon: bool = False
    ) -> bool:
        row = self.source_rows.get(source.source_id)
        if row is None or row.rev != source.rev:
            return False
        slot = identity.NEW if soon else identity.slot(row.source_id, cursor.every or row.cadence)
        fresh = row.fresh - settled
        saved = replace(row, cursor=cursor, health=health, slot=slot, fresh=fresh)
        self.source_rows[row.source_id] = self._stored(saved)
        return True
