"""What services were asked and cost so far, beside what they may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ops import asking
from vigie.budget import MICRO, Charge, Limits, of_provider
from vigie.ports import Ledger


@dataclass(frozen=True, slots=True)
class Spending:
    """One account of one service, in its present period."""

    provider: str
    period: str
    spent: float
    limit: float
    unit: str
    """`USD` or `requests`."""
    ends_at: datetime

    @property
    def is_over(self) -> bool:
        """Nothing more is asked until the period ends."""
        return self.spent >= self.limit


def spending(ledger: Ledger, limits: Limits, now: datetime) -> list[Spending]:
    """The accounts that were used in their present period."""
    providers = {kind.provider.name: kind.provider for kind in asking.kinds() if kind.provider}
    charges = [charge for provider in providers.values() for charge in of_provider(provider, limits, now)]
    spent = ledger.spent([(charge.account, charge.period) for charge in charges]) if charges else {}
    return list(_used(charges, spent))


def _used(charges: Iterable[Charge], spent: dict[tuple[str, str], int]) -> Iterable[Spending]:
    for charge in charges:
        amount = spent.get((charge.account, charge.period), 0)
        if amount:
            unit, scale = ("USD", MICRO) if charge.money else ("requests", 1)
            # Full is what leaves no room for one request more.
            full = amount + charge.amount > charge.limit
            limit = charge.limit / scale
            yield Spending(
                charge.account, charge.period, limit if full else amount / scale, limit, unit, charge.ends_at
            )
