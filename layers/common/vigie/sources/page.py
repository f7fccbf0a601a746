"""A watched page of HTML: its new links and texts, not the changes of its bytes.

What it reads: a comment, a review, a row of a list or a paragraph is one item (`vigie.parse.blocks`), known by what it
says once dates and counters are set aside (`vigie.parse.ticking`), or by its own link (`vigie.parse.permalinks`). What
people say there is about the subject of the page without naming it; a loose paragraph has to.

Limits: one page, not those that it leads to: a forum thread is for `thread`. What stands in for the page (a challenge,
a login, an error, a shell that only JavaScript fills) is an outcome; `<meta http-equiv="refresh">` is not followed.

Terms of use: those of the site. robots.txt is honoured. Sites that refuse robots or forbid extraction are not for this
kind: watch them through a search.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urldefrag

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response
from vigie.identity import BY_CONTENT, digest, token
from vigie.model import Cursor, Item, OutcomeKind, Source
from vigie.parse import links
from vigie.parse.blocks import Block, cut
from vigie.parse.challenge import is_challenge
from vigie.parse.dates import instant
from vigie.parse.dom import LexborHTMLParser
from vigie.parse.htmlpage import ACCEPT, opened, subject
from vigie.parse.labels import is_generic
from vigie.parse.leaves import leaf
from vigie.parse.markup import line
from vigie.parse.names import property_of
from vigie.parse.permalinks import is_here, link_of
from vigie.parse.spots import Spot
from vigie.parse.standins import led_astray, stand_in
from vigie.parse.stars import rating_shown
from vigie.parse.ticking import still
from vigie.parse.written import written
from vigie.sources import MOST, Param

PARAMS = {"url": Param(required=True, meaning="address of the page")}
ROBOTS = True

_FRAGMENT = "!$&'()*+,;=:@/?-._~"
_TOLD = 4_000
"""Characters of a text by which it is known; one edited further on is known, and looked at again."""

_DATED = frozenset({"abbr", "span", "time"})
_ISO = re.compile(r"(?:19|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d")
"""A moment as programs write it, kept in a title by what shows `il y a 3 jours`."""

_NUMBERED = re.compile(r"\d")
_LEAST_LETTERS = 3
_KINDS = {"review": "review", "reply": "forum", "post": "forum"}


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The page itself."""
    return Request(source.url, {"Accept": ACCEPT})


def read(source: Source, response: Response) -> Page:
    """The links and texts of the page. Raises `SourceError`: `TOO_LARGE`, `NOT_A_FEED`, or what stands in for the page:
    `BLOCKED`, `GONE` or `UNREACHABLE`."""
    return Page(looked_at(source.url, response).items)


@dataclass(frozen=True, slots=True)
class Look:
    """A page, and what there is to read on it."""

    tree: LexborHTMLParser
    blocks: Sequence[Block]
    items: Sequence[Item]


def looked_at(asked: str, response: Response) -> Look:
    """The page that was `asked` for. Raises as `read` does."""
    html, tree = opened(response)
    blocks = cut(tree)
    text = "\n".join(line(block.told()) for block in blocks)
    if is_challenge(html, text):
        raise SourceError(OutcomeKind.BLOCKED, "a challenge page")
    other = led_astray(asked, response.url) or stand_in(tree, blocks)
    if other:
        raise SourceError(other.outcome, other.detail)
    found = _View(tree, response.url).items(blocks)
    if not found:
        shell = tree.css_first("script") is not None
        raise SourceError(OutcomeKind.BLOCKED if shell else OutcomeKind.NOT_A_FEED, "a page without anything to read")
    return Look(tree, blocks, found)


@dataclass(frozen=True, slots=True)
class _Told:
    """An item, and what it is known by when it has no link of its own."""

    item: Item
    name: str
    said: bool
    raw: str
    linked: bool


class _View:
    """What all items of one page share."""

    def __init__(self, tree: LexborHTMLParser, url: str) -> None:
        base = tree.css_first("base[href]")
        self._page = urldefrag(url).url
        self._base = links.absolute(url, base.attributes.get("href") or "") if base else ""
        self._base = self._base or url
        self._thread = leaf(self._page).thread
        self._subject = subject(tree)

    def items(self, blocks: Iterable[Block]) -> list[Item]:
        """What there is to know of a page, once each.

        A link that several messages share is none of theirs. Two who say the same are two, told apart by which comes
        first; the same element shown twice (for narrow screens) is one.
        """
        told = [found for found in map(self._told, blocks) if found]
        shared = Counter(one.item.url for one in told if one.said and one.linked)
        seen: set[tuple[Item, str]] = set()
        times: Counter[str] = Counter()
        items = []
        for one in told:
            item, name = one.item, one.name
            linked = one.linked
            if one.said and shared[item.url] > 1 and linked:
                item, linked = item._replace(url=self._page, native_id=name), False
            if (item, one.raw) in seen:
                continue
            seen.add((item, one.raw))
            if not linked:
                times[name] += 1
                again = times[name] > 1
                item = item._replace(native_id=BY_CONTENT + token(digest(name, str(times[name])))) if again else item
            items.append(item)
        return items[:MOST]

    def _told(self, block: Block) -> _Told | None:
        """What there is to know of a block; None when it says nothing."""
        words = written(block)
        title, text = words.title, words.text
        link = link_of(block, self._base, self._page, title, text.partition("\n")[0], words.author or "")
        title = title or link.label
        if block.anchors or title:
            text = "\n".join(part for part in text.split("\n") if part != title and not is_generic(part))
        known = still(f"{title} {text[:_TOLD]}")
        rating = None if block.sort == "text" else rating_shown(block.marked, words.raw)
        if rating == 0 and block.sort not in ("review", "reply"):
            rating = None  # "0 votes, 0 of 5" rates nothing
        if sum(map(str.isalpha, known)) < _LEAST_LETTERS and rating is None:
            return None
        signed = words.author if words.author not in text.split("\n") else None  # or it is in what is known already
        name = BY_CONTENT + token(digest("block.1", known, signed or "", str(rating)))
        said = block.said or (rating is not None and block.sort == "row")
        elsewhere = bool(link.label) and not is_here(self._page, link.url)
        item = Item(
            url=link.url or self._anchor(block.fragment),
            title=title,
            text=text,
            native_id=self._place(link.url) if link.url else name,
            published_at=_date(block.marked),
            rating=rating,
            kind=_KINDS.get(block.sort, "review" if rating is not None else "web"),
            author=words.author,
            context=self._subject if said and not elsewhere else "",
        )
        spoken = said and block.sort not in ("text", "row")
        return _Told(item, name, spoken, words.raw if spoken else "", bool(link.url))

    def _place(self, url: str) -> str | None:
        """The name of a message whose link leads to a numbered place in this thread: it is the same on whichever page
        of it the message comes to stand, once others before it are removed."""
        fragment = urldefrag(url).fragment
        if not _NUMBERED.search(fragment) or leaf(url).thread != self._thread:
            return None
        return f"{self._thread}#{fragment}"

    def _anchor(self, fragment: str) -> str:
        return f"{self._page}#{quote(fragment, safe=_FRAGMENT, errors='replace')}" if fragment else self._page


def _date(spots: list[Spot]) -> datetime | None:
    for spot in spots:
        attributes = spot.attributes
        told = attributes.get("datetime")
        if not told and property_of(attributes) in ("datepublished", "datecreated"):
            return instant(attributes.get("content") or spot.node.text(strip=True))
        if not told and spot.tag in _DATED and _ISO.match(attributes.get("title") or ""):
            told = attributes.get("title")
        if told and (moment := instant(told)):
            return moment
    return None
