"""vigie redrive: dead letters, once what broke is mended."""

from __future__ import annotations

from typing import Annotated

import typer

from ops import view
from ops.queues import DEAD
from ops.run import current
from vigie.errors import InputError


def register(app: typer.Typer) -> None:
    app.command()(redrive)


def redrive(
    ctx: typer.Context,
    queue: Annotated[str, typer.Argument(metavar="QUEUE", help="scan, mention or tick.")],
) -> None:
    """Send the dead letters of a queue back to it, once what broke is mended.

    It is safe at any time: jobs and pointers hold ids only, and doing one twice changes nothing. Failed ticks (tick)
    are deleted instead: the tick after them has done their work.

    Example: vigie redrive mention
    """
    run = current(ctx)
    if queue not in DEAD:
        raise InputError(f"{view.plain(queue)!r} is not a queue with dead letters: {', '.join(DEAD)}.")
    with view.progress(f"Looking for dead letters of {queue}") as progress:
        moved = run.session.queues.redrive(queue, lambda count: progress.say(f"{count} done"))
    what = "deleted" if queue == "tick" else "sent back"
    run.show(
        {"queue": queue, "messages": moved, "action": what.replace(" ", "_")},
        lambda: view.line(f"{view.count(moved, 'dead letter')} {what}." if moved else "There was no dead letter."),
    )
