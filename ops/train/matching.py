"""Learn what each fact of `vigie.judge.evidence` and each word around a name weighs.

usage: python -m ops.train.matching [--check]

A logistic regression over labelled items (tests/eval), of the best naming of each: which one is best is what the weights
say, so it is learned in a few rounds. Prints how it does on sets it was not taught, leaving one out at a time, then
writes `judge/data/match.txt`; with --check, only says whether that file is what would be written.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from ops.train.sets import DATA, TAUGHT, Labelled, labelled
from vigie.match import PROBABLE, Case, decided

FACTS = 0.5
"""Inverse strength of regularisation of the facts; words are held back more, there are so many of them."""
WORDS = 0.5
"""What a word counts beside a fact while learning. The weights written count it as 1."""
ROUNDS = 4
SEEN = 2
"""Items that must hold a word for it to be learned."""
TRIAGE_TRUE = 0.2
"""What an item about its practitioner weighs in sets made for triage, which have few others."""
SMALLEST = 0.015
"""Weights below this are left out of the file."""

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


def main(arguments: Sequence[str]) -> int:
    examples = {name: [_example(one) for one in labelled(name)] for name in TAUGHT}
    for name in TAUGHT:
        others = [one for other in TAUGHT if other != name for one in examples[other]]
        print(f"{name:10} {_figures(examples[name], learned(others))}", file=sys.stderr)
    text = written(learned([one for name in TAUGHT for one in examples[name]]))
    if "--check" in arguments:
        return int(text != (DATA / "match.txt").read_text(encoding="utf-8"))
    (DATA / "match.txt").write_text(text, encoding="utf-8")
    return 0


def _example(one: Labelled) -> Example:
    case = Case(one.practitioner, one.item)
    said = [(case.facts(naming), case.said(naming)) for naming in case.namings]
    said += [case.signed()] if case.is_signed else []
    return Example(one, case, tuple({**dict.fromkeys(words, WORDS), **facts} for facts, words in said))


def learned(examples: Iterable[Example]) -> dict[str, float]:
    """Weights by fact, from the items that have a naming."""
    taught = [one for one in examples if one.vectors]
    seen = Counter(fact for one in taught for fact in set().union(*one.vectors))
    best = [max(one.vectors, key=lambda vector: -vector.get("shape:surname", 0)) for one in taught]
    weights: dict[str, float] = {}
    for _ in range(ROUNDS):
        vectorizer = DictVectorizer()
        rows = vectorizer.fit_transform([{f: v for f, v in vector.items() if seen[f] >= SEEN} for vector in best])
        model = LogisticRegression(C=FACTS, max_iter=2_000)
        model.fit(rows, [one.about for one in taught], sample_weight=[one.weight for one in taught])
        weights = dict(zip(vectorizer.get_feature_names_out(), model.coef_[0].tolist(), strict=True))
        weights["bias"] = float(model.intercept_[0])
        following = [max(one.vectors, key=lambda vector: _score(vector, weights)) for one in taught]
        if following == best:
            break
        best = following
    return {fact: weight * (WORDS if _is_word(fact) else 1.0) for fact, weight in weights.items()}


def _is_word(fact: str) -> bool:
    return fact.startswith(("says ", "before ", "after ")) and fact not in ("after article", "after capital", "after word")


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
`says`, `before`, `after`: words around the name (NAME: their last name; OWN: their first name, town or practice).
`fact@shape`: in addition, when they are named that way. Version 1. Learned by ops/train/matching.py from tests/eval."""


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
