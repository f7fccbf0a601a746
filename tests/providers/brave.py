"""A stand-in for Brave Search: its four searches, what it checks, what it counts and how it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from tests.providers.index import NOW, Known, matching
from tests.providers.serving import Call, Reply, as_json

TOKEN = "BSA-jeton-du-banc-d-essai"
_SORTS = {"web": ("web", "forum", "news"), "news": ("news",), "images": ("image",), "videos": ("video",)}
_MOST = {"web": 20, "news": 50, "images": 200, "videos": 50}
_DAYS = {"pd": 1, "pw": 7, "pm": 31, "py": 365}
_FORMS = {
    "q": r".{1,400}",
    "country": r"[A-Z]{2}|ALL",
    "search_lang": r"[a-z]{2}(?:-[a-z]+)?",
    "ui_lang": r"[a-z]{2}-[A-Z]{2}",
    "count": r"\d{1,3}",
    "offset": r"\d",
    "safesearch": r"off|moderate|strict",
    "freshness": r"p[dwmy]|\d{4}-\d\d-\d\dto\d{4}-\d\d-\d\d",
    "spellcheck": r"true|false",
    "text_decorations": r"true|false",
    "extra_snippets": r"true|false",
    "result_filter": r"[a-z,]+",
}

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass
class Brave:
    """Counts what it bills; a limit of 0 a month is none."""

    known: Iterable[Known] = ()
    token: str = TOKEN
    per_second: int = 50
    per_month: int = 0
    busy: bool = False
    """Others who share the plan use up every second of it."""
    clock: Callable[[], datetime] = lambda: NOW
    billed: int = 0
    failing: int = 0
    """Answers to come that are a 500."""
    name: str = "brave"
    hosts: tuple[str, ...] = ("api.search.brave.com",)
    _recent: list[datetime] = field(default_factory=list)

    def answer(self, call: Call) -> Reply:
        what = call.path.removeprefix("/res/v1/").removesuffix("/search")
        if what not in _SORTS:
            return self._refusal(404, "NOT_FOUND")
        wrong = self._unprocessable(call, what)
        if wrong:
            return wrong
        now = self.clock()
        self._recent = [at for at in self._recent if now - at < timedelta(seconds=1)]
        if self.busy or len(self._recent) >= self.per_second or (self.per_month and self.billed >= self.per_month):
            return self._refusal(429, "RATE_LIMITED", {"plan": "Search", "component": "rate_limiter"}, self._rates())
        self._recent.append(now)
        if self.failing:
            self.failing -= 1
            return self._refusal(500, "INTERNAL")
        self.billed += 1
        return as_json(self._found(call.query, what), headers=self._rates())

    def _unprocessable(self, call: Call, what: str) -> Reply | None:
        token = call.headers.get("x-subscription-token")
        if token is None:
            return self._invalid(["header", "x-subscription-token"], "missing")
        if token != self.token:
            return self._refusal(422, "SUBSCRIPTION_TOKEN_INVALID", {"component": "authentication"})
        if "q" not in call.query:
            return self._invalid(["query", "q"], "missing")
        for name, value in call.query.items():
            if not re.fullmatch(_FORMS.get(name, r"(?!)"), value):
                return self._invalid(["query", name], "value_error")
        if len(call.query["q"].split()) > 50:
            return self._invalid(["query", "q"], "value_error")
        if int(call.query.get("count", 1)) > _MOST[what]:
            return self._invalid(["query", "count"], "less_than_equal")
        if what == "images" and {"offset", "freshness", "ui_lang"} & call.query.keys():
            return self._invalid(["query"], "extra_forbidden")
        return None

    def _invalid(self, where: list[str], sort: str) -> Reply:
        return self._refusal(422, "VALIDATION", {"errors": [{"type": sort, "loc": where, "msg": "…", "input": "…"}]})

    def _refusal(
        self, status: int, code: str, meta: Mapping[str, Any] = _NOTHING, headers: Mapping[str, str] = _NOTHING
    ) -> Reply:
        error = {"id": "00000000-0000-4000-8000-000000000001", "status": status, "code": code, "detail": "…"}
        return as_json({"type": "ErrorResponse", "error": {**error, "meta": dict(meta)}, "time": 1}, status, headers)

    def _rates(self) -> dict[str, str]:
        """One number for each window of time. A plan without a limit a month tells 0 of it, in both places."""
        now, left = 0 if self.busy else self.per_second - len(self._recent), max(self.per_month - self.billed, 0)
        return {
            "X-RateLimit-Limit": f"{self.per_second}, {self.per_month}",
            "X-RateLimit-Policy": f"{self.per_second};w=1, {self.per_month};w=2592000",
            "X-RateLimit-Remaining": f"{max(now, 0)}, {left}",
            "X-RateLimit-Reset": "1, 604800",
        }

    def _found(self, query: Mapping[str, str], what: str) -> dict[str, Any]:
        known = [page for page in self.known if page.sort in _SORTS[what] and self._is_fresh(page, query)]
        pages = matching(known, query["q"])
        count = int(query.get("count", 20))
        start = int(query.get("offset", 0)) * count
        shown, more = pages[start : start + count], len(pages) > start + count
        told: dict[str, Any] = {"original": query["q"], "spellcheck_off": query.get("spellcheck") == "false"}
        if query.get("spellcheck") != "false":
            told["altered"] = query["q"].replace("-", " ")
        if what == "images":
            return {"type": what, "query": told, "results": [_image(page) for page in shown]}
        told["more_results_available"] = more
        marks = query.get("text_decorations") != "false"
        rows = [(page.sort, _row(page, marks=marks, now=self.clock())) for page in shown]
        if what != "web":
            return {"type": what, "query": told, "results": [row for _, row in rows]}
        asked = query.get("result_filter", "web,news,discussions").split(",")
        blocks = {"web": "web", "discussions": "forum", "news": "news"}
        held = {name: [row for sort, row in rows if sort == of] for name, of in blocks.items() if name in asked}
        return {
            "type": "search",
            "query": told,
            "mixed": {"type": "mixed", "main": [], "top": [], "side": []},
            **{name: {"type": "search", "results": block} for name, block in held.items() if block},
        }

    def _is_fresh(self, page: Known, query: Mapping[str, str]) -> bool:
        """By when it was found, whatever date the page gives itself."""
        since = query.get("freshness")
        if since is None:
            return True
        if since in _DAYS:
            return self.clock() - page.found_at <= timedelta(days=_DAYS[since])
        first, _, last = since.partition("to")
        return first <= page.found_at.date().isoformat() <= last


def _row(page: Known, *, marks: bool, now: datetime) -> dict[str, Any]:
    text = re.sub(r"Aubertin\S*", r"<strong>\g<0></strong>", page.text) if marks else page.text
    row: dict[str, Any] = {"type": "search_result", "title": page.title, "url": page.url, "language": page.language}
    row["description"] = text.replace("'", "&#x27;")
    row["page_fetched"] = page.found_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    if page.dated:
        row["page_age"] = page.dated.strftime("%Y-%m-%dT%H:%M:%S")
        row["age"] = f"{(now - page.dated).days} days ago"
    if page.sort == "forum":
        row["data"] = {"forum_name": "Forum", "num_answers": 7, "question": page.title, "top_comment": page.text}
    if page.sort == "video":
        row["video"] = {"duration": "42:10", "creator": "Ville de Valombre", "publisher": "Vidéos"}
    return row


def _image(page: Known) -> dict[str, Any]:
    fetched = page.found_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"type": "image_result", "title": page.title, "url": page.url, "source": "cabinet.example",
            "page_fetched": fetched, "thumbnail": {"src": "https://imgs.search.brave.com/t/a"},
            "properties": {"url": page.picture, "width": 1920, "height": 1440}, "confidence": "medium"}  # fmt: skip
