"""Where a text says that somebody is: the practitioner's own town, another one, or abroad.

A town named anywhere proves little (people come from far to see a doctor): what counts is a town said of the name,
after a preposition (`à Lyon`), in brackets, or as a field of a listing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from vigie.judge.forms import TITLES
from vigie.judge.lexicon import abroad, communes, first_names, surname_rank, words_of
from vigie.judge.names import Names
from vigie.judge.reading import Reading

_POSTCODE = re.compile(r"(?:0[1-9]|[1-8]\d|9[0-8])\d{3}")
_DEPARTMENT = re.compile(r"(?:0[1-9]|[1-8]\d|9[0-5]|97[1-6]|2[ab])")
_AT = frozenset(
    {"a", "au", "aux", "de", "d", "du", "des", "sur", "vers", "pres", "en", "chu", "in", "of", "hopital", "region"}
)
_FROM = frozenset({"de", "d", "depuis", "du"})
_FIELDS = frozenset("-–—|/·•:,(;")
_WIDE = 6
"""A surname among so many thousands of the most frequent is rather a name than a town."""


class Where(Enum):
    """What a place is to a practitioner."""

    HERE = "here"
    NEAR = "near"
    """Another town of their department."""
    ELSEWHERE = "elsewhere"
    ABROAD = "abroad"


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a text names, at words `first` to `after - 1`."""

    first: int
    after: int
    where: Where
    placed: bool
    """Said as a place where somebody is: after a preposition, in brackets, as a field; not where they come from."""


def places(reading: Reading, names: Names) -> list[Place]:
    """The places of a text, in order. A town that bears the practitioner's own name is none."""
    own = list(_own(reading, names))
    taken = {at for place in own for at in range(place.first, place.after)}
    return sorted((*own, *_others(reading, names, taken)), key=lambda place: place.first)


def _own(reading: Reading, names: Names) -> Iterator[Place]:
    for first, after in names.city.find(reading.words):
        # A town whose name is a word (Sens, Tours) is one with a capital, or in a text that has none.
        if len(reading.words[first]) < 6 and not reading.capital(first) and not reading.lowered:
            continue
        if not _abroad_follows(reading, after):
            yield Place(first, after, Where.HERE, _placed(reading, first))
    for postcode in names.postcodes:
        for at in (*reading.where(postcode), *reading.where(postcode[:2])):
            if reading.words[at] == postcode or _bracketed(reading, at):
                yield Place(at, at + 1, Where.HERE, placed=True)


def _others(reading: Reading, names: Names, taken: set[int]) -> Iterator[Place]:
    if not any(names.postcodes) and not names.town_words:
        return  # where they are is not known, so no town contradicts
    end = 0
    for at, word in enumerate(reading.words):
        if at < end or at in taken or word in names.words or word in names.town_words:
            continue
        if _POSTCODE.fullmatch(word) or (_DEPARTMENT.fullmatch(word) and _bracketed(reading, at)):
            if word not in names.postcodes:
                where = Where.NEAR if any(word[:2] == own[:2] for own in names.postcodes) else Where.ELSEWHERE
                yield Place(at, at + 1, where, placed=True)
            continue
        length, departments = communes().longest(reading.words, at)
        foreign = abroad().length(reading.words, at)
        country = words_of("countries").length(reading.words, at)
        size = max(length, foreign, country)
        if (
            not size
            or not (reading.capital(at) or (reading.lowered and _at(reading, at)))
            or _is_a_name(reading, at, size)
        ):
            continue
        end = at + size
        if max(foreign, country) >= size > length:
            yield Place(at, end, Where.ABROAD, _placed(reading, at))
        elif size == length:
            near = not departments.isdisjoint(map(_department, names.postcodes))
            yield Place(at, end, Where.NEAR if near else Where.ELSEWHERE, _placed(reading, at))


def _department(postcode: str) -> str:
    return postcode[: 3 if postcode[:2] in ("97", "98") else 2]


def _at(reading: Reading, at: int) -> bool:
    return at > 0 and reading.words[at - 1] in _AT


def _placed(reading: Reading, first: int) -> bool:
    before = reading.words[first - 1] if first else ""
    if before in _FROM:
        return first > 1 and reading.words[first - 2] in (
            "chu",
            "hopital",
            "clinique",
            "cabinet",
            "pres",
            "celui",
            "celle",
        )
    if before in _AT and not reading.breaks(first):
        return True
    gap = reading.gap(first).strip()
    return gap[-1:] in _FIELDS or "\n" in reading.gap(first) or (before.isdigit() and len(before) == 5)


def _is_a_name(reading: Reading, at: int, size: int) -> bool:
    """One word that is rather somebody's: after a title or a first name, or a frequent surname that nothing places."""
    if size > 1:
        return False
    before = reading.words[at - 1] if at else ""
    if not reading.pauses(at) and (before in TITLES or before in first_names()):
        return True
    word = reading.words[at]
    known = word in first_names() or surname_rank(word) < _WIDE * 1000
    return known and not _at(reading, at)


def _bracketed(reading: Reading, at: int) -> bool:
    return reading.gap(at).endswith("(") and reading.gap(at + 1).startswith(")")


def _abroad_follows(reading: Reading, after: int) -> bool:
    """`Valence (Espagne)` is not the Valence one thinks of."""
    if after >= len(reading) or reading.gap(after).strip() not in ("(", ","):
        return False
    return words_of("countries").length(reading.words, after) > 0
