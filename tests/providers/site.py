"""A site of somebody's own: whatever it answers at each path, with the manners of the servers that sites run on."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from tests.providers.serving import Call, Reply, as_page

type Answer = Reply | Callable[[Call], Reply]


@dataclass
class Site:
    """Answers by path; what it does not know is not there."""

    answers: dict[str, Answer] = field(default_factory=dict)
    name: str = "site"
    hosts: tuple[str, ...] = ()

    def answer(self, call: Call) -> Reply:
        found = self.answers.get(call.path, as_page("Introuvable", 404))
        return found if isinstance(found, Reply) else found(call)


def entry(number: int, text: str, *, guid: bool = True, link: str = "", title: str = "Billet") -> str:
    """An item of RSS."""
    named = f'<guid isPermaLink="false">billet-{number}</guid>' if guid else ""
    link = link or f"https://blog.example/{number}"
    return (
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link>{named}"
        f"<description>{escape(text)}</description></item>"
    )


def rss(*entries: str, head: str = "", encoding: str = "UTF-8") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">'
        f"<channel><title>Blog</title><link>https://blog.example/</link><description>Blog</description>{head}"
        f"{''.join(entries)}</channel></rss>"
    )
    return text.encode(encoding)


def feed(body: bytes, headers: Mapping[str, str] | None = None, content_type: str = "application/rss+xml") -> Reply:
    return Reply(body, content_type, 200, headers or {})


def packed(body: bytes) -> Reply:
    """As nearly all servers send it when asked to."""
    return feed(gzip.compress(body), {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})


def moved(location: str, status: int = 301) -> Reply:
    return Reply(b"", "text/html", status, {"Location": location})


def validated(body: Callable[[], bytes], etag: str, modified: str) -> Callable[[Call], Reply]:
    """A server that says "not modified" only to whoever sends back both of its validators, as it wrote them."""

    def answer(call: Call) -> Reply:
        headers = {"ETag": etag, "Last-Modified": modified}
        if call.headers.get("if-none-match") == etag and call.headers.get("if-modified-since") == modified:
            return Reply(b"", "application/rss+xml", 304, headers)
        return feed(body(), headers)

    return answer


def in_turn(replies: Sequence[Reply]) -> Callable[[Call], Reply]:
    """One after the other, the last for ever."""
    waiting = list(replies)

    def answer(_: Call) -> Reply:
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return answer
