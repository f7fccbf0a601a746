"""Is all well? Everything an operator would look at, looked at once, and what to do about what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ops import documents, view
from ops.queues import DEAD, QUEUES, Depth
from ops.session import Session
from ops.spending import Spending, spending
from vigie.enrolment import Backlog
from vigie.model import Source

PERSISTS = 3
"""Scans in a row that must fail before a source wants attention: the web is down somewhere at every moment."""

OVERDUE = timedelta(minutes=15)
"""A mention due for longer than this, beyond a tick, is not being told."""

STATES = ("ok", "failing", "waiting", "never scanned")

_DEAD_SAYS = {
    "tick": "{n} failed: see plan's log, then `{vigie} redrive tick` (docs/operating.md, TickDeadLettersAlarm).",
    "scan": "{n} failed: see scan's log, then `{vigie} redrive scan` (docs/operating.md, ScanDeadLettersAlarm).",
    "mention": "{n} failed: see notify's log, `{vigie} redrive mention` (docs/operating.md, MentionDeadLettersAlarm).",
}
_DEAD_ARE = {"tick": "tick", "scan": "job", "mention": "pointer"}


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `problems` are sentences that say what to do; none when all is well."""

    stack: str
    now: datetime
    tick_minutes: int
    tick_at: datetime | None
    practitioners: int
    sources: int
    states: Mapping[str, int]
    failing: tuple[Source, ...]
    queues: Mapping[str, Depth]
    dead_letters: Mapping[str, int]
    pending: Backlog
    held_addresses: int
    spending: tuple[Spending, ...]
    problems: tuple[str, ...]


def examine(session: Session) -> Report:
    """Look at everything. Reads only."""
    now = session.clock()
    registrar = session.registrar
    sources = list(registrar.all_sources())
    states = Counter(_state(source, now) for source in sources)
    addresses = [recipient for roster in registrar.all_rosters() for recipient in roster.recipients]
    minute = session.wheel.minute()
    report = Report(
        stack=session.name,
        now=now,
        tick_minutes=session.settings.tick_minutes,
        tick_at=None if minute is None else datetime.fromtimestamp(minute * 60, UTC),
        practitioners=sum(1 for _ in registrar.everyone()),
        sources=len(sources),
        states={name: states[name] for name in STATES},
        failing=tuple(sorted((s for s in sources if _state(s, now) == "failing"), key=lambda s: s.host)),
        queues={name: session.queues.depth(name) for name in QUEUES},
        dead_letters={name: session.queues.dead(name) for name in DEAD},
        pending=registrar.backlog(),
        held_addresses=sum(address.held_reason is not None for address in addresses),
        spending=tuple(spending(session.ledger, session.settings.limits, now)),
        problems=(),
    )
    return replace(report, problems=tuple(_problems(report, session)))


def document(report: Report) -> dict[str, Any]:
    """The JSON form of a report."""
    age = None if report.tick_at is None else int((report.now - report.tick_at).total_seconds())
    return {
        "well": not report.problems,
        "problems": list(report.problems),
        "stack": report.stack,
        "now": documents.moment(report.now),
        "tick": {"last_at": documents.moment(report.tick_at), "age_s": age, "every_minutes": report.tick_minutes},
        "practitioners": report.practitioners,
        "sources": {
            "total": report.sources,
            **{name.replace(" ", "_"): number for name, number in report.states.items()},
            "failures": [documents.source(source) for source in report.failing],
        },
        "queues": {name: asdict(depth) for name, depth in report.queues.items()},
        "dead_letters": dict(report.dead_letters),
        "pending": {"count": report.pending.count, "oldest_due_at": documents.moment(report.pending.oldest_due_at)},
        "held_addresses": report.held_addresses,
        "spending": [
            {**asdict(one), "ends_at": documents.moment(one.ends_at), "over": one.is_over} for one in report.spending
        ],
    }


def _state(source: Source, now: datetime) -> str:
    """One that waits because it was asked to is well, unless that is all that ever comes of it."""
    cursor, failures = source.cursor, source.health.failures
    if source.health.outcome is None:
        return "never scanned"
    if failures < PERSISTS and cursor.asked_to_wait and cursor.not_before is not None and cursor.not_before > now:
        return "waiting"
    return "failing" if failures else "ok"


def _problems(report: Report, session: Session) -> Iterator[str]:
    vigie = session.command
    yield from _tick_problem(report, session.deployed_at)
    for name, number in report.dead_letters.items():
        if number:
            yield _DEAD_SAYS[name].format(n=view.count(number, _DEAD_ARE[name]), vigie=vigie)
    due = report.pending.oldest_due_at
    if due is not None and report.now - due > OVERDUE + timedelta(minutes=report.tick_minutes):
        late = view.age(report.now - due)
        yield f"A mention has been due for {late}: see notify's log (docs/operating.md, OverdueAlarm)."
    down = [source for source in report.failing if source.health.failures >= PERSISTS]
    if down:
        since = min((s.health.since for s in down if s.health.since), default=report.now)
        yield (
            f"{len(down)} of {view.count(report.sources, 'source')} could not be read {PERSISTS} times in a row, the"
            f" first since {view.when(since)}: `{vigie} source check` says why; remove what is gone."
        )
    for one in report.spending:
        if one.is_over:
            yield (
                f"The budget of {one.provider} is spent, {one.limit:g} {one.unit} in {one.period}: it is asked again"
                f" after {view.when(one.ends_at)} (docs/operating.md, Paid services)."
            )
    if report.held_addresses:
        yield (
            f"{view.count(report.held_addresses, 'address is', 'addresses are')} held after a bounce, a complaint or a"
            f" refusal: `{vigie} practitioner show ID` says which; correct the profile and add it again."
        )


def _tick_problem(report: Report, deployed_at: datetime) -> Iterator[str]:
    late = timedelta(minutes=3 * report.tick_minutes + 2)
    since = report.tick_at or deployed_at
    if report.now - since > late:
        what = "The last tick was" if report.tick_at else "No tick came yet; the stack was deployed"
        when = view.age(report.now - since)
        yield f"{what} {when} ago: see plan's log and the schedule (docs/operating.md, NoTickAlarm)."
