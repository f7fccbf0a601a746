"""A stand-in for Reddit: a token for an application that was approved, a listing in pages, and averaged limits."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs

from tests.providers.loopback import Asked, Reply, Service, answer, holds, refused_page

CLIENT, SECRET = "veille-fictive", "secret-fictif"
_LASTS = timedelta(days=1)


@dataclass
class Reddit(Service):
    """`posts` as its listings have them, the latest first."""

    HOSTS: ClassVar[Sequence[str]] = ("www.reddit.com", "oauth.reddit.com")
    posts: list[dict[str, Any]] = field(default_factory=list)
    secret: str = SECRET
    tokens: dict[str, datetime] = field(default_factory=dict)
    left: float = 1_000.0
    resets_s: int = 600
    made: int = 0

    def reply(self, asked: Asked) -> Reply:
        if asked.path == "/api/v1/access_token":
            return self.token(asked)
        if asked.path != "/search" or not asked.bearer:
            return refused_page()
        if self.tokens.get(asked.bearer, self.clock()) <= self.clock():
            return answer({"message": "Unauthorized", "error": 401}, 401, **self.limits())
        if self.left < 1:
            return answer({"message": "Too Many Requests", "error": 429}, 429, **self.limits())
        self.left -= 1
        return self.listing(asked)

    def token(self, asked: Asked) -> Reply:
        wanted = b64encode(f"{CLIENT}:{self.secret}".encode()).decode()
        if asked.method != "POST" or asked.headers.get("authorization") != f"Basic {wanted}":
            return answer({"message": "Unauthorized", "error": 401}, 401)
        if parse_qs(asked.body.decode()).get("grant_type") != ["client_credentials"]:
            return answer({"error": "unsupported_grant_type"})
        self.made += 1
        self.tokens[f"jeton.{self.made}"] = self.clock() + _LASTS
        told = {"access_token": f"jeton.{self.made}", "token_type": "bearer", "expires_in": 86_400, "scope": "*"}
        return answer(told)

    def listing(self, asked: Asked) -> Reply:
        found = [one for one in self.posts if holds(asked.query["q"], f"{one['title']} {one['selftext']}")]
        size, names = min(asked.number("limit", 25), 100), [one["name"] for one in found]
        if after := asked.query.get("after"):
            found = found[names.index(after) + 1 :] if after in names else []
        elif before := asked.query.get("before"):  # nothing, for ever, once that post is gone
            found = found[: names.index(before)] if before in names else []
        shown = found[:size]
        told = {"after": shown[-1]["name"] if len(found) > size else None, "before": None, "dist": len(shown)}
        children = [{"kind": "t3", "data": one} for one in shown]
        return answer({"kind": "Listing", "data": {**told, "children": children}}, **self.limits())

    def limits(self) -> dict[str, str]:
        used = str(round(1_000 - self.left))
        reset = str(self.resets_s)
        return {"X_Ratelimit_Used": used, "X_Ratelimit_Remaining": str(self.left), "X_Ratelimit_Reset": reset}


def post(number: int, title: str, text: str, when: datetime) -> dict[str, Any]:
    """A post, as listings show it."""
    return {
        "id": f"1fictif{number}",
        "name": f"t3_1fictif{number}",
        "title": title,
        "selftext": text,
        "author": "paulette_fictive",
        "created_utc": when.timestamp(),
        "permalink": f"/r/fontorbe_fictif/comments/1fictif{number}/sujet/",
        "removed_by_category": None,
    }
