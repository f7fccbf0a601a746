"""What an item says, besides a name, that agrees with a practitioner or contradicts them.

A town or a trade somewhere in the text proves nothing: what counts most is what is attached to the name, within a
few words of it and the same sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vigie.fold import folded
from vigie.lexicon import towns, words_of
from vigie.model import Practitioner
from vigie.names import Names
from vigie.reading import Reading
from vigie.roles import role_at

_POSTCODE = re.compile(r"\d{5}")
_DEPARTMENT = re.compile(r"\d{2,3}")


@dataclass(frozen=True, slots=True)
class Setting:
    """What the whole item says around the names."""

    city: bool
    city_word: str
    postcode: bool
    far_postcode: bool
    """A postcode of another department stands in it."""
    specialty: str
    """The first word of the practitioner's own trade, or empty."""
    topic: bool
    medical: bool
    practice: bool
    place: str
    """A word that only the practice's name has."""
    excluded: bool
    fiction: bool
    elsewhere: bool
    """It speaks of stages, fields, shops: where namesakes are."""


def setting(reading: Reading, names: Names, practitioner: Practitioner, author: str = "") -> Setting:
    """What the item read in `reading`, signed by `author`, says around the names."""
    words = reading.words
    known = set(words)
    city = _city(reading, names, known)
    codes = [word for word in words if _POSTCODE.fullmatch(word)]
    specialty = next((reading.original(at) for at in range(len(words)) if role_at(words, at, names) > 0), "")
    return Setting(
        city=bool(city),
        city_word=city,
        postcode=practitioner.postcode in codes,
        far_postcode=bool(codes) and all(code[:2] != practitioner.postcode[:2] for code in codes),
        specialty=specialty,
        topic=any(own.topics.any(words) for own in names.own),
        medical=words_of("medical").any(words),
        practice=len(names.practice) > 1 and _contains(words, names.practice),
        place=next((word for word in (*words, *folded(author).split()) if word in names.places), ""),
        excluded=any(_excluded(words, known, phrase) for phrase in names.excluded),
        fiction=words_of("fiction").any(words),
        elsewhere=words_of("elsewhere").any(words),
    )


def _city(reading: Reading, names: Names, known: set[str]) -> str:
    words = reading.words
    for form in names.city:
        if form[0] in known:
            for at in range(len(words) - len(form) + 1):
                if tuple(words[at : at + len(form)]) == form and not _abroad(reading, at + len(form)):
                    return " ".join(form)
    if names.demonym:
        return next((word for word in words if word.startswith(names.demonym) and word not in names.city[0]), "")
    return ""


def _abroad(reading: Reading, after: int) -> bool:
    """`Valence (Espagne)` is not the Valence one thinks of."""
    return (
        after < len(reading)
        and reading.gap(after).strip() in ("(", ",")
        and words_of("countries").has(reading.words[after])
    )


def _contains(words: list[str], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return any(tuple(words[at : at + size]) == phrase for at in range(len(words) - size + 1))


def _excluded(words: list[str], known: set[str], phrase: tuple[str, ...]) -> bool:
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
