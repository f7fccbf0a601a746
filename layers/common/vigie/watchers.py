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
from itertools import accumulate, chain

from ahocorasick_rs import BytesAhoCorasick

from vigie.judge import towns
from vigie.judge.fold import fold_each, folded
from vigie.judge.forms import MISSPELT_FROM, TITLES, first_forms
from vigie.judge.lexicon import words_of
from vigie.judge.names import digits_of, keys_of, places_of, role_hints, specialties_of
from vigie.judge.reading import handles, unscanned
from vigie.judge.sounds import alike, skeleton
from vigie.model import Item, Practitioner

_SHAPE = bytes(97 if chr(c).isalpha() else 48 if chr(c).isdigit() else 32 for c in range(128)) + b" " * 128
"""Every letter as an a, every digit as a 0."""
_NUMBER = re.compile(rb"[0-9](?: {0,3}+[0-9]){8,}+")
"""Nine digits or more, however they are spaced."""


_NAME, _ANNOUNCES, _FIRST, _MEDICAL = 1, 2, 4, 8
"""What a pattern of the automaton means where it is found, added up (an enum.Flag takes as long as the whole pass):
a key of somebody, a word that stands in every text that names them; a title or a first name, after which the next word
may be a last name misspelt; a first name, before which it may be too; a sign that the text has to do with medicine,
where a last name that comes alone may be a person's."""


