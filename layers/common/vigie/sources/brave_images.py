"""A search of images by Brave: those on pages that hold the words.

What it reads: up to a hundred images a read, with the title and the address of the page that each is on. The words may
use what the search understands: `"Camille Aubertin-Lesage" Valombre`, `-word`, `site:`. An image is known by its own
address: another image of the same page is another, and the page is told again for it.

Limits: an image is told for the title of its page, nobody looks at it. The search knows no dates: one that has long
been there is told when Brave ranks it among the first hundred. 400 characters and 50 words. A request a read, 0.005 USD
(1,000 a month are free, with the other searches of Brave); read once a week as a rule, once a day at most.

Terms of use: a subscription to the Search plan, whose rights of storage the operator should read; a mention of Brave is
required for the free requests. What is kept is a link and a title, never the image. The words, which name the
practitioner, go to Brave in the United States, which keeps them 90 days at most.
"""

from __future__ import annotations

from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, Source
from vigie.parse.answers import Fields, document, inside, items, label, link
from vigie.providers import brave
from vigie.providers.brave import PARAMS, PROVIDER, refused
from vigie.sources import Rhythm

__all__ = ["PARAMS", "PROVIDER", "RHYTHM", "ROBOTS", "read", "refused", "request"]

ROBOTS = False
"""An API is there to be asked by programs."""

RHYTHM = Rhythm(usual=10080, least=1440)


def request(source: Source, cursor: Cursor) -> Request:
    """The search, which has one page."""
    return brave.asked(source, cursor, "images", {"count": "100"})


def read(source: Source, response: Response) -> Page:  # noqa: ARG001 - the contract of a kind
    """The images. Raises `SourceError`."""
    return Page(items(brave.listed(document(response)), _image))


def _image(row: Fields) -> Item | None:
    url, title = link(row.get("url")), label(row.get("title"))
    if not url:
        return None
    return Item(url, title, native_id=link(inside(row, "properties").get("url")) or None, kind="image")
