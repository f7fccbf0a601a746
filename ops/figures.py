"""How right predictions are, beside what a person said: the measures of `make evaluate`.

Names and definitions are those of the field: precision, recall and F1; macro-F1 is the mean over the classes that
occur.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vigie.judge.fold import folded
from vigie.judge.lexicon import RAREST, surname_rank
from vigie.model import Category, Polarity, Severity

RARITY = (
    (100, "one of the 100 commonest"),
    (1_000, "of the 1,000"),
    (5_000, "of the 5,000"),
    (RAREST, "of the 15,000"),
)
"""Ranks of a last name among those of France, by what a reader calls them."""
FEWEST = 5
"""Items a slice must have to be shown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One item: what a person said (`right`), what Vigie says (`said`), and whom it is asked about."""

    right: Mapping[str, Any]
    said: Mapping[str, Any]
    tags: Sequence[str]
    last_name: str

    @property
    def urgent(self) -> bool:
        """Vigie would alert at once."""
        return bool(self.said["about"]) and self.said["severity"] == "urgent"


def answers(
    profiles: Iterable[Mapping[str, Any]], items: Iterable[Mapping[str, Any]], said: Iterable[Mapping[str, Any]]
) -> list[Answer]:
    """The items with their labels and their predictions, in the same order."""
    names = {profile["id"]: profile["last_names"][0] for profile in profiles}
    pairs = zip(items, said, strict=True)
    return [Answer(item["label"], found, item["tags"], names[item["practitioner_id"]]) for item, found in pairs]


def figures(found: Sequence[Answer]) -> dict[str, float]:
    """Every measure, by name."""
    theirs = [one for one in found if one.right["about"]]
    named = [one for one in found if not one.right["about"] and _names_somebody(one)]
    certain = [one for one in found if one.said["confidence"] == "certain"]
    urgent = [one for one in theirs if one.right["severity"] == "urgent"]
    alerts = [one for one in found if one.urgent]
    precision, recall = (
        _share([o for o in found if o.said["about"]], _is_theirs),
        _share(theirs, lambda o: o.said["about"]),
    )
    return {
        "items": len(found),
        "about precision": precision,
        "about recall": recall,
        "about F1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        "homonym false-positive rate": _share(named, lambda one: one.said["about"]),
        "certain precision": _share(certain, _is_theirs),
        "certain share": len(certain) / len(found),
        **{f"{field} macro-F1": macro_f1(theirs, field, classes) for field, classes in CLASSES.items()},
        "urgent recall": _share(urgent, lambda one: one.urgent),
        "urgent precision": _share(alerts, lambda one: one.right["about"] and one.right["severity"] == "urgent"),
        "urgent about somebody else": sum(not _is_theirs(one) for one in alerts),
        "everything right": _share(found, _is_right),
    }


CLASSES: Mapping[str, Iterable[str]] = {"category": Category, "polarity": Polarity, "severity": Severity}


def macro_f1(found: Sequence[Answer], field: str, classes: Iterable[str]) -> float:
    """Mean F1 of the classes of `field` that occur among the right answers."""
    scores = []
    for each in classes:
        right = sum(one.right[field] == each == one.said[field] for one in found)
        wrong = sum((one.right[field] == each) != (one.said[field] == each) for one in found)
        if any(one.right[field] == each for one in found):
            scores.append(2 * right / (2 * right + wrong))
    return sum(scores) / len(scores) if scores else 0.0


def slices(found: Sequence[Answer]) -> list[tuple[str, int, float]]:
    """(slice, items, share whose `about` is right): by phenomenon, theirs and others', and by rarity of last names."""
    groups: dict[str, list[Answer]] = {}
    for one in found:
        side = "theirs" if one.right["about"] else "others"
        for tag in one.tags:
            groups.setdefault(f"{side}: {tag}", []).append(one)
        groups.setdefault(f"last name: {rarity(one.last_name)}", []).append(one)
    rows = [(name, len(group), _share(group, _about_is_right)) for name, group in sorted(groups.items())]
    return [row for row in rows if row[1] >= FEWEST]


def rarity(last_name: str) -> str:
    """How common a last name is in France, in words."""
    rank = surname_rank(folded(last_name))
    return next((words for most, words in RARITY if rank < most), "rarer")


def _names_somebody(one: Answer) -> bool:
    return any(tag.startswith(("homonym", "celebrity")) for tag in one.tags)


def _is_theirs(one: Answer) -> bool:
    return bool(one.right["about"])


def _about_is_right(one: Answer) -> bool:
    return bool(one.said["about"]) == _is_theirs(one)


def _is_right(one: Answer) -> bool:
    if not _about_is_right(one):
        return False
    return not _is_theirs(one) or all(one.right[field] == one.said[field] for field in CLASSES)


def _share(found: Sequence[Answer], holds: Callable[[Answer], Any]) -> float:
    return sum(bool(holds(one)) for one in found) / len(found) if found else 0.0
