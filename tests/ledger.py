"""The ledger and the keys in memory: kept to the same contract as the real ones by the same suite."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from vigie.access import Access
from vigie.budget import Limits
from vigie.ports import Clock
from vigie.watchdog import Watchdog

PLENTY = Limits(usd_per_month=1_000, practitioner_usd_per_month=1_000, practitioner_requests_per_day=1_000_000)
"""For tests that are not about budgets."""


class MemoryLedger:
    """`vigie.ports.Ledger` over three dicts, which tests may read and write at will."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.counts: dict[tuple[str, str], int] = {}
        self.turns: dict[str, datetime] = {}
        self.failures: dict[str, set[str]] = {}

    def spend(self, account: str, period: str, amount: int, *, limit: int, expires_at: datetime) -> bool:
        with self.lock:
            spent = self.counts.get((account, period), 0)
            if spent + amount > limit:
                return False
            self.counts[account, period] = spent + amount
            return True

    def give_back(self, account: str, period: str, amount: int) -> None:
        with self.lock:
            if self.counts.get((account, period), 0) >= amount:
                self.counts[account, period] -= amount

    def spent(self, accounts: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
        return {account: self.counts[account] for account in accounts if account in self.counts}

    def turn(self, account: str, interval_ms: int, now: datetime, latest: datetime) -> datetime | None:
        with self.lock:
            mine = max(now, self.turns.get(account, now))
            if mine > latest:
                return None
            self.turns[account] = mine + timedelta(milliseconds=interval_ms)
            return mine

    def failing(self, account: str, source_id: str) -> bool:
        with self.lock:
            known = self.failures.setdefault(account, set())
            first = not known
            known.add(source_id)
            return first

    def recovered(self, account: str, source_id: str) -> bool:
        with self.lock:
            known = self.failures.get(account, set())
            if source_id not in known:
                return False
            known.remove(source_id)
            return not known


class MemoryKeys:
    """`vigie.ports.Keys` over a dict: what is kept may be changed, and is read again only once it was forgotten."""

    def __init__(self, kept: Mapping[str, str] | None = None) -> None:
        self.kept = dict(kept or {})
        self.forgotten: list[str] = []
        self._known: dict[str, str] = {}

    def value(self, name: str) -> str | None:
        if name not in self._known and name in self.kept:
            self._known[name] = self.kept[name]
        return self._known.get(name)

    def forget(self, name: str) -> None:
        self.forgotten.append(name)
        self._known.pop(name, None)


def access_of(
    clock: Clock,
    *,
    keys: Mapping[str, str] | None = None,
    ledger: MemoryLedger | None = None,
    limits: Limits = PLENTY,
) -> Access:
    """The way to services for a scanner under test. Turns are not waited for."""

    async def at_once(_: float) -> None: ...

    return Access(MemoryKeys(keys), ledger or MemoryLedger(), limits, clock, sleep=at_once)


class _Nobody:
    def tell(self, subject: str, text: str) -> None: ...


def silent() -> Watchdog:
    """For tests that are not about what an operator is told."""
    return Watchdog(MemoryLedger(), _Nobody())
