"""Learn the weights of triage from the labelled items of tests/eval: `make train`. Seeded by nothing: it is convex.

Needs scikit-learn, in an environment of its own (requirements-train.txt); what runs on AWS needs neither it nor numpy.

    python -m ops.train              write layers/common/vigie/judge/data/{sort,tone}.weights.txt
    python -m ops.train --check      cross-validate instead: by set left out, by profile, and facts or words alone
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from ops.evaluate import item_of, practitioner_of
from vigie.judge.learned import BIAS, UNIT
from vigie.judge.said import Said
from vigie.judge.sorts import marks
from vigie.judge.tokens import own_words, tokens
from vigie.match import match
from vigie.model import Category, Confidence, Decision, Item, Polarity, Practitioner, Severity
from vigie.triage import MEANINGS, passage, with_sort

ROOT = Path(__file__).resolve().parents[1]
EVAL = ROOT / "tests" / "eval"
DATA = ROOT / "layers" / "common" / "vigie" / "judge" / "data"

TRAINING = ("west", "northeast", "southwest", "paris", "reviews", "charges", "web", "nuance", "plain")
"""Sets that are learned from. `alps` and `cities` never are: they tell how well it holds elsewhere."""

PLAIN = "plain"
"""A set of bare sentences: they have a tone and no sort."""

STRENGTH = 0.2
"""Inverse of the penalty on weights (sklearn's C), chosen by leaving sets out."""
SEEN = 3
"""Items a token must be in to be learned: what is rarer is somebody's own phrase."""
KEPT = 15
"""Weights below this, in `UNIT`ths, are not written: they change nothing and weigh in the layer."""
WORTH = {
    "plain": 2.0,
    "stars": 2.0,
    "f": 1.0,
    "l": 0.7,
    "g": 0.5,
    "t": 0.5,
    "w": 0.5,
    "mark": 0.5,
    "sort": 1.0,
    "s": 0.4,
    "p": 0.3,
    "kind": 0.5,
    "size": 0.5,
}
"""Size of a token by group, 1 for those not named: how readily it learns a weight of its own. A fact should speak
before the words that state it; stars are few and sure."""


class Example(NamedTuple):
    """One labelled item, read."""

    group: str
    profile: str
    sort: set[str]
    tone: set[str]
    category: str
    meaning: str
    label: Mapping[str, Any]


def examples(names: Iterable[str]) -> Iterator[Example]:
    """Every item of the sets `names` that is about its practitioner."""
    for name in names:
        people = {line["id"]: practitioner_of(line) for line in _lines(f"{name}.profiles.jsonl")}
        for line in _lines(f"{name}.items.jsonl"):
            if line["label"]["about"]:
                yield _example(name, people[line["practitioner_id"]], item_of(line), line["label"])


def _lines(file: str) -> Iterator[dict[str, Any]]:
    for line in (EVAL / file).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _example(group: str, practitioner: Practitioner, item: Item, label: Mapping[str, Any]) -> Example:
    decision = match(practitioner, item) or Decision(about=True, confidence=Confidence.CERTAIN)
    said, _, seen = passage(item, decision, practitioner)
    category = Category(label["category"])
    whole = Said(said.reading, range(len(said.reading)), own_words(practitioner))
    return Example(
        group,
        practitioner.practitioner_id,
        marks(item, practitioner, whole, tokens(item, whole)),
        with_sort(seen, category),
        category.value,
        meaning(label),
        label,
    )


def meaning(label: Mapping[str, Any]) -> str:
    """The class of a label; for the few whose polarity and severity never go together, that of the severity."""
    wanted = (Polarity(label["polarity"]), Severity(label["severity"]))
    by_pair = {pair: name for name, pair in MEANINGS.items()}
    by_severity = {"urgent": "urgent", "attention": "wrong", "info": "positive"}
    return by_pair.get(wanted, by_severity[label["severity"]])


class Learned(NamedTuple):
    classes: list[str]
    weights: dict[str, list[int]]


def learn(tokens: Sequence[Set[str]], answers: Sequence[str]) -> Learned:
    """The weights of a softmax, as integers, by token."""
    seen = Counter(token for each in tokens for token in each)
    known = sorted(token for token, times in seen.items() if times >= SEEN)
    column = {token: at for at, token in enumerate(known)}
    worth = np.array([WORTH.get(token.partition(" ")[0], 1.0) for token in known])
    cells = [(row, column[token]) for row, each in enumerate(tokens) for token in each if token in column]
    rows, columns = zip(*cells, strict=True)
    matrix = csr_matrix((worth[list(columns)], (rows, columns)), shape=(len(tokens), len(known)))
    fitted = LogisticRegression(C=STRENGTH, max_iter=500, tol=1e-4).fit(matrix, answers)
    numbers = np.rint(fitted.coef_.T * worth[:, None] * UNIT).astype(int)
    weights = {
        token: [int(each) for each in line]
        for token, line in zip(known, numbers, strict=True)
        if abs(line).max() >= KEPT
    }
    weights[BIAS] = [int(each) for each in np.rint(fitted.intercept_ * UNIT)]
    return Learned([str(each) for each in fitted.classes_], weights)


def write(name: str, learned: Learned) -> None:
    lines = [f"{token}\t{' '.join(map(str, numbers))}" for token, numbers in sorted(learned.weights.items())]
    (DATA / f"{name}.weights.txt").write_text("\n".join([" ".join(learned.classes), *lines]) + "\n", encoding="utf-8")


def main(arguments: list[str]) -> None:
    if arguments == ["--check"]:
        from ops.crosscheck import check

        return check(list(examples(TRAINING)))
    known = list(examples(TRAINING))
    sorted_out = [each for each in known if each.group != PLAIN]
    write("sort", learn([each.sort for each in sorted_out], [each.category for each in sorted_out]))
    write("tone", learn([each.tone for each in known], [each.meaning for each in known]))
    print(f"{len(known)} items of {', '.join(TRAINING)}")
    return None


if __name__ == "__main__":
    main(sys.argv[1:])
