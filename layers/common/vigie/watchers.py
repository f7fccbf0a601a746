"""Who, among thousands of practitioners, an item may be about: one cheap pass over its folded words.

An automaton finds the most telling word of each last name, alias, practice and site, and the titles and first names
after which a last name may be misspelt; telephones and RPPS numbers are looked up by their digits. Whoever `match`
would say anything of is among the candidates; `match` then judges them one by one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from ahocorasick_rs import BytesAhoCorasick, Implementation

from vigie.judge.fold import fold, folded
from vigie.judge.names import TITLES, digits_of, first_forms, keys_of, role_hints, site_of, town_hints
from vigie.judge.naming import MISSPELT_FROM
from vigie.judge.reading import unscanned
from vigie.judge.sounds import sound
from vigie.model import Item, Practitioner

_SHAPE = bytes(97 if chr(c).isalpha() else 48 if chr(c).isdigit() else 32 for c in range(128)) + b" " * 128
"""Every letter as an a, every digit as a 0."""
_NUMBER = re.compile(rb"[0-9](?: {0,3}+[0-9]){8,}+")
"""Nine digits or more, however they are spaced."""


class Watchers:
    """The practitioners who watch a source, indexed by what names them."""

    __slots__ = ("_announcers", "_automaton", "_heard", "_numbers", "_people", "_words")

    def __init__(self, practitioners: Iterable[Practitioner]) -> None:
        self._people = tuple(practitioners)
        words: dict[str, list[int]] = {}
        heard: dict[str, list[int]] = {}
        numbers: dict[bytes, list[int]] = {}
        announcers = set(TITLES)
        for place, practitioner in enumerate(self._people):
            keys, sounds = keys_of(practitioner)
            for index, found in ((words, keys), (heard, sounds)):
                for key in found:
                    index.setdefault(key, []).append(place)
            for digits in digits_of(practitioner):
                numbers.setdefault(digits.encode("ascii"), []).append(place)
            announcers.update(form[-1] for form in first_forms(practitioner))
        self._words = _packed(words)
        self._heard = _packed(heard)
        self._numbers = _packed(numbers)
        self._announcers = frozenset(announcers) if heard else frozenset()
        # The form that takes most memory, 0.6 MB a thousand people, and two thirds of the time of the others.
        self._automaton = BytesAhoCorasick(
            [f" {word} ".encode("ascii") for word in self._words.keys() | self._announcers],
            implementation=Implementation.DFA,
        )

    def __len__(self) -> int:
        return len(self._people)

    def candidates(self, item: Item, *, host: str = "") -> list[Practitioner]:
        """Those whom `match(practitioner, item, host=host)` may say something of, in the order they were given."""
        return self.sift([item], host=host)[0]

    def sift(self, items: Sequence[Item], *, host: str = "") -> list[list[Practitioner]]:
        """`candidates` of each of `items`, by one pass over them all: most name nobody."""
        texts = [b" " + fold(_said(item, host)) + b" |" for item in items]
        ends = list(accumulate(map(len, texts)))
        found: dict[int, set[int]] = {}
        for at, places in self._places(b"".join(texts), texts, ends):
            found.setdefault(at, set()).update(places)
        return [[self._people[place] for place in sorted(found.get(at, ()))] for at in range(len(items))]

    def _places(self, data: bytes, texts: Sequence[bytes], ends: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
        """(number of a text, places of practitioners whom it may name): all that `data`, the texts joined, holds."""
        named: dict[int, set[str]] = {}
        for _, start, end in self._automaton.find_matches_as_indexes(data, overlapping=True):
            at, word = bisect_right(ends, start), data[start + 1 : end - 1].decode("ascii")
            if word in self._words:
                named.setdefault(at, set()).add(word)
            if word in self._announcers:
                yield at, self._misspelt(data[end : end + _LONGEST])
        for at, words in named.items():
            said = f" {' '.join(texts[at].decode('ascii').split())} "
            for word in words:
                yield at, self._meant(word, said)
        for start, garbled in _mixed(data):
            yield bisect_right(ends, start), self._words.get(unscanned(garbled.decode("ascii")), ())
        if self._numbers:
            for run in _NUMBER.finditer(data):
                at = bisect_right(ends, run.start())
                for number in _numbers(run.group().translate(None, b" ")):
                    yield at, self._numbers.get(number, ())

    def _misspelt(self, after: bytes) -> Sequence[int]:
        """Those whose last name sounds like the first word of `after`, which a title or a first name announces."""
        word = after.lstrip(b" ").partition(b" ")[0]
        return self._heard.get(sound(word.decode("ascii")), ()) if len(word) >= MISSPELT_FROM else ()

    def _meant(self, word: str, said: str) -> Sequence[int]:
        beside = _beside(word, said)
        return [place for place in self._words[word] if _plausible(self._people[place], word, said, beside)]


_LONGEST = 40
"""Letters of the longest word that may be a misspelt last name."""

_folded_name = lru_cache(maxsize=4096)(folded)


def _plausible(person: Practitioner, word: str, said: str, beside: set[str]) -> bool:
    """False when `word`, which brought them up, is their whole last name and comes alone: no title, first name or
    initial, and nothing of their town, trade or practice in all that is said. `match` says nothing of such a text."""
    if not any(_folded_name(last) == word for last in person.last_names):
        return True
    if not TITLES.isdisjoint(beside) or any(hint in said for hint in role_hints(person.specialty)):
        return True
    if person.postcode in said or any(hint in said for hint in town_hints(person.city)):
        return True
    first = [part for name in person.first_names for part in _folded_name(name).split()]
    if any(part in said for part in first) or any(
        len(near) <= 2 and near[0] in {p[0] for p in first} for near in beside
    ):
        return True
    others = _folded_name(" ".join((person.practice_name or "", site_of(person), *person.aliases))).split()
    return any(part in said for part in others)


def _beside(word: str, said: str) -> set[str]:
    """The words next to each occurrence of `word`."""
    parts = said.split(f" {word} ")
    return {near for part in parts for near in (part.rpartition(" ")[2], part.partition(" ")[0]) if near}


def _said(item: Item, host: str) -> str:
    """All of an item that can name somebody."""
    return "\n".join((item.title, item.text, item.context, item.author or "", item.url, host))


def _mixed(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(where, word) of letters with a digit after them. Most texts hold none: looking for the shape is a twentieth of
    the price of looking at every word."""
    shape = data.translate(_SHAPE)
    at = shape.find(b"a0")
    while at >= 0:
        start, end = shape.rfind(b" ", 0, at) + 1, shape.find(b" ", at)
        end = len(data) if end < 0 else end
        yield start, data[start:end]
        at = shape.find(b"a0", end)


def _packed[Key: (str, bytes)](index: dict[Key, list[int]]) -> dict[Key, tuple[int, ...]]:
    """Most keys name one person: a tuple weighs a third of a list."""
    return {key: tuple(places) for key, places in index.items()}


def _numbers(digits: bytes) -> Iterator[bytes]:
    """What may be a number of theirs in a run of digits: nine (a French one without its prefix) or eleven (an RPPS)."""
    for size in (9, 11):
        for at in range(len(digits) - size + 1):
            yield digits[at : at + size]
