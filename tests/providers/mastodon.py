"""A stand-in for one instance of Mastodon: a timeline in pages told by `Link`, a search for those with a token, limits,
and the ways in which an instance is closed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import unquote, urlencode

from tests.providers.network import Network, bearer, holds, number
from tests.providers.serving import Call, Reply, as_json

HOST = "mouettes.example"
TOKEN = "jeton-de-l-instance"
_WINDOW = timedelta(minutes=5)


@dataclass
class Mastodon(Network):
    """`statuses` as its answers have them, the latest first."""

    name: str = "mastodon"
    hosts: tuple[str, ...] = (HOST,)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    closed: int = 0
    """The status with which timelines are refused to visitors: 401, 403 or 422."""
    token: str = TOKEN
    left: int = 300

    def reply(self, call: Call) -> Reply:
        if self.left <= 0:
            return as_json({"error": "Too many requests"}, 429, self.limits())
        self.left -= 1
        if bearer(call) and bearer(call) != self.token:
            return as_json({"error": "The access token is invalid"}, 401, self.limits())
        if call.path.startswith("/api/v1/timelines/tag/"):
            return self.timeline(call, unquote(call.path.rpartition("/")[2]))
        if call.path == "/api/v2/search":
            return self.search(call)
        return as_json({"error": "Record not found"}, 404)

    def timeline(self, call: Call, tag: str) -> Reply:
        if self.closed and not bearer(call):
            return as_json({"error": "This method requires an authenticated user"}, self.closed, self.limits())
        found = [one for one in self.statuses if f"#{tag}".casefold() in one["content"].casefold()]
        below, above = call.query.get("max_id"), call.query.get("since_id")
        found = [one for one in found if not below or _order(one["id"]) < _order(below)]
        found = [one for one in found if not above or _order(one["id"]) > _order(above)]
        size = min(number(call, "limit", 20), 40)
        if least := call.query.get("min_id"):  # those next to it, rather than the latest
            found = [one for one in found if _order(one["id"]) > _order(least)][-size:]
        shown = found[:size]
        return as_json(shown, headers={**self.limits(), **_links(call, shown, size)})

    def search(self, call: Call) -> Reply:
        if not bearer(call):
            return as_json({"error": "The access token is invalid"}, 401, self.limits())
        found = [one for one in self.statuses if holds(call.query["q"], one["content"])]
        begins, size = number(call, "offset", 0), min(number(call, "limit", 20), 40)
        return as_json(
            {"accounts": [], "statuses": found[begins : begins + size], "hashtags": []}, headers=self.limits()
        )

    def limits(self) -> dict[str, str]:
        reset = f"{self.clock() + _WINDOW:%Y-%m-%dT%H:%M:%S}.123456Z"
        return {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": str(self.left), "X-RateLimit-Reset": reset}


def _order(number: str) -> tuple[int, str]:
    return len(number), number


def _links(call: Call, shown: list[dict[str, Any]], size: int) -> dict[str, str]:
    """Parameters but `limit` are not carried over, and the address is the one that the instance believes to have."""
    if not shown:
        return {}
    base = f"https://{HOST}{call.path}?"
    newer = f'<{base}{urlencode({"limit": size, "min_id": shown[0]["id"]})}>; rel="prev"'
    older = f'<{base}{urlencode({"limit": size, "max_id": shown[-1]["id"]})}>; rel="next"'
    return {"Link": f"{older}, {newer}" if len(shown) == size else newer}


def status(number: int, text: str, when: datetime) -> dict[str, Any]:
    """A post, as timelines show it."""
    told = f"https://autre.example/users/paulette/statuses/{number}"
    return {
        "id": str(115_600_000_000_000_000 + number),
        "created_at": f"{when:%Y-%m-%dT%H:%M:%S}.000Z",
        "spoiler_text": "",
        "uri": told,
        "url": f"https://autre.example/@paulette/{number}",
        "content": f"<p>{escape(text, quote=False)}</p>",
        "reblog": None,
        "card": None,
        "account": {"acct": "paulette@autre.example", "display_name": "Paulette"},
    }
