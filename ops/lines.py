"""Files of one JSON object a line, each line checked; what is wrong is said with its line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from vigie.errors import InputError

type Check = Callable[[object], bool]
type Shape = Mapping[str, tuple[str, Check]]
"""Field -> what it must be, and the test of it. A field that is absent is the reader's business."""


def _text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _texts(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(entry, str) for entry in value))


def _number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _moment(value: object) -> bool:
    if value is None:
        return True
    try:
        return isinstance(value, str) and datetime.fromisoformat(value) is not None
    except ValueError:
        return False


TEXT = ("text", _text)
TEXTS = ("a list of texts", _texts)

PROFILE: Shape = {
    **dict.fromkeys(("first_names", "last_names", "aliases", "excluded"), TEXTS),
    **dict.fromkeys(("title", "specialty", "city", "practice_name", "phone", "website", "rpps"), TEXT),
}
ITEM: Shape = {
    **dict.fromkeys(("url", "title", "text", "author", "kind", "context"), TEXT),
    "rating": ("a number", _number),
    "published": ("an ISO 8601 date", _moment),
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
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        why = getattr(error, "msg", "nested too deep, or too long a number")
        raise InputError(f"{place} is not JSON: {why}.") from None
    if not isinstance(found, dict):
        raise InputError(f"{place} is not a JSON object.")
    return found


def _check(place: str, found: Mapping[str, Any], shape: Shape) -> None:
    for name, (what, is_right) in shape.items():
        if not is_right(found.get(name)):
            raise InputError(f"{place}: {name} must be {what}.")
