"""A watched page of HTML: its new links and texts, not the changes of its bytes.

A comment, a review, a row of a list or a paragraph is one item (`vigie.parse.blocks`), known by what it says once
clocks and counters are set aside (`vigie.parse.ticking`), or by where it leads when it is a link. What stands between a
reader and the page (a challenge, a shell that only JavaScript fills) is `BLOCKED`; `<meta http-equiv="refresh">` is
never followed.
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import quote, urldefrag, urlsplit

from vigie.errors import SourceError
from vigie.identity import BY_CONTENT, digest, token
from vigie.model import Cursor, Item, OutcomeKind, Source
from vigie.parse import links
from vigie.parse.blocks import Block, cut
from vigie.parse.cards import Spot, property_of
from vigie.parse.challenge import is_challenge
from vigie.parse.dates import instant
from vigie.parse.dom import LexborHTMLParser, LexborNode
from vigie.parse.htmlpage import opened, subject
from vigie.parse.markup import cleaned, line
from vigie.parse.stars import rating_shown
from vigie.parse.ticking import still
from vigie.ports import Page, Request, Response
from vigie.sources import MOST, Param

PARAMS = {"url": Param(required=True, meaning="address of the page")}
ROBOTS = True

_BLANKS = re.compile(r"[^\S\n]*\n\s*")
_SPACES = re.compile(r"[^\S\n]+")
_GENERIC = re.compile(
    r"(?:#?\d{1,7}|liens?(?: (?:direct|permanent|vers .{1,30}))?|perma(?:lien|link)|link|lire(?: la suite| plus)?"
    r"|voir(?: (?:plus|la suite|l['’]avis|le message))?|en savoir plus|read more|more|détails?|details?|suite|plus|\W*)"
    r"\W*",
    re.IGNORECASE,
)
_FRAGMENT = "!$&'()*+,;=:@/?-._~"
_NUMBERED = re.compile(r"[#n°o.\s]*\d{1,7}\W*", re.IGNORECASE)
_LABEL, _ANCHORS = 60, 50
"""Characters of a label such as "read on", and links of one block that are looked at."""

_TOLD = 4_000
"""Characters of a text by which it is known; one edited further on is known, and looked at again."""

_LEAST_LETTERS = 3
_KINDS = {"review": "review", "reply": "forum", "post": "forum"}


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The page itself."""
    return Request(source.url, {"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"})


def read(source: Source, response: Response) -> Page:  # noqa: ARG001 - the contract of a kind
    """The links and texts of the page. Raises `SourceError`: `BLOCKED`, `NOT_A_FEED` or `TOO_LARGE`."""
    html, tree = opened(response)
    blocks = cut(tree)
    text = "\n".join(line("".join(block.parts)) for block in blocks)
    if is_challenge(html, text):
        raise SourceError(OutcomeKind.BLOCKED, "a challenge page")
    view = _View(tree, response.url)
    found = [item for item in map(view.item, blocks) if item]
    if not found:
        shell = tree.css_first("script") is not None
        raise SourceError(OutcomeKind.BLOCKED if shell else OutcomeKind.NOT_A_FEED, "a page without anything to read")
    return Page(list(dict.fromkeys(found))[:MOST])


