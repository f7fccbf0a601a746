"""A stand-in for GDELT's DOC 2.0: refusals that come as successes, `{}` for nothing, and JSON that is none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.providers.index import NOW, Known, matching
from tests.providers.serving import Call, Reply

INTERVAL = timedelta(seconds=5)
_PLEASE = b"Please limit requests to one every 5 seconds or contact the address shown for larger queries.\n"
_LANGUAGES = {"french": "fr", "english": "en", "german": "de"}


@dataclass
class Gdelt:
    """One request every five seconds, from everybody together."""

    known: Iterable[Known] = ()
    clock: Callable[[], datetime] = lambda: NOW
    throttles_with: int = 200
    """The status of a throttle: it is the one or the other."""
    interval: timedelta = INTERVAL
    controls: bool = True
    """Titles hold characters that JSON may not."""
    name: str = "gdelt"
    hosts: tuple[str, ...] = ("api.gdeltproject.org",)
    busy: bool = False
    """Somebody else of the same address has just asked."""
    throttled: int = 0
    """Requests that came too early."""
    _last: datetime | None = None

    def answer(self, call: Call) -> Reply:
        now = self.clock()
        early = self._last is not None and now - self._last < self.interval
        if early or self.busy:
            self.throttled += early
            return Reply(_PLEASE, "text/plain", self.throttles_with)
        self._last = now
        query = call.query.get("query", "")
        words = re.sub(r"\w+:\S+", "", query).strip()
        if len(words) < 3:
            return self._refused("The specified phrase is too short.")
        if " OR " in words and not re.fullmatch(r"\(.*\)", words):
            return self._refused("Queries containing OR'd terms must be surrounded by ().")
        return Reply(self._found(words, query, call), "application/json; charset=utf-8")

    def _refused(self, why: str) -> Reply:
        return Reply(f"{why}\n".encode(), "text/html; charset=utf-8")

    def _found(self, words: str, query: str, call: Call) -> bytes:
        language = re.search(r"sourcelang:(\w+)", query)
        spoken = _LANGUAGES.get(language[1], language[1]) if language else None
        since = self.clock() - (timedelta(days=92) if call.query.get("timespan") == "3months" else timedelta(days=7))
        known = [page for page in self.known if page.sort == "news" and page.found_at >= since]
        pages = {page.url: page for name in words.strip("()").split(" OR ") for page in matching(known, name)}
        rows = [_row(page) for page in pages.values() if spoken in (None, page.language)]
        if not rows:
            return b"{}"
        said = json.dumps({"articles": rows[: int(call.query.get("maxrecords", 75))]}, ensure_ascii=False).encode()
        return said.replace(b" : ", b"\x0b : \x1f") if self.controls else said


def _row(page: Known) -> dict[str, str]:
    seen, domain = page.found_at.strftime("%Y%m%dT%H%M%SZ"), page.url.split("/")[2]
    empty = {"url_mobile": "", "socialimage": ""}
    told = {"url": page.url, "title": page.title, "seendate": seen, "domain": domain}
    return {**empty, **told, "language": "French", "sourcecountry": "France"}
