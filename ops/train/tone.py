"""Learn what triage weighs: two softmax models, of the sort of a publication and of its tone.

Seeded by nothing: it is convex. Writes `judge/data/sort.weights.txt` and `tone.weights.txt`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from ops.train.sets import DATA, PLAIN, TAUGHT, Labelled, labelled
from vigie.judge.learned import BIAS, UNIT
from vigie.judge.said import Said
from vigie.judge.sorts import marks
from vigie.judge.tokens import own_words, tokens
from vigie.match import match
from vigie.model import Category, Confidence, Decision, Polarity, Severity
from vigie.triage import MEANINGS, passage, with_sort

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

    labelled: Labelled
    sort: set[str]
    tone: set[str]
    meaning: str


def examples(names: Iterable[str]) -> Iterator[Example]:
    """Every item of the sets `names` that is about its practitioner."""
    for name in names:
        yield from (_example(one) for one in labelled(name) if one.about)


def _example(one: Labelled) -> Example:
    item, practitioner = one.item, one.practitioner
    decision = match(practitioner, item) or Decision(about=True, confidence=Confidence.CERTAIN)
    said, _, seen = passage(item, decision, practitioner)
    whole = Said(said.reading, range(len(said.reading)), own_words(practitioner))
    sort = marks(item, practitioner, whole, tokens(item, whole))
    return Example(one, sort, with_sort(seen, Category(one.category)), meaning(one))


def meaning(one: Labelled) -> str:
    """The class of a label; for the few whose polarity and severity never go together, that of the severity."""
    by_pair = {pair: name for name, pair in MEANINGS.items()}
    by_severity = {"urgent": "urgent", "attention": "wrong", "info": "positive"}
    return by_pair.get((Polarity(one.polarity), Severity(one.severity)), by_severity[one.severity])


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


def train() -> None:
    """Learn both models and write them."""
    known = list(examples((*TAUGHT, PLAIN)))
    sorted_out = [each for each in known if each.labelled.set_name != PLAIN]
    write("sort", learn([each.sort for each in sorted_out], [each.labelled.category for each in sorted_out]))
    write("tone", learn([each.tone for each in known], [each.meaning for each in known]))
