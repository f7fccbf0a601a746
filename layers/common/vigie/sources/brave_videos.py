"""A search of videos by Brave: those whose title or description hold the words, wherever they are published.

What it reads: up to fifty videos a read, of what Brave discovered in the last month (week, if it is read daily) unless
`freshness` says otherwise: title, description, address, date, and who published it, to match with. The words may use
what the search understands: `"Camille Aubertin-Lesage" Valombre`, `-word`, `site:tiktok.com`. A practitioner's first
read asks for all there is, as a snapshot. A video is known by its address.

Limits: what is said in a video is not read. 400 characters and 50 words. A request a read, 0.005 USD (1,000 a month are
free, with the other searches of Brave); read once a week as a rule, once a day at most.

Terms of use: a subscription to the Search plan, whose rights of storage the operator should read; a mention of Brave is
required for the free requests. What is kept is a link, a title and an excerpt. The words, which name the practitioner,
go to Brave in the United States, which keeps them 90 days at most.
"""

from __future__ import annotations

from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, Source
from vigie.parse.answers import Fields, document, inside, items, label
from vigie.providers import brave
from vigie.providers.brave import PROVIDER, refused
from vigie.sources import Rhythm

__all__ = ["PARAMS", "PROVIDER", "RHYTHM", "ROBOTS", "read", "refused", "request"]

PARAMS = {**brave.PARAMS, "freshness": brave.FRESHNESS}
ROBOTS = False
"""An API is there to be asked by programs."""

RHYTHM = Rhythm(usual=10080, least=1440)

_MORE = {"count": "50"}


def request(source: Source, cursor: Cursor) -> Request:
    """The first page of the search."""
    return brave.asked(source, cursor, "videos", _MORE)


def read(source: Source, response: Response) -> Page:
    """The videos. Raises `SourceError`."""
    found = document(response)
    made = items(brave.listed(found), _video)
    return brave.page(source, response, "videos", _MORE, found, made)


def _video(row: Fields) -> Item | None:
    item = brave.result(row, "video")
    video = inside(row, "video")
    author = label(inside(video, "author").get("name")) or label(video.get("creator"))
    return item._replace(author=author or None) if item else None
