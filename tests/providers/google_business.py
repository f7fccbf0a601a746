"""A stand-in for Google Business Profile: consents that are exchanged for tokens, and the reviews of one profile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from tests.providers.index import NOW
from tests.providers.opinions import Opinion, latest, stamp
from tests.providers.serving import Call, Reply, as_json

CLIENT, SECRET, CONSENT = "veille.apps.googleusercontent.test", "secret+fictif&", "1//consentement/fictif"
LOCATION = "accounts/111/locations/222"
_WORDS = ("", "ONE", "TWO", "THREE", "FOUR", "FIVE")
_LASTS_S = 3_599
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class GoogleBusiness:
    """`opinions` of the profile, `consents` that stand, and whether Google granted the project anything."""

    opinions: list[Opinion] = field(default_factory=list)
    consents: set[str] = field(default_factory=lambda: {CONSENT})
    granted: bool = True
    theirs: bool = True
    """Whoever consented manages the profile."""
    clock: Callable[[], datetime] = lambda: NOW
    tokens: dict[str, datetime] = field(default_factory=dict)
    logins: int = 0
    name: str = "google-business"
    hosts: tuple[str, ...] = ("oauth2.googleapis.com", "mybusiness.googleapis.com")

    def answer(self, call: Call) -> Reply:
        if (call.method, call.path) == ("POST", "/token"):
            return self._token({name: values[0] for name, values in parse_qs(call.body.decode()).items()})
        if self.tokens.get(call.headers.get("authorization", "").removeprefix("Bearer "), _NEVER) <= self.clock():
            return _error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        if not self.granted:
            quota = {"reason": "RATE_LIMIT_EXCEEDED", "metadata": {"quota_limit_value": "0"}}
            return _error(429, "RESOURCE_EXHAUSTED", "Quota exceeded for 'Requests per minute'.", quota)
        if not self.theirs:
            return _error(403, "PERMISSION_DENIED", "The caller does not have permission")
        if call.path != f"/v4/{LOCATION}/reviews":
            return _error(404, "NOT_FOUND", "Requested entity was not found.")
        return self._reviews(call)

    def _token(self, asked: dict[str, str]) -> Reply:
        if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT, SECRET):
            return as_json({"error": "invalid_client", "error_description": "Unauthorized"}, 401)
        if asked.get("grant_type") != "refresh_token" or asked.get("refresh_token") not in self.consents:
            told = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
            return as_json(told, 400)
        self.logins += 1
        token = f"ya29.fictif-{self.logins}"
        self.tokens[token] = self.clock() + timedelta(seconds=_LASTS_S)
        return as_json({"access_token": token, "expires_in": _LASTS_S, "token_type": "Bearer"})

    def _reviews(self, call: Call) -> Reply:
        first, size = int(call.query.get("pageToken", "0")), int(call.query.get("pageSize", "50"))
        shown = latest(self.opinions)[first : first + size]
        told: dict[str, Any] = {}
        if self.opinions:
            average = sum(one.stars for one in self.opinions) / len(self.opinions)
            told = {"averageRating": round(average, 1), "totalReviewCount": len(self.opinions)}
        if shown:
            told["reviews"] = [_row(one) for one in shown]
        if first + size < len(self.opinions):
            told["nextPageToken"] = str(first + size)
        return as_json(told)


def _row(one: Opinion) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": f"{LOCATION}/reviews/{one.name}",
        "reviewId": one.name,
        "reviewer": {"displayName": one.author},
        "starRating": _WORDS[one.stars],
        "createTime": stamp(one.written_at),
        "updateTime": stamp(one.last),
    }
    if one.text:
        row["comment"] = one.text
    if one.answer:
        row["reviewReply"] = {"comment": one.answer, "updateTime": stamp(one.last)}
    return row


def _error(code: int, status: str, message: str, *details: dict[str, Any]) -> Reply:
    error: dict[str, Any] = {"code": code, "message": message, "status": status}
    return as_json({"error": error | ({"details": list(details)} if details else {})}, code)
