"""A NodeBB forum: its newest messages, or those of one of its categories or topics.

What it reads: the forum's own feeds, given its address: the newest messages of all of it (`/recentposts.rss`), the
topics of one category (`category=2`), each with its last message, or the messages of one topic (`topic=812`).

Limits: twenty or so, the newest. Of a topic in a category that was answered twice between two reads, the last answer
alone is seen. Its search wants an account, and is not used. An administrator may have closed the feeds (`gone`).

Terms of use: those of the forum; a feed is published to be read by programs.
"""

from __future__ import annotations

from dataclasses import replace

from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, Source
from vigie.parse.sites import below
from vigie.sources import Param, feed

PARAMS = {
    "url": Param(required=True, meaning="address of the forum, or of one of its feeds (.rss)"),
    "category": Param(required=False, meaning="number of one category (in its address)", form=r"\d{1,9}"),
    "topic": Param(required=False, meaning="number of one topic (in its address)", form=r"\d{1,9}"),
}
ROBOTS = False
"""A feed is published to be read by programs."""


def request(source: Source, cursor: Cursor) -> Request:
    """The feed: https://docs.nodebb.org/, `src/routes/feeds.js` of NodeBB."""
    return replace(feed.request(source, cursor), url=_address(source))


def read(source: Source, response: Response) -> Page:
    """The messages. Raises `SourceError` as `feed` does."""
    page = feed.read(source, response)
    return replace(page, items=[_message(item) for item in page.items])


def _address(source: Source) -> str:
    for name in ("topic", "category"):
        if source.params.get(name):
            return below(source.url, f"{name}/{source.params[name]}.rss")
    return source.url if source.url.endswith(".rss") else below(source.url, "recentposts.rss")


def _message(item: Item) -> Item:
    """In a list of topics an entry is the last message of one, under the topic's name: at another date, another one."""
    native = item.native_id
    if native and "/topic/" in native and item.published_at:
        native = f"{native} {item.published_at.isoformat()}"
    return item._replace(native_id=native, kind="forum")
