"""Who, among thousands of practitioners, an item may be about: one cheap pass over its folded words.

An automaton finds the most telling word of each last name, alias, practice and site, and the titles and first names
after which a last name may be misspelt; telephones and RPPS numbers are looked up by their digits. Whoever `match`
would say anything of is among the candidates; `match` then judges them one by one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain

from ahocorasick_rs import BytesAhoCorasick

from vigie.judge.bearers import Bearers, Signs, beside
from vigie.judge.fold import fold_each
from vigie.judge.forms import TITLES, first_forms
from vigie.judge.heard import Heard
from vigie.judge.names import digits_of, keys_of
from vigie.judge.plain import plain
from vigie.judge.reading import tagged, unscanned
from vigie.model import Item, Practitioner

_SHAPE = bytes(97 if chr(c).isalpha() else 48 if chr(c).isdigit() else c for c in range(128)) + b" " * 128
"""Every letter as an a, every digit as a 0."""
_NUMBER = re.compile(rb"0(?: *+0){8,}+")
"""Nine digits or more, however they are spaced, in a shape: it begins with one letter, which is found by `memchr`."""

_NAME, _ANNOUNCES, _FIRST = 1, 2, 4
"""What a pattern of the automaton means where it is found, added up (an enum.Flag takes as long as the whole pass):
a key of somebody, a word that stands in every text that names them; a title or a first name, after which the next word
may be a last name misspelt; a first name, before which it may be too. The other patterns are signs of who is meant."""

_DIGITS = 14
"""Digits of the longest number: 0033 0 and the nine others."""
_LONGEST = 40
"""Letters of the longest word that may be a misspelt last name."""


class Watchers:
    """The practitioners who watch a source, indexed by what names them."""

    __slots__ = (
        "_automaton",
        "_bearers",
        "_heard",
        "_numbers",
        "_patterns",
        "_people",
        "_signs",
        "_words",
    )

    def __init__(self, practitioners: Iterable[Practitioner]) -> None:
        self._people = tuple(practitioners)
        self._signs = Signs(self._people)
        words: dict[str, list[int]] = {}
        whole_names: dict[str, list[int]] = {}
        numbers: dict[bytes, list[int]] = {}
        meant = dict.fromkeys(self._signs.patterns, 0) | dict.fromkeys(TITLES, _ANNOUNCES)
        for place, practitioner in enumerate(self._people):
            keys, whole = keys_of(practitioner)
            for key in keys:
                words.setdefault(key, []).append(place)
                meant[key] = meant.get(key, 0) | _NAME
            for name in whole:
                whole_names.setdefault(name, []).append(place)
            for digits in digits_of(practitioner):
                numbers.setdefault(digits.encode("ascii"), []).append(place)
            for form in first_forms(practitioner):
                meant[form[-1]] = meant.get(form[-1], 0) | _ANNOUNCES
                meant[form[0]] = meant.get(form[0], 0) | _FIRST
        self._words = _packed(words)
        self._heard = Heard(self._people, whole_names)
        self._numbers = _packed(numbers)
        self._bearers: dict[str, Bearers] = {}
        self._patterns = [(word.removesuffix("*"), means) for word, means in meant.items()]
        self._automaton = BytesAhoCorasick(
            [f" {word.removesuffix('*')}{'' if word[-1:] == '*' else ' '}".encode("ascii") for word in meant]
        )

    def __len__(self) -> int:
        return len(self._people)

    def candidates(self, item: Item, *, host: str = "") -> list[Practitioner]:
        """Those whom `match(practitioner, item, host=host)` may say something of, in the order they were given."""
        return self.sift([item], host=host)[0]

    def sift(self, items: Sequence[Item], *, host: str = "") -> list[list[Practitioner]]:
        """`candidates` of each of `items`, by one pass over them all: most name nobody."""
        found: dict[int, set[int]] = {}
        items = [plain(item) for item in items]
        folded_items = fold_each([_said(item, host) for item in items])
        for at, places in chain(self.places(folded_items), self._in_handles(items)):
            found.setdefault(at, set()).update(places)
        return [[self._people[place] for place in sorted(found.get(at, ()))] for at in range(len(items))]

    def places(self, folded_items: Iterable[bytes]) -> Iterator[tuple[int, Iterable[int]]]:
        """(number of an item, places of practitioners whom it may name): all that the folded items hold."""
        texts = [b" " + text + b" |" for text in folded_items]
        ends = list(accumulate(map(len, texts)))
        data = b"".join(texts)
        shape = data.translate(_SHAPE)
        if self._numbers:
            yield from ((bisect_right(ends, start), places) for start, places in self._called(data, shape))
        misread = list(_misread(data, shape))
        for start, word, was in misread:
            yield bisect_right(ends, start), self._words.get(word, ()) + self._heard.like(was.encode("ascii"))
        if misread:
            data = _mended(data, misread)
        patterns = self._patterns
        seen: list[tuple[int, _Seen]] = []
        reached, at, item = -1, -1, _Seen(b"")
        for pattern, start, end in self._automaton.find_matches_as_indexes(data, overlapping=True):
            if start >= reached:  # matches come in the order of their ends, and none goes beyond its item
                at = bisect_right(ends, start)
                item = _Seen(data[ends[at] - len(texts[at]) : ends[at]])
                reached = ends[at]
                seen.append((at, item))
            word, means = patterns[pattern]
            item.words.add(word)
            if not means:
                continue
            if means & _NAME:
                item.named.setdefault(word, []).append((start, end))
            if means & _ANNOUNCES:
                yield at, self._heard.like(_word_after(data, end))
            if means & _FIRST:
                yield at, self._heard.like(_word_before(data, start))
        for at, item in seen:
            item.homes = self._signs.homes(item.words, item.text)
            if item.named:
                for places in self._meant(item, data):
                    yield at, places
        yield from self._misspelt_at_home([(at, item) for at, item in seen if item.homes])

    def _meant(self, item: _Seen, data: bytes) -> Iterator[tuple[int, ...]]:
        """Those whom what was seen of an item may name."""
        medical = not self._signs.medical.isdisjoint(item.words)
        signs = set() if medical else item.words | item.homes | self._signs.trades(item.words)
        for key, spots in item.named.items():
            bearers = self._bearers.get(key) or self._bearing(key)
            if medical or bearers.certain:
                yield bearers.people
            else:
                near = {sign for start, end in spots for sign in beside(data, start, end)}
                yield from bearers.confirmed(signs | near)
            yield from bearers.at_practice(item.words, item.text)

    def _misspelt_at_home(self, seen: Sequence[tuple[int, _Seen]]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """(item, places) of those whose last name is misspelt in an item that says their town or their practice."""
        self._heard.learn(frozenset(b"".join(item.text for _, item in seen).split()))
        for at, item in seen:
            for places in self._heard.at(item.homes, item.text):
                yield at, places

    def _bearing(self, key: str) -> Bearers:
        """Worked out when the key is first met: most never are."""
        found = self._bearers[key] = Bearers(key, ((place, self._people[place]) for place in self._words[key]))
        return found

    def _called(self, data: bytes, shape: bytes) -> Iterator[tuple[int, tuple[int, ...]]]:
        """(where, places) of those whose telephone or RPPS number is there."""
        for run in _NUMBER.finditer(shape):
            for number in numbers(data[run.start() : run.end()].split()):
                if number in self._numbers:
                    yield run.start(), self._numbers[number]

    def _in_handles(self, items: Sequence[Item]) -> Iterator[tuple[int, Iterable[int]]]:
        """(number of an item, places of those whose last name begins or ends a hash tag or a handle of it)."""
        for at, item in enumerate(items):
            for text in (item.title, item.text, item.context):
                for piece in tagged(text):
                    yield at, self._words.get(piece, ())


class _Seen:
    """What one pass saw of one item."""

    __slots__ = ("homes", "named", "text", "words")

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.words: set[str] = set()
        """Patterns that it holds."""
        self.named: dict[str, list[tuple[int, int]]] = {}
        """Keys of somebody -> where they stand."""
        self.homes: set[str] = set()
        """Signs of the towns and the practices that it says."""


def _word_after(data: bytes, end: int) -> bytes:
    return data[end : end + _LONGEST].lstrip(b" ").partition(b" ")[0]


def _word_before(data: bytes, start: int) -> bytes:
    return data[max(start - _LONGEST, 0) : start + 1].rstrip(b" ").rpartition(b" ")[2]


def _said(item: Item, host: str) -> str:
    """All of an item that can name somebody."""
    return "\n".join((item.title, item.text, item.context, item.author or "", item.url, host))


def _misread(data: bytes, shape: bytes) -> Iterator[tuple[int, str, str]]:
    """(where, word, what it was) of words that a scanner may have misread: letters with a digit after them. Most texts
    hold none: looking for the shape is a twentieth of the price of looking at every word."""
    at = shape.find(b"a0")
    while at >= 0:
        start, end = shape.rfind(b" ", 0, at) + 1, shape.find(b" ", at)
        word = data[start:end].decode("ascii")
        if (was := unscanned(word)) != word:
            yield start, word, was
        at = shape.find(b"a0", end)


def _mended(data: bytes, misread: Iterable[tuple[int, str, str]]) -> bytes:
    """`data` with the words as they were before a scanner misread them, which are as long."""
    mended = bytearray(data)
    for start, word, was in misread:
        mended[start : start + len(word)] = was.encode("ascii")
    return bytes(mended)


def _packed[Key: (str, bytes)](index: dict[Key, list[int]]) -> dict[Key, tuple[int, ...]]:
    """Most keys name one person: a tuple weighs a third of a list."""
    return {key: tuple(places) for key, places in index.items()}


def numbers(groups: Sequence[bytes]) -> Iterator[bytes]:
    """What may be a number of theirs in groups of digits: a French one without its prefix (0, 33, 0033, 33 0), or an
    RPPS. Each begins where a group does; a group longer than a whole number holds none."""
    for at, group in enumerate(groups):
        if len(group) > _DIGITS:
            continue
        digits = b"".join(following[:_DIGITS] for following in groups[at : at + _DIGITS])
        yield digits[:11]
        for prefix in range(1, 6):
            yield digits[prefix : prefix + 9]
