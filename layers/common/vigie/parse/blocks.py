"""A page, cut into what a reader takes in one by one: a comment, a review, a paragraph, a row of a list.

Every text belongs to one block. Menus, banners, footers, controls and share bars belong to none. A comment or a review
is one block however many elements it is made of; a reply inside it is another (`vigie.parse.cards`). The rest is cut at
paragraphs, headings and the like.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vigie.parse.cards import HOLDERS, Spot, Texts, property_of, survey
from vigie.parse.dom import LexborHTMLParser
from vigie.parse.markup import UNREAD

_UNSEEN_TAGS = "audio button canvas datalist dialog input map meter nav noscript option progress video"
_UNSEEN = UNREAD | frozenset(_UNSEEN_TAGS.split())
_LANDMARKS = frozenset({"header", "footer", "aside"})
"""Left out, but within an article or a card, where they hold its author and date."""

_ROLE_NAMES = "alertdialog banner contentinfo dialog menu menubar navigation search tablist toolbar"
_ROLES = frozenset(_ROLE_NAMES.split())
_FURNITURE = re.compile(
    r"(?:.*[_-])?(?:advert|advertisement|axeptio|breadcrumbs?|buttons|consent|controls|cookiebanner|cookies?|didomi"
    r"|fil-ariane|footer|gdpr|menu|navbar|navigation|newsletter|onetrust|pager|pagination|publicite|rgpd|sharing|sidebar"
    r"|skip-?links?|social-links|sponsored|sr-only|tarteaucitron|tfoot|toolbar|topbar|visually-hidden|widget)(?:[_-].*)?"
)
_CONTENT = frozenset({"html", "body", "main", "article", "h1"})

_BLOCK_TAGS = """
address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form h1 h2
h3 h4 h5 h6 header hgroup label li main ol p pre section summary table tbody td tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_INLINE_PARTS = frozenset({"a", "cite", "em", "i", "small", "span", "strong", "time"})
"""What the parts of a card other than its text are made of: style sets them apart, and no space need to."""

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

_BODY = re.compile(
    r"(?:(?:answer|avis|comment|commentaire|entry|message|post|reply|review)[_-]{1,2})?(?:body|contenu|content|text|texte)"
    r"|(?:avis|comment|review)[_-]{1,2}(?:description|message)"
)
_BODY_PROPERTIES = frozenset({"articlebody", "commenttext", "description", "reviewbody", "text"})
_AUTHOR = re.compile(
    r"(?:(?:avis|comment|post|review)[_-]{1,2})?(?:auteur|author|byline|fn|nickname|poster|pseudo|user-?name)(?:[_-]name)?"
)

MOST = 5_000
"""Blocks of one page that are looked at (invariant I9)."""


@dataclass(slots=True)
class Block:
    """One thing to read in a page."""

    sort: str
    """`review`, `reply`, `post`, `row` or `text`."""
    fragment: str
    """Identifier that leads there within the page, or empty."""
    parts: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    """What its author wrote, when the markup tells it from the rest."""
    core: list[str] = field(default_factory=list)
    """The same, when the markup tells it within what it had told."""
    title: list[str] = field(default_factory=list)
    author: list[str] = field(default_factory=list)
    anchors: list[Spot] = field(default_factory=list)
    line: int = -1
    """The element whose line was written last."""
    marked: list[Spot] = field(default_factory=list)
    """Elements whose attributes may tell a rating or a date."""


@dataclass(slots=True)
class _Place:
    """Where the texts of an element go."""

    block: Block | None = None
    role: str = ""
    """`body`, `core`, `author` or `title`: what they are in the block."""
    line: int = -1
    """The nearest element around, or itself, that makes a line of its own."""
    out: bool = False
    """They are not for reading."""


def cut(tree: LexborHTMLParser) -> list[Block]:
    """The blocks of a page, in its order. Those without any text are left out."""
    if tree.body is None:
        return []
    spots, texts = survey(tree.body)
    places = [_Place(out=out) for out in _left_out(spots)]
    return _filled(spots, places, texts)


