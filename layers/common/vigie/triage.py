"""What sort of publication a mention is, what it says of the practitioner, and how serious that is. Pure.

Three steps. Facts of known families are found, each with how it is meant (`judge.said`). Two small learned models
(`judge.learned`), which see those facts, the words and the stars but no name, weigh them: one for the sort, one for
polarity and severity together. Rules keep what must not depend on weights: what a support can be, one's own words,
and the reasons given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

from vigie.judge.facts import Hit
from vigie.judge.learned import model
from vigie.judge.plain import plain
from vigie.judge.reading import WHOLE, Reading, whole
from vigie.judge.said import Said
from vigie.judge.sorts import category_of, kind_of, marks, signed
from vigie.judge.tokens import GRAVE, PLEASED, own_words, tokens
from vigie.judge.why import CODES, reasons
from vigie.model import Category, Confidence, Decision, Item, Polarity, Practitioner, Severity, Verdict

_OPINIONS = frozenset({"review", "forum", "social", "video", "image"})
"""Kinds where all that is said is an opinion of what is named; elsewhere only what follows the name counts."""

_BLAMING = frozenset({Polarity.NEGATIVE, Polarity.MIXED})

_FIRST_PERSON = frozenset({"je", "j", "m", "me", "moi", "mon", "ma", "mes"})

MEANINGS = {
    "urgent": (Polarity.NEGATIVE, Severity.URGENT),
    "negative": (Polarity.NEGATIVE, Severity.ATTENTION),
    "mixed": (Polarity.MIXED, Severity.ATTENTION),
    "wrong": (Polarity.NEUTRAL, Severity.ATTENTION),
    "neutral": (Polarity.NEUTRAL, Severity.INFO),
    "positive": (Polarity.POSITIVE, Severity.INFO),
}
"""What each class of the model of tone says. Polarity and severity are learned together: they decide each other."""

URGENT_FROM = {Confidence.CERTAIN: 0.48, Confidence.PROBABLE: 0.55, Confidence.UNLIKELY: 0.55}
"""How likely `urgent` must be: when it surely is about them, doubt is for the alarm; when it may be a namesake, not."""


_TOLD = frozenset({Category.PRESS, Category.OFFICIAL})
_LIKELY = 0.5
"""A paper or a notice tells facts, harsh ones too: that it finds fault with those it names must be likely."""


_OPINED = frozenset({Category.REVIEW, Category.FORUM, Category.SOCIAL, Category.VIDEO, Category.PHOTO})
"""Where a grave fact that nothing turns, and without a word that pleases, is never neutral, however weak its term."""

_DOUBLE = 0.35
"""How likely `urgent` must be where two sorts of grave facts are stated, and nothing pleases."""


_FINE = 4.0
"""Stars from which they please."""


class Passage(NamedTuple):
    """The part of an item that is judged, its sort, and the tokens of that part."""

    said: Said
    sort: Category
    seen: set[str]


def triage(item: Item, decision: Decision, practitioner: Practitioner) -> Verdict:
    """Category, polarity and severity of `item`, which `decision` says is about `practitioner`."""
    item = plain(item)
    said, sort, seen = passage(item, decision, practitioner)
    chances = model("tone").chances(with_sort(seen, sort))
    meaning = ruled(meant(chances, sort, decision.confidence), chances, sort, said, item.rating)
    if signed(item, practitioner) and sort is not Category.FAKE_PROFILE and MEANINGS[meaning][0] in _BLAMING:
        meaning = "neutral"  # what they answer or plead is no word against them
    polarity, severity = MEANINGS[meaning]
    return Verdict(sort, polarity, severity, reasons(item, sort, meaning, said, seen))


def passage(item: Item, decision: Decision, practitioner: Practitioner) -> Passage:
    """What of `item` is judged, and its sort."""
    reading, spans = _read(item, decision)
    own = own_words(practitioner)
    everything = Said(reading, range(len(reading)), own)
    seen = tokens(item, everything)
    sort = category_of(item, everything, marks(item, practitioner, everything, seen))
    near = everything.near
    if kind_of(item) not in _OPINIONS and not _testimony(reading):
        near = _near(reading, spans, len(item.title))
    if len(near) == len(reading):
        return Passage(everything, sort, seen)
    said = Said(reading, near, own)
    return Passage(said, sort, tokens(item, said))


def with_sort(seen: Set[str], sort: Category) -> set[str]:
    """What the model of tone looks at: the text and the sort. Who signs and where would teach it habits of sites."""
    return {*seen, f"sort {sort.value}"}


def ruled(meaning: str, chances: Mapping[str, float], sort: Category, said: Said, rating: float | None = None) -> str:
    """What must not depend on weights."""
    pleased = said.has(*PLEASED) or (rating is not None and rating >= _FINE)
    grave = [hit for hit in said.hits if hit.family.rstrip("?") in CODES]
    theirs = [hit for hit in grave if not _cleared(hit, sort, said)]
    if MEANINGS[meaning][0] is Polarity.NEGATIVE and grave and not theirs:
        return "positive" if pleased else "neutral"
    accused = [hit for hit in theirs if hit.family.rstrip("?") in GRAVE]
    if meaning == "mixed" and not said.has("relief") and any(h.family in GRAVE and not said.guards(h) for h in accused):
        return "urgent"  # kind words for the waiting room do not take back what the practitioner is accused of
    if not pleased and sort is not Category.OWN_CONTENT:
        if len({hit.family for hit in accused if hit.family in GRAVE}) > 1 and chances["urgent"] >= _DOUBLE:
            return "urgent"
        stated = (hit for hit in accused if not said.guards(hit) or said.by_staff(hit))
        if meaning in ("neutral", "positive") and sort in _OPINED and any(stated):
            return "negative"
    if sort is Category.DIRECTORY and meaning in ("neutral", "positive") and said.has("wrong"):
        return "wrong"
    return meaning


def _cleared(hit: Hit, sort: Category, said: Said) -> bool:
    """Denied, or not told of the practitioner: they are its victim, a witness of it or, in the press, speak of it."""
    return said.denied(hit) or said.spared(hit) or (sort in _TOLD and said.spoken(hit))


def meant(chances: Mapping[str, float], sort: Category, confidence: Confidence = Confidence.CERTAIN) -> str:
    """The class to answer: the likeliest, but for `urgent`, which has its own threshold."""
    if sort is Category.OWN_CONTENT:
        return max(("neutral", "positive"), key=lambda each: chances[each])
    if chances["urgent"] >= URGENT_FROM[confidence]:
        return "urgent"
    others = {each: chance for each, chance in chances.items() if each != "urgent"}
    likeliest = max(others, key=lambda each: others[each])
    if sort in _TOLD and MEANINGS[likeliest][1] is Severity.ATTENTION and others[likeliest] < _LIKELY:
        return max(("neutral", "positive"), key=lambda each: chances[each])
    return likeliest


def _read(item: Item, decision: Decision) -> tuple[Reading, list[tuple[int, int]]]:
    """What is read of an item, the whole of it unless it is long, and where it names the practitioner."""
    text = f"{item.title}\n{item.text}"
    if len(text) <= WHOLE:
        return whole(text), list(decision.spans)
    first = decision.spans[0][0] if decision.spans else 0
    start = max(0, first - WHOLE // 3)
    spans = [(begin - start, end - start) for begin, end in decision.spans if start <= begin and end <= start + WHOLE]
    return whole(text[start : start + WHOLE]), spans


def _near(reading: Reading, spans: Iterable[tuple[int, int]], title: int) -> range:
    """From the first sentence that names the practitioner to the end; all of it if that is in the title, or nowhere."""
    named = [
        at for at in range(len(reading)) if any(begin <= reading.span(at, at + 1)[0] < end for begin, end in spans)
    ]
    if not named or reading.span(named[0], named[0] + 1)[0] < title:
        return range(len(reading))
    return range(reading.left(named[0], len(reading)), len(reading))


def _testimony(reading: Reading) -> bool:
    """Somebody tells what happened to them: a comment or a post, in a feed that does not say it is one."""
    return sum(word in _FIRST_PERSON for word in reading.words) > 1
