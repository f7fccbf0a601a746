"""Microdata and RDFa: the things that the markup of a page tells of, in one pass over its elements.

Both are read alike, and leniently: an element may be a thing or a property by either's attributes, and a property that
ought to be a thing and was not marked as one (`itemprop="review"` alone) is one. Not followed: `itemref`, and
prefixes other than schema.org's (OpenGraph's `og:title` is no property).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from vigie.parse.dom import LexborHTMLParser, LexborNode
from vigie.parse.markup import INLINE, UNREAD, cleaned
from vigie.parse.spots import MOST_ELEMENTS
from vigie.parse.things import MOST_THINGS, Thing, bare

LONGEST = 20_000
"""Characters of one text."""

_BUDGET = 10_000_000
"""Characters of all texts together: properties in properties would tell one text thousands of times."""

_THINGS = frozenset({"aggregaterating", "review", "reviewrating", "reviews"})
"""Properties that are things, marked or not."""

_NEAR = 100
"""Elements around a text that are climbed out of to see what it belongs to."""

_VALUES = ("content", "datetime", "href", "src", "data", "value")
_OF_LINKS = ("content",)
_PEOPLE = frozenset({"author", "creator", "name", "reviewer"})
"""Properties whose text is meant even where they are links: to the page of the author, of the practice."""

_BLANKS = re.compile(r"[^\S\n]*\n\s*")
_SPACES = re.compile(r"[^\S\n]+")


@dataclass(slots=True)
class _Open:
    """An element that is not closed yet."""

    mem: int
    names: tuple[str, ...]
    """Properties that it is."""
    thing: Thing | None
    """The thing that it is."""
    within: Thing | None
    """The thing around it."""
    told: str | None
    """Its value, when an attribute holds it."""
    since: int
    """Texts before it."""
    inline: bool
    unread: bool
    loose: list[str] = field(default_factory=list)
    """What was written directly in the thing that it is."""


def things(tree: LexborHTMLParser) -> list[Thing]:
    """The things told of in the markup, the outer before the inner, whether values of the outer or not."""
    root = tree.root
    return _Reader().read(root) if root is not None else []


class _Reader:
    def __init__(self) -> None:
        self._found: list[Thing] = []
        self._texts: list[str] = []
        self._open: list[_Open] = []
        self._left = _BUDGET

    def read(self, root: LexborNode) -> list[Thing]:
        count = 0
        for node in root.traverse(include_text=True):
            above = node.parent
            self._close(above.mem_id if above is not None else 0)
            if node.is_text_node:
                self._write(node.text_content or "")
            elif node.is_element_node:
                count += 1
                if count > MOST_ELEMENTS or len(self._found) >= MOST_THINGS:
                    break
                self._begin(node)
        self._close(0)
        return self._found

    def _begin(self, node: LexborNode) -> None:
        tag, attributes = node.tag or "", node.attributes
        around = self._open[-1] if self._open else None
        within = (around.thing or around.within) if around else None
        names = _names(attributes) if attributes else ()
        thing = self._thing(attributes, names) if attributes else None
        if thing is not None:
            thing.around = within
            self._found.append(thing)
        inline = tag in INLINE
        if not inline:
            self._break()
        unread = (around.unread if around else False) or (tag in UNREAD and tag not in ("head", "title"))
        told = _told(attributes, _OF_LINKS if _PEOPLE.intersection(names) else _VALUES) if names else None
        self._open.append(_Open(node.mem_id, names, thing, within, told, len(self._texts), inline, unread))

    def _thing(self, attributes: Mapping[str, str | None], names: tuple[str, ...]) -> Thing | None:
        typed = f"{attributes.get('itemtype') or ''} {attributes.get('typeof') or ''}".split()
        unmarked = bool(_THINGS.intersection(names)) and not _told(attributes, _VALUES)
        if not (typed or "itemscope" in attributes or unmarked):
            return None
        name = (attributes.get("itemid") or attributes.get("resource") or attributes.get("about") or "").strip()
        types = frozenset(filter(None, map(bare, typed[:20])))
        return Thing(types, cleaned(name), cleaned(attributes.get("id") or "").strip())

    def _write(self, text: str) -> None:
        if not self._open or self._open[-1].unread:
            return
        text = cleaned(text)
        self._texts.append(text)
        holder = self._open[-1]
        if not holder.names or holder.thing is not None:
            inner = next((o for o in reversed(self._open[-_NEAR:]) if o.names or o.thing is not None), None)
            if inner is not None and inner.thing is not None:
                inner.loose.append(text)

    def _break(self) -> None:
        self._texts.append("\n")
        for element in reversed(self._open[-_NEAR:]):
            if element.thing is not None:
                element.loose.append("\n")
            if element.names or element.thing is not None:
                break

    def _close(self, parent: int) -> None:
        """End the elements that the next node is not in."""
        while self._open and self._open[-1].mem != parent:
            element = self._open.pop()
            if not element.inline:
                self._break()
            if element.thing is not None:
                element.thing.loose = _tidy("".join(element.loose)[:LONGEST])
            if element.names and element.within is not None and (value := element.thing or self._value(element)):
                for name in element.names:
                    element.within.add(name, value)

    def _value(self, element: _Open) -> str:
        if element.told is not None:
            return cleaned(element.told)[:LONGEST]
        parts: list[str] = []
        size = 0
        for text in self._texts[element.since : element.since + LONGEST]:
            if size >= LONGEST or self._left <= 0:
                break
            parts.append(text)
            size += len(text)
            self._left -= len(text) + 1
        return _tidy("".join(parts)[:LONGEST])


def _names(attributes: Mapping[str, str | None]) -> tuple[str, ...]:
    told = attributes.get("itemprop") or attributes.get("property") or ""
    if not told and "typeof" in attributes:
        told = attributes.get("rel") or ""
    return tuple(dict.fromkeys(filter(None, map(bare, told.split()[:20]))))


def _told(attributes: Mapping[str, str | None], names: tuple[str, ...]) -> str | None:
    """What one of these attributes says in the place of the text; an empty one says nothing."""
    return next((value for name in names if (value := attributes.get(name))), None)


def _tidy(text: str) -> str:
    return _BLANKS.sub("\n", _SPACES.sub(" ", text)).strip()
