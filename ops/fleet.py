"""Many people enrolled from a sheet: each row checked before anything is written, what is done noted as it is done."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ops import handsoff
from ops.csvsafe import csv_safe
from ops.handsoff import Means, Wanted
from ops.lookup import Lookup, RegisterError
from ops.planning import Plan
from ops.spreadsheet import Row
from vigie.errors import InputError
from vigie.identity import digest, token
from vigie.model import Practitioner

TOGETHER = 16
"""Rows looked up at a time; the register itself is asked less than that at a time, and slowly."""

GIVEN_UP = 5
"""Rows in a row for which the register could not be asked, after which it is not asked any more."""

NOT_ASKED = "the register could not be asked about them: run again."


@dataclass(frozen=True, slots=True)
class Checked:
    """A row, and what checking it came to."""

    row: Row
    document: Mapping[str, Any]
    """The profile: the row's own, or completed by the register."""
    problems: tuple[str, ...] = ()
    later: bool = False
    """Nothing is wrong with it: the register could not be asked."""
    common: bool = False
    person: Practitioner | None = None
    """As it would be enrolled, for who was looked up."""
    warnings: tuple[str, ...] = ()


async def check(
    rows: Sequence[Row],
    lookup: Callable[[], Lookup],
    means: Means,
    now: datetime,
    known: Callable[[str], Practitioner | None],
    each: Callable[[], None],
) -> list[Checked]:
    """Every row checked, in order; `each` is called as one is done. `lookup` is made when a row needs it."""
    asked = [row for row in rows if row.looked_up and not row.problems]
    register = lookup() if asked else None
    failures = 0
    results: dict[int, Checked] = {}

    async def one(row: Row) -> Checked:
        nonlocal failures
        if register is None or failures >= GIVEN_UP:
            return Checked(row, row.document, (NOT_ASKED,), later=True)
        said = {name: value for name, value in row.document.items() if name not in ("rpps", "city")}
        wanted = Wanted(str(row.document["rpps"]), town=str(row.document.get("city", "")), said=said)
        try:
            ready = await handsoff.prepare(register, wanted, means, now, known)
        except RegisterError as error:
            failures += 1
            return Checked(row, row.document, (str(error),), later=True)
        except InputError as error:
            return Checked(row, row.document, tuple(str(error).splitlines()))
        failures = 0
        common = ready.namesakes is None or ready.namesakes.common
        return Checked(row, ready.document, common=common, person=ready.profile.practitioner, warnings=ready.warnings)

    for start in range(0, len(asked), TOGETHER):
        some = asked[start : start + TOGETHER]
        for row, checked in zip(some, await asyncio.gather(*map(one, some)), strict=True):
            results[row.line] = checked
            each()
    return [results.get(row.line) or Checked(row, row.document, row.problems) for row in rows]


def planned(checked: Checked, means: Means, person: Practitioner) -> Plan:
    return means.plan(person, common=checked.common)


class Journal:
    """What an import has done, one line a row, beside the sheet: a second run goes on where the first ended.

    A line holds a digest of the row, the stack and the id the person got: nothing of the person.
    """

    def __init__(self, path: Path, stack: str) -> None:
        self.path = path
        self._stack = stack
        self._done = dict(_lines(path, stack))

    def begin(self) -> None:
        """Raises `OSError` where nothing can be noted, before anything is done."""
        self.path.open("a", encoding="utf-8").close()

    def done(self, row: Row, *, watch: bool) -> str | None:
        """The id that the person of a row got, if it was done."""
        return self._done.get(_digest(row, watch=watch))

    def note(self, row: Row, practitioner_id: str, *, watch: bool) -> None:
        """Remember that a row is done, before the next one is begun."""
        line = {"row": _digest(row, watch=watch), "stack": self._stack, "practitioner_id": practitioner_id}
        self._done[line["row"]] = practitioner_id
        with self.path.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(line) + "\n")


def _lines(path: Path, stack: str) -> Iterator[tuple[str, str]]:
    """A line that is cut, by a crash as it was written, is none."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return
    for line in text.splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict) and found.get("stack") == stack:
            yield str(found.get("row")), str(found.get("practitioner_id"))


def _digest(row: Row, *, watch: bool) -> str:
    return token(digest("import.1", json.dumps(row.document, sort_keys=True, ensure_ascii=False), str(watch)))


def report(path: Path, refused: Iterable[Checked]) -> None:
    """The rows refused and why, as CSV that a spreadsheet opens without running anything of it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(("line", "rpps", "name", "refused because", "run again"))
        for checked in refused:
            document = checked.row.document
            name = " ".join((*document.get("first_names", ()), *document.get("last_names", ())))
            for problem in checked.problems:
                cells = (str(document.get("rpps", "")), name, problem, "yes" if checked.later else "")
                writer.writerow((checked.row.line, *map(csv_safe, cells)))
