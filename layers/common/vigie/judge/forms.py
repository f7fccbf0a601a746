"""The ways the names of one practitioner are written.

A last name is written in several forms: with and without its particles, glued (`Delatour`), one half of a double
name, `St` for `Saint`. Each form is a tuple of folded words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from vigie.judge.fold import folded
from vigie.judge.towns import SAINTS
from vigie.model import Practitioner

Form = tuple[str, ...]

MISSPELT_FROM = 4
"""Letters from which a word may be a misspelt last name."""

SLIP_FROM = 5
"""Letters from which a first name may be written with one slip."""

PARTICLES = frozenset(
    {
        "de", "du", "des", "d", "la", "le", "les", "l", "el", "al", "ben", "bin", "ibn", "abd", "van", "von", "der",
        "den", "ten", "ter", "da", "do", "dos", "das", "di", "del", "della", "o", "mac", "mc", "st", "ste", "saint",
        "sainte",
    }
)  # fmt: skip
MEDICAL_TITLES = frozenset(
    {
        "dr", "dre", "dra", "docteur", "docteure", "docteurs", "doc", "doctor", "drs", "doctoresse", "doct", "dc", "pr",
        "prof", "professeur", "professeure",
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


def surnames(practitioner: Practitioner) -> list[Surname]:
    """Every written form of their last names, whole or half, and of those that aliases give them."""
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
    for alias in phrases(practitioner.aliases):
        if alias[0] in TITLES:
            if len(alias) > 1:
                yield alias[1:], True
            continue
        for first in given(practitioner):
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


def glued(forms: Sequence[Surname]) -> tuple[str, ...]:
    """Each whole last name as one word, the short ones left out: too many words are like them."""
    words = ("".join(surname.words) for surname in forms if not surname.partial)
    return tuple(dict.fromkeys(word for word in words if len(word) >= MISSPELT_FROM))


@lru_cache(maxsize=4096)
def first_forms(practitioner: Practitioner) -> tuple[Form, ...]:
    """Their first names, and those that an alias gives them with their last name (`Emma` of `Emma Cosquer`)."""
    own = given(practitioner)
    if not practitioner.aliases:
        return tuple(dict.fromkeys(own))
    lasts = [tuple(folded(name).split()) for name in practitioner.last_names]
    short = [
        alias[: -len(last)]
        for alias in phrases(practitioner.aliases)
        for last in lasts
        if len(alias) > len(last) and alias[-len(last) :] == last and alias[0] not in TITLES and len(alias[0]) > 2
    ]
    return tuple(dict.fromkeys([*own, *short]))


def given(practitioner: Practitioner) -> list[Form]:
    """Their own first names."""
    return [words for name in practitioner.first_names if (words := tuple(folded(name).split()))]


def aliases(practitioner: Practitioner) -> tuple[str, ...]:
    """What else they are called; a last name of one letter is told by the full name only, as an alias is."""
    short = [last for last in practitioner.last_names if len(folded(last)) == 1]
    if not short:
        return practitioner.aliases
    return (*practitioner.aliases, *(f"{first} {last}" for last in short for first in practitioner.first_names))


def phrases(texts: tuple[str, ...]) -> tuple[Form, ...]:
    """Each text as folded words."""
    return tuple(words for text in texts if (words := tuple(folded(text).split())))


def initials(first: Sequence[Form]) -> set[str]:
    """`j`, `jp`: letters that stand for first names."""
    return {letters for form in first for letters in (form[0][0], "".join(word[0] for word in form))}
