"""What `notify` reads and writes, in DynamoDB.

The intent and its settling are one transaction each: a crash leaves them done or not done. Whoever changes the
deliveries of a mention outside the intent does so under the `rev` it read, so that two recipients' news of one
mention cannot undo each other, and the one who closes the last delivery settles the mention.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from vigie.adapters import dynamodb
from vigie.adapters.dynamodb import TRIES, Action, ConflictError, Dynamo, Record, Tables
from vigie.adapters.dynamodb_rows import delete_rows, known, readable
from vigie.items.fields import instant
from vigie.items.mentions import (
    DUE,
    alert_floor,
    alert_record,
    deliveries_record,
    delivery_record,
    due_fields,
    faded,
)
from vigie.items.mentions import alert as read_alert
from vigie.items.mentions import mention as read_mention
from vigie.items.people import practitioner, roster
from vigie.items.sources import CONDITION, condition
from vigie.model import (
    SCHEMA,
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
from vigie.ports import INTENT_LIMIT, Clock
from vigie.protocol import settled


class DynamoNotify:
    """`vigie.ports.NotifyStore`. `clock` only tells which texts have expired; `retention_days` is how long an alert
    is kept."""

    def __init__(
        self, dynamo: Dynamo, tables: Tables, *, retention_days: int, clock: Clock = lambda: datetime.now(UTC)
    ) -> None:
        self._dynamo = dynamo
        self._tables = tables
        self._retention_days = retention_days
        self._clock = clock

    def practitioner(self, practitioner_id: str) -> Practitioner | None:
        row = self._dynamo.get(self._tables.practitioners, {"practitioner_id": practitioner_id})
        return None if row is None else practitioner(row)

    def conditions(self, practitioner_id: str) -> list[Condition]:
        person = self._dynamo.get(self._tables.practitioners, {"practitioner_id": practitioner_id}) or {}
        keys = ({"source_id": source_id} for source_id in person.get("sources", ()))
        fields = ", ".join(f"#{name}" for name in CONDITION)
        rows = self._dynamo.batch_get(self._tables.sources, keys, fresh=False, fields=fields)
        return list(known(rows, condition, "source_id"))

    def roster(self, practitioner_id: str) -> Roster | None:
        row = self._dynamo.get(self._tables.recipients, {"practitioner_id": practitioner_id})
        return None if row is None else roster(row)

    def take_lease(self, practitioner_id: str, owner: str, now: datetime, until: datetime) -> Roster | None:
        row = self._dynamo.updated(
            self._tables.recipients,
            {"practitioner_id": practitioner_id},
            "SET #lease_owner = :owner, #lease_until = :until ADD #epoch :one",
            "#v = :v AND (attribute_not_exists(#lease_until) OR #lease_until <= :now OR #lease_owner = :owner)",
            {"owner": owner, "until": instant(until), "now": instant(now), "one": 1, "v": SCHEMA},
        )
        if row is None:
            self.roster(practitioner_id)  # raises for a row of another version, which is not "busy"
            return None
        return roster(row)

    def holds_lease(self, practitioner_id: str, epoch: int, now: datetime) -> bool:
        held = self.roster(practitioner_id)
        return held is not None and held.epoch == epoch and held.lease_until is not None and held.lease_until > now

    def release_lease(self, practitioner_id: str, epoch: int) -> None:
        key = {"practitioner_id": practitioner_id}
        self._dynamo.update(
            self._tables.recipients, key, "REMOVE #lease_owner, #lease_until", "#epoch = :epoch", {"epoch": epoch}
        )

    def hold_address(self, practitioner_id: str, recipient_id: str, reason: str) -> bool:
        """A transaction of one: the client's repeat of a lost reply then still says True, and the operator is told."""
        action = dynamodb.update(
            self._tables.recipients,
            {"practitioner_id": practitioner_id},
            "SET #recipients.#r.#held_reason = :reason ADD #version :one",
            "#v = :v AND attribute_exists(#recipients.#r) AND attribute_not_exists(#recipients.#r.#held_reason)",
            {"reason": reason, "one": 1, "v": SCHEMA},
            names={"r": recipient_id},
        )
        if self._dynamo.transact([action]) is None:
            return True
        self.roster(practitioner_id)  # raises for a row of another version, which is not "held already"
        return False

    def open_mentions(self, practitioner_id: str, told_since: datetime | None = None) -> list[Mention]:
        """A row of another schema version is left PENDING, and logged: the others do not wait for it.

        What was told comes in the same query: it reads every row of theirs anyway.
        """
        values: Record = {"practitioner_id": practitioner_id, "status": MentionStatus.PENDING}
        wanted = "#status = :status"
        if told_since is not None:
            wanted += " OR (#status = :settled AND attribute_exists(#story) AND #found_at >= :since)"
            values |= {"settled": MentionStatus.SETTLED, "since": instant(told_since)}
        rows = self._dynamo.query(
            self._tables.mentions, "#practitioner_id = :practitioner_id", values, FilterExpression=wanted
        )
        return sorted(readable(rows), key=lambda m: (m.found_at, m.mention_id))

    def carried(self, alert: Alert) -> list[Mention]:
        keys = [_mention_key(alert.practitioner_id, mention_id) for mention_id in alert.mention_ids]
        rows = self._dynamo.batch_get(self._tables.mentions, keys, fresh=True)
        return [faded(read_mention(row), self._clock()) for row in rows]

    def expand(self, mention: Mention, deliveries: Mapping[str, Delivery], due_at: datetime | None) -> bool:
        condition = "#status = :pending AND attribute_not_exists(#deliveries)"
        return self._rewrite(mention, deliveries, due_at, condition, {"pending": MentionStatus.PENDING, "rev": 1})

    def close(self, mention: Mention, deliveries: Mapping[str, Delivery]) -> bool:
        for _ in range(TRIES):
            row = self._dynamo.get(self._tables.mentions, _mention_key(mention.practitioner_id, mention.mention_id))
            current = None if row is None else read_mention(row)
            if row is None or current is None or current.deliveries is None:
                return False
            before = current.deliveries
            ended = {
                recipient_id: delivery
                for recipient_id, delivery in deliveries.items()
                if recipient_id in before and before[recipient_id].state is DeliveryState.PENDING
            }
            after = {**before, **ended}
            if not ended and (current.status is not MentionStatus.PENDING or not settled(after.values())):
                return False
            if self._rewrite(current, after, None, "#rev = :read", {"read": row["rev"], "rev": row["rev"] + 1}):
                return True
        raise ConflictError("close: others kept writing the same mention")

    def reschedule(self, mention: Mention, due_at: datetime) -> None:
        values = {"due": DUE, "due_at": instant(due_at), "pending": MentionStatus.PENDING}
        key = _mention_key(mention.practitioner_id, mention.mention_id)
        self._dynamo.update(
            self._tables.mentions, key, "SET #due = :due, #due_at = :due_at", "#status = :pending", values
        )

    def fade(self, practitioner_id: str, mention_id: str, now: datetime) -> bool:
        row = self._dynamo.get(self._tables.mentions, _mention_key(practitioner_id, mention_id))
        if row is None or faded(current := read_mention(row), now) is current:
            return False
        codes = [reason.code for reason in current.reasons]
        update = (
            "SET #reasons = :codes"
            " REMOVE #url, #title, #excerpt, #marks, #story, #publisher, #expires_at, #due, #due_at"
        )
        values = {"codes": codes, "read": row["expires_at"]}
        key = _mention_key(practitioner_id, mention_id)
        return self._dynamo.update(self._tables.mentions, key, update, "#expires_at = :read", values)

    def alert(self, practitioner_id: str, alert_id: str) -> Alert | None:
        row = self._dynamo.get(self._tables.alerts, _alert_key(practitioner_id, alert_id))
        return None if row is None else read_alert(row)

    def alerts_since(self, practitioner_id: str, since: datetime) -> list[Alert]:
        condition = "#practitioner_id = :practitioner_id AND #alert_id >= :floor"
        values = {"practitioner_id": practitioner_id, "floor": alert_floor(since)}
        rows = self._dynamo.query(self._tables.alerts, condition, values)
        return [found for row in rows if (found := read_alert(row)).created_at >= since]

    def write_intent(self, alert: Alert, mentions: Sequence[Mention]) -> bool:
        if len(mentions) > INTENT_LIMIT:
            raise ValueError(f"an intent holds at most {INTENT_LIMIT} mentions")
        key = {"practitioner_id": alert.practitioner_id}
        fence = "#epoch = :epoch AND #version = :version AND #lease_until > :now"
        held = {"epoch": alert.epoch, "version": alert.roster_version, "now": instant(alert.created_at)}
        record = alert_record(replace(alert, state=AlertState.SENDING), self._retention_days)
        actions = [
            dynamodb.put(self._tables.alerts, record, "attribute_not_exists(#alert_id)"),
            dynamodb.check(self._tables.recipients, key, fence, held),
            dynamodb.check(self._tables.practitioners, key, "#status = :active", {"active": "active"}),
            *(self._sending(alert, mention) for mention in mentions),
        ]
        return self._dynamo.transact(actions) is None

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
        first = self._settled_alert(alert, state, now, provider_id, reason)
        for _ in range(TRIES):
            moves = self._moves(alert, deliveries, due_at)
            reasons = self._dynamo.transact([first, *moves])
            if reasons is None:
                return True
            if reasons[0] == "ConditionalCheckFailed":
                return False
        raise ConflictError("settle: others kept writing the same mentions")

    def purge(self, practitioner_id: str) -> int:
        if self._dynamo.get(self._tables.practitioners, {"practitioner_id": practitioner_id}):
            return 0
        return delete_rows(self._dynamo, self._tables, practitioner_id)

    def _sending(self, alert: Alert, mention: Mention) -> Action:
        """The part of the intent that moves one delivery. It needs no `rev`: it changes a delivery that nobody else
        may change while it is PENDING and the lease is held, and makes those who read before it read again."""
        delivery = Delivery(alert.recipient_id, DeliveryState.SENDING, alert.alert_id, None, alert.created_at)
        return dynamodb.update(
            self._tables.mentions,
            _mention_key(mention.practitioner_id, mention.mention_id),
            "SET #deliveries.#r = :delivery ADD #rev :one",
            "#deliveries.#r.#state = :pending",
            {"delivery": delivery_record(delivery), "pending": DeliveryState.PENDING, "one": 1},
            names={"r": alert.recipient_id},
        )

    def _settled_alert(
        self, alert: Alert, state: AlertState, now: datetime, provider_id: str | None, reason: str | None
    ) -> Action:
        facts = {"state": state, "settled_at": instant(now), "provider_id": provider_id, "reason": reason}
        known = {name: value for name, value in facts.items() if value}
        update = "SET " + ", ".join(f"#{name} = :{name}" for name in known)
        key = _alert_key(alert.practitioner_id, alert.alert_id)
        return dynamodb.update(self._tables.alerts, key, update, "#state = :before", {**known, "before": alert.state})

    def _moves(self, alert: Alert, deliveries: Mapping[str, Delivery], due_at: datetime | None) -> list[Action]:
        """The parts that move the deliveries still under this attempt, each under the `rev` that was read."""
        keys = [_mention_key(alert.practitioner_id, mention_id) for mention_id in deliveries]
        moves = []
        for row in self._dynamo.batch_get(self._tables.mentions, keys, fresh=True):
            current, after = read_mention(row), deliveries[row["mention_id"]]
            before = (current.deliveries or {}).get(after.recipient_id)
            if current.deliveries is None or before is None or before.attempt_id != alert.alert_id:
                continue
            merged = {**current.deliveries, after.recipient_id: after}
            values = {"read": row["rev"], "rev": row["rev"] + 1}
            moves.append(dynamodb.update(*self._rewriting(current, merged, due_at, "#rev = :read", values)))
        return moves

    def _rewrite(
        self,
        mention: Mention,
        deliveries: Mapping[str, Delivery],
        due_at: datetime | None,
        condition: str,
        values: Record,
    ) -> bool:
        return self._dynamo.update(*self._rewriting(mention, deliveries, due_at, condition, values))

    def _rewriting(
        self,
        mention: Mention,
        deliveries: Mapping[str, Delivery],
        due_at: datetime | None,
        condition: str,
        values: Record,
    ) -> tuple[str, Record, str, str, Record]:
        """The update that gives a mention other deliveries: its status and its place in index by-due follow."""
        closed = settled(deliveries.values())
        status = MentionStatus.SETTLED if closed else MentionStatus.PENDING
        place = due_fields(replace(mention, status=status, due_at=due_at or mention.due_at))
        update = "SET #deliveries = :deliveries, #status = :status, #rev = :rev"
        if place:
            update += ", #due = :due, #due_at = :due_at"
        elif closed:
            update += " REMOVE #due, #due_at"
        values = {**values, "deliveries": deliveries_record(deliveries), "status": status, **place}
        return (
            self._tables.mentions,
            _mention_key(mention.practitioner_id, mention.mention_id),
            update,
            condition,
            values,
        )


def _mention_key(practitioner_id: str, mention_id: str) -> dict[str, str]:
    return {"practitioner_id": practitioner_id, "mention_id": mention_id}


def _alert_key(practitioner_id: str, alert_id: str) -> dict[str, str]:
    return {"practitioner_id": practitioner_id, "alert_id": alert_id}
