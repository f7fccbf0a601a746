"""Who, among thousands of practitioners, an item may be about: one cheap pass over its folded words.

An automaton finds the most telling word of each last name, alias, practice and site, and the titles and first names
after which a last name may be misspelt; telephones and RPPS numbers are looked up by their digits. Whoever `match`
would say anything of is among the candidates; `match` then judges them one by one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, chain

from ahocorasick_rs import BytesAhoCorasick, Implementation

from vigie.judge.fold import fold, folded
from vigie.judge.lexicon import specialties, words_of
from vigie.judge.names import (
    MISSPELT_FROM, TITLES, digits_of, first_forms, keys_of, places_of, role_hints, site_of, town_hints,
)  # fmt: skip
from vigie.judge.reading import handles, unscanned
from vigie.judge.sounds import skeleton
from vigie.model import Item, Practitioner

_SHAPE = bytes(97 if chr(c).isalpha() else 48 if chr(c).isdigit() else 32 for c in range(128)) + b" " * 128
"""Every letter as an a, every digit as a 0."""
_NUMBER = re.compile(rb"[0-9](?: {0,3}+[0-9]){8,}+")
"""Nine digits or more, however they are spaced."""


class Watchers:
    """The practitioners who watch a source, indexed by what names them."""

    __slots__ = ("_announcers", "_automaton", "_firsts", "_heard", "_numbers", "_people", "_words")

    def __init__(self, practitioners: Iterable[Practitioner]) -> None:
        self._people = tuple(practitioners)
        words: dict[str, list[int]] = {}
        heard: dict[str, list[int]] = {}
        numbers: dict[bytes, list[int]] = {}
        firsts: set[str] = set()
        for place, practitioner in enumerate(self._people):
            keys, sounds = keys_of(practitioner)
            for index, found in ((words, keys), (heard, sounds)):
                for key in found:
                    index.setdefault(key, []).append(place)
            for digits in digits_of(practitioner):
                numbers.setdefault(digits.encode("ascii"), []).append(place)
            firsts.update(word for form in first_forms(practitioner) for word in (form[0], form[-1]))
        self._words = _packed(words)
        self._heard = _packed(heard)
        self._numbers = _packed(numbers)
        self._firsts = frozenset(firsts)
        self._announcers = TITLES | self._firsts
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
        for at, places in chain(self._places(b"".join(texts), texts, ends), self._in_handles(items)):
            found.setdefault(at, set()).update(places)
        return [[self._people[place] for place in sorted(found.get(at, ()))] for at in range(len(items))]

    def _places(self, data: bytes, texts: Sequence[bytes], ends: Sequence[int]) -> Iterator[tuple[int, Iterable[int]]]:
        """(number of a text, places of practitioners whom it may name): all that `data`, the texts joined, holds."""
        named: dict[int, set[str]] = {}
        for _, start, end in self._automaton.find_matches_as_indexes(data, overlapping=True):
            at, word = bisect_right(ends, start), data[start + 1 : end - 1].decode("ascii")
            if word in self._words:
                named.setdefault(at, set()).add(word)
            if word in self._announcers:
                yield at, self._misspelt(data[end : end + _LONGEST].lstrip(b" ").partition(b" ")[0])
            if word in self._firsts:
                yield at, self._misspelt(data[max(start - _LONGEST, 0) : start + 1].rstrip(b" ").rpartition(b" ")[2])
        for at, words in named.items():
            text = _Text(texts[at].decode("ascii").split())
            for word in words:
                yield at, (place for place in self._words[word] if text.may_name(self._people[place], word))
        for start, garbled in _mixed(data):
            mended = unscanned(garbled.decode("ascii"))
            yield bisect_right(ends, start), self._words.get(mended, ()) + self._misspelt(mended.encode("ascii"))
        if self._numbers:
            for run in _NUMBER.finditer(data):
                at = bisect_right(ends, run.start())
                for number in _numbers(run.group().translate(None, b" ")):
                    yield at, self._numbers.get(number, ())

    def _in_handles(self, items: Sequence[Item]) -> Iterator[tuple[int, Iterable[int]]]:
        """(number of an item, places of those whose last name begins or ends a hash tag or a handle of it)."""
        for at, item in enumerate(items):
            text = f"{item.title} {item.text} {item.context}"
            if "#" in text or "@" in text:
                for handle in handles(text):
                    for cut in range(1, len(handle)):
                        yield at, self._words.get(handle[:cut], ())
                        yield at, self._words.get(handle[cut:], ())

    def _misspelt(self, word: bytes) -> tuple[int, ...]:
        """Those whose last name has the consonants of `word`, which a title or a first name announces."""
        return self._heard.get(skeleton(word.decode("ascii")), ()) if len(word) >= MISSPELT_FROM else ()


_LONGEST = 40
"""Letters of the longest word that may be a misspelt last name."""

_folded_name = lru_cache(maxsize=4096)(folded)


class _Text:
    """The words of one item that holds a key of somebody."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._set = frozenset(words)
        self._said = f" {' '.join(words)} "

    def may_name(self, person: Practitioner, key: str) -> bool:
        """False when the key, which brought them up, surely says nothing of them. `match` says nothing then either."""
        if any(_folded_name(last) == key for last in person.last_names):
            return self._is_told_of(person, key)
        return key not in places_of(person) or self._is_at_home(person)

    def _is_told_of(self, person: Practitioner, last: str) -> bool:
        """The last name does not come alone: a title, a first name, an initial, their town, or anything of medicine."""
        if self._medical or person.postcode in self._set or any(hint in self._said for hint in town_hints(person.city)):
            return True
        if any(hint in self._said for hint in role_hints(person.specialty)) or self._set & places_of(person):
            return True
        first = [part for form in first_forms(person) for part in form]
        beside = _beside(last, self._said)
        if not TITLES.isdisjoint(beside) or any(part in self._said for part in first):
            return True
        if any(len(near) <= 2 and near[0] in {part[0] for part in first} for near in beside):
            return True
        return any(part in self._said for part in _folded_name(" ".join((site_of(person), *person.aliases))).split())

    def _is_at_home(self, person: Practitioner) -> bool:
        """A text that says a word of their practice names it whole, says their first name, or misspells their last."""
        if f" {_folded_name(person.practice_name or '')} " in self._said:
            return True
        if any(form[0] in self._set for form in first_forms(person)):
            return True
        keys, sounds = keys_of(person)
        return not keys.isdisjoint(self._set - places_of(person)) or not sounds.isdisjoint(self._sounds)

    @cached_property
    def _medical(self) -> bool:
        return words_of("medical").any(self._words) or any(known.topics.any(self._words) for known in specialties())

    @cached_property
    def _sounds(self) -> frozenset[str]:
        return frozenset(skeleton(word) for word in self._set if len(word) >= MISSPELT_FROM)


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
