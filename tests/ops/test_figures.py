"""What match and triage reach on people, towns and texts their weights never saw: `alps` and `cities` of tests/eval."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ops.figures import Answer, answers, figures, macro_f1, rarity, slices
from ops.report import SETS, scored

UNSEEN = ("alps", "cities")
SEEN = tuple(sorted({path.name.partition(".")[0] for path in SETS.glob("*.items.jsonl")} - set(UNSEEN)))


def lines(file: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SETS / file).read_text("utf-8").splitlines()]


@cache
def found() -> tuple[Answer, ...]:
    return tuple(
        one
        for name in UNSEEN
        for one in scored(Path(SETS / f"{name}.profiles.jsonl"), Path(SETS / f"{name}.items.jsonl"))
    )


@pytest.mark.parametrize(
    ("least", "measure"),
    [
        (0.92, "about F1"),
        (0.97, "certain precision"),
        (0.35, "certain share"),
        (0.90, "category macro-F1"),
        (0.79, "polarity macro-F1"),
        (0.84, "severity macro-F1"),
        (0.80, "urgent recall"),
        (0.82, "urgent precision"),
        (0.80, "everything right"),
    ],
)
def test_it_is_as_right_about_people_it_never_saw(least: float, measure: str) -> None:
    assert least <= figures(found())[measure]


def test_it_seldom_takes_a_namesake_for_them() -> None:
    assert figures(found())["homonym false-positive rate"] <= 0.085


def test_it_seldom_cries_wolf_about_somebody_else() -> None:
    assert figures(found())["urgent about somebody else"] <= 3


def test_nobody_of_the_unseen_sets_is_in_those_learned_from() -> None:
    def people(names: Iterable[str]) -> set[tuple[str, str]]:
        profiles = [profile for name in names for profile in lines(f"{name}.profiles.jsonl")]
        return {(profile["first_names"][0], profile["last_names"][0]) for profile in profiles}

    def texts(names: Iterable[str]) -> set[str]:
        return {item["item"]["text"] for name in names for item in lines(f"{name}.items.jsonl")}

    assert not people(UNSEEN) & people(SEEN)
    assert not texts(UNSEEN) & texts(SEEN)


def _answer(right: dict[str, Any], said: dict[str, Any], name: str = "Martin", tags: tuple[str, ...] = ()) -> Answer:
    full = {"about": True, "category": "forum", "polarity": "neutral", "severity": "info", "confidence": "certain"}
    return Answer({**full, **right}, {**full, **said}, tags, name)


def test_a_namesake_taken_for_them_is_counted_as_such() -> None:
    other = _answer({"about": False}, {}, tags=("homonym_city",))
    alarm = _answer({"about": False}, {"severity": "urgent"}, tags=("homonym_prof",))
    right = _answer({"about": False}, {"about": False, "confidence": "unlikely"}, tags=("homonym_prof",))

    counted = figures([other, alarm, right, _answer({}, {})])

    assert 2 / 3 == counted["homonym false-positive rate"]
    assert 1 == counted["urgent about somebody else"]
    assert 1 / 3 == counted["about precision"] == counted["certain precision"]
    assert 0.5 == counted["everything right"]


def test_macro_f1_is_the_mean_of_the_classes_that_occur() -> None:
    mixed = [
        _answer({"severity": "urgent"}, {"severity": "urgent"}),
        _answer({}, {}),
        _answer({}, {"severity": "urgent"}),
    ]

    assert (2 / 3 + 2 / 3) / 2 == pytest.approx(macro_f1(mixed, "severity", ("info", "attention", "urgent")))


def test_slices_are_by_phenomenon_and_by_rarity_of_the_name() -> None:
    many = [_answer({}, {"about": at > 0}, tags=("typo",)) for at in range(5)]

    assert [("last name: one of the 100 commonest", 5, 0.8), ("theirs: typo", 5, 0.8)] == slices(many)
    assert "rarer" == rarity("Vandermarckxhove")


def test_an_item_and_its_prediction_go_together() -> None:
    profile = {"id": "p1", "last_names": ["Petit"]}
    item = {"practitioner_id": "p1", "label": {"about": True}, "tags": ["list"]}

    assert [Answer({"about": True}, {"about": False}, ["list"], "Petit")] == answers(
        [profile], [item], [{"about": False}]
    )