class _View:
    """What all items of one page share."""

    def __init__(self, tree: LexborHTMLParser, url: str) -> None:
        base = tree.css_first("base[href]")
        self._page = urldefrag(url).url
        self._base = links.absolute(url, base.attributes.get("href") or "") if base else ""
        self._base = self._base or url
        self._subject = subject(tree)

    def item(self, block: Block) -> Item | None:
        """What there is to know of a block; None when it says nothing."""
        text, title = _written(block), line("".join(block.title))
        link, label = self._link(block, text, title)
        title = title or label
        if block.anchors or title:
            text = "\n".join(part for part in text.split("\n") if part != title and not _is_generic(part))
        known = still(f"{title} {text[:_TOLD]}")
        rating = self._rating(block)
        if sum(map(str.isalpha, known)) < _LEAST_LETTERS and rating is None:
            return None
        author = _author(block)
        return Item(
            url=link or self._anchor(block.fragment),
            title=title,
            text=text,
            native_id=None if link else BY_CONTENT + token(digest("block.1", known, author or "", str(rating))),
            published_at=_date(block.marked),
            rating=rating,
            kind=_KINDS.get(block.sort, "review" if rating is not None else "web"),
            author=author,
            context="" if label else self._subject,
        )

    def _rating(self, block: Block) -> float | None:
        if block.sort == "text":
            return None
        rating = rating_shown(block.marked, _tidy(block.parts))
        return rating if rating or block.sort in ("review", "reply") else None  # "0 votes, 0 of 5" rates nothing

    def _link(self, block: Block, text: str, title: str) -> tuple[str, str]:
        """Where a block leads, and the words of that link: its heading or first line, "#12", "read on"; or nowhere."""
        anchors = [
            (links.absolute(self._base, a.attributes.get("href") or ""), _label(a.node), a.node)
            for a in block.anchors[:_ANCHORS]
        ]
        anchors = [found for found in anchors if found[0]]
        if block.sort not in ("review", "reply"):
            first = text.partition("\n")[0]
            for url, label, anchor in anchors:
                if label and (label in (title, first) or _is_heading(anchor)):
                    return links.lasting(url), label
        for url, label, anchor in anchors:
            if self._is_here(url) and _is_permalink(url, label, anchor):
                return links.lasting(url), ""
        return "", ""

    def _anchor(self, fragment: str) -> str:
        return f"{self._page}#{quote(fragment, safe=_FRAGMENT, errors='replace')}" if fragment else self._page

    def _is_here(self, url: str) -> bool:
        return urlsplit(url).hostname == urlsplit(self._page).hostname and url.rstrip("#") != self._page


def _written(block: Block) -> str:
    """What the author of a block wrote, as narrowly as the markup tells without losing most of it."""
    body, core = _tidy(block.body), _tidy(block.core)
    return core if 2 * len(core) > len(body) else body or _tidy(block.parts)


def _author(block: Block) -> str | None:
    for spot in block.marked:
        attributes = spot.attributes
        if property_of(attributes) == "name" and attributes.get("content"):
            return _clean_line(attributes["content"] or "")[:80] or None
    names = map(line, "".join(block.author).split("\n"))
    return next((name[:80] for name in names if sum(map(str.isalpha, name)) > 1), None)


def _tidy(parts: list[str]) -> str:
    return _BLANKS.sub("\n", _SPACES.sub(" ", "".join(parts))).strip()


def _clean_line(text: str) -> str:
    return line(cleaned(text))


def _is_generic(words: str) -> bool:
    return len(words) <= _LABEL and _GENERIC.fullmatch(words) is not None


def _is_permalink(url: str, label: str, anchor: LexborNode) -> bool:
    if _NUMBERED.fullmatch(label):
        return "#" in label or "#" in url
    dated = "bookmark" in (anchor.attributes.get("rel") or "") or anchor.css_first("time") is not None
    return dated or bool(label and _is_generic(label))


def _label(anchor: LexborNode) -> str:
    words = _clean_line(anchor.text(separator=" "))
    if words:
        return words
    image = anchor.css_first("img[alt]")
    said = (
        anchor.attributes.get("aria-label")
        or anchor.attributes.get("title")
        or (image.attributes.get("alt") if image else "")
    )
    return _clean_line(said or "")


def _is_heading(anchor: LexborNode) -> bool:
    """True for the link of a heading, or around one."""
    above = anchor.parent
    for _ in range(3):
        if above is None:
            break
        if above.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            return True
        above = above.parent
    return anchor.css_first("h1, h2, h3, h4, h5, h6") is not None


def _date(spots: list[Spot]) -> datetime | None:
    for spot in spots:
        attributes = spot.attributes
        told = attributes.get("datetime")
        if not told and property_of(attributes) in ("datepublished", "datecreated"):
            return instant(attributes.get("content") or spot.node.text(strip=True))
        if told and (moment := instant(told)):
            return moment
    return None
