"""All that is looked for, for one practitioner, worked out once and kept for the next items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import urlsplit

from vigie.judge import towns
from vigie.judge.fold import folded
from vigie.judge.forms import (
    PARTICLES,
    TITLES,
    Form,
    Surname,
    aliases,
    first_forms,
    given,
    glued,
    initials,
    phrases,
    surnames,
)  # fmt: skip
from vigie.judge.lexicon import Specialty, Terms, all_roles, specialties, words_of
from vigie.model import Practitioner


@dataclass(frozen=True, slots=True)
class Names:
    """All that is looked for, for one practitioner."""

    surnames: dict[str, tuple[Surname, ...]]
    """By first word, the longest first."""
    words: frozenset[str]
    """Every word of a last name."""
    whole: tuple[str, ...]
    """Each whole last name as one word: what a misspelt one is held against."""
    handles: dict[str, bool]
    """Names glued into one word (`drmorvant`, `clairemorvant`) -> whether the first name is in it."""
    announcers: frozenset[str]
    """Words after which a misspelt last name is looked for: titles, and the last word of their first names."""
    first: tuple[Form, ...]
    initials: frozenset[str]
    """`j`, `jp`: letters that stand for the first names."""
    aliases: tuple[Form, ...]
    excluded: tuple[Form, ...]
    city: Terms
    """All that says their town."""
    town_words: frozenset[str]
    """Words of the town's name, which no other town has."""
    postcodes: tuple[str, ...]
    practices: tuple[Form, ...]
    """What each of their practices is called."""
    places: frozenset[str]
    """Words of the practices' names that are their own (`brotteaux`)."""
    phones: tuple[str, ...]
    """Digits of each telephone without its prefix."""
    rpps: str
    site: str
    own: tuple[Specialty, ...]
    own_roles: Terms
    surgeon: bool
    keys: frozenset[str]
    """One of these words stands in every text that names them otherwise than by phone or RPPS."""


@lru_cache(maxsize=512)
def names_of(practitioner: Practitioner) -> Names:
    """The names of `practitioner`. Kept for the 512 last seen: about 10 KB each."""
    lasts = surnames(practitioner)
    first = first_forms(practitioner)
    also = phrases(aliases(practitioner))
    site = site_of(practitioner)
    specialty = folded(practitioner.specialty).split()
    own, own_roles = _own(" ".join(specialty))
    by_first: dict[str, tuple[Surname, ...]] = {}
    for surname in sorted(lasts, key=lambda s: -len(s.words)):
        by_first[surname.words[0]] = (*by_first.get(surname.words[0], ()), surname)
    return Names(
        surnames=by_first,
        words=frozenset(word for surname in lasts for word in surname.words),
        whole=glued(lasts),
        handles=_handles(first, lasts),
        announcers=TITLES.union(form[-1] for form in first),
        first=first,
        initials=frozenset(initials(given(practitioner))),
        aliases=also,
        excluded=phrases(practitioner.excluded),
        city=Terms(term for city in practitioner.cities for term in towns.said(city)),
        town_words=_town_words(practitioner),
        postcodes=tuple(dict.fromkeys(practitioner.postcodes)),
        practices=tuple(tuple(folded(name).split()) for name in practitioner.practice_names),
        places=places_of(practitioner),
        phones=tuple(dict.fromkeys(filter(None, map(_national, practitioner.phones)))),
        rpps=re.sub(r"\D", "", practitioner.rpps or ""),
        site=site,
        own=own,
        own_roles=own_roles,
        surgeon=_operates(specialty),
        keys=frozenset(_key_words(practitioner, lasts)),
    )


@lru_cache(maxsize=256)
def role_hints(specialty: str) -> tuple[str, ...]:
    """One of these is in every folded text, with a space at both ends, that says the practitioner's own trade."""
    words = folded(specialty).split()
    own, _ = _own(" ".join(words))
    hints = [hint for known in own for hint in known.hints] or [f" {word[:-1]}" for word in words if len(word) > 5]
    return tuple([*hints, " chirurgi"] if _operates(words) else hints)


def specialties_of(specialty: str) -> tuple[Specialty, ...]:
    """The professions that a specialty names; none for one we have no line for."""
    return _own(folded(specialty))[0]


def _operates(specialty: Sequence[str]) -> bool:
    return "chirurgien" in specialty or "chirurgienne" in specialty


