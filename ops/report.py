"""How well what is shipped does on people, towns and texts that nothing was learned from: `make evaluate`.

usage: python -m ops.report [--profiles P.jsonl --items I.jsonl]

Without arguments: the two sets of tests/eval that are kept apart, and the project's development set where it is there
(`../shared/eval`). No weight was learned from any of them, so nothing has to be cross-validated; `make train
ARGS=--check` says how each of the sets that weights are learned from fares when it is left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from ops import lines, view
from ops.evaluate import predictions
from ops.figures import Answer, answers, figures, slices

ROOT = Path(__file__).parents[1]
SETS = ROOT / "tests/eval"
DEVELOPMENT = ROOT.parent / "shared/eval"


def main() -> None:
    for name, profiles, items in _asked():
        found = scored(profiles, items)
        view.line(f"\n{name}")
        view.table(
            ("measure", "value"), [(measure, _figure(value)) for measure, value in figures(found).items()], empty=""
        )
        view.table(
            ("who it is about, by phenomenon", "items", "right"),
            [(part, str(count), f"{share:.2f}") for part, count, share in slices(found)],
            empty="",
        )


def scored(profiles: Path, items: Path) -> list[Answer]:
    """The labelled items of a file, with what Vigie says of them."""
    people, asked = list(lines.profiles(profiles)), list(lines.items(items))
    return answers(people, asked, predictions(people, asked))


def _asked() -> Iterator[tuple[str, Path, Path]]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", type=Path)
    parser.add_argument("--items", type=Path)
    options = parser.parse_args()
    if bool(options.profiles) != bool(options.items):
        parser.error(
            "--profiles and --items go together: who the items may be about, and the items. Give both or none."
        )
    if options.profiles and options.items:
        yield options.items.name, options.profiles, options.items
        return
    if (DEVELOPMENT / "dev.jsonl").exists():
        yield "development set", DEVELOPMENT / "dev_profiles.jsonl", DEVELOPMENT / "dev.jsonl"
    for name in ("alps", "cities"):
        yield name, SETS / f"{name}.profiles.jsonl", SETS / f"{name}.items.jsonl"


def _figure(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"


if __name__ == "__main__":
    main()
