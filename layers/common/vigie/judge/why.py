"""Why a mention was judged as it was: the facts that weighed, in the words of the text. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Set

from vigie.judge.facts import Hit
from vigie.judge.learned import model
from vigie.judge.said import Said
from vigie.judge.tokens import PLEASED
from vigie.model import Category, Item, Reason

CODES = {
    "insult": "insult",
    "death": "harm",
    "loss": "harm",
    "injury": "harm",
    "fault": "harm",
    "abuse": "accusation",
    "secrecy": "accusation",
    "fraud": "fraud",
    "complaint": "legal_action",
    "discrimination": "discrimination",
    "threat": "threat",
    "dox": "private_data",
    "boycott": "boycott",
    "scam": "impersonation",
}
"""Families of what is urgent -> the reason they give: the grave ones of `tokens`, private data and deceit."""

_DISPLEASED = frozenset({"wait", "cold", "rush", "price", "refusal", "silence", "letdown", "irony"})
_NEGATIVE = frozenset({"urgent", "negative", "mixed"})
_SHOWN = 3
"""Expressions quoted at most when only the tone of the whole speaks."""


def reasons(item: Item, sort: Category, meant: str, said: Said, seen: Set[str]) -> tuple[Reason, ...]:
    """The reasons of a verdict, the weightiest first, each once."""
    found = [*_of_sort(sort, said), *_of_tone(meant, said, seen), *_of_stars(item, meant)]
    first: dict[str, Reason] = {}
    for reason in found:
        first.setdefault(reason.code, reason)
    return tuple(first.values())


def _of_sort(sort: Category, said: Said) -> list[Reason]:
    if sort is Category.FAKE_PROFILE:
        return [Reason("impersonation", _words(said, "scam", "unofficial"))]
    if sort is Category.PERSONAL_CONTACT:
        return [Reason("private_data", _words(said, "home", "private", "dox"))]
    return []


def _of_tone(meant: str, said: Said, seen: Set[str]) -> list[Reason]:
    if meant == "urgent":
        return _grave(said) or [_general(meant, said, seen)]
    if meant == "wrong":
        return [Reason("wrong_listing", _words(said, "wrong"))]
    if meant in ("negative", "mixed"):
        displeased = _words(said, *_DISPLEASED)
        blamed = [Reason("complaint_service", displeased)] if displeased else [_general(meant, said, seen)]
        return blamed + [Reason("praise", _words(said, *PLEASED))] * (meant == "mixed")
    guarded = [Reason("negation_guard")] * any(hit.family in CODES and said.guards(hit) for hit in said.hits)
    if meant == "positive":
        pleased = _words(said, *PLEASED)
        return [Reason("praise", pleased) if pleased else _general(meant, said, seen), *guarded]
    return [Reason("neutral_text"), *guarded]


def _of_stars(item: Item, meant: str) -> list[Reason]:
    if item.rating is None:
        return []
    if item.rating >= 4 and meant == "positive":
        return [Reason("rating_high", f"{item.rating:g}")]
    if item.rating <= 2 and meant in _NEGATIVE:
        return [Reason("rating_low", f"{item.rating:g}")]
    return []


def _grave(said: Said) -> list[Reason]:
    """Reasons quoting the grave facts that are not denied; the weaker halves of the families if there are no others."""
    plain = [hit for hit in said.hits if not said.denied(hit)]
    for mark in ("", "?"):
        strong = [Reason(CODES[family], said.original(hit)) for hit, family in _grave_hits(plain, mark)]
        if strong:
            return strong
    return []


def _grave_hits(hits: Iterable[Hit], mark: str) -> list[tuple[Hit, str]]:
    families = {family + mark: family for family in CODES}
    return [(hit, families[hit.family]) for hit in hits if hit.family in families]


def _words(said: Said, *families: str) -> str:
    """The first fact of `families` that is not denied, as written; empty when there is none."""
    return next((said.original(hit) for hit in said.hits if hit.family in families and not said.denied(hit)), "")


def _general(meant: str, said: Said, seen: Set[str]) -> Reason:
    """The tone of the whole, with the expressions that weighed most."""
    tone = model("tone")
    weights: dict[str, float] = {}
    for at in said.near:
        word = said.words[at]
        token = f"w {word}"
        if token in seen:
            stems = (f"s {word[:size]}" for size in (5, 7) if len(word) > size)
            weight = sum(tone.share(each, meant) for each in (token, *stems) if each in seen)
            if weight > 0 and len(word) > 3:
                weights.setdefault(said.reading.original(at, at + 1), weight)
    strongest = sorted(weights, key=lambda word: -weights[word])[:_SHOWN]
    return Reason("overall_tone", ", ".join(strongest))
