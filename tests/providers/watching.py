"""One source of a network, scanned again and again in a web of stand-ins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from tests.ledger import PLENTY
from tests.providers.network import Network
from tests.providers.world import CAMILLE, World, world
from vigie.budget import Limits
from vigie.model import Mention, Source
from vigie.scan import Outcome

NAMED = "Le Dr Camille Aubertin-Lesage, dermatologue à Valombre"
"""How somebody begins who writes of her."""

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Watch:
    """The source, in its world."""

    def __init__(self, made: World, kind: str, params: Mapping[str, str]) -> None:
        self.world = made
        self.source_id = made.watch(kind, **params)

    def scan(self, *, after: timedelta = 6 * HOUR, forced: bool = False) -> Outcome:
        [outcome] = self.world.scan(self.source_id, after=after, forced=forced)
        return outcome

    @property
    def now(self) -> datetime:
        return self.world.now

    @property
    def source(self) -> Source:
        return self.world.store.source_rows[self.source_id]

    @property
    def told(self) -> list[Mention]:
        """What is about her."""
        return list(self.world.store.mentions(CAMILLE.practitioner_id))

    def spent(self, account: str) -> int:
        """What an account came to."""
        return sum(count for (name, _), count in self.world.ledger.counts.items() if name == account)


@contextmanager
def watching(
    service: Network, kind: str, params: Mapping[str, str], keys: Mapping[str, str], *, limits: Limits = PLENTY
) -> Iterator[Watch]:
    """A source of a kind, before what stands in for its service."""
    with world(service, keys=keys, limits=limits) as made:
        yield Watch(made, kind, params)
