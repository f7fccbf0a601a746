"""The Google reviews of a practitioner's own profile, with their consent, through Google Business Profile.

What it reads: every review of one profile that they manage, the last written or changed first: stars, text, when. A
review without a text is told by its stars; one that was changed is the same review. What the practice answered is no
review. This is the only way to all the reviews of a profile that Google provides for.

Once, by hand: the operator has a project at Google (console.cloud.google.com) with access to the Business Profile APIs
granted and a consent screen that is published, in production: while it is being tested, consents die within a week.
The practitioner consents, for the scope `https://www.googleapis.com/auth/business.manage`; the refresh token that comes
of it is kept as a key, under the name that the parameter `consent` gives. It may be withdrawn at any time
(myaccount.google.com/connections): then reading ends with `auth_failed`.

Limits: the profile must be verified. A first read sees the last 250 reviews. 300 requests a minute for all (none until
Google has granted access). A review that was deleted is not told.
https://developers.google.com/my-business/content/review-data

Terms of use: those of the Business Profile APIs: for the owner of the profile or whom they mandate; data is not to be
kept for longer than it serves, nor shown to anybody else. Free.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from vigie.errors import SourceError
from vigie.exchange import SESSION, Grant, Page, Request, Response, Secret
from vigie.model import Cursor, Item, OutcomeKind, Provider, Source
from vigie.parse.answers import Fields, document, inside, items, label, link, moment, reason, rows, text, words
from vigie.parse.reviewlist import ABOUT, goes_on, newest, original, starred
from vigie.sources import Param, Rhythm

PARAMS = {
    "location": Param(
        required=True,
        meaning="the profile, as the API calls it: accounts/111/locations/222",
        form=r"accounts/\d{1,30}/locations/\d{1,30}",
    ),
    "about": Param(required=True, meaning=ABOUT),
    "consent": Param(
        required=True,
        meaning="name of the key that holds the practitioner's consent, such as consent-aubertin",
        form=r"[a-z0-9_-]{1,64}",
    ),
    "link": Param(required=False, meaning="address of the profile on Google Maps, for alerts to lead to"),
}
ROBOTS = False
"""An API, asked with a key."""

PROVIDER = Provider(
    "google_business",
    keys={
        "google_client_id": "OAuth client ID (web application): console.cloud.google.com, APIs & Services, Credentials",
        "google_client_secret": "its client secret, at the same place",
    },
    interval_ms=200,
)
RHYTHM = Rhythm(usual=60, least=15)

_TOKENS = "https://oauth2.googleapis.com/token"
_API = "https://mybusiness.googleapis.com/v4"
_PAGE = 50
"""Reviews of an answer: the most there may be."""

_STARS = {"ONE": 1.0, "TWO": 2.0, "THREE": 3.0, "FOUR": 4.0, "FIVE": 5.0}
_LASTS_S, _MOST_S = 3_600, 86_400
"""Seconds that a token lasts unless it is said, and at most."""

_CLIENT = "google_client_id or google_client_secret is not one that Google knows"
_CONSENT = "the practitioner's consent was withdrawn or has expired: ask them for a new one"
_LOGINS = {
    "invalid_grant": _CONSENT,
    "invalid_client": _CLIENT,
    "unauthorized_client": _CLIENT,
    "deleted_client": _CLIENT,
}
_NOT_GRANTED = "Google has not granted the project access to the Business Profile APIs, or they are not enabled in it"
_NARROW = "the consent does not cover business.manage: ask the practitioner for a new one"
_NOT_THEIRS = "whoever consented does not manage this profile"


def keys(source: Source) -> Mapping[str, str]:
    """The consent of one practitioner."""
    return {source.params["consent"]: "refresh token that came of the practitioner's consent to business.manage"}


def login(source: Source, keys: Mapping[str, str], refresh: str) -> Request:
    """A token in exchange for the consent (RFC 6749 section 6)."""
    asked = {
        "grant_type": "refresh_token",
        "client_id": keys["google_client_id"],
        "client_secret": keys["google_client_secret"],
        "refresh_token": refresh or keys[source.params["consent"]],
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    return Request(_TOKENS, headers, body=urlencode(asked).encode())


def granted(source: Source, response: Response) -> Grant:  # noqa: ARG001 - the contract of a kind
    """The token. Raises `SourceError(CONTRACT_CHANGED)`."""
    told = document(response)
    token = text(told.get("access_token")).strip()
    if not token:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "a login without a token")
    lasts = told.get("expires_in")
    if isinstance(lasts, bool) or not isinstance(lasts, int) or not 0 < lasts <= _MOST_S:
        lasts = _LASTS_S
    return Grant(token, lasts)


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The first page, what changed last first."""
    return _page(source, "")


