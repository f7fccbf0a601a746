"""A search of Google by way of Serper, which sells its results: the web, news, images or videos.

What it reads: the first ten results of the last week, unless `period` says otherwise: title, excerpt, address. `what`
is search (as it is when not given), news, images or videos. The words may use what Google understands:
`"Camille Aubertin-Lesage" Valombre`, `OR`, `-word`, `site:`, `intitle:`. A page is known by its address, an image by
its own.

Google tells dates as "3 days ago", in words that differ by language: only those that name a day are kept.

Limits: ten results, which is what Google shows; of a name much written about some may not be seen between two reads. A
page is told for what its excerpt says. Paid in advance, 0.001 USD a request at most; when no credit is left, that is
`quota_exhausted`.

Terms of use: Google forbids reading its results by machine, and has sued a seller of them in December 2025: using one
is the operator's choice, and never a default. What is kept is a link, a title and an excerpt. The words, which name the
practitioner, go to Serper and to Google in the United States.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response, Secret
from vigie.model import Cursor, Item, OutcomeKind, Provider, Source
from vigie.parse.answers import Fields, document, items, label, link, moment, reason, rows, text, words
from vigie.parse.newsfeeds import LANGUAGE, MARKET, QUERY, market
from vigie.queries import Queries
from vigie.sources import Param, Rhythm

_LISTS = {"search": "organic", "news": "news", "images": "images", "videos": "videos"}
_KINDS = {"search": "web", "news": "news", "images": "image", "videos": "video"}
_PERIODS = {"hour": "h", "day": "d", "week": "w", "month": "m", "year": "y"}

PARAMS = {
    "query": Param(required=True, meaning=QUERY),
    "what": Param(
        required=False, meaning="search (as it is when not given), news, images or videos", form="|".join(_LISTS)
    ),
    "period": Param(
        required=False,
        meaning="of the last hour, day, week (as it is when not given), month or year; or all",
        form=f"{'|'.join(_PERIODS)}|all",
    ),
    "language": Param(required=False, meaning=LANGUAGE, form=MARKET),
}
ROBOTS = False
"""An API is there to be asked by programs."""

PROVIDER = Provider("serper", {"serper": "API key: https://serper.dev"}, interval_ms=50, price=1_000)

RHYTHM = Rhythm(usual=1440, least=360, most=1440)

_SEARCH = "https://google.serper.dev"


def planned(queries: Queries) -> Iterable[Mapping[str, str]]:
    """By name, by title and town, and on the sites that are not read themselves."""
    return [*queries.first(2), {"query": queries.sites.words}]


def request(source: Source, cursor: Cursor) -> Request:
    """The search; a practitioner's first read is of any time."""
    language, country = market(source.params.get("language", ""))
    asked: dict[str, object] = {
        "q": source.params.get("query", "").strip(),
        "gl": country.lower(),
        "hl": language,
        "num": 10,
        "page": 1,
        "autocorrect": False,
    }
    period = _PERIODS.get(source.params.get("period") or "week")
    if period and not (source.fresh and cursor.full_read_at is None):
        asked["tbs"] = f"qdr:{period}"
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    secrets = [Secret("serper", header="X-API-KEY")]
    return Request(f"{_SEARCH}/{_what(source)}", headers, secrets, json.dumps(asked).encode())


def _what(source: Source) -> str:
    what = source.params.get("what", "")
    return what if what in _LISTS else "search"


def refused(source: Source, response: Response) -> SourceError | None:  # noqa: ARG001 - the contract of a kind
    """A 400 is a search that is not understood, or one that is no longer paid for."""
    if response.status != 400:
        return None
    if "credit" in text(reason(response).get("message")).lower():
        return SourceError(OutcomeKind.QUOTA_EXHAUSTED, "no credit left")
    return SourceError(OutcomeKind.CONTRACT_CHANGED, "status 400")


def read(source: Source, response: Response) -> Page:
    """The results; without any, their list may be absent. Raises `SourceError`."""
    found, what = document(response), _what(source)
    if _LISTS[what] not in found and "searchParameters" not in found:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, f"no {_LISTS[what]}")
    return Page(items(rows(found, _LISTS[what]), lambda row: _item(row, _KINDS[what])))


def _item(row: Fields, kind: str) -> Item | None:
    url, title = link(row.get("link")), label(row.get("title"))
    if not url or not title:
        return None
    return Item(
        url,
        title,
        words(row.get("snippet")),
        native_id=link(row.get("imageUrl")) or None if kind == "image" else None,
        published_at=moment(text(row.get("date"))),
        kind=kind,
    )
