"""What is due, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tests.memory.rows import Rows, atomic
from vigie.model import MentionStatus
from vigie.ports import Due, SlotEntry


class MemoryWheel(Rows):
    """The port `Wheel`."""

    def minute(self) -> int | None:
        return self.wheel_minute

    @atomic
    def advance(self, minute: int) -> None:
        self.wheel_minute = max(minute, minute if self.wheel_minute is None else self.wheel_minute)

    @atomic
    def slot(self, slot: str) -> Iterator[SlotEntry]:
        rows = sorted((s.host, s.source_id) for s in self.source_rows.values() if s.slot == slot)
        return iter([SlotEntry(source_id, host) for host, source_id in rows])

    @atomic
    def due(self, now: datetime, limit: int) -> Iterator[Due]:
        found = [(m.due_at, key) for key, m in self.mention_rows.items() if m.due_at is not None and m.due_at <= now]
        return iter([Due(*key, due_at) for due_at, key in sorted(found)[:limit]])

    @atomic
    def faded(self, now: datetime, limit: int) -> Iterator[Due]:
        found = [
            (m.expires_at, key)
            for key, m in self.mention_rows.items()
            if m.expires_at is not None and m.expires_at <= now and m.status is not MentionStatus.PENDING
        ]
        return iter([Due(*key, expires_at) for expires_at, key in sorted(found)[:limit]])
