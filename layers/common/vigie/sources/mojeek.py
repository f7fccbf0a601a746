"""A search of the web by Mojeek, which has an index of its own.

What it reads: the first twenty results: title, excerpt, address, date of publication where the page gives one. The
words may use what the search understands: `"Camille Aubertin-Lesage" Valombre`, `-word`; `site` keeps to one site. A
page is known by its address.

Limits: an index smaller than others, with little of the local web of France. `since` leaves out the pages without a
date. A page is told for what its excerpt says. Refusals come as successes, and are told apart by what they say.

Terms of use: a subscription, at a price agreed with Mojeek (0.004 USD a request are counted); storage of results on
some plans only. What is kept is a link, a title and an excerpt. The words, which name the practitioner, go
to Mojeek in the United Kingdom.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response, Secret
from vigie.model import Cursor, Item, OutcomeKind, Provider, Source
from vigie.parse.answers import Fields, document, inside, items, label, link, marked, moment, rows, text
from vigie.parse.newsfeeds import LANGUAGE, MARKET, QUERY, market
from vigie.sources import Param, Rhythm

PARAMS = {
    "query": Param(required=True, meaning=QUERY),
    "site": Param(required=False, meaning="only pages of this site: forum.example", form=r"[\w.-]{4,253}"),
    "since": Param(
        required=False,
        meaning="only pages dated within the last day, month or year, or since a day: 20261101",
        form=r"day|month|year|\d{8}",
    ),
    "language": Param(required=False, meaning=LANGUAGE, form=MARKET),
}
ROBOTS = False
"""An API is there to be asked by programs."""

PROVIDER = Provider(
    "mojeek", {"mojeek": "API key: https://www.mojeek.com/services/search/web-search-api/"}, price=4_000
)

RHYTHM = Rhythm(usual=1440, least=360)

_SEARCH = "https://api.mojeek.com/search"
_MEANINGS = (
    (re.compile(r"AUTH|KEY|DENIED|FORBIDDEN"), OutcomeKind.AUTH_FAILED),
    (re.compile(r"RATE|THROTTL|TOO_MANY|BUSY"), OutcomeKind.THROTTLED),
    (re.compile(r"LIMIT|QUOTA|CREDIT|EXPIRED|PAYMENT"), OutcomeKind.QUOTA_EXHAUSTED),
    (re.compile(r"INTERNAL|TIMEOUT|UNAVAILABLE|SERVER"), OutcomeKind.UNREACHABLE),
)
"""By the words of a status other than OK, of which there is no list."""


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The search; `lb` and `rb` bring a language and a country forward, and leave out none."""
    language, country = market(source.params.get("language", ""))
    asked = {
        "q": source.params.get("query", "").strip(),
        "fmt": "json",
        "t": "20",
        "s": "1",
        "lb": language,
        "rb": country.lower(),
        "safe": "0",
        **{name: told for name in ("site", "since") if (told := source.params.get(name))},
    }
    url = f"{_SEARCH}?{urlencode(asked)}"
    return Request(url, {"Accept": "application/json"}, [Secret("mojeek", query="api_key")])


def read(source: Source, response: Response) -> Page:  # noqa: ARG001 - the contract of a kind
    """The results. Raises `SourceError`: a status other than OK is a refusal."""
    found = inside(document(response), "response")
    status = text(found.get("status"))
    if status != "OK":
        raise _failure(status)
    return Page(items(rows(found, "results"), _item))


def _failure(status: str) -> SourceError:
    status = status if re.fullmatch(r"[A-Z_]{1,60}", status) else "no status"
    outcome = next((means for words, means in _MEANINGS if words.search(status)), OutcomeKind.CONTRACT_CHANGED)
    return SourceError(outcome, status)


def _item(row: Fields) -> Item | None:
    """A result. `pdate` is when it was published; `timestamp` when it was changed, which is no date of its own."""
    url, title = link(row.get("url")), label(row.get("title"))
    if not url or not title:
        return None
    return Item(url, title, marked(row.get("desc")), published_at=moment(row.get("pdate")))