def site_of(practitioner: Practitioner) -> str:
    """Host of their website without `www.`; empty when there is none."""
    website = practitioner.website
    if not website:
        return ""
    try:
        host = urlsplit(website if "//" in website else f"//{website}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def keys_of(practitioner: Practitioner) -> tuple[set[str], tuple[str, ...]]:
    """(words, names): one of the words is in every text that names them by name, alias, practice or site; the names are
    their whole last names in one word each, which a misspelt one is like. Each of those is among the words too."""
    lasts = surnames(practitioner)
    whole = glued(lasts)
    return _key_words(practitioner, lasts).union(whole), whole


def _key_words(practitioner: Practitioner, lasts: Sequence[Surname]) -> set[str]:
    keys = {max(surname.words, key=_weight) for surname in lasts}
    keys.update(places_of(practitioner))
    site = site_of(practitioner).rpartition(".")[0]
    for phrase in filter(None, (*aliases(practitioner), *practitioner.practice_names, site)):
        words = folded(phrase).split()
        if words and keys.isdisjoint(words):
            keys.add(max(words, key=_weight))
    return {key for key in keys if len(key) > 1}


def _handles(first: Sequence[Form], lasts: Sequence[Surname]) -> dict[str, bool]:
    words = {"".join(surname.words) for surname in lasts if len("".join(surname.words)) > 2}
    firsts = {"".join(form) for form in first} | {form[0][0] for form in first}
    found = {f"{title}{last}": False for last in words for title in ("dr", "docteur", "doc", "pr")}
    for last in words:
        for name in firsts:
            found |= {f"{name}{last}": True, f"dr{name}{last}": True}
            if len(name) > 1:
                found[f"{last}{name}"] = True
    return {handle: full for handle, full in found.items() if len(handle) > 6}


def digits_of(practitioner: Practitioner) -> set[str]:
    """Their telephone (nine digits, without prefix) and RPPS, as they can be looked up in a text."""
    phones = [re.sub(r"\D", "", phone)[-9:] for phone in practitioner.phones]
    rpps = re.sub(r"\D", "", practitioner.rpps) if practitioner.rpps else ""
    return {digits for digits in (*phones, rpps) if len(digits) in (9, 11)}


@lru_cache(maxsize=8192)
def _weight(word: str) -> tuple[bool, bool, int]:
    """How well a word sets a phrase apart: a name better than a trade, a trade better than `de`, then the longest."""
    return word not in PARTICLES, not all_roles().has(word) and not words_of("generic").has(word), len(word)


@lru_cache(maxsize=4096)
def places_of(practitioner: Practitioner) -> frozenset[str]:
    """Words of the practices' names that are their own (`brotteaux`): no trade, no organ, no river, no town."""
    if not practitioner.practice_names:
        return frozenset()
    words = tuple(word for name in practitioner.practice_names for word in folded(name).split())
    return frozenset(_places(words, folded(practitioner.specialty).split(), _town_words(practitioner)))


def _town_words(practitioner: Practitioner) -> frozenset[str]:
    return frozenset().union(*map(towns.words, practitioner.cities))


def _places(practice: Form, specialty: list[str], town: frozenset[str]) -> set[str]:
    known = town | set(specialty)
    return {
        word
        for word in practice
        if len(word) >= 4 and word not in known and not any(terms.has(word) for terms in _said_by_all())
    }


@cache
def _said_by_all() -> tuple[Terms, ...]:
    """What a practice's name shares with others: trades, organs and ailments, rivers and departments."""
    return (words_of("generic"), words_of("country"), all_roles(), *(known.topics for known in specialties()))


def _national(phone: str | None) -> str:
    digits = re.sub(r"\D", "", phone or "")
    national = digits.removeprefix("0033").removeprefix("33").removeprefix("0")
    return national if len(national) >= 6 else ""


@lru_cache(maxsize=256)
def phone_pattern(national: str) -> re.Pattern[str]:
    """The number however it is spaced, national or international, in a folded text."""
    spaced = " {0,2}".join(national)
    return re.compile(rf"(?<![0-9])(?:(?:00 {{0,2}})?33 {{0,3}}(?:0 {{0,3}})?|0 {{0,2}}){spaced}(?![0-9])")


@lru_cache(maxsize=256)
def rpps_pattern(digits: str) -> re.Pattern[str]:
    """The number in one piece or in groups (`10 999 999 013`), in a folded text."""
    return re.compile(rf"(?<![0-9]){' {0,2}'.join(digits)}(?![0-9])")


@lru_cache(maxsize=256)
def _own(specialty: str) -> tuple[tuple[Specialty, ...], Terms]:
    """The professions a specialty names; what it is called itself when we have no line for it."""
    words = specialty.split()
    own = tuple(known for known in specialties() if known.roles.any(words))
    return own, Terms([] if own else _stems(words))


def _stems(specialty: list[str]) -> list[str]:
    """What a profession we have no line for is called: its own long words, in the singular and the plural."""
    return [f"{word.removesuffix('e')}*" for word in specialty if len(word) > 5 and word != "medecin"]
