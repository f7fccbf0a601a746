"""A stand-in for a SearXNG of one's own, as of 2026 and as before: its formats, its engines and its limiter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.providers.index import Known, matching
from tests.providers.serving import Call, Reply, as_json, as_page

_SORTS = {"general": ("web", "forum"), "news": ("news",), "images": ("image",), "videos": ("video",)}


@dataclass
class Searxng:
    """What it is set up with. It runs at an address of its own: it stands in for nobody."""

    known: Iterable[Known] = ()
    formats: tuple[str, ...] = ("html", "json")
    unresponsive: Sequence[tuple[str, str]] = ()
    """Engines that refused or failed, and why. While there are any, nothing is found."""
    counts: bool = False
    """It says `number_of_results`, as it did until May 2026."""
    limited: bool = False
    name: str = "searxng"
    hosts: tuple[str, ...] = ()

    def answer(self, call: Call) -> Reply:
        if call.path != "/search":
            return as_page("Page not found", 404)
        if self.limited:
            return as_page("429 Too Many Requests", 429)
        form = call.query.get("format", "html")
        if form in ("json", "csv", "rss") and form not in self.formats:
            return as_page("403 Forbidden", 403)
        if not call.query.get("q"):
            return as_json({"error": "No query"}, 400)
        if call.query.get("time_range", "day") not in ("day", "week", "month", "year"):
            return as_json({"error": "Invalid value"}, 400)
        if form != "json":
            return as_page("searx-local")
        return as_json(self._found(call))

    def _found(self, call: Call) -> dict[str, Any]:
        category = call.query.get("categories", "general")
        known = [page for page in self.known if page.sort in _SORTS[category]]
        pages = [] if self.unresponsive else matching(known, call.query["q"])
        told: dict[str, Any] = {"query": call.query["q"], "results": [_row(page, category) for page in pages]}
        if self.counts:
            told["number_of_results"] = 0
        lists = dict.fromkeys(("answers", "corrections", "infoboxes", "suggestions"), ())
        return {**told, **lists, "unresponsive_engines": [list(engine) for engine in self.unresponsive]}


def _row(page: Known, category: str) -> dict[str, Any]:
    dated = page.dated.strftime("%Y-%m-%dT%H:%M:%S") if page.dated else None
    common = {"template": "default.html", "engine": "mojeek", "engines": ["mojeek"], "positions": [1], "score": 1.0}
    return {**common, "url": page.url, "title": page.title, "content": page.text, "category": category,
            "img_src": page.picture, "thumbnail": "", "publishedDate": dated, "length": None, "author": ""}  # fmt: skip
