"""What an item says, besides a name, that agrees with a practitioner or contradicts them.

A town or a trade somewhere in the text proves nothing: what counts most is what is attached to the name, within a
few words of it and the same sentence.
"""

from __future__ import annotations

import re
from functools import cached_property

from vigie.judge.fold import folded
from vigie.judge.lexicon import towns, words_of
from vigie.judge.names import Names
from vigie.judge.reading import Reading
from vigie.judge.roles import own_role_in
from vigie.model import Practitioner

_POSTCODE = re.compile(r"\d{5}")
_DEPARTMENT = re.compile(r"\d{2,3}")


class Setting:
    """What the whole item says around the names. Each fact is looked for when it is first asked, at most once."""

    def __init__(self, reading: Reading, names: Names, practitioner: Practitioner, author: str = "") -> None:
        self._reading = reading
        self._names = names
        self._postcode = practitioner.postcode
        self._author = author
        self._words = frozenset(reading.words)

    @cached_property
    def city(self) -> bool:
        return _city(self._reading, self._names, self._words)

    @cached_property
    def postcode(self) -> bool:
        return self._postcode in self._words

    @cached_property
    def specialty(self) -> str:
        """The first word of the practitioner's own trade, or empty."""
        return own_role_in(self._reading, self._names)

    @cached_property
    def topic(self) -> bool:
        """What one talks about with somebody of that trade."""
        return any(self._reading.says(own.topics) for own in self._names.own)

    @cached_property
    def medical(self) -> bool:
        return self._reading.says(words_of("medical"))

    @cached_property
    def practice(self) -> bool:
        practice = self._names.practice
        return len(practice) > 1 and self._words.issuperset(practice) and _contains(self._reading.words, practice)

    @cached_property
    def place(self) -> str:
        """A word that only the practice's name has."""
        known = self._words | frozenset(folded(self._author).split())
        return next(iter(sorted(self._names.places & known)), "")

    @cached_property
    def excluded(self) -> bool:
        return any(_excluded(self._reading.words, self._words, phrase) for phrase in self._names.excluded)

    @cached_property
    def fiction(self) -> bool:
        return self._reading.says(words_of("fiction"))

    @cached_property
    def elsewhere(self) -> bool:
        """It speaks of stages and fields: where namesakes are."""
        return self._reading.says(words_of("elsewhere"))


def _city(reading: Reading, names: Names, known: frozenset[str]) -> bool:
    for form in names.city:
        for at in reading.where(form[0]):
            end = at + len(form)
            if tuple(reading.words[at:end]) == form and not _abroad(reading, end):
                return True
    return bool(names.demonym) and any(word.startswith(names.demonym) and word not in names.city[0] for word in known)


def _abroad(reading: Reading, after: int) -> bool:
    """`Valence (Espagne)` is not the Valence one thinks of."""
    return (
        after < len(reading)
        and reading.gap(after).strip() in ("(", ",")
        and words_of("countries").has(reading.words[after])
    )


def _contains(words: list[str], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return any(words[at] == phrase[0] and tuple(words[at : at + size]) == phrase for at in range(len(words) - size + 1))


def _excluded(words: list[str], known: frozenset[str], phrase: tuple[str, ...]) -> bool:
    """The phrase itself, or all its words apart, in the singular or the plural."""
    if _contains(words, phrase):
        return True
    stems = {word.rstrip("sx") for word in known}
    return len(phrase) > 1 and all(len(word) < 3 or word.rstrip("sx") in stems for word in phrase)


def foreign_town(reading: Reading, first: int, after: int, names: Names, start: int, end: int) -> bool:
    """A town other than the practitioner's is where the name, at words `first` to `after - 1`, is said to be.

    Looked for within words `start` to `end`. A town one comes from (`venu de Dijon`) says nothing of them; right after
    the name it does (`le Dr Bonnet de Mulhouse`).
    """
    own = {word for form in names.city for word in form} | names.places | set(names.practice)
    for at, _ in towns().find(reading.words, start, end):
        named = first <= at < after or reading.words[at] in own or not reading.capital(at)
        if named or (at and reading.gap(at) in ("-", "'", "\u2019")):
            continue
        before = reading.words[at - 1] if at else ""
        if before in ("de", "depuis", "d") and at - 1 != after:
            continue
        return True
    return False


def foreign_department(reading: Reading, first: int, after: int, practitioner: Practitioner) -> bool:
    """A postcode, or `(33)`, of another department among words `first` to `after`, and none of theirs."""
    found = False
    for at in range(first, min(after, len(reading.words))):
        word = reading.words[at]
        postal = _POSTCODE.fullmatch(word)
        bracketed = (
            _DEPARTMENT.fullmatch(word) and reading.gap(at).endswith("(") and reading.gap(at + 1).startswith(")")
        )
        if postal or bracketed:
            if word[:2] == practitioner.postcode[:2]:
                return False
            found = True
    return found
