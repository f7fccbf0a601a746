"""Sources, their cursors and their health as records."""

from __future__ import annotations

from vigie.items.fields import Record, checked, maybe_instant, maybe_moment
from vigie.model import SCHEMA, Condition, Cursor, Health, OutcomeKind, Source

HEADER_LIMIT = 2_048
"""Characters of a validator or an address worth keeping: a longer one would fill the row, and no cursor could be saved
any more. Without it the source is read in full, or where it was."""

CONDITION = ("source_id", "v", "host", "health")
"""What `notify` may read of a source: how it fares, and neither what it is nor who watches it."""


def cursor_record(cursor: Cursor) -> Record:
    return {
        "etag": _bounded(cursor.etag),
        "last_modified": _bounded(cursor.last_modified),
        "body_hash": cursor.body_hash,
        "moved_to": _bounded(cursor.moved_to),
        "ring": cursor.ring or None,
        "full_read_at": maybe_instant(cursor.full_read_at),
        "not_before": maybe_instant(cursor.not_before),
        "asked_to_wait": cursor.asked_to_wait or None,
        "robots": cursor.robots,
        "robots_at": maybe_instant(cursor.robots_at),
        "state": dict(cursor.state) or None,
        "changed_at": maybe_instant(cursor.changed_at),
        "heat": cursor.heat or None,
        "every": cursor.every,
        "rest": cursor.rest or None,
    }


def health_record(health: Health) -> Record:
    return {
        "outcome": health.outcome,
        "failures": health.failures or None,
        "since": maybe_instant(health.since),
        "seen_at": maybe_instant(health.seen_at),
        "gap_at": maybe_instant(health.gap_at),
    }


def source_record(source: Source) -> Record:
    return {
        "v": SCHEMA,
        "source_id": source.source_id,
        "kind": source.kind,
        "params": dict(source.params),
        "cadence": source.cadence,
        "host": source.host or "-",  # a key of index by-slot may not be empty
        "watchers": source.watchers,
        "fresh": source.fresh,
        "rev": source.rev,
        "slot": source.slot,
        "cursor": cursor_record(source.cursor),
        "health": health_record(source.health),
    }


@checked
def source(record: Record) -> Source:
    return Source(
        source_id=record["source_id"],
        kind=record["kind"],
        params=record["params"],
        cadence=record["cadence"],
        host="" if record["host"] == "-" else record["host"],
        watchers=record.get("watchers", frozenset()),
        fresh=record.get("fresh", frozenset()),
        rev=record["rev"],
        slot=record["slot"],
        cursor=_cursor(record.get("cursor", {})),
        health=_health(record.get("health", {})),
    )


@checked
def condition(record: Record) -> Condition:
    """Of a row of which only `CONDITION` was read."""
    return Condition("" if record["host"] == "-" else record["host"], _health(record.get("health", {})))


def _cursor(row: Record) -> Cursor:
    return Cursor(
        etag=row.get("etag"),
        last_modified=row.get("last_modified"),
        body_hash=row.get("body_hash"),
        moved_to=row.get("moved_to"),
        ring=row.get("ring", b""),
        full_read_at=maybe_moment(row.get("full_read_at")),
        not_before=maybe_moment(row.get("not_before")),
        asked_to_wait=row.get("asked_to_wait", False),
        robots=row.get("robots"),
        robots_at=maybe_moment(row.get("robots_at")),
        state=row.get("state", {}),
        changed_at=maybe_moment(row.get("changed_at")),
        heat=row.get("heat", 0),
        every=row.get("every"),
        rest=row.get("rest", 0),
    )


def _health(row: Record) -> Health:
    return Health(
        outcome=OutcomeKind(row["outcome"]) if row.get("outcome") else None,
        failures=row.get("failures", 0),
        since=maybe_moment(row.get("since")),
        seen_at=maybe_moment(row.get("seen_at")),
        gap_at=maybe_moment(row.get("gap_at")),
    )


def _bounded(value: str | None) -> str | None:
    return value if value and len(value) <= HEADER_LIMIT else None
