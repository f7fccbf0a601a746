"""YouTube's Data API v3: what its kinds have in common.

https://developers.google.com/youtube/v3/docs, and https://developers.google.com/youtube/v3/determine_quota_cost for
what a question costs: searches have a hundred of their own a day, all else shares 10,000 units.
"""

from __future__ import annotations

from urllib.parse import urlencode

from vigie.errors import SourceError
from vigie.exchange import Request, Response, Secret
from vigie.model import OutcomeKind, Provider, Source
from vigie.parse.answers import Fields, inside, is_page, objects, reason, text

_KEYS = {"youtube": "API key of a Google Cloud project with the YouTube Data API v3: console.cloud.google.com"}
_PACIFIC = "America/Los_Angeles"

SEARCHES = Provider("google_youtube", keys=_KEYS, per_day=100, zone=_PACIFIC)
UNITS = Provider("google_youtube_units", keys=_KEYS, per_day=10_000, zone=_PACIFIC)
"""Of which a list of comments costs one."""

_API = "https://www.googleapis.com/youtube/v3"
_SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_HASTE = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
_KEY = frozenset({"keyInvalid", "keyExpired", "API_KEY_INVALID", "API_KEY_SERVICE_BLOCKED", "accessNotConfigured"})
_CLOSED = frozenset({"commentsDisabled", "videoNotFound", "channelNotFound", "channelClosed", "channelSuspended"})
_PASSING = frozenset({"processingFailure", "backendError"})
_A_DAY = "per day"


def asked(method: str, **query: str) -> Request:
    """A question asked with the project's key, which goes in a header rather than in the address."""
    secrets = [Secret("youtube", header="X-Goog-Api-Key")]
    return Request(f"{_API}/{method}?{urlencode(query)}", {"Accept": "application/json"}, secrets)


def refused(source: Source, response: Response) -> SourceError | None:  # noqa: ARG001 - the contract of a kind
    """What an answer that is no success means; see `vigie.sources`. The reason it gives counts, not its status."""
    error = inside(reason(response), "error")
    reasons = _reasons(error)
    daily = response.status == 429 and _A_DAY in text(error.get("message")).lower()
    for named, outcome in (
        (_SPENT, OutcomeKind.QUOTA_EXHAUSTED),
        (_HASTE, OutcomeKind.QUOTA_EXHAUSTED if daily else OutcomeKind.THROTTLED),
        (_KEY, OutcomeKind.AUTH_FAILED),
        (_CLOSED, OutcomeKind.GONE),
        (_PASSING, OutcomeKind.UNREACHABLE),
    ):
        if found := named & reasons:
            return SourceError(outcome, min(found))
    if response.status == 403 and is_page(response):
        return SourceError(OutcomeKind.BLOCKED, "a page that refuses")
    return SourceError(OutcomeKind.CONTRACT_CHANGED, "status 400") if response.status == 400 else None


def _reasons(error: Fields) -> set[str]:
    told = [*objects(error.get("errors")), *objects(error.get("details"))]
    return {text(one.get("reason")) for one in told}
