"""A search of the world's press by GDELT, free of charge: articles of the last week that hold the words.

What it reads: up to 250 articles, the latest first: title and address. `query` may hold several names:
`"Camille Aubertin-Lesage" OR "Dr Aubertin-Lesage"`, and what else the search understands: `domainis:`,
`sourcecountry:FR`, `near10:"..."`. Those in one language are asked for, French unless `language` says otherwise. A
practitioner's first read asks for three months, all that GDELT searches.

An article is known by its address. GDELT says when it saw an article, not when it appeared: it is told without a date.

Limits: there is no summary: an article whose title does not name the practitioner is not told, though its text does.
The local press of France is covered in part. One request every five seconds for everybody, and less when it is busy:
it often answers that it is asked too much (`throttled`), and is asked again later.

Terms of use: open to any use with a mention of the GDELT Project and a link to it (https://www.gdeltproject.org). The
words, which name the practitioner, go to GDELT in the United States.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, OutcomeKind, Provider, Source
from vigie.parse.answers import Fields, document, items, label, link, not_json, rows
from vigie.parse.charset import decoded
from vigie.parse.newsfeeds import QUERY
from vigie.sources import Param, Rhythm

PARAMS = {
    "query": Param(required=True, meaning=QUERY, form=r"(?s:(?=.*\w\w\w).{3,400})"),
    "language": Param(
        required=False,
        meaning="language of the articles, in English or by its code: french (as it is when not given), de; or all",
        form=r"[A-Za-z]{2,20}",
    ),
}
ROBOTS = False
"""An API is there to be asked by programs."""

PROVIDER = Provider("gdelt", interval_ms=5_500)
"""It asks for five seconds, and counts them from when requests arrive."""

RHYTHM = Rhythm(usual=360, least=60, most=1440)

_SEARCH = "https://api.gdeltproject.org/api/v2/doc/doc"
_LANGUAGES = {"de": "german", "en": "english", "es": "spanish", "fr": "french", "it": "italian", "nl": "dutch",
              "pt": "portuguese"}  # fmt: skip
_OR = re.compile(r"\sOR\s")
_THROTTLED = re.compile(r"limit requests|too many requests|rate limit", re.IGNORECASE)
_PROSE = re.compile(r"[^<{]{1,2000}")


def request(source: Source, cursor: Cursor) -> Request:
    """The search."""
    words = source.params.get("query", "").strip()
    if _OR.search(words) and "(" not in words:
        words = f"({words})"  # it understands OR between parentheses only
    told = (source.params.get("language") or "fr").lower()
    language = "" if told == "all" else f" sourcelang:{_LANGUAGES.get(told, told)}"
    asked = {
        "query": f"{words}{language}",
        "mode": "artlist",
        "format": "json",
        "maxrecords": "250",
        "sort": "datedesc",
        "timespan": "3months" if source.fresh and cursor.full_read_at is None else "1w",
    }
    return Request(f"{_SEARCH}?{urlencode(asked)}", {"Accept": "application/json"})


def read(source: Source, response: Response) -> Page:  # noqa: ARG001 - the contract of a kind
    """The articles; `{}` is none. Raises `SourceError`: refusals come as successes, in prose."""
    said = decoded(response.body, response.header("content-type")).strip()
    if _THROTTLED.search(said[:500]) and not said.startswith("{"):
        raise SourceError(OutcomeKind.THROTTLED, "one request every five seconds")
    if _PROSE.fullmatch(said):
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "the query is not understood")
    if not said.startswith("{"):
        raise not_json(said)
    found = document(response)
    if found and "articles" not in found:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "no articles")
    return Page(items(rows(found, "articles"), _article))


def _article(row: Fields) -> Item | None:
    url, title = link(row.get("url")), label(row.get("title"))
    return Item(url, title, kind="news") if url and title else None
