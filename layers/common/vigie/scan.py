"""One job: read its sources, all at once, and record what is new. One outcome a source, never an exception.

The cursor of a source moves only after every mention of the read is recorded (invariant I6). When nothing
changed, nothing is written.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from vigie import registry, sources
from vigie.access import Access, JobAccess, Way
from vigie.errors import SourceError, StoreError, UnknownKindError
from vigie.exchange import Page, Request, Response
from vigie.identity import NEW
from vigie.model import Cursor, Item, Job, OutcomeKind, Source
from vigie.outcomes import NOT_MODIFIED, keep_validators, validators
from vigie.permission import Permission
from vigie.ports import Clock, Fetcher, SourceStore
from vigie.record import Recorder, Tally
from vigie.ring import Ring
from vigie.upkeep import After, after_failure, after_success, living_at
from vigie.watchdog import Watchdog

log = logging.getLogger(__name__)

FULL_READ = timedelta(hours=23, minutes=30)
"""A read without validators is due this long after the last: daily, whatever the cadence."""

MAX_PAGES = 5
MAX_ITEMS = 2_000
"""Bounds on one scan of one source (invariant I9)."""

DEAD = frozenset({OutcomeKind.GONE, OutcomeKind.NOT_A_FEED, OutcomeKind.TOO_LARGE})
"""What a page after the first may be without a baseline waiting for it: it would wait in vain."""

ROBOTS_FRESH = timedelta(hours=24)
"""RFC 9309 section 2.4: a cached robots.txt should not be used for more than a day."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one scan of one source."""

    kind: OutcomeKind
    items: int = 0
    tally: Tally = field(default_factory=Tally)
    until: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ScanReport:
    """Outcomes by source_id. A source that no longer exists has none."""

    outcomes: Mapping[str, Outcome] = field(default_factory=dict)

    def counts(self) -> Counter[OutcomeKind]:
        return Counter(outcome.kind for outcome in self.outcomes.values())


@dataclass(frozen=True, slots=True)
class _Read:
    """All the pages of one source, read."""

    items: list[Item]
    first: Response
    moved_to: str | None
    """Where the source is for good, as far as this read knows."""
    body_hash: str
    state: Mapping[str, str]
    whole: bool


class Scanner:
    """The use case of ScanQueue."""

    def __init__(
        self,
        store: SourceStore,
        recorder: Recorder,
        fetcher: Fetcher,
        access: Access,
        watchdog: Watchdog,
        clock: Clock,
    ) -> None:
        self._store = store
        self._recorder = recorder
        self._fetcher = fetcher
        self._access = access
        self._watchdog = watchdog
        self._clock = clock

    async def scan(self, job: Job) -> ScanReport:
        """Scan the sources of a job.

        Raises `StoreError` once every source has been tried, if the store failed for any: the job is to be
        repeated, which is harmless.
        """
        now = self._clock()
        found = self._store.sources(job.source_ids)
        access = self._access.job(self._fetcher.job())
        shared = (self._store, self._recorder, access, self._watchdog)
        scans = (_Scan(*shared, source, now) for source in found.values())
        results = await asyncio.gather(*(scan.run(forced=job.forced) for scan in scans), return_exceptions=True)
        outcomes = {}
        for source_id, result in zip(found, results, strict=True):
            if isinstance(result, Outcome):
                outcomes[source_id] = result
            elif isinstance(result, StoreError):
                log.error("source not recorded", extra={"source_id": source_id, "error": str(result)})
            else:
                raise result
        if len(outcomes) < len(found):
            raise StoreError(f"{len(found) - len(outcomes)} of {len(found)} sources could not be recorded")
        return ScanReport(outcomes)


