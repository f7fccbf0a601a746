"""Those who bear one key, and what else a text must hold for it to mean one of them. Asked once for all of them: the
same last name may be sixty people's, and nearly every text holds a last name that is a word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache

from vigie.judge import towns
from vigie.judge.fold import folded
from vigie.judge.forms import SLIP_FROM, TITLES, first_forms, surnames
from vigie.judge.lexicon import words_of
from vigie.judge.names import keys_of, places_of, role_hints, specialties_of
from vigie.model import Practitioner

TITLE, INITIAL, LIKE_FIRST, TRADE, TOWN = "!", ".", "~", "=", "@"
"""Signs that are no words: a title beside the name; an initial beside it (`.j`); a word that may be a first name with a
slip (`~m7`: an m, seven letters); the trade, spoken of (`=cardiologue`); the town, said whole (`@Le Mans`)."""
_WINDOW = 24
"""Bytes beside a name in which a title or a first name stands."""


class Signs:
    """What the texts are searched for, beside names, to tell whom they mean."""

    __slots__ = ("_practices", "_towns", "_trades", "medical", "patterns")

    def __init__(self, people: Iterable[Practitioner]) -> None:
        people = tuple(people)
        trades = {practitioner.specialty for practitioner in people}
        medical = {f"{begin}*" for trade in trades for begin in _trade_begins(trade)}
        medical.update(words_of("medical").openings())
        self.medical = _bare(medical)
        """One of them is in every text that has to do with medicine, where a last name that comes alone may be a
        person's."""
        self._practices = frozenset(word for practitioner in people for word in places_of(practitioner))
        self._towns: dict[str, list[tuple[bytes, re.Pattern[bytes] | None, list[str]]]] = {}
        self._trades: dict[str, list[str]] = {}
        self.patterns = {code for practitioner in people for code in _codes(practitioner)} | medical
        """Words, and what words begin with (`word*`)."""
        saying: dict[str, list[str]] = {}
        for city in {city for practitioner in people for city in practitioner.cities}:
            for term in towns.said(city):
                saying.setdefault(term, []).append(TOWN + city)
        for term, cities in saying.items():
            telling, other, whole = _telling(term)
            self.patterns.add(telling)
            self._towns.setdefault(telling.removesuffix("*"), []).append((other, whole, cities))
        for trade in trades:
            self.patterns |= _topics(trade)
            for word in _trade_begins(trade) | _topics(trade):
                self._trades.setdefault(word, []).append(TRADE + trade)

    def homes(self, words: AbstractSet[str], text: bytes) -> set[str]:
        """Signs of the towns and words of the practices which a text says: `words` are those it was searched for."""
        found = {word for word in words if word in self._practices} if self._practices else set()
        for word in self._towns.keys() & words:
            for other, whole, cities in self._towns[word]:
                if whole is None or (other in text and whole.search(text)):
                    found.update(cities)
        return found

    def trades(self, words: AbstractSet[str]) -> set[str]:
        """Signs of the trades that a text speaks of."""
        return {trade for word in self._trades.keys() & words for trade in self._trades[word]}


class Bearers:
    """The practitioners whom one key may name, by the signs that confirm it."""

    __slots__ = ("_at_practice", "_by_sign", "_practices", "_sure", "people")

    def __init__(self, key: str, bearers: Iterable[tuple[int, Practitioner]]) -> None:
        people, sure, practices = list[int](), list[int](), list[tuple[int, str]]()
        by_sign: dict[str, list[int]] = {}
        at_practice: dict[str, list[int]] = {}
        for place, practitioner in bearers:
            if key in places_of(practitioner) and not _names(practitioner, key):
                practices += [(place, folded(name)) for name in practitioner.practice_names]
                signs, index = _of_a_practice(practitioner), at_practice
            elif key in {folded(name) for name in practitioner.last_names} - places_of(practitioner):
                people.append(place)
                signs, index = _of_a_person(practitioner), by_sign
            else:  # no word like others: a half of a name, an alias, a site, a name that is their practice's too
                people.append(place)
                sure.append(place)
                continue
            for sign in signs - {key}:
                index.setdefault(sign, []).append(place)
        self.people = tuple(people)
        """All but those whose practice's name alone has the key."""
        self._sure = tuple(sure)
        self._by_sign = {sign: tuple(places) for sign, places in by_sign.items()}
        self._at_practice = {sign: tuple(places) for sign, places in at_practice.items()}
        self._practices = tuple(practices)

    @property
    def certain(self) -> bool:
        """True when no sign is asked of anybody."""
        return not self._by_sign

    def confirmed(self, signs: AbstractSet[str]) -> Iterator[tuple[int, ...]]:
        """Those for whom one of `signs` is enough; the others, whom no sign confirms, a text surely does not mean."""
        if self._sure:
            yield self._sure
        for sign in self._by_sign.keys() & signs:
            yield self._by_sign[sign]

    def at_practice(self, words: AbstractSet[str], text: bytes) -> Iterator[tuple[int, ...]]:
        """Those whose practice the text names whole, or by a word of it and by another name of theirs."""
        if not self._practices:
            return
        for sign in self._at_practice.keys() & words:
            yield self._at_practice[sign]
        said = " ".join(text.decode("ascii").split())
        yield tuple(place for place, practice in self._practices if practice in said)


