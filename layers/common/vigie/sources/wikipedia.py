"""Pages of a Wikipedia that hold the words, those edited last first: articles and their talk pages.

What it reads: up to 250 pages, with title, address and a line around the words. The words may use what the search
understands: `"Camille Aubertin-Lesage"`, `insource:`, `intitle:`. `language` is that of the Wikipedia, fr when not
given. A page is known by its address, the same as in other searches.

Limits: a page is told once, when it is first found with the words: a later edit of it is not, nor is a deletion. The
line that is shown may not be the one that names the practitioner. When the servers are late, the search waits
(`throttled`).

Terms of use: texts under CC BY-SA 4.0: what is kept is a link, a title and an excerpt. 200 requests a minute to those
who say who they are, as Vigie does; no key. The words, which name the practitioner, go to the Wikimedia Foundation in
the United States.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, OutcomeKind, Provider, Source
from vigie.parse.answers import Fields, block, count, document, inside, items, label, marked, rows, text
from vigie.parse.newsfeeds import QUERY
from vigie.sources import Param, Rhythm

PARAMS = {
    "query": Param(required=True, meaning=QUERY, form=r"(?s:.{1,300})"),
    "language": Param(
        required=False, meaning="that of the Wikipedia: fr (as it is when not given), br, de", form=r"[a-z]{2,12}"
    ),
}
ROBOTS = False
"""An API is there to be asked by programs."""

PROVIDER = Provider("wikimedia", per_day=5_000, interval_ms=1_000)
"""A third of what is allowed to those who give an address (https://www.mediawiki.org/wiki/Wikimedia_APIs/Rate_limits)."""

RHYTHM = Rhythm(usual=1440, least=60)

_WIKI = "https://{}.wikipedia.org"
_CODE = re.compile(r"[\w-]{1,60}")
_BUSY = re.compile(r"maxlag|ratelimited|.*too-busy.*")
_FAILING = re.compile(r"internal_api_error\w*|readonly|.*backend.*|.*timeout.*")
_NO_SUCH_SORT = frozenset({"badvalue", "unknown_srsort"})
"""How MediaWiki, today's and before 1.35, says so: once, when it is asked for an order that it does not know."""

_KEPT = ":/(),!*;@'~$"
"""What MediaWiki leaves as it is in the address of a page."""

_NAMESPACES = "0|1"
"""Articles, and the pages on which they are discussed."""


_SORT = "srsort"
_UNSORTED = {_SORT: "none"}
"""What the cursor remembers of a wiki whose search has one order only: MediaWiki as it is, without CirrusSearch."""


def request(source: Source, cursor: Cursor) -> Request:
    """The first page of the search."""
    return _page(source, {}, is_sorted=_SORT not in cursor.state)


def _page(source: Source, following: dict[str, str], *, is_sorted: bool) -> Request:
    asked = {
        "action": "query",
        "list": "search",
        "srsearch": source.params.get("query", "").strip(),
        **({_SORT: "last_edit_desc"} if is_sorted else {}),
        "srnamespace": _NAMESPACES,
        "srlimit": "50",
        "srprop": "snippet",
        "format": "json",
        "formatversion": "2",
        "maxlag": "5",
        **following,
    }
    return Request(f"{_wiki(source)}/w/api.php?{urlencode(asked)}", {"Accept": "application/json"})


def _wiki(source: Source) -> str:
    told = source.params.get("language", "")
    return _WIKI.format(told if re.fullmatch(PARAMS["language"].form, told) else "fr")


def read(source: Source, response: Response) -> Page:
    """The pages found. Raises `SourceError`: errors come as successes."""
    found = document(response)
    code = text(inside(found, "error").get("code")) or response.header("mediawiki-api-error")
    is_sorted = f"&{_SORT}=" in response.url
    if is_sorted and code in _NO_SUCH_SORT:
        return Page([], _UNSORTED, next=_page(source, {}, is_sorted=False))
    if code or "error" in found:
        raise _failure(code, response)
    if "query" not in found and "batchcomplete" not in found:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "no query")
    made = items(rows(block(found, "query"), "search"), lambda row: _item(row, _wiki(source)))
    following = {
        name: str(told)
        for name, value in list(inside(found, "continue").items())[:10]
        if _CODE.fullmatch(name) and (told := count(value) or text(value)[:100])
    }
    further = _page(source, following, is_sorted=is_sorted) if made and following else None
    return Page(made, {} if is_sorted else _UNSORTED, next=further)


def _failure(code: str, response: Response) -> SourceError:
    code = code if _CODE.fullmatch(code) else "no code"
    if _BUSY.fullmatch(code):
        wait = count(response.header("retry-after").strip())
        return SourceError(OutcomeKind.THROTTLED, code, wait_s=None if wait is None else float(wait))
    return SourceError(OutcomeKind.UNREACHABLE if _FAILING.fullmatch(code) else OutcomeKind.CONTRACT_CHANGED, code)


def _item(row: Fields, wiki: str) -> Item | None:
    title = label(row.get("title"))
    if not title:
        return None
    return Item(f"{wiki}/wiki/{quote(title.replace(' ', '_'), safe=_KEPT)}", title, marked(row.get("snippet")))
