"""What the learned part looks at: facts and how they are meant, words and their beginnings, stars and marks. Pure.

A token is its group and what it says (`f harm`, `w charlatan`), and is there or not: nothing counts twice. The
practitioner's own names, town and practice are left out, so that nobody's name is ever learned.
"""

from __future__ import annotations

from itertools import combinations

from vigie.judge.fold import folded
from vigie.judge.reading import WHOLE
from vigie.judge.said import BLANK, Said
from vigie.model import Item, Practitioner

_STEMS = (5, 7)
_MANY = (2, 4)
READ = WHOLE
"""Characters in which marks, emojis and separators are looked for."""
_MARKS = ("?", "!", "…", "«", "€")
PLEASED = frozenset({"praise", "thanks", "relief", "kind", "harshpraise"})
GRAVE = frozenset(
    {"death", "loss", "injury", "fault", "complaint", "fraud", "secrecy", "abuse", "discrimination", "insult"}
    | {"threat", "boycott"}
)
"""Families that accuse, insult or threaten. Their weaker half is named with a question mark."""
_SERVICE = frozenset({"wait", "cold", "rush", "price", "refusal", "silence", "letdown", "irony"})
_TURNING = frozenset({"denial", "suppose", "others", "contrast", "ask", "victim", "witness", "speaks"})
_PAIRED = PLEASED | GRAVE | _SERVICE | _TURNING
"""Families whose meeting in one sentence may say more than each."""

_SIZES = ((15, "short"), (30, "middling"), (60, "long"))


def own_words(practitioner: Practitioner) -> frozenset[str]:
    """Every word of what a practitioner is called and of where they are."""
    named = (*practitioner.first_names, *practitioner.last_names, *practitioner.aliases)
    fields = (*named, *practitioner.cities, *practitioner.practice_names)
    return frozenset(word for field in fields for word in folded(field).split() if len(word) > 2)


def tokens(item: Item, said: Said) -> set[str]:
    """The tokens of what `said` found in `item`."""
    return {*_stated(said), *_written(said), *_marks(item, len(said.near))}


def _stated(said: Said) -> list[str]:
    names: list[str] = []
    times: dict[str, int] = {}
    meeting: dict[int, set[str]] = {}
    last = said.sentences[said.near[-1]] if said.near else 0
    for hit in said.hits:
        sentence = said.sentences[hit.first]
        guards = said.guards(hit)
        times[hit.family] = times.get(hit.family, 0) + 1
        names += [f"g {hit.family} {guard}" for guard in guards]
        names.append(f"t {hit.family} {hit.term}" + " no" * ("no" in guards))
        if hit.family in _PAIRED:
            meeting.setdefault(sentence, set()).add(hit.family)
        if sentence == last:
            names.append(f"l {hit.family}")
    names += _plainly(said)
    names += [f"f {family}" for family in times]
    names += [f"f {family} {many}" for family, count in times.items() for many in _MANY if count >= many]
    names += [f"p {one} {two}" for families in meeting.values() for one, two in combinations(sorted(families), 2)]
    return names


def _plainly(said: Said) -> list[str]:
    """`plain insult`: a grave fact that nothing turns, in a text without a word of praise. Nobody need read further."""
    if any(hit.family in PLEASED for hit in said.hits):
        return []
    bare = {hit.family for hit in said.hits if hit.family in GRAVE and not said.guards(hit)}
    return [f"plain {family}" for family in bare] + ["plain"] * bool(bare)


def _written(said: Said) -> list[str]:
    words = {said.words[at] for at in said.near} - {BLANK}
    return [f"w {word}" for word in words] + [
        f"s {word[:size]}" for word in words for size in _STEMS if len(word) > size
    ]


def _marks(item: Item, length: int) -> list[str]:
    names = [f"kind {item.kind}"]
    if item.rating is not None:
        names.append(f"stars {round(item.rating)}")
    text = item.text[:READ]
    names += [f"mark {mark}" for mark in _MARKS if mark in text]
    names += [f"sign {sign}" for sign in set(text) if sign > "\u2190" and not sign.isalnum()]
    names.append("size " + next((size for most, size in _SIZES if length < most), "longest"))
    if any(len(word) > 3 and word.isupper() for word in text.split()):
        names.append("mark shout")
    return names
