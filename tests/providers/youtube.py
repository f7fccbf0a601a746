"""A stand-in for YouTube's Data API: a key, a hundred searches a day of California, and comments that may be closed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from tests.providers.network import Network, holds, number
from tests.providers.serving import Call, Reply, as_json

KEY = "cle-fictive"
_THERE = ZoneInfo("America/Los_Angeles")


@dataclass
class YouTube(Network):
    """`videos` and `threads` (by video) as its answers have them, the latest first."""

    name: str = "youtube"
    hosts: tuple[str, ...] = ("www.googleapis.com",)
    videos: list[dict[str, Any]] = field(default_factory=list)
    threads: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    """Videos whose comments are."""
    a_day: int = 100
    used: Counter[str] = field(default_factory=Counter)
    """Searches, by day."""

    def reply(self, call: Call) -> Reply:
        key = call.headers.get("x-goog-api-key") or call.query.get("key")
        if key != KEY:
            reason = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
            return _error(400, "badRequest", "API key not valid. Please pass a valid API key.", details=[reason])
        if call.path == "/youtube/v3/search":
            return self.search(call)
        if call.path == "/youtube/v3/commentThreads":
            return self.comments(call)
        return Reply(404, b"Not Found", content_type="text/html")

    def search(self, call: Call) -> Reply:
        day = f"{self.clock().astimezone(_THERE):%Y-%m-%d}"
        if self.used[day] >= self.a_day:
            words = "The request cannot be completed because you have exceeded your quota."
            return _error(403, "quotaExceeded", words, domain="youtube.quota")
        self.used[day] += 1
        found = [one for one in self.videos if holds(call.query["q"], " ".join(one["snippet"].values()))]
        return _list("search", found, call)

    def comments(self, call: Call) -> Reply:
        of = call.query.get("videoId", "")
        if of in self.closed:
            return _error(403, "commentsDisabled", "The video has disabled comments.", domain="youtube.commentThread")
        if of and of not in self.threads:
            return _error(404, "videoNotFound", "The video could not be found.", domain="youtube.commentThread")
        threads = [one for each in self.threads.values() for one in each] if not of else self.threads[of]
        return _list("commentThread", threads, call)


def _list(what: str, found: list[dict[str, Any]], call: Call) -> Reply:
    size, begins = min(number(call, "maxResults", 5), 100), number(call, "pageToken", 0)
    more = {"nextPageToken": str(begins + size)} if begins + size < len(found) else {}
    told = {"kind": f"youtube#{what}ListResponse", "etag": "e", **more}
    return as_json({**told, "pageInfo": {"totalResults": len(found)}, "items": found[begins : begins + size]})


def _error(code: int, reason: str, message: str, domain: str = "global", **more: Any) -> Reply:
    errors = [{"message": message, "domain": domain, "reason": reason}]
    return as_json({"error": {"code": code, "message": message, "errors": errors, **more}}, code)


def video(number: str, title: str, description: str, when: datetime) -> dict[str, Any]:
    """A video, as the search shows it: escaped, as HTML."""
    snippet = {"title": escape(title), "description": escape(description), "channelTitle": "Ville de Fontorbe"}
    dated = {"publishedAt": f"{when:%Y-%m-%dT%H:%M:%SZ}"}
    return {"kind": "youtube#searchResult", "id": {"videoId": number}, "snippet": {**snippet, **dated}}


def thread(number: str, video: str, text: str, when: datetime) -> dict[str, Any]:
    """A thread of comments without an answer."""
    told = {"videoId": video, "textDisplay": text, "textOriginal": text, "authorDisplayName": "@paulette"}
    comment = {"id": number, "snippet": {**told, "publishedAt": f"{when:%Y-%m-%dT%H:%M:%SZ}"}}
    return {"kind": "youtube#commentThread", "id": number, "snippet": {"topLevelComment": comment}}
