"""A stand-in for MediaWiki's API: pages in turn, and errors that are successes with a header."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from tests.providers.index import Known, matching
from tests.providers.serving import Call, Reply, as_json, as_page


@dataclass
class Wikimedia:
    """A Wikipedia; the last part of a page's address is its title."""

    known: Iterable[Known] = ()
    lag_s: float = 0.0
    """How late its slowest copy is."""
    name: str = "wikimedia"
    hosts: tuple[str, ...] = ("fr.wikipedia.org",)

    def answer(self, call: Call) -> Reply:
        if "+http" not in call.headers.get("user-agent", ""):
            return as_page("Please set a user-agent", 403)
        if call.path != "/w/api.php":
            return as_page("Introuvable", 404)
        if self.lag_s > float(call.query.get("maxlag", "inf")):
            info = f"Waiting for db1: {self.lag_s} seconds lagged."
            return _error("maxlag", info, {"Retry-After": "5", "X-Database-Lag": str(int(self.lag_s))})
        if not call.query.get("srsearch"):
            return _error("missingparam", 'The "srsearch" parameter must be set.', {})
        return as_json(self._found(call))

    def _found(self, call: Call) -> dict[str, Any]:
        pages = matching(self.known, call.query["srsearch"])
        start, count = int(call.query.get("sroffset", 0)), int(call.query.get("srlimit", 10))
        rows = [_row(page) for page in pages[start : start + count]]
        told: dict[str, Any] = {"query": {"searchinfo": {"totalhits": len(pages)}, "search": rows}}
        if start + count < len(pages):
            return {"batchcomplete": True, "continue": {"sroffset": start + count, "continue": "-||"}, **told}
        return {"batchcomplete": True, **told}


def _error(code: str, info: str, headers: dict[str, str]) -> Reply:
    told = {"error": {"code": code, "info": info}, "servedby": "mw-api-ext"}
    return as_json(told, headers={"MediaWiki-API-Error": code, **headers})


def _row(page: Known) -> dict[str, Any]:
    title = unquote(page.url.rpartition("/wiki/")[2]).replace("_", " ")
    snippet = re.sub(r"Aubertin|Lesage", r'<span class="searchmatch">\g<0></span>', page.text)
    return {"ns": 0, "title": title, "pageid": len(title), "size": 9, "wordcount": 9, "snippet": snippet,
            "timestamp": page.found_at.strftime("%Y-%m-%dT%H:%M:%SZ")}  # fmt: skip
