"""Sources scanned for real, in a web of stand-ins: the real fetcher and scanner, the store and the ledger in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from tests.fakes import ListOutbox, MemoryStore
from tests.ledger import PLENTY, MemoryKeys, MemoryLedger, silent
from tests.providers.index import NOW, QUERY
from tests.providers.serving import Service, Services, served
from vigie import identity
from vigie.access import Access
from vigie.adapters.http import HttpFetcher
from vigie.budget import Limits
from vigie.model import Job, Mention, MentionStatus, Practitioner, Source
from vigie.record import Recorder
from vigie.scan import Outcome, Scanner

CAMILLE = Practitioner(
    "pcamille", "Dr", ("Camille",), ("Aubertin-Lesage",), "dermatologue", "Valombre", "69999", phone="+33465711000"
)


class World:
    """One practitioner, the sources they watch, and a clock that moves when a turn is waited for."""

    def __init__(self, services: Services, keys: Mapping[str, str], limits: Limits) -> None:
        self.now = NOW
        self.services = services
        self.store = MemoryStore(clock=self.clock)
        self.ledger = MemoryLedger()
        self.outbox = ListOutbox()
        self.keys = MemoryKeys(keys)
        fetcher = HttpFetcher(
            contact="https://vigie.example/robot",
            allowlist=["127.0.0.1", *services.invented],
            stand_ins=services.stand_ins,
        )
        access = Access(self.keys, self.ledger, limits, self.clock, sleep=self._sleep)
        recorder = Recorder(self.store, self.outbox, timedelta(days=90))
        self.scanner = Scanner(self.store, recorder, fetcher, access, silent(), self.clock)
        self.store.enrol(CAMILLE, [], "hash")

    def clock(self) -> datetime:
        return self.now

    async def _sleep(self, seconds: float) -> None:
        """Fifty times as fast, so that whoever waits longer still comes later."""
        until = self.now + timedelta(seconds=seconds)
        await asyncio.sleep(seconds / 50)
        self.now = max(self.now, until)

    def watch(self, kind: str, **params: str) -> str:
        """Have the practitioner watch a source, for their name unless another `query` is given; its id."""
        told = {"query": QUERY, **params}
        source_id = identity.source_id(kind, told)
        host = identity.host_of(told.get("url", "")) or kind
        self.store.watch(CAMILLE.practitioner_id, Source(source_id, kind, told, 1440, host))
        return source_id

    def scan(self, *source_ids: str, after: timedelta = timedelta(days=1), forced: bool = False) -> list[Outcome]:
        """Scan sources in one job, the clock moved on."""
        self.now += after
        report = asyncio.run(self.scanner.scan(Job(source_ids, forced)))
        return [report.outcomes[source_id] for source_id in source_ids]

    def mentions(self, *statuses: MentionStatus) -> list[Mention]:
        """Those of these statuses; the new ones unless told."""
        wanted = statuses or (MentionStatus.PENDING,)
        return [m for m in self.store.mentions(CAMILLE.practitioner_id) if m.status in wanted]


@contextmanager
def world(*services: Service, keys: Mapping[str, str] | None = None, limits: Limits = PLENTY) -> Iterator[World]:
    """A world in which these services are. Those that have a `clock` go by its."""
    with served(*services) as running:
        made = World(running, keys or {}, limits)
        for service in services:
            if hasattr(service, "clock"):
                service.clock = made.clock
        yield made
