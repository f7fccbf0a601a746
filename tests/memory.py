"""The store in memory: every port of the store, kept to the same contract as DynamoDB's by the same suite.

Values go through the very records of the tables (`vigie.items`), so that what DynamoDB would clean, round or refuse
is cleaned, rounded or refused here too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Concatenate, cast

from vigie import identity
from vigie.attributes import decoded, encoded
from vigie.enrolment import WATCHERS_PER_ROW, Backlog, Dossier, Enrolment, Watch, kept, paced, row_ids
from vigie.items import mentions as mention_items
from vigie.items import people as people_items
from vigie.items import sources as source_items
from vigie.model import (
    Alert,
    AlertState,
    Condition,
    Cursor,
    Delivery,
    DeliveryState,
    Health,
    Mention,
    MentionStatus,
    Practitioner,
    Recipient,
    Roster,
    Source,
)
from vigie.ports import INTENT_LIMIT, Clock, Due, SlotEntry
from vigie.protocol import settled as over

RETENTION_DAYS = 90


def _stored[T](value: T) -> T:
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


def _through(record: dict[str, Any]) -> dict[str, Any]:
    return decoded(encoded(record))


def _atomic[**P, R](
    method: Callable[Concatenate[MemoryStore, P], R],
) -> Callable[Concatenate[MemoryStore, P], R]:
    def locked(self: MemoryStore, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.lock:
            return method(self, *args, **kwargs)

    return locked


class MemoryStore:
    """Wheel, SourceStore, NotifyStore and Registrar over five dicts, which tests may read and write at will."""

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

    # Wheel

    def minute(self) -> int | None:
        return self.wheel_minute

    @_atomic
    def advance(self, minute: int) -> None:
        self.wheel_minute = max(minute, minute if self.wheel_minute is None else self.wheel_minute)

    @_atomic
    def slot(self, slot: str) -> Iterator[SlotEntry]:
        rows = sorted((s.host, s.source_id) for s in self.source_rows.values() if s.slot == slot)
        return iter([SlotEntry(source_id, host) for host, source_id in rows])

    @_atomic
    def due(self, now: datetime, limit: int) -> Iterator[Due]:
        found = [(m.due_at, key) for key, m in self.mention_rows.items() if m.due_at is not None and m.due_at <= now]
        return iter([Due(*key, due_at) for due_at, key in sorted(found)[:limit]])

    @_atomic
    def faded(self, now: datetime, limit: int) -> Iterator[Due]:
        found = [
            (m.expires_at, key)
            for key, m in self.mention_rows.items()
            if m.expires_at is not None and m.expires_at <= now and m.status is not MentionStatus.PENDING
        ]
        return iter([Due(*key, expires_at) for expires_at, key in sorted(found)[:limit]])

    # SourceStore

    @_atomic
    def sources(self, source_ids: Sequence[str]) -> dict[str, Source]:
        return {s: self.source_rows[s] for s in source_ids if s in self.source_rows}

    @_atomic
    def practitioners(self, practitioner_ids: Iterable[str], *, fresh: bool = False) -> dict[str, Practitioner]:
        return {p: self.people[p] for p in practitioner_ids if p in self.people}

    @_atomic
    def put_mention(self, mention: Mention) -> bool:
        key = (mention.practitioner_id, mention.mention_id)
        if key in self.mention_rows:
            return False
        self.mention_rows[key] = _stored(mention)
        return True

    @_atomic
    def put_or_find(self, mention: Mention) -> Mention | None:
        standing = self.mention_rows.get((mention.practitioner_id, mention.mention_id))
        return standing if standing or not self.put_mention(mention) else None

    @_atomic
    def save_cursor(
        self, source: Source, cursor: Cursor, health: Health, *, settled: frozenset[str], soon: bool = False
    ) -> bool:
        row = self.source_rows.get(source.source_id)
        if row is None or row.rev != source.rev:
            return False
        slot = identity.NEW if soon else identity.slot(row.source_id, cursor.every or row.cadence)
        fresh = row.fresh - settled
        self.source_rows[row.source_id] = _stored(replace(row, cursor=cursor, health=health, slot=slot, fresh=fresh))
        return True

    # NotifyStore

    def practitioner(self, practitioner_id: str) -> Practitioner | None:
        return self.people.get(practitioner_id)

    @_atomic
    def conditions(self, practitioner_id: str) -> list[Condition]:
        return [Condition(source.host, source.health) for source in self.watched(practitioner_id)]

    @_atomic
    def take_lease(self, practitioner_id: str, owner: str, now: datetime, until: datetime) -> Roster | None:
        roster = self.rosters.get(practitioner_id)
        if roster is None:
            return None
        if roster.lease_until is not None and roster.lease_until > now and roster.lease_owner != owner:
            return None
        taken = replace(roster, epoch=roster.epoch + 1, lease_owner=owner, lease_until=until)
        self.rosters[practitioner_id] = taken
        return taken

    @_atomic
    def holds_lease(self, practitioner_id: str, epoch: int, now: datetime) -> bool:
        roster = self.rosters.get(practitioner_id)
        return (
            roster is not None and roster.epoch == epoch and roster.lease_until is not None and roster.lease_until > now
        )

    @_atomic
    def release_lease(self, practitioner_id: str, epoch: int) -> None:
        roster = self.rosters.get(practitioner_id)
        if roster is not None and roster.epoch == epoch:
            self.rosters[practitioner_id] = replace(roster, lease_owner=None, lease_until=None)

    def roster(self, practitioner_id: str) -> Roster | None:
        return self.rosters.get(practitioner_id)

    @_atomic
    def open_mentions(self, practitioner_id: str, told_since: datetime | None = None) -> list[Mention]:
        def wanted(m: Mention) -> bool:
            told = m.status is MentionStatus.SETTLED and m.story and told_since and m.found_at >= told_since
            return m.status is MentionStatus.PENDING or bool(told)

        mine = [m for m in self._mentions(practitioner_id) if wanted(m)]
        return sorted(mine, key=lambda m: (m.found_at, m.mention_id))

    @_atomic
    def expand(self, mention: Mention, deliveries: Mapping[str, Delivery], due_at: datetime | None) -> bool:
        row = self._row(mention)
        if row is None or row.deliveries is not None:
            return False
        self._write(row, deliveries, due_at)
        return True

    @_atomic
    def close(self, mention: Mention, deliveries: Mapping[str, Delivery]) -> bool:
        row = self._row(mention)
        if row is None or row.deliveries is None:
            return False
        ended = {
            key: value
            for key, value in deliveries.items()
            if key in row.deliveries and row.deliveries[key].state is DeliveryState.PENDING
        }
        after = {**row.deliveries, **ended}
        if not ended and (row.status is not MentionStatus.PENDING or not over(after.values())):
            return False
        self._write(row, after, None)
        return True

    @_atomic
    def reschedule(self, mention: Mention, due_at: datetime) -> None:
        row = self._row(mention)
        if row is not None and row.status is MentionStatus.PENDING:
            self.mention_rows[row.practitioner_id, row.mention_id] = _stored(replace(row, due_at=due_at))

    @_atomic
    def write_intent(self, alert: Alert, mentions: Sequence[Mention]) -> bool:
        if len(mentions) > INTENT_LIMIT:
            raise ValueError(f"an intent holds at most {INTENT_LIMIT} mentions")
        if not self._may_write(alert):
            return False
        rows = [self._row(m) for m in mentions]
        moved: list[tuple[Mention, dict[str, Delivery]]] = []
        for row in rows:
            held = ((row and row.deliveries) or {}).get(alert.recipient_id)
            if row is None or held is None or held.state is not DeliveryState.PENDING:
                return False
            sending = Delivery(alert.recipient_id, DeliveryState.SENDING, alert.alert_id, None, alert.created_at)
            moved.append((row, {**(row.deliveries or {}), alert.recipient_id: sending}))
        for row, deliveries in moved:
            self._write(row, deliveries, None)
        self.alert_rows[alert.practitioner_id, alert.alert_id] = _stored(replace(alert, state=AlertState.SENDING))
        return True

    def alert(self, practitioner_id: str, alert_id: str) -> Alert | None:
        return self.alert_rows.get((practitioner_id, alert_id))

    @_atomic
    def alerts_since(self, practitioner_id: str, since: datetime) -> list[Alert]:
        mine = [a for (p, _), a in sorted(self.alert_rows.items()) if p == practitioner_id]
        return [a for a in mine if a.created_at >= since]

    @_atomic
    def settle(
        self,
        alert: Alert,
        state: AlertState,
        deliveries: Mapping[str, Delivery],
        *,
        now: datetime,
        due_at: datetime | None = None,
        provider_id: str | None = None,
        reason: str | None = None,
    ) -> bool:
        row = self.alert(alert.practitioner_id, alert.alert_id)
        if row is None or row.state is not alert.state:
            return False
        self.alert_rows[row.practitioner_id, row.alert_id] = _stored(
            replace(
                row,
                state=state,
                settled_at=now,
                provider_id=provider_id or row.provider_id,
                reason=reason or row.reason,
            )
        )
        for mention_id, delivery in deliveries.items():
            mention = self.mention_rows.get((row.practitioner_id, mention_id))
            held = ((mention and mention.deliveries) or {}).get(delivery.recipient_id)
            if mention and held and held.attempt_id == row.alert_id:
                self._write(mention, {**(mention.deliveries or {}), delivery.recipient_id: delivery}, due_at)
        return True

    @_atomic
    def carried(self, alert: Alert) -> list[Mention]:
        rows = [self.mention_rows.get((alert.practitioner_id, mention_id)) for mention_id in alert.mention_ids]
        return [mention_items.faded(row, self.clock()) for row in rows if row]

    @_atomic
    def hold_address(self, practitioner_id: str, recipient_id: str, reason: str) -> bool:
        roster = self.rosters.get(practitioner_id)
        held = roster.recipient(recipient_id) if roster else None
        if roster is None or held is None or held.held_reason is not None:
            return False
        recipients = tuple(
            replace(r, held_reason=reason) if r.recipient_id == recipient_id else r for r in roster.recipients
        )
        self.rosters[practitioner_id] = replace(roster, recipients=recipients, version=roster.version + 1)
        return True

    @_atomic
    def fade(self, practitioner_id: str, mention_id: str, now: datetime) -> bool:
        row = self.mention_rows.get((practitioner_id, mention_id))
        if row is None or (bare := mention_items.faded(row, now)) is row:
            return False
        self.mention_rows[practitioner_id, mention_id] = replace(bare, expires_at=None)
        return True

    @_atomic
    def purge(self, practitioner_id: str) -> int:
        return 0 if practitioner_id in self.people else self._forget(practitioner_id)

    # Registrar

    def find(self, identity_hash: str) -> str | None:
        return self.identities.get(identity_hash)

    @_atomic
    def enrol(self, practitioner: Practitioner, recipients: Sequence[Recipient], identity_hash: str) -> bool:
        key = practitioner.practitioner_id
        old, roster = self.people.get(key), self.rosters.get(key)
        addresses = kept(roster, recipients)
        self.identities = {h: p for h, p in self.identities.items() if p != key} | {identity_hash: key}
        self.people[key] = _stored(
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
            self.rosters[key] = _stored(Roster(key, addresses))
        elif (after := _stored(replace(roster, recipients=addresses))) != roster:
            self.rosters[key] = replace(after, version=roster.version + 1)
        return old is None

    @_atomic
    def enrolment(self, practitioner_id: str) -> Enrolment | None:
        practitioner, roster = self.people.get(practitioner_id), self.rosters.get(practitioner_id)
        if practitioner is None:
            return None
        ids = frozenset(s.source_id for s in self.watched(practitioner_id))
        return Enrolment(practitioner, roster or Roster(practitioner_id, ()), ids)

    @_atomic
    def everyone(self) -> Iterator[Practitioner]:
        return iter(list(self.people.values()))

    @_atomic
    def all_rosters(self) -> Iterator[Roster]:
        return iter(list(self.rosters.values()))

    @_atomic
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
        self.source_rows[key] = _stored(watched(before, practitioner_id, cadence))
        return Watch(self.source_rows[key], added)

    @_atomic
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

    @_atomic
    def watched(self, practitioner_id: str) -> list[Source]:
        return [row for _, row in sorted(self.source_rows.items()) if practitioner_id in row.watchers]

    @_atomic
    def all_sources(self) -> Iterator[Source]:
        return iter([replace(row, cursor=replace(row.cursor, ring=b"", state={})) for row in self.source_rows.values()])

    @_atomic
    def backlog(self) -> Backlog:
        moments = [m.due_at for m in self.mention_rows.values() if m.due_at is not None]
        return Backlog(len(moments), min(moments, default=None))

    @_atomic
    def mentions(self, practitioner_id: str) -> Iterator[Mention]:
        return iter([mention_items.faded(m, self.clock()) for m in self._mentions(practitioner_id)])

    def alerts(self, practitioner_id: str) -> Iterator[Alert]:
        return iter(self.alerts_since(practitioner_id, self.clock() - timedelta(days=RETENTION_DAYS)))

    @_atomic
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

    @_atomic
    def erase(self, practitioner_id: str) -> int:
        for source in self.watched(practitioner_id):
            self.unwatch(practitioner_id, source.source_id)
        known = self.people.pop(practitioner_id, None) is not None
        self.identities = {h: p for h, p in self.identities.items() if p != practitioner_id}
        return known + self._forget(practitioner_id)

    # shared

    def _watchers(self, source_id: str) -> frozenset[str]:
        row = self.source_rows.get(source_id)
        return row.watchers if row else frozenset()

    def _row(self, mention: Mention) -> Mention | None:
        return self.mention_rows.get((mention.practitioner_id, mention.mention_id))

    def _mentions(self, practitioner_id: str) -> list[Mention]:
        return [m for (p, _), m in sorted(self.mention_rows.items()) if p == practitioner_id]

    def _may_write(self, alert: Alert) -> bool:
        practitioner, roster = self.people.get(alert.practitioner_id), self.rosters.get(alert.practitioner_id)
        return (
            practitioner is not None
            and practitioner.active
            and roster is not None
            and (roster.epoch, roster.version) == (alert.epoch, alert.roster_version)
            and roster.lease_until is not None
            and roster.lease_until > alert.created_at
            and (alert.practitioner_id, alert.alert_id) not in self.alert_rows
        )

    def _write(self, row: Mention, deliveries: Mapping[str, Delivery], due_at: datetime | None) -> None:
        closed = over(deliveries.values())
        after = replace(
            row,
            deliveries=deliveries,
            status=MentionStatus.SETTLED if closed else MentionStatus.PENDING,
            due_at=None if closed else due_at or row.due_at,
        )
        self.mention_rows[row.practitioner_id, row.mention_id] = _stored(after)

    def _forget(self, practitioner_id: str) -> int:
        count = int(self.rosters.pop(practitioner_id, None) is not None)
        for rows in (self.mention_rows, self.alert_rows):
            mine = [key for key in rows if key[0] == practitioner_id]
            for key in mine:
                del rows[key]
            count += len(mine)
        return count


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
