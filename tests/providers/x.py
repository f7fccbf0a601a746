"""A stand-in for the recent search of X: paid by the post, a `since_id` that may not be older than a week, and an empty
answer that has no `data`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from tests.providers.network import Network, bearer, holds, number
from tests.providers.serving import Call, Reply, as_json

BEARER = "jeton-de-l-application"
_BEGAN = datetime(2010, 11, 4, 1, 42, 54, 657_000, tzinfo=UTC)
_WEEK = timedelta(days=7)
_WINDOW = timedelta(minutes=15)
_LEAST, _MOST = 10, 100
_INVALID = {
    "title": "Invalid Request",
    "detail": "One or more parameters to your request was invalid.",
    "type": "https://api.x.com/2/problems/invalid-request",
}


def number_at(when: datetime) -> int:
    """The first number that a post of that moment can have."""
    return (when - _BEGAN) // timedelta(milliseconds=1) << 22


@dataclass
class X(Network):
    """`posts` as its answers have them, the latest first; `billed` counts those it returned, once each a day."""

    name: str = "x"
    hosts: tuple[str, ...] = ("api.x.com",)
    posts: list[dict[str, Any]] = field(default_factory=list)
    billed: set[tuple[str, str]] = field(default_factory=set)
    left: int = 450
    capped: bool = False

    def reply(self, call: Call) -> Reply:
        if bearer(call) != BEARER:
            return as_json({"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "x"}, 401)
        if self.capped:
            problem = "https://api.x.com/2/problems/usage-capped"
            return as_json({"title": "UsageCapExceeded", "type": problem, "period": "Monthly"}, 429)
        if self.left <= 0:
            refusal = {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank"}
            return as_json({**refusal, "status": 429}, 429, self.limits())
        self.left -= 1
        return self.invalid(call) or self.search(call)

    def invalid(self, call: Call) -> Reply | None:
        size, since = number(call, "max_results", _LEAST), number(call, "since_id", 0)
        oldest = number_at(self.clock() - _WEEK)
        wrong = {}
        if not _LEAST <= size <= _MOST:
            wrong = {"parameters": {"max_results": [str(size)]}, "message": "max_results is not between 10 and 100"}
        if since and since < oldest:
            message = f"'since_id' must be a tweet id created after [x]. Please use one that is larger than {oldest}"
            wrong = {"parameters": {"since_id": [str(since)]}, "message": message}
        return as_json({"errors": [wrong], **_INVALID}, 400) if wrong else None

    def search(self, call: Call) -> Reply:
        oldest = max(number_at(self.clock() - _WEEK), number(call, "since_id", 0))
        words = call.query["query"].replace("-is:retweet", "")
        found = [post for post in self.posts if int(post["id"]) > oldest and holds(words, post["text"])]
        begins, size = number(call, "next_token", 0), number(call, "max_results", _LEAST)
        shown = found[begins : begins + size]
        if not shown:
            return as_json({"meta": {"result_count": 0}}, headers=self.limits())
        self.billed |= {(f"{self.clock():%Y-%m-%d}", post["id"]) for post in shown}
        more = {"next_token": str(begins + size)} if begins + size < len(found) else {}
        ends = {"newest_id": shown[0]["id"], "oldest_id": shown[-1]["id"]}
        return as_json({"data": shown, "meta": {**ends, "result_count": len(shown), **more}}, headers=self.limits())

    def limits(self) -> dict[str, str]:
        reset = str(int((self.clock() + _WINDOW).timestamp()))
        date = format_datetime(self.clock().astimezone(UTC), usegmt=True)
        told = {"x-rate-limit-limit": "450", "x-rate-limit-remaining": str(self.left), "x-rate-limit-reset": reset}
        return {"Date": date, **told}


def post(text: str, when: datetime, number: int = 1) -> dict[str, Any]:
    """A post, as the search shows it. `number` sets apart those of one moment."""
    written = f"{when:%Y-%m-%dT%H:%M:%S}.000Z"
    return {"id": str(number_at(when) + number), "text": text, "created_at": written}
