"""What services were asked, counted in DynamoDB: one row an account and period, changed by conditional updates only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from vigie.adapters.dynamodb import Dynamo, Tables, update
from vigie.errors import StoreError
from vigie.items.fields import instant, moment

TURN = "#turn"
FAILING = "#failing"
"""Rows of an account that are no period."""

FAILING_MOST = 1_000
"""Sources remembered of those that keep failing at one place: beyond it, one more tells nobody anything."""

_TRIES = 50
"""Races for one turn that may be lost: with fifty functions at once, somebody wins each."""


class DynamoLedger:
    """`vigie.ports.Ledger`."""

    def __init__(self, dynamo: Dynamo, tables: Tables) -> None:
        self._dynamo = dynamo
        self._table = tables.ledger

    def spend(self, account: str, period: str, amount: int, *, limit: int, expires_at: datetime) -> bool:
        if amount > limit:
            return False
        values = {"amount": amount, "room": limit - amount, "ttl": int(expires_at.timestamp())}
        added = "ADD #spent :amount SET #ttl = :ttl"
        return self._changed(account, period, added, "attribute_not_exists(#spent) OR #spent <= :room", values)

    def give_back(self, account: str, period: str, amount: int) -> None:
        """A transaction of one: the client's repeat of a lost reply then takes off nothing twice."""
        values = {"less": -amount, "amount": amount}
        key = _key(account, period)
        self._dynamo.transact([update(self._table, key, "ADD #spent :less", "#spent >= :amount", values)])

    def spent(self, accounts: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
        keys = (_key(*account) for account in accounts)
        rows = self._dynamo.batch_get(self._table, keys, fresh=True)
        return {(row["account"], row["period"]): row["spent"] for row in rows if "spent" in row}

    def turn(self, account: str, interval_ms: int, now: datetime, latest: datetime) -> datetime | None:
        for _ in range(_TRIES):
            row = self._dynamo.get(self._table, _key(account, TURN)) or {}
            taken = row.get("next_at")
            mine = max(now, moment(taken)) if taken else now
            if mine > latest:
                return None
            values = {"next": instant(mine + timedelta(milliseconds=interval_ms)), "taken": taken or ""}
            condition = "#next_at = :taken" if taken else "attribute_not_exists(#next_at)"
            values = values if taken else {"next": values["next"]}
            if self._changed(account, TURN, "SET #next_at = :next", condition, values):
                return mine
        raise StoreError("turn: too many at once")

    def failing(self, account: str, source_id: str) -> bool:
        one = {"one": frozenset([source_id]), "most": FAILING_MOST}
        condition = "attribute_not_exists(#sources) OR size(#sources) < :most"
        row = self._dynamo.updated(self._table, _key(account, FAILING), "ADD #sources :one", condition, one)
        return row is not None and row["sources"] == frozenset([source_id])

    def recovered(self, account: str, source_id: str) -> bool:
        one = {"one": frozenset([source_id]), "id": source_id}
        row = self._dynamo.updated(
            self._table, _key(account, FAILING), "DELETE #sources :one", "contains(#sources, :id)", one
        )
        return row is not None and not row.get("sources")

    def _changed(self, account: str, period: str, change: str, condition: str, values: Mapping[str, object]) -> bool:
        return self._dynamo.update(self._table, _key(account, period), change, condition, values)


def _key(account: str, period: str) -> dict[str, str]:
    return {"account": account, "period": period}
