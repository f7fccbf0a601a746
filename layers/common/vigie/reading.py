"""One source read: what is asked of it, every page of what it answers, and whether anything changed at all."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vigie import registry, sources
from vigie.access import JobAccess
from vigie.errors import SourceError, UnknownKindError
from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, OutcomeKind, Provider, Source
from vigie.outcomes import NOT_MODIFIED, validators
from vigie.permission import Permission

log = logging.getLogger(__name__)

FULL_READ = timedelta(hours=23, minutes=30)
"""A read without validators is due this long after the last: daily, whatever the cadence."""

MAX_PAGES = 5
MAX_ITEMS = 2_000
"""Bounds on one read of one source (invariant I9)."""

DEAD = frozenset({OutcomeKind.GONE, OutcomeKind.NOT_A_FEED, OutcomeKind.TOO_LARGE})
"""What a page after the first may be without a baseline waiting for it: it would wait in vain."""

ROBOTS_FRESH = timedelta(hours=24)
"""RFC 9309 section 2.4: a cached robots.txt should not be used for more than a day."""


@dataclass(frozen=True, slots=True)
class Read:
    """All the pages of one source, read."""

    items: list[Item]
    first: Response
    moved_to: str | None
    """Where the source is for good, as far as this read knows."""
    body_hash: str
    state: Mapping[str, str]
    whole: bool
    rest: int
    """As `Page.rest`."""


def kind_of(source: Source) -> sources.Kind:
    """The module of a source's kind. Raises `SourceError` (`CONTRACT_CHANGED`) when there is none."""
    try:
        kind: sources.Kind = registry.load(sources, source.kind)
    except UnknownKindError:  # the row is newer than the code that runs, or was written by hand
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "unknown kind") from None
    return kind


class Reader:
    """Reads one source, once. Raises `SourceError` throughout: what could not be seen, and why."""

    def __init__(self, access: JobAccess, source: Source, now: datetime) -> None:
        self._kind = kind_of(source)
        self._way = access.way(source, self._kind)
        self._permission = Permission(access.fetcher, now)
        self._source = source
        self._now = now

    @property
    def provider(self) -> Provider | None:
        """The service that is asked, if it is one."""
        return sources.provider_of(self._kind)

    @property
    def least(self) -> int:
        """Minutes between two reads of it, however hot. What is paid for is read no oftener than was asked: a month of
        that is the price that was told."""
        least = sources.rhythm_of(self._kind).least
        return max(least, self._source.cadence) if self._is_priced else least

    async def allowed(self, cursor: Cursor) -> Cursor:
        """The cursor that remembers what robots.txt said; raises unless it lets us read the source."""
        if not self._kind.ROBOTS:
            return cursor
        if self._moved(cursor) != cursor.moved_to:  # what is remembered is of where it lives now
            await self._permission.needed(self._kind.request(self._source, cursor).url)
            return cursor
        if cursor.robots_at is None or self._now - cursor.robots_at >= ROBOTS_FRESH:
            allowed = await self._permission.given(cursor.moved_to or self._kind.request(self._source, cursor).url)
            cursor = replace(cursor, robots=allowed, robots_at=self._now)
        if cursor.robots:
            return cursor
        raise SourceError(OutcomeKind.BLOCKED, "robots.txt")

    async def read(self, cursor: Cursor) -> Read | None:
        """Every page of the source, or None when it says, or shows, that nothing changed."""
        request = self._kind.request(self._source, cursor)
        moved = self._moved(cursor)
        if moved:
            request = replace(request, url=moved)
        # "What changed?" is asked unless somebody needs everything, or the daily full read is due.
        everything = bool(self._source.fresh) or self._full_read_due(cursor)
        asked = {} if everything else validators(cursor)
        headers = {**request.headers, **asked}
        first = await self._fetch(replace(request, headers=headers), conditional=bool(asked))
        if first.status == NOT_MODIFIED:
            return None
        body_hash = hashlib.blake2b(first.body, digest_size=10).hexdigest()
        if body_hash == cursor.body_hash and not everything and not self._is_priced:
            return None
        page = self._page(first)
        items, state, whole = await self._pages(page)
        return Read(items, first, first.moved_to or moved, body_hash, state, whole, page.rest)

    def _moved(self, cursor: Cursor) -> str | None:
        """Where the source is asked instead of at its own address, which is tried again at the daily full read."""
        return None if self._full_read_due(cursor) else cursor.moved_to

    def _full_read_due(self, cursor: Cursor) -> bool:
        return cursor.full_read_at is None or self._now - cursor.full_read_at >= FULL_READ

    @property
    def _is_priced(self) -> bool:
        """An answer that is paid for is always read: it may have cost less than was charged."""
        return self.provider is not None and self.provider.price > 0

    async def _fetch(self, request: Request, *, conditional: bool = False) -> Response:
        """Wherever its redirects lead, as far as robots.txt lets us go there too."""
        needed = self._permission.needed if self._kind.ROBOTS else None
        return await self._way.fetch(request, conditional=conditional, on_redirect=needed)

    async def _followed(self, request: Request) -> Response:
        """A page after the first, if robots.txt lets us read it too: its address is another one."""
        if self._kind.ROBOTS:
            await self._permission.needed(request.url)
        return await self._fetch(request)

    async def _pages(self, page: Page) -> tuple[list[Item], Mapping[str, str], bool]:
        """With the pages after it: items, state, and whether it was all there. What was read stands though another part
        fails, and is not paid for again. A baseline waits for parts that may come back: what it lacked would later be
        told as new."""
        items, state, whole = list(page.items), page.state, page.whole
        waiting = page.following
        failures: list[SourceError] = []
        for _ in range(MAX_PAGES - 1):
            if not waiting or len(items) >= MAX_ITEMS:
                break
            try:
                page = self._page(await self._followed(waiting.pop(0)))
            except SourceError as error:
                failures.append(error)
                continue
            items += page.items
            state = page.state if page.onward else state
            whole &= page.whole
            waiting = page.following + waiting
        awaited = [error for error in failures if error.outcome not in DEAD]
        if failures and (not items or (awaited and self._source.fresh)):
            raise (awaited or failures)[0]
        return items[:MAX_ITEMS], state, whole and not failures

    def _page(self, response: Response) -> Page:
        """What the kind reads of one answer. Should it fail otherwise than it may, that is this source's outcome, with
        our defect in the log, and not the end of its job five times over (invariant I10)."""
        try:
            page: Page = self._kind.read(self._source, response)
        except SourceError:
            self._way.settle(0)
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is
            log.error("source not read", extra={"source_id": self._source.source_id, "error": type(error).__name__})
            raise SourceError(OutcomeKind.CONTRACT_CHANGED, type(error).__name__) from None
        self._way.settle(page.spent)
        return page
