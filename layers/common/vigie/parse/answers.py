"""What services answer in JSON, whatever they put in the place of what they promise.

A value of another type than its contract has it is as good as missing; an answer that cannot be read at all is
`CONTRACT_CHANGED`, and a page where JSON should be is `BLOCKED`: a person is asked for something.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from vigie.errors import SourceError
from vigie.model import OutcomeKind
from vigie.parse.markup import cleaned, line, literal

_LONGEST_NUMBER = 300
"""Digits; Python refuses to read integers of thousands."""

_PAGE = re.compile(r"\s*(?:<!doctype\s+html|<(?:html|head|body|script)\b)", re.IGNORECASE)


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else None


def _not_json(_: str) -> None:
    """NaN and the infinities are Python's own idea of JSON."""


_DECODER = json.JSONDecoder(strict=False, parse_int=_integer, parse_constant=_not_json)


def opened(body: bytes) -> dict[str, Any]:
    """The object that an answer is. Raises `SourceError`: `BLOCKED` or `CONTRACT_CHANGED`."""
    text = body.decode("utf-8-sig", "replace")
    try:
        found = _DECODER.decode(text)
    except (ValueError, RecursionError):
        if _PAGE.match(text):
            raise SourceError(OutcomeKind.BLOCKED, "a page in the place of the answer") from None
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "JSON that cannot be read") from None
    if not isinstance(found, dict):
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "JSON, but no object")
    return found


def explained(body: bytes) -> dict[str, Any]:
    """What an answer that is no success says of why; nothing when it says nothing readable."""
    try:
        return opened(body)
    except SourceError:
        return {}


def at(found: object, *names: str) -> Any:
    """What stands in `found` under these names, one in the other; None where there is no such thing."""
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def text(value: object) -> str:
    """A text as a reader sees it; empty for anything else."""
    return literal(cleaned(value)) if isinstance(value, str) else ""


def word(value: object) -> str:
    """A text on one line: a name, a title."""
    return line(text(value))


def name(value: object) -> str:
    """An identifier or a token, as it is: a text, or a number; empty for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return line(cleaned(value)) if isinstance(value, str) else ""


def number(value: object) -> float | None:
    """A number that is one; those written as texts are not."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def rows(found: object, *names: str) -> list[dict[str, Any]]:
    """The objects of a list that stands in `found` under these names.

    None of them when it is missing. Raises `SourceError(CONTRACT_CHANGED)` when there is something else than a list of
    objects: what cannot be read is not to be taken for nothing.
    """
    held = at(found, *names)
    if held is None:
        return []
    kept = [row for row in held if isinstance(row, dict)] if isinstance(held, list) else []
    if not isinstance(held, list) or (held and not kept):
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, f"another shape of {names[-1]}" if names else "another shape")
    return kept
