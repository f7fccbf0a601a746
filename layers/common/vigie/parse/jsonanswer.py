"""JSON as services answer it, read without trusting its shape: what is missing, null or of another type is empty.

    answer = parsed(body)                       CONTRACT_CHANGED, or BLOCKED for a page in its place
    for post in records(answer, "posts"):       the objects of a list; CONTRACT_CHANGED where there is no list
        text(at(post, "record", "text"))        plain characters, empty when it is no text

Numbers that no computer means (thousands of digits, NaN) are read as nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from vigie.errors import SourceError
from vigie.exchange import Response
from vigie.model import Item, OutcomeKind
from vigie.parse.markup import cleaned
from vigie.sources import MOST

_LONGEST_NUMBER = 20
"""Digits of an integer that is read: ids have 19, and Python refuses thousands."""

_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|script|!--)", re.IGNORECASE)


def _number(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else None


_DECODER = json.JSONDecoder(strict=False, parse_int=_number, parse_constant=lambda _: None)


def is_page(body: bytes) -> bool:
    """True for HTML: what stands before a service answers for it, and asks for a person or shuts the door."""
    return _PAGE.match(body[:1_000]) is not None


def parsed(body: bytes) -> Any:
    """What the JSON of a success says. Raises `SourceError`: `CONTRACT_CHANGED`, `BLOCKED` for a page in its place."""
    if is_page(body):
        raise SourceError(OutcomeKind.BLOCKED, "a page in the place of the answer")
    try:
        return _DECODER.decode(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "JSON that cannot be read") from None


def error_of(response: Response) -> Any:
    """What the JSON of a refusal says; None when it says nothing, in JSON."""
    try:
        return parsed(response.body)
    except SourceError:
        return None


def at(value: Any, *path: str) -> Any:
    """What stands under these keys, one in the other; None where the way ends."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def text(value: Any) -> str:
    """`value` when it is text, or a number that may be an id: without controls, lone surrogates and outer blanks."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return cleaned(value).replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else ""


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list, `MOST` at most; none when it is no list."""
    return [one for one in value[:MOST] if isinstance(one, dict)] if isinstance(value, list) else []


def records(answer: Any, *path: str) -> list[Mapping[str, Any]]:
    """The objects of the list that an answer is for. Raises `SourceError(CONTRACT_CHANGED)` where there is none."""
    value = at(answer, *path)
    found = objects(value)
    if not isinstance(value, list) or (value and not found):
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, f"no list of {'.'.join(path) or 'records'}")
    return found


def understood(told: Iterable[Mapping[str, Any]], read: Callable[[Mapping[str, Any]], Item | None]) -> Sequence[Item]:
    """What `read` makes of each record. One without what makes it an item is left out; that all are is another
    contract: raises `SourceError(CONTRACT_CHANGED)`."""
    tried = [read(record) for record in told]
    items = [item for item in tried if item is not None]
    if tried and not items:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "records without what names them")
    return items[:MOST]
