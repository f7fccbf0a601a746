"""The reviews of a clinic, a centre or a service on Trustpilot.

What it reads: the reviews of one business unit, the last written first: stars, title, text. They are about the business
of that name; one that names a practitioner is about them too. What the business answered is no review.

The business unit's id is told by
`https://api.trustpilot.com/v1/business-units/find?name=clinique.example&apikey=...`, asked once by hand.

Limits: the 500 last reviews at a first read, then what is new; one that was changed is seen as long as it is among the
last hundred. Keys come with a plan for businesses. https://developers.trustpilot.com/business-units-api-(public)

Terms of use: Trustpilot's, for its API. Its brand rules hold: what is shown says that it is of Trustpilot and leads
there, as an alert does; its stars and its logo are not drawn. The site itself is not to be read by robots.
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response, Secret
from vigie.model import Cursor, Item, OutcomeKind, Provider, Source
from vigie.parse.answers import Fields, document, inside, items, label, moment, reason, rows, text, words
from vigie.parse.reviewlist import goes_on, newest, starred, stars
from vigie.sources import Param, Rhythm

PARAMS = {
    "unit": Param(
        required=True,
        meaning="id of the business unit, 24 hexadecimal digits: 507f191e810c19729de860ea",
        form=r"[0-9a-f]{24}",
    )
}
ROBOTS = False
"""An API, asked with a key."""

PROVIDER = Provider(
    "trustpilot",
    keys={"trustpilot_key": "API key: businessapp.b2b.trustpilot.com, Integrations, Developers, API"},
    interval_ms=1_000,
)
RHYTHM = Rhythm(usual=360, least=60)

_API = "https://api.trustpilot.com/v1/business-units"
_REVIEW = "https://www.trustpilot.com/reviews"
_PAGE = 100
_SHOWN = ("", "active")
_NUMBER = re.compile(r"[1-9]\d{0,4}")


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The first page, the last written first."""
    return _page(source, "1")


def _page(source: Source, number_of: str) -> Request:
    asked = {"orderBy": "createdat.desc", "perPage": str(_PAGE), "page": number_of}
    url = f"{_API}/{quote(source.params['unit'], safe='')}/reviews?{urlencode(asked)}"
    return Request(url, {"Accept": "application/json"}, [Secret("trustpilot_key", query="apikey")])


def read(source: Source, response: Response) -> Page:
    """The reviews. Raises `SourceError`: `CONTRACT_CHANGED` or `BLOCKED`."""
    told = document(response)
    if told.get("reviews") is None:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "reviews that are not listed")
    found = rows(told, "reviews")
    reviews = items([row for row in found if text(row.get("status")) in _SHOWN], _item)
    written = [_written(row) for row in found]
    before, further = source.cursor.state, _next(told)
    following = _page(source, further) if further and goes_on(before, written) else None
    return Page(reviews, newest(before, written), following)


def _next(told: Fields) -> str:
    """The number of the next page. Its link is not followed: the key goes to no address that an answer names."""
    for link in rows(told, "links"):
        if text(link.get("rel")) == "next-page":
            try:
                found = parse_qs(urlsplit(text(link.get("href"))).query).get("page", [""])[0]
            except ValueError:
                return ""
            return found if _NUMBER.fullmatch(found) else ""
    return ""


def _written(row: Fields) -> datetime | None:
    return moment(row.get("createdAt"))


def _item(row: Fields) -> Item | None:
    review_id = label(row.get("id"))
    if not review_id:
        return None
    item = Item(
        f"{_REVIEW}/{quote(review_id, safe='')}",
        title=label(row.get("title")),
        text=words(row.get("text")),
        native_id=review_id,
        published_at=_written(row),
        rating=stars(row.get("stars")),
        author=label(inside(row, "consumer").get("displayName")) or None,
        context=label(inside(row, "businessUnit").get("displayName")),
    )
    return starred(item)


def refused(source: Source, response: Response) -> SourceError | None:  # noqa: ARG001 - the contract of a kind
    """A plan whose calls are used up says so in a `fault`; the rest is as its status has it."""
    code = text(inside(reason(response), "fault", "detail").get("errorcode"))
    if "QuotaViolation" in code:
        return SourceError(OutcomeKind.QUOTA_EXHAUSTED, "calls of the plan")
    return None
