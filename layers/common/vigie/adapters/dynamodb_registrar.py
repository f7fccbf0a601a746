"""Enrolment, reading and erasure, in DynamoDB: the operator's side.

A source's `watchers` and a practitioner's `sources` say the same thing twice, so they are written in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from vigie.adapters import dynamodb
from vigie.adapters.dynamodb import TRIES, Action, ConflictError, Dynamo, Record, Tables
from vigie.adapters.dynamodb_ledger import DynamoLedger
from vigie.adapters.dynamodb_rows import delete_rows, known, readable
from vigie.adapters.dynamodb_wheel import WHEEL
from vigie.attributes import decoded, encoded
from vigie.enrolment import WATCHERS_PER_ROW, Backlog, Dossier, Enrolment, Watch, kept, paced, row_ids
from vigie.errors import StoreError
from vigie.items.fields import epoch_s, moment
from vigie.items.mentions import DUE, alert, faded
from vigie.items.people import practitioner as read_practitioner
from vigie.items.people import practitioner_record, recipients_record, roster, roster_record
from vigie.items.sources import cursor_record, source_record
from vigie.items.sources import source as read_source
from vigie.model import SCHEMA, Alert, Cursor, Health, Mention, Practitioner, Recipient, Roster, Source
from vigie.ports import Clock

_LIGHT = [
    *(f"#{name}" for name in source_record(Source("", "", {}, 0, "")) if name != "cursor"),
    *(f"#cursor.#{name}" for name in cursor_record(Cursor()) if name not in ("ring", "state")),
]
"""What `all_sources` reads: a ring is 25 KB that nobody looks at in a list."""

_FIRST = frozenset({"created_at", "consent_at", "statement"})
"""Times of a practitioner that an update leaves as they are."""

_BY_PERSON = "#practitioner_id = :id"


class DynamoRegistrar:
    """`vigie.enrolment.Registrar`. `clock` only tells what has expired."""

    def __init__(
        self,
        dynamo: Dynamo,
        tables: Tables,
        *,
        clock: Clock = lambda: datetime.now(UTC),
        watchers_per_row: int = WATCHERS_PER_ROW,
    ) -> None:
        self._dynamo = dynamo
        self._tables = tables
        self._clock = clock
        self._watchers_per_row = watchers_per_row

    def find(self, identity_hash: str) -> str | None:
        rows = self._dynamo.query(
            self._tables.practitioners, "#identity_hash = :hash", {"hash": identity_hash}, index="by-identity", limit=1
        )
        return next((str(row["practitioner_id"]) for row in rows), None)

    def enrol(self, practitioner: Practitioner, recipients: Sequence[Recipient], identity_hash: str) -> bool:
        for _ in range(TRIES):
            person, roster_row = self._person(practitioner.practitioner_id), self._roster(practitioner.practitioner_id)
            if person is not None:
                read_practitioner(person)  # raises for a row of another version: it is not ours to change
            actions = [
                self._practitioner_action(practitioner, identity_hash, known=person is not None),
                *self._roster_actions(practitioner.practitioner_id, recipients, roster_row),
            ]
            if self._dynamo.transact(actions) is None:
                return person is None
        raise ConflictError("enrol: others kept writing the same practitioner")

    def enrolment(self, practitioner_id: str) -> Enrolment | None:
        person, roster_row = self._person(practitioner_id), self._roster(practitioner_id)
        if person is None:
            return None
        addresses = Roster(practitioner_id, ()) if roster_row is None else roster(roster_row)
        return Enrolment(read_practitioner(person), addresses, person.get("sources", frozenset()))

    def everyone(self) -> Iterator[Practitioner]:
        return known(self._dynamo.scan(self._tables.practitioners, fresh=True), read_practitioner, "practitioner_id")

    def all_rosters(self) -> Iterator[Roster]:
        return known(self._dynamo.scan(self._tables.recipients, fresh=True), roster, "practitioner_id")

    def watch(self, practitioner_id: str, source: Source, *, keep: bool = False) -> Watch | None:
        for _ in range(TRIES):
            person = self._person(practitioner_id)
            if person is None:
                return None
            source_id, row = self._place(source, person.get("sources", frozenset()))
            added = row is None or practitioner_id not in row.watchers
            cadence = source.cadence if row is None else paced(row, practitioner_id, source.cadence)
            if row is not None and not added and (keep or cadence == row.cadence):
                return Watch(row, added=False)
            wanted = replace(source, source_id=source_id, cadence=cadence)
            actions = [self._watching(row, wanted, practitioner_id)]
            if added:
                actions.append(self._person_sources(practitioner_id, "ADD", source_id))
            if self._dynamo.transact(actions) is None:
                return Watch(self._read(source_id) or source, added)
        raise ConflictError("watch: others kept writing the same source")

    def unwatch(self, practitioner_id: str, source_id: str) -> bool:
        for _ in range(TRIES):
            row, person = self._read(source_id), self._person(practitioner_id)
            watched = row is not None and practitioner_id in row.watchers
            listed = person is not None and source_id in person.get("sources", ())
            actions = []
            if row is not None and watched:
                if row.health.failures and row.watchers == {practitioner_id}:
                    # First: left among those that fail there, it would keep that place from ever being told of again.
                    DynamoLedger(self._dynamo, self._tables).recovered(row.host, source_id)
                actions.append(self._unwatching(row, practitioner_id))
            if listed:
                actions.append(self._person_sources(practitioner_id, "DELETE", source_id))
            if not actions or self._dynamo.transact(actions) is None:
                return watched
        raise ConflictError("unwatch: others kept writing the same source")

    def watched(self, practitioner_id: str) -> list[Source]:
        person = self._person(practitioner_id) or {}
        keys = ({"source_id": source_id} for source_id in person.get("sources", ()))
        rows = self._dynamo.batch_get(self._tables.sources, keys, fresh=True)
        return sorted(known(rows, read_source, "source_id"), key=lambda source: source.source_id)

    def all_sources(self) -> Iterator[Source]:
        rows = self._dynamo.scan(self._tables.sources, ", ".join(_LIGHT))
        return known((row for row in rows if row["source_id"] != WHEEL["source_id"]), read_source, "source_id")

    def backlog(self) -> Backlog:
        where = ("#due = :due", {"due": DUE})
        first = next(self._dynamo.query(self._tables.mentions, *where, index="by-due", limit=1), None)
        if first is None:
            return Backlog()
        return Backlog(self._dynamo.count(self._tables.mentions, *where, index="by-due"), moment(first["due_at"]))

    def mentions(self, practitioner_id: str) -> Iterator[Mention]:
        now = self._clock()
        rows = self._dynamo.query(self._tables.mentions, _BY_PERSON, {"id": practitioner_id})
        return (faded(mention, now) for mention in readable(rows))

    def alerts(self, practitioner_id: str) -> Iterator[Alert]:
        now = epoch_s(self._clock())
        rows = self._dynamo.query(self._tables.alerts, _BY_PERSON, {"id": practitioner_id})
        return known((row for row in rows if row["ttl"] > now), alert, "alert_id")

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

    def erase(self, practitioner_id: str) -> int:
        for _ in range(TRIES):
            person = self._person(practitioner_id)
            if person is None:
                return delete_rows(self._dynamo, self._tables, practitioner_id)
            for source_id in sorted(person.get("sources", ())):
                self.unwatch(practitioner_id, source_id)
            # Without this condition a source added meanwhile would keep an id that nobody can take out any more.
            key = {"practitioner_id": practitioner_id}
            gone = dynamodb.delete(self._tables.practitioners, key, "attribute_not_exists(#sources)")
            if self._dynamo.transact([gone]) is None:
                return 1 + delete_rows(self._dynamo, self._tables, practitioner_id)
        raise ConflictError("erase: sources kept being added")

    def _person(self, practitioner_id: str) -> Record | None:
        return self._dynamo.get(self._tables.practitioners, {"practitioner_id": practitioner_id})

    def _roster(self, practitioner_id: str) -> Record | None:
        return self._dynamo.get(self._tables.recipients, {"practitioner_id": practitioner_id})

    def _read(self, source_id: str) -> Source | None:
        row = self._dynamo.get(self._tables.sources, {"source_id": source_id})
        return None if row is None else read_source(row)

    def _practitioner_action(self, practitioner: Practitioner, identity_hash: str, *, known: bool) -> Action:
        record = {**practitioner_record(practitioner), "identity_hash": identity_hash}
        key = {"practitioner_id": record.pop("practitioner_id")}
        if not known:
            return dynamodb.put(self._tables.practitioners, {**key, **record}, "attribute_not_exists(#practitioner_id)")
        sets = [
            f"#{name} = if_not_exists(#{name}, :{name})" if name in _FIRST else f"#{name} = :{name}"
            for name, value in record.items()
            if value is not None
        ]
        removed = [f"#{name}" for name, value in record.items() if value is None and name not in _FIRST]
        update = f"SET {', '.join(sets)}" + (f" REMOVE {', '.join(removed)}" if removed else "")
        return dynamodb.update(self._tables.practitioners, key, update, "#v = :v", record)

    def _roster_actions(
        self, practitioner_id: str, recipients: Sequence[Recipient], row: Record | None
    ) -> Iterable[Action]:
        if row is None:
            record = roster_record(Roster(practitioner_id, kept(None, recipients)))
            return [dynamodb.put(self._tables.recipients, record, "attribute_not_exists(#practitioner_id)")]
        before = roster(row)
        after = recipients_record(kept(before, recipients))
        if decoded(encoded(after)) == row["recipients"]:
            return []
        values = {"recipients": after, "version": before.version + 1, "read": before.version, "v": SCHEMA}
        update = "SET #recipients = :recipients, #version = :version"
        key = {"practitioner_id": practitioner_id}
        return [dynamodb.update(self._tables.recipients, key, update, "#version = :read AND #v = :v", values)]

    def _place(self, source: Source, source_ids: frozenset[str]) -> tuple[str, Source | None]:
        """The row where they watch `source`, else the first with room, which may not exist yet."""
        ids = row_ids(source)
        mine = [source_id for source_id in ids if source_id in source_ids]
        for source_id in mine or ids:
            row = self._read(source_id)
            if mine or row is None or len(row.watchers) < self._watchers_per_row:
                return source_id, row
        raise StoreError("a source has more watchers than its rows hold")

    def _watching(self, row: Source | None, source: Source, practitioner_id: str) -> Action:
        me = frozenset([practitioner_id])
        if row is None:
            new = replace(source, watchers=me, fresh=me, rev=1, slot="new", cursor=Cursor(), health=Health())
            return dynamodb.put(self._tables.sources, source_record(new), "attribute_not_exists(#source_id)")
        update = "SET #slot = :slot, #cadence = :cadence, #rev = :rev"
        if practitioner_id not in row.watchers:
            update += " ADD #watchers :me, #fresh :me"
        values = {"slot": "new", "cadence": source.cadence, "rev": row.rev + 1, "read": row.rev, "me": me, "v": SCHEMA}
        key = {"source_id": row.source_id}
        return dynamodb.update(self._tables.sources, key, update, "#rev = :read AND #v = :v", values)

    def _unwatching(self, row: Source, practitioner_id: str) -> Action:
        me = frozenset([practitioner_id])
        key = {"source_id": row.source_id}
        if row.watchers == me:
            return dynamodb.delete(self._tables.sources, key, "#rev = :rev", rev=row.rev)
        update = "SET #rev = :rev DELETE #watchers :me, #fresh :me"
        values = {"rev": row.rev + 1, "read": row.rev, "me": me}
        return dynamodb.update(self._tables.sources, key, update, "#rev = :read", values)

    def _person_sources(self, practitioner_id: str, verb: str, source_id: str) -> Action:
        key = {"practitioner_id": practitioner_id}
        exists = "attribute_exists(#practitioner_id)"
        values = {"id": frozenset([source_id])}
        return dynamodb.update(self._tables.practitioners, key, f"{verb} #sources :id", exists, values)
