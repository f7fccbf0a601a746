"""A search of the web, of news, images or videos by a SearXNG of your own, which asks many engines at once.

What it reads: the first page of results of the engines it is set up with: title, excerpt, address, date where an engine
gives one. `category` is general (as it is when not given), news, images or videos. The words may use what the engines
have in common: `"Camille Aubertin-Lesage" Valombre`, `site:`. A page is known by its address, an image by its own.

Limits: `json` must be among `search.formats` in its settings.yml, else it refuses with 403 (`blocked`); public
instances do. Engines refuse those who ask too often: when none of them answers, that is `blocked`, not empty, and so is
a search without results while one of its engines fails. `period` leaves out the engines that know no dates. Its address
must be public, or one that the deployment allows.

Terms of use: SearXNG is yours; it reads search engines whose terms do not foresee it: ask rarely, once a day as a rule.
What is kept is a link, a title and an excerpt. The words, which name the practitioner, go to those engines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, OutcomeKind, Source
from vigie.parse.answers import Fields, document, items, label, link, moment, rows, text, words
from vigie.parse.newsfeeds import LANGUAGE, MARKET, QUERY, market
from vigie.queries import Queries
from vigie.sources import Param, Rhythm

_KINDS = {"general": "web", "news": "news", "images": "image", "videos": "video", "social media": "social"}
"""Categories of engines, and what sort of items they find."""

PARAMS = {
    "url": Param(required=True, meaning="address of the SearXNG, such as https://search.example/"),
    "query": Param(required=True, meaning=QUERY),
    "category": Param(
        required=False,
        meaning="general (as it is when not given), news, images or videos",
        form="general|news|images|videos",
    ),
    "language": Param(required=False, meaning=LANGUAGE, form=MARKET),
    "period": Param(
        required=False, meaning="only results of the last day, week, month or year", form="day|week|month|year"
    ),
}
ROBOTS = False
"""An API is there to be asked by programs, and this one is the operator's."""

RHYTHM = Rhythm(usual=1440, least=360)


def planned(queries: Queries) -> Iterable[Mapping[str, str]]:
    """The web by name, by title and town, and on the sites that are not read themselves; the rest by name."""
    if not queries.engine:
        return []
    web = [*queries.first(2), {"query": queries.sites.words}]
    others = [{**one, "category": category} for category in ("news", "images", "videos") for one in queries.first(1)]
    return [{"url": queries.engine, **one} for one in (*web, *others)]


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The search, as JSON."""
    asked = {
        "q": source.params.get("query", "").strip(),
        "format": "json",
        "categories": _category(source),
        "language": "-".join(market(source.params.get("language", ""))),
        "safesearch": "0",
        "pageno": "1",
    }
    if period := source.params.get("period"):
        asked["time_range"] = period
    base = source.url.partition("?")[0].rstrip("/").removesuffix("/search")
    return Request(f"{base}/search?{urlencode(asked)}", {"Accept": "application/json"})


def _category(source: Source) -> str:
    return source.params.get("category") or "general"


def refused(source: Source, response: Response) -> SourceError | None:  # noqa: ARG001 - the contract of a kind
    """A 403 is what it answers to a format that its settings do not list."""
    if response.status == 403:
        return SourceError(OutcomeKind.BLOCKED, "json is not among search.formats")
    return SourceError(OutcomeKind.CONTRACT_CHANGED, "status 400") if response.status == 400 else None


def read(source: Source, response: Response) -> Page:
    """The results. Raises `SourceError`: `BLOCKED` when engines failed and nothing was found."""
    found = document(response)
    if "results" not in found:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "no results")
    results = rows(found, "results")
    if not results and found.get("unresponsive_engines"):
        raise SourceError(OutcomeKind.BLOCKED, "engines that do not answer")
    kind = _KINDS.get(_category(source), "web")
    return Page(items(results, lambda row: _item(row, kind)))


def _item(row: Fields, kind: str) -> Item | None:
    """A result; of its own category, when it says which: a search of several engines may find several sorts."""
    url, title = link(row.get("url")), label(row.get("title"))
    if not url or not title:
        return None
    kind = _KINDS.get(text(row.get("category")), kind)
    return Item(
        url,
        title,
        words(row.get("content")),
        native_id=link(row.get("img_src")) or None if kind == "image" else None,
        published_at=moment(text(row.get("publishedDate"))),
        kind=kind,
        author=label(row.get("author")) or None,
    )
