"""What every record shares: its version, and how a moment is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from vigie.errors import SchemaError
from vigie.model import SCHEMA

type Record = dict[str, Any]


def checked[T](build: Callable[[Record], T]) -> Callable[[Record], T]:
    """`build`, raising `SchemaError` for a record it was not written for. Its text holds nothing of the record."""

    @wraps(build)
    def read(record: Record) -> T:
        version = record.get("v")
        if version != SCHEMA:
            shown = version if isinstance(version, int) else type(version).__name__
            raise SchemaError(f"{build.__name__}: a row of schema version {shown} is left alone")
        try:
            return build(record)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise SchemaError(f"{build.__name__}: not a row of its version ({type(error).__name__})") from None

    return read


def instant(at: datetime) -> str:
    """`at` as stored, 2026-11-23T13:16:40.000000Z: text order is time order. `ValueError` for a naive datetime."""
    if at.tzinfo is None:
        raise ValueError("a stored datetime is aware")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def maybe_instant(at: datetime | None) -> str | None:
    return None if at is None else instant(at)


def moment(stored: str) -> datetime:
    return datetime.fromisoformat(stored)


def maybe_moment(stored: str | None) -> datetime | None:
    return None if stored is None else moment(stored)


def epoch_s(at: datetime) -> int:
    """`at` as DynamoDB's TTL wants it."""
    return int(at.timestamp())
