"""What is read, what it holds, and what became of reading it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

CADENCES = {"15m": 15, "1h": 60, "6h": 360, "24h": 1440, "7d": 10080}
"""How often a source may be read: name -> minutes."""
RINGS = (15, 60, 360, 1440)
"""Minutes of the four rings of the timing wheel. What is read less often than daily stands on the last of them, and
takes one in so many of its slots: after a long outage the wheel has as many slots as it has minutes."""

FAILING = 5
"""Consecutive scans that did not see a source, after which somebody is to know: most of a day for an hourly one."""


class OutcomeKind(StrEnum):
    """What became of one scan of one source. `OK`, `NOT_MODIFIED` and `EMPTY` are the only ones that saw it."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    EMPTY = "empty"  # read and understood, and it truly holds nothing
    HELD = "held"  # not read: the source asked us, or we chose, to wait until `until`
    THROTTLED = "throttled"  # it asked us to come back at `until`
    QUOTA_EXHAUSTED = "quota_exhausted"  # a budget, the provider's or ours, is spent until `until`
    AUTH_FAILED = "auth_failed"  # a key or a consent is missing, wrong or expired
    BLOCKED = "blocked"  # robots.txt, 401, 403, 451, a challenge or a login, or an address we refuse to visit
    GONE = "gone"  # 404, 410, or a page that says so
    NOT_A_FEED = "not_a_feed"  # answered, but not with what this kind reads
    CONTRACT_CHANGED = "contract_changed"  # an API answered with another shape than its contract
    TOO_LARGE = "too_large"
    UNREACHABLE = "unreachable"  # name, connection, TLS, deadline, 5xx, broken or truncated transfer

    @property
    def seen(self) -> bool:
        """True when the source was really looked at."""
        return self in (OutcomeKind.OK, OutcomeKind.NOT_MODIFIED, OutcomeKind.EMPTY)


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a source must remember between two scans. Advances only once every mention of the read is recorded."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    """Of the last body read: an unchanged 200 from a server without validators is not parsed again."""
    moved_to: str | None = None
    """Where the source says it lives for good (301, 308): fetched instead, while the source keeps its identity. Its own
    address is asked again at the daily full read: sites also say so of a login, for as long as they ask for one."""
    ring: bytes = b""
    """Identities of the items last seen (see `vigie.ring.Ring`)."""
    full_read_at: datetime | None = None
    """Last read without validators: one is due every day, since a 304 for ever hides things."""
    not_before: datetime | None = None
    """Hold the source back until then."""
    asked_to_wait: bool = False
    """`not_before` was the source's own wish (Retry-After), not our back-off: even a forced scan honours it."""
    robots: bool | None = None
    """What robots.txt said of this source, for kinds that honour it."""
    robots_at: datetime | None = None
    state: Mapping[str, str] = field(default_factory=dict)
    """What the kind itself wants to remember; opaque to everybody else."""
    changed_at: datetime | None = None
    """When it last showed something new."""
    heat: int = 0
    """Reads in a row that showed something new."""
    every: int | None = None
    """Minutes between two scans for now, when they are not those of the source: it is hot, or quiet."""
    rest: int = 0
    """Minutes for which what was read last asks to be left alone."""


@dataclass(frozen=True, slots=True)
class Health:
    """What the last scans of a source were like. Written only when it changes or a scan fails."""

    outcome: OutcomeKind | None = None
    failures: int = 0
    """Consecutive scans that did not see the source."""
    since: datetime | None = None
    """When the present run of successes or failures began."""
    seen_at: datetime | None = None
    """Last time it was written that the source was seen (an unchanged source writes nothing)."""
    gap_at: datetime | None = None
    """Last time a read shared no item with the one before: some may have been missed in between."""

    @property
    def keeps_failing(self) -> bool:
        """It has not been seen for long enough that somebody is to know."""
        return self.failures >= FAILING


class Condition(NamedTuple):
    """How reading one source fares, without what it is."""

    host: str
    health: Health


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to read: a kind and its parameters, shared by all who watch it."""

    source_id: str
    kind: str
    params: Mapping[str, str]
    cadence: int
    """Minutes between two scans: a value of `CADENCES`."""
    host: str
    watchers: frozenset[str] = frozenset()
    fresh: frozenset[str] = frozenset()
    """Watchers for whom no scan succeeded yet: the next successful one is their baseline."""
    rev: int = 0
    """Grows with every enrolment or removal: a scan that started before one does not write its cursor over it."""
    slot: str = "new"
    cursor: Cursor = Cursor()
    health: Health = Health()

    @property
    def url(self) -> str:
        """Address of the source, for kinds that have one; empty otherwise."""
        return self.params.get("url", "")


class Item(NamedTuple):
    """One entry read from a source, before anyone is matched. Text is plain: no markup, entities decoded.

    A tuple, since fifty are made for every feed read: a frozen dataclass costs five times as much to make.
    """

    url: str
    """Absolute http(s) URL, or empty when the source gave none that is usable."""
    title: str = ""
    text: str = ""
    native_id: str | None = None
    """The source's own identifier (guid, id), verbatim."""
    published_at: datetime | None = None
    rating: float | None = None
    """Stars out of five."""
    kind: str = "web"
    """What the source knows of the sort of item: review, forum, news, social, web, video, image."""
    author: str | None = None
    """Used to match and to triage; never stored."""
    context: str = ""
    """What the item answers to (title of the thread or article), when the item alone does not name anyone."""
    publisher: str = ""
    """Name of the site it stands on, where the address does not say: a news search's own links."""


@dataclass(frozen=True, slots=True)
class Job:
    """Sources to scan together, as sent to ScanQueue: ids only (invariant I8)."""

    source_ids: tuple[str, ...]
    forced: bool = False
    """An operator asked for it now: our own back-off does not hold it."""
    due_at: datetime | None = None
    """When they were found due: one that was read since, by a job that waited longer, is not read again. None reads
    them all."""
    minutes: int = 0
    """For how many up to `due_at` slots were looked at, when that is so many that one may have come twice."""
    delay_s: int = 0
    """Seconds that it waits in the queue: others of its host go first. Not part of the message."""
