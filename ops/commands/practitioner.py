"""vigie practitioner: who is watched."""

from __future__ import annotations

import base64
import secrets
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ops import documents, view
from ops.group import Group
from ops.run import Run, current
from vigie.errors import InputError
from vigie.identity import is_id
from vigie.model import Pointer, Practitioner, Recipient

STATEMENT = "By enrolling this person you state that you are this practitioner, or are mandated by them."

LATE_S = 900
"""A scan that read a practitioner just before their erasure ends well within this: what it left is then purged."""

app = typer.Typer(cls=Group, help="Who is watched, and who is told.")
Id = Annotated[str, typer.Argument(metavar="ID", help="The practitioner's id, as `practitioner list` shows it.")]


@app.command()
def add(
    ctx: typer.Context,
    *,
    file: Annotated[Path, typer.Option(metavar="P.json", help="The person's profile; - reads it from stdin.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the file, write nothing.")] = False,
) -> None:
    """Enrol a person, or update their enrolment.

    Adding the same person again (same RPPS number, else same name, postcode and specialty) updates them and keeps
    their id.

    Example: vigie --local practitioner add --file P.json --json
    """
    from ops import enrol, profile

    run = current(ctx)
    document = profile.load(file, sys.stdin.read() if str(file) == "-" else None)
    if dry_run:
        read = profile.read(document, practitioner_id="", now=enrol.utc_now())
        _warn(read.warnings)
        run.show({"practitioner_id": None, "dry_run": True}, lambda: view.line(f"{file} can be enrolled."))
        return
    done = enrol.add(run.session, document, new_id=new_id)
    _warn(done.warnings)
    view.note(STATEMENT)

    def human() -> None:
        person = done.practitioner
        view.line(f"{'Enrolled' if done.created else 'Updated'} {name_of(person)}: {person.practitioner_id}")
        view.note(f"Next: {run.command} source add {person.practitioner_id} feed --url URL")

    run.show(documents.enrolled(done), human)


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """List everybody who is watched.

    With --json these are profiles that `practitioner add` reads back.

    Example: vigie practitioner list
    """
    run = current(ctx)
    registrar = run.session.registrar
    people = sorted(registrar.everyone(), key=lambda p: (p.last_names, p.first_names, p.practitioner_id))
    told = {roster.practitioner_id: roster.recipients for roster in registrar.all_rosters()}
    run.show(
        [documents.profile(person, told.get(person.practitioner_id, ())) for person in people],
        lambda: view.table(
            ("id", "name", "specialty", "where", "told", "status", "since"),
            [_row(person, told.get(person.practitioner_id, ())) for person in people],
            empty=f"Nobody is enrolled yet: {run.command} practitioner add --file P.json",
        ),
    )


@app.command()
def show(ctx: typer.Context, practitioner_id: Id) -> None:
    """Show one person: profile, recipients, sources.

    With --json this is a profile that `practitioner add` reads back.

    Example: vigie practitioner show ID --json > P.json
    """
    run = current(ctx)
    found = run.enrolment(practitioner_id)
    document = documents.enrolment(found)

    def human() -> None:
        view.facts({key: _one_line(value) for key, value in document.items() if key != "recipients" and value})
        view.table(
            ("recipient", "channel", "address", "from", "language", "state"),
            [
                (r.recipient_id, r.channel, r.address, r.min_severity, r.language, _state(r.held_reason))
                for r in found.roster.recipients
            ],
            empty="Nobody will be warned: add recipients to the profile and enrol it again.",
        )

    run.show(document, human)


