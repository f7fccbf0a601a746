"""The words around a naming, as facts: what a text about a practitioner says, and one about a namesake does not.

The practitioner's own names, town and practice are masked, so that no name is ever learned: `dr NAME opere`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vigie.judge.names import Names
from vigie.judge.naming import Naming
from vigie.judge.reading import Reading
from vigie.judge.roles import role_at

AROUND = 40
"""Words on each side of a name that tell of it: the whole of a post, a paragraph of a page."""
_BESIDE = 4
"""Words on each side whose place matters."""
MASKS = frozenset({"NAME", "OWN", "TRADE", "0"})
_LONGEST = 3
"""Words of the longest phrase."""


def masked(reading: Reading, names: Names, own_roles: Sequence[int]) -> list[str]:
    """The words of a text, without what is the practitioner's own, their trade included. Numbers are all one."""
    own = names.town_words.union(*names.practices, *names.first)
    found = [
        "NAME" if word in names.words else "OWN" if word in own else "0" if word.isdigit() else word
        for word in reading.words
    ]
    for at in own_roles:
        length = role_at(reading, at, names)[1]
        found[at : at + length] = ["TRADE"] * length
    return found


def wording(words: list[str], naming: Naming) -> Iterator[str]:
    """The facts that `words` (see `masked`) are, around one naming."""
    for distance in range(1, _BESIDE + 1):
        if naming.first >= distance:
            yield f"before {words[naming.first - distance]}"
        if naming.after + distance <= len(words):
            yield f"after {words[naming.after + distance - 1]}"
    yield from phrases(words[max(0, naming.first - AROUND) : naming.after + AROUND])


def phrases(words: list[str]) -> Iterator[str]:
    """The facts that words are wherever they stand. What is all masked is told by `vigie.judge.evidence`."""
    for size in range(1, _LONGEST + 1):
        for at in range(len(words) - size + 1):
            phrase = words[at : at + size]
            if not MASKS.issuperset(phrase):
                yield "says " + " ".join(phrase)
