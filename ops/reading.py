"""One look at one source from this machine, by the same steps as a scan and with nothing remembered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ops.keyring import NO_KEYS
from vigie import registry, sources
from vigie.access import Access
from vigie.budget import Limits, of_provider
from vigie.errors import SourceError
from vigie.exchange import Request, Response
from vigie.model import Cursor, Item, OutcomeKind, Source
from vigie.outcomes import until_said
from vigie.ports import Fetcher, Keys, Ledger
from vigie.reading import Reader

NO_LIMITS = Limits(1e6, 1e6, 10**6)
"""Where there is no deployment whose budgets could be kept."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at a source came to."""

    outcome: OutcomeKind
    items: tuple[Item, ...] = ()
    moved_to: str | None = None
    detail: str = ""
    until: datetime | None = None
    requests: int = 0
    price: int = 0
    """What it cost, in millionths of a dollar."""


class Tally:
    """`vigie.ports.Ledger` of a deployment, or of nothing, that counts what this one look spends."""

    def __init__(self, ledger: Ledger | None = None) -> None:
        self._ledger = ledger
        self._turns: dict[str, datetime] = {}
        self.spending: dict[tuple[str, str], int] = {}

    def spend(self, account: str, period: str, amount: int, *, limit: int, expires_at: datetime) -> bool:
        spent = not self._ledger or self._ledger.spend(account, period, amount, limit=limit, expires_at=expires_at)
        if spent:
            self._count(account, period, amount)
        return spent

    def give_back(self, account: str, period: str, amount: int) -> None:
        self._count(account, period, -amount)
        if self._ledger:
            self._ledger.give_back(account, period, amount)

    def spent(self, accounts: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
        return self._ledger.spent(accounts) if self._ledger else {}

    def turn(self, account: str, interval_ms: int, now: datetime, latest: datetime) -> datetime | None:
        if self._ledger:
            return self._ledger.turn(account, interval_ms, now, latest)
        turn = self._turns.get(account, now)
        self._turns[account] = turn + timedelta(milliseconds=interval_ms)
        return turn

    def failing(self, account: str, source_id: str) -> bool:  # noqa: ARG002 - a look is no scan
        return False

    def recovered(self, account: str, source_id: str) -> bool:  # noqa: ARG002
        return False

    def _count(self, account: str, period: str, amount: int) -> None:
        self.spending[account, period] = self.spending.get((account, period), 0) + amount


async def read(
    source: Source,
    fetcher: Fetcher,
    now: datetime,
    *,
    keys: Keys = NO_KEYS,
    ledger: Ledger | None = None,
    limits: Limits = NO_LIMITS,
) -> Reading:
    """Fetch and read `source`. What went wrong is in the outcome; nothing is raised for it.

    `ledger` and `limits`: of the deployment whose keys are used, so that its budgets hold for this look too.
    """
    tally = Tally(ledger)
    counted = _Counted(fetcher)
    found = await _read(source, counted, now, Access(keys, tally, limits, lambda: now))
    provider = sources.provider_of(registry.load(sources, source.kind))
    money = [c for c in of_provider(provider, limits, now) if c.money] if provider else []
    price = sum(tally.spending.get((charge.account, charge.period), 0) for charge in money)
    return replace(found, requests=counted.requests, price=price)


async def _read(source: Source, fetcher: Fetcher, now: datetime, access: Access) -> Reading:
    reader: Reader | None = None
    try:
        reader = Reader(access.job(fetcher), source, now)
        cursor = await reader.allowed(Cursor())
        found = await reader.read(cursor)
    except SourceError as error:
        provider = reader.provider if reader else None
        until = until_said(error, provider.zone if provider else "UTC", now)
        return Reading(error.outcome, detail=error.detail, until=until)
    if found is None:  # without validators nobody may say that nothing changed
        return Reading(OutcomeKind.UNREACHABLE)
    return Reading(OutcomeKind.OK if found.items else OutcomeKind.EMPTY, tuple(found.items), found.first.moved_to)


class _Counted:
    """A fetcher, its requests counted: robots.txt and logins are requests too."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self.requests = 0

    def job(self) -> _Counted:
        return self

    async def fetch(self, request: Request, **options: Any) -> Response:
        self.requests += 1
        return await self._fetcher.fetch(request, **options)
