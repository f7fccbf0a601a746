"""A page, cut into what a reader takes in one by one: a comment, a review, a paragraph, a row of a list.

Every text belongs to one block. Menus, banners, footers, controls and share bars belong to none
(`vigie.parse.furniture`). A comment or a review is one block however many elements it is made of; a reply inside it is
another (`vigie.parse.cards`). The rest is cut at paragraphs, headings and the like.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vigie.parse.cards import survey
from vigie.parse.dom import LexborHTMLParser
from vigie.parse.furniture import left_out
from vigie.parse.markup import line
from vigie.parse.names import is_elsewhere, is_quote
from vigie.parse.roles import role_of, within
from vigie.parse.spots import HEADINGS, HOLDERS, Spot, Texts
from vigie.parse.when import is_stamp

_BLOCK_TAGS = """
address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form h1 h2
h3 h4 h5 h6 header hgroup label li main ol p pre section summary table tbody td tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_INLINE_PARTS = frozenset({"a", "cite", "em", "i", "small", "span", "strong", "time"})
"""What the parts of a card other than its text are made of: style sets them apart, and no space need to."""

_SAYINGS = re.compile(
    r"(?:[a-z]+[_-]{1,2})?(?:avis|comment(?:aire)?s?|discussions?|feedbacks?|guest-?book|livre-?d-?or|opinions?"
    r"|reactions?|reviews?|temoignages?|testimonials?)(?:[_-]{1,2}[a-z]+)?"
)
_SAYING = re.compile(
    r"\W*(?:(?:les|vos|nos|leurs|derni(?:er|ère)s|tous les|the|latest|all)\s+)?(?:\d+\s+)?"
    r"(?:avis|comment(?:aire)?s?|discussions?|guest ?book|livre d['’ ]or|messages|opinions?|r[ée]actions?"
    r"|r[ée]ponses?|replies|reviews?|t[ée]moignages?|testimonials?)\b.{0,60}",
    re.IGNORECASE,
)
_GUESTBOOK = re.compile(r"\W*(?:discussion:|guest ?book|livre d['’ ]or)", re.IGNORECASE)
"""Headings under which stands what people say. The main one heads the whole page, its clocks and counters too."""

_LISTS = HOLDERS | {"form", "ol", "ul"}

MOST = 5_000
"""Blocks of one page that are looked at (invariant I9)."""


@dataclass(slots=True)
class Block:
    """One thing to read in a page."""

    sort: str
    """`review`, `reply`, `post`, `entry`, `row` or `text`."""
    fragment: str
    """Identifier that leads there within the page, or empty."""
    said: bool = False
    """It stands where people say what they think, or is signed or dated: it need not name what it is about."""
    texts: dict[str, list[str]] = field(default_factory=dict)
    """What is written in it by role (`vigie.parse.roles`), and `all` of it. `core` is the body when the markup tells it
    within what it had told; `rest` is all that may be the author's words."""
    anchors: list[Spot] = field(default_factory=list)
    marked: list[Spot] = field(default_factory=list)
    """The elements of a card, itself first, whose attributes may tell a rating or a date."""
    lines: dict[str, int] = field(default_factory=dict)
    """The element whose line was written last, by role."""
    worded: set[str] = field(default_factory=set)
    """The roles in which there is a letter."""

    def told(self, role: str = "all") -> str:
        """What is written in that role, as it stands."""
        return "".join(self.texts.get(role, ()))


@dataclass(slots=True)
class _Place:
    """Where the texts of an element go."""

    block: Block | None = None
    role: str = ""
    line: int = -1
    """The nearest element around, or itself, that makes a line of its own."""
    out: bool = False
    """They are not for reading."""
    heard: bool = False
    """What people say stands here."""
    quoted: bool = False
    """Within what somebody quotes."""
    elsewhere: bool = False
    """Within what is about something else than the page."""


def cut(tree: LexborHTMLParser) -> list[Block]:
    """The blocks of a page, in its order. Those without any text are left out."""
    if tree.body is None:
        return []
    spots, texts = survey(tree.body)
    places = [_Place(out=out) for out in left_out(spots)]
    return _Cutter(spots, places).blocks(texts)


