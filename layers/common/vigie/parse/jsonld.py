"""JSON-LD as pages hold it: several scripts, of which one may be broken without harm to the others.

Comments and CDATA marks around it, escaped quotes, commas too many, line breaks in texts, several documents in a row:
all of it is read. Of a script that stays broken, what is whole of its reviews and ratings is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from vigie.parse.dom import LexborHTMLParser
from vigie.parse.markup import cleaned
from vigie.parse.things import MOST_THINGS, Thing, bare

_LONGEST_NUMBER = 300
"""Digits; Python refuses to read integers of thousands."""

_DECODER = json.JSONDecoder(
    strict=False, parse_int=lambda digits: digits[:_LONGEST_NUMBER], parse_float=lambda digits: digits[:_LONGEST_NUMBER]
)
"""Numbers stay as they are written: a rating is read from its text anyway."""

_WRAPPING = re.compile(r"<!--|-->|<!\[CDATA\[|\]\]>")
_BEGINS = re.compile(r"[\[{]")
_IN_STRING = r'[^"\\]*+(?:\\.[^"\\]*+)*+'
_STRING_OR_COMMA = re.compile(rf'("{_IN_STRING}"?)|,(?=\s*+[\]}}])', re.DOTALL)
_GOOD_ESCAPES = re.compile(r'((?:[^\\]++|\\["\\/bfnrtu])++)|\\')
"""What is right is matched in runs: a call for each escape took 3 s of a script made of nothing else."""

_PIECE = re.compile(
    r"""\{[^{}\[\]]{0,500}"@type"\s*:\s*\[?\s*"(?:https?://schema\.org/)?(?:\w*Review|AggregateRating)\""""
)
_TELLING = re.compile(r"review|aggregateRating", re.IGNORECASE)
_PIECES, _LONGEST_PIECE = 500, 20_000
"""Parts of a broken script that are tried, and characters of one."""

_SCRIPTS = 200
_DOCUMENTS = 50
"""Scripts of one page, and documents in a row in one of them."""


@dataclass(slots=True)
class Scripts:
    """What the JSON-LD of a page holds."""

    things: list[Thing] = field(default_factory=list)
    """Those at the top; the others are among their values."""
    whole: bool = True
    """False when a script that speaks of reviews could not be read to its end."""


def scripts(tree: LexborHTMLParser) -> Scripts:
    """Every script of JSON-LD in a page."""
    found, values = Scripts(), []
    for node in tree.css("script[type]")[:_SCRIPTS]:
        if "ld+json" in (node.attributes.get("type") or "").lower():
            documents, whole = _documents(cleaned(node.text() or ""))
            values += documents
            found.whole &= whole
    found.things = _Things().of(values)
    return found


def _documents(text: str) -> tuple[list[Any], bool]:
    """The documents of one script, and whether that is all it says of reviews."""
    documents, whole = _decoded(text.strip())
    if whole:
        return documents, True
    mended = _mended(text)
    for tried in (mended, _mended(unescape(text)) if "&quot;" in text else ""):
        documents, whole = _decoded(tried)
        if whole and documents:
            return documents, True
    return list(_pieces(mended)), not _TELLING.search(mended)


def _decoded(text: str) -> tuple[list[Any], bool]:
    """The documents that `text` is made of, one after the other; False when it breaks off."""
    documents: list[Any] = []
    at = _BEGINS.search(text)
    while at and len(documents) < _DOCUMENTS:
        try:
            document, end = _DECODER.raw_decode(text, at.start())
        except (ValueError, RecursionError):
            return documents, False
        documents.append(document)
        at = _BEGINS.search(text, end)
    return documents, bool(documents) or not text.strip()


def _mended(text: str) -> str:
    """`text` without wrapping, without commas before an end, and with escapes that JSON has."""
    text = _GOOD_ESCAPES.sub(r"\1", _WRAPPING.sub("", text))
    return _STRING_OR_COMMA.sub(r"\1", text)


def _pieces(text: str) -> Iterator[Any]:
    """The reviews and ratings that are whole in a script that is not."""
    after = 0
    for count, found in enumerate(_PIECE.finditer(text)):
        if count == _PIECES:
            return
        if found.start() < after:
            continue
        piece = text[found.start() : found.start() + _LONGEST_PIECE]
        try:
            document, end = _DECODER.raw_decode(piece)
        except (ValueError, RecursionError):
            continue
        after = found.start() + end
        yield document


class _Things:
    """Makes things of JSON, and joins what is told of one thing in several places (`@id`)."""

    def __init__(self) -> None:
        self._named: dict[str, Thing] = {}
        self._made = 0

    def of(self, documents: list[Any]) -> list[Thing]:
        roots: list[Thing] = []
        waiting: list[tuple[Thing | None, str, Any]] = [(None, "", document) for document in reversed(documents)]
        while waiting and self._made < MOST_THINGS:
            holder, name, value = waiting.pop()
            if isinstance(value, list):
                waiting += [(holder, name, inner) for inner in reversed(value)]
            elif isinstance(value, dict):
                thing = self._thing(value)
                if holder is not None and name:
                    holder.add(name, thing)
                elif holder is None:
                    roots.append(thing)
                waiting += [(thing, *pair) for pair in reversed(self._pairs(value))]
                graph = value.get("@graph")
                waiting += [(None, "", graph)] if isinstance(graph, list | dict) else []
            elif holder is not None and name and (text := _text(value)):
                holder.add(name, text)
        return list(dict.fromkeys(roots))

    def _thing(self, value: dict[str, Any]) -> Thing:
        self._made += 1
        told = value.get("@type")
        types = frozenset(filter(None, map(bare, filter(_is_text, told if isinstance(told, list) else [told]))))
        name = value.get("@id")
        if not isinstance(name, str) or not name.strip():
            return Thing(types)
        name = name.strip()
        known = self._named.get(name)
        if known is None:
            known = self._named[name] = Thing(types, id=name)
        elif not _agree(known, types, value):
            return Thing(types, id=name)  # another thing of the same name: a site that names all its reviews alike
        known.types |= types
        return known

    def _pairs(self, value: dict[str, Any]) -> list[tuple[str, Any]]:
        """Its properties, what reviews it (`@reverse`), and the text of one that says its type (`@value`)."""
        pairs = [(bare(key), inner) for key, inner in value.items() if not key.startswith("@")]
        reverse = value.get("@reverse")
        if isinstance(reverse, dict):
            pairs += [("review", inner) for key, inner in reverse.items() if bare(key) == "itemreviewed"]
        return [*pairs, ("name", value["@value"])] if "@value" in value else pairs


def _agree(known: Thing, types: frozenset[str], value: dict[str, Any]) -> bool:
    """True when one of the two only refers to the other, or they tell different things of one."""
    told = {bare(key) for key in value if not key.startswith("@")}
    return not (told & known.values.keys()) and (not types or not known.types or bool(types & known.types))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _text(value: object) -> str:
    """A text, or a number; nothing else says anything."""
    return cleaned(value) if isinstance(value, str) else ""
