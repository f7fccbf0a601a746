"""What may be asked of a service, and who pays for it: pure. The counts are kept by `vigie.ports.Ledger`.

Two limits hold at once, on requests in a day and on money in a month: those of the service, for all practitioners
together, and those of one practitioner. A request is charged to both before it is made, so that neither a retry nor
fifty functions at once can go beyond them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

from vigie.model import Provider

MICRO = 1_000_000
"""Millionths in a dollar: prices are whole numbers of them."""

KEPT = timedelta(days=7)
"""How long a count outlives its period, for whoever looks at what was spent."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the operator lets be spent."""

    usd_per_month: float
    """On one service, for all practitioners, where `by_provider` says nothing."""
    practitioner_usd_per_month: float
    practitioner_requests_per_day: int
    by_provider: Mapping[str, float] = field(default_factory=dict)
    """US dollars a month, by the name of a provider."""


@dataclass(frozen=True, slots=True)
class Charge:
    """One account to be charged, if it has room."""

    account: str
    period: str
    amount: int
    limit: int
    ends_at: datetime
    """When the period ends, and there is room again."""
    money: bool
    """In millionths of a dollar; else in requests."""

    @property
    def expires_at(self) -> datetime:
        return self.ends_at + KEPT


def of_provider(provider: Provider, limits: Limits, now: datetime) -> list[Charge]:
    """What one request costs its service's own accounts."""
    charges = []
    if provider.per_day is not None:
        day, ends_at = day_of(now, provider.zone)
        charges.append(Charge(provider.name, day, 1, provider.per_day, ends_at, money=False))
    if provider.price:
        month, ends_at = month_of(now)
        allowed = limits.by_provider.get(provider.name, limits.usd_per_month)
        charges.append(Charge(provider.name, month, provider.price, _micro(allowed), ends_at, money=True))
    return charges


def of_practitioner(practitioner_id: str, provider: Provider, limits: Limits, now: datetime) -> list[Charge]:
    """What one request costs the practitioner for whom it is made."""
    day, tomorrow = day_of(now)
    charges = [Charge(practitioner_id, day, 1, limits.practitioner_requests_per_day, tomorrow, money=False)]
    if provider.price:
        month, ends_at = month_of(now)
        limit = _micro(limits.practitioner_usd_per_month)
        charges.append(Charge(practitioner_id, month, provider.price, limit, ends_at, money=True))
    return charges


def day_of(now: datetime, zone: str = "UTC") -> tuple[str, datetime]:
    """The day that `now` is in, where `zone` is, and when it ends."""
    there = now.astimezone(_zone(zone))
    midnight = datetime.combine(there.date() + timedelta(days=1), datetime.min.time(), there.tzinfo)
    return there.date().isoformat(), midnight.astimezone(UTC)


def month_of(now: datetime) -> tuple[str, datetime]:
    """The month that `now` is in, in UTC, and when it ends."""
    first = datetime(now.year, now.month, 1, tzinfo=UTC)
    following = (first + timedelta(days=32)).replace(day=1)
    return f"{first:%Y-%m}", following


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo  # reads the time zones of the world: for the one service that needs them

    return ZoneInfo(name)


def _micro(usd: float) -> int:
    return round(usd * MICRO)
