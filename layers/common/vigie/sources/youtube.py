"""A search of YouTube: videos whose title, description or subject the words are in.

What it reads: the fifty latest videos that YouTube finds for the words: title, the beginning of the description, the
channel. The words may use `|` for one or the other and `-` for not: `"Camille Aubertin-Lesage"|"Dr Aubertin-Lesage"`.
What is said in a video is not read; its comments are, by the kind `youtube_comments`; a channel is followed without a
key by its feed.

Limits: a project has 100 searches a day, of all sources together: one a day for each of a hundred practitioners. The
day begins at midnight in California. YouTube returns what resembles the words too.

Terms of use: YouTube's for its API services: what is kept is to be refreshed or deleted within 30 days. Where this
kind is used, let the text of mentions be kept no longer (parameter `RetentionDays`). The words, which name the
practitioner, go to Google.
"""

from __future__ import annotations

import re

from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, Source
from vigie.parse.answers import Fields, document, inside, items, label, moment, records, text, words
from vigie.parse.markup import cleaned
from vigie.providers import youtube as service
from vigie.sources import Param, Rhythm

PARAMS = {"query": Param(required=True, meaning='words to search for, such as "Camille Aubertin-Lesage"')}
ROBOTS = False
"""An interface for programs."""

RHYTHM = Rhythm(usual=1440, least=360)
PROVIDER = service.SEARCHES
refused = service.refused

_VIDEO = re.compile(r"[A-Za-z0-9_-]{5,20}")


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The search, the latest first. Nothing is filtered: abuse is what filters hide."""
    told = {"part": "snippet", "type": "video", "q": source.params["query"].strip(), "order": "date"}
    return service.asked("search", **told, regionCode="FR", relevanceLanguage="fr", safeSearch="none", maxResults="50")


def read(source: Source, response: Response) -> Page:  # noqa: ARG001 - the contract of a kind
    """The videos. Raises `SourceError`: `CONTRACT_CHANGED` or `BLOCKED`. One page: each costs a search."""
    return Page(items(records(document(response), "items"), _item))


def _item(result: Fields) -> Item | None:
    """Titles come escaped as HTML, as of all answers only those of a search do."""
    video, snippet = text(inside(result, "id").get("videoId")), inside(result, "snippet")
    if not _VIDEO.fullmatch(video):
        return None
    return Item(
        f"https://www.youtube.com/watch?v={video}",
        label(snippet.get("title")),
        cleaned(words(snippet.get("description"))),
        f"yt:video:{video}",
        moment(snippet.get("publishedAt")),
        kind="video",
        author=label(snippet.get("channelTitle")) or None,
    )
