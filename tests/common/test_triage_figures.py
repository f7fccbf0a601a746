"""What triage reaches on people, towns and texts its weights never saw: the sets `alps` and `cities` of tests/eval."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ops.evaluate import predictions
from vigie.model import Category, Polarity, Severity

EVAL = Path(__file__).resolve().parents[1] / "eval"
UNSEEN = ("alps", "cities")
SEEN = ("west", "northeast", "southwest", "paris", "reviews", "charges", "web", "nuance", "plain")


class Answer(NamedTuple):
    right: dict[str, Any]
    said: dict[str, Any]


def lines(file: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (EVAL / file).read_text("utf-8").splitlines()]


@cache
def answers() -> tuple[Answer, ...]:
    return tuple(answer for name in UNSEEN for answer in _answers(name))


def _answers(name: str) -> Iterator[Answer]:
    items = lines(f"{name}.items.jsonl")
    for item, said in zip(items, predictions(lines(f"{name}.profiles.jsonl"), items), strict=True):
        if item["label"]["about"]:
            yield Answer(item["label"], said)


def macro_f1(field: str, classes: Iterable[str]) -> float:
    scores = []
    for each in classes:
        right = sum(answer.right[field] == each == answer.said[field] for answer in answers())
        wrong = sum((answer.right[field] == each) != (answer.said[field] == each) for answer in answers())
        if right + wrong:
            scores.append(2 * right / (2 * right + wrong))
    return sum(scores) / len(scores)


@pytest.mark.parametrize(
    ("least", "field", "classes"),
    [(0.90, "category", Category), (0.79, "polarity", Polarity), (0.83, "severity", Severity)],
)
def test_it_is_as_right_about_people_it_never_saw(least: float, field: str, classes: Iterable[str]) -> None:
    assert least <= macro_f1(field, classes)


def test_it_finds_what_is_urgent_and_cries_wolf_seldom() -> None:
    urgent = [answer.said["severity"] == "urgent" for answer in answers() if answer.right["severity"] == "urgent"]
    called = [answer.right["severity"] == "urgent" for answer in answers() if answer.said["severity"] == "urgent"]
    assert 0.82 <= sum(urgent) / len(urgent)
    assert 0.80 <= sum(called) / len(called)


def test_nobody_of_the_unseen_sets_is_in_those_learned_from() -> None:
    def people(names: Iterable[str]) -> set[tuple[str, str]]:
        profiles = [profile for name in names for profile in lines(f"{name}.profiles.jsonl")]
        return {(profile["first_names"][0], profile["last_names"][0]) for profile in profiles}

    def texts(names: Iterable[str]) -> set[str]:
        return {item["item"]["text"] for name in names for item in lines(f"{name}.items.jsonl")}

    assert not people(UNSEEN) & people(SEEN)
    assert not texts(UNSEEN) & texts(SEEN)
