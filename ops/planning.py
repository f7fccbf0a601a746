"""The plan of an enrolment: what is read for somebody, how often and at what price, without anything being asked.

Pure: a person, the kinds there are and the names of the operator's keys in, sources out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ops import asking, catalogue
from ops.asking import KindFacts
from vigie.model import CADENCES, Practitioner, Source
from vigie.queries import SITES, Queries, Query, queries

MONTH_MINUTES = 31 * 1440
"""Of a long month: what a price is at most."""
DAILY = CADENCES["24h"]

DEAR = 50_000
"""Millionths of a dollar for one read, above which an operator has to ask for a source themselves."""

SCARCE = 1
"""Queries given to a service that is paid for, or counts or spaces requests; others are given all of them."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A source to be read, why, and what that comes to in a month."""

    source: Source
    why: str
    reads: int
    price: int
    """Of a month, in millionths of a dollar, at most; it is shared with all who watch the same source."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is read for somebody, and the kinds that are not, with what they lack."""

    sources: tuple[Planned, ...]
    lacking: tuple[tuple[str, str], ...] = ()
    """(kind, what it lacks)"""
    by_sites: bool = False
    """A search engine is asked about the sites that are not read themselves."""
    name: str = ""
    """The name that is asked for."""
    unaddressed: tuple[str, ...] = ()
    """Kinds that nothing can be read of until somebody says where: an address, a profile, a forum."""

    @property
    def price(self) -> int:
        """Of a month, in millionths of a dollar."""
        return sum(planned.price for planned in self.sources)

    def instead(self, site: str) -> str:
        """What covers a site that is not read."""
        query = f'"{self.name}" site:{SITES[site]}'
        return f"{query}, asked of a search engine" if self.by_sites else f"{query}, once a web search has a key"


NOT_READ = {site: next(why for place, why, _ in catalogue.NOT_READ if site in place) for site in SITES}
"""Why the sites of `vigie.queries.SITES` are not read."""


def plan(
    person: Practitioner,
    kinds: Iterable[KindFacts],
    keys: Collection[str],
    *,
    common: bool = False,
    budget: int | None = None,
    engine: str = "",
    allowlist: Iterable[str] = (),
) -> Plan:
    """What to read for `person` with the operator's `keys` (names).

    `common`: others of their trade bear their name. `budget`: the most it may cost in a month, in millionths of a
    dollar; what is beyond is not planned, the least telling first. `engine`: the operator's own search engine.
    """
    asked = queries(person, common=common, engine=engine)
    sources: dict[str, Planned] = {}
    rank: dict[str, int] = {}
    lacking: list[tuple[str, str]] = []
    unaddressed: list[str] = []
    for kind in kinds:
        if kind.register:
            continue
        wanted = list(_wanted(kind, asked))
        if not wanted:
            unaddressed.append(kind.name)
            continue
        if lacks := _lacks(kind, keys):
            lacking.append((kind.name, lacks))
            continue
        for number, (params, why) in enumerate(wanted):
            daily = number or (kind.provider and kind.provider.price)
            cadence = max(kind.rhythm.usual, DAILY) if daily else kind.rhythm.usual
            found = _planned(kind, params, cadence, why, allowlist)
            sources.setdefault(found.source.source_id, found)
            rank.setdefault(found.source.source_id, number)
    left_out = _beyond(budget, sources.values(), rank)
    kept = tuple(planned for source_id, planned in sources.items() if source_id not in left_out)
    lacking += sorted({(sources[name].source.kind, "room in the budget of a practitioner") for name in left_out})
    by_sites = any(asked.sites.words in planned.source.params.values() for planned in kept)
    return Plan(kept, tuple(lacking), by_sites, asked.name, tuple(unaddressed))


def _beyond(budget: int | None, found: Iterable[Planned], rank: Mapping[str, int]) -> set[str]:
    """Ids of the sources that a budget has no room for: those of the last queries first, the dearest among them."""
    paid = sorted((p for p in found if p.price), key=lambda p: (rank[p.source.source_id], p.price))
    left_out: set[str] = set()
    spent = 0
    for planned in paid:
        if budget is not None and spent + planned.price > budget:
            left_out.add(planned.source.source_id)
        else:
            spent += planned.price
    return left_out


def _wanted(kind: KindFacts, asked: Queries) -> Iterator[tuple[Mapping[str, str], str]]:
    """(parameters, why) of each source of a kind. A kind may say itself; one that searches words gets the queries."""
    if kind.planned is not None:
        yield from ((params, asked.why(params.get("query", ""))) for params in kind.planned(asked))
        return
    if [name for name, param in kind.params.items() if param.required] != ["query"]:
        return
    yield from (({"query": query.words}, query.why) for query in _ways(kind, asked))


def _ways(kind: KindFacts, asked: Queries) -> Iterable[Query]:
    provider = kind.provider
    scarce = provider is not None and (provider.price or provider.per_day or provider.interval_ms >= 1_000)
    return asked.ways[:SCARCE] if scarce else asked.ways


def _lacks(kind: KindFacts, keys: Collection[str]) -> str:
    """What keeps a kind from being read; empty when nothing does."""
    missing = [name for name in kind.needs if name not in keys]
    if missing:
        return "; ".join(f"a key: `vigie key set {name}` ({kind.needs[name]})" for name in missing)
    if kind.provider and kind.provider.price > DEAR:
        return f"your word: a read may cost {dollars(kind.provider.price)}; `vigie source add` if you want it"
    return ""


def _planned(kind: KindFacts, params: Mapping[str, str], cadence: int, why: str, allowlist: Iterable[str]) -> Planned:
    given = [f"{name}={value}" for name, value in params.items()]
    reads = -(-MONTH_MINUTES // cadence)
    price = reads * (kind.provider.price if kind.provider else 0)
    return Planned(asking.source(kind.name, None, given, cadence, allowlist), why, reads, price)


def a_month(millionths: int) -> str:
    """What somebody costs: `$0.45 a month at most`."""
    return f"{dollars(millionths)} a month at most" if millionths else dollars(0)


def dollars(millionths: int) -> str:
    """A price as it is read: `$0.45`; free is free."""
    if not millionths:
        return "free"
    return f"${millionths / 1e6:.2f}" if millionths >= 10_000 else f"${millionths / 1e6:.4f}"
