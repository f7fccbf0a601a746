"""A search of the web by Brave: pages, discussions of forums and news that hold the words.

What it reads: twenty results a read, of what Brave discovered in the last week unless `freshness` says otherwise:
title, excerpts, address, the date that a page gives itself. The words may use what the search understands:
`"Camille Aubertin-Lesage" Valombre`, `-word`, `site:`: `site:forum.example "Aubertin-Lesage"` covers a site that may
not be read page by page. A practitioner's first read asks for all there is, up to a hundred results, as a snapshot.

A page is known by its address: the same one in other searches, or under other words, is the same.

Limits: a page is told when Brave finds it, which may be days after it appeared, and for what its excerpts say: one that
names the practitioner elsewhere only is not told. 400 characters and 50 words. A request a read, 0.005 USD (1,000 a
month are free); read every day as a rule, every six hours at most.

Terms of use: a subscription to the Search plan, whose rights of storage the operator should read; a mention of Brave is
required for the free requests. What is kept is a link, a title and an excerpt. The words, which name the practitioner,
go to Brave in the United States, which keeps them 90 days at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, OutcomeKind, Source
from vigie.parse.answers import Fields, block, document, inside, items, lines, marked, rows
from vigie.providers import brave
from vigie.providers.brave import PROVIDER, refused
from vigie.queries import Queries
from vigie.sources import Rhythm

__all__ = ["PARAMS", "PROVIDER", "RHYTHM", "ROBOTS", "planned", "read", "refused", "request"]

PARAMS = {**brave.PARAMS, "freshness": brave.FRESHNESS}
ROBOTS = False
"""An API is there to be asked by programs."""

RHYTHM = Rhythm(usual=1440, least=360)

_BLOCKS = {"discussions": "forum", "news": "news", "web": "web"}
"""Blocks of an answer, those that tell most of the sort of page first: what is in two of them is of the first."""

_MORE = {
    "count": "20",
    "result_filter": "discussions,news,web",
    "text_decorations": "false",
    "extra_snippets": "true",
}


def planned(queries: Queries) -> Iterable[Mapping[str, str]]:
    """By name, by title and town, and on the sites that are not read themselves."""
    return [*queries.first(2), {"query": queries.sites.words}]


def request(source: Source, cursor: Cursor) -> Request:
    """The first page of the search."""
    return brave.asked(source, cursor, "web", _MORE)


def read(source: Source, response: Response) -> Page:
    """The results of every block; a block without results is absent. Raises `SourceError`."""
    found = document(response)
    if "query" not in found and not _BLOCKS.keys() & found.keys():
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "no results")
    listed = [(kind, row) for name, kind in _BLOCKS.items() for row in rows(block(found, name), "results")]
    made = items(listed, _item)
    return brave.page(source, response, "web", _MORE, found, made)


def _item(listed: tuple[str, Fields]) -> Item | None:
    kind, row = listed
    item = brave.result(row, kind)
    data = inside(row, "data")
    if item is None or not data:
        return item
    return item._replace(text=lines(item.text, marked(data.get("question")), marked(data.get("top_comment"))))
