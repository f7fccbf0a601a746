"""A text as dense in names as any: what is written about doctors and their namesakes, before people of real names.

Last names are as frequent as in France (INSEE), so that `Petit`, `Le` and `Martin` are somebody's; they live in all the
towns of France, `Eu` and `Sens` among them; and the texts are the labelled ones of `tests/eval`, in another order. The
people are nobody: names, towns and trades are drawn apart.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

from vigie.judge import lexicon
from vigie.model import Item, Practitioner

EVAL = Path(__file__).parent.parent / "tests/eval"
_TEXTS_AN_ITEM = 7
"""Of 130 characters: an item is then as long as those of the other text."""
_DATA = Path(lexicon.__file__).with_name("data")


def people(number: int, rng: random.Random) -> list[Practitioner]:
    lasts, towns = _words("surnames.txt"), [line.partition(":")[0] for line in _lines("communes.txt")]
    firsts, trades = _words("firstnames.txt"), [specialty.name for specialty in lexicon.specialties()]
    rng.shuffle(towns)
    ranks = [1 / (20 + rank) for rank in range(len(lasts))]
    sizes = [1 / (5 + rank) for rank in range(len(towns))]
    drawn = zip(rng.choices(lasts, ranks, k=number), rng.choices(towns, sizes, k=number), strict=True)
    return [
        Practitioner(
            f"p{at}", "Dr", (rng.choice(firsts).title(),), (last.replace("+", " ").title(),), rng.choice(trades),
            town.title(), f"{rng.randrange(1_000, 96_000):05}", phone=f"+33{rng.randrange(10**8, 10**9)}",
            rpps=str(10_990_000_000 + at),
        )
        for at, (last, town) in enumerate(drawn)
    ]  # fmt: skip


def feeds(watched: list[Practitioner], rng: random.Random, count: int, items: int) -> list[list[Item]]:
    texts = [json.loads(line)["item"]["text"] for path in sorted(EVAL.glob("*.items.jsonl")) for line in path.open()]
    return [[_item(texts, watched, rng) for _ in range(items)] for _ in range(count)]


def _item(texts: list[str], watched: list[Practitioner], rng: random.Random) -> Item:
    said = rng.choices(texts, k=_TEXTS_AN_ITEM)
    if rng.random() < 0.02:
        person = rng.choice(watched)
        said[3] = f"Dr {person.first_names[0]} {person.last_names[0]} ({person.specialty}, {person.city})"
    return Item(url=f"https://blog.example/{rng.randrange(10**6)}", title=said[0][:40], text="\n".join(said))


def _lines(file: str) -> list[str]:
    return [line for line in (_DATA / file).read_text("utf-8").splitlines() if line and not line.startswith("#")]


def _words(file: str) -> list[str]:
    return [word for line in _lines(file) for word in line.split()]
