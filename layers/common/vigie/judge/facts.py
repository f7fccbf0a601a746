"""Where a text states facts of a known family: harm, insult, praise, waiting... The terms are in `data/facts/*.txt`.

A term is words between bars; a word may be several (`a/b`), a beginning (`brul*`), optional (`(ma)`), a set of
`sets.txt` (`@body`) or a gap of at most three words (`..`). A term lies within one sentence. The longest term at a
place hides those inside it, which is how an idiom takes the sting out of its words: `rien d une arnaque`.

Work is bounded: a term has at most `PARTS` parts and two gaps, and only terms that begin with the word at hand are
tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from vigie.judge.fold import folded

_DATA = Path(__file__).with_name("data") / "facts"

PARTS = 8
GAP = 3
MEMO = 20_000
"""Words remembered: a language has no more in use, and noise must not fill the memory."""


class Hit(NamedTuple):
    """A term of `family` at words `first` to `after - 1`."""

    family: str
    first: int
    after: int
    term: str


@dataclass(frozen=True, slots=True)
class Part:
    """One word of a term: what it may be. A gap is no word: up to `GAP` of them."""

    words: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    optional: bool = False
    gap: bool = False

    def fits(self, word: str) -> bool:
        return word in self.words or (bool(self.beginnings) and word.startswith(self.beginnings))


class Term(NamedTuple):
    family: str
    text: str
    parts: tuple[Part, ...]


@dataclass(slots=True)
class Start:
    """The terms that begin with one word, by the word that must follow: `a` alone begins hundreds."""

    open: list[Term] = field(default_factory=list)
    """Nothing must follow at once."""
    words: dict[str, list[Term]] = field(default_factory=dict)
    letters: dict[str, list[tuple[Term, Part]]] = field(default_factory=dict)
    """By the first two letters of what must follow."""

    def add(self, term: Term) -> None:
        second = next((part for part in term.parts[1:2] if not part.optional and not part.gap), None)
        if second is None:
            self.open.append(term)
            return
        for word in second.words:
            self.words.setdefault(word, []).append(term)
        for start in second.beginnings:
            self.letters.setdefault(start[:2], []).append((term, second))

    def terms(self, following: str) -> list[Term]:
        found = self.open
        if self.words:
            found = found + self.words.get(following, [])
        if self.letters:
            found = found + [term for term, second in self.letters.get(following[:2], ()) if second.fits(following)]
        return found


NOTHING = Start()
"""What begins with most words."""


@dataclass(slots=True)
class Index:
    """Terms by the word they begin with."""

    words: dict[str, list[Term]] = field(default_factory=dict)
    beginnings: dict[str, list[Term]] = field(default_factory=dict)
    sizes: tuple[int, ...] = ()
    memo: dict[str, Start] = field(default_factory=dict)
    """What begins with each word one has met."""
    work: int = 0
    """Parts compared so far: what a test of bounded work counts."""

    def add(self, term: Term) -> None:
        first = term.parts[0]
        for word in first.words:
            self.words.setdefault(word, []).append(term)
        for start in first.beginnings:
            self.beginnings.setdefault(start, []).append(term)

    def find(self, words: Sequence[str], sentences: Sequence[int]) -> list[Hit]:
        """Every term that no longer one hides, in order. `sentences[i]` numbers the sentence of word `i`."""
        hits: list[Hit] = []
        for at, word in enumerate(words):
            longest: dict[str, Hit] = {}
            start = self.memo.get(word) or self._from(word)
            if start is NOTHING:
                continue
            following = words[at + 1] if at + 1 < len(words) and sentences[at + 1] == sentences[at] else ""
            for term in start.terms(following):
                after = self._end(term.parts, 1, words, sentences, at + 1, sentences[at])
                if after and (term.family not in longest or after > longest[term.family].after):
                    longest[term.family] = Hit(term.family, at, after, term.text)
            hits += longest.values()
        return _seen(hits)

    def _from(self, word: str) -> Start:
        terms = list(self.words.get(word, ()))
        for size in self.sizes:
            if size > len(word):
                break
            terms += self.beginnings.get(word[:size], ())
        found = Start() if terms else NOTHING
        for term in terms:
            found.add(term)
        if len(self.memo) < MEMO:
            self.memo[word] = found
        return found

    def _end(
        self,
        parts: tuple[Part, ...],
        at: int,
        words: Sequence[str],
        sentences: Sequence[int],
        place: int,
        sentence: int,
    ) -> int:
        """The word after the last when `parts[at:]` fit at `place`, the longest way; 0 when they do not."""
        self.work += 1
        if at == len(parts):
            return place
        part = parts[at]
        if part.gap:
            ends = (self._end(parts, at + 1, words, sentences, place + skipped, sentence) for skipped in range(GAP + 1))
            return next(filter(None, ends), 0)
        if place < len(words) and sentences[place] == sentence and part.fits(words[place]):
            end = self._end(parts, at + 1, words, sentences, place + 1, sentence)
            if end:
                return end
        return self._end(parts, at + 1, words, sentences, place, sentence) if part.optional else 0


def _seen(hits: list[Hit]) -> list[Hit]:
    """The hits that lie in no longer one."""
    kept, reach, widest = [], 0, 0
    for hit in sorted(hits, key=lambda hit: (hit.first, -hit.after)):
        size = hit.after - hit.first
        if hit.after <= reach and size < widest:
            continue
        if hit.after > reach:
            reach, widest = hit.after, size
        kept.append(hit)
    return kept


@cache
def index() -> Index:
    """The terms of every file but `sets.txt`."""
    sets = {name: tuple(terms) for name, terms in _families("sets.txt")}
    found = Index()
    known: dict[str, Part] = {}
    for file in sorted(path.name for path in _DATA.glob("*.txt") if path.name != "sets.txt"):
        for family, terms in _families(file):
            for text in dict.fromkeys(terms):
                found.add(Term(family, text, parts_of(text, sets, known)))
    found.sizes = tuple(sorted({len(start) for start in found.beginnings}))
    return found


def _families(file: str) -> Iterator[tuple[str, list[str]]]:
    for line in (_DATA / file).read_text(encoding="utf-8").splitlines():
        name, colon, rest = line.partition(":")
        if colon and not line.startswith("#"):
            yield name.strip(), [term.strip() for term in rest.split("|") if term.strip()]


def parts_of(text: str, sets: dict[str, tuple[str, ...]], known: dict[str, Part]) -> tuple[Part, ...]:
    parts = tuple(_part(written, sets, known) for written in text.split())
    if len(parts) > PARTS or parts[0].optional or parts[0].gap or sum(part.gap for part in parts) > 2:
        raise ValueError(f"not a term: {text!r}")
    return parts


def _part(written: str, sets: dict[str, tuple[str, ...]], known: dict[str, Part]) -> Part:
    if written not in known:
        inner = written.strip("()")
        words: list[str] = []
        beginnings: list[str] = []
        for choice in inner.split("/"):
            for word in _choices(choice, sets):
                (beginnings if word.endswith("*") else words).append(folded(word))
        known[written] = Part(frozenset(words), tuple(beginnings), written != inner, written == "..")
    return known[written]


def _choices(choice: str, sets: dict[str, tuple[str, ...]]) -> Iterable[str]:
    """What a choice stands for. Of a set, the words: a set's own phrases are for reading, a part is one word."""
    if choice.startswith("@"):
        return [word for word in sets[choice[1:]] if " " not in word]
    return [choice]
