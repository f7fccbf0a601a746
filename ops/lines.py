"""Files of one JSON object a line, each line checked; what is wrong is said with its line."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn, cast

from vigie.errors import InputError

type Check = Callable[[object], bool]
type Shape = Mapping[str, tuple[str, Check]]
"""Field -> what it must be, and the test of it. A field that is absent is the reader's business."""

RATING_MOST = 5


def _text(value: object) -> bool:
    return isinstance(value, str)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _number(value: object) -> bool:
    """True for a number that JSON can hold, of however many digits."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < math.inf


def _reference(value: object) -> bool:
    return _text(value) or _number(value)


def _rating(value: object) -> bool:
    return _number(value) and 0 <= cast("float", value) <= RATING_MOST


def _moment(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value) is not None
    except ValueError:
        return False


def _or_null(what: str, check: Check) -> tuple[str, Check]:
    return what, lambda value: value is None or check(value)


TEXT = ("text", _text)
TEXTS = ("a list of texts", _texts)
REFERENCE = ("text or a number", _reference)

PROFILE: Shape = {
    **dict.fromkeys(("id", "postcode"), REFERENCE),
    **dict.fromkeys(("first_names", "last_names"), TEXTS),
    **dict.fromkeys(("specialty", "city"), TEXT),
    **dict.fromkeys(("aliases", "excluded"), _or_null(*TEXTS)),
    **dict.fromkeys(("title", "practice_name", "phone", "website", "rpps"), _or_null(*TEXT)),
}
LINE: Shape = {"id": _or_null(*REFERENCE), "practitioner_id": REFERENCE}
ITEM: Shape = {
    **dict.fromkeys(("url", "title", "text", "author", "kind", "context"), _or_null(*TEXT)),
    "rating": _or_null(f"a number from 0 to {RATING_MOST}", _rating),
    "published": _or_null("an ISO 8601 date", _moment),
}


def profiles(path: Path) -> Iterator[dict[str, Any]]:
    """The profiles of a file. Raises `InputError`."""
    for place, found in _objects(path):
        _check(place, found, PROFILE)
        yield found


def items(path: Path) -> Iterator[dict[str, Any]]:
    """The items of a file. Raises `InputError`."""
    for place, found in _objects(path):
        inner = found.get("item")
        if not isinstance(inner, dict):
            raise InputError(f'{place} has no "item" object.')
        _check(place, found, LINE)
        _check(place, inner, ITEM)
        yield found


def _objects(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object of the file, with its place in words. Read line by line: such files may be large."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    place = f"{path}, line {number}"
                    yield place, _object(place, line)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {(error.strerror or 'no such file').lower()}.") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text; save it as UTF-8 and try again.") from None


def _object(place: str, line: str) -> dict[str, Any]:
    try:
        found = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        why = getattr(error, "msg", "nested too deep, or too long a number")
        raise InputError(f"{place} is not JSON: {why}.") from None
    if not isinstance(found, dict):
        raise InputError(f"{place} is not a JSON object.")
    return found


def _no_number(name: str) -> NoReturn:
    """`NaN` and the infinities, which Python reads and writes though JSON has none."""
    raise json.JSONDecodeError(f"{name} is no number", name, 0)


def _check(place: str, found: Mapping[str, Any], shape: Shape) -> None:
    for name, (what, is_right) in shape.items():
        if name in found and not is_right(found[name]):
            raise InputError(f"{place}: {name} must be {what}.")
