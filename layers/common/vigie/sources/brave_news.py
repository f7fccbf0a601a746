"""A search of the press by Brave: articles that hold the words.

What it reads: up to fifty articles a read, of what Brave discovered in the last week unless `freshness` says otherwise:
title, summary, the publisher's address, the date of the article. The words may use what the search understands:
`"Camille Aubertin-Lesage" Valombre`, `-word`, `site:`. A practitioner's first read asks for all there is, as a
snapshot. An article is known by its address.

Limits: an article is told for what its title and summary say: one that names the practitioner further down only is not.
400 characters and 50 words. A request a read, 0.005 USD (1,000 a month are free, with the other searches of Brave);
read every day as a rule, every six hours at most: `google_news` and `bing_news` are free and quicker.

Terms of use: a subscription to the Search plan, whose rights of storage the operator should read; a mention of Brave is
required for the free requests. What is kept is a link, a title and an excerpt. The words, which name the practitioner,
go to Brave in the United States, which keeps them 90 days at most.
"""

from __future__ import annotations

from functools import partial

from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Source
from vigie.parse.answers import document, items
from vigie.providers import brave
from vigie.providers.brave import PROVIDER, refused
from vigie.sources import Rhythm

__all__ = ["PARAMS", "PROVIDER", "RHYTHM", "ROBOTS", "read", "refused", "request"]

PARAMS = {**brave.PARAMS, "freshness": brave.FRESHNESS}
ROBOTS = False
"""An API is there to be asked by programs."""

RHYTHM = Rhythm(usual=1440, least=360)

_MORE = {"count": "50"}


def request(source: Source, cursor: Cursor) -> Request:
    """The first page of the search."""
    return brave.asked(source, cursor, "news", _MORE)


def read(source: Source, response: Response) -> Page:
    """The articles. Raises `SourceError`."""
    found = document(response)
    made = items(brave.listed(found), partial(brave.result, kind="news"))
    return brave.page(source, response, "news", _MORE, found, made)
