"""Brave Search (https://api-dashboard.search.brave.com/app/documentation): what its four searches have in common.

Answers to a search are billed, refusals are not. Rates are told in lists, one number for each window of time, the
shortest first: `X-RateLimit-Limit: 50, 15000`; a limit of 0 is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from urllib.parse import parse_qs, urlencode, urlsplit

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response, Secret
from vigie.model import RINGS, Cursor, Item, OutcomeKind, Provider, Source
from vigie.outcomes import WAIT_MOST
from vigie.parse.answers import Fields, count, inside, label, lines, link, marked, moment, reason, rows, text
from vigie.parse.newsfeeds import LANGUAGE, MARKET, QUERY, market
from vigie.sources import Param

PROVIDER = Provider(
    "brave",
    {"brave": "subscription token of a Search plan: https://api-dashboard.search.brave.com"},
    interval_ms=25,
    price=5_000,
)
"""The plan sold now: 5 USD a thousand, 50 a second. One of an older plan that asks more often than it may is told."""

PARAMS = {
    "query": Param(required=True, meaning=QUERY, form=r"(?s:(?=.{1,400}\Z)\s*\S+(?:\s+\S+){0,49}\s*)"),
    "language": Param(required=False, meaning=LANGUAGE, form=MARKET),
}
FRESHNESS = Param(
    required=False,
    meaning="what Brave discovered in the last day, week (as it is when it is read daily), month or year: pd, pw, pm,"
    " py; all; or between two days: 2026-11-01to2026-11-30",
    form=r"p[dwmy]|all|\d{4}-\d\d-\d\dto\d{4}-\d\d-\d\d",
)

_SEARCH = "https://api.search.brave.com/res/v1"
_LAST = 9
"""The number of the last page that can be asked for."""

_BAD_TOKEN = frozenset({"SUBSCRIPTION_TOKEN_INVALID", "SUBSCRIPTION_NOT_FOUND"})


def asked(source: Source, cursor: Cursor, what: str, more: Mapping[str, str], *, page: int = 0) -> Request:
    """A search: nothing hidden (abuse hides behind filters), and names not corrected to others."""
    language, country = market(source.params.get("language", ""))
    told = {
        "q": source.params.get("query", "").strip(),
        "country": country,
        "search_lang": language,
        "safesearch": "off",
        "spellcheck": "false",
        **more,
    }
    if what != "images":  # which know neither
        told |= {"ui_lang": f"{language}-{country}", **_freshness(source, cursor)}
    if page:
        told["offset"] = str(page)
    url = f"{_SEARCH}/{what}/search?{urlencode(told)}"
    return Request(url, {"Accept": "application/json"}, [Secret("brave", header="X-Subscription-Token")])


def _freshness(source: Source, cursor: Cursor) -> dict[str, str]:
    """Since when: a week, so that a missed day is made up for; or a month, where a read is a week's."""
    since = source.params.get("freshness") or ("pw" if source.cadence <= RINGS[-1] else "pm")
    any_time = since == "all" or (len(since) == 2 and _is_first(source, cursor))
    return {} if any_time else {"freshness": since}


def _is_first(source: Source, cursor: Cursor) -> bool:
    """True for the read that is only reported as a snapshot: it asks for all there is, page by page. None that comes
    later does, since whoever watches already would be told of old pages; and each page is paid for."""
    return bool(source.fresh) and cursor.full_read_at is None


def page(
    source: Source, response: Response, what: str, more: Mapping[str, str], found: Fields, made: Sequence[Item]
) -> Page:
    """The items `made` of an answer to `asked`, and the page to be read after it if that is worth its price."""
    if not _is_first(source, source.cursor) or inside(found, "query").get("more_results_available") is not True:
        return Page(made)
    told = parse_qs(urlsplit(response.url).query).get("offset", [""])[0]
    following = (count(told) or 0) + 1
    return Page(made, next=asked(source, source.cursor, what, more, page=following) if following <= _LAST else None)


def result(found: Fields, kind: str) -> Item | None:
    """A result of any search but that of images. Its date is the page's own, in UTC when it names no zone."""
    url, title = link(found.get("url")), label(found.get("title"))
    if not url or not title:
        return None
    snippets = found.get("extra_snippets")
    more = [marked(snippet) for snippet in snippets[:10]] if isinstance(snippets, list) else []
    return Item(
        url,
        title,
        lines(marked(found.get("description")), *more),
        published_at=moment(text(found.get("page_age"))),
        kind=kind,
    )


def listed(found: Fields) -> list[Fields]:
    """The results of a search that has one list of them. Raises `SourceError` when there is no such list."""
    if "results" not in found and "query" not in found:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "no results")
    return list(rows(found, "results"))


@dataclass(frozen=True, slots=True)
class _Window:
    """A limit on the requests in a window of time."""

    limit: int | None
    remaining: int | None
    reset_s: int | None


def refused(source: Source, response: Response) -> SourceError | None:  # noqa: ARG001 - the contract of a kind
    """A wrong token is a 422, as is a wrong parameter: told apart by the code in the body."""
    error = inside(reason(response), "error")
    if response.status in (400, 422):
        return _unprocessable(error, f"status {response.status}")
    return _limited(error, response) if response.status == 429 else None


def _unprocessable(error: Fields, status: str) -> SourceError:
    code = text(error.get("code"))
    errors = inside(error, "meta").get("errors")
    places = [place for wrong in (errors if isinstance(errors, list) else []) for place in _place(wrong)]
    detail = code if code.isidentifier() and len(code) < 50 else status
    if code in _BAD_TOKEN or any("subscription-token" in place.lower() for place in places):
        return SourceError(OutcomeKind.AUTH_FAILED, detail)
    named = [place for place in places if place.isidentifier() and len(place) < 30]
    return SourceError(OutcomeKind.CONTRACT_CHANGED, " ".join([detail, *named[:6]]))


def _place(wrong: object) -> list[str]:
    """Where an error is: `["header", "x-subscription-token"]`."""
    place = wrong.get("loc") if isinstance(wrong, dict) else None
    return [part for part in place[:5] if isinstance(part, str)] if isinstance(place, list) else []


def _limited(error: Fields, response: Response) -> SourceError | None:
    windows = _windows(response)
    longest = windows[-1] if len(windows) > 1 else _Window(None, None, None)
    meta = inside(error, "meta")
    quota, used = count(meta.get("quota_limit")), count(meta.get("quota_current"))
    if (longest.limit and longest.remaining == 0) or (quota and used is not None and used >= quota):
        day = WAIT_MOST.total_seconds()  # no longer: the plan may have been changed meanwhile
        return SourceError(OutcomeKind.QUOTA_EXHAUSTED, "plan", wait_s=min(longest.reset_s or day, day))
    if response.header("retry-after") or not windows or windows[0].reset_s is None:
        return None
    return SourceError(OutcomeKind.THROTTLED, "status 429", wait_s=float(windows[0].reset_s))


def _windows(response: Response) -> list[_Window]:
    told = (response.header(f"x-ratelimit-{name}") for name in ("limit", "remaining", "reset"))
    lists = ([count(number.strip()) for number in numbers.split(",")[:5]] if numbers else [] for numbers in told)
    return [_Window(*numbers) for numbers in zip_longest(*lists)]
