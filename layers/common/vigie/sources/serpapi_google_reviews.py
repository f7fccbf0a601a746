"""The Google reviews of any profile, read by SerpApi: opt-in, see its terms.

What it reads: the reviews of one place of Google Maps, the newest first: stars, text, when, and where each stands. One
that was changed is the same review; what the practice answered is no review. For a profile that the practitioner
manages, `google_business` is the better way: complete, free, and provided for by Google.

Limits: 8 reviews of a first page and 20 of each of four more at a first read, then what is new. Each page is a search
of the plan (about 1.5 cents); what SerpApi asked within the hour is not charged.
https://serpapi.com/google-maps-reviews-api

Terms of use: SerpApi's, and nobody's consent but its own: it reads pages of Google by robots, which Google's terms
forbid. Google sued SerpApi on 19 December 2025 (N.D. Cal., 25-cv-10826, on the circumvention of protections, DMCA
section 1201); how that ended was not known when this was written (November 2026). Vigie never adds this kind by itself:
an operator does, who has read this and answers for it. The name of the place goes to SerpApi, in the United States.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response, Secret
from vigie.model import Cursor, Item, OutcomeKind, Provider, Source
from vigie.parse.answers import Fields, document, inside, items, label, link, moment, reason, rows, text, words
from vigie.parse.reviewlist import ABOUT, GOOGLE, goes_on, newest, original, starred, stars
from vigie.sources import Param, Rhythm

PARAMS = {
    "place": Param(
        required=True,
        meaning="place id (ChIJ...) or data id (0x...:0x...) of the profile on Google Maps",
        form=r"[\w-]{10,300}|0x[0-9a-f]{1,16}:0x[0-9a-f]{1,16}",
    ),
    "about": Param(required=True, meaning=ABOUT),
    "language": Param(required=False, meaning="language asked for: fr (as it is when not given)", form=r"[a-z]{2}"),
}
ROBOTS = False
"""An API, asked with a key."""

PROVIDER = Provider(
    "serpapi",
    keys={"serpapi_key": "private API key: serpapi.com/manage-api-key"},
    interval_ms=1_000,
    price=15_000,
)
RHYTHM = Rhythm(usual=1440, least=360)

_API = "https://serpapi.com/search.json"
_LATER = "20"
"""Reviews of a page but the first, whose number cannot be chosen."""

_TOO_MANY = 429
_NOTHING = ("hasn't returned any results", "no results", "didn't return any results")
_SIGNS = {
    "run out of searches": OutcomeKind.QUOTA_EXHAUSTED,
    "invalid api key": OutcomeKind.AUTH_FAILED,
    "missing api key": OutcomeKind.AUTH_FAILED,
    "throughput": OutcomeKind.THROTTLED,
    "rate limit": OutcomeKind.THROTTLED,
    "try again": OutcomeKind.UNREACHABLE,
    "timed out": OutcomeKind.UNREACHABLE,
    "couldn't get valid results": OutcomeKind.UNREACHABLE,
}
"""What an error means, by what it says: there is no code, and the status is 200 as often as not."""


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The first page, the newest first."""
    return _page(source, "")


def _page(source: Source, token: str) -> Request:
    place = source.params["place"]
    asked = {
        "engine": "google_maps_reviews",
        "data_id" if place.startswith("0x") else "place_id": place,
        "hl": source.params.get("language") or "fr",
        "sort_by": "newestFirst",
        **({"num": _LATER, "next_page_token": token} if token else {}),
    }
    return Request(
        f"{_API}?{urlencode(asked)}", {"Accept": "application/json"}, [Secret("serpapi_key", query="api_key")]
    )


def read(source: Source, response: Response) -> Page:
    """The reviews. Raises `SourceError`: `CONTRACT_CHANGED`, `BLOCKED`, or what an error in the answer means."""
    told = document(response)
    before = source.cursor.state
    if (error := _error(told)) is not None:
        raise error
    found = rows(told, "reviews")
    if not found and not (_says_nothing(told) or inside(told, "place_info").get("reviews") == 0):
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "reviews that are not listed")
    reviews = items(found, lambda row: _item(row, source))
    changed = [_changed(row) for row in found]
    token = text(inside(told, "serpapi_pagination").get("next_page_token"))
    following = _page(source, token) if token and goes_on(before, changed) else None
    return Page(reviews, newest(before, changed), following)


def _says_nothing(told: Fields) -> bool:
    return any(nothing in _said(told) for nothing in _NOTHING)


def _said(told: Fields) -> str:
    return text(told.get("error")).lower().replace("\u2019", "'")


def _error(told: Fields) -> SourceError | None:
    """What an answer says went wrong; that there is no result is no error."""
    said = _said(told)
    if said and not _says_nothing(told):
        kind = next((kind for sign, kind in _SIGNS.items() if sign in said), OutcomeKind.CONTRACT_CHANGED)
        return SourceError(kind, "an error in the answer")
    status = text(inside(told, "search_metadata").get("status")).lower()
    if status == "error" and not said:
        return SourceError(OutcomeKind.UNREACHABLE, "a search that failed")
    if status in ("processing", "queued"):
        return SourceError(OutcomeKind.UNREACHABLE, "a search that is not done")
    return None


def _changed(row: Fields) -> datetime | None:
    return moment(row.get("iso_date_of_last_edit")) or moment(row.get("iso_date"))


def _item(row: Fields, source: Source) -> Item | None:
    review_id = label(row.get("review_id"))
    if not review_id:
        return None
    item = Item(
        link(row.get("link")),
        text=words(inside(row, "extracted_snippet").get("original")) or original(words(row.get("snippet"))),
        native_id=f"{GOOGLE}{review_id}",
        published_at=moment(row.get("iso_date")),
        rating=stars(row.get("rating")),
        author=label(inside(row, "user").get("name")) or None,
        context=label(source.params["about"]),
    )
    return starred(item)


def refused(source: Source, response: Response) -> SourceError | None:  # noqa: ARG001 - the contract of a kind
    """What the answer says went wrong: 429 is a plan that is used up, or else too many searches at once."""
    told = reason(response)
    error = _error(told) if _said(told) else None
    # How long to wait is for Retry-After to say.
    return None if error and error.outcome is OutcomeKind.THROTTLED and response.status == _TOO_MANY else error
