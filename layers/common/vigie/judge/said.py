"""What a passage states: the facts found in it, and how each is meant (denied, supposed, asked, somebody else's).

Somebody else's is what a subject just before it did: `l'ancien dentiste m'a massacré`; once the practitioner is named
again, or meant by `il` or `elle`, they are the subject. What befalls them, what they witness and what they speak of is
not theirs either.
"""

from __future__ import annotations

from vigie.judge.facts import Hit, index
from vigie.judge.reading import Reading

NEGATIONS = frozenset({"pas", "jamais", "aucun", "aucune", "ni", "sans", "rien", "nullement", "plus", "zero", "point"})
BLANK = ""
"""What a word of the practitioner's own name, town or practice becomes: `Dr Gentil` is no praise, nor is `à Nice`."""
BEFORE = 4
"""Words before a fact in which a negation turns it."""

TURNS = ("denial", "suppose")
"""Families that turn every fact of their sentence."""

_THEM = frozenset({"il", "elle", "he", "she"})
_OF = frozenset({"de", "d", "du", "des", "a", "sur", "chez", "avec", "pour", "par"})
_TITLES = frozenset({"dr", "docteur", "docteure", "pr", "professeur"})
_ACCUSERS = (
    frozenset({"je", "j", "suis", "nous", "sommes", "ont", "moi", "fille", "fils", "mere", "pere", "soeur", "frere"})
    | {"mari", "femme", "enfant", "enfants", "amie", "patient", "patients", "patiente", "patientes", "plusieurs"}
    | {"autres"}
)
"""Words before `victime de...` that tell whose victim: not the practitioner is."""
_STAFF = ("secretair", "secretariat", "accueil", "standard", "assistant")
_PLAINTIFF = ("porte", "depose")


class Said:
    """The words of a passage but for the `own` ones of the practitioner, their sentences, and the facts in `near`."""

    def __init__(self, reading: Reading, near: range, own: frozenset[str] = frozenset()) -> None:
        self.reading = reading
        self.near = near
        self.words = [BLANK if word in own else word for word in reading.words]
        self.sentences = _sentences(reading)
        self.hits = [hit for hit in index().find(self.words, self.sentences) if hit.first in near]
        self._turned = {(self.sentences[hit.first], hit.family) for hit in self.hits if hit.family in TURNS}
        self._subjects = {family: self._of(family) for family in ("others", "victim", "witness", "speaks")}
        self._asked = {self.sentences[at - 1] for at in range(1, len(self.words) + 1) if "?" in reading.gap(at)}

    def guards(self, hit: Hit) -> list[str]:
        """What turns a fact: `no` for a negation just before it, and the families of its sentence that do."""
        sentence = self.sentences[hit.first]
        found = [family for family in TURNS if (sentence, family) in self._turned]
        if self.elsewhere(hit):
            found.append("others")
        if self.spared(hit):
            found.append("spared")
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

    def elsewhere(self, hit: Hit) -> bool:
        """`l'ancien m'a massacré`, `l'erreur d'un confrère`: somebody else just before, or the author just after."""
        sentence = self.sentences[hit.first]
        for other in self._subjects["others"].get(sentence, ()):
            if other.after <= hit.first and not self._named(other.after, hit.first):
                return True
            between = self.words[hit.after : other.first]
            if other.first >= hit.after and len(between) <= 1 and (self.words[other.first], *between)[-1] in _OF:
                return True
        return False

    def by_staff(self, hit: Hit) -> bool:
        """`la secrétaire du Dr Roux m'a insultée`: not their fault, and a word against their practice all the same."""
        others = self._subjects["others"].get(self.sentences[hit.first], ())
        staff = any(word.startswith(_STAFF) for other in others for word in self.words[other.first : other.after])
        return staff and self.guards(hit) == ["others"]

    def spared(self, hit: Hit) -> bool:
        """The practitioner is the victim, a witness, or goes to law."""
        sentence = self.sentences[hit.first]
        for witness in self._subjects["witness"].get(sentence, ()):
            if witness.after <= hit.first and not self._close(witness.after):
                return True
        for victim in self._subjects["victim"].get(sentence, ()):
            before = self.words[max(0, victim.first - BEFORE) : victim.first]
            if not _ACCUSERS.intersection(before) and not self._close(victim.after):
                return True
        return self._complains(hit)

    def spoken(self, hit: Hit) -> bool:
        """The practitioner speaks of it: `le Dr Roux alerte : ...`, `..., alerte le Dr Roux`."""
        sentence = self.sentences[hit.first]
        for verb in self._subjects["speaks"].get(sentence, ()):
            start = max(0, verb.first - 2 * BEFORE)
            if verb.first <= hit.first and (
                self._names(start, verb.first) or self.words[max(0, verb.first - 1)] in _THEM
            ):
                return True
            if verb.first >= hit.first and self._close(verb.after):
                return True
        return False

    def _of(self, family: str) -> dict[int, list[Hit]]:
        found: dict[int, list[Hit]] = {}
        for hit in self.hits:
            if hit.family == family:
                found.setdefault(self.sentences[hit.first], []).append(hit)
        return found

    def _complains(self, hit: Hit) -> bool:
        """`le Dr Roux porte plainte`: whatever the sentence tells then was done to them."""
        at, sentence = hit.first, self.sentences[hit.first]
        while at > 0 and self.sentences[at] == sentence:
            if self.words[at].startswith(_PLAINTIFF) and "plainte" in self.words[at + 1 : at + 3]:
                before = at - 2 if self.words[at - 1] in ("a", "avait") else at - 1
                return self.words[before] == BLANK and not self._after_of(before)
            at -= 1
        return False

    def _close(self, at: int) -> bool:
        """The practitioner is named within a few words from `at` on, in the same sentence."""
        return self._names(at, self.reading.right(at, BEFORE))

    def _names(self, first: int, after: int) -> bool:
        return any(self.words[at] == BLANK for at in range(first, after))

    def _named(self, first: int, after: int) -> bool:
        """Between two words the practitioner is the subject: named, not after `de` or `à`, or `il`, or `elle`."""
        names = (at for at in range(first, after) if self.words[at] in _THEM or self.words[at] == BLANK)
        return any(self.words[at] in _THEM or not self._after_of(at) for at in names)

    def _after_of(self, at: int) -> bool:
        while at > 0 and (self.words[at] == BLANK or self.words[at] in _TITLES):
            at -= 1
        return self.words[at] in _OF

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
