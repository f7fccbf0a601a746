"""A stand-in for bsky.social: sessions that expire and are renewed, a search in pages, limits, labels, a closed door.

Tokens that expired are a 400 `ExpiredToken`, as the real one has it; without a token it is a 401 `AuthMissing`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from tests.providers.loopback import Asked, Reply, Service, answer, holds, refused_page

HANDLE, PASSWORD = "veille.bsky.example", "abcd-efgh-ijkl-mnop"
_ACCESS_LASTS, _REFRESH_LASTS = timedelta(hours=2), timedelta(days=60)
_WINDOW = timedelta(minutes=5)


@dataclass
class Bluesky(Service):
    """`posts` and `actors` as its answers have them, the latest first."""

    HOSTS: ClassVar[Sequence[str]] = ("bsky.social",)
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

    def reply(self, asked: Asked) -> Reply:
        if self.left <= 0:
            limits = self.limits()
            return answer({"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, 429, **limits)
        self.left -= 1
        method = asked.path.removeprefix("/xrpc/")
        if method == "com.atproto.server.createSession" and asked.method == "POST":
            return self.create(asked)
        if method == "com.atproto.server.refreshSession" and asked.method == "POST":
            return self.refresh(asked)
        if self.closed:
            return refused_page()
        if refusal := self.refusal(asked, "access"):
            return refusal
        if method in ("app.bsky.feed.searchPosts", "app.bsky.actor.searchActors") and not asked.query.get("q"):
            return _error("InvalidRequest", 'Error: Params must have the property "q"', 400)
        if method == "app.bsky.feed.searchPosts":
            return self.page(asked, "posts", self.posts)
        if method == "app.bsky.actor.searchActors":
            return self.page(asked, "actors", self.actors)
        return _error("XRPCNotSupported", "XRPCNotSupported", 404)

    def create(self, asked: Asked) -> Reply:
        told = json.loads(asked.body) if asked.headers.get("content-type", "").startswith("application/json") else {}
        handle = told.get("identifier")
        if not handle or self.accounts.get(handle) != told.get("password"):
            return _error("AuthenticationRequired", "Invalid identifier or password", 401)
        return self.session(handle)

    def refresh(self, asked: Asked) -> Reply:
        if asked.body:
            return _error("InvalidRequest", "A request body was provided when none was expected", 400)
        if refusal := self.refusal(asked, "refresh"):
            return refusal
        del self.tokens[asked.bearer]
        return self.session(HANDLE)

    def session(self, handle: str) -> Reply:
        self.made += 1
        access, refresh = f"access.{self.made}", f"refresh.{self.made}"
        self.tokens |= {access: self.clock() + _ACCESS_LASTS, refresh: self.clock() + _REFRESH_LASTS}
        told = {"did": "did:plc:fictifveille", "handle": handle, "active": True}
        return answer({**told, "accessJwt": access, "refreshJwt": refresh})

    def refusal(self, asked: Asked, kind: str) -> Reply | None:
        token = asked.bearer
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

    def page(self, asked: Asked, name: str, held: list[dict[str, Any]]) -> Reply:
        found = [one for one in held if holds(asked.query["q"], json.dumps(one, ensure_ascii=False))]
        size, begins = min(asked.number("limit", 25), 100), asked.number("cursor", 0)
        more = {"cursor": str(begins + size)} if begins + size < len(found) else {}
        return answer({name: found[begins : begins + size], **more}, **self.limits())

    def limits(self) -> dict[str, str]:
        reset = str(int((self.clock() + _WINDOW).timestamp()))
        return {
            "ratelimit_limit": "3000",
            "ratelimit_remaining": str(self.left),
            "ratelimit_reset": reset,
            "ratelimit_policy": "3000;w=300",
        }


def _error(name: str, message: str, status: int) -> Reply:
    return answer({"error": name, "message": message}, status)


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
