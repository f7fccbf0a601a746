"""One tick: enqueue the sources whose minute has come, and point at the deliveries that are due.

Level-triggered: nothing is claimed and no "next scan" is written. The only memory is the minute up to which
everything has been enqueued, so a lost, late or doubled tick changes latency and nothing else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import batched, chain

from vigie.errors import StoreError
from vigie.identity import digest, minute_of
from vigie.model import RINGS, Job, Pointer
from vigie.ports import Outbox, SlotEntry, Wheel

JOB_SIZE = 25
"""Sources in a job: one BatchGet and a few tens of seconds at worst, well inside the function's time-out."""

WINDOW = 5_000
"""Sources grouped at a time: bounds memory when an outage makes everything due at once."""

DELAY_MOST_S = 900
"""The longest that SQS lets a message wait; beyond it functions meet at a host, each with manners of its own."""

SWEEP = 5_000
"""Due mentions looked at in one tick: the rest is still due at the next one."""

FADE = 500
"""Mentions whose text is due for erasure, pointed at in one tick: days of work are spread over many."""


@dataclass(frozen=True, slots=True)
class TickReport:
    """What one tick enqueued. `lag_minutes`: how far behind the schedule it was."""

    slots: int
    sources: int
    jobs: int
    pointers: int
    lag_minutes: int
    oldest_due_s: int


def due_slots(previous: int | None, minute: int) -> list[str]:
    """The slots whose minute lies in (previous, minute], each once, and `new`.

    Before the first tick (`previous` is None) only `new`: sources leave it by being scanned.
    A clock that went back (previous > minute) makes nothing due but `new`.
    """
    elapsed = 0 if previous is None else max(minute - previous, 0)
    rings = [f"{ring}m#{(minute - back) % ring}" for ring in RINGS for back in reversed(range(min(elapsed, ring)))]
    return ["new", *rings]


def jobs(
    entries: Iterable[SlotEntry],
    *,
    forced: bool = False,
    due_at: datetime | None = None,
    minutes: int = 0,
    interval_ms: int = 0,
) -> Iterator[Job]:
    """Group sources into jobs, those of one host together: pacing is done where they meet. Those of a host come in
    another order each time (`due_at`): who waits for a turn at a service is not always behind the same.

    A host that fills several jobs is asked by one function after the other: each job waits in the queue for as long as
    those before it take, at `interval_ms` between two requests. Each source at most once, however often it is listed
    within a window of `WINDOW`.
    """
    for window in batched(entries, WINDOW, strict=False):
        hosts: dict[str, dict[str, None]] = defaultdict(dict)
        for entry in window:
            hosts[entry.host][entry.source_id] = None
        asked: Counter[str] = Counter()
        turn = str(due_at)
        pairs = (
            (host, source_id)
            for host in sorted(hosts)
            for source_id in sorted(hosts[host], key=lambda source_id: digest("turn", turn, source_id))
        )
        for chunk in batched(pairs, JOB_SIZE, strict=False):
            before = max(asked[host] for host, _ in chunk)
            asked.update(host for host, _ in chunk)
            delay_s = min(before * interval_ms // 1000, DELAY_MOST_S)
            yield Job(tuple(source_id for _, source_id in chunk), forced, due_at, minutes, delay_s)


class Planner:
    """The use case of the schedule."""

    def __init__(self, wheel: Wheel, outbox: Outbox, host_interval_ms: int = 0) -> None:
        self._wheel = wheel
        self._outbox = outbox
        self._interval_ms = host_interval_ms

    def tick(self, now: datetime) -> TickReport:
        """Sweep what is due, then enqueue what the wheel says. Both are tried even if one fails.

        Raises `StoreError` after trying both; the next tick catches up.
        """
        failure: StoreError | None = None
        pointers, oldest_due_s = 0, 0
        try:
            pointers, oldest_due_s = self._sweep(now)
        except StoreError as error:
            failure = error
        report = self._turn(now, pointers, oldest_due_s)
        if failure:
            raise failure
        return report

    def _sweep(self, now: datetime) -> tuple[int, int]:
        """One pointer for each practitioner who has something due: it says "look at them", not "send this".

        And one for each mention whose text has been kept long enough: it says "forget this".
        """
        first: dict[str, Pointer] = {}
        oldest: datetime | None = None
        for due in self._wheel.due(now, SWEEP):
            oldest = oldest or due.due_at
            first.setdefault(due.practitioner_id, Pointer(due.practitioner_id, due.mention_id))
        pointers = [*first.values(), *(Pointer(f.practitioner_id, f.mention_id) for f in self._wheel.faded(now, FADE))]
        sent = self._outbox.send_pointers(pointers) if pointers else 0
        return sent, int((now - oldest).total_seconds()) if oldest else 0

    def _turn(self, now: datetime, pointers: int, oldest_due_s: int) -> TickReport:
        minute = minute_of(now)
        previous = self._wheel.minute()
        elapsed = 0 if previous is None else max(minute - previous, 0)
        minutes = elapsed if elapsed > RINGS[0] else 0
        slots = due_slots(previous, minute)
        entries = chain.from_iterable(self._wheel.slot(slot) for slot in slots)
        enqueued = [0, 0]

        def counted() -> Iterator[Job]:
            for job in jobs(entries, due_at=now, minutes=minutes, interval_ms=self._interval_ms):
                enqueued[0] += 1
                enqueued[1] += len(job.source_ids)
                yield job

        self._outbox.send_jobs(counted())
        self._wheel.advance(minute)
        return TickReport(
            slots=len(slots),
            sources=enqueued[1],
            jobs=enqueued[0],
            pointers=pointers,
            lag_minutes=elapsed,
            oldest_due_s=oldest_due_s,
        )
