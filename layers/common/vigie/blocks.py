"""A page, cut into what a reader takes in one by one: a comment, a review, a paragraph, a row of a list.

Every text belongs to one block. Menus, banners, footers, forms' controls and share bars belong to none. A comment or
a review is one block however many elements it is made of; a reply inside it is another. Such cards are told by
schema.org types and by the words sites put in their classes; the rest is cut at paragraphs, headings, rows.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from vigie.dom import LexborHTMLParser, LexborNode
from vigie.markup import UNREAD

_UNSEEN = UNREAD | frozenset(
    [
        "audio",
        "button",
        "canvas",
        "datalist",
        "dialog",
        "input",
        "map",
        "meter",
        "nav",
        "noscript",
        "option",
        "progress",
        "video",
    ]
)
_LANDMARKS = frozenset({"header", "footer", "aside"})
"""Left out, but within an article or a card, where they hold its author and date."""

_ROLES = frozenset(
    ["alertdialog", "banner", "contentinfo", "dialog", "menu", "menubar", "navigation", "search", "tablist", "toolbar"]
)
_FURNITURE = re.compile(
    r"(?:.*[_-])?(?:advert|advertisement|axeptio|breadcrumbs?|buttons|consent|controls|cookiebanner|cookies?|didomi"
    r"|fil-ariane|footer|gdpr|menu|navbar|navigation|newsletter|onetrust|pager|pagination|publicite|rgpd|sharing|sidebar"
    r"|skip-?links?|social-links|sponsored|sr-only|tarteaucitron|tfoot|toolbar|topbar|visually-hidden|widget)(?:[_-].*)?"
)
_CONTENT = frozenset({"html", "body", "main", "article", "h1"})

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "label",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_HOLDERS = frozenset(
    ["article", "blockquote", "dd", "div", "dl", "figure", "li", "section", "table", "tbody", "td", "tr"]
)
"""Elements that a card can be."""

_ROWS = frozenset({"li", "article", "tr"})
_REVIEWS = frozenset({"review", "avis", "temoignage", "testimonial", "feedback", "opinion"})
_REPLIES = frozenset({"comment", "commentaire", "reply", "reponse", "answer"})
_POSTS = frozenset({"post", "message", "postbit", "hentry"})
_CARD = re.compile(
    rf"(?:[a-z]+[_-]{{1,2}})?(?P<reply>{'|'.join(sorted(_REVIEWS | _REPLIES))})(?:[_-]{{1,2}}(?P<of>[a-z]+|\d+))?"
    rf"|(?P<post>{'|'.join(sorted(_POSTS))})(?:[_-]{{1,2}}(?P<part>[a-z]+|\d+))?"
)
_CARD_ENDS = frozenset({"", "item", "card", "row", "box", "block", "single", "li", "entry", "wrapper", "container"})
_NOT_CARD = re.compile(
    r"(?:add|all|author|blog|form|has|last|leave|load|my|new|no|page|see|site|type|user|wp|write)[_-]"
)
_CARD_TYPES = re.compile(
    r"(?:schema\.org/|schema:|^| )(?:(?P<reply>(?:User|Critic)?Review|Comment|Answer)|\w*Posting|(?:News)?Article)\b"
)

_BODY = re.compile(
    r"(?:(?:answer|avis|comment|commentaire|entry|message|post|reply|review)[_-]{1,2})?(?:body|contenu|content|text|texte)"
    r"|(?:avis|comment|review)[_-]{1,2}(?:description|message)"
)
_BODY_PROPERTIES = frozenset({"articlebody", "commenttext", "description", "reviewbody", "text"})
_AUTHOR = re.compile(
    r"(?:(?:avis|comment|post|review)[_-]{1,2})?(?:auteur|author|byline|fn|nickname|poster|pseudo|user-?name)(?:[_-]name)?"
)

MOST = 5_000
"""Blocks of one page that are looked at (design, I9)."""

_ROW_TEXT = range(4, 2_000)
"""Characters of a row of a list or a table that is taken as one block; a longer one is cut further."""


@dataclass(slots=True)
class Block:
    """One thing to read in a page."""

    sort: str
    """`review`, `reply`, `post`, `row` or `text`."""
    node: LexborNode
    fragment: str
    """Identifier that leads there within the page, or empty."""
    parts: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    """What its author wrote, when the markup tells it from the rest."""
    core: list[str] = field(default_factory=list)
    """The same, when the markup tells it within what it had told."""
    title: list[str] = field(default_factory=list)
    author: list[str] = field(default_factory=list)
    anchors: list[LexborNode] = field(default_factory=list)
    line: int = -1
    """The element whose line was written last."""
    marked: list[LexborNode] = field(default_factory=list)
    """Elements whose attributes may tell a rating or a date."""


@dataclass(slots=True)
class _Spot:
    """An element of the page, and what was found out about it."""

    node: LexborNode
    tag: str
    parent: int
    names: tuple[str, ...]
    """Classes, identifier and the like, in lower case."""
    children: list[int] = field(default_factory=list)
    sort: str = ""
    text: int = 0
    """Characters of text in it."""
    card: bool = False
    out: bool = False
    block: Block | None = None
    role: str = ""
    line: int = -1
    """The nearest element around, or itself, that makes a line of its own."""


def cut(tree: LexborHTMLParser) -> list[Block]:
    """The blocks of a page, in its order. Those without any text are left out."""
    if tree.body is None:
        return []
    spots, texts = _surveyed(tree.body)
    _choose_cards(spots)
    _add_rows(spots)
    _leave_out(spots)
    return _filled(spots, texts)


def _surveyed(body: LexborNode) -> tuple[list[_Spot], list[tuple[int, int, str]]]:
    """The elements of `body`, and its texts: (how many elements come before, parent, text)."""
    spots: list[_Spot] = []
    texts: list[tuple[int, int, str]] = []
    index: dict[int, int] = {}
    for node in body.traverse(include_text=True):
        above = node.parent
        parent = index.get(above.mem_id, -1) if above is not None else -1
        if node.is_text_node:
            text = node.text_content or ""
            if parent >= 0 and not text.isspace():
                texts.append((len(spots), parent, text))
                spots[parent].text += len(text.strip())
            elif parent >= 0:
                texts.append((len(spots), parent, " "))
        elif node.is_element_node:
            index[node.mem_id] = len(spots)
            if parent >= 0:
                spots[parent].children.append(len(spots))
            spots.append(_spot(node, parent))
    for spot in reversed(spots):
        if spot.parent >= 0:
            spots[spot.parent].text += spot.text
    return spots, texts


def _spot(node: LexborNode, parent: int) -> _Spot:
    tag, attributes = node.tag or "", node.attributes
    if not attributes:
        return _Spot(node, tag, parent, ())
    told = " ".join(filter(None, (attributes.get("class"), attributes.get("id"), attributes.get("component"))))
    spot = _Spot(node, tag, parent, tuple(told.lower().split()[:20]))
    if tag in _HOLDERS:
        spot.sort = _typed(attributes) or next(filter(None, map(_sort, spot.names)), "")
    return spot


def _typed(attributes: dict[str, str | None]) -> str:
    told = f"{attributes.get('itemtype') or ''} {attributes.get('typeof') or ''}"
    found = _CARD_TYPES.search(told) if told != " " else None
    if found:
        return "post" if not found["reply"] else "review" if "Review" in found["reply"] else "reply"
    return {"review": "review", "comment": "reply"}.get(property_of(attributes), "")


def property_of(attributes: dict[str, str | None]) -> str:
    """What microdata or RDFa says an element is, in lower case and without prefix."""
    told = attributes.get("itemprop") or attributes.get("property") or ""
    return told.strip().lower().rpartition(":")[2]


def _sort(name: str) -> str:
    found = _CARD.fullmatch(name)
    if not found or _NOT_CARD.match(name):
        return ""
    end = found["of"] or found["part"] or ""
    if end not in _CARD_ENDS and not end.isdigit():
        return ""
    return "post" if found["post"] else "review" if found["reply"] in _REVIEWS else "reply"


def _choose_cards(spots: list[_Spot]) -> None:
    """What holds several cards is their list; what is alone in one, under another name, is a part of it."""
    held: dict[int, list[_Spot]] = {}
    for at, spot in enumerate(spots):
        spot.card = bool(spot.sort) and not _is_list(spots, at)
        above = _above(spots, at) if spot.card else -1
        if above >= 0:
            held.setdefault(above, []).append(spot)
    for at, inner in held.items():
        outer = spots[at]
        others = [s for s in inner if (s.sort == "post") == (outer.sort == "post") and _shape(s) != _shape(outer)]
        if len(others) == 1:
            others[0].card = False
        elif others:
            outer.card = False


def _is_list(spots: list[_Spot], at: int) -> bool:
    """True when most of an element is like things one after the other: `avis` is its own plural."""
    spot = spots[at]
    while len(spot.children) == 1 and spots[spot.children[0]].text >= 0.9 * spot.text:
        spot = spots[spot.children[0]]
    alike: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for child in spot.children:
        if spots[child].tag in _HOLDERS and spots[child].text >= _ROW_TEXT.start:
            alike.setdefault(_shape(spots[child]), []).append(spots[child].text)
    return any(len(texts) > 1 and sum(texts) >= 0.7 * spots[at].text for texts in alike.values())


def _add_rows(spots: list[_Spot]) -> None:
    """Rows of lists and tables, and siblings of one class, are taken whole when no card is in them or around them."""
    alike = Counter((spot.parent, _shape(spot)) for spot in spots if spot.tag in _HOLDERS)
    holding: set[int] = set()
    rows = []
    for at in range(len(spots) - 1, -1, -1):
        spot = spots[at]
        is_row = spot.tag in _ROWS or (
            spot.tag in _HOLDERS and bool(spot.names) and alike[spot.parent, _shape(spot)] > 1
        )
        is_row = is_row and not spot.card and spot.text in _ROW_TEXT and at not in holding and _above(spots, at) < 0
        if is_row:
            rows.append(spot)
        if (is_row or spot.card or at in holding) and spot.parent >= 0:
            holding.add(spot.parent)
    for spot in rows:
        spot.card, spot.sort = True, "row"


def _above(spots: list[_Spot], at: int) -> int:
    """The nearest card around an element, or -1."""
    at = spots[at].parent
    while at >= 0 and not spots[at].card:
        at = spots[at].parent
    return at


def _shape(spot: _Spot) -> tuple[str, tuple[str, ...]]:
    """What makes two elements look the same: their tag and names, but for numbers."""
    return spot.tag, tuple(name.rstrip("0123456789") for name in spot.names)


def _leave_out(spots: list[_Spot]) -> None:
    """Mark what is not for reading. Nothing that holds most of the page, a card or the main heading goes."""
    kept = set()
    total = spots[0].text if spots else 0
    for at in range(len(spots) - 1, -1, -1):
        spot = spots[at]
        holds = at in kept or (spot.card and spot.sort != "row") or spot.tag in _CONTENT
        if holds and spot.parent >= 0:
            kept.add(spot.parent)
    for at, spot in enumerate(spots):
        above = spots[spot.parent] if spot.parent >= 0 else None
        if (above is not None and above.out) or spot.tag in _UNSEEN:
            spot.out = True
        elif at not in kept and not spot.card and spot.tag not in _CONTENT and spot.text <= total / 2:
            spot.out = _is_furniture(spots, at)


def _is_furniture(spots: list[_Spot], at: int) -> bool:
    spot = spots[at]
    attributes = spot.node.attributes
    if (attributes.get("role") or "").lower() in _ROLES or "hidden" in attributes:
        return True
    if spot.tag in _LANDMARKS:
        return not _within(spots, at)
    if spot.tag == "form" and spot.node.css_first("input[type=password], input[type=search]") is not None:
        return True
    return any(_FURNITURE.fullmatch(name) for name in spot.names)


def _within(spots: list[_Spot], at: int) -> bool:
    """True inside an article or a card."""
    while at >= 0 and spots[at].tag != "article" and not spots[at].card:
        at = spots[at].parent
    return at >= 0


def _filled(spots: list[_Spot], texts: list[tuple[int, int, str]]) -> list[Block]:
    """Every text in the block it belongs to."""
    blocks: list[Block] = []
    fragment = ""
    later = iter([*texts, (len(spots) + 1, -1, "")])
    before, parent, text = next(later)
    for at, spot in enumerate(spots):
        while before <= at:
            _add(spots, parent, text)
            before, parent, text = next(later)
        above = spots[spot.parent] if spot.parent >= 0 else None
        _place(spot, above, at)
        if spot.block is not None and (not blocks or spot.block is not blocks[-1]) and spot.block.node is spot.node:
            blocks.append(spot.block)
    while parent >= 0:
        _add(spots, parent, text)
        before, parent, text = next(later)
    return [block for block in blocks if "".join(block.parts).strip() or block.anchors][:MOST]


def _place(spot: _Spot, above: _Spot | None, at: int) -> None:
    """Say which block an element belongs to, and what it is there."""
    around = above.block if above else None
    in_card = around is not None and around.sort != "text"
    spot.role = above.role if above else ""
    spot.line = at if spot.tag in _BLOCKS or spot.tag == "br" or above is None else above.line
    own = spot.node.attributes.get("id") or (spot.node.attributes.get("name") if spot.tag == "a" else None) or ""
    if spot.card or (not in_card and spot.tag in _BLOCKS):
        spot.block = Block(spot.sort if spot.card else "text", spot.node, own or (around.fragment if around else ""))
        spot.role = "title" if spot.tag in _HEADINGS else ""
    else:
        spot.block = around
    block = spot.block
    if block is None or spot.out:
        if block is not None and in_card:
            block.marked.append(spot.node)
        return
    if spot.tag == "br":
        _write(block, spot, "\n")
    if spot.tag == "a" and "href" in spot.node.attributes:
        block.anchors.append(spot.node)
    if in_card or spot.card:
        block.marked.append(spot.node)
        role = _role(spot)
        spot.role = "core" if role == "body" and spot.role in ("body", "core") else spot.role or role


def _role(spot: _Spot) -> str:
    attributes = spot.node.attributes
    told = property_of(attributes)
    if told in _BODY_PROPERTIES or (spot.tag in _HOLDERS and any(_BODY.fullmatch(name) for name in spot.names)):
        return "body"
    if told == "author" or attributes.get("rel") == "author" or any(_AUTHOR.fullmatch(name) for name in spot.names):
        return "author"
    return "title" if spot.tag in _HEADINGS else ""


def _add(spots: list[_Spot], parent: int, text: str) -> None:
    spot = spots[parent]
    block = spot.block
    if block is None or spot.out:
        return
    if block.line != spot.line:
        block.line = spot.line
        _write(block, spot, "\n")
    _write(block, spot, text)


def _write(block: Block, spot: _Spot, text: str) -> None:
    block.parts.append(text)
    if spot.role == "core":
        block.core.append(text)
    if spot.role in ("body", "core"):
        block.body.append(text)
    elif spot.role == "title":
        block.title.append(text)
    elif spot.role == "author":
        block.author.append(text)
