"""One look at one source from this machine, by the same steps as a scan and with nothing remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from vigie import registry, sources, wiring
from vigie.errors import SourceError
from vigie.exchange import Page, Request
from vigie.model import Cursor, Item, OutcomeKind, Source
from vigie.outcomes import after_status
from vigie.permission import Permission
from vigie.ports import Fetcher, OnRedirect
from vigie.reading import DEAD, MAX_ITEMS, MAX_PAGES
from vigie.sources import Kind

CONTACT = "https://vigie.example/robot"
"""Put in the User-Agent of this one look; a deployment sends its own."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at a source came to."""

    outcome: OutcomeKind
    items: tuple[Item, ...] = ()
    moved_to: str | None = None
    detail: str = ""
    until: datetime | None = None


def read_once(source: Source, allowlist: Sequence[str]) -> Reading:
    """Fetch and read `source`. What went wrong is in the outcome; nothing is raised for it."""
    return asyncio.run(read(source, wiring.way_out(CONTACT, allowlist, 0), datetime.now(UTC)))


async def read(source: Source, fetcher: Fetcher, now: datetime) -> Reading:
    """`read_once`, by a given way out and clock."""
    kind = registry.load(sources, source.kind)
    needed = Permission(fetcher, now).needed if kind.ROBOTS else None
    try:
        if needed:
            await needed(source.url)
        answer = await fetcher.fetch(kind.request(source, Cursor()), on_redirect=needed)
        after_status(answer, conditional=False, now=now)
        moved_to, page = answer.moved_to, kind.read(source, answer)
        items = list(page.items)
        waiting = page.following
        dead: SourceError | None = None
        for _ in range(MAX_PAGES - 1):
            if not waiting or len(items) >= MAX_ITEMS:
                break
            try:
                page = await _followed(waiting.pop(0), source, kind, fetcher, needed, now)
            except SourceError as error:
                if error.outcome not in DEAD:
                    raise
                dead = error
                continue
            items += page.items
            waiting = page.following + waiting
        if dead and not items:
            raise dead
    except SourceError as error:
        return Reading(error.outcome, detail=error.detail, until=error.until)
    return Reading(OutcomeKind.OK if items else OutcomeKind.EMPTY, tuple(items[:MAX_ITEMS]), moved_to)


async def _followed(
    request: Request, source: Source, kind: Kind, fetcher: Fetcher, needed: OnRedirect | None, now: datetime
) -> Page:
    """A page after the first."""
    if needed:
        await needed(request.url)
    answer = await fetcher.fetch(request, on_redirect=needed)
    after_status(answer, conditional=False, now=now)
    return kind.read(source, answer)
