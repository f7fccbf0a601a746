"""The learned second opinion: a softmax over tokens, its weights readable in `data/*.weights.txt`. Pure.

`ops/train/tone.py` writes those files: the classes on the first line, then one token a line with an integer a class, in
`UNIT`ths, in order. A token without a line weighs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path

_DATA = Path(__file__).with_name("data")

UNIT = 1000
"""A weight of 1 is written 1000."""

BIAS = "bias"


@dataclass(frozen=True, slots=True)
class Model:
    classes: tuple[str, ...]
    weights: Mapping[str, tuple[int, ...]]

    def chances(self, tokens: Iterable[str]) -> dict[str, float]:
        """How likely each class is."""
        known = self.weights
        sums = [*map(sum, zip(known[BIAS], *(known[token] for token in tokens if token in known), strict=True))]
        top = max(sums)
        powers = [exp((each - top) / UNIT) for each in sums]
        total = sum(powers)
        return {name: power / total for name, power in zip(self.classes, powers, strict=True)}

    def share(self, token: str, wanted: str) -> float:
        """How much more a token speaks for the class `wanted` than for the others on average."""
        weights = self.weights.get(token)
        if not weights:
            return 0.0
        return (weights[self.classes.index(wanted)] - sum(weights) / len(weights)) / UNIT


@cache
def model(name: str) -> Model:
    """The model of `data/<name>.weights.txt`."""
    head, *lines = (_DATA / f"{name}.weights.txt").read_text(encoding="utf-8").splitlines()
    weights = {}
    for line in lines:
        token, _, numbers = line.rpartition("\t")
        weights[token] = tuple(map(int, numbers.split()))
    return Model(tuple(head.split()), weights)
