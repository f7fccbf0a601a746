"""One job: read its sources, all at once, and record what is new. One outcome a source, never an exception.

The cursor of a source moves only after every mention of the read is recorded (invariant I6). When nothing
changed, nothing is written.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from vigie.access import Access, JobAccess
from vigie.errors import SourceError, StoreError
from vigie.identity import NEW, minute_of
from vigie.model import Cursor, Job, OutcomeKind, Provider, Source
from vigie.outcomes import keep_validators
from vigie.ports import Clock, Fetcher, SourceStore
from vigie.reading import Read, Reader
from vigie.record import Recorder, Tally
from vigie.ring import Ring
from vigie.upkeep import After, after_failure, after_success, is_its_turn, living_at
from vigie.watchdog import Watchdog

log = logging.getLogger(__name__)


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
        rows = self._store.sources(job.source_ids)
        found = {source_id: rows[source_id] for source_id in job.source_ids if source_id in rows}  # in its order
        access = self._access.job(self._fetcher.job())
        shared = (self._store, self._recorder, access, self._watchdog)
        scans = (_Scan(*shared, source, now) for source in found.values())
        results = await asyncio.gather(*(scan.run(job) for scan in scans), return_exceptions=True)
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
        self._source = source
        self._now = now

    async def run(self, job: Job) -> Outcome:
        cursor = self._source.cursor
        waits = cursor.not_before is not None and cursor.not_before > self._now
        if (waits and (cursor.asked_to_wait or not job.forced)) or self._was_read(job) or self._rests(job):
            return Outcome(OutcomeKind.HELD, until=cursor.not_before)
        reader: Reader | None = None
        try:
            reader = Reader(self._access, self._source, self._now)
            cursor = await reader.allowed(cursor)
            read = await reader.read(cursor)
        except SourceError as error:
            return self._failed(cursor, error, reader.provider if reader else None)
        if read is None:
            self._save(cursor, OutcomeKind.NOT_MODIFIED, reader.least, news=False)
            return Outcome(OutcomeKind.NOT_MODIFIED)
        return self._record(cursor, read, reader.least)

    def _was_read(self, job: Job) -> bool:
        """Since it was found due: by a job of an earlier tick, which had to wait for others of its host. Whoever waits
        in slot `new` is in a job of every tick until then, and a search is paid for each time."""
        seen_at = self._source.health.seen_at
        if self._source.fresh or job.due_at is None or seen_at is None:
            return False
        return seen_at >= job.due_at

    def _rests(self, job: Job) -> bool:
        """It is read less often than the slots of its ring come, and this one it lets pass."""
        if job.forced or job.due_at is None or self._source.fresh:
            return False
        return not is_its_turn(self._source, minute_of(job.due_at), job.minutes)

    def _record(self, cursor: Cursor, read: Read, least: int) -> Outcome:
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
            rest=read.rest,
        )
        kind = OutcomeKind.OK if read.items else OutcomeKind.EMPTY
        news = any(not sighting.known for sighting in sightings)
        self._save(advanced, kind, least, news=news, gap=not ring.overlaps(sightings))
        return Outcome(kind, items=len(read.items), tally=tally)

    def _failed(self, cursor: Cursor, error: SourceError, provider: Provider | None) -> Outcome:
        """Remember the failure and hold the source back."""
        if error.outcome is OutcomeKind.HELD and self._source.slot == NEW:  # as it is, the next tick brings it back
            return Outcome(error.outcome, until=error.until, detail=error.detail)
        after = after_failure(self._source, cursor, error, provider.zone if provider else "UTC", self._now)
        self._write(after)
        if error.outcome is not OutcomeKind.HELD:
            log.warning(
                "source not seen",
                extra={"source_id": self._source.source_id, "host": self._source.host, "outcome": error.outcome.value},
            )
        return Outcome(error.outcome, until=after.cursor.not_before, detail=error.detail)

    def _save(self, cursor: Cursor, kind: OutcomeKind, least: int, *, news: bool, gap: bool = False) -> None:
        """Write what changed, if anything did: an unchanged source costs no write."""
        source = self._source
        after = after_success(source, cursor, kind, self._now, least=least, news=news)
        if gap:
            after = replace(after, health=replace(after.health, gap_at=self._now))
        if source.slot == NEW:  # written in any case: so that no other job reads it again (`_was_read`)
            after = replace(after, health=replace(after.health, seen_at=self._now))
        if after.cursor != source.cursor or after.health != source.health or source.fresh:
            self._write(after, settled=source.fresh)

    def _write(self, after: After, *, settled: frozenset[str] = frozenset()) -> None:
        self._watchdog.note(self._source, after.health)
        source = self._source
        if not self._store.save_cursor(source, after.cursor, after.health, settled=settled, soon=after.soon):
            self._watchdog.take_back(source, after.health)
