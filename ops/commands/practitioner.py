"""vigie practitioner: who is watched."""

from __future__ import annotations

from typing import Annotated

import typer

from ops import documents, enrol, view
from ops.commands import enrolling, importing, replanning
from ops.group import Group
from ops.run import current
from vigie.errors import InputError
from vigie.identity import is_id
from vigie.model import Pointer, Practitioner, Recipient

LATE_S = 900
"""A scan that read a practitioner just before their erasure ends well within this: what it left is then purged."""

app = typer.Typer(cls=Group, help="Who is watched, and who is told.")
enrolling.register(app)
Id = Annotated[str, typer.Argument(metavar="ID", help="The practitioner's id, as `practitioner list` shows it.")]


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


app.command("import")(importing.import_)
app.command()(replanning.replan)


def _state(held: str | None) -> str:
    return f"held: {held}" if held else "in use"


def _one_line(value: object) -> str:
    """A value of a profile, a list of them or a place of practice, as it is written by hand."""
    if isinstance(value, list):
        return ", ".join(map(_one_line, value))
    return " ".join(filter(None, value.values())) if isinstance(value, dict) else str(value)


def _row(p: Practitioner, recipients: tuple[Recipient, ...]) -> tuple[object, ...]:
    where = f"{p.postcode} {p.city}"
    name, told = enrol.name_of(p), _told(recipients)
    return (p.practitioner_id, name, p.specialty, where, told, p.status, view.when(p.created_at))


def _told(recipients: tuple[Recipient, ...]) -> str:
    held = sum(r.held_reason is not None for r in recipients)
    return f"{len(recipients) - held} of {len(recipients)}" if held else str(len(recipients))
