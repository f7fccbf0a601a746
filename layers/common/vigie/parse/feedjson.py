"""JSON Feed 1 and 1.1: https://www.jsonfeed.org/version/1.1/, and the small liberties that sites take with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from vigie.errors import SourceError
from vigie.model import OutcomeKind
from vigie.parse.feedshape import ATOM, MOST_READ, Feed, Fields
from vigie.parse.markup import cleaned
from vigie.parse.xmltext import source_of

_HEAD = {"title": "title=", "description": "summary=", "home_page_url": "link", "next_url": "link next"}
_ENTRY = {
    "id": "id", "url": "link", "external_url": "link related", "title": "title=", "content_html": "content",
    "content_text": "content=", "summary": "summary=", "date_published": "published", "date_modified": "updated",
}  # fmt: skip

_LONGEST_NUMBER = 300
"""Digits; Python refuses to read integers of thousands."""


def _number(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else None


_DECODER = json.JSONDecoder(strict=False, parse_int=_number)


def parsed(text: str, base: str) -> Feed:
    """The JSON Feed that `text` begins with: a cache may have signed below it.

    Raises `SourceError(NOT_A_FEED)` for any other JSON, and for none.
    """
    try:
        found, _ = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        raise SourceError(OutcomeKind.NOT_A_FEED, "JSON that cannot be read") from None
    if not isinstance(found, dict) or not isinstance(found.get("items"), list) or not _is_feed(found):
        raise SourceError(OutcomeKind.NOT_A_FEED, "JSON, but no JSON Feed")
    feed = Feed(ATOM, base, _fields(_HEAD, found))
    feed.entries = [_entry(item) for item in found["items"][:MOST_READ] if isinstance(item, dict)]
    if found["items"] and not feed.entries:
        raise SourceError(OutcomeKind.NOT_A_FEED, "a JSON Feed whose items are none")
    return feed


def _is_feed(found: Mapping[str, Any]) -> bool:
    """It says so, or it has items that look like those of one: many sites forget the version."""
    version = found.get("version")
    if isinstance(version, str) and "jsonfeed.org" in version.lower():
        return True
    return any(
        isinstance(item, dict) and "id" in item and {"content_html", "content_text", "date_published"} & item.keys()
        for item in found["items"]
    )


def _entry(item: Mapping[str, Any]) -> Fields:
    fields = _fields(_ENTRY, {str(key).strip(): value for key, value in item.items()})
    authors = item.get("authors")
    for author in [item.get("author"), *(authors if isinstance(authors, list) else [])]:
        name = author.get("name") if isinstance(author, dict) else author
        if isinstance(name, str) and name.strip():
            fields.setdefault("author", source_of(cleaned(name)))
    return fields


def _fields(names: Mapping[str, str], found: Mapping[str, Any]) -> Fields:
    values = {key: found.get(name) for name, key in names.items()}
    return {key: source_of(cleaned(str(value))) for key, value in values.items() if _is_value(value)}


def _is_value(value: object) -> bool:
    """Text, or a number: ids are numbers as often as not. Numbers too long to be printed are not ids."""
    if isinstance(value, str):
        return bool(value.strip())
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**100
