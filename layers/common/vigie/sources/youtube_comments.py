"""Comments on one video of YouTube, or on all those of a channel.

What it reads: the hundred latest threads of comments, with their first answers, and as many pages more as there are new
ones. Name in `about` whom the video or the channel is about: comments rarely name anybody, and are judged by it too.

Limits: 10,000 requests a day of a project, apart from searches. Answers to an old thread are not seen once a hundred
newer threads stand before it, nor more than five of each. Comments that their owner closed are `gone`.

Terms of use: YouTube's for its API services: what is kept is to be refreshed or deleted within 30 days. Where this
kind is used, let the text of mentions be kept no longer (parameter `RetentionDays`). Meant for the practitioner's own
channel, and for videos about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, Source
from vigie.parse.answers import Fields, document, inside, items, moment, objects, records, text
from vigie.parse.latest import goes_on, state_after
from vigie.parse.markup import line
from vigie.providers import youtube as service
from vigie.sources import Param, Rhythm

PARAMS = {
    "of": Param(
        required=True,
        meaning="identifier of the video (11 characters) or of the channel (UC and 22 characters)",
        form=r"[A-Za-z0-9_-]{11}|UC[A-Za-z0-9_-]{22}",
    ),
    "about": Param(required=False, meaning="whom it is about, such as Dr Camille Aubertin-Lesage, Valombre"),
}
ROBOTS = False
"""An interface for programs."""

RHYTHM = Rhythm(usual=60, least=15)
PROVIDER = service.UNITS
refused = service.refused

_CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}")
_ID = re.compile(r"[A-Za-z0-9_.-]{1,100}")


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The threads, the latest first."""
    return _asked(source)


def _asked(source: Source, **more: str) -> Request:
    of = source.params["of"].strip()
    whose = {"allThreadsRelatedToChannelId" if _CHANNEL.fullmatch(of) else "videoId": of}
    told = {"part": "snippet,replies", "order": "time", "maxResults": "100", "textFormat": "plainText"}
    return service.asked("commentThreads", **whose, **told, **more)


def read(source: Source, response: Response) -> Page:
    """The comments, those of the latest thread first. Raises `SourceError`: `CONTRACT_CHANGED` or `BLOCKED`."""
    answer = document(response)
    threads = records(answer, "items")
    about = line(source.params.get("about", ""))
    firsts = items(threads, lambda thread: _item(inside(thread, "snippet", "topLevelComment"), about))
    before, place = source.cursor.state, text(answer.get("nextPageToken"))
    following = _asked(source, pageToken=place) if place and goes_on(firsts, before) else None
    return Page([*firsts, *_answers(threads, about)], state_after(firsts, before), following)


def _answers(threads: Sequence[Fields], about: str) -> Iterator[Item]:
    for thread in threads:
        for comment in objects(inside(thread, "replies").get("comments")):
            if item := _item(comment, about):
                yield item


def _item(comment: Fields, about: str) -> Item | None:
    number, snippet = text(comment.get("id")), inside(comment, "snippet")
    if not _ID.fullmatch(number):
        return None
    return Item(
        _address(number, text(snippet.get("videoId")), text(snippet.get("channelId"))),
        text=(text(snippet.get("textDisplay")) or text(snippet.get("textOriginal"))).strip(),
        native_id=number,
        published_at=moment(snippet.get("publishedAt")),
        kind="social",
        author=line(text(snippet.get("authorDisplayName"))) or None,
        context=about,
    )


def _address(comment: str, video: str, channel: str) -> str:
    if _ID.fullmatch(video):
        return f"https://www.youtube.com/watch?v={video}&lc={quote(comment)}"
    return f"https://www.youtube.com/channel/{channel}" if _ID.fullmatch(channel) else ""
