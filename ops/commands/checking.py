"""vigie source check: one source, or a register, read once from here."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ops import documents, view
from ops.run import Run, current
from vigie.identity import minute_of
from vigie.upkeep import next_turn

if TYPE_CHECKING:
    from ops.reading import Reading
    from ops.session import Session
    from vigie.model import Item, Practitioner, Source

Kind = Annotated[str, typer.Argument(metavar="KIND", help="What sort of source: see `vigie source kinds`.")]
Url = Annotated[str | None, typer.Option(metavar="URL", help="Its address: the same as --param url=URL.")]
Params = Annotated[list[str] | None, typer.Option("--param", metavar="K=V", help="A parameter of the kind; repeat it.")]


def check(
    ctx: typer.Context,
    kind: Kind,
    *,
    url: Url = None,
    param: Params = None,
    practitioner: Annotated[
        str | None, typer.Option(metavar="ID", help="Say of each item whether it is about them.")
    ] = None,
) -> None:
    """Read a source once, from here, and show what it holds. Needs no deployment, and writes nothing.

    Keys come from the environment (VIGIE_KEY_BRAVE for the key `brave`), else from the deployment, whose budgets then
    hold for this look too. The exit code is 1 when the source could not be read. With --local, 127.0.0.1 may be read.

    Example: vigie source check brave_web --param 'query="Camille Aubertin-Lesage"' --practitioner ID
    """
    from ops import asking, outside, registers
    from vigie import registry, sources

    run = current(ctx)
    if kind in registry.kinds(registers):
        _check_register(run, kind, asking.register(kind, [*(param or []), *([f"url={url}"] if url else [])]))
        return
    person = run.enrolment(practitioner).practitioner if practitioner else None
    session = run.session if person else outside.session_for(run, sources.provider_of(registry.load(sources, kind)))
    allowlist = outside.allowlist(session, local=run.where.local)
    source = asking.source(kind, url, param or [], None, allowlist)
    found = asyncio.run(outside.look(session, source, local=run.where.local))
    told = [_told(person, item, source) for item in found.items] if person else []
    following = _next(session, source, person)
    run.show(_document(source, found, told, following), lambda: _shown(found, told, following))
    if not found.outcome.seen:
        raise typer.Exit(1)


def _told(person: Practitioner, item: Item, source: Source) -> dict[str, Any]:
    """What a scan would make of an item for them."""
    from ops.evaluate import NOBODY
    from vigie.match import match
    from vigie.triage import triage

    decision = match(person, item, host=source.host) or NOBODY
    verdict = triage(item, decision, person)
    return {
        "about": decision.about,
        "confidence": decision.confidence,
        "score": decision.score,
        "category": verdict.category,
        "severity": verdict.severity,
        "because": [f"{reason.code}: {reason.words}" for reason in decision.reasons],
    }


def _next(session: Session | None, source: Source, person: Practitioner | None) -> tuple[str, datetime | None]:
    """(whether it is read for them and how often, when it is read next)."""
    every = documents.cadence(source)
    watched = session.registrar.watched(person.practitioner_id) if session and person else []
    row = next((row for row in watched if row.source_id == source.source_id), None)
    if session is None or row is None:
        return f"{'not read for them: ' if person else ''}every {every}, once added", None
    now, tick = session.clock(), timedelta(minutes=session.settings.tick_minutes)
    return f"every {documents.every(row)}", now + tick if row.slot == "new" else _due(row, now, tick)


def _due(row: Source, now: datetime, tick: timedelta) -> datetime:
    """When the wheel comes round to its slot, `60m#37`: minute 37 of every 60, since the epoch. One that is held back
    until shortly after that is read too, since the slot is looked at within a tick."""
    held = row.cursor.not_before or now
    due = next_turn(row, minute_of(max(now, held - tick)) + 1)
    return max(datetime.fromtimestamp(due * 60, UTC), held)


def _document(
    source: Source, found: Reading, told: list[dict[str, Any]], following: tuple[str, datetime | None]
) -> dict[str, Any]:
    every, at = following
    items = [documents.item(item) for item in found.items]
    return {
        "source_id": source.source_id,
        "outcome": found.outcome,
        "detail": found.detail,
        "moved_to": found.moved_to,
        "until": documents.moment(found.until),
        "requests": found.requests,
        "usd": found.price / 1e6,
        "cadence": documents.cadence(source),
        "read": every,
        "next_scan": documents.moment(at),
        "items": [item | verdict for item, verdict in zip(items, told, strict=True)] if told else items,
        **({"matches": sum(verdict["about"] for verdict in told)} if told else {}),
    }


def _shown(found: Reading, told: list[dict[str, Any]], following: tuple[str, datetime | None]) -> None:
    from ops import meaning
    from ops.planning import dollars

    every, at = following
    view.facts(
        {
            "outcome": found.outcome,
            "because": meaning.because(found.detail) or None,
            "what to do": meaning.to_do(found.outcome, found.detail),
            "until": view.when(found.until),
            "moved to": found.moved_to,
            "read": every,
            "next scan": view.when(at),
            "cost": f"{dollars(found.price)}, {view.count(found.requests, 'request')}",
        }
    )
    rows: list[tuple[object, ...]] = [
        (view.when(item.published_at), item.title or item.text[:80], item.url) for item in found.items
    ]
    columns: tuple[str, ...] = ("published", "title", "url")
    if told:
        columns = ("about them", "severity", *columns)
        rows = [
            (verdict["confidence"] if verdict["about"] else "no", verdict["severity"] if verdict["about"] else "", *row)
            for row, verdict in zip(rows, told, strict=True)
        ]
        matches = sum(verdict["about"] for verdict in told)
        view.line(f"{matches} of {view.count(len(told), 'item')} about them: the first scan is the baseline.")
    view.table(columns, rows, empty="It holds no item." if found.outcome.seen else "")


def _check_register(run: Run, name: str, asked: dict[str, str]) -> None:
    """Who a register has of that number or name."""
    from ops import handsoff, outside, registers
    from ops.identity import identity
    from vigie import registry
    from vigie.model import OutcomeKind

    provider = registry.load(registers, name).PROVIDER
    lookup = outside.lookup(outside.session_for(run, provider), name)
    found = asyncio.run(handsoff.people(lookup, asked))
    outcome = OutcomeKind.OK if found else OutcomeKind.EMPTY
    people = [dict(identity(entry).document) for entry in found]
    run.show(
        {"outcome": outcome, "people": people},
        lambda: view.table(
            ("who",), [(handsoff.describe(entry),) for entry in found], empty="Nobody of that number or name."
        ),
    )
