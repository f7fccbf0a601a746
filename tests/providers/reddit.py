"""A stand-in for Reddit: a token for an application that was approved, a listing in pages, and averaged limits."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from tests.providers.network import Network, bearer, holds, number
from tests.providers.serving import Call, Reply, as_json, as_page

CLIENT, SECRET = "veille-fictive", "secret-fictif"
_LASTS = timedelta(days=1)


@dataclass
class Reddit(Network):
    """`posts` as its listings have them, the latest first."""

    name: str = "reddit"
    hosts: tuple[str, ...] = ("www.reddit.com", "oauth.reddit.com")
    posts: list[dict[str, Any]] = field(default_factory=list)
    secret: str = SECRET
    tokens: dict[str, datetime] = field(default_factory=dict)
    left: float = 1_000.0
    resets_s: int = 600
    made: int = 0

    def reply(self, call: Call) -> Reply:
        if call.path == "/api/v1/access_token":
            return self.token(call)
        if call.path != "/search" or not bearer(call):
            return as_page("403 Forbidden", 403)
        if self.tokens.get(bearer(call), self.clock()) <= self.clock():
            return as_json({"message": "Unauthorized", "error": 401}, 401, self.limits())
        if self.left < 1:
            return as_json({"message": "Too Many Requests", "error": 429}, 429, self.limits())
        self.left -= 1
        return self.listing(call)

    def token(self, call: Call) -> Reply:
        wanted = b64encode(f"{CLIENT}:{self.secret}".encode()).decode()
        if call.method != "POST" or call.headers.get("authorization") != f"Basic {wanted}":
            return as_json({"message": "Unauthorized", "error": 401}, 401)
        if parse_qs(call.body.decode()).get("grant_type") != ["client_credentials"]:
            return as_json({"error": "unsupported_grant_type"})
        self.made += 1
        self.tokens[f"jeton.{self.made}"] = self.clock() + _LASTS
        told = {"access_token": f"jeton.{self.made}", "token_type": "bearer", "expires_in": 86_400, "scope": "*"}
        return as_json(told)

    def listing(self, call: Call) -> Reply:
        found = [one for one in self.posts if holds(call.query["q"], f"{one['title']} {one['selftext']}")]
        size, names = min(number(call, "limit", 25), 100), [one["name"] for one in found]
        if after := call.query.get("after"):
            found = found[names.index(after) + 1 :] if after in names else []
        elif before := call.query.get("before"):  # nothing, for ever, once that post is gone
            found = found[: names.index(before)] if before in names else []
        shown = found[:size]
        told = {"after": shown[-1]["name"] if len(found) > size else None, "before": None, "dist": len(shown)}
        children = [{"kind": "t3", "data": one} for one in shown]
        return as_json({"kind": "Listing", "data": {**told, "children": children}}, headers=self.limits())

    def limits(self) -> dict[str, str]:
        used = str(round(1_000 - self.left))
        reset = str(self.resets_s)
        return {"X-Ratelimit-Used": used, "X-Ratelimit-Remaining": str(self.left), "X-Ratelimit-Reset": reset}


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
