"""Which words of the texts may be a last name, misspelt. What was worked out is remembered: the same words come again
and again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from vigie.judge.bearers import home_of
from vigie.judge.forms import MISSPELT_FROM
from vigie.judge.sounds import alike, skeleton
from vigie.model import Practitioner

_REMEMBERED, _REMEMBERED_EACH = 20_000, 10
"""Words that a warm process remembers at least, and for each of the people: 70 bytes a word. When they are fewer than
the words of the texts, each is worked out again and again, for a hundred times the price."""
_FEW = 60
"""Words that are looked for one by one in a text: to split it, and hash its words, costs as much."""


class Heard:
    """The words met so far, and those whose last names they are like."""

    __slots__ = ("_alike", "_at", "_known", "_most", "_names", "_people", "_sounds")

    def __init__(self, people: Sequence[Practitioner], names: Mapping[str, Sequence[int]]) -> None:
        """`names` are whole last names, each in one word, with the places of who bears them among `people`."""
        self._people = people
        self._names = names
        self._sounds: dict[str, list[str]] = {}
        for name in names:
            self._sounds.setdefault(skeleton(name), []).append(name)
        self._most = _REMEMBERED + _REMEMBERED_EACH * len(people)
        self._known: set[bytes] = set()
        self._alike: dict[bytes, tuple[int, ...]] = {}
        self._at: dict[str, dict[bytes, tuple[bytes, tuple[int, ...]]]] = {}
        """What says the town or the practice of somebody -> known words like the last name of who is there, each with
        the spaces around it."""

    def __len__(self) -> int:
        """How many words are remembered."""
        return len(self._known)

    def like(self, word: bytes) -> tuple[int, ...]:
        """Those whose last name `word` may be, misspelt."""
        if word not in self._known:
            self.learn({word})
        return self._alike.get(word, ())

    def learn(self, words: AbstractSet[bytes]) -> None:
        """Work out the words that are not known yet. All of `words` are known then, however many they are."""
        if len(self._known) > self._most:
            for memory in (self._known, self._alike, self._at):
                memory.clear()
        new = words - self._known
        self._known.update(new)
        for word in new:
            found = self._sounding_like(word.decode("ascii"))
            if found:
                self._alike[word] = found
            for place in found:
                for home in home_of(self._people[place]):
                    there = self._at.setdefault(home, {})
                    _, others = there.get(word, (b"", ()))
                    there[word] = (b" %b " % word, (*others, place))

    def at(self, homes: AbstractSet[str], text: bytes) -> Iterator[tuple[int, ...]]:
        """Those whose last name a word of `text` may be, where their town or their practice is among `homes`. The words
        of the text must have been learned."""
        heard = [self._at[home] for home in homes & self._at.keys()]
        if sum(map(len, heard)) < _FEW:
            yield from (places for there in heard for spaced, places in there.values() if spaced in text)
        else:
            words = frozenset(text.split())
            yield from (there[word][1] for there in heard for word in there.keys() & words)

    def _sounding_like(self, word: str) -> tuple[int, ...]:
        if len(word) < MISSPELT_FROM:
            return ()
        names = (name for name in self._sounds.get(skeleton(word), ()) if alike(word, name))
        return tuple(place for name in names for place in self._names[name])