class Watchers:
    """The practitioners who watch a source, indexed by what names them."""

    __slots__ = (
        "_automaton",
        "_heard",
        "_homes",
        "_known",
        "_memo",
        "_nobodys",
        "_numbers",
        "_patterns",
        "_people",
        "_words",
    )

    def __init__(self, practitioners: Iterable[Practitioner]) -> None:
        self._people = tuple(practitioners)
        words: dict[str, list[int]] = {}
        heard: dict[str, set[str]] = {}
        numbers: dict[bytes, list[int]] = {}
        homes: set[str] = set()
        meant = dict.fromkeys(TITLES, _ANNOUNCES)
        for opening in words_of("medical").openings():
            meant[opening] = meant.get(opening, 0) | _MEDICAL
        for place, practitioner in enumerate(self._people):
            keys, whole = keys_of(practitioner)
            homes.update(places_of(practitioner))
            for key in keys:
                words.setdefault(key, []).append(place)
            for name in whole:
                heard.setdefault(skeleton(name), set()).add(name)
            for digits in digits_of(practitioner):
                numbers.setdefault(digits.encode("ascii"), []).append(place)
            for form in first_forms(practitioner):
                meant[form[-1]] = meant.get(form[-1], 0) | _ANNOUNCES
                meant[form[0]] = meant.get(form[0], 0) | _FIRST
        for city in {city for practitioner in self._people for city in practitioner.cities}:
            meant.update((word, meant.get(word, 0)) for word in _town(city))
            homes.update(word.removesuffix("*") for word in _town(city))
        for postcode in {postcode for practitioner in self._people for postcode in practitioner.postcodes}:
            meant.setdefault(postcode, 0)
        for trade in {practitioner.specialty for practitioner in self._people}:
            meant.update((f"{hint}*", meant.get(f"{hint}*", 0) | _MEDICAL) for hint in _trade(trade))
            meant.update((topic, meant.get(topic, 0)) for own in specialties_of(trade) for topic in own.topics.whole())
        for key in words:
            meant[key] = meant.get(key, 0) | _NAME
        self._words = _packed(words)
        self._heard = {sound: tuple(names) for sound, names in heard.items()}
        self._numbers = _packed(numbers)
        self._memo: dict[bytes, tuple[int, ...]] = {}
        self._nobodys: set[bytes] = set()
        self._known: dict[int, _Person] = {}
        self._homes = frozenset(homes)
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
        folded_items = fold_each([_said(item, host) for item in items])
        for at, places in chain(self.places(folded_items), self._in_handles(items)):
            found.setdefault(at, set()).update(places)
        return [[self._people[place] for place in sorted(found.get(at, ()))] for at in range(len(items))]

    def places(self, folded_items: Iterable[bytes]) -> Iterator[tuple[int, Iterable[int]]]:
        """(number of an item, places of practitioners whom it may name): all that the folded items hold."""
        texts = [b" " + text + b" |" for text in folded_items]
        ends = list(accumulate(map(len, texts)))
        data = b"".join(texts)
        seen: dict[int, _Seen] = {}
        at, reached, item = -1, -1, _Seen(b"")
        for pattern, start, end in self._automaton.find_matches_as_indexes(data, overlapping=True):
            if start >= reached:  # matches come in the order of their ends, and none goes beyond its item
                at = bisect_right(ends, start)
                reached = ends[at]
                item = seen[at] = _Seen(texts[at])
            word, means = self._patterns[pattern]
            item.words.add(word)
            if not means:
                continue
            if means & _MEDICAL:
                item.medical = True
            if means & _NAME:
                item.names.setdefault(word, set()).update(_beside(data, start, end))
            if means & _ANNOUNCES:
                yield at, self._misspelt(data[end : end + _LONGEST].lstrip(b" ").partition(b" ")[0])
            if means & _FIRST:
                yield at, self._misspelt(data[max(start - _LONGEST, 0) : start + 1].rstrip(b" ").rpartition(b" ")[2])
        for at, item in seen.items():
            yield at, self._misspelt_at_home(item)
            for word in item.names:
                yield at, (place for place in self._words[word] if item.may_name(self._person(place), word))
        for start, garbled in _mixed(data):
            mended = unscanned(garbled.decode("ascii"))
            yield bisect_right(ends, start), self._words.get(mended, ()) + self._misspelt(mended.encode("ascii"))
        if self._numbers:
            for run in _NUMBER.finditer(data):
                at = bisect_right(ends, run.start())
                for number in _numbers(run.group().translate(None, b" ")):
                    yield at, self._numbers.get(number, ())

    def _person(self, place: int) -> _Person:
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = _Person(self._people[place])
        return known

    def _in_handles(self, items: Sequence[Item]) -> Iterator[tuple[int, Iterable[int]]]:
        """(number of an item, places of those whose last name begins or ends a hash tag or a handle of it)."""
        for at, item in enumerate(items):
            for text in (item.title, item.text, item.context):
                if "#" in text or "@" in text:
                    for handle in handles(text):
                        for cut in range(1, len(handle)):
                            yield at, self._words.get(handle[:cut], ())
                            yield at, self._words.get(handle[cut:], ())

    def _misspelt(self, word: bytes) -> tuple[int, ...]:
        """Those whose last name `word` may be, misspelt: a title or a first name announces it. Remembered, since the
        same words come again and again, and nearly all are like nobody's name."""
        if word in self._nobodys:
            return ()
        known = self._memo.get(word)
        if known is None:
            known = self._sounding_like(word.decode("ascii"))
            if known:
                self._memo[word] = known
            else:
                if len(self._nobodys) >= _REMEMBERED:
                    self._nobodys.clear()
                self._nobodys.add(word)
        return known

    def _misspelt_at_home(self, item: _Seen) -> Iterator[int]:
        """Those whose last name is misspelt in an item that says their town or their practice."""
        if not item.words.isdisjoint(self._homes):
            for word in item.all - self._nobodys:
                for place in self._misspelt(word):
                    if not item.words.isdisjoint(self._person(place).home):
                        yield place

    def _sounding_like(self, word: str) -> tuple[int, ...]:
        if len(word) < MISSPELT_FROM:
            return ()
        names = self._heard.get(skeleton(word), ())
        return tuple(place for name in names if alike(word, name) for place in self._words.get(name, ()))


_LONGEST = 40
"""Letters of the longest word that may be a misspelt last name."""
_REMEMBERED = 20_000
"""Words that a warm process remembers as nobody's name, however misspelt: 2 MB at most."""


