"""Searches by the APIs of engines: their kinds, the saved answers of each, and how they are asked."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.shared import shared
from vigie import registry, sources
from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Source

WORDS = '"Camille Aubertin-Lesage" Valombre'
BRAVE = ["brave_web", "brave_news", "brave_images", "brave_videos"]
KINDS = [*BRAVE, "searxng", "gdelt", "mojeek", "serper", "wikipedia"]
SAMPLES = {
    "brave-web": ("brave_web", {}),
    "brave-news": ("brave_news", {}),
    "brave-images": ("brave_images", {}),
    "brave-videos": ("brave_videos", {}),
    "searxng-general": ("searxng", {}),
    "searxng-news": ("searxng", {"category": "news"}),
    "searxng-images": ("searxng", {"category": "images"}),
    "searxng-videos": ("searxng", {"category": "videos"}),
    "gdelt-artlist": ("gdelt", {}),
    "mojeek-search": ("mojeek", {}),
    "serper-search": ("serper", {}),
    "serper-news": ("serper", {"what": "news"}),
    "serper-images": ("serper", {"what": "images"}),
    "wikipedia-search": ("wikipedia", {}),
}


NEVER = Cursor()


def sample(name: str) -> bytes:
    """One of the saved answers."""
    return shared("sources", "samples", name).read_bytes()


def source(kind: str, *, fresh: bool = False, cursor: Cursor = NEVER, **params: str) -> Source:
    """A search; `fresh` when a practitioner waits for its first read."""
    told = {"query": WORDS, **({"url": "https://search.example"} if kind == "searxng" else {}), **params}
    watching = frozenset({"p1"} if fresh else ())
    return Source("s1", kind, told, 60, kind, watchers=watching, fresh=watching, cursor=cursor)


def request(kind: str, **told: Any) -> Request:
    """What is asked for a source that is `told` so."""
    asked = source(kind, **told)
    found: Request = registry.load(sources, kind).request(asked, asked.cursor)
    return found


def asked(kind: str, **told: Any) -> dict[str, Any]:
    """Its parameters."""
    made = request(kind, **told)
    if made.body is not None:
        found: dict[str, Any] = json.loads(made.body)
        return found
    return {name: value for name, [value] in parse_qs(urlsplit(made.url).query).items()}


def answer(kind: str, said: object, *, offset: int = 0, **told: Any) -> Page:
    """What is read of an answer, `said` as JSON unless it is bytes, to a source that is `told` so."""
    url = f"https://api.search.brave.com/res/v1/web/search?q=x{f'&offset={offset}' if offset else ''}"
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    page: Page = registry.load(sources, kind).read(source(kind, **told), Response(200, url, {}, body))
    return page
