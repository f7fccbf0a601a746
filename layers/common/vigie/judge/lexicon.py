"""The words matching and triage know, read once from `data/*.txt` (one subject a line, notes on the format there).

A term is one word or several; `word*` stands for every word that begins so. All are compared folded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vigie.judge.fold import folded

_DATA = Path(__file__).with_name("data")


class Terms:
    """A set of terms, asked where they occur in a list of folded words."""

    __slots__ = ("_phrases", "_prefixes", "_words")

    def __init__(self, terms: Iterable[str]) -> None:
        self._words: set[str] = set()
        prefixes: set[str] = set()
        self._phrases: dict[str, list[tuple[str, ...]]] = {}
        for term in terms:
            *head, last = (folded(part) + "*" * part.endswith("*") for part in term.split())
            if head:
                self._phrases.setdefault(head[0], []).append((*head, last))
            elif last.endswith("*"):
                prefixes.add(last[:-1])
            elif last:
                self._words.add(last)
        self._prefixes = re.compile("|".join(sorted(prefixes))) if prefixes else None

    def openings(self) -> Iterator[str]:
        """What a term begins with: a whole word, or `word*`."""
        yield from self._words
        yield from self._phrases
        if self._prefixes is not None:
            yield from (f"{prefix}*" for prefix in self._prefixes.pattern.split("|"))

    def length(self, words: Sequence[str], at: int) -> int:
        """How many words the longest term that begins at `words[at]` has; 0 when none does."""
        word = words[at]
        longest = 0
        for phrase in self._phrases.get(word, ()):
            if len(phrase) > longest and _is_at(phrase, words, at):
                longest = len(phrase)
        return longest or int(self.has(word))

    def has(self, word: str) -> bool:
        """True when this one word is a term, or begins as one."""
        return word in self._words or (self._prefixes is not None and self._prefixes.match(word) is not None)

    def find(self, words: Sequence[str], start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
        """(first word, word after the last) of each term that begins within `words[start:end]`."""
        for at in range(max(start, 0), len(words) if end is None else min(end, len(words))):
            if length := self.length(words, at):
                yield at, at + length

    def whole(self) -> AbstractSet[str]:
        """The terms that are one word, written whole."""
        return self._words

    def meets(self, words: AbstractSet[str]) -> bool:
        """True when one of `words` is a term of one word, written whole: the quick question."""
        return not self._words.isdisjoint(words)

    def any(self, words: Sequence[str], start: int = 0, end: int | None = None) -> bool:
        return next(self.find(words, start, end), None) is not None


def _is_at(phrase: Sequence[str], words: Sequence[str], at: int) -> bool:
    if at + len(phrase) > len(words):
        return False
    *head, last = phrase
    if any(words[at + index] != part for index, part in enumerate(head)):
        return False
    word = words[at + len(head)]
    return word.startswith(last[:-1]) if last.endswith("*") else word == last


@dataclass(frozen=True, slots=True)
class Specialty:
    """A profession: what it is called, and what people talk about when they go there."""

    name: str
    roles: Terms
    topics: Terms
    hints: tuple[str, ...] = ()
    """What any term for it begins with, in a folded text."""


def _text(file: str) -> Iterator[str]:
    """The lines of a file of `data` without its notes."""
    for line in (_DATA / file).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def _lines(file: str) -> Iterator[tuple[str, str]]:
    for line in _text(file):
        key, _, rest = line.partition(":")
        yield key.strip(), rest.strip()


def _spaced(field: str) -> list[str]:
    return [term.replace("+", " ") for term in field.split()]


@cache
def specialties() -> tuple[Specialty, ...]:
    found = []
    for name, rest in _lines("specialties.txt"):
        roles, _, topics = rest.partition("||")
        terms = [part.strip() for part in roles.split("|")]
        hints = tuple(dict.fromkeys(" " + term.split()[0].rstrip("*") for term in terms))
        found.append(Specialty(name, Terms(terms), Terms(_spaced(topics)), hints))
    return tuple(found)


@cache
def trades() -> Terms:
    """What a namesake may be."""
    return Terms(term for line, _ in _lines("trades.txt") for term in _spaced(line))


@cache
def all_roles() -> Terms:
    """Every term for a trade, medical or not: where none begins, there is nothing more to ask."""
    medical = [part.strip() for _, rest in _lines("specialties.txt") for part in rest.partition("||")[0].split("|")]
    return Terms(["chirurgi*", *medical, *(term for line, _ in _lines("trades.txt") for term in _spaced(line))])


@cache
def first_names() -> frozenset[str]:
    return frozenset(word for line in _text("firstnames.txt") for word in line.split())


@cache
def words_of(subject: str) -> Terms:
    """The line `subject` of words.txt."""
    return Terms(_spaced(dict(_lines("words.txt"))[subject]))


@cache
def _surnames() -> dict[str, int]:
    names = " ".join(_text("surnames.txt")).split()
    return {name.replace("+", " "): rank for rank, name in enumerate(names)}


RAREST = 15_000
"""The rank of a last name that the list does not have."""


def surname_rank(name: str) -> int:
    """How many last names are more frequent in France than this folded one: 0 for Martin, `RAREST` for a rare one."""
    return _surnames().get(name, RAREST)


class Communes:
    """The towns of France with the departments where they are."""

    def __init__(self, lines: Iterable[tuple[str, str]]) -> None:
        self._departments = {name: frozenset(where.split()) for name, where in lines}
        self._lengths: dict[str, list[int]] = {}
        for name in self._departments:
            first, *rest = name.split()
            self._lengths.setdefault(first, []).append(1 + len(rest))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    def longest(self, words: Sequence[str], at: int) -> tuple[int, frozenset[str]]:
        """(how many words the longest name that begins at `words[at]` has, its departments); (0, none) for no town."""
        for length in self._lengths.get(words[at], ()):
            found = self._departments.get(" ".join(words[at : at + length]))
            if found:
                return length, found
        return 0, frozenset()


@cache
def communes() -> Communes:
    return Communes(_lines("communes.txt"))


@cache
def abroad() -> Terms:
    """Towns of other countries."""
    return Terms(name.strip() for name in " ".join(_text("abroad.txt")).split(","))


@cache
def nicknames(city: str) -> tuple[str, ...]:
    """What people of a (folded) town say instead of its name, and what they are called."""
    return tuple(dict(_lines("cities.txt")).get(city, "").split())
