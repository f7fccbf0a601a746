"""The labelled items of tests/eval, as values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.evaluate import item_of, practitioner_of
from vigie.model import Item, Practitioner

ROOT = Path(__file__).parents[2]
DATA = ROOT / "layers/common/vigie/judge/data"
SETS = ROOT / "tests/eval"

TAUGHT = (
    "west", "northeast", "southwest", "paris", "towns", "lookalikes", "spoken", "outskirts",
    "reviews", "charges", "web", "nuance",
)  # fmt: skip
"""What weights are learned from. `alps` and `cities` are kept apart, to be scored only."""
TRIAGE = frozenset({"reviews", "charges", "web", "nuance"})
"""Sets made for triage: most of their items are about their practitioner."""
PLAIN = "plain"
"""A set of bare sentences: they have a tone, and neither a sort nor a name to tell from others."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One item with what a person says of it."""

    set_name: str
    practitioner: Practitioner
    item: Item
    about: bool
    category: str
    polarity: str
    severity: str
    tags: tuple[str, ...]

    @property
    def for_triage(self) -> bool:
        return self.set_name in TRIAGE


def labelled(name: str) -> Iterator[Labelled]:
    """The items of the set `name`."""
    people = {line["id"]: practitioner_of(line) for line in _lines(SETS / f"{name}.profiles.jsonl")}
    for line in _lines(SETS / f"{name}.items.jsonl"):
        label = line["label"]
        yield Labelled(
            name,
            people[line["practitioner_id"]],
            item_of(line),
            label["about"],
            label["category"],
            label["polarity"],
            label["severity"],
            tuple(line["tags"]),
        )


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())
