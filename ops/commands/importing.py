"""vigie practitioner import: a fleet enrolled from a spreadsheet."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ops import documents, enrol, view
from ops.commands import enrolling
from ops.commands.enrolling import Engine, Register, Stated, Watch
from ops.run import Run, current

if TYPE_CHECKING:
    from ops.fleet import Checked, Journal
    from ops.handsoff import Means
    from ops.session import Session
    from ops.spreadsheet import Row


@dataclass(frozen=True, slots=True)
class _Import:
    """One import under way."""

    run: Run
    session: Session | None
    means: Means
    watch: bool | None
    """As asked; when not, those who come from the register are watched, and the others are left as they are."""

    def watches(self, row: Row) -> bool:
        return row.looked_up if self.watch is None else self.watch


def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="One person a row, under a line of column names.")],
    *,
    source: Register = "rpps_tabular",
    searxng: Engine = "",
    report: Annotated[Path | None, typer.Option(metavar="FILE", help="Write there, as CSV, what was refused.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Do the rows that an earlier run has done, too.")] = False,
    watch: Watch = None,
    stated: Stated = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every row, write nothing.")] = False,
) -> None:
    """Enrol many people from a spreadsheet saved as CSV.

    Columns: title, first_names, last_names, specialty, city, postcode, practice_name, phone, website, rpps, aliases,
    excluded, email, sms, language. A row that has an RPPS number and no name is completed by the register, and needs an
    email or sms beside. Several values in a cell are separated by |. All rows are checked before anything is written;
    those that are refused are listed with their line, and the others are enrolled. What is done is noted beside the
    file: run again after a crash, and it goes on from there.

    Example: vigie practitioner import people.csv --dry-run
    """
    from ops import fleet, handsoff, outside, spreadsheet

    run = current(ctx)
    rows = spreadsheet.read(file)
    looked_up = any(row.looked_up for row in rows)
    if looked_up and not dry_run and not stated:
        enrolling.asked(run)
    needs = looked_up or bool(watch)
    session = (outside.deployment(run, told=True) if needs else None) if dry_run else run.session
    work = _Import(run, session, outside.means(session, searxng) if needs else handsoff.Means(), watch)
    journal = None
    done: list[tuple[int, str]] = []
    if session and not dry_run:
        journal = fleet.Journal(file.with_name(f"{file.name}.done.jsonl"), session.name)
        done = [] if again else list(_done(work, rows, journal, session))
    skipped = {line for line, _ in done}
    checked = _checked(work, [row for row in rows if row.line not in skipped], source)
    good = [each for each in checked if not each.problems]
    enrolled = _enrolled(work, good, journal) if journal else _would(work, good)
    if not dry_run and not stated:
        view.note(enrolling.STATEMENT)
    warnings = outside.overload(session, ()) if session and needs and not dry_run else ()
    enrolling.warn(warnings)
    refused = [each for each in checked if each.problems]
    if report is not None:
        fleet.report(report, refused)
    _shown(work, len(rows), enrolled, done, refused, warnings, dry_run=dry_run)


def _done(work: _Import, rows: Sequence[Row], journal: Journal, session: Session) -> Iterator[tuple[int, str]]:
    """(line, id) of the rows that an earlier run has done, and that are still so."""
    for row in rows:
        practitioner_id = None if row.problems else journal.done(row, watch=work.watches(row))
        if practitioner_id and session.registrar.enrolment(practitioner_id):
            yield row.line, practitioner_id


def _checked(work: _Import, rows: Sequence[Row], source: str) -> list[Checked]:
    from ops import fleet, outside

    session = work.session
    now = session.clock() if session else enrol.utc_now()
    known = enrol.known(session.registrar) if session else (lambda _: None)
    asked = sum(row.looked_up and not row.problems for row in rows)
    if not asked:
        return [fleet.Checked(row, row.document, row.problems) for row in rows]
    with view.bar(f"Asking the register {source}", asked) as bar:
        lookup = lambda: outside.lookup(session, source)  # noqa: E731
        return asyncio.run(fleet.check(rows, lookup, work.means, now, known, lambda: bar.say("")))


def _enrolled(work: _Import, good: Sequence[Checked], journal: Journal) -> list[dict[str, Any]]:
    """Enrol them, one after the other; each is noted once it is whole."""
    session = work.run.session
    enrolled: list[dict[str, Any]] = []
    if not good:
        return enrolled
    journal.begin()
    try:
        with view.bar("Enrolling", len(good)) as bar:
            for each in good:
                enrolled.append(_one(work, session, each, journal))
                bar.say("")
    except BaseException:
        view.note(f"{len(enrolled):,} of {view.count(len(good), 'row')} are done: the same command goes on from there.")
        raise
    return enrolled


def _one(work: _Import, session: Session, each: Checked, journal: Journal) -> dict[str, Any]:
    from ops import fleet, handsoff

    done = enrol.add(session, each.document, new_id=enrol.new_id)
    row = {"line": each.row.line, **documents.enrolled(done)}
    row["warnings"] = list(dict.fromkeys((*each.warnings, *done.warnings)))
    if watch := work.watches(each.row):
        plan = fleet.planned(each, work.means, done.practitioner)
        handsoff.attach(session.registrar, done.practitioner.practitioner_id, plan.sources)
        row |= {"sources": len(plan.sources), "usd_per_month": plan.price / 1e6}
    journal.note(each.row, done.practitioner.practitioner_id, watch=watch)
    return row


def _would(work: _Import, good: Sequence[Checked]) -> list[dict[str, Any]]:
    """What enrolling them would come to."""
    from ops import fleet, profile

    found = []
    for each in good:
        read = profile.read(each.document, practitioner_id="", now=enrol.utc_now())
        person = each.person or read.practitioner
        row: dict[str, Any] = {"line": each.row.line, "name": enrol.name_of(person), "specialty": person.specialty}
        row["warnings"] = list(each.warnings if each.person else read.warnings)
        if work.watches(each.row):
            plan = fleet.planned(each, work.means, person)
            row |= {"sources": len(plan.sources), "usd_per_month": plan.price / 1e6}
        found.append(row)
    return found


def _shown(
    work: _Import,
    rows: int,
    found: list[dict[str, Any]],
    done: list[tuple[int, str]],
    refused: Sequence[Checked],
    warnings: Sequence[str],
    *,
    dry_run: bool,
) -> None:
    price = sum(row.get("usd_per_month", 0.0) for row in found)
    document = {
        "enrolled": [] if dry_run else found,
        **({"would_enrol": found} if dry_run else {}),
        "skipped": [{"line": line, "practitioner_id": practitioner_id} for line, practitioner_id in done],
        "refused": [
            {"line": each.row.line, "problems": list(each.problems), "run_again": each.later} for each in refused
        ],
        "rows": rows,
        "usd_per_month": round(price, 6),
        "warnings": list(warnings),
        "dry_run": dry_run,
    }

    def human() -> None:
        were = "can be" if dry_run else "was" if len(found) == 1 else "were"
        view.line(f"{len(found)} of {view.count(rows, 'row')} {were} enrolled.")
        if done:
            view.line(f"{view.count(len(done), 'row was', 'rows were')} done by an earlier run.")
        if price:
            view.line(f"What is read for them costs ${price:.2f} a month at most.")
        beware = [(row["line"], warning) for row in found for warning in row["warnings"]]
        view.table(("line", "beware"), beware, empty="")
        problems = [(each.row.line, problem) for each in refused for problem in each.problems]
        if problems:
            view.table(("line", "refused because"), problems, empty="")

    work.run.show(document, human)
    if refused:
        raise typer.Exit(1 if all(each.later for each in refused) else 2)
