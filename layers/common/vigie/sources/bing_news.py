"""A search of Bing News, by its RSS feed: articles of the last week that hold the words.

What it reads: a dozen articles of the press or so, the latest first: headline, a line or two, the publisher's address
(unwrapped from Bing's, which is never asked). The words may use the search's own language: `"Camille Aubertin-Lesage"`,
`OR`, `-word`, `site:`.

Limits: the feed is not documented and may end; it has one page, so that of a name much in the news some articles may
not be seen between two reads. Asked too often, Bing answers with a page for people (`blocked`).

Terms of use: Microsoft's, for feeds: personal, not commercial. What is kept is a link, a headline and an excerpt. The
words, which name the practitioner, go to Microsoft.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, Source
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

_SEARCH = "https://www.bing.com/news/search"
_LATEST = 'sortbydate="1" interval="8"'
"""The latest first, of the last week."""


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The search, as the press of one country."""
    language, country = market(source.params.get("language", ""))
    asked = {
        "q": source.params["query"].strip(),
        "format": "rss",
        "qft": _LATEST,
        "mkt": f"{language}-{country}",
        "cc": country,
        "setlang": language,
    }
    return Request(f"{_SEARCH}?{urlencode(asked)}", {"Accept": ACCEPT})


def read(source: Source, response: Response) -> Page:
    """The articles. Raises `SourceError`: `BLOCKED`, `CONTRACT_CHANGED` or `TOO_LARGE`."""
    with feed_or_refusal(response.body):
        page = feed.read(source, response)
    return replace(page, items=[_article(item) for item in page.items], next=None)


def _article(item: Item) -> Item:
    """Known by the publisher's address; by its headline when Bing's link leads to no address of the web."""
    item = item._replace(kind="news", context="", native_id=None)
    if item.url and not links.is_redirector(item.url):
        return item
    return item._replace(url="", native_id=article("", item.title or item.text[:200]))
