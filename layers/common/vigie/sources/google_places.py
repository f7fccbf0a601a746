"""The stars of a profile on Google Maps, by the Places API: opt-in, for a use that Google permits.

What it reads: the average and the number of reviews of one place, and up to five reviews that Google finds relevant.
What is told is that the average fell or the number grew; and of a review among those five its stars and its link. The
text of a review is not even asked for.

Limits: five reviews, in no order of time: a new one is often not among them, and is then told by the numbers alone.
1,000 requests a month are free, then 25 dollars a thousand.
https://developers.google.com/maps/documentation/places/web-service/place-details

Terms of use: Google's, and they are strict. Only the id of a place may be kept; reviews may not be copied. With a
billing address in the European Economic Area, what the API tells may be used for nothing but the "Places API EEA
Permitted Uses" (cloud.google.com/terms/maps-platform/eea/eea-places-api-permitted-uses), and to watch reviews is not
among them; to show one's own locations is. Vigie never adds this kind by itself: an operator does, who names in
`permitted_use` which of these uses is theirs, and answers for it. What is kept are two numbers, the average and the
count, and of a review its stars and its link.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response, Secret
from vigie.model import Cursor, Item, OutcomeKind, Provider, Source
from vigie.parse.answers import Fields, count, document, inside, items, label, link, moment, reason, rows, text
from vigie.parse.averages import Figure, averages
from vigie.parse.reviewlist import GOOGLE, starred, stars
from vigie.sources import Param, Rhythm

PARAMS = {
    "place": Param(required=True, meaning="place id of the profile: ChIJ...", form=r"[\w-]{10,300}"),
    "permitted_use": Param(
        required=True,
        meaning="which of Google's Places API EEA Permitted Uses is yours, in a few words (read the terms of use)",
        form=r"(?s:.*\w{3}.*)",
    ),
}
ROBOTS = False
"""An API, asked with a key."""

PROVIDER = Provider(
    "google_places",
    keys={"google_places_key": "API key with Places API (New) enabled: console.cloud.google.com, Credentials"},
    price=25_000,
)
RHYTHM = Rhythm(usual=1440, least=360)

_API = "https://places.googleapis.com/v1/places"
_FIELDS = ("id", "displayName", "rating", "userRatingCount", "googleMapsUri", "reviews.name", "reviews.rating",
           "reviews.googleMapsUri", "reviews.publishTime")  # fmt: skip
"""What is asked for, and paid by: the API has no default."""

_MOST = 5
_NOT_ALLOWED = (
    "google_places_key may not ask the Places API (New): is it enabled in the project, is the key restricted?"
)


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The place, as France is shown it."""
    asked = urlencode({"languageCode": "fr", "regionCode": "FR"})
    headers = {"Accept": "application/json", "X-Goog-FieldMask": ",".join(_FIELDS)}
    url = f"{_API}/{quote(source.params['place'], safe='')}?{asked}"
    return Request(url, headers, [Secret("google_places_key", header="X-Goog-Api-Key")])


def read(source: Source, response: Response) -> Page:
    """The stars. Raises `SourceError`: `CONTRACT_CHANGED`, `BLOCKED`, or what an error in the answer means."""
    told = document(response)
    if "error" in told:
        raise refused(source, response) or SourceError(OutcomeKind.CONTRACT_CHANGED, "an error in the answer")
    found = rows(told, "reviews")[:_MOST]
    about = label(inside(told, "displayName").get("text"))
    average, number = stars(told.get("rating")) or None, count(told.get("userRatingCount"))
    if not about or (found and average is None):
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "a place without its name or its stars")
    reviews = items(found, lambda row: _item(row, about))
    if average is None and not number:  # nobody has left any star yet
        return Page([], source.cursor.state)
    figure = Figure(
        f"google-place://{source.params['place']}", "", link(told.get("googleMapsUri")), about, average, number
    )
    moved, state = averages([figure], reviews, source.cursor.state, some=True)
    return Page([*reviews, *moved], state)


def _item(row: Fields, about: str) -> Item | None:
    review_id = label(row.get("name")).rpartition("/")[2]
    if not review_id:
        return None
    item = Item(
        link(row.get("googleMapsUri")),
        native_id=f"{GOOGLE}{review_id}",
        published_at=moment(row.get("publishTime")),
        rating=stars(row.get("rating")),
        context=about,
    )
    return starred(item)


def refused(source: Source, response: Response) -> SourceError | None:  # noqa: ARG001 - the contract of a kind
    """What Google says was wrong: a key that is not one is a 400 to it."""
    error = inside(reason(response), "error")
    status, why = text(error.get("status")), text(error.get("message")).lower()
    if status == "PERMISSION_DENIED":
        return SourceError(OutcomeKind.AUTH_FAILED, _NOT_ALLOWED)
    if status == "INVALID_ARGUMENT" and "api key" in why:
        return SourceError(OutcomeKind.AUTH_FAILED, "google_places_key is not a key that Google knows")
    if status == "INVALID_ARGUMENT" and "place" in why:
        return SourceError(OutcomeKind.GONE, "no place of that id")
    if status == "INVALID_ARGUMENT":
        return SourceError(OutcomeKind.CONTRACT_CHANGED, "a request that is not understood")
    if status == "RESOURCE_EXHAUSTED" and "per day" in why:
        return SourceError(OutcomeKind.QUOTA_EXHAUSTED, "requests of the day")
    return None
