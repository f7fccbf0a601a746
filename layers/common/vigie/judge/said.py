"""What a passage states: the facts found in it, and how each is meant (denied, supposed, asked, somebody else's)."""

from __future__ import annotations

from vigie.judge.facts import Hit, index
from vigie.judge.reading import Reading

NEGATIONS = frozenset({"pas", "jamais", "aucun", "aucune", "ni", "sans", "rien", "nullement", "plus", "zero", "point"})
BLANK = ""
"""What a word of the practitioner's own name, town or practice becomes: `Dr Gentil` is no praise, nor is `à Nice`."""
BEFORE = 4
"""Words before a fact in which a negation turns it."""

TURNS = ("denial", "others", "suppose")
"""Families that turn every fact of their sentence."""


class Said:
    """The words of a passage but for the `own` ones of the practitioner, their sentences, and the facts in `near`."""

    def __init__(self, reading: Reading, near: range, own: frozenset[str] = frozenset()) -> None:
        self.reading = reading
        self.near = near
        self.words = [BLANK if word in own else word for word in reading.words]
        self.sentences = _sentences(reading)
        self.hits = [hit for hit in index().find(self.words, self.sentences) if hit.first in near]
        self._turned = {(self.sentences[hit.first], hit.family) for hit in self.hits if hit.family in TURNS}
        self._asked = {self.sentences[at - 1] for at in range(1, len(self.words) + 1) if "?" in reading.gap(at)}

    def guards(self, hit: Hit) -> list[str]:
        """What turns a fact: `no` for a negation just before it, and the families of its sentence that do."""
        sentence = self.sentences[hit.first]
        found = [family for family in TURNS if (sentence, family) in self._turned]
        if self.denied(hit):
            found.append("no")
        if sentence in self._asked:
            found.append("ask")
        return found

    def denied(self, hit: Hit) -> bool:
        """`ce n'est pas un charlatan`, `sans aucune séquelle`: a negation just before, in the same sentence."""
        if self.words[hit.first] in NEGATIONS:
            return False
        sentence, first = self.sentences[hit.first], hit.first
        while first > 0 and hit.first - first < BEFORE and self.sentences[first - 1] == sentence:
            first -= 1
        return any(word in NEGATIONS for word in self.words[first : hit.first])

    def has(self, *families: str) -> bool:
        """True when a fact of `families` is stated and not denied."""
        return any(hit.family in families and not self.denied(hit) for hit in self.hits)

    def original(self, hit: Hit) -> str:
        return self.reading.original(hit.first, hit.after)


def _sentences(reading: Reading) -> list[int]:
    """The number of the sentence of each word."""
    found, number = [], 0
    for at in range(len(reading)):
        number += at > 0 and reading.breaks(at)
        found.append(number)
    return found
