"""vigie status: is all well?"""

from __future__ import annotations

import typer

from ops import view
from ops.health import Report, document, examine
from ops.run import current
from vigie.model import Source


def register(app: typer.Typer) -> None:
    app.command()(status)


def status(ctx: typer.Context) -> None:
    """Say in one screen whether all is well, and if not, what to do.

    The exit code is 0 when all is well and 1 when something wants attention.

    Example: vigie status --json
    """
    run = current(ctx)
    report = examine(run.session)
    run.show(document(report), lambda: _human(report))
    if report.problems:
        raise typer.Exit(1)


def _human(report: Report) -> None:
    view.facts(
        {
            "stack": report.stack,
            "last tick": _tick(report),
            "practitioners": report.practitioners,
            "sources": _sources(report),
            "queues": ", ".join(f"{name}: {depth.total}" for name, depth in report.queues.items()),
            "dead letters": ", ".join(f"{name}: {number}" for name, number in report.dead_letters.items()),
            "to be told": _pending(report),
            "held addresses": report.held_addresses,
            "services": _services(report),
        }
    )
    if report.failing:
        view.line("")
        view.table(
            ("source", "host", "outcome", "failures", "since"),
            [_row(source) for source in report.failing],
            empty="",
        )
    view.line("")
    wants = view.count(len(report.problems), "thing wants", "things want")
    view.line(f"{wants} attention:" if report.problems else "All is well.")
    for problem in report.problems:
        view.line(f"- {problem}")


def _row(source: Source) -> tuple[object, ...]:
    health = source.health
    return (source.source_id, source.host, health.outcome, health.failures, view.when(health.since))


def _tick(report: Report) -> str:
    every = f"every {report.tick_minutes} min"
    if report.tick_at is None:
        return f"none yet ({every})"
    return f"{view.age(report.now - report.tick_at)} ago ({every})"


def _sources(report: Report) -> str:
    read = f"{report.states['ok']} of {view.count(report.sources, 'source')} read"
    others = [f"{number} {name}" for name, number in report.states.items() if number and name != "ok"]
    return "; ".join([read, *others])


def _services(report: Report) -> str | None:
    said = (f"{one.provider} {one.spent:g} of {one.limit:g} {one.unit} in {one.period}" for one in report.spending)
    return "; ".join(said) or None


def _pending(report: Report) -> str:
    if not report.pending.count or report.pending.oldest_due_at is None:
        return "nothing"
    lag = report.now - report.pending.oldest_due_at
    when = f"overdue by {view.age(lag)}" if lag.total_seconds() > 0 else f"next in {view.age(-lag)}"
    return f"{view.count(report.pending.count, 'mention')}, {when}"
