"""DynamoDB attribute values and plain Python ones, both ways, and what they weigh.

Plain values are str, int, float, bool, bytes, sets of str, lists and dicts with str keys. What DynamoDB has no value
for is left out: None, an empty set, a number that is not finite.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from typing import Any

Value = Mapping[str, Any]
"""As DynamoDB's JSON protocol spells it: {"S": "text"}, {"N": "4.5"}, {"SS": [...]}."""

ITEM_LIMIT = 400 * 1024
"""Bytes an item may weigh, names included (DynamoDB developer guide, "Service, account and table quotas")."""


def encoded(record: Mapping[str, object]) -> dict[str, Value]:
    """A record as an item; fields without a value are left out."""
    return {name: attribute for name, value in record.items() if (attribute := _encoded(value)) is not None}


def decoded(item: Mapping[str, Value]) -> dict[str, Any]:
    """An item as a record."""
    return {name: _decoded(value) for name, value in item.items()}


def weight(item: Mapping[str, Value]) -> int:
    """Bytes of an item as DynamoDB counts them, to within a few: what a write costs is this, by whole kilobytes."""
    return sum(len(name.encode()) + _weight(value) for name, value in item.items())


def text(value: str) -> str:
    """`value` with its surrogate pairs joined and lone surrogates replaced: nothing else cannot travel as UTF-8.

    One bad `\\ud800` in a title would otherwise raise in the client, and keep the whole read from being recorded.
    """
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value


def _encoded(value: object) -> Value | None:
    match value:
        case None:
            return None
        case str():
            return {"S": text(value)}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case float():
            return {"N": repr(value)} if math.isfinite(value) else None
        case bytes():
            return {"B": value}
        case Set():
            return {"SS": sorted(text(v) for v in value)} if value else None
        case Mapping():
            return {"M": encoded({text(str(k)): v for k, v in value.items()})}
        case Sequence():
            return {"L": [attribute for v in value if (attribute := _encoded(v)) is not None]}
    raise TypeError(f"{type(value).__name__} has no attribute value")


def _decoded(value: Value) -> Any:
    ((kind, raw),) = value.items()
    match kind:
        case "S" | "BOOL":
            return raw
        case "N":
            return float(raw) if any(c in raw for c in ".eE") else int(raw)
        case "B":
            return bytes(raw)
        case "SS":
            return frozenset(raw)
        case "M":
            return decoded(raw)
        case "L":
            return [_decoded(v) for v in raw]
        case "NULL":
            return None
    raise TypeError(f"attribute value of kind {kind}")


def _weight(value: Value) -> int:
    ((kind, raw),) = value.items()
    match kind:
        case "S":
            return len(raw.encode())
        case "N":
            return len(raw) // 2 + 2
        case "B":
            return len(raw)
        case "SS":
            return sum(len(v.encode()) for v in raw)
        case "M":
            return 3 + weight(raw) + len(raw)
        case "L":
            return 3 + sum(1 + _weight(v) for v in raw)
    return 1
