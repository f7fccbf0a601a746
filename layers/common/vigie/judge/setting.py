"""What a whole item says around the names: facts that are looked for when they are first asked, at most once."""

from __future__ import annotations

from functools import cached_property

from vigie.judge.fold import folded
from vigie.judge.forms import MEDICAL_TITLES
from vigie.judge.lexicon import first_names
from vigie.judge.names import Names
from vigie.judge.places import Place, Where, places
from vigie.judge.reading import Reading
from vigie.judge.roles import Role, own_roles_in, role_at
from vigie.model import Item, Practitioner


class Setting:
    """What the whole item says around the names. Each fact is looked for when it is first asked, at most once."""

    def __init__(self, reading: Reading, names: Names, practitioner: Practitioner, item: Item) -> None:
        self.reading = reading
        self.names = names
        self.practitioner = practitioner
        self.author = f" {folded(item.author or '')} "
        self._head = len(item.title)
        self._words = frozenset(reading.words)

    @cached_property
    def places(self) -> list[Place]:
        return places(self.reading, self.names)

    @cached_property
    def city(self) -> str:
        """How their town is said, or empty."""
        return next((self.said(place) for place in self.places if place.where is Where.HERE), "")

    @cached_property
    def postcode(self) -> str:
        """A postcode of theirs, or empty."""
        return next((postcode for postcode in self.names.postcodes if postcode in self._words), "")

    @cached_property
    def own_roles(self) -> list[int]:
        return own_roles_in(self.reading, self.names)

    @cached_property
    def specialty(self) -> str:
        """The practitioner's own trade as it is said, or empty."""
        return self.reading.original(self.own_roles[0]) if self.own_roles else ""

    @cached_property
    def topics(self) -> int:
        """How much is said of what one sees somebody of that trade for."""
        return max((self.reading.count(own.topics) for own in self.names.own), default=0)

    @cached_property
    def on_topic(self) -> bool:
        """A word of what one sees somebody of that trade for is there as it stands."""
        return any(own.topics.meets(self._words - self.names.words) for own in self.names.own)

    @cached_property
    def other_roles(self) -> tuple[bool, bool]:
        """(another trade of medicine, a trade outside of it) is said somewhere. Dr Boulanger's name is no trade."""
        found = {
            role_at(self.reading, at, self.names)[0]
            for at, word in enumerate(self.reading.words)
            if word not in self.names.words
        }
        return Role.HEALTH in found, Role.TRADE in found

    @cached_property
    def somebody_else(self) -> bool:
        """Another doctor (`le Dr Roux`), or somebody else by first and last name, is named."""
        reading, own = self.reading, self.names.words.union(*self.names.first)
        return any(
            reading.capital(at + 1)
            and reading.words[at + 1] not in own
            and not reading.pauses(at + 1)
            and (word in MEDICAL_TITLES or (word in first_names() and word not in own and reading.capital(at)))
            for at, word in enumerate(reading.words[:-1])
        )

    @cached_property
    def practice(self) -> str:
        """The name of a practice of theirs that is said whole, as they write it, or empty."""
        for name, practice in zip(self.practitioner.practice_names, self.names.practices, strict=True):
            if len(practice) > 1 and self._words.issuperset(practice) and _contains(self.reading.words, practice):
                return name
        return ""

    @cached_property
    def place(self) -> str:
        """A word that only the practice's name has."""
        known = self._words | frozenset(self.author.split())
        return next(iter(sorted(self.names.places & known)), "")

    @cached_property
    def signed_by_practice(self) -> bool:
        return any(f" {word} " in self.author for word in self.names.places)

    @cached_property
    def author_city(self) -> bool:
        return self.names.city.any(self.author.split())

    @cached_property
    def excluded(self) -> bool:
        return any(_excluded(self.reading.words, self._words, phrase) for phrase in self.names.excluded)

    def in_title(self, at: int) -> bool:
        return self.reading.span(at, at + 1)[0] < self._head

    def said(self, place: Place) -> str:
        return self.reading.original(place.first, place.after)


def _contains(words: list[str], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return any(words[at] == phrase[0] and tuple(words[at : at + size]) == phrase for at in range(len(words) - size + 1))


def _excluded(words: list[str], known: frozenset[str], phrase: tuple[str, ...]) -> bool:
    """The phrase itself, or all its words apart, in the singular or the plural."""
    if _contains(words, phrase):
        return True
    stems = {word.rstrip("sx") for word in known}
    return len(phrase) > 1 and all(len(word) < 3 or word.rstrip("sx") in stems for word in phrase)
