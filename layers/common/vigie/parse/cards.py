"""Which elements of a page are cards: a comment, a review, a message, a row of a list, however many parts they have.

Told by schema.org types (microdata, RDFa) and by the words sites put in their classes and identifiers; failing these,
by being rows of a list or siblings that look alike. Everything here is linear in the size of the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from vigie.parse.dom import LexborNode
from vigie.parse.markup import cleaned

_HOLDER_TAGS = "article blockquote dd div dl figure li section table tbody td tr"
HOLDERS = frozenset(_HOLDER_TAGS.split())
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

_ROW_TEXT = range(4, 2_000)
"""Characters of a row of a list or a table that is taken as one block; a longer one is cut further."""


MOST_ELEMENTS = 50_000
"""Elements of one page that are looked at (invariant I9): the largest real page we have holds 9,000."""

_NAMES, _LONG_NAME = 20, 80
"""Names of one element that are looked at, and what is too long to be one."""


@dataclass(slots=True)
class Spot:
    """An element of a page, and what was found out about it."""

    node: LexborNode
    tag: str
    parent: int
    """Index of the element around it; -1 for the first."""
    attributes: Mapping[str, str | None]
    names: tuple[str, ...]
    """Classes, identifier and the like, in lower case."""
    children: list[int] = field(default_factory=list)
    text: int = 0
    """Characters of text in it."""
    sort: str = ""
    """`review`, `reply`, `post` or `row`, for what may be a card."""
    card: bool = False
    above: int = -1
    """Index of the nearest card around it, or -1."""

    @property
    def shape(self) -> tuple[str, tuple[str, ...]]:
        """What makes two elements look the same: their tag and names, but for numbers."""
        return self.tag, tuple(name.rstrip("0123456789") for name in self.names)


Texts = list[tuple[int, int, str]]
"""Texts of a page, in order: how many elements begin before it, the index of the one it is in, and itself."""


def survey(body: LexborNode) -> tuple[list[Spot], Texts]:
    """The elements of a page in order, cards marked, and its texts."""
    spots, texts = _walked(body)
    _choose_cards(spots)
    _add_rows(spots)
    return spots, texts


def property_of(attributes: Mapping[str, str | None]) -> str:
    """What microdata or RDFa says an element is, in lower case and without prefix."""
    told = attributes.get("itemprop") or attributes.get("property") or ""
    return told.strip().lower().rpartition(":")[2]


def _walked(body: LexborNode) -> tuple[list[Spot], Texts]:
    spots: list[Spot] = []
    texts: Texts = []
    index: dict[int, int] = {}
    for node in body.traverse(include_text=True):
        above = node.parent
        parent = index.get(above.mem_id, -1) if above is not None else -1
        if node.is_text_node:
            text = cleaned(node.text_content or "")
            if parent >= 0 and not text.isspace():
                texts.append((len(spots), parent, text))
                spots[parent].text += len(text.strip())
            elif parent >= 0:
                texts.append((len(spots), parent, " "))
        elif node.is_element_node:
            if len(spots) == MOST_ELEMENTS:
                break
            index[node.mem_id] = len(spots)
            if parent >= 0:
                spots[parent].children.append(len(spots))
            spots.append(_spot(node, parent))
    for spot in reversed(spots):
        if spot.parent >= 0:
            spots[spot.parent].text += spot.text
    return spots, texts


def _spot(node: LexborNode, parent: int) -> Spot:
    tag, attributes = node.tag or "", node.attributes
    if not attributes:
        return Spot(node, tag, parent, attributes, ())
    told = " ".join(filter(None, (attributes.get("class"), attributes.get("id"), attributes.get("component"))))
    names = tuple(name for name in told.lower().split()[:_NAMES] if len(name) < _LONG_NAME)
    spot = Spot(node, tag, parent, attributes, names)
    if tag in HOLDERS:
        spot.sort = _typed(attributes) or next(filter(None, map(_sort, names)), "")
    return spot


def _typed(attributes: Mapping[str, str | None]) -> str:
    told = f"{attributes.get('itemtype') or ''} {attributes.get('typeof') or ''}"
    found = _CARD_TYPES.search(told) if told != " " else None
    if found:
        return "post" if not found["reply"] else "review" if "Review" in found["reply"] else "reply"
    return {"review": "review", "comment": "reply"}.get(property_of(attributes), "")


def _sort(name: str) -> str:
    found = _CARD.fullmatch(name)
    if not found or _NOT_CARD.match(name):
        return ""
    end = found["of"] or found["part"] or ""
    if end not in _CARD_ENDS and not end.isdigit():
        return ""
    return "post" if found["post"] else "review" if found["reply"] in _REVIEWS else "reply"


def _choose_cards(spots: list[Spot]) -> None:
    """What holds several cards is their list; what is alone in one, under another name, is a part of it."""
    held: dict[int, list[Spot]] = {}
    for at, spot in enumerate(spots):
        spot.card = bool(spot.sort) and not _is_list(spots, at)
        spot.above = _above(spots, spot)
        if spot.card and spot.above >= 0:
            held.setdefault(spot.above, []).append(spot)
    for at, inner in held.items():
        outer = spots[at]
        others = [s for s in inner if (s.sort == "post") == (outer.sort == "post") and s.shape != outer.shape]
        if len(others) == 1:
            others[0].card = False
        elif others:
            outer.card = False


def _is_list(spots: list[Spot], at: int) -> bool:
    """True when most of an element is like things one after the other: `avis` is its own plural."""
    spot = spots[at]
    while len(spot.children) == 1 and spots[spot.children[0]].text >= 0.9 * spot.text:
        spot = spots[spot.children[0]]
    alike: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for child in spot.children:
        if spots[child].tag in HOLDERS and spots[child].text >= _ROW_TEXT.start:
            alike.setdefault(spots[child].shape, []).append(spots[child].text)
    return any(len(texts) > 1 and sum(texts) >= 0.7 * spots[at].text for texts in alike.values())


def _add_rows(spots: list[Spot]) -> None:
    """Rows of lists and tables, and siblings that look alike, are taken whole when no card is in or around them."""
    alike = Counter((spot.parent, spot.shape) for spot in spots if spot.tag in HOLDERS)
    for spot in spots:
        spot.above = _above(spots, spot)
    holding: set[int] = set()
    rows = []
    for at in range(len(spots) - 1, -1, -1):
        spot = spots[at]
        is_row = _is_row(spot, alike) and at not in holding
        if is_row:
            rows.append(spot)
        if (is_row or spot.card or at in holding) and spot.parent >= 0:
            holding.add(spot.parent)
    for spot in rows:
        spot.card, spot.sort = True, "row"


def _is_row(spot: Spot, alike: Counter[tuple[int, tuple[str, tuple[str, ...]]]]) -> bool:
    if spot.card or spot.above >= 0 or spot.text not in _ROW_TEXT:
        return False
    return spot.tag in _ROWS or (spot.tag in HOLDERS and bool(spot.names) and alike[spot.parent, spot.shape] > 1)


def _above(spots: list[Spot], spot: Spot) -> int:
    """The nearest card around an element whose own is already known; or -1."""
    if spot.parent < 0:
        return -1
    return spot.parent if spots[spot.parent].card else spots[spot.parent].above
