"""The elements of a page in order, each with what it says of itself, and the texts in them. Linear in the page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vigie.parse.dom import LexborNode
from vigie.parse.markup import cleaned
from vigie.parse.names import Attributes, is_profile, is_quote, says_author, says_body
from vigie.parse.when import is_stamp

_HOLDER_TAGS = "article blockquote dd div dl figure li section table tbody td tr"
HOLDERS = frozenset(_HOLDER_TAGS.split())
"""Elements that a card can be."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

MOST_ELEMENTS = 50_000
"""Elements of one page that are looked at (invariant I9): the largest real page we have holds 9,000."""

_NAMES, _LONG_NAME = 20, 80
"""Names of one element that are looked at, and what is too long to be one."""

_VARYING_CLASSES = """
active alt alternate even first firstpost hidden impair last new odd offline online pair roweven rowodd unread
"""
_VARYING = frozenset(_VARYING_CLASSES.split())
"""Classes that one of several like elements has and the next has not."""

_BY = len("envoyé par :")
"""Characters that may stand around the link to an author; in a sentence, it only mentions somebody."""

_SPACES = re.compile(r"\s+")
_FORMATTED = frozenset({"b", "em", "i", "mark", "q", "strong", "u"})
"""Within a sentence as often as not: a date in one is a stamp only when it stands alone, or says more than `hier`."""

_WORD = len("aujourd'hui")


Shape = tuple[str, tuple[str, ...]]


@dataclass(slots=True)
class Spot:
    """An element of a page, and what was found out about it."""

    node: LexborNode
    tag: str
    parent: int
    """Index of the element around it; -1 for the first."""
    attributes: Attributes
    names: tuple[str, ...]
    """Classes, identifier and the like, in lower case."""
    classes: int = 0
    """How many of the names are classes: they come first."""
    children: list[int] = field(default_factory=list)
    text: int = 0
    """Characters of text in it."""
    direct: int = 0
    """Those that are in no other element in it."""
    authors: int = 0
    """Elements in it that say who wrote something, quotations apart."""
    stamps: int = 0
    """Dates in it that stand alone, quotations apart."""
    profiles: int = 0
    """Links in it to what the site tells of its members, quotations apart."""
    mains: int = 0
    """Main headings in it."""
    bodies: int = 0
    """Elements in it that by their name are what somebody wrote."""
    is_author: bool = False
    """It says who wrote something."""
    is_profile: bool = False
    """It links to what the site tells of a member."""
    is_body: bool = False
    """By its name, it is what somebody wrote."""
    sort: str = ""
    """`review`, `reply`, `post`, `entry` or `row`, for what may be a card."""
    card: bool = False
    joins: int = -1
    """Index of the card before it that it goes on with, as a `<dd>` does with what its `<dt>` begins; or -1."""
    above: int = -1
    """Index of the nearest card around it, or that it goes on with; or -1."""

    @property
    def signs(self) -> int:
        """Authors and dates in it."""
        return self.authors + self.stamps

    @property
    def shape(self) -> Shape:
        """What makes two elements look the same: their tag and classes, but for numbers and what alternates."""
        alike = (name.rstrip("0123456789") for name in self.names[: self.classes])
        return self.tag, tuple(name for name in alike if name not in _VARYING)


Texts = list[tuple[int, int, str]]
"""Texts of a page, in order: how many elements begin before it, the index of the one it is in, and itself."""


def walked(body: LexborNode) -> tuple[list[Spot], Texts]:
    """The elements of a page and its texts."""
    spots: list[Spot] = []
    texts: Texts = []
    index: dict[int, int] = {}
    for node in body.traverse(include_text=True):
        above = node.parent
        parent = index.get(above.mem_id, -1) if above is not None else -1
        if node.is_text_node:
            text = cleaned(node.text_content or "")
            if parent >= 0:
                if spots[parent].tag != "pre":
                    text = _SPACES.sub(" ", text)  # where a line of the source ends says nothing
                _note(spots[parent], text)
                texts.append((len(spots), parent, text))
        elif node.is_element_node:
            if len(spots) == MOST_ELEMENTS:
                break
            index[node.mem_id] = len(spots)
            if parent >= 0:
                spots[parent].children.append(len(spots))
            spots.append(_spot(node, parent))
    for spot in spots:
        spot.direct = spot.text
        if spot.tag in _FORMATTED and spot.text <= _WORD and spots[spot.parent].text:
            spot.stamps = 0
        spot.is_profile = spot.is_profile and spots[spot.parent].text <= _BY
    for spot in reversed(spots):
        spot.authors += spot.is_author
        spot.profiles += spot.is_profile
        if spot.parent >= 0:
            around = spots[spot.parent]
            around.text += spot.text
            around.mains += spot.mains + (spot.tag == "h1")
            around.bodies += spot.bodies + spot.is_body
            if not is_quote(spot.tag, spot.names):
                around.authors += spot.authors
                around.stamps += spot.stamps
                around.profiles += spot.profiles
    return spots, texts


def _note(spot: Spot, text: str) -> None:
    spot.text += len(text.strip())
    spot.stamps += is_stamp(text)


def _spot(node: LexborNode, parent: int) -> Spot:
    tag, attributes = node.tag or "", node.attributes
    if not attributes:
        return Spot(node, tag, parent, attributes, ())
    classes = _words(attributes, "class")
    names = (*classes, *_words(attributes, "id"), *_words(attributes, "component"), *_words(attributes, "data-role"))
    spot = Spot(node, tag, parent, attributes, names, len(classes))
    spot.is_author = says_author(names, attributes)
    spot.is_profile = tag == "a" and is_profile(attributes.get("href") or "")
    spot.is_body = says_body(names, attributes)
    return spot


def _words(attributes: Attributes, name: str) -> tuple[str, ...]:
    told = attributes.get(name)
    return tuple(word for word in told.lower().split()[:_NAMES] if len(word) < _LONG_NAME) if told else ()
