"""Where a block leads: the link of a message to itself, or of a row to what it is about; not its author's.

A message links to itself by its number, its date, or a sign; a row, by its heading or its first line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urldefrag, urlsplit

from vigie.parse import links
from vigie.parse.blocks import Block
from vigie.parse.dom import LexborNode
from vigie.parse.labels import is_generic
from vigie.parse.markup import cleaned, line
from vigie.parse.names import is_profile
from vigie.parse.spots import HEADINGS, Spot
from vigie.parse.when import is_stamp

_ACTION = re.compile(
    r"abuse|connexion|delete|edit|like|log-?in|new-?reply|posting|quote|register|repl(?:y|ies)|repond|report|respond"
    r"|share|signal|supprim|vote",
    re.IGNORECASE,
)
_HISTORY = re.compile(r"/(?:[\w-]*history|historique|r(?:e|é|%C3%A9)visions?|timeline)/?$", re.IGNORECASE)
"""Where the former states of a message are shown: a link to it is dated too."""

_MARKED = re.compile(
    r"(?:date-?|hash-?)?perma-?link|post-?(?:count(?:er)?|link|number|index)|postcount\d+|b-post__count|timestamp-link"
)
_NUMBERED = re.compile(r"[#n°o.\s]*\d{1,7}\W*", re.IGNORECASE)
_NUMBER, _LAST_NUMBER = re.compile(r"\d+"), re.compile(r"\d+$")
_IDS = (
    "id",
    "name",
    *(f"data-{name}" for name in ("id", "pid", "content", "post-id", "msgid", "commentid", "node-id")),
)
_ANCHORS, _NUMBERS = 50, 200
"""Links of one card that are looked at, and elements that may number it."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a block leads."""

    url: str = ""
    label: str = ""
    """What it says, when it names what the block is about."""


def link_of(block: Block, base: str, page: str, title: str, first: str, author: str) -> Link:
    """The link of a block on `page`, headed `title`, that begins with the line `first` and was written by `author`."""
    anchors = [
        _Anchor(spot.node, url, _label(spot.node), spot)
        for spot in block.anchors[:_ANCHORS]
        if (url := links.absolute(base, spot.attributes.get("href") or ""))
    ]
    anchors = [anchor for anchor in anchors if not (author and anchor.label == author)]
    numbers = _numbers(block)
    for anchor in anchors:
        anchor.own = _is_within(page, anchor.url) and not _HISTORY.search(urlsplit(anchor.url).path)
        anchor.numbered = anchor.own and bool(_numbers_in(anchor.url) & numbers)
        anchor.named = bool(anchor.label) and (anchor.label in (title, first) or anchor.is_heading())
    for way in _WAYS[block.sort]:
        found = next(filter(way, anchors), None)
        if found:
            plain = is_generic(found.label) or is_stamp(found.label)
            return Link(links.lasting(found.url), found.label if found.named and not plain else "")
    return Link()


@dataclass(slots=True)
class _Anchor:
    """A link of a block."""

    node: LexborNode
    url: str
    label: str
    spot: Spot
    own: bool = False
    """It leads to the site of the page, and not merely to its top."""
    numbered: bool = False
    """It is the site's own and bears a number of the card."""
    named: bool = False
    """Its label is the heading of the block, or its first line."""

    def is_permalink(self) -> bool:
        """It bears one of the signs by which messages link to themselves."""
        attributes, label = self.spot.attributes, self.label
        if _NUMBERED.fullmatch(label):
            return "#" in label or "#" in self.url or any(map(_MARKED.fullmatch, self.spot.names))
        if "bookmark" in (attributes.get("rel") or "") or self.node.css_first("time, abbr") is not None:
            return True
        told = bool(label) and (is_generic(label) or is_stamp(label))
        return told or any(map(_MARKED.fullmatch, self.spot.names))

    def is_aside(self) -> bool:
        """It leads to a member, or does something."""
        parts = urlsplit(self.url)
        if self.spot.is_author or is_profile(f"{parts.path}?{parts.query}"):
            return True
        return _ACTION.search(parts.query) is not None and not self.is_heading()

    def is_heading(self) -> bool:
        """It is the link of a heading, or around one."""
        above = self.node.parent
        for _ in range(3):
            if above is None:
                break
            if above.tag in HEADINGS:
                return True
            above = above.parent
        return self.node.css_first("h1, h2, h3, h4, h5, h6") is not None


def _by_number(anchor: _Anchor) -> bool:
    return anchor.numbered and anchor.is_permalink()


def _by_subject(anchor: _Anchor) -> bool:
    return anchor.numbered and anchor.is_heading() and not anchor.is_aside()


def _by_name(anchor: _Anchor) -> bool:
    return anchor.named and not anchor.is_aside()


def _by_sign(anchor: _Anchor) -> bool:
    return anchor.own and anchor.is_permalink() and not anchor.is_aside()


_SPOKEN = (_by_number, _by_subject, _by_sign)
_LISTED = (_by_name, *_SPOKEN)
_WAYS = {
    "review": _SPOKEN,
    "reply": _SPOKEN,
    "post": (_by_number, _by_subject, _by_name, _by_sign),
    "entry": _LISTED,
    "row": _LISTED,
    "text": _LISTED,
}
"""What is looked for in each sort of block, in order."""


def _is_within(page: str, url: str) -> bool:
    return urlsplit(url).hostname == urlsplit(page).hostname and url.rstrip("#") != page


def is_here(page: str, url: str) -> bool:
    """True for a link to a place in the page itself, or in another leaf of the same thread."""
    there, place = urldefrag(url)
    if there == page:
        return True
    return bool(place) and urlsplit(there)[:3] == urlsplit(page)[:3]


def _numbers(block: Block) -> set[str]:
    """The numbers that the elements of a card bear: its message's, in most of them."""
    told = (spot.attributes.get(name) for spot in block.marked[:_NUMBERS] for name in _IDS)
    return {found[0] for value in told if value and (found := _LAST_NUMBER.search(value))}


def _numbers_in(url: str) -> set[str]:
    parts = urlsplit(url)
    return set(_NUMBER.findall(f"{parts.path} {parts.query} {parts.fragment}"))


def _label(anchor: LexborNode) -> str:
    words = line(cleaned(anchor.text(separator=" ")))
    if words:
        return words
    image = anchor.css_first("img[alt]")
    said = (
        anchor.attributes.get("aria-label")
        or anchor.attributes.get("title")
        or (image.attributes.get("alt") if image else "")
    )
    return line(cleaned(said or ""))
