"""Learn what each fact of `vigie.judge.evidence` and each word around a name weighs.

A logistic regression over labelled items (tests/eval), of the best naming of each: which one is best is what the
weights say, so it is learned in a few rounds. Writes `judge/data/match.txt`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.feature_extraction import DictVectorizer

from ops.train.sets import DATA, TAUGHT, Labelled, labelled
from vigie.match import PROBABLE, Case, decided

FACTS = 0.5
"""Inverse strength of regularisation of the facts; words are held back more, there are so many of them."""
WORDS = 0.8
"""What a word counts beside a fact while learning. The weights written count it as 1."""
ROUNDS = 4
SEEN = 2
"""Items that must hold a word for it to be learned."""
TRIAGE_TRUE = 0.2
"""What an item about its practitioner weighs in sets made for triage, which have few others."""
SMALLEST = 0.015
"""Weights below this are left out of the file."""

EXPECTED: Mapping[str, float] = {
    "shape:full": 0.5, "shape:surname": -1.5, "shape:first": -1.5, "title:medical@full": 1.0, "title:medical@last": 0.5,
    "role:own": 2.0, "role:health": -2.0, "role:trade": -3.0, "role:unknown": -1.5, "described": -2.0, "aged": -2.0,
    "veto:place": -4.0, "veto:swapped": -5.0, "veto:other_name": -3.0, "other first name": -2.5,
    "not their trade": -1.5, "excluded": -2.0,
    "before capital": -1.5, "after capital": -1.5, "small letter": -1.5, "plain": -0.5, "fuzzy": -0.5, "partial": -0.5,
    "here:attached": 0.7, "elsewhere:attached": -1.5, "abroad:attached": -2.0, "no city, elsewhere": -1.0,
    "no city, abroad": -1.5, "city": 0.5, "postcode": 1.0, "practice": 1.5, "place": 0.7, "specialty": 0.3,
    "topics": 0.5, "medical": 0.3, "stage and field": -1.0, "fiction": -1.0, "old": -1.0,
    "rare:full": 1.0, "support 0@title_surname": -2.0, "support 0@surname": -2.0, "support 0@initial": -2.0,
    "signed:alias": 2.0, "signed:doctor": 1.0, "signed:own": 2.0, "signed:health": -2.0, "signed:trade": -3.0,
    "signed:unknown": -1.5, "another of that name": -1.0, "another trade of that name": -1.0,
    "a place of that name": -0.5,
}  # fmt: skip
"""What a person would say a fact weighs. Few items have a street named after a doctor: what few items say moves a
weight little from here, what many say moves it freely."""

AGREES = frozenset({"specialty", "city", "postcode", "practice", "place", "here:attached", "here:near", "topics"})
LEAST: Mapping[str, float] = {
    "shape:full": 0.0, "shape:initial": 0.0, "rare:full": 0.8, "rare:initial": 0.3, "title:medical@full": 0.0,
    "title:medical@last": 0.0, "role:own": 1.5, **dict.fromkeys(AGREES, 0.0),
}  # fmt: skip
"""What agrees with a profile never speaks against it, and a rare full name tells by itself: the labelled items hold
more namesakes than the web does, and would say otherwise. What holds for a fact holds for it in each shape."""

type Vector = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Example:
    """One item: the facts of each of its namings, and whether it is about the practitioner."""

    labelled: Labelled
    case: Case
    vectors: tuple[Vector, ...]

    @property
    def about(self) -> bool:
        return self.labelled.about

    @property
    def weight(self) -> float:
        return TRIAGE_TRUE if self.labelled.for_triage and self.about else 1.0


def train() -> None:
    """Learn the weights from every set and write them."""
    text = written(learned([_example(one) for name in TAUGHT for one in labelled(name)]))
    (DATA / "match.txt").write_text(text, encoding="utf-8")


def check() -> None:
    """Print how each set fares when the weights are learned from the others."""
    examples = {name: [_example(one) for one in labelled(name)] for name in TAUGHT}
    for name in TAUGHT:
        others = [one for other in TAUGHT if other != name for one in examples[other]]
        print(f"about, left out: {name:10} {_figures(examples[name], learned(others))}", flush=True)


def _example(one: Labelled) -> Example:
    case = Case(one.practitioner, one.item)
    said = [(case.facts(naming), case.said(naming)) for naming in case.namings]
    said += [case.signed()] if case.is_signed else []
    return Example(one, case, tuple({**dict.fromkeys(words, WORDS), **facts} for facts, words in said))


def learned(examples: Iterable[Example]) -> dict[str, float]:
    """Weights by fact, from the items that have a naming."""
    taught = [one for one in examples if one.vectors]
    seen = Counter(fact for one in taught for fact in set().union(*one.vectors))
    weights: dict[str, float] = dict(EXPECTED)
    best: list[Vector] = []
    for _ in range(ROUNDS):
        following = [max(one.vectors, key=lambda vector: _score(vector, weights)) for one in taught]
        if following == best:
            break
        best = following
        known = [{f: v for f, v in vector.items() if seen[f] >= SEEN or f in EXPECTED} for vector in best]
        weights = _fitted(known, [one.about for one in taught], [one.weight for one in taught])
    return {fact: weight * (WORDS if _is_word(fact) else 1.0) for fact, weight in weights.items()}


def _fitted(rows: Sequence[Vector], about: Sequence[bool], importance: Sequence[float]) -> dict[str, float]:
    """The weights that explain `about` best while staying near what is expected: a logistic regression with a normal
    prior of that mean. scikit-learn's own has none but zero."""
    vectorizer = DictVectorizer()
    table = vectorizer.fit_transform(rows)
    names = vectorizer.get_feature_names_out()
    expected = np.array([EXPECTED.get(name, 0.0) for name in names] + [0.0])
    least = [(LEAST.get(name, LEAST.get(name.partition("@")[0])), None) for name in (*names, "bias")]
    free = np.array([1.0] * len(names) + [0.0])
    sign, weight = np.where(about, 1.0, -1.0), np.array(importance)

    def cost(weights: Any) -> tuple[float, Any]:
        margins = sign * (table @ weights[:-1] + weights[-1])
        away = free * (weights - expected)
        slope = -weight * sign / (1.0 + np.exp(margins))
        gradient = np.append(table.T @ slope, slope.sum()) + away / FACTS
        return float(weight @ np.logaddexp(0, -margins) + away @ away / (2 * FACTS)), gradient

    most = {"maxiter": 500, "ftol": 1e-10}
    found = minimize(cost, expected, jac=True, method="L-BFGS-B", bounds=least, options=most).x
    return {**dict(zip(names, found[:-1].tolist(), strict=True)), "bias": float(found[-1])}