class _Cutter:
    """Puts every text in the block it belongs to."""

    def __init__(self, spots: list[Spot], places: list[_Place]) -> None:
        self._spots = spots
        self._places = places
        self._main = self._last = ""
        """The main heading, and the last of the others, as far as they are read."""
        self._in_main = self._says = False
        """A heading says that people speak under it."""

    def blocks(self, texts: Texts) -> list[Block]:
        blocks: list[Block] = []
        waiting = iter(texts)
        before, parent, text = next(waiting, _NO_TEXT)
        for at, spot in enumerate(self._spots):
            while parent >= 0 and before <= at:
                self._add(parent, text)
                before, parent, text = next(waiting, _NO_TEXT)
            if block := self._settle(spot, at):
                blocks.append(block)
        while parent >= 0:
            self._add(parent, text)
            before, parent, text = next(waiting, _NO_TEXT)
        return [block for block in blocks if block.anchors or block.told().strip()][:MOST]

    def _settle(self, spot: Spot, at: int) -> Block | None:
        """Say where the texts of an element go. The block it begins, if it begins one."""
        place = self._places[at]
        above = self._places[spot.parent] if spot.parent >= 0 else _Place()
        in_card = above.block is not None and above.block.sort != "text"
        place.block, place.role = above.block, above.role
        place.quoted = not spot.card and (above.quoted or is_quote(spot.tag, spot.names))
        place.elsewhere = above.elsewhere or is_elsewhere(spot.names)
        place.heard = above.heard or (spot.tag in _LISTS and any(map(_SAYINGS.fullmatch, spot.names)))
        apart = in_card and spot.tag in _INLINE_PARTS and self._stands_apart(spot, above)
        place.line = at if apart or spot.tag in _BLOCKS or spot.tag == "br" or spot.parent < 0 else above.line
        begins = spot.joins < 0 and (spot.card or (not in_card and spot.tag in _BLOCKS))
        if spot.tag in HEADINGS and not in_card:
            self._in_main = spot.tag == "h1"
            self._last = self._last if self._in_main else ""
            self._says = self._has_said()
        if spot.joins >= 0:
            place.block, place.role = self._places[spot.joins].block, ""
        elif begins:
            place.block = self._begun(spot, place, above)
            place.role = "title" if spot.tag in HEADINGS else ""
        if place.block is not None:
            _note(spot, place, place.block)
        return place.block if begins else None

    def _stands_apart(self, spot: Spot, above: _Place) -> bool:
        """An inline element that is a part of a card, and not a word in a sentence: `<span class="date">`."""
        if above.block is None or above.role in ("body", "core", "soft") or not (spot.names or spot.tag == "a"):
            return False
        return self._spots[spot.parent].direct == 0 or bool(role_of(spot, above.block.marked[0]))

    def _begun(self, spot: Spot, place: _Place, above: _Place) -> Block:
        fragment = _name(spot) or (above.block.fragment if above.block else "")
        if spot.card and spot.sort != "row":
            return Block(spot.sort, fragment, said=not place.elsewhere)
        heard = place.heard or self._says
        return Block(
            "row" if spot.card else "text", fragment, said=heard and not place.elsewhere and spot.tag not in HEADINGS
        )

    def _add(self, parent: int, text: str) -> None:
        place = self._places[parent]
        block = place.block
        if block is None or place.out:
            return
        if place.role == "title" and block.sort == "text":
            if self._in_main:
                self._main = (self._main + text)[:_HEADING]
            else:
                self._last = (self._last + text)[:_HEADING]
            self._says = self._has_said()
        _write(place, block, text)

    def _has_said(self) -> bool:
        return bool(_SAYING.fullmatch(line(self._last)) or _GUESTBOOK.match(line(self._main)))


_NO_TEXT = (0, -1, "")
_HEADING, _DATE_PARTS = 100, 20
"""Characters of a heading that are looked at, and texts that a date is made of at most."""


def _note(spot: Spot, place: _Place, block: Block) -> None:
    """What an element itself says of the block it is in."""
    in_card = block.sort != "text"
    if in_card:
        block.marked.append(spot)
    if place.out:
        return
    if spot.tag == "br":
        _write(place, block, "\n")
    if spot.tag == "a" and "href" in spot.attributes:
        block.anchors.append(spot)
    if not in_card:
        return
    if not block.fragment and spot.sort:  # a card within a card that turned out to be a part of it
        block.fragment = _name(spot)
    role = role_of(spot, block.marked[0])
    if place.quoted and role in ("author", "name"):
        role = ""
    place.role = within(place.role, role, titled=_is_titled(block), begun="body" in block.worded)


def _is_titled(block: Block) -> bool:
    """It has a heading, and that is no date."""
    return "title" in block.worded and (len(block.texts["title"]) > _DATE_PARTS or not is_stamp(block.told("title")))


def _name(spot: Spot) -> str:
    """The identifier by which a link can lead to an element."""
    attributes = spot.attributes
    return attributes.get("id") or (attributes.get("name") if spot.tag == "a" else None) or ""


def _write(place: _Place, block: Block, text: str) -> None:
    for role in (_ALL, place.role, _WIDER.get(place.role)):
        if role is not None:
            texts = block.texts.setdefault(role, [])
            if block.lines.get(role) != place.line:
                block.lines[role] = place.line
                texts.append("\n")
            texts.append(text)
            if role not in block.worded and any(map(str.isalpha, text)):
                block.worded.add(role)


_ALL = "all"
_WIDER = {"core": "body", "": "rest", "soft": "rest", "name": "rest"}
"""Where the texts of a role go too: `rest` is all that nothing is known of for sure."""
