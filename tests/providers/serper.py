"""A stand-in for Serper: searches by POST, paid in advance, dates in the words of a language."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.providers.index import Known, matching
from tests.providers.serving import Call, Reply, as_json

KEY = "cle-serper-du-banc-d-essai"
_LISTS = {
    "search": ("organic", ("web", "forum", "news")),
    "news": ("news", ("news",)),
    "images": ("images", ("image",)),
    "videos": ("videos", ("video",)),
}


@dataclass
class Serper:
    """Credits are spent by successes."""

    known: Iterable[Known] = ()
    key: str = KEY
    credits: int = 2_500
    name: str = "serper"
    hosts: tuple[str, ...] = ("google.serper.dev",)

    def answer(self, call: Call) -> Reply:
        what = call.path.removeprefix("/")
        if call.headers.get("x-api-key") != self.key:
            return as_json({"message": "Unauthorized.", "statusCode": 403}, 403)
        if call.method != "POST" or what not in _LISTS:
            return as_json({"message": "Not found", "statusCode": 404}, 404)
        asked: dict[str, Any] = json.loads(call.body)
        if not asked.get("q"):
            return as_json({"message": "Missing query parameter", "statusCode": 400}, 400)
        if self.credits <= 0:
            return as_json({"message": "Not enough credits", "statusCode": 400}, 400)
        self.credits -= 1
        block, sorts = _LISTS[what]
        pages = matching((page for page in self.known if page.sort in sorts), asked["q"])
        told = {"searchParameters": {"q": asked["q"], "type": what, "engine": "google"}, "credits": 1}
        return as_json({**told, block: [_row(page) for page in pages[: asked.get("num", 10)]]})


def _row(page: Known) -> dict[str, Any]:
    row = {"title": page.title, "link": page.url, "snippet": page.text, "date": "il y a 2 jours", "position": 1}
    return {**row, "imageUrl": page.picture} if page.picture else row
