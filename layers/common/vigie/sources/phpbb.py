"""A phpBB forum (3.1 and later): its newest messages, or those of one of its forums or topics.

What it reads: the forum's own feed, given the address of any of its pages: the newest messages of all of it, of one
forum (`forum=5`) or of one topic (`topic=812`). A message is known by its number.

Limits: ten to fifteen messages as a rule, as its administrator chose; forums that guests cannot read are not in it. An
administrator may have closed the feed (`gone`): watch the forum as `page`, its topics as `thread`. For phpBB 3.0, give
the address of `feed.php` itself.

Terms of use: those of the forum; a feed is published to be read by programs.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, Source
from vigie.parse.sites import below, unfooted
from vigie.sources import Param, feed

PARAMS = {
    "url": Param(required=True, meaning="address of the forum, or of its feed"),
    "forum": Param(required=False, meaning="number of one forum of it (f= in its address)", form=r"\d{1,9}"),
    "topic": Param(required=False, meaning="number of one topic of it (t= in its address)", form=r"\d{1,9}"),
}
ROBOTS = False
"""A feed is published to be read by programs."""

_FEED = re.compile(r"/feed(?:\.php)?(?:/|$)")
_BETWEEN = "•"
"""Stands between the name of the forum and the subject of the message."""

_ANSWER = re.compile(r"\s*(?:re|rép)\s*:\s*(?P<topic>.+)", re.IGNORECASE)
_SESSION = re.compile(r"(?<=[?&])sid=[^&#]*&?|[?&]sid=[^&#]*(?=#|$)")
_NUMBERS = re.compile(r"[^:]{0,20}(?:estad[ií]stic|statist)[^:]{0,10}:.*", re.IGNORECASE)
"""The last line of a message in a feed: who wrote it, when, how often it was seen (`styles/all/template/feed.xml.twig`
of phpBB)."""


def request(source: Source, cursor: Cursor) -> Request:
    """The feed of the forum: https://area51.phpbb.com/docs/dev/3.3.x/ and `phpbb/feed/` of phpBB."""
    return replace(feed.request(source, cursor), url=_address(source))


def read(source: Source, response: Response) -> Page:
    """The messages. Raises `SourceError` as `feed` does."""
    page = feed.read(source, response)
    return replace(page, items=[_message(item) for item in page.items])


def _address(source: Source) -> str:
    for name in ("topic", "forum"):
        if source.params.get(name):
            return below(source.url, f"app.php/feed/{name}/{source.params[name]}")
    return source.url if _FEED.search(urlsplit(source.url).path) else below(source.url, "app.php/feed")


def _message(item: Item) -> Item:
    native = _sessionless(item.native_id) if item.native_id else None
    text = unfooted(item.text, _NUMBERS)
    answered = _ANSWER.match(item.title.rpartition(_BETWEEN)[2])
    context = answered["topic"] if answered else ""
    return item._replace(url=_sessionless(item.url), native_id=native or None, text=text, kind="forum", context=context)


def _sessionless(url: str) -> str:
    """Without the session of the visit, which is another at each; whatever it looks like, `sid` is one here."""
    return _SESSION.sub("", url).replace("?#", "#").rstrip("?&")
