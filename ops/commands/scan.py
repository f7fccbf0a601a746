"""vigie scan: have the deployed functions read the sources now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

import typer

from ops import view
from ops.run import current
from ops.session import Session
from ops.waiting import until_told
from vigie.model import OutcomeKind, Source

_SEEN = frozenset(kind.value for kind in OutcomeKind if kind.seen)


def register(app: typer.Typer) -> None:
    app.command()(scan)


def scan(
    ctx: typer.Context,
    *,
    practitioner: Annotated[
        str | None, typer.Option(metavar="ID", help="Only the sources of this practitioner.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Return once every new mention has been told.")] = False,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", min=1, help="How long --wait waits at most.")] = 300,
) -> None:
    """Have the deployed functions read the sources now, whatever the schedule says.

    Sources that asked us to come back later are left alone. Without --wait it returns as soon as the work is queued.

    Example: vigie scan --practitioner ID --wait
    """
    from vigie.plan import jobs
    from vigie.ports import SlotEntry

    run = current(ctx)
    session = run.session
    if practitioner is not None:
        run.enrolment(practitioner)
    wanted = _sources(session, practitioner)
    report: dict[str, Any] = {"sources": len(wanted), "waited": wait}
    started = session.clock()
    waiting = until_told(session, {watcher for source in wanted for watcher in source.watchers}, started, timeout)
    report["jobs"] = session.outbox.send_jobs(jobs((SlotEntry(s.source_id, s.host) for s in wanted), forced=True))
    if wait and wanted:
        with view.progress(f"Scanning {view.count(len(wanted), 'source')}") as progress:
            waiting.wait(progress)
        report["outcomes"] = dict(_outcomes(wanted, _sources(session, practitioner), started))
        report["mentions"] = waiting.found()
    run.show(report, lambda: _human(report, run.command))


def _sources(session: Session, practitioner: str | None) -> list[Source]:
    registrar = session.registrar
    return list(registrar.all_sources()) if practitioner is None else registrar.watched(practitioner)


def _outcomes(before: Iterable[Source], after: Iterable[Source], started: datetime) -> Counter[str]:
    """How many sources came to each outcome."""
    now = {source.source_id: source for source in after}
    return Counter(_outcome(was, now[was.source_id], started) for was in before if was.source_id in now)


def _outcome(was: Source, now: Source, started: datetime) -> str:
    """What a forced scan came to, by what it wrote: it leaves alone who asked for it, and where nothing changed writes
    nothing."""
    wait = was.cursor.not_before
    if was.cursor.asked_to_wait and wait is not None and wait > started:
        return OutcomeKind.HELD
    if now.health.outcome is None:
        return "not_scanned"
    untouched = (was.cursor, was.health, was.slot) == (now.cursor, now.health, now.slot)
    return OutcomeKind.NOT_MODIFIED if untouched and now.health.outcome.seen else now.health.outcome


def _human(report: dict[str, Any], command: str) -> None:
    if not report["sources"]:
        view.note(f"There is no source to scan: {command} source add ID feed --url URL")
        return
    if not report["waited"]:
        view.line(f"{view.count(report['sources'], 'source')} will be read now.")
        return
    outcomes = sorted(report["outcomes"].items())
    seen = sum(number for name, number in outcomes if name in _SEEN)
    names = ", ".join(f"{number} {name}" for name, number in outcomes)
    view.line(f"{seen} of {view.count(report['sources'], 'source')} read: {names}. {_found(report['mentions'])}")


def _found(mentions: int | None) -> str:
    return "" if mentions is None else f"{view.count(mentions, 'new mention')}."
