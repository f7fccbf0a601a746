"""What stands in for services on the demo web: a search of the press (as Google News), one of the web (as Brave)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from email.utils import format_datetime
from html import escape
from urllib.parse import parse_qs, urlsplit

from ops.local import web
from ops.local.demo_pages import Shown, press_url, told_at

HOSTS: Mapping[str, str] = {"news.google.com": "services/news", "api.search.brave.com": "services/brave"}
"""Services, and where on the demo web each is stood in for."""

KEYS: Mapping[str, str] = {"brave": "cle-de-demonstration"}
"""What they are asked with: no real key is needed, or sent anywhere."""


def stand_ins(base: str) -> str:
    """The parameter `StandIns` of a deployment that is to ask the demo web at `base`."""
    return ",".join(f"{host}={base}{path}" for host, path in HOSTS.items())


def answer(base: str, path: str, shown: Callable[..., Sequence[Shown]]) -> web.Answer | None:
    """What a service says at `path`, with its query; None for what is no service."""
    parts = urlsplit(path)
    words = parse_qs(parts.query).get("q", [""])[0]
    if parts.path == "/services/news/rss/search":
        return web.Answer(_news(base, words, shown("press")), "application/rss+xml; charset=utf-8")
    if parts.path == "/services/brave/res/v1/web/search":
        return web.Answer(_brave(base, words, shown("press", "web")), "application/json; charset=utf-8")
    return None


def _found(words: str, shown: Sequence[Shown]) -> list[Shown]:
    """Those that hold the last word of the phrase that is asked for: the last name."""
    name = words.split('"')[1].split()[-1].casefold() if words.count('"') > 1 else words.casefold()
    return [s for s in shown if name in f"{s.post.title} {s.post.text}".casefold()]


def _news(base: str, words: str, shown: Sequence[Shown]) -> bytes:
    items = "".join(
        f"<item><title>{escape(s.post.title)} - {escape(s.post.author)}</title><link>{press_url(base, s.post)}</link>"
        f'<guid isPermaLink="false">{s.post.key}</guid><pubDate>{format_datetime(s.at)}</pubDate>'
        f"<description>{escape(_anchor(base, s))}</description></item>"
        for s in _found(words, shown)
    )
    return f'<rss version="2.0"><channel><title>{escape(words)}</title>{items}</channel></rss>'.encode()


def _anchor(base: str, s: Shown) -> str:
    return f'<a href="{press_url(base, s.post)}">{escape(s.post.title)}</a>&nbsp;&nbsp;{escape(s.post.author)}'


def _brave(base: str, words: str, shown: Sequence[Shown]) -> bytes:
    results = [
        {
            "title": s.post.title,
            "url": press_url(base, s.post),
            "description": escape(s.post.text),
            "page_age": told_at(s)[:-1],
        }
        for s in _found(words, shown)
    ]
    return json.dumps(
        {
            "type": "search",
            "query": {"original": words, "more_results_available": False},
            **({"web": {"type": "search", "results": results}} if results else {}),
        },
        ensure_ascii=False,
    ).encode()