class _Person:
    """What decides whether a key names one practitioner, worked out when a first key of theirs is met."""

    __slots__ = ("alone", "firsts", "home", "initials", "keys", "own", "places", "practices", "sounds", "surroundings")

    def __init__(self, practitioner: Practitioner) -> None:
        forms = first_forms(practitioner)
        keys, whole = keys_of(practitioner)
        self.keys = keys
        self.home = home_of(practitioner)
        self.places = places_of(practitioner)
        self.alone = frozenset(folded(name) for name in practitioner.last_names)
        """Keys that are a last name by themselves, and so may be words like others."""
        self.firsts = frozenset(form[0] for form in forms)
        self.initials = frozenset(form[0][0] for form in forms)
        said = (word for form in forms for word in (form[0], form[-1]))
        self.surroundings = keys.union(said, self.home, _trade(practitioner.specialty), practitioner.postcodes)
        """What a text must hold one of for their last name alone to be worth reading: all that else is theirs."""
        self.practices = tuple(map(folded, practitioner.practice_names))
        self.own = specialties_of(practitioner.specialty)
        self.sounds = frozenset(map(skeleton, whole))


class _Seen:
    """What one pass saw of one item."""

    __slots__ = ("_split", "_text", "medical", "names", "words")

    def __init__(self, text: bytes) -> None:
        self._text = text
        self.words: set[str] = set()
        self.names: dict[str, set[str]] = {}
        """Keys of somebody -> the titles and the initials beside them."""
        self.medical = False
        self._split: frozenset[bytes] | None = None

    def may_name(self, person: _Person, key: str) -> bool:
        """False when the key, which brought them up, surely says nothing of them. `match` says nothing then either."""
        if key in person.places:
            return self._is_at_home(person, key)
        if self.medical or key not in person.alone:
            return True
        if any(word in TITLES or word[0] in person.initials for word in self.names[key]):
            return True
        if any(word in person.surroundings for word in self.words if word != key):
            return True
        return any(own.topics.meets(self.words) for own in person.own)

    @property
    def all(self) -> frozenset[bytes]:
        """Every word of the item: split only when a name may be misspelt in it."""
        if self._split is None:
            self._split = frozenset(self._text.split())
        return self._split

    def _is_at_home(self, person: _Person, key: str) -> bool:
        """A text that says a word of their practice names it whole, says their first name, or misspells their last."""
        if any(word in person.firsts or word in person.keys for word in self.words if word != key):
            return True
        said = " ".join(self._text.decode("ascii").split())
        if any(practice in said for practice in person.practices):
            return True
        return any(len(word) >= MISSPELT_FROM and skeleton(word.decode("ascii")) in person.sounds for word in self.all)


def home_of(practitioner: Practitioner) -> frozenset[str]:
    """Patterns that say their town or their practice."""
    said = (word for city in practitioner.cities for word in _town(city))
    return places_of(practitioner).union(word.removesuffix("*") for word in said)


@lru_cache(maxsize=256)
def _trade(specialty: str) -> frozenset[str]:
    """What any word for their trade begins with."""
    return frozenset(hint.strip() for hint in role_hints(specialty))


@lru_cache(maxsize=4096)
def _town(city: str) -> frozenset[str]:
    """Words of which one is in every text that says their town."""
    return frozenset(_telling(term) for term in towns.said(city))


def _telling(term: str) -> str:
    """The word of a term that is looked for: its longest."""
    return max(term.split(), key=len)


def _beside(data: bytes, start: int, end: int) -> Iterator[str]:
    """The titles, and what may be an initial, beside the word at `data[start:end]`."""
    before = data[max(start - 14, 0) : start + 1].rstrip(b" ").rpartition(b" ")[2]
    behind = data[end - 1 : end + 14].lstrip(b" ").partition(b" ")[0]
    for near in (before.decode("ascii"), behind.decode("ascii")):
        if 0 < len(near) <= 2 or near in TITLES:
            yield near


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
