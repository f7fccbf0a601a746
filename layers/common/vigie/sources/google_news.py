"""A search of Google News, by its RSS feed: articles of the last week that hold the words.

What it reads: up to a hundred articles of the press, headline, publisher and address. The words may use what the search
understands: `"Camille Aubertin-Lesage" Valombre`, `OR`, `-word`, `site:`, `intitle:`. Unless they say themselves of
when (`when:`, `after:`, `before:`), those of the last seven days are asked for.

An article is known by its publisher and headline, since Google gives one article several addresses; under another
headline it is told again. Its address is the publisher's where the link holds it, else Google's own, which leads there.

Limits: the feed is not documented and may end. There is no summary: an article whose headline does not name the
practitioner is not told, though its text does. One that Google finds a week after it appeared is not seen. Read it
every 30 minutes at most: asked too often, or when it wants consent to cookies, Google answers with a page for people
(`blocked`).

Terms of use: Google's, for feeds: personal, not commercial. Only headline, publisher and link are kept. The words,
which name the practitioner, go to Google.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64Error
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, OutcomeKind, Source
from vigie.parse import links
from vigie.parse.newsfeeds import ACCEPT, LANGUAGE, MARKET, QUERY, article, feed_or_refusal, market
from vigie.sources import Param, Rhythm, feed

PARAMS = {
    "query": Param(required=True, meaning=QUERY),
    "language": Param(required=False, meaning=LANGUAGE, form=MARKET),
}
ROBOTS = False
"""A feed is published to be read by programs."""

RHYTHM = Rhythm(most=1440)

_SEARCH = "https://news.google.com/rss/search"
_PERIOD = "when:7d"
_TIMED = re.compile(r"(?:^|\s)(?:when|after|before):\S", re.IGNORECASE)
_OPAQUE = re.compile(r"/(?:rss/)?articles/([\w-]{4,4000})=*")
_INSIDE = re.compile(rb"https?://[\x21-\x7e]{4,2000}")
_BETWEEN = "\xa0\xa0"
"""What stands between the headline and its publisher in a description."""


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The search, as the press of one country."""
    words = source.params["query"].strip()
    language, country = market(source.params.get("language", ""))
    asked = {
        "q": words if _TIMED.search(words) else f"{words} {_PERIOD}",
        "hl": f"en-{country}" if language == "en" else language,
        "gl": country,
        "ceid": f"{country}:{language}",
    }
    return Request(f"{_SEARCH}?{urlencode(asked)}", {"Accept": ACCEPT})


def read(source: Source, response: Response) -> Page:
    """The articles. Raises `SourceError`: `BLOCKED`, `CONTRACT_CHANGED` or `TOO_LARGE`."""
    if (urlsplit(response.url).hostname or "").startswith("consent."):
        raise SourceError(OutcomeKind.BLOCKED, "a page that asks for consent")
    with feed_or_refusal(response.body):
        page = feed.read(source, response)
    return replace(page, items=[_article(item) for item in page.items], next=None)


def _article(item: Item) -> Item:
    publisher = item.text.partition("\n")[0].rpartition(_BETWEEN)[2].strip() if _BETWEEN in item.text else ""
    headline = item.title.removesuffix(f" - {publisher}") if publisher else item.title
    return item._replace(
        url=_address(item.url),
        title=headline,
        text=publisher,
        publisher=publisher,
        native_id=article(publisher, headline),
        kind="news",
        context="",
    )


def _address(link: str) -> str:
    """The publisher's, when Google's holds it (those made until 2024 do); else Google's, without what it counts."""
    found = _OPAQUE.search(link)
    if not found or not (urlsplit(link).hostname or "").endswith("google.com"):
        return link
    code = found[1]
    try:
        inside = _INSIDE.search(urlsafe_b64decode(code + "=" * (-len(code) % 4)))
    except (NotBase64Error, ValueError):
        inside = None
    return (links.absolute("", inside[0].decode("ascii")) if inside else "") or link.partition("?")[0]
