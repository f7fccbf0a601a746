"""The newest videos of a YouTube channel or playlist, by its feed, which needs no key.

What it reads: the fifteen newest videos: title and description. A video is known by its own identifier, whatever lists
it.

Limits: nothing of what people say under a video, nor of what is said in it, is read. The address must hold the
identifier of the channel (`UC` and 22 characters) or of the playlist: `youtube.com/@name` does not, but the page of the
channel does, under "Share channel", "Copy channel ID". The feed is not documented any more; asked too often, YouTube
answers 404 for a while (`gone`).

Terms of use: YouTube's. What is kept is a link, a title and an excerpt.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, Source
from vigie.parse.newsfeeds import feed_or_refusal
from vigie.sources import Param, feed

_ADDRESS = r"https?://.*(?:/channel/|[?&](?:channel_id|list|playlist_id)=)((UC)?[\w-]{10,60})(?:[/?&#].*)?"

PARAMS = {
    "url": Param(
        required=True,
        meaning="address that holds the identifier of the channel or of the playlist:"
        " https://www.youtube.com/channel/UC..., https://www.youtube.com/playlist?list=PL...",
        form=_ADDRESS,
    )
}
ROBOTS = False
"""A feed is published to be read by programs."""

_FEED = "https://www.youtube.com/feeds/videos.xml"
_VIDEO = re.compile(r"yt:video:([\w-]{5,20})")


def request(source: Source, cursor: Cursor) -> Request:
    """The feed: https://developers.google.com/youtube/v3/guides/push_notifications names it."""
    return replace(feed.request(source, cursor), url=_address(source.url))


def read(source: Source, response: Response) -> Page:
    """The videos. Raises `SourceError`: `BLOCKED`, `CONTRACT_CHANGED` or `TOO_LARGE`."""
    with feed_or_refusal(response.body):
        page = feed.read(source, response)
    return replace(page, items=[_video(item) for item in page.items])


def _address(url: str) -> str:
    told = re.fullmatch(_ADDRESS, url)
    if told is None or urlsplit(url).path.endswith(".xml"):
        return url
    return f"{_FEED}?{urlencode({'channel_id' if told[2] else 'playlist_id': told[1]})}"


def _video(item: Item) -> Item:
    found = _VIDEO.fullmatch(item.native_id or "")
    url = f"https://www.youtube.com/watch?v={found[1]}" if found and not item.url else item.url
    return item._replace(url=url, kind="video", context="")
