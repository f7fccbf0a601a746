"""A stand-in for bsky.social: sessions that expire and are renewed, a search in pages, limits, labels, a closed door.

Tokens that expired are a 400 `ExpiredToken`, as the real one has it; without a token it is a 401 `AuthMissing`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.providers.network import Network, bearer, holds, number
from tests.providers.serving import Call, Reply, as_json, as_page

HANDLE, PASSWORD = "veille.bsky.example", "abcd-efgh-ijkl-mnop"
_ACCESS_LASTS, _REFRESH_LASTS = timedelta(hours=2), timedelta(days=60)
_WINDOW = timedelta(minutes=5)


@dataclass
class Bluesky(Network):
    """`posts` and `actors` as its answers have them, the latest first."""

    name: str = "bluesky"
    hosts: tuple[str, ...] = ("bsky.social",)
    posts: list[dict[str, Any]] = field(default_factory=list)
    actors: list[dict[str, Any]] = field(default_factory=list)
    accounts: dict[str, str] = field(default_factory=lambda: {HANDLE: PASSWORD})
    closed: bool = False
    """As public.api.bsky.app is to searches: 403, a page."""
    left: int = 3_000
    """Requests until the window ends."""
    tokens: dict[str, datetime] = field(default_factory=dict)
    """Until when each of them serves."""
    made: int = 0

    def reply(self, call: Call) -> Reply:
        if self.left <= 0:
            limits = self.limits()
            return as_json({"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, 429, limits)
        self.left -= 1
        method = call.path.removeprefix("/xrpc/")
        if method == "com.atproto.server.createSession" and call.method == "POST":
            return self.create(call)
        if method == "com.atproto.server.refreshSession" and call.method == "POST":
            return self.refresh(call)
        if self.closed:
            return as_page("403 Forbidden", 403)
        if refusal := self.refusal(call, "access"):
            return refusal
        if method in ("app.bsky.feed.searchPosts", "app.bsky.actor.searchActors") and not call.query.get("q"):
            return _error("InvalidRequest", 'Error: Params must have the property "q"', 400)
        if method == "app.bsky.feed.searchPosts":
            return self.page(call, "posts", self.posts)
        if method == "app.bsky.actor.searchActors":
            return self.page(call, "actors", self.actors)
        return _error("XRPCNotSupported", "XRPCNotSupported", 404)

    def create(self, call: Call) -> Reply:
        told = json.loads(call.body) if call.headers.get("content-type", "").startswith("application/json") else {}
        handle = told.get("identifier")
        if not handle or self.accounts.get(handle) != told.get("password"):
            return _error("AuthenticationRequired", "Invalid identifier or password", 401)
        return self.session(handle)

    def refresh(self, call: Call) -> Reply:
        if call.body:
            return _error("InvalidRequest", "A request body was provided when none was expected", 400)
        if refusal := self.refusal(call, "refresh"):
            return refusal
        del self.tokens[bearer(call)]
        return self.session(HANDLE)

    def session(self, handle: str) -> Reply:
        self.made += 1
        access, refresh = f"access.{self.made}", f"refresh.{self.made}"
        self.tokens |= {access: self.clock() + _ACCESS_LASTS, refresh: self.clock() + _REFRESH_LASTS}
        told = {"did": "did:plc:fictifveille", "handle": handle, "active": True}
        return as_json({**told, "accessJwt": access, "refreshJwt": refresh})

    def refusal(self, call: Call, kind: str) -> Reply | None:
        token = bearer(call)
        if not token:
            return _error("AuthMissing", "Authentication Required", 401)
        if token not in self.tokens or not token.startswith(kind):
            return _error("InvalidToken", "Token could not be verified", 400)
        if self.tokens[token] <= self.clock():
            return _error("ExpiredToken", "Token has expired", 400)
        return None

    def expire(self, kind: str) -> None:
        """End all tokens of a kind now, `access` or `refresh`."""
        self.tokens |= {token: self.clock() for token in self.tokens if token.startswith(kind)}

    def page(self, call: Call, name: str, held: list[dict[str, Any]]) -> Reply:
        found = [one for one in held if holds(call.query["q"], json.dumps(one, ensure_ascii=False))]
        size, begins = min(number(call, "limit", 25), 100), number(call, "cursor", 0)
        more = {"cursor": str(begins + size)} if begins + size < len(found) else {}
        return as_json({name: found[begins : begins + size], **more}, headers=self.limits())

    def limits(self) -> dict[str, str]:
        reset = str(int((self.clock() + _WINDOW).timestamp()))
        return {
            "RateLimit-limit": "3000",
            "RateLimit-remaining": str(self.left),
            "RateLimit-reset": reset,
            "RateLimit-policy": "3000;w=300",
        }


def _error(name: str, message: str, status: int) -> Reply:
    return as_json({"error": name, "message": message}, status)


def post(number: int, text: str, when: datetime, *, labels: tuple[str, ...] = ()) -> dict[str, Any]:
    """A post, as the search shows it."""
    did, at = "did:plc:fictifauteur", f"{when:%Y-%m-%dT%H:%M:%S}.000Z"
    author = {"did": did, "handle": "paulette.bsky.example", "displayName": "Paulette"}
    return {
        "uri": f"at://{did}/app.bsky.feed.post/3fictif{number:06}",
        "author": {**author, "labels": [{"src": did, "val": label} for label in labels]},
        "record": {"$type": "app.bsky.feed.post", "createdAt": at, "text": text},
        "indexedAt": at,
        "labels": [],
    }


def actor(number: int, name: str, description: str, when: datetime) -> dict[str, Any]:
    """An account, as the search shows it."""
    told = {"did": f"did:plc:fictif{number}", "handle": f"compte{number}.bsky.example", "displayName": name}
    return {**told, "description": description, "createdAt": f"{when:%Y-%m-%dT%H:%M:%S}.000Z", "labels": []}
