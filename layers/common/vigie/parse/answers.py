"""Answers of services (APIs): JSON of a known shape, and whatever may come in its place.

A field that is not what it should be is as if it were not there. An answer of which nothing can be made is
`CONTRACT_CHANGED`, a page that asks for a person `BLOCKED`: neither is taken for an empty one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from vigie.errors import SourceError
from vigie.exchange import Response
from vigie.identity import same_place
from vigie.model import Item, OutcomeKind
from vigie.parse import links
from vigie.parse.charset import decoded
from vigie.parse.dates import instant
from vigie.parse.markup import cleaned, line, literal, plain
from vigie.sources import MOST

type Fields = Mapping[str, Any]
"""An object of JSON."""

_LONGEST_NUMBER = 300
"""Digits; Python refuses to read integers of thousands."""

_DECODER = json.JSONDecoder(
    strict=False,  # controls within texts are not JSON, and common
    parse_int=lambda digits: int(digits) if len(digits) <= _LONGEST_NUMBER else None,
)
_ESCAPES = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|(\')|)')
_ENDS = re.compile(r"\r\n?")
_LONGEST = 20_000
"""Characters of a text that are read: an answer lists results, it does not hold them."""


def document(response: Response) -> Fields:
    """The object that an answer is. Raises `SourceError`: `BLOCKED` or `CONTRACT_CHANGED`."""
    found = content(response)
    if isinstance(found, dict):
        return found
    raise SourceError(OutcomeKind.CONTRACT_CHANGED, "no JSON object")


def content(response: Response) -> object:
    """What an answer is, when it may be something else than an object. Raises `SourceError` as `document` does."""
    said = decoded(response.body, response.header("content-type"))
    found = _read(said.strip("\ufeff \t\r\n"))
    if found is None:
        raise not_json(said)
    return found


def reason(response: Response) -> Fields:
    """The object in which a refusal says why; empty when there is none."""
    found = _read(decoded(response.body, response.header("content-type")).strip())
    return found if isinstance(found, dict) else {}


def is_page(response: Response) -> bool:
    """True for HTML: what stands before a service answers for it, and refuses programs, whatever they bring."""
    return "html" in response.header("content-type").lower()


def not_json(said: str) -> SourceError:
    """Why there is something else."""
    from vigie.parse.challenge import is_challenge

    if "<" in said and is_challenge(said, plain(said[:200_000])):
        return SourceError(OutcomeKind.BLOCKED, "challenge")
    return SourceError(OutcomeKind.CONTRACT_CHANGED, "no JSON")


def _read(said: str) -> object:
    for mended in (False, True):
        try:
            found: object = _DECODER.decode(_ESCAPES.sub(_escape, said) if mended else said)
        except (ValueError, RecursionError):
            continue
        return found
    return None


def _escape(found: re.Match[str]) -> str:
    r"""An escape as it is; `\'` as PHP means it; any other backslash as itself."""
    return found[0] if found[1] else found[2] or "\\\\"


def inside(found: object, *names: str) -> Fields:
    """The object under `names`, one in the other; empty when there is none."""
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def block(found: Fields, name: str) -> Fields:
    """The object under `name`; empty when it is absent. Raises `SourceError` when it is something else."""
    held = found.get(name)
    if held is not None and not isinstance(held, dict):
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, f"{name} is no object")
    return held or {}


def rows(found: Fields, name: str) -> Sequence[Fields]:
    """The objects listed under `name`; none when it is absent. Raises `SourceError` when it is no such list."""
    listed = found.get(name)
    if listed is None:
        return ()
    kept = objects(listed)
    if not kept and listed != []:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, f"{name} is no list of objects")
    return kept


def objects(listed: object) -> Sequence[Fields]:
    """The objects of a list; none where there is no list."""
    return [row for row in listed[:MOST] if isinstance(row, dict)] if isinstance(listed, list) else []


def records(found: object, *names: str) -> Sequence[Fields]:
    """The objects of the list that an answer is for, under `names`, one in the other. Raises `SourceError` when there
    is no such list: an answer that finds nothing has it, empty."""
    *above, name = names
    holder = inside(found, *above)
    if holder.get(name) is None:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, f"no {name}")
    return rows(holder, name)


def items[Row](listed: Sequence[Row], item: Callable[[Row], Item | None]) -> list[Item]:
    """What `item` makes of each row, once each. Raises `SourceError` when there are rows and it makes nothing of any:
    a field has another name, and nothing found would be said for it."""
    made = distinct(filter(None, map(item, listed)))
    if listed and not made:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "results without address or title")
    return made


def distinct(found: Iterable[Item]) -> list[Item]:
    """Items of one answer, the first of each name: one page shown twice would be known by what is said of it."""
    named: dict[str, Item] = {}
    for item in islice(found, MOST):
        named.setdefault(item.native_id or same_place(item.url), item)
    return list(named.values())


def text(value: object) -> str:
    """A text as it was sent, its lines ended alike; empty for anything else."""
    return cleaned(_ENDS.sub("\n", value[:_LONGEST])) if isinstance(value, str) else ""


def words(value: object) -> str:
    """A text meant to be plain, which may hold markup all the same."""
    return literal(text(value))


def marked(value: object) -> str:
    """What a reader sees of a text that is HTML."""
    return cleaned(plain(text(value)))


def label(value: object) -> str:
    """A title: `words` on one line."""
    return line(cleaned(words(value)))


def lines(*parts: str) -> str:
    """Those that say something, each on a line of its own, none twice."""
    return "\n".join(dict.fromkeys(filter(None, (part.strip() for part in parts))))


def signature(name: object, handle: object) -> str:
    """Who signs a post: a name and a handle, as far as there are any."""
    return line(f"{text(name)} {f'@{text(handle)}' if text(handle) else ''}")


def link(value: object) -> str:
    """An address that can be followed; empty for anything else."""
    return links.absolute("", text(value))


def count(value: object) -> int | None:
    """A number that counts something, as a number or in digits."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None


def moment(value: object) -> datetime | None:
    """A date, written or as seconds since 1970."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(int(value)) if 0 < value < 10**13 else ""
    return instant(text(value))
