"""A feed: RSS 0.9x to 2.0, RSS 1.0, Atom 0.3 and 1.0, JSON Feed.

What it reads: the entries of the feed: of a blog, of comments, of a forum, of a search. Regular feeds take the quick
way (`vigie.parse.feedquick`), all others a recovering parser (`vigie.parse.feedtree`): what a person could read is
read, however badly written; what is not a feed is said to be none, never taken for an empty one.

Limits: a feed shows its newest entries, twenty or so: more than that between two reads, and some may not be seen.
Where it has older pages (`rel="next"`, RFC 5005; `next_url` of JSON Feed), up to four of them are read at first, and
when nothing of the newest one was seen before. A page for people that announces a feed is not one: its address is told
by `vigie source check`. One that asks to be read less often (`ttl`, `sy:updatePeriod`, `Cache-Control: max-age`)
is, but once a day at least; `skipHours` and `skipDays` are not read.

Terms of use: those of the site; a feed is published to be read by programs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response
from vigie.identity import host_of, same_place
from vigie.model import Cursor, Item, OutcomeKind, Source
from vigie.parse import feedjson, links
from vigie.parse.charset import decoded, unpacked
from vigie.parse.feedentries import items
from vigie.parse.feedquick import skimmed
from vigie.parse.feedrest import rest
from vigie.parse.feedshape import Feed
from vigie.parse.xmltext import value_of
from vigie.ring import Ring
from vigie.sources import MOST, Param

PARAMS = {"url": Param(required=True, meaning="address of the feed")}
ROBOTS = False
"""A feed is published to be read by programs."""

_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.8"
_ANNOUNCED = re.compile(
    r"<link\b(?=[^<>]{0,500}\btype\s*=\s*[\"']?application/(?:rss\+xml|atom\+xml|feed\+json))"
    r"[^<>]{0,500}?\bhref\s*=\s*(?:\"(?P<double>[^<>\"]{0,500})\"|'(?P<single>[^<>']{0,500})')",
    re.IGNORECASE,
)

_LONGEST_SHOWN = 300


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The feed itself; some servers choose a format by what is accepted."""
    return Request(source.url, {"Accept": _ACCEPT})


def read(source: Source, response: Response) -> Page:
    """The entries of the feed. Raises `SourceError`: `NOT_A_FEED`, `BLOCKED` or `TOO_LARGE`."""
    text = decoded(unpacked(response.body), response.header("content-type"))
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if not start:
        raise SourceError(OutcomeKind.NOT_A_FEED, "empty body")
    if start in "{[":
        feed: Feed | None = feedjson.parsed(text.lstrip("\ufeff \t\r\n"), response.url)
    else:
        feed = skimmed(text, response.url)
    if feed is None:
        from vigie.parse import feedtree

        try:
            feed = feedtree.parsed(text, response.url)
        except SourceError as error:
            raise _explained(error, text, response.url) from None
    found = items(feed)[:MOST]
    return Page(
        found,
        next=_older(source, feed, found, response.url),
        whole=feed.whole,
        rest=rest(feed.head, response.header("cache-control")),
    )


def _older(source: Source, feed: Feed, found: Sequence[Item], here: str) -> Request | None:
    """The page before this one in time, when something of it may never have been seen: this is the first read, or
    nothing here was there the last time. Feeds name it `next` (RFC 5005 section 3)."""
    told = feed.head.get("link next")
    if not told:
        return None
    if source.health.failures % 2:  # it may be that page that failed: every other time the feed is read without it
        return None
    url = links.absolute(feed.base, value_of(told))
    if not url or same_place(url) == same_place(here) or host_of(url) != host_of(here):
        return None
    seen = Ring(source.cursor.ring)
    if len(seen) and seen.overlaps(seen.resolve(found, source.host)[0]):
        return None
    return Request(url, {"Accept": _ACCEPT})


def _explained(error: SourceError, text: str, here: str) -> SourceError:
    """A better reason than the parser's, when what came is a page for people."""
    from vigie.parse.challenge import is_challenge
    from vigie.parse.markup import plain

    if "<html" not in text[:4_000].lower() and "<!doctype html" not in text[:4_000].lower():
        return error
    if is_challenge(text, plain(text[:200_000])):
        return SourceError(OutcomeKind.BLOCKED, "a challenge page")
    return SourceError(OutcomeKind.NOT_A_FEED, f"an HTML page{_announced(text, here)}")


def _announced(text: str, here: str) -> str:
    """That a page announces a feed, and where: but not an address with a query, which may say too much (see
    `vigie.errors`)."""
    found = _ANNOUNCED.search(text[:100_000])
    if found is None:
        return ""
    url = links.absolute(here, unescape(found["double"] or found["single"] or ""))
    shown = f": {url}" if url and "?" not in url and len(url) <= _LONGEST_SHOWN else ""
    return f" that announces a feed{shown}"
