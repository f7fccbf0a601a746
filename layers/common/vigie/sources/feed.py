"""A feed: RSS 0.9x to 2.0, RSS 1.0, Atom 0.3 and 1.0, JSON Feed.

Regular feeds take the quick way (`vigie.parse.feedquick`), all others a recovering parser (`vigie.parse.feedtree`).
What a person could read is read, however badly written; what is not a feed is said to be none, never taken for an
empty one.
Only the first page of a paged feed is read: it is the one where new entries appear.
"""

from __future__ import annotations

import re

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, OutcomeKind, Source
from vigie.parse import feedjson
from vigie.parse.charset import decoded, unpacked
from vigie.parse.feedentries import items
from vigie.parse.feedquick import skimmed
from vigie.sources import MOST, Param

PARAMS = {"url": Param(required=True, meaning="address of the feed")}
ROBOTS = False
"""A feed is published to be read by programs."""

_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.8"
_ANNOUNCED = re.compile(
    r"<link\b[^<>]{0,500}\btype\s*=\s*[\"']?application/(?:rss\+xml|atom\+xml|feed\+json)", re.IGNORECASE
)


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The feed itself; some servers choose a format by what is accepted."""
    return Request(source.url, {"Accept": _ACCEPT})


def read(source: Source, response: Response) -> Page:  # noqa: ARG001 - the contract of a kind
    """The entries of the feed. Raises `SourceError`: `NOT_A_FEED`, `BLOCKED` or `TOO_LARGE`."""
    text = decoded(unpacked(response.body), response.header("content-type"))
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if not start:
        raise SourceError(OutcomeKind.NOT_A_FEED, "empty body")
    if start in "{[":
        return Page(items(feedjson.parsed(text.lstrip("\ufeff \t\r\n"), response.url))[:MOST])
    feed = skimmed(text, response.url)
    if feed is None:
        from vigie.parse import feedtree

        try:
            feed = feedtree.parsed(text, response.url)
        except SourceError as error:
            raise _explained(error, text) from None
    return Page(items(feed)[:MOST], whole=feed.whole)


def _explained(error: SourceError, text: str) -> SourceError:
    """A better reason than the parser's, when what came is a page for people."""
    from vigie.parse.challenge import is_challenge
    from vigie.parse.markup import plain

    if "<html" not in text[:4_000].lower() and "<!doctype html" not in text[:4_000].lower():
        return error
    if is_challenge(text, plain(text[:200_000])):
        return SourceError(OutcomeKind.BLOCKED, "a challenge page")
    announced = " that announces a feed" if _ANNOUNCED.search(text[:100_000]) else ""
    return SourceError(OutcomeKind.NOT_A_FEED, f"an HTML page{announced}")
