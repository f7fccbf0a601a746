"""Who, among thousands of practitioners, an item may be about: one cheap pass over its folded words.

An index from words to practitioners: the most telling word of each last name, alias, practice and site, how a last
name sounds, and the digits of telephone and RPPS. Whoever `match` would say anything of is among the candidates;
`match` then judges them one by one.
"""

from __future__ import annotations

import string
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress

from vigie.judge.fold import fold, folded
from vigie.judge.names import TITLES, digits_of, first_forms, keys_of, role_hints, site_of, town_hints
from vigie.judge.naming import MISSPELT_FROM
from vigie.judge.reading import unscanned
from vigie.judge.sounds import sound
from vigie.model import Item, Practitioner

_LETTERS = string.ascii_lowercase.encode("ascii") + b" "
_SHAPE = bytes(97 if chr(c).isalpha() else 48 if chr(c).isdigit() else 32 for c in range(128)) + b" " * 128
"""Every letter as an a, every digit as a 0."""
_SOUND = b"~"
"""Before the keys that are sounds: no folded word begins so."""


@dataclass(frozen=True, slots=True)
class _Clues:
    """Keys of the index that a text holds."""

    words: frozenset[bytes]
    """As they stand."""
    mended: dict[bytes, bytes]
    """By their sound, or once a scanner's mistakes are undone: word as it stands -> key."""
    numbers: set[bytes]

    def __bool__(self) -> bool:
        return bool(self.words or self.mended or self.numbers)

    def needles(self) -> list[bytes]:
        """What a part of the text must hold one of, between spaces, to be worth a look of its own."""
        return [b" " + word + b" " for word in (*self.words, *self.mended)]


class Watchers:
    """The practitioners who watch a source, indexed by what names them."""

    __slots__ = ("_announcers", "_index", "_keys", "_numbers", "_people")

    def __init__(self, practitioners: Iterable[Practitioner]) -> None:
        self._people = tuple(practitioners)
        index: dict[bytes, list[int]] = {}
        numbers: dict[bytes, list[int]] = {}
        announcers = {title.encode("ascii") for title in TITLES}
        for place, practitioner in enumerate(self._people):
            keys, sounds = keys_of(practitioner)
            for key in keys:
                index.setdefault(key.encode("ascii"), []).append(place)
            for heard in sounds:
                index.setdefault(_SOUND + heard.encode("ascii"), []).append(place)
            for digits in digits_of(practitioner):
                numbers.setdefault(digits.encode("ascii"), []).append(place)
            announcers.update(form[-1].encode("ascii") for form in first_forms(practitioner))
        self._index = {key: _packed(places) for key, places in index.items()}
        self._numbers = {key: _packed(places) for key, places in numbers.items()}
        self._keys = frozenset(self._index)
        self._announcers = frozenset(announcers)

    def __len__(self) -> int:
        return len(self._people)

    def candidates(self, item: Item, *, host: str = "") -> list[Practitioner]:
        """Those whom `match(practitioner, item, host=host)` may say something of, in the order they were given."""
        return self.sift([item], host=host)[0]

    def sift(self, items: Sequence[Item], *, host: str = "") -> list[list[Practitioner]]:
        """`candidates` of each of `items`, by one pass over them all: most name nobody."""
        texts = [_said(item, host) for item in items]
        whole = self._clues(fold("\n".join(texts))) if len(texts) > 1 else None
        if whole is not None and not whole:
            return [[] for _ in texts]
        needles = whole.needles() if whole and not whole.numbers else [b""]
        return [self._named(text) if any(n in text for n in needles) else [] for text in map(_folded, texts)]

    def _clues(self, data: bytes) -> _Clues:
        words = data.split()
        mended = {word: key for word, key in self._mended(words, data) if key in self._keys}
        return _Clues(self._keys.intersection(words), mended, _numbers(data, self._numbers) if self._numbers else set())

    def _named(self, text: bytes) -> list[Practitioner]:
        clues = self._clues(text)
        if not clues:
            return []
        found: set[int] = set()
        for key in clues.mended.values():
            found.update(_places(self._index[key]))
        for number in clues.numbers:
            found.update(_places(self._numbers[number]))
        said = f" {' '.join(text.decode('ascii').split())} "
        for key in clues.words:
            word = key.decode("ascii")
            beside = _beside(word, said)
            found.update(p for p in _places(self._index[key]) if _plausible(self._people[p], word, said, beside))
        return [self._people[place] for place in sorted(found)]

    def _mended(self, words: list[bytes], data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """(word, key) for the words that a title or a first name announces, by their sound, and for garbled ones."""
        if not self._announcers.isdisjoint(words):
            for word in set(compress(words[1:], map(self._announcers.__contains__, words))):
                if len(word) >= MISSPELT_FROM:
                    yield word, _heard(word)
        for word in _mixed(data):
            yield word, _unscanned(word)


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


def _folded(text: str) -> bytes:
    """`fold`, with a space around: every word is then between two."""
    return b" " + fold(text) + b" "


def _mixed(data: bytes) -> Iterator[bytes]:
    """Words of letters with a digit after them. Most texts hold none: looking for the shape is a twentieth of the price
    of looking at every word."""
    shape = data.translate(_SHAPE)
    at = shape.find(b"a0")
    while at >= 0:
        end = shape.find(b" ", at)
        end = len(data) if end < 0 else end
        yield data[shape.rfind(b" ", 0, at) + 1 : end]
        at = shape.find(b"a0", end)


def _unscanned(word: bytes) -> bytes:
    """A word that a scanner may have misread, as it was."""
    return unscanned(word.decode("ascii")).encode("ascii")


def _heard(word: bytes) -> bytes:
    return _SOUND + sound(word.decode("ascii")).encode("ascii")


def _packed(places: list[int]) -> int | tuple[int, ...]:
    """Most keys name one person: an int weighs a third of a list."""
    return places[0] if len(places) == 1 else tuple(places)


def _places(packed: int | tuple[int, ...]) -> tuple[int, ...]:
    return (packed,) if isinstance(packed, int) else packed


def _numbers(data: bytes, known: Container[bytes]) -> set[bytes]:
    """Those of `known` that stand in a text, whatever separates their digits: nine (a French number without its
    prefix) or eleven (an RPPS)."""
    digits = data.translate(None, _LETTERS)
    return {
        number
        for size in (9, 11)
        for at in range(len(digits) - size + 1)
        if (number := digits[at : at + size]) in known
    }
