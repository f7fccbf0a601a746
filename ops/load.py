"""What all sources together ask of services in a day and cost in a month, against what may be asked and spent. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ops.asking import KindFacts
from ops.planning import MONTH_MINUTES, dollars
from vigie.budget import MICRO, Limits
from vigie.model import Provider, Source


def overload(sources: Iterable[Source], kinds: Iterable[KindFacts], limits: Limits) -> Iterator[str]:
    """A sentence for each service that `sources` ask for more than it allows, or than the operator lets be spent."""
    providers = {kind.name: kind.provider for kind in kinds if kind.provider}
    asked: dict[str, list[float]] = {}
    named: dict[str, Provider] = {}
    for source in sources:
        provider = providers.get(source.kind)
        if provider:
            named[provider.name] = provider
            sums = asked.setdefault(provider.name, [0.0, 0.0])
            sums[0] += 1440 / source.cadence
            sums[1] += MONTH_MINUTES / source.cadence * provider.price
    for name, (a_day, a_month) in sorted(asked.items()):
        provider = named[name]
        if provider.per_day is not None and a_day > provider.per_day:
            yield (
                f"{name}: everybody's sources ask it {a_day:,.0f} times a day, and it allows {provider.per_day:,}: some"
                " are not read every day, and say `quota_exhausted`."
            )
        allowed = limits.by_provider.get(name, limits.usd_per_month)
        if a_month > allowed * MICRO:
            yield (
                f"{name}: everybody's sources cost up to {dollars(round(a_month))} a month, and its budget is"
                f" {dollars(round(allowed * MICRO))}: once it is spent they wait for the next month. It is set by"
                " ProviderBudgets and UsdPerMonth."
            )
