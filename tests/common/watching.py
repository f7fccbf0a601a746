"""A scanner with the real fetcher, before services that something on this machine stands in for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import ModuleType

from tests.conftest import NOW
from tests.fakes import ListOutbox, MemoryStore
from tests.ledger import PLENTY, MemoryLedger, access_of, silent
from tests.providers.loopback import Service, served
from vigie import identity, registry, sources
from vigie.adapters.http import HttpFetcher
from vigie.budget import Limits
from vigie.model import Job, Mention, Practitioner, Source
from vigie.record import Recorder
from vigie.scan import Outcome, Scanner

MAELLE = Practitioner("pmaelle", "Dr", ("Maëlle",), ("Corvisart",), "ophtalmologue", "Fontorbe", "39999")
NAMED = "Le Dr Maëlle Corvisart, ophtalmologue à Fontorbe"
"""How somebody begins who writes of her."""

QUERY = '"Maëlle Corvisart" Fontorbe'


class Watch:
    """One practitioner, one source of a service, a clock, and all that a process keeps between two scans."""

    def __init__(
        self, kind: str, params: Mapping[str, str], keys: Mapping[str, str], *, limits: Limits = PLENTY
    ) -> None:
        self.now: datetime = NOW
        self.ledger = MemoryLedger()
        self.store = MemoryStore(clock=lambda: self.now)
        self.module: ModuleType = registry.load(sources, kind)
        self.source_id = identity.source_id(kind, params)
        self.store.enrol(MAELLE, [], "hash")
        host = identity.host_of(params.get("url", "")) or kind
        cadence = sources.rhythm_of(self.module).usual  # type: ignore[arg-type]
        self.store.watch(MAELLE.practitioner_id, Source(self.source_id, kind, params, cadence, host))
        self.access = access_of(lambda: self.now, keys=keys, ledger=self.ledger, limits=limits)
        self.outbox = ListOutbox()
        self.scanner: Scanner

    @contextmanager
    def before(self, *services: Service) -> Iterator[Watch]:
        """The services answer."""
        for service in services:
            service.clock = lambda: self.now
        with served(*services) as pairs:
            hosts = [host for service in services for host in service.HOSTS]
            fetcher = HttpFetcher(
                contact="https://vigie.example/robot", allowlist=["127.0.0.1", *hosts], stand_ins=pairs
            )
            recorder = Recorder(self.store, self.outbox, timedelta(days=90))
            self.scanner = Scanner(self.store, recorder, fetcher, self.access, silent(), lambda: self.now)
            yield self

    def scan(self, *, after: timedelta = timedelta(hours=6), forced: bool = False) -> Outcome:
        self.now += after
        return asyncio.run(self.scanner.scan(Job((self.source_id,), forced))).outcomes[self.source_id]

    @property
    def source(self) -> Source:
        return self.store.source_rows[self.source_id]

    @property
    def told(self) -> list[Mention]:
        """What is about her, in the order in which it was found."""
        return list(self.store.mentions(MAELLE.practitioner_id))

    def spent(self, account: str) -> int:
        """What an account came to in the month, or day, that is now."""
        return sum(count for (name, _), count in self.ledger.counts.items() if name == account)
