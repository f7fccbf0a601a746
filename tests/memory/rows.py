"""The rows of the store in memory, and what its ports share."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Concatenate, cast

from vigie.attributes import decoded, encoded
from vigie.enrolment import WATCHERS_PER_ROW
from vigie.items import mentions as mention_items
from vigie.items import people as people_items
from vigie.items import sources as source_items
from vigie.model import Alert, Mention, Practitioner, Roster, Source
from vigie.ports import Clock

RETENTION_DAYS = 90


def atomic[S: Rows, **P, R](method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """A method that nothing else comes between."""

    def locked(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.lock:
            return method(self, *args, **kwargs)

    return locked


def _through(record: dict[str, Any]) -> dict[str, Any]:
    return decoded(encoded(record))


class Rows:
    """Five tables as dicts, which tests may read and write at will."""

    def __init__(self, *, clock: Clock = lambda: datetime.now(UTC), watchers_per_row: int = WATCHERS_PER_ROW) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.watchers_per_row = watchers_per_row
        self.people: dict[str, Practitioner] = {}
        self.identities: dict[str, str] = {}
        self.rosters: dict[str, Roster] = {}
        self.source_rows: dict[str, Source] = {}
        self.mention_rows: dict[tuple[str, str], Mention] = {}
        self.alert_rows: dict[tuple[str, str], Alert] = {}
        self.wheel_minute: int | None = None

    def _stored[T](self, value: T) -> T:
        """`value` as it comes back from a table."""
        kept: object
        match value:
            case Practitioner():
                kept = people_items.practitioner(_through(people_items.practitioner_record(value)))
            case Roster():
                kept = people_items.roster(_through(people_items.roster_record(value)))
            case Source():
                kept = source_items.source(_through(source_items.source_record(value)))
            case Mention():
                kept = mention_items.mention(_through(mention_items.mention_record(value)))
            case Alert():
                kept = mention_items.alert(_through(mention_items.alert_record(value, RETENTION_DAYS)))
            case _:
                raise TypeError(type(value).__name__)
        return cast("T", kept)

    def _watched(self, practitioner_id: str) -> list[Source]:
        return [row for _, row in sorted(self.source_rows.items()) if practitioner_id in row.watchers]

    def _row(self, mention: Mention) -> Mention | None:
        return self.mention_rows.get((mention.practitioner_id, mention.mention_id))

    def _mentions(self, practitioner_id: str) -> list[Mention]:
        return [m for (p, _), m in sorted(self.mention_rows.items()) if p == practitioner_id]

    def _alerts(self, practitioner_id: str, since: datetime) -> list[Alert]:
        mine = [a for (p, _), a in sorted(self.alert_rows.items()) if p == practitioner_id]
        return [a for a in mine if a.created_at >= since]

    def _forget(self, practitioner_id: str) -> int:
        count = int(self.rosters.pop(practitioner_id, None) is not None)
        for rows in (self.mention_rows, self.alert_rows):
            mine = [key for key in rows if key[0] == practitioner_id]
            for key in mine:
                del rows[key]
            count += len(mine)
        return count
