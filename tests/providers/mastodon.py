"""A stand-in for one instance of Mastodon: a timeline in pages told by `Link`, a search for those with a token, limits,
and the ways in which an instance is closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Any, ClassVar
from urllib.parse import unquote, urlencode

from tests.providers.loopback import Asked, Reply, Service, answer, holds

HOST = "mouettes.example"
TOKEN = "jeton-de-l-instance"
_WINDOW = timedelta(minutes=5)


@dataclass
class Mastodon(Service):
    """`statuses` as its answers have them, the latest first."""

    HOSTS: ClassVar[Sequence[str]] = (HOST,)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    closed: int = 0
    """The status with which timelines are refused to visitors: 401, 403 or 422."""
    token: str = TOKEN
    left: int = 300

    def reply(self, asked: Asked) -> Reply:
        if self.left <= 0:
            return answer({"error": "Too many requests"}, 429, **self.limits())
        self.left -= 1
        if asked.bearer and asked.bearer != self.token:
            return answer({"error": "The access token is invalid"}, 401, **self.limits())
        if asked.path.startswith("/api/v1/timelines/tag/"):
            return self.timeline(asked, unquote(asked.path.rpartition("/")[2]))
        if asked.path == "/api/v2/search":
            return self.search(asked)
        return answer({"error": "Record not found"}, 404)

    def timeline(self, asked: Asked, tag: str) -> Reply:
        if self.closed and not asked.bearer:
            return answer({"error": "This method requires an authenticated user"}, self.closed, **self.limits())
        found = [one for one in self.statuses if f"#{tag}".casefold() in one["content"].casefold()]
        below, above = asked.query.get("max_id"), asked.query.get("since_id")
        found = [one for one in found if not below or _order(one["id"]) < _order(below)]
        found = [one for one in found if not above or _order(one["id"]) > _order(above)]
        size = min(asked.number("limit", 20), 40)
        if least := asked.query.get("min_id"):  # those next to it, rather than the latest
            found = [one for one in found if _order(one["id"]) > _order(least)][-size:]
        shown = found[:size]
        return answer(shown, **self.limits(), **_links(asked, shown, size))

    def search(self, asked: Asked) -> Reply:
        if not asked.bearer:
            return answer({"error": "The access token is invalid"}, 401, **self.limits())
        found = [one for one in self.statuses if holds(asked.query["q"], one["content"])]
        begins, size = asked.number("offset", 0), min(asked.number("limit", 20), 40)
        return answer({"accounts": [], "statuses": found[begins : begins + size], "hashtags": []}, **self.limits())

    def limits(self) -> dict[str, str]:
        reset = f"{self.clock() + _WINDOW:%Y-%m-%dT%H:%M:%S}.123456Z"
        return {"X_RateLimit_Limit": "300", "X_RateLimit_Remaining": str(self.left), "X_RateLimit_Reset": reset}


def _order(number: str) -> tuple[int, str]:
    return len(number), number


def _links(asked: Asked, shown: list[dict[str, Any]], size: int) -> dict[str, str]:
    """Parameters but `limit` are not carried over, and the address is the one that the instance believes to have."""
    if not shown:
        return {}
    base = f"https://{HOST}{asked.path}?"
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
