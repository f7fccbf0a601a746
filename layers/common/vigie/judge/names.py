"""The ways one practitioner is named and recognised, worked out once and kept for the next items.

A last name is written in several forms: with and without its particles, glued (`Delatour`), one half of a double
name, `St` for `Saint`. Each form is a tuple of folded words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from urllib.parse import urlsplit

from vigie.judge import towns
from vigie.judge.fold import folded
from vigie.judge.lexicon import Specialty, Terms, all_roles, specialties, words_of
from vigie.judge.towns import SAINTS
from vigie.model import Practitioner

Form = tuple[str, ...]

MISSPELT_FROM = 4
"""Letters from which a word may be a misspelt last name."""

PARTICLES = frozenset(
    {
        "de", "du", "des", "d", "la", "le", "les", "l", "el", "al", "ben", "bin", "ibn", "abd", "van", "von", "der",
        "den", "ten", "ter", "da", "do", "dos", "das", "di", "del", "della", "o", "mac", "mc", "st", "ste", "saint",
        "sainte",
    }
)  # fmt: skip
MEDICAL_TITLES = frozenset(
    {
        "dr", "dre", "dra", "docteur", "docteure", "docteurs", "doc", "doctor", "drs", "doctoresse", "doct", "dc", "pr", "prof", "professeur",
        "professeure",
    }
)  # fmt: skip
CIVIL_TITLES = frozenset({"m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "mrs"})
TITLES = MEDICAL_TITLES | CIVIL_TITLES


@dataclass(frozen=True, slots=True)
class Surname:
    """One written form of a last name. `code` is the reason it stands for; `partial` for one half of a double name."""

    words: Form
    code: str = ""
    partial: bool = False


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
    postcode: str
    practice: Form
    places: frozenset[str]
    """Words of the practice's name that are its own (`brotteaux`)."""
    phone: str
    """Digits of the telephone without its prefix; empty when there is none."""
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
    surnames = _surnames(practitioner)
    first = first_forms(practitioner)
    aliases = _phrases(practitioner.aliases)
    practice = tuple(folded(practitioner.practice_name or "").split())
    site = site_of(practitioner)
    specialty = folded(practitioner.specialty).split()
    own, own_roles = _own(" ".join(specialty))
    town = towns.words(practitioner.city)
    by_first: dict[str, tuple[Surname, ...]] = {}
    for surname in sorted(surnames, key=lambda s: -len(s.words)):
        by_first[surname.words[0]] = (*by_first.get(surname.words[0], ()), surname)
    return Names(
        surnames=by_first,
        words=frozenset(word for surname in surnames for word in surname.words),
        whole=_glued(surnames),
        handles=_handles(first, surnames),
        announcers=TITLES.union(form[-1] for form in first),
        first=first,
        initials=frozenset(_initials(_given(practitioner))),
        aliases=aliases,
        excluded=_phrases(practitioner.excluded),
        city=Terms(towns.said(practitioner.city)),
        town_words=town,
        postcode=practitioner.postcode,
        practice=practice,
        places=places_of(practitioner),
        phone=_national(practitioner.phone),
        rpps=re.sub(r"\D", "", practitioner.rpps or ""),
        site=site,
        own=own,
        own_roles=own_roles,
        surgeon=_operates(specialty),
        keys=frozenset(_key_words(practitioner, surnames)),
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
    surnames = _surnames(practitioner)
    whole = _glued(surnames)
    return _key_words(practitioner, surnames).union(whole), whole


def _key_words(practitioner: Practitioner, surnames: Sequence[Surname]) -> set[str]:
    keys = {max(surname.words, key=_weight) for surname in surnames}
    keys.update(places_of(practitioner))
    site = site_of(practitioner).rpartition(".")[0]
    for phrase in filter(None, (*practitioner.aliases, practitioner.practice_name, site)):
        words = folded(phrase).split()
        if words and keys.isdisjoint(words):
            keys.add(max(words, key=_weight))
    return {key for key in keys if len(key) > 1}


def _glued(surnames: Sequence[Surname]) -> tuple[str, ...]:
    glued = ("".join(surname.words) for surname in surnames if not surname.partial)
    return tuple(dict.fromkeys(word for word in glued if len(word) >= MISSPELT_FROM))


def _handles(first: Sequence[Form], surnames: Sequence[Surname]) -> dict[str, bool]:
    lasts = {"".join(surname.words) for surname in surnames if len("".join(surname.words)) > 2}
    firsts = {"".join(form) for form in first} | {form[0][0] for form in first}
    found = {f"{title}{last}": False for last in lasts for title in ("dr", "docteur", "doc", "pr")}
    for last in lasts:
        for name in firsts:
            found |= {f"{name}{last}": True, f"dr{name}{last}": True}
            if len(name) > 1:
                found[f"{last}{name}"] = True
    return {handle: full for handle, full in found.items() if len(handle) > 6}


@lru_cache(maxsize=4096)
def first_forms(practitioner: Practitioner) -> tuple[Form, ...]:
    """Their first names, and those that an alias gives them with their last name (`Emma` of `Emma Cosquer`)."""
    own = _given(practitioner)
    lasts = [tuple(folded(name).split()) for name in practitioner.last_names]
    short = [
        alias[: -len(last)]
        for alias in _phrases(practitioner.aliases)
        for last in lasts
        if len(alias) > len(last) and alias[-len(last) :] == last and alias[0] not in TITLES and len(alias[0]) > 2
    ]
    return tuple(dict.fromkeys([*own, *short]))


def _given(practitioner: Practitioner) -> list[Form]:
    return [words for name in practitioner.first_names if (words := tuple(folded(name).split()))]


def digits_of(practitioner: Practitioner) -> set[str]:
    """Their telephone (nine digits, without prefix) and RPPS, as they can be looked up in a text."""
    phone = re.sub(r"\D", "", practitioner.phone)[-9:] if practitioner.phone else ""
    rpps = re.sub(r"\D", "", practitioner.rpps) if practitioner.rpps else ""
    return {digits for digits in (phone, rpps) if len(digits) in (9, 11)}


@lru_cache(maxsize=8192)
def _weight(word: str) -> tuple[bool, bool, int]:
    """How well a word sets a phrase apart: a name better than a trade, a trade better than `de`, then the longest."""
    return word not in PARTICLES, not all_roles().has(word) and not words_of("generic").has(word), len(word)


def _phrases(texts: tuple[str, ...]) -> tuple[Form, ...]:
    return tuple(words for text in texts if (words := tuple(folded(text).split())))


def _surnames(practitioner: Practitioner) -> list[Surname]:
    found: dict[Form, Surname] = {}
    for index, name in enumerate(practitioner.last_names):
        code = "maiden_name" if index else ""
        for form in _whole_forms(tuple(folded(name).split())):
            found.setdefault(form, Surname(form, code))
    for name in practitioner.last_names:
        for form in _halves(name):
            found.setdefault(form, Surname(form, "", partial=True))
    for form, partial in _also_called(practitioner):
        found.setdefault(form, Surname(form, "alias", partial=partial))
    return [surname for surname in found.values() if len("".join(surname.words)) >= 2]


def _also_called(practitioner: Practitioner) -> Iterator[tuple[Form, bool]]:
    """Last names that aliases give them: `Dr Rakoto` (for short), `Cosmin Yonesco`."""
    for alias in _phrases(practitioner.aliases):
        if alias[0] in TITLES:
            if len(alias) > 1:
                yield alias[1:], True
            continue
        for first in _given(practitioner):
            if len(alias) > len(first) and alias[: len(first)] == first and len("".join(alias[len(first) :])) > 2:
                yield alias[len(first) :], False


def _whole_forms(words: Form) -> list[Form]:
    """`words` with each particle apart or glued to what follows, and `saint` short or long."""
    forms: dict[Form, None] = {}
    if len(words) < 2 and not SAINTS.keys() & words:  # nearly everybody, and a watch of 10,000 asks for each
        return [words] if words else []
    for spelt in product(*((word, SAINTS[word]) if word in SAINTS else (word,) for word in words[:5])):
        full = (*spelt, *words[5:])
        forms[full] = None
        for glue in product((False, True), repeat=min(len(full) - 1, 4)):
            joined = [full[0]]
            for word, glued in zip(full[1:], (*glue, *[False] * len(full)), strict=False):
                if glued:
                    joined[-1] += word
                else:
                    joined.append(word)
            forms[tuple(joined)] = None
    if words[0] in ("de", "d") and len("".join(words[1:])) > 3:
        forms[words[1:]] = None
    return list(forms)


_SIMPLE = re.compile(r"\w+")


def _halves(name: str) -> list[Form]:
    """The parts of a double name, each with its particles: `Carvalho da Silva` is also `Carvalho`, or `da Silva`."""
    if _SIMPLE.fullmatch(name):
        return []
    groups: list[list[str]] = [[]]
    for part in re.split(r"[\s-]+", name):
        words = folded(part).split()
        if groups[-1] and groups[-1][-1] not in PARTICLES:
            groups.append([])
        groups[-1].extend(words)
    if len(groups) < 2:
        return []
    halves = [tuple(group) for group in groups if len("".join(group)) >= 4]
    halves += [half[1:] for half in halves if half[0] in PARTICLES and len(half) > 1 and len("".join(half[1:])) >= 4]
    swapped = tuple(word for group in reversed(groups) for word in group)
    return [*halves, swapped]


def _initials(first: Sequence[Form]) -> set[str]:
    return {letters for form in first for letters in (form[0][0], "".join(word[0] for word in form))}


@lru_cache(maxsize=4096)
def places_of(practitioner: Practitioner) -> frozenset[str]:
    """Words of the practice's name that are its own (`brotteaux`): no trade, no organ, no river, no town."""
    practice = tuple(folded(practitioner.practice_name or "").split())
    return frozenset(_places(practice, folded(practitioner.specialty).split(), towns.words(practitioner.city)))


def _places(practice: Form, specialty: list[str], town: frozenset[str]) -> set[str]:
    said_by_all = (words_of("generic"), words_of("country"), all_roles(), *(known.topics for known in specialties()))
    known = town | set(specialty)
    return {
        word
        for word in practice
        if len(word) >= 4 and word not in known and not any(terms.has(word) for terms in said_by_all)
    }


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
def _own(specialty: str) -> tuple[tuple[Specialty, ...], Terms]:
    """The professions a specialty names; what it is called itself when we have no line for it."""
    words = specialty.split()
    own = tuple(known for known in specialties() if known.roles.any(words))
    return own, Terms([] if own else _stems(words))


def _stems(specialty: list[str]) -> list[str]:
    """What a profession we have no line for is called: its own long words, in the singular and the plural."""
    return [f"{word.removesuffix('e')}*" for word in specialty if len(word) > 5 and word != "medecin"]
