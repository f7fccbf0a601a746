"""A MyBB forum: its newest topics, or those of one of its forums.

What it reads: the forum's own feed (`syndication.php`), given the address of any of its pages: the fifty newest topics
of all of it, or of one forum (`forum=2`), each with its first message.

Limits: answers are not in it, and nothing in it changes when there is one: follow the topics that matter as `thread`.
Forums that guests cannot read are not in it.

Terms of use: those of the forum; a feed is published to be read by programs.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Source
from vigie.parse.sites import below
from vigie.sources import Param, feed

PARAMS = {
    "url": Param(required=True, meaning="address of the forum, or of its feed (syndication.php)"),
    "forum": Param(
        required=False,
        meaning="number of one forum of it, or of several: 2,5 (fid= in its address)",
        form=r"[\d,]{1,99}",
    ),
}
ROBOTS = False
"""A feed is published to be read by programs."""

_MOST = "50"
"""Topics; MyBB gives no more, and fifteen unless asked."""


def request(source: Source, cursor: Cursor) -> Request:
    """The feed: https://docs.mybb.com/1.8/, `syndication.php` of MyBB."""
    return replace(feed.request(source, cursor), url=_address(source))


def read(source: Source, response: Response) -> Page:
    """The topics. Raises `SourceError` as `feed` does."""
    page = feed.read(source, response)
    return replace(page, items=[item._replace(kind="forum") for item in page.items])


def _address(source: Source) -> str:
    forum = source.params.get("forum", "")
    if not forum and "syndication.php" in source.url:
        return source.url
    asked = {**({"fid": forum} if forum else {}), "limit": _MOST}
    return below(source.url, f"syndication.php?{urlencode(asked, safe=',')}")
