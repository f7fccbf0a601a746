"""What the operator does, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from tests.memory.rows import RETENTION_DAYS, Rows, atomic
from vigie.enrolment import Backlog, Dossier, Enrolment, Watch, kept, paced, row_ids
from vigie.items import mentions as mention_items
from vigie.model import Alert, Mention, Practitioner, Recipient, Roster, Source


class MemoryRegistrar(Rows):
    """The port `Registrar`."""

    def find(self, identity_hash: str) -> str | None:
        return self.identities.get(identity_hash)

    @atomic
    def enrol(self, practitioner: Practitioner, recipients: Sequence[Recipient], identity_hash: str) -> bool:
        key = practitioner.practitioner_id
        old, roster = self.people.get(key), self.rosters.get(key)
        addresses = kept(roster, recipients)
        self.identities = {h: p for h, p in self.identities.items() if p != key} | {identity_hash: key}
        self.people[key] = self._stored(
            replace(
                practitioner,
                created_at=old.created_at or practitioner.created_at,
                consent_at=old.consent_at or practitioner.consent_at,
                statement=old.statement or practitioner.statement,
            )
            if old
            else practitioner
        )
        if roster is None:
            self.rosters[key] = self._stored(Roster(key, addresses))
        elif (after := self._stored(replace(roster, recipients=addresses))) != roster:
            self.rosters[key] = replace(after, version=roster.version + 1)
        return old is None

    @atomic
    def enrolment(self, practitioner_id: str) -> Enrolment | None:
        practitioner, roster = self.people.get(practitioner_id), self.rosters.get(practitioner_id)
        if practitioner is None:
            return None
        ids = frozenset(s.source_id for s in self.watched(practitioner_id))
        return Enrolment(practitioner, roster or Roster(practitioner_id, ()), ids)

    @atomic
    def everyone(self) -> Iterator[Practitioner]:
        return iter(list(self.people.values()))

    @atomic
    def all_rosters(self) -> Iterator[Roster]:
        return iter(list(self.rosters.values()))

    @atomic
    def watch(self, practitioner_id: str, source: Source, *, keep: bool = False) -> Watch | None:
        if practitioner_id not in self.people:
            return None
        keys = row_ids(source)
        mine = [key for key in keys if practitioner_id in self._watchers(key)]
        key = next(key for key in mine or keys if mine or len(self._watchers(key)) < self.watchers_per_row)
        row = self.source_rows.get(key)
        before = row or Source(key, source.kind, source.params, source.cadence, source.host)
        added = practitioner_id not in before.watchers
        cadence = paced(before, practitioner_id, source.cadence)
        if not added and (keep or cadence == before.cadence):
            return Watch(before, added=False)
        self.source_rows[key] = self._stored(watched(before, practitioner_id, cadence))
        return Watch(self.source_rows[key], added)

    @atomic
    def unwatch(self, practitioner_id: str, source_id: str) -> bool:
        row = self.source_rows.get(source_id)
        if row is None or practitioner_id not in row.watchers:
            return False
        left = {practitioner_id}
        if row.watchers == left:
            del self.source_rows[source_id]
        else:
            self.source_rows[source_id] = replace(
                row, watchers=row.watchers - left, fresh=row.fresh - left, rev=row.rev + 1
            )
        return True

    @atomic
    def watched(self, practitioner_id: str) -> list[Source]:
        return self._watched(practitioner_id)

    @atomic
    def all_sources(self) -> Iterator[Source]:
        return iter([replace(row, cursor=replace(row.cursor, ring=b"", state={})) for row in self.source_rows.values()])

    @atomic
    def backlog(self) -> Backlog:
        moments = [m.due_at for m in self.mention_rows.values() if m.due_at is not None]
        return Backlog(len(moments), min(moments, default=None))

    @atomic
    def mentions(self, practitioner_id: str) -> Iterator[Mention]:
        return iter([mention_items.faded(m, self.clock()) for m in self._mentions(practitioner_id)])

    @atomic
    def alerts(self, practitioner_id: str) -> Iterator[Alert]:
        return iter(self._alerts(practitioner_id, self.clock() - timedelta(days=RETENTION_DAYS)))

    @atomic
    def export(self, practitioner_id: str) -> Dossier | None:
        enrolment = self.enrolment(practitioner_id)
        if enrolment is None:
            return None
        return Dossier(
            enrolment,
            tuple(self.watched(practitioner_id)),
            tuple(self.mentions(practitioner_id)),
            tuple(self.alerts(practitioner_id)),
        )

    @atomic
    def erase(self, practitioner_id: str) -> int:
        for source in self.watched(practitioner_id):
            self.unwatch(practitioner_id, source.source_id)
        known = self.people.pop(practitioner_id, None) is not None
        self.identities = {h: p for h, p in self.identities.items() if p != practitioner_id}
        return known + self._forget(practitioner_id)

    def _watchers(self, source_id: str) -> frozenset[str]:
        row = self.source_rows.get(source_id)
        return row.watchers if row else frozenset()


def watched(row: Source, practitioner_id: str, cadence: int) -> Source:
    """`row` with one more watcher, to be read within a tick."""
    return replace(
        row,
        watchers=row.watchers | {practitioner_id},
        fresh=row.fresh if practitioner_id in row.watchers else row.fresh | {practitioner_id},
        cadence=cadence,
        rev=row.rev + 1,
        slot="new",
    )
