"""vigie inbox: every message the local stack sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import typer

from ops import view
from ops.run import current
from vigie.errors import InputError


def register(app: typer.Typer) -> None:
    app.command()(inbox)


def inbox(ctx: typer.Context) -> None:
    """Show every e-mail and SMS that the local stack sent, oldest first.

    On AWS messages go to their recipients and nowhere else: there is no inbox to read.

    Example: vigie --local inbox --json
    """
    run = current(ctx)
    if not run.where.local:
        raise InputError("There is an inbox on the local stack only: vigie --local inbox.")
    from ops.local.inbox import messages

    found = messages(run.session.endpoint or "", run.session.name)
    run.show(
        found,
        lambda: view.table(
            ("sent", "channel", "to", "about", "says"),
            [
                (_when(sent["sent_at"]), sent["channel"], sent["to"], _about(sent), sent["subject"] or sent["text"])
                for sent in found
            ],
            empty="No message was sent yet.",
        ),
    )


def _when(sent_at: str | None) -> str | None:
    return view.when(datetime.fromisoformat(sent_at)) if sent_at else None


def _about(sent: Mapping[str, Any]) -> str:
    return view.count(len(sent["mention_ids"]), "mention")
