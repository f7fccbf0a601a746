"""What of somebody's sources is not read, to be said to them: "nothing found" is not "could not look" (I12). Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from vigie.model import Condition


@dataclass(frozen=True, slots=True)
class Unread:
    """A place of which they see less than they think."""

    place: str
    """A host, or the name of a service."""
    sources: int
    """Those there that are not read."""
    since: datetime | None
    """When the first of them was not read any more."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many sources are watched for somebody, and which of them keep failing."""

    sources: int = 0
    unread: tuple[Unread, ...] = ()
    """By place, the longest unread first."""

    @property
    def missing(self) -> int:
        return sum(place.sources for place in self.unread)


UNKNOWN = Coverage()
"""Nothing was asked, or nobody answered."""


def coverage(conditions: Iterable[Condition]) -> Coverage:
    """Of all of somebody's sources. One that failed a few times is not worth a word: it is tried again."""
    total = 0
    places: dict[str, list[datetime | None]] = defaultdict(list)
    for condition in conditions:
        total += 1
        if condition.health.keeps_failing:
            places[condition.host].append(condition.health.since)
    unread = (Unread(host, len(times), min(filter(None, times), default=None)) for host, times in places.items())
    return Coverage(total, tuple(sorted(unread, key=lambda u: (u.since is None, u.since, u.place))))
