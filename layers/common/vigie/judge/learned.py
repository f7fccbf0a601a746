"""The learned second opinion: a softmax over tokens, its weights readable in `data/*.weights.txt`. Pure.

`ops/train.py` writes those files: the classes on the first line, then one token a line with an integer a class, in
`UNIT`ths, in order. A token without a line weighs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path

_DATA = Path(__file__).with_name("data")

UNIT = 100
"""A weight of 1 is written 100."""

BIAS = "bias"


@dataclass(frozen=True, slots=True)
class Model:
    classes: tuple[str, ...]
    weights: Mapping[str, tuple[int, ...]]

    def chances(self, tokens: Mapping[str, float]) -> dict[str, float]:
        """How likely each class is."""
        sums = [float(weight) for weight in self.weights[BIAS]]
        for token, value in tokens.items():
            if weights := self.weights.get(token):
                for at, weight in enumerate(weights):
                    sums[at] += weight * value
        top = max(sums)
        powers = [exp((each - top) / UNIT) for each in sums]
        total = sum(powers)
        return {name: power / total for name, power in zip(self.classes, powers, strict=True)}

    def share(self, token: str, value: float, wanted: str) -> float:
        """How much more a token speaks for the class `wanted` than for the others on average."""
        weights = self.weights.get(token)
        if not weights:
            return 0.0
        mean = sum(weights) / len(weights)
        return (weights[self.classes.index(wanted)] - mean) * value / UNIT


@cache
def model(name: str) -> Model:
    """The model of `data/<name>.weights.txt`."""
    head, *lines = (_DATA / f"{name}.weights.txt").read_text(encoding="utf-8").splitlines()
    weights = {}
    for line in lines:
        token, _, numbers = line.rpartition("\t")
        weights[token] = tuple(map(int, numbers.split()))
    return Model(tuple(head.split()), weights)
