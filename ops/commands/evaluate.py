"""vigie evaluate: how good matching and triage are on items one knows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command()(evaluate)


def evaluate(
    *,
    profiles: Annotated[Path, typer.Option(metavar="P.jsonl", help="Practitioners, one JSON object a line.")],
    items: Annotated[Path, typer.Option(metavar="I.jsonl", help="Items, one JSON object a line; labels are not read.")],
) -> None:
    """Say of each item whether it is about its practitioner, and how serious it is.

    Prints one JSON object a line: id, about, confidence, category, polarity, severity. Needs no deployment.

    Example: vigie evaluate --profiles P.jsonl --items I.jsonl > predictions.jsonl
    """
    from ops import lines, view
    from ops.evaluate import predictions

    for prediction in predictions(lines.profiles(profiles), lines.items(items)):
        view.record(prediction)
