"""What each fact weighs, from a file one can read: `fact<TAB>weight` a line, learned by `ops/train`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

_DATA = Path(__file__).with_name("data")


@cache
def weights(file: str) -> Mapping[str, float]:
    """The weights of `data/<file>.txt`, by fact."""
    lines = (_DATA / f"{file}.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {fact: float(weight) for fact, weight in pairs}


def weighed(facts: Mapping[str, float], said: Iterable[str], known: Mapping[str, float]) -> dict[str, float]:
    """What each fact contributes: positive for, negative against. Those in `said` are there or not.

    A fact without a weight counts for nothing.
    """
    found = {fact: known[fact] for fact in said if fact in known}
    return {
        "bias": known["bias"],
        **{fact: value * known[fact] for fact, value in facts.items() if fact in known},
        **found,
    }
