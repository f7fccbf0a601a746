"""The ways one says a practitioner's own town: whole, shortened, by its people's name, by its district."""

from __future__ import annotations

import re
from functools import lru_cache

from vigie.judge.fold import folded
from vigie.judge.lexicon import first_names, nicknames, words_of

SAINTS = {"saint": "st", "sainte": "ste", "st": "saint", "ste": "sainte"}

_JOINTS = frozenset({"sur", "sous", "en", "les", "la", "le", "l", "de", "du", "d", "des", "aux", "au", "lez"})
_ARTICLES = frozenset({"la", "le", "les", "l"})
_ORDINARY = ("common-words", "country", "filler", "before-person")
"""Words that say no town by themselves: one half of `Grand-Aigueblanche`, of `Taiarapu-Est`."""
_DISTRICTED = frozenset({"paris", "lyon", "marseille"})


@lru_cache(maxsize=2048)
def said(city: str) -> tuple[str, ...]:
    """Folded terms for the town `city` (`word*` is a prefix): `boulogne`, `billancourt`, `boulonnais`, `paris 13e`."""
    name, district = _split(city)
    if not name:
        return ()
    whole = " ".join(name)
    terms = [
        whole,
        *_with_saint(name),
        *_contracted(name),
        *_short(name),
        *(term.replace("+", " ") for term in nicknames(whole)),
    ]
    if len(name) == 1 and len(whole) >= 5 and whole not in first_names():
        terms.append(_stem(whole))
    if district and whole in _DISTRICTED:
        ordinals = [f"{district}e", f"{district}eme", f"{district}er" if district == "1" else f"{district}ieme"]
        terms += [f"{whole} {district}", *(f"{whole} {ordinal}" for ordinal in ordinals)]
        terms += [ordinal for ordinal in ordinals if len(ordinal) > 2]
    return tuple(dict.fromkeys(terms))


@lru_cache(maxsize=2048)
def words(city: str) -> frozenset[str]:
    """The words of the town's name that are nobody else's: `billancourt`, `boulogne`."""
    name, _ = _split(city)
    return frozenset(word for word in name if word not in _JOINTS and word not in SAINTS)


def _split(city: str) -> tuple[list[str], str]:
    """(words of the name, number of the district)."""
    parts = folded(city).split()
    district = next((found.group(1) for part in parts if (found := re.fullmatch(r"(\d{1,2})(?:e|er|eme)?", part))), "")
    return [p for p in parts if not p[0].isdigit() and p not in ("cedex", "arrondissement", "e", "eme")], district


def _with_saint(name: list[str]) -> list[str]:
    return [" ".join((SAINTS[name[0]], *name[1:]))] if name[0] in SAINTS else []


def _contracted(name: list[str]) -> list[str]:
    """`au Mans`, `du Mans`, `aux Sables`: what the article becomes after a preposition."""
    forms = {"le": ("au", "du"), "les": ("aux", "des")}.get(name[0], ())
    return [" ".join((form, *name[1:])) for form in forms]


def _short(name: list[str]) -> list[str]:
    """What is left before `sur Marne`, and each half of `Boulogne-Billancourt`."""
    cut = next(
        (at for at, word in enumerate(name) if at and word in _JOINTS and name[at - 1] not in _ARTICLES), len(name)
    )
    head = name[:cut]
    found = [" ".join(head)] if cut < len(name) else []
    if cut < len(name):
        found += _contracted(head)
    if head[0] in SAINTS and len(head) > 1:
        found += _with_saint(head)
    elif len(head) == len(name) == 2 and not _ARTICLES & set(name):
        found += [half for half in name if not any(words_of(subject).has(half) for subject in _ORDINARY)]
    return [term for term in found if len(term) > 2 and term not in SAINTS and term not in first_names()]


def _stem(name: str) -> str:
    """What its people's name begins with, when it is regular: `lyonnais`, `toulonnaise`."""
    stem = name.rstrip("es")
    return f"{stem if len(stem) >= 5 else name}*"