def _page(source: Source, token: str) -> Request:
    asked = {"pageSize": str(_PAGE), "orderBy": "updateTime desc", **({"pageToken": token} if token else {})}
    url = f"{_API}/{quote(source.params['location'])}/reviews?{urlencode(asked, quote_via=quote)}"
    return Request(url, {"Accept": "application/json"}, [Secret(SESSION, header="Authorization", prefix="Bearer ")])


def read(source: Source, response: Response) -> Page:
    """The reviews. Raises `SourceError`: `CONTRACT_CHANGED`, `BLOCKED`, or what an error in the answer means."""
    told = document(response)
    if "error" in told:
        raise refused(source, response) or SourceError(OutcomeKind.CONTRACT_CHANGED, "an error in the answer")
    found = rows(told, "reviews")
    if not found and not _may_be_empty(told, response):
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "reviews that are not listed")
    before = source.cursor.state
    changed = [_changed(row) for row in found]
    reviews = items(found, lambda row: _item(row, source))
    token = text(told.get("nextPageToken"))
    following = _page(source, token) if token and goes_on(before, changed) else None
    return Page(reviews, newest(before, changed), following)


def _may_be_empty(told: Fields, response: Response) -> bool:
    """An empty profile is `{}`, or has a count of 0. The last page of a long list may be empty too."""
    further = "pageToken" in dict(parse_qsl(urlsplit(response.url).query))
    return further or not told or told.get("totalReviewCount") == 0


def _changed(row: Fields) -> datetime | None:
    return moment(row.get("updateTime")) or moment(row.get("createTime"))


def _item(row: Fields, source: Source) -> Item | None:
    review_id = label(row.get("reviewId")) or label(row.get("name")).rpartition("/")[2]
    if not review_id:
        return None
    profile = link(source.params.get("link"))
    reviewer = inside(row, "reviewer")
    author = "" if reviewer.get("isAnonymous") is True else label(reviewer.get("displayName"))
    item = Item(
        # One address each: two reviews of the same words at one place would be taken for one.
        f"{profile.partition('#')[0]}#review-{quote(review_id, safe='')}" if profile else "",
        text=original(words(row.get("comment"))),
        native_id=review_id,
        published_at=moment(row.get("createTime")),
        rating=_STARS.get(text(row.get("starRating"))),
        author=author or None,
        context=label(source.params["about"]),
    )
    return starred(item)


def refused(source: Source, response: Response) -> SourceError | None:  # noqa: ARG001 - the contract of a kind
    """What Google's token endpoint, or its API, says was wrong. https://cloud.google.com/apis/design/errors"""
    said = reason(response)
    if text(said.get("error")):
        return _not_logged_in(text(said["error"]), response.status)
    error = inside(said, "error")
    status, why = text(error.get("status")), text(error.get("message")).lower()
    details = _details(error)
    reasons = {text(detail.get("reason")) for detail in details}
    limits = {text(inside(detail, "metadata").get("quota_limit_value")) for detail in details}
    if status == "PERMISSION_DENIED":
        if "ACCESS_TOKEN_SCOPE_INSUFFICIENT" in reasons:
            return SourceError(OutcomeKind.AUTH_FAILED, _NARROW)
        disabled = "SERVICE_DISABLED" in reasons or "has not been used in project" in why
        return SourceError(OutcomeKind.AUTH_FAILED, _NOT_GRANTED if disabled else _NOT_THEIRS)
    if status == "RESOURCE_EXHAUSTED" and "0" in limits:
        return SourceError(OutcomeKind.AUTH_FAILED, _NOT_GRANTED)
    if status == "RESOURCE_EXHAUSTED" and "per day" in why:
        return SourceError(OutcomeKind.QUOTA_EXHAUSTED, "requests of the day")
    if status == "INVALID_ARGUMENT":
        return SourceError(OutcomeKind.CONTRACT_CHANGED, "a request that is not understood")
    return None


def _not_logged_in(error: str, status: int) -> SourceError | None:
    if error in _LOGINS:
        return SourceError(OutcomeKind.AUTH_FAILED, _LOGINS[error])
    return SourceError(OutcomeKind.AUTH_FAILED, "the login was refused") if 400 <= status < 429 else None


def _details(error: Fields) -> Sequence[Fields]:
    try:
        return rows(error, "details")
    except SourceError:
        return ()
