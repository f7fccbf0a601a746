"""vigie mentions: what was found about somebody."""

from __future__ import annotations

from typing import Annotated

import typer

from ops import documents, view
from ops.commands.practitioner import Id
from ops.run import current
from vigie.model import Mention, MentionStatus


def register(app: typer.Typer) -> None:
    app.command()(mentions)


def mentions(
    ctx: typer.Context,
    practitioner_id: Id,
    *,
    all_: Annotated[bool, typer.Option("--all", help="Also those too unlikely to be told (status kept).")] = False,
) -> None:
    """List what was found about somebody, newest first.

    What the first scan of a source found has the status baseline: it was recorded, and nobody was warned. What its
    author edited afterwards, and that matters, is there once more, as edited. What tells a story that was told already
    says under `repeats` by which mention: it is kept, and nobody is told twice.

    Example: vigie mentions ID --json
    """
    run = current(ctx)
    run.enrolment(practitioner_id)
    found = sorted(
        (m for m in run.session.registrar.mentions(practitioner_id) if all_ or m.status is not MentionStatus.KEPT),
        key=lambda m: (m.found_at, m.mention_id),
        reverse=True,
    )
    run.show(
        [documents.mention(m) for m in found],
        lambda: view.table(
            ("found", "status", "severity", "confidence", "category", "title", "url", "id", "repeats"),
            [
                (
                    view.when(m.found_at),
                    m.status,
                    m.severity,
                    m.confidence,
                    _sort(m),
                    m.title or m.excerpt,
                    m.url,
                    m.mention_id,
                    documents.repeated(m),
                )
                for m in found
            ],
            empty="Nothing was found yet.",
        ),
    )


def _sort(mention: Mention) -> str:
    return f"{mention.category}, edited" if mention.edited else str(mention.category)
