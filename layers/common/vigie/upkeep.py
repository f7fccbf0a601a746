"""What a source remembers of a scan: when it may be read again, how often, and how it fares. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vigie.errors import SourceError
from vigie.identity import NEW, digest
from vigie.model import CADENCES, RINGS, Cursor, Health, OutcomeKind, Source
from vigie.outcomes import back_off, until_said

HOT = 3
"""Reads in a row that showed something new, after which a source is read more often."""

QUIET = timedelta(days=14)
"""Without anything new, after which it is read less often. One ring, either way, and at once as it was when that ends:
whoever watches pays for a slower one with being told later."""

_CADENCES = sorted(CADENCES.values())


@dataclass(frozen=True, slots=True)
class After:
    """What is to be written after a scan."""

    cursor: Cursor
    health: Health
    soon: bool = False
    """It is to be tried at the next ticks, until it is read, and not in its own slot: that would come too late."""


def interval(source: Source) -> int:
    """Minutes between two scans of it, for now: as many whole turns of its ring as its cadence and its rest take."""
    every = source.cursor.every or source.cadence
    ring = min(every, RINGS[-1])
    return -(-max(every, source.cursor.rest) // ring) * ring


def is_its_turn(source: Source, minute: int, minutes: int = 0) -> bool:
    """True when it takes one of its slots that came in the `minutes` up to `minute`, or else the last before: of those
    of its ring it takes one in as many as its `interval` is longer. One that fails, or that somebody waits for, takes
    them all.

    Nothing is remembered for it, and nothing written.
    """
    if source.slot == NEW:
        return True
    ring, place, turns = _turns(source)
    last, before = ((at - place) // ring for at in (minute, minute - minutes))
    return (last + _own(source)) % turns < max(last - before, 1)


def next_turn(source: Source, minute: int) -> int:
    """The minute of its next slot, not before `minute`. It has a slot."""
    ring, place, turns = _turns(source)
    at = minute + (place - minute) % ring
    return at + -((at - place) // ring + _own(source)) % turns * ring


def _turns(source: Source) -> tuple[int, int, int]:
    """(its ring, its place there, slots of which it takes one)."""
    ring, place = map(int, source.slot.split("m#"))
    return ring, place, 1 if source.health.failures else -(-interval(source) // ring)


def after_failure(source: Source, cursor: Cursor, error: SourceError, zone: str, now: datetime) -> After:
    """Hold the source back, and forget what was learnt and turned out wrong. `zone` is its service's.

    `HELD` is no failure: it was not its turn.
    """
    said = until_said(error, zone, now)
    before = source.health
    if error.outcome is OutcomeKind.HELD:
        return After(replace(cursor, not_before=said), before, soon=True)
    failures = before.failures + 1
    until = said or now + back_off(failures, source.cadence, jitter=_jitter(source))
    health = replace(before, outcome=error.outcome, failures=failures, since=before.since if before.failures else now)
    held = replace(living_at(None, cursor), not_before=until, asked_to_wait=said is not None)
    ring = timedelta(minutes=min(source.cadence, RINGS[-1]))
    return After(held, health, soon=said is not None and said - now < ring / 2)


def after_success(source: Source, cursor: Cursor, kind: OutcomeKind, now: datetime, *, least: int, news: bool) -> After:
    """The source was seen. `news`: it showed something that it had not shown before; `least`: minutes between two reads
    of it, however hot."""
    known = source.cursor.full_read_at is not None
    if news:
        heat = min(cursor.heat + 1, HOT) if known else 0
        cursor = replace(cursor, heat=heat, changed_at=now)
    elif kind is not OutcomeKind.NOT_MODIFIED and cursor.heat:
        cursor = replace(cursor, heat=0)
    every = _every(source.cadence, cursor, now, least)
    cursor = replace(cursor, every=every, not_before=None, asked_to_wait=False)
    return After(cursor, _seen(source.health, kind, now))


def living_at(moved_to: str | None, cursor: Cursor) -> Cursor:
    """The cursor of a source that lives there: what robots.txt said of another address does not hold for it."""
    return cursor if moved_to == cursor.moved_to else replace(cursor, moved_to=moved_to, robots=None, robots_at=None)


def _every(asked: int, cursor: Cursor, now: datetime, least: int) -> int | None:
    """Minutes between two reads for now; None for those that were asked for."""
    place = _CADENCES.index(asked)
    age = now - cursor.changed_at if cursor.changed_at else timedelta(0)
    if cursor.heat >= HOT and age <= HOT * timedelta(minutes=asked):
        faster = _CADENCES[max(place - 1, 0)]
        return faster if least <= faster < asked else None
    slower = min(_CADENCES[place + 1 :], default=asked)
    return slower if age >= QUIET and asked < slower <= RINGS[-1] else None


def _seen(before: Health, kind: OutcomeKind, now: datetime) -> Health:
    """Health after a scan that saw the source. Unchanged, hence not written, when it was well already."""
    if before.outcome is not None and before.failures == 0:
        return before if kind is OutcomeKind.NOT_MODIFIED else replace(before, outcome=kind, seen_at=now)
    return replace(before, outcome=kind, failures=0, since=now, seen_at=now)


def _jitter(source: Source) -> float:
    """A fraction in [0, 1) that is the source's own: those of one dead host do not come back together."""
    return _own(source) / 65536


def _own(source: Source) -> int:
    """A number that is the source's own, of two bytes."""
    return int.from_bytes(digest(source.source_id, size=2))