def beside(data: bytes, start: int, end: int) -> Iterator[str]:
    """The signs of what stands beside the word at `data[start:end]`: a title, an initial, a first name with a slip."""
    before = data[max(start - _WINDOW, 0) : start + 1].rstrip(b" ").rpartition(b" ")[2]
    behind = data[end - 1 : end + _WINDOW].lstrip(b" ").partition(b" ")[0]
    for near in (before.decode("ascii"), behind.decode("ascii")):
        if near in TITLES:
            yield TITLE
        elif len(near) >= SLIP_FROM - 1:
            yield f"{LIKE_FIRST}{near[0]}{len(near)}"
        elif 0 < len(near) <= 2:
            yield INITIAL + near[0]


def home_of(practitioner: Practitioner) -> frozenset[str]:
    """Signs that say a town or a practice of theirs."""
    return places_of(practitioner).union(TOWN + city for city in practitioner.cities)


def _names(practitioner: Practitioner, key: str) -> bool:
    return any(key in surname.words for surname in surnames(practitioner))


def _of_a_person(practitioner: Practitioner) -> set[str]:
    """What a text must hold one of for their last name alone to be worth reading: all that else is theirs."""
    forms = first_forms(practitioner)
    keys, _ = keys_of(practitioner)
    named = keys.union(word for form in forms for word in (form[0], form[-1], INITIAL + form[0][0]))
    named.update(
        f"{LIKE_FIRST}{spelt[0]}{length}"
        for form in forms
        if len(spelt := "".join(form)) >= SLIP_FROM
        for length in range(len(spelt) - 1, len(spelt) + 2)
    )
    return named.union(home_of(practitioner), _codes(practitioner), (TITLE, TRADE + practitioner.specialty))


def _of_a_practice(practitioner: Practitioner) -> set[str]:
    """What makes a word of their practice's name theirs: their first name, or another key."""
    keys, _ = keys_of(practitioner)
    return keys.union(form[0] for form in first_forms(practitioner))


def _codes(practitioner: Practitioner) -> set[str]:
    """Their postcodes, and the numbers of their departments."""
    return {code for postcode in practitioner.postcodes for code in (postcode, postcode[:2])} - {""}


def _bare(patterns: Iterable[str]) -> frozenset[str]:
    return frozenset(word.removesuffix("*") for word in patterns)


@lru_cache(maxsize=256)
def _trade_begins(specialty: str) -> frozenset[str]:
    """What any word for their trade begins with."""
    return frozenset(hint.strip() for hint in role_hints(specialty))


@lru_cache(maxsize=256)
def _topics(specialty: str) -> frozenset[str]:
    """Words of what one goes to them for."""
    return frozenset(word for own in specialties_of(specialty) for word in own.topics.whole())


def _telling(term: str) -> tuple[str, bytes, re.Pattern[bytes] | None]:
    """(the word of a term that is looked for: its longest, `saint` apart; another word of it; how it is then found
    whole). A term of one word is found with it."""
    words = term.split()
    if len(words) == 1:
        return term, b"", None
    spaced = " +".join(words)
    whole = _compiled(f" {spaced[:-1]}" if spaced.endswith("*") else f" {spaced} ")
    telling, other = sorted(words, key=lambda word: (len(word) > 3 and word not in towns.SAINTS, len(word)))[:-3:-1]
    return telling, f" {other.removesuffix('*')}".encode("ascii"), whole


@lru_cache(maxsize=8192)
def _compiled(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode("ascii"))
