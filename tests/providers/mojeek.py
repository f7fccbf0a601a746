"""A stand-in for Mojeek: its key in the query, and every refusal a success with another status inside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.providers.index import Known, matching
from tests.providers.serving import Call, Reply, as_json

KEY = "cle+du/banc=d'essai"


@dataclass
class Mojeek:
    """It knows the whole web, sorts of pages it does not."""

    known: Iterable[Known] = ()
    key: str = KEY
    left: int = 1_000
    """Requests that are paid for."""
    name: str = "mojeek"
    hosts: tuple[str, ...] = ("api.mojeek.com",)

    def answer(self, call: Call) -> Reply:
        if call.query.get("api_key") != self.key:
            return _refused("ERROR_AUTH")
        if not call.query.get("q"):
            return _refused("ERROR_NO_QUERY")
        if self.left <= 0:
            return _refused("ERROR_LIMIT")
        self.left -= 1
        pages = matching((page for page in self.known if page.sort != "image"), call.query["q"])
        start, count = int(call.query.get("s", 1)), int(call.query.get("t", 10))
        shown = pages[start - 1 : start - 1 + count]
        head = {"query": call.query["q"], "start": start, "return": len(shown), "results": len(pages)}
        return as_json({"response": {"status": "OK", "head": head, "results": [_row(page) for page in shown]}})


def _refused(status: str) -> Reply:
    return as_json({"response": {"status": status, "results": []}})


def _row(page: Known) -> dict[str, object]:
    found = int(page.found_at.timestamp())
    row: dict[str, object] = {"url": page.url, "title": page.title, "desc": page.text, "size": "24kb", "score": 20.4}
    row |= {"timestamp": found, "cdatetimestamp": found}
    return row | ({"pdate": int(page.dated.timestamp())} if page.dated else {})
