"""What `notify` rests on, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tests.memory.rows import Rows, atomic
from vigie.items import mentions as mention_items
from vigie.model import (
    Alert,
    AlertState,
    Condition,
    Delivery,
    DeliveryState,
    Mention,
    MentionStatus,
    Practitioner,
    Roster,
)
from vigie.ports import INTENT_LIMIT
from vigie.protocol import settled as over


class MemoryNotify(Rows):
    """The port `NotifyStore`."""

    def practitioner(self, practitioner_id: str) -> Practitioner | None:
        return self.people.get(practitioner_id)

    @atomic
    def conditions(self, practitioner_id: str) -> list[Condition]:
        return [Condition(source.host, source.health) for source in self._watched(practitioner_id)]

    @atomic
    def take_lease(self, practitioner_id: str, owner: str, now: datetime, until: datetime) -> Roster | None:
        roster = self.rosters.get(practitioner_id)
        if roster is None:
            return None
        if roster.lease_until is not None and roster.lease_until > now and roster.lease_owner != owner:
            return None
        taken = replace(roster, epoch=roster.epoch + 1, lease_owner=owner, lease_until=until)
        self.rosters[practitioner_id] = taken
        return taken

    @atomic
    def holds_lease(self, practitioner_id: str, epoch: int, now: datetime) -> bool:
        roster = self.rosters.get(practitioner_id)
        return (
            roster is not None and roster.epoch == epoch and roster.lease_until is not None and roster.lease_until > now
        )

    @atomic
    def release_lease(self, practitioner_id: str, epoch: int) -> None:
        roster = self.rosters.get(practitioner_id)
        if roster is not None and roster.epoch == epoch:
            self.rosters[practitioner_id] = replace(roster, lease_owner=None, lease_until=None)

    def roster(self, practitioner_id: str) -> Roster | None:
        return self.rosters.get(practitioner_id)

    @atomic
    def open_mentions(self, practitioner_id: str, told_since: datetime | None = None) -> list[Mention]:
        def wanted(m: Mention) -> bool:
            told = m.status is MentionStatus.SETTLED and m.story and told_since and m.found_at >= told_since
            return m.status is MentionStatus.PENDING or bool(told)

        mine = [m for m in self._mentions(practitioner_id) if wanted(m)]
        return sorted(mine, key=lambda m: (m.found_at, m.mention_id))

    @atomic
    def expand(self, mention: Mention, deliveries: Mapping[str, Delivery], due_at: datetime | None) -> bool:
        row = self._row(mention)
        if row is None or row.deliveries is not None:
            return False
        self._write(row, deliveries, due_at)
        return True

    @atomic
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

    @atomic
    def reschedule(self, mention: Mention, due_at: datetime) -> None:
        row = self._row(mention)
        if row is not None and row.status is MentionStatus.PENDING:
            self.mention_rows[row.practitioner_id, row.mention_id] = self._stored(replace(row, due_at=due_at))

    @atomic
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
        self.alert_rows[alert.practitioner_id, alert.alert_id] = self._stored(replace(alert, state=AlertState.SENDING))
        return True

    def alert(self, practitioner_id: str, alert_id: str) -> Alert | None:
        return self.alert_rows.get((practitioner_id, alert_id))

    @atomic
    def alerts_since(self, practitioner_id: str, since: datetime) -> list[Alert]:
        return self._alerts(practitioner_id, since)

    @atomic
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
        self.alert_rows[row.practitioner_id, row.alert_id] = self._stored(
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

    @atomic
    def carried(self, alert: Alert) -> list[Mention]:
        rows = [self.mention_rows.get((alert.practitioner_id, mention_id)) for mention_id in alert.mention_ids]
        return [mention_items.faded(row, self.clock()) for row in rows if row]

    @atomic
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

    @atomic
    def fade(self, practitioner_id: str, mention_id: str, now: datetime) -> bool:
        row = self.mention_rows.get((practitioner_id, mention_id))
        if row is None or (bare := mention_items.faded(row, now)) is row:
            return False
        self.mention_rows[practitioner_id, mention_id] = replace(bare, expires_at=None)
        return True

    @atomic
    def purge(self, practitioner_id: str) -> int:
        return 0 if practitioner_id in self.people else self._forget(practitioner_id)

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
        self.mention_rows[row.practitioner_id, row.mention_id] = self._stored(after)
