"""A WordPress site: its posts, what people comment under them, or the posts that its own search finds.

What it reads: of a site given by its address, the feed of its posts (`what=posts`, as it is when nothing is said), the
feed of all comments (`what=comments`), or the posts that hold some words (`what=search`, with `query`). With `query`,
comments are those under the posts that hold the words. A comment is known by its number, and said to answer the post
that it stands under. The feeds are read rather than the REST API (`/wp-json`): every site has them, security plug-ins
leave them open, and they say when nothing changed.

Limits: ten posts or comments, the newest, unless the site was set otherwise: more than that between two reads, and
some may not be seen. Comments are in no search: one that names the practitioner is seen in `what=comments`. Comments
that wait for approval are never shown. A site may have closed its feeds (`gone`, or `not_a_feed`).

Terms of use: those of the site; a feed is published to be read by programs.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlencode

from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, Source
from vigie.parse.sites import below, folder, unfooted
from vigie.sources import Param, feed

PARAMS = {
    "url": Param(required=True, meaning="address of the site, with its folder if it has one: https://journal.example/"),
    "what": Param(required=False, meaning="posts, comments or search; posts unless said", form="posts|comments|search"),
    "query": Param(required=False, meaning="words that the posts hold, for the site's own search"),
}
ROBOTS = False
"""A feed is published to be read by programs."""

_FEED = re.compile(r"/feed(?:/|$)|[?&]feed=")
_COMMENT = re.compile(
    r"(?:comment(?:aire)?s? (?:on|sur)|kommentare? zu|comentarios? (?:en|sobre)|comment[oi] su)\s*:?\s*(?P<post>.+)"
    r" (?:by|par|von|por|di) .+",
    re.IGNORECASE,
)
_LONGEST = 1_000
_APPEARED = re.compile(
    r"(?:l['’](?:article|billet)|le billet|cet article|the post|der beitrag)\b.*"
    r"(?:est apparu en premier|appeared first|erschien zuerst).*",
    re.IGNORECASE,
)
"""What a plug-in adds to every post of a feed, against those who copy it."""


def request(source: Source, cursor: Cursor) -> Request:
    """The feed that shows what is wanted: https://developer.wordpress.org/advanced-administration/wordpress/feeds/."""
    return replace(feed.request(source, cursor), url=_address(source))


def read(source: Source, response: Response) -> Page:
    """The posts or comments. Raises `SourceError` as `feed` does."""
    page = feed.read(source, response)
    return replace(page, items=[_told(item) for item in page.items])


def _address(source: Source) -> str:
    what, words = source.params.get("what", ""), source.params.get("query", "").strip()
    if not what and not words and _FEED.search(source.url):
        return source.url
    if words or what == "search":
        asked = {"s": words, "feed": "comments-rss2" if what == "comments" else "rss2"}
        return f"{folder(source.url)}?{urlencode(asked)}"
    return below(source.url, "comments/feed/" if what == "comments" else "feed/")


def _told(item: Item) -> Item:
    answered = _COMMENT.fullmatch(item.title[:_LONGEST])
    if answered:
        return item._replace(context=answered["post"])
    return item._replace(text=unfooted(item.text, _APPEARED))