def _left_out(spots: list[Spot]) -> list[bool]:
    """For each element, is it out? Nothing that holds most of the page, a card or the main heading is."""
    kept = set()
    for at in range(len(spots) - 1, -1, -1):
        spot = spots[at]
        holds = at in kept or (spot.card and spot.sort != "row") or spot.tag in _CONTENT
        if holds and spot.parent >= 0:
            kept.add(spot.parent)
    out: list[bool] = []
    framed: list[bool] = []  # within an article or a card
    for at, spot in enumerate(spots):
        inside = spot.parent >= 0 and framed[spot.parent]
        framed.append(inside or spot.card or spot.tag == "article")
        if (spot.parent >= 0 and out[spot.parent]) or spot.tag in _UNSEEN:
            out.append(True)
        elif at in kept or spot.card or spot.tag in _CONTENT or 2 * spot.text > spots[0].text:
            out.append(False)
        else:
            out.append(_is_furniture(spot, framed=inside))
    return out


def _is_furniture(spot: Spot, *, framed: bool) -> bool:
    attributes = spot.attributes
    if (attributes.get("role") or "").lower() in _ROLES or "hidden" in attributes:
        return True
    if spot.tag in _LANDMARKS:
        return not framed
    if spot.tag == "form" and spot.node.css_first("input[type=password], input[type=search]") is not None:
        return True
    return any(_FURNITURE.fullmatch(name) for name in spot.names)


def _filled(spots: list[Spot], places: list[_Place], texts: Texts) -> list[Block]:
    """Every text in the block it belongs to."""
    blocks: list[Block] = []
    waiting = iter(texts)
    before, parent, text = next(waiting, _NO_TEXT)
    for at, spot in enumerate(spots):
        while parent >= 0 and before <= at:
            _add(places[parent], text)
            before, parent, text = next(waiting, _NO_TEXT)
        block = _settle(spot, places, at)
        if block:
            blocks.append(block)
    while parent >= 0:
        _add(places[parent], text)
        before, parent, text = next(waiting, _NO_TEXT)
    return [block for block in blocks if block.anchors or "".join(block.parts).strip()][:MOST]


_NO_TEXT = (0, -1, "")


def _settle(spot: Spot, places: list[_Place], at: int) -> Block | None:
    """Say where the texts of an element go. The block it begins, if it begins one."""
    place, above = places[at], places[spot.parent] if spot.parent >= 0 else _Place()
    in_card = above.block is not None and above.block.sort != "text"
    place.block, place.role = above.block, above.role
    apart = in_card and bool(spot.names) and spot.tag in _INLINE_PARTS and above.role not in ("body", "core")
    place.line = at if apart or spot.tag in _BLOCKS or spot.tag == "br" or spot.parent < 0 else above.line
    begins = spot.card or (not in_card and spot.tag in _BLOCKS)
    if begins:
        fragment = _name(spot) or (above.block.fragment if above.block else "")
        place.block = Block(spot.sort if spot.card else "text", fragment)
        place.role = "title" if spot.tag in _HEADINGS else ""
    if place.block is not None:
        _note(spot, place, place.block, in_card=in_card or spot.card)
    return place.block if begins else None


def _note(spot: Spot, place: _Place, block: Block, *, in_card: bool) -> None:
    """What an element itself says of the block it is in."""
    if in_card:
        block.marked.append(spot)
    if place.out:
        return
    if spot.tag == "br":
        _write(place, block, "\n")
    if spot.tag == "a" and "href" in spot.attributes:
        block.anchors.append(spot)
    if in_card:
        role = _role(spot)
        if role == "body" and place.role in ("body", "core"):
            place.role = "core"
        elif role == "author" or not place.role:
            place.role = role


def _name(spot: Spot) -> str:
    """The identifier by which a link can lead to an element."""
    attributes = spot.attributes
    return attributes.get("id") or (attributes.get("name") if spot.tag == "a" else None) or ""


def _role(spot: Spot) -> str:
    attributes = spot.attributes
    told = property_of(attributes)
    if told in _BODY_PROPERTIES or (spot.tag in HOLDERS and any(_BODY.fullmatch(name) for name in spot.names)):
        return "body"
    if told == "author" or attributes.get("rel") == "author" or any(_AUTHOR.fullmatch(name) for name in spot.names):
        return "author"
    return "title" if spot.tag in _HEADINGS else ""


def _add(place: _Place, text: str) -> None:
    block = place.block
    if block is None or place.out:
        return
    if block.line != place.line:
        block.line = place.line
        _write(place, block, "\n")
    _write(place, block, text)


def _write(place: _Place, block: Block, text: str) -> None:
    block.parts.append(text)
    if place.role == "core":
        block.core.append(text)
    if place.role in ("body", "core"):
        block.body.append(text)
    elif place.role == "title":
        block.title.append(text)
    elif place.role == "author":
        block.author.append(text)
