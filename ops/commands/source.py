"""vigie source: what is read for somebody."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from ops import documents, view
from ops.commands import checking
from ops.commands.checking import Kind, Params, Url
from ops.commands.practitioner import Id
from ops.group import Group
from ops.run import current
from vigie.errors import InputError
from vigie.identity import is_id
from vigie.model import CADENCES, Source
from vigie.sources import Param

app = typer.Typer(cls=Group, help="What is read for somebody: feeds, pages, ...")


@app.command()
def add(
    ctx: typer.Context,
    practitioner_id: Id,
    kind: Kind,
    *,
    url: Url = None,
    param: Params = None,
    cadence: Annotated[
        str | None,
        typer.Option(help=f"How often it is read: {', '.join(CADENCES)}; as is usual for its kind unless said."),
    ] = None,
) -> None:
    """Have a source read for somebody. Those who watch the same source share it.

    Its first successful scan is the baseline: what is there already is recorded, and nobody is warned of it. Given
    again with another --cadence, it is read at that; while others watch it too, at the shortest that was asked for.

    Example: vigie source add ID feed --url https://blog.example/comments.xml --cadence 15m
    """
    from ops import asking

    run = current(ctx)
    if cadence is not None and cadence not in CADENCES:
        raise InputError(f"Cadence {view.plain(cadence)!r} is not one of {', '.join(CADENCES)}.")
    run.enrolment(practitioner_id)
    asked = asking.source(
        kind, url, param or [], CADENCES[cadence] if cadence else None, run.session.settings.fetch_allowlist
    )
    watch = run.session.registrar.watch(practitioner_id, asked, keep=cadence is None)
    if watch is None:
        raise InputError(f"Practitioner {practitioner_id} has just been removed.")
    when = f"within {view.count(run.session.settings.tick_minutes, 'minute')}"

    def human() -> None:
        verb = "Reading" if watch.added else "Already reading"
        every = documents.cadence(watch.source)
        view.line(f"{verb} {_about(watch.source)} every {every} for {practitioner_id}: {watch.source.source_id}")
        if cadence not in (None, every):
            view.note(f"Others watch it too: it stays at {every}, the shortest cadence that was asked for.")
        if watch.added:
            view.note(f"It is first scanned {when}, at the next tick; `{run.command} scan --wait` does it now.")

    document = documents.source(watch.source)
    run.show({**document, "practitioner_id": practitioner_id, "added": watch.added, "first_scan": when}, human)


@app.command("list")
def list_(ctx: typer.Context, practitioner_id: Id) -> None:
    """List what is read for somebody, and how reading it goes.

    Example: vigie source list ID
    """
    run = current(ctx)
    run.enrolment(practitioner_id)
    found = run.session.registrar.watched(practitioner_id)
    now = run.session.clock()
    run.show(
        [documents.source(source) for source in found],
        lambda: view.table(
            ("id", "kind", "what", "every", "outcome", "since"),
            [
                (
                    source.source_id,
                    source.kind,
                    _about(source),
                    documents.every(source),
                    _how(source, now),
                    view.when(source.health.since),
                )
                for source in found
            ],
            empty=f"Nothing is read for them yet: {run.command} source add {practitioner_id} feed --url URL",
        ),
    )


@app.command()
def remove(
    ctx: typer.Context,
    practitioner_id: Id,
    source_id: Annotated[str, typer.Argument(metavar="SOURCE_ID", help="As `source list` shows it.")],
) -> None:
    """Stop reading a source for somebody. What it found is kept.

    Example: vigie source remove ID SOURCE_ID
    """
    run = current(ctx)
    run.enrolment(practitioner_id)
    if not (is_id(source_id) and run.session.registrar.unwatch(practitioner_id, source_id)):
        raise InputError(
            f"{practitioner_id} does not watch {view.plain(source_id)!r}: `{run.command} source list"
            f" {practitioner_id}` shows what they do."
        )
    run.show(
        {"practitioner_id": practitioner_id, "source_id": source_id, "removed": True},
        lambda: view.line(f"{source_id} is no longer read for {practitioner_id}."),
    )


@app.command()
def kinds(ctx: typer.Context) -> None:
    """List the kinds of source there are, and what each one is told.

    Example: vigie source kinds
    """
    from ops import asking
    from ops.catalogue import needs

    run = current(ctx)
    found = asking.kinds()
    document = [
        {
            "kind": kind.name,
            "about": kind.about,
            "use": "enrolment" if kind.register else "watch",
            "params": {name: {"required": p.required, "meaning": p.meaning} for name, p in kind.params.items()},
            "robots": kind.robots,
            "cadence": None if kind.register else asdict(kind.rhythm),
            "provider": kind.provider and asdict(kind.provider),
            **{part.lower().replace(" ", "_"): text for part, text in kind.told.items()},
        }
        for kind in found
    ]
    rows = [(kind.name, kind.about, "; ".join(map(_told, kind.params.items())), needs(kind)) for kind in found]
    run.show(document, lambda: view.table(("kind", "reads", "told", "needs"), rows, empty="There is no kind."))


app.command()(checking.check)


def _how(source: Source, now: datetime) -> str:
    """The outcome of the last scan, and when the next may be if that is put off."""
    outcome, wait = source.health.outcome, source.cursor.not_before
    if outcome is None or wait is None or wait <= now:
        return outcome or "not scanned yet"
    until = " until" if source.cursor.asked_to_wait else ", again"
    return f"{outcome}{until} {view.when(wait)}"


def _about(source: Source) -> str:
    """What is read, in a few words: its address as far as it may be shown, and what narrows it."""
    from ops import asking

    told = asking.shown(source)
    url = told.pop("url", "")
    others = ", ".join(f"{name}={value}" for name, value in sorted(told.items()))
    return f"{url} ({others})" if url and others else url or others


def _told(param: tuple[str, Param]) -> str:
    name, facts = param
    return f"{name}{'' if facts.required else ' (optional)'}: {facts.meaning}"
