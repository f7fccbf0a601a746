"""What is not read for somebody, in their language."""

from __future__ import annotations

from dataclasses import dataclass

from vigie.coverage import Coverage, Unread
from vigie.show.text import clean
from vigie.show.words import Words, paris

_PLACES = 8
"""Places that are named; beyond, the number says it."""

_PLACE = 60
"""Characters of a place."""


@dataclass(frozen=True, slots=True)
class Uncovered:
    """What templates know of it."""

    what: str
    """How many of how many."""
    places: tuple[str, ...]
    """Where, and since when."""


def uncovered(coverage: Coverage, said: Words) -> Uncovered | None:
    """None when all is read, or when nothing is known of that."""
    if not coverage.unread:
        return None
    places = [_place(place, said) for place in coverage.unread[:_PLACES]]
    beyond = len(coverage.unread) - len(places)
    if beyond > 0:
        places.append(said.count("beyond", beyond))
    return Uncovered(said.count("uncovered.what", coverage.missing, total=coverage.sources), tuple(places))


def _place(unread: Unread, said: Words) -> str:
    name = clean(unread.place, _PLACE)
    if "." not in name:
        name = said("uncovered.service", name=name.replace("_", " "))
    several = said.count("uncovered.several", unread.sources) if unread.sources > 1 else ""
    since = said("uncovered.since", day=said.day(paris(unread.since))) if unread.since else ""
    return " ".join(filter(None, (name, several, since)))
