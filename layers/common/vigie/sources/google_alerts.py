"""The alerts of Google for some words, by the feed that a person has it make at google.com/alerts.

What it reads: the twenty latest pages or so that Google found for the alert, as a rule within hours: title, an excerpt
around the words, and the page's own address (unwrapped from Google's, which is never asked). A page is known by that
address: found by two alerts, or twice by one, it is the same.

Limits: alerts are made by hand, with "Deliver to: RSS feed"; what is given here is the address of that feed. There is
one page of it: with "As it happens", read it every 6 hours at least. Google drops what it takes for of little
interest, and says nothing of it. Whoever knows the address can read the alert: it is shown in part only.

Terms of use: Google's, for feeds: personal, not commercial. What is kept is a link, a title and an excerpt. The words,
which name the practitioner, are known to Google and to the account that made the alert.
"""

from __future__ import annotations

from dataclasses import replace

from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, Source
from vigie.parse import links
from vigie.parse.newsfeeds import ACCEPT, article, feed_or_refusal
from vigie.sources import Param, feed

PARAMS = {
    "url": Param(
        required=True,
        meaning="address of the feed of the alert: https://www.google.com/alerts/feeds/.../...",
        form=r"https?://(?:[\w-]+\.)*[\w-]+(?::\d+)?/alerts/feeds/\d+/\d+/?",
        secret=True,
    )
}
ROBOTS = False
"""A feed is published to be read by programs."""


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The feed of the alert."""
    return Request(source.url, {"Accept": ACCEPT})


def read(source: Source, response: Response) -> Page:
    """The pages that were found. Raises `SourceError`: `BLOCKED`, `CONTRACT_CHANGED` or `TOO_LARGE`."""
    with feed_or_refusal(response.body):
        page = feed.read(source, response)
    return replace(page, items=[_found(item) for item in page.items], next=None)


def _found(item: Item) -> Item:
    """Known by the page's address: the entry's own name is another in each alert. By its title, when Google's link
    leads to no address of the web."""
    item = item._replace(kind="web", context="", native_id=None, author=None)
    if item.url and not links.is_redirector(item.url):
        return item
    return item._replace(url="", native_id=article("", item.title or item.text[:200]))
