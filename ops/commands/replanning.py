"""vigie practitioner replan: what could be read for those who are enrolled already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ops import documents, enrol, view
from ops.commands import enrolling
from ops.commands.enrolling import Engine
from ops.run import Run, current
from vigie.errors import InputError

if TYPE_CHECKING:
    from ops.replan import Addition

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Whom, as `practitioner list` shows them.")]


def replan(
    ctx: typer.Context,
    practitioner_ids: Ids = None,
    *,
    everybody: Annotated[
        bool, typer.Option("--all", help="Everybody whose sources were planned at their enrolment.")
    ] = False,
    kind: Annotated[
        list[str] | None, typer.Option(metavar="KIND", help="Add sources of this kind only; repeat it.")
    ] = None,
    searxng: Engine = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be added, write nothing.")] = False,
) -> None:
    """Have more read for people enrolled already: after a key was set, or Vigie learnt a new kind of source.

    Their plan is made again from their profile, and what is missing of it is added; nothing is taken away. What is
    there at the first read is not told. A source that you removed comes back: --kind says which are added.

    Example: vigie practitioner replan --all --kind brave_web --dry-run
    """
    from ops import asking, outside, replan

    run = current(ctx)
    ids = list(dict.fromkeys(practitioner_ids or ()))
    if bool(ids) == everybody:
        raise InputError("Say for whom: the ids of people, or --all.")
    named = {facts.name for facts in asking.kinds() if not facts.register}
    for unknown in set(kind or ()) - named:
        raise InputError(
            f"There is no kind of source {view.plain(unknown)!r}: `{run.command} source kinds` lists them."
        )
    session = run.session
    means = outside.means(session, searxng)
    people = list(session.registrar.everyone()) if everybody else [run.enrolment(each).practitioner for each in ids]
    found: list[Addition] = []
    lacking: dict[tuple[str, str], None] = {}
    by_hand = 0
    with view.bar("Planning", len(people)) as bar:
        for person in people:
            made = replan.addition(person, session.registrar.watched(person.practitioner_id), means, kind or ())
            if everybody and not made.was_planned:
                by_hand += 1
            else:
                lacking.update(dict.fromkeys(made.lacking))
                found += [made] if made.planned else []
            bar.say("")
    added = found if dry_run or not found else list(_attached(run, found))
    warnings = outside.overload(session, [each for made in found for each in made.planned])
    enrolling.warn(warnings)
    facts = {"people": len(people), "added_by_hand": by_hand, "dry_run": dry_run}
    _shown(run, added, list(lacking), {**facts, "warnings": list(warnings)})


def _attached(run: Run, found: list[Addition]) -> Iterator[Addition]:
    """Each as it is done. Whoever is removed meanwhile is passed over."""
    from ops import handsoff

    with view.bar("Adding", len(found)) as bar:
        for made in found:
            try:
                handsoff.attach(run.session.registrar, made.person.practitioner_id, made.planned)
            except InputError:
                pass
            else:
                yield made
            bar.say("")


def _shown(run: Run, added: list[Addition], lacking: list[tuple[str, str]], facts: dict[str, Any]) -> None:
    from ops.planning import a_month, dollars

    price = sum(made.price for made in added)
    by_hand, dry_run = facts["added_by_hand"], facts["dry_run"]
    document: dict[str, Any] = {
        **facts,
        "added": [
            {
                "practitioner_id": made.person.practitioner_id,
                "sources": [documents.planned(each) for each in made.planned],
                "usd_per_month": made.price / 1e6,
            }
            for made in added
        ],
        "usd_per_month": price / 1e6,
        "lacking": [{"kind": kind, "lacks": lacks} for kind, lacks in lacking],
    }

    def human() -> None:
        view.table(
            ("id", "name", "sources", "price/month"),
            [
                (made.person.practitioner_id, enrol.name_of(made.person), _kinds(made), dollars(made.price))
                for made in added
            ],
            empty="Nothing is missing of what could be read for them.",
        )
        if added:
            were = "would be read" if dry_run else "are read from now on"
            sources = view.count(sum(len(made.planned) for made in added), "more source")
            view.line(f"{sources} {were} for {view.count(len(added), 'person', 'people')}: {a_month(price)}.")
        if lacking:
            view.table(("not read", "what it lacks"), lacking, empty="")
        if by_hand:
            who = view.count(by_hand, "person", "people")
            view.note(f"Left alone: {who} for whom nothing was planned. Give their ids to have it planned.")

    run.show(document, human)


def _kinds(made: Addition) -> str:
    return ", ".join(dict.fromkeys(each.source.kind for each in made.planned))
