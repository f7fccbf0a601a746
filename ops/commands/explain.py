"""vigie explain: why an item is, or is not, thought to be about somebody."""

from __future__ import annotations

from typing import Annotated

import typer

from ops import view
from ops.commands.practitioner import Id
from ops.run import current

MOST = 12
"""Facts shown on each side: the others weigh next to nothing."""


def register(app: typer.Typer) -> None:
    app.command()(explain)


def explain(
    ctx: typer.Context,
    practitioner_id: Id,
    *,
    text: Annotated[str, typer.Option(help="What the item says.")],
    title: Annotated[str, typer.Option(help="Its title.")] = "",
    kind: Annotated[str, typer.Option(help="review, forum, news, social, web, video or image.")] = "web",
    author: Annotated[str | None, typer.Option(help="Who signed it.")] = None,
    url: Annotated[str, typer.Option(help="Where it stands.")] = "",
    context: Annotated[str, typer.Option(help="What it answers to: the post above a comment.")] = "",
    host: Annotated[str, typer.Option(help="Host of the source it was found at.")] = "",
    rating: Annotated[float | None, typer.Option(min=0, max=5, help="Its stars.")] = None,
) -> None:
    """Say what is decided of a text, and every fact that weighed in it.

    Facts are log-odds: what speaks for them being meant is positive. docs/matching.md says what each one is.

    Example: vigie explain ID --text "Le Dr Morvant m'a sauvé la peau" --kind forum
    """
    from ops.explain import explained
    from vigie.model import Item

    run = current(ctx)
    person = run.enrolment(practitioner_id).practitioner
    item = Item(url=url, title=title, text=text, kind=kind, author=author, rating=rating, context=context)
    found = explained(person, item, host=host)
    run.show(found.document(), lambda: _shown(found.document()))


def _shown(document: dict[str, object]) -> None:
    facts = document.pop("facts")
    view.facts(
        {name: "; ".join(map(str, told)) or None if isinstance(told, list) else told for name, told in document.items()}
    )
    if isinstance(facts, list):
        weighty = [fact for fact in facts if fact["weight"] > 0][:MOST] + [f for f in facts if f["weight"] < 0][:MOST]
        view.table(
            ("weight", "fact"), [(f"{f['weight']:+.2f}", f["fact"]) for f in weighty], empty="No place names them."
        )