def _is_word(fact: str) -> bool:
    return fact.startswith(("says ", "before ", "after ")) and fact not in (
        "after article",
        "after capital",
        "after word",
    )


def _score(vector: Vector, weights: Mapping[str, float]) -> float:
    return sum(value * weights.get(fact, 0.0) for fact, value in vector.items())


def _figures(examples: Sequence[Example], weights: Mapping[str, float]) -> str:
    predicted = [decided(one.case, weights) for one in examples]
    said = [decision is not None and decision.score >= PROBABLE for decision in predicted]
    right = sum(yes and one.about for yes, one in zip(said, examples, strict=True))
    precision, recall = right / max(sum(said), 1), right / sum(one.about for one in examples)
    return f"precision {precision:.3f} recall {recall:.3f} F1 {2 * precision * recall / (precision + recall):.3f}"


def written(weights: Mapping[str, float]) -> str:
    """The file of weights."""
    kept = {fact: round(weight, 2) for fact, weight in weights.items() if abs(weight) >= SMALLEST or fact == "bias"}
    lines = [f"{fact}\t{weight:g}" for fact, weight in sorted(kept.items())]
    return "\n".join([f"# {line}" for line in _NOTE.splitlines()] + lines) + "\n"


_NOTE = """What each fact speaks for (positive) or against an item being about the practitioner: log-odds.
`says`, `before`, `after`: words around the name (NAME: their last name; OWN: first name, town, practice; TRADE).
`fact@shape`: in addition, when they are named that way. Version 1. Learned by ops/train/matching.py from tests/eval."""
