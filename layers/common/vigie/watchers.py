"""Who, among thousands of practitioners, an item may be about: one cheap pass over its folded words.

An index from words to practitioners: the most telling word of each last name, alias, practice and site, how a last
name sounds, and the digits of telephone and RPPS. Whoever `match` would say anything of is among the candidates;
`match` then judges them one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from vigie.fold import fold
from vigie.model import Item, Practitioner
from vigie.names import digits_of, first_forms, key_words, sound, surname_sounds
from vigie.naming import MISSPELT_FROM, TITLES
from vigie.reading import unscanned

_DIGITS = re.compile(rb"[0-9](?: {0,3}[0-9]){8,}")
_SOUND = b"~"
"""Before the keys that are sounds: no folded word begins so."""


class Watchers:
    """The practitioners who watch a source, indexed by what names them."""

    __slots__ = ("_announcers", "_index", "_keys", "_numbers", "_people")

    def __init__(self, practitioners: Iterable[Practitioner]) -> None:
        self._people = tuple(practitioners)
        index: dict[bytes, list[int]] = {}
        numbers: dict[bytes, list[int]] = {}
        announcers = {title.encode("ascii") for title in TITLES}
        for place, practitioner in enumerate(self._people):
            for key in key_words(practitioner):
                index.setdefault(key.encode("ascii"), []).append(place)
            for heard in surname_sounds(practitioner):
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
        data = fold("\n".join((item.title, item.text, item.context, item.author or "", item.url, host)))
        words = data.split()
        keys = set(words)
        keys |= {
            unscanned(word.decode("ascii")).encode("ascii")
            for word in keys
            if not word.isalpha() and not word.isdigit()
        }
        found: set[int] = set()
        for key in keys & self._keys:
            found.update(_places(self._index[key]))
        for key in self._misspelt(words):
            found.update(_places(self._index[key]))
        for number in self._numbers and _numbers(data):
            found.update(_places(self._numbers.get(number, ())))
        return [self._people[place] for place in sorted(found)]

    def _misspelt(self, words: list[bytes]) -> Iterator[bytes]:
        """Sounds of last names among the words that a title or a first name announces."""
        announced = {word for before, word in zip(words, words[1:], strict=False) if before in self._announcers}
        for word in announced:
            if (
                len(word) >= MISSPELT_FROM
                and (key := _SOUND + sound(word.decode("ascii")).encode("ascii")) in self._keys
            ):
                yield key


def _packed(places: list[int]) -> int | tuple[int, ...]:
    """Most keys name one person: an int weighs a third of a list."""
    return places[0] if len(places) == 1 else tuple(places)


def _places(packed: int | tuple[int, ...]) -> tuple[int, ...]:
    return (packed,) if isinstance(packed, int) else packed


def _numbers(data: bytes) -> Iterator[bytes]:
    """Every run of 9 digits (a French number without its prefix) and 11 (an RPPS) within what is written as one."""
    for run in _DIGITS.findall(data):
        digits = run.replace(b" ", b"")[:600]
        for size in (9, 11):
            for at in range(len(digits) - size + 1):
                yield digits[at : at + size]
