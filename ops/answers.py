"""JSON as services answer with it: nothing in it is taken for granted."""

from __future__ import annotations

import json
from typing import Any

from vigie.errors import SourceError
from vigie.model import OutcomeKind
from vigie.show.text import clean

LONGEST = 300
"""Characters of one value: names and labels of a register are far shorter."""

_DIGITS = 30
"""Of a number: Python refuses to read integers of thousands."""


def object_of(body: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises `SourceError(CONTRACT_CHANGED)` for anything else."""
    try:
        found = json.loads(body.decode("utf-8-sig", "replace"), parse_int=_whole, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "no JSON") from None
    if not isinstance(found, dict):
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "JSON, but no object")
    return found


def objects(value: object, most: int) -> list[dict[str, Any]]:
    """The objects of a list; none when it is no list."""
    return [entry for entry in value[:most] if isinstance(entry, dict)] if isinstance(value, list) else []


def text(value: object) -> str:
    """A cell as text on one line: numbers as they are written, null and what is no text as nothing."""
    if isinstance(value, float):
        value = int(value) if value.is_integer() and abs(value) < 1e15 else ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return clean(str(value)[: 4 * LONGEST])[:LONGEST].strip()


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _DIGITS else None