@app.command()
def remove(
    ctx: typer.Context,
    practitioner_id: Id,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Erase a person and everything kept about them.

    They are taken out of their sources first, then every row is deleted. Nothing brings them back but a restore.

    Example: vigie practitioner remove ID --yes
    """
    run = current(ctx)
    if not is_id(practitioner_id):
        run.enrolment(practitioner_id)
    if not run.confirmed(f"Erase {practitioner_id} and all that is kept about them?", yes=yes):
        raise typer.Abort
    rows = run.session.registrar.erase(practitioner_id)
    if not rows:
        run.enrolment(practitioner_id)
    run.session.outbox.send_pointers([Pointer(practitioner_id)], delay_s=LATE_S)
    run.show(
        {"practitioner_id": practitioner_id, "removed": True, "rows": rows},
        lambda: view.line(f"Erased {practitioner_id}: {view.count(rows, 'row')} deleted."),
    )


@app.command()
def export(ctx: typer.Context, practitioner_id: Id) -> None:
    """Print everything kept about a person, as one JSON document (GDPR, article 15).

    Example: vigie practitioner export ID > dossier.json
    """
    run = current(ctx)
    run.enrolment(practitioner_id)
    dossier = run.session.registrar.export(practitioner_id)
    if dossier is None:
        raise InputError(f"Practitioner {practitioner_id} has just been removed.")
    view.document(documents.dossier(dossier))


@app.command("import")
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="One person a row, under a line of column names.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every row, write nothing.")] = False,
) -> None:
    """Enrol many people from a spreadsheet saved as CSV.

    Columns: title, first_names, last_names, specialty, city, postcode, practice_name, phone, website, rpps, aliases,
    excluded, email, sms, language. Several values in a cell are separated by |. All rows are checked before
    anything is written; those that are refused are listed with their line, and the others are enrolled.

    Example: vigie practitioner import people.csv --dry-run
    """
    from ops import enrol, spreadsheet

    run = current(ctx)
    rows = spreadsheet.read(file)
    enrolled: list[dict[str, Any]] = []
    good = [row for row in rows if not row.problems]
    if not dry_run:
        with view.progress(f"Enrolling {view.count(len(good), 'person', 'people')}") as progress:
            for number, row in enumerate(good, start=1):
                done = enrol.add(run.session, row.document, new_id=new_id)
                enrolled.append({"line": row.line, **documents.enrolled(done)})
                progress.say(f"{number} of {len(good)} enrolled")
        view.note(STATEMENT)
    _report(run, rows, enrolled, dry_run=dry_run)


def _report(run: Run, rows: list[Any], enrolled: list[dict[str, Any]], *, dry_run: bool) -> None:
    refused = [{"line": row.line, "problems": list(row.problems)} for row in rows if row.problems]

    def human() -> None:
        good = len(rows) - len(refused)
        view.line(f"{good} of {view.count(len(rows), 'row')} {'can be' if dry_run else 'were'} enrolled.")
        problems = [(row["line"], problem) for row in refused for problem in row["problems"]]
        if problems:
            view.table(("line", "refused because"), problems, empty="")

    run.show({"enrolled": enrolled, "refused": refused, "rows": len(rows), "dry_run": dry_run}, human)
    if refused:
        raise typer.Exit(2)


def new_id() -> str:
    """A new practitioner's id: random, so that it says nothing of them wherever it appears."""
    return "p" + base64.b32encode(secrets.token_bytes(10)).decode().lower()[:15]


def name_of(person: Practitioner) -> str:
    return " ".join(part for part in (person.title, *person.first_names[:1], *person.last_names[:1]) if part)


def _warn(warnings: tuple[str, ...]) -> None:
    for warning in warnings:
        view.note(f"Warning: {warning}")


def _state(held: str | None) -> str:
    return f"held: {held}" if held else "in use"


def _one_line(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _row(p: Practitioner, recipients: tuple[Recipient, ...]) -> tuple[object, ...]:
    where = f"{p.postcode} {p.city}"
    return (p.practitioner_id, name_of(p), p.specialty, where, _told(recipients), p.status, view.when(p.created_at))


def _told(recipients: tuple[Recipient, ...]) -> str:
    held = sum(r.held_reason is not None for r in recipients)
    return f"{len(recipients) - held} of {len(recipients)}" if held else str(len(recipients))