class _Scan:
    """One scan of one source."""

    def __init__(
        self,
        store: SourceStore,
        recorder: Recorder,
        access: JobAccess,
        watchdog: Watchdog,
        source: Source,
        now: datetime,
    ) -> None:
        self._store = store
        self._recorder = recorder
        self._access = access
        self._watchdog = watchdog
        self._permission = Permission(access.fetcher, now)
        self._source = source
        self._now = now

    async def run(self, *, forced: bool) -> Outcome:
        cursor = self._source.cursor
        waits = cursor.not_before is not None and cursor.not_before > self._now
        if waits and (cursor.asked_to_wait or not forced):
            return Outcome(OutcomeKind.HELD, until=cursor.not_before)
        try:
            cursor = await self._allowed(cursor)
            read = await self._read(cursor)
        except SourceError as error:
            return self._failed(cursor, error)
        if read is None:
            self._save(cursor, OutcomeKind.NOT_MODIFIED, news=False)
            return Outcome(OutcomeKind.NOT_MODIFIED)
        return self._record(cursor, read)

    def _kind(self) -> sources.Kind:
        try:
            kind: sources.Kind = registry.load(sources, self._source.kind)
        except UnknownKindError:  # the row is newer than the code that runs, or was written by hand
            raise SourceError(OutcomeKind.CONTRACT_CHANGED, "unknown kind") from None
        return kind

    async def _allowed(self, cursor: Cursor) -> Cursor:
        """The cursor that remembers what robots.txt said; raises unless it lets us read the source."""
        if not self._kind().ROBOTS:
            return cursor
        if self._moved(cursor) != cursor.moved_to:  # what is remembered is of where it lives now
            await self._permission.needed(self._kind().request(self._source, cursor).url)
            return cursor
        if cursor.robots_at is None or self._now - cursor.robots_at >= ROBOTS_FRESH:
            allowed = await self._permission.given(cursor.moved_to or self._kind().request(self._source, cursor).url)
            cursor = replace(cursor, robots=allowed, robots_at=self._now)
        if cursor.robots:
            return cursor
        raise SourceError(OutcomeKind.BLOCKED, "robots.txt")

    def _moved(self, cursor: Cursor) -> str | None:
        """Where the source is asked instead of at its own address, which is tried again at the daily full read."""
        return None if self._full_read_due(cursor) else cursor.moved_to

    @cached_property
    def _way(self) -> Way:
        return self._access.way(self._source, self._kind())

    async def _fetch(self, request: Request, *, conditional: bool = False) -> Response:
        """Wherever its redirects lead, as far as robots.txt lets us go there too."""
        needed = self._permission.needed if self._kind().ROBOTS else None
        return await self._way.fetch(request, conditional=conditional, on_redirect=needed)

    async def _read(self, cursor: Cursor) -> _Read | None:
        """Every page of the source, or None when it says, or shows, that nothing changed."""
        request = self._kind().request(self._source, cursor)
        moved = self._moved(cursor)
        if moved:
            request = replace(request, url=moved)
        asked = validators(cursor) if self._conditional(cursor) else {}
        headers = {**request.headers, **asked}
        first = await self._fetch(replace(request, headers=headers), conditional=bool(asked))
        if first.status == NOT_MODIFIED:
            return None
        body_hash = hashlib.blake2b(first.body, digest_size=10).hexdigest()
        if body_hash == cursor.body_hash and not self._source.fresh and not self._full_read_due(cursor):
            return None
        items, state, whole = await self._pages(first)
        return _Read(items, first, first.moved_to or moved, body_hash, state, whole)

    async def _pages(self, first: Response) -> tuple[list[Item], Mapping[str, str], bool]:
        """Items, state, and whether it was all there. What was read stands though another part fails, and is not paid
        for again. A baseline waits for parts that may come back: what it lacked would later be told as new."""
        page = self._page(first)
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

    async def _followed(self, request: Request) -> Response:
        """A page after the first, if robots.txt lets us read it too: its address is another one."""
        if self._kind().ROBOTS:
            await self._permission.needed(request.url)
        return await self._fetch(request)

    def _page(self, response: Response) -> Page:
        """What the kind reads of one answer. Should it fail otherwise than it may, that is this source's outcome, with
        our defect in the log, and not the end of its job five times over (invariant I10)."""
        try:
            page: Page = self._kind().read(self._source, response)
        except SourceError:
            self._way.settle(0)
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is
            log.error("source not read", extra={"source_id": self._source.source_id, "error": type(error).__name__})
            raise SourceError(OutcomeKind.CONTRACT_CHANGED, type(error).__name__) from None
        self._way.settle(page.spent)
        return page

    def _conditional(self, cursor: Cursor) -> bool:
        """Ask "what changed?" unless somebody needs everything, or the daily full read is due."""
        return not self._source.fresh and not self._full_read_due(cursor)

    def _full_read_due(self, cursor: Cursor) -> bool:
        return cursor.full_read_at is None or self._now - cursor.full_read_at >= FULL_READ

    def _record(self, cursor: Cursor, read: _Read) -> Outcome:
        ring = Ring(cursor.ring)
        sightings, seen = ring.resolve(read.items, self._source.host)
        tally = self._recorder.record(self._source, sightings, self._now)
        kept = keep_validators(read.first) if read.whole else {}  # the rest of a truncated body is to be asked for
        advanced = replace(
            living_at(read.moved_to, cursor),
            etag=kept.get("etag"),
            last_modified=kept.get("last-modified"),
            body_hash=read.body_hash if read.whole else None,
            ring=seen.to_bytes(),
            full_read_at=self._now if read.whole else cursor.full_read_at,
            state=read.state,
        )
        kind = OutcomeKind.OK if read.items else OutcomeKind.EMPTY
        news = any(not sighting.known for sighting in sightings)
        self._save(advanced, kind, news=news, gap=not ring.overlaps(sightings))
        return Outcome(kind, items=len(read.items), tally=tally)

    def _failed(self, cursor: Cursor, error: SourceError) -> Outcome:
        """Remember the failure and hold the source back."""
        after = after_failure(self._source, cursor, error, self._zone(), self._now)
        self._write(after)
        if error.outcome is not OutcomeKind.HELD:
            log.warning(
                "source not seen",
                extra={"source_id": self._source.source_id, "host": self._source.host, "outcome": error.outcome.value},
            )
        return Outcome(error.outcome, until=after.cursor.not_before, detail=error.detail)

    def _save(self, cursor: Cursor, kind: OutcomeKind, *, news: bool, gap: bool = False) -> None:
        """Write what changed, if anything did: an unchanged source costs no write."""
        source = self._source
        least = sources.rhythm_of(self._kind()).least
        after = after_success(source, cursor, kind, self._now, least=least, news=news)
        if gap:
            after = replace(after, health=replace(after.health, gap_at=self._now))
        if after.cursor != source.cursor or after.health != source.health or source.fresh or source.slot == NEW:
            self._write(after, settled=source.fresh)

    def _write(self, after: After, *, settled: frozenset[str] = frozenset()) -> None:
        self._watchdog.note(self._source, after.health)
        self._store.save_cursor(self._source, after.cursor, after.health, settled=settled, soon=after.soon)

    def _zone(self) -> str:
        """Where the day of its service begins."""
        try:
            provider = sources.provider_of(self._kind())
        except SourceError:
            return "UTC"
        return provider.zone if provider else "UTC"
