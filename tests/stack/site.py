"""A web server on 127.0.0.1 whose feeds the tests write, and which remembers what it was asked."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed."""

    guid: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came in, and the status it got."""

    path: str
    conditional: bool
    status: int


@dataclass(slots=True)
class Feed:
    """An RSS feed with an ETag. `status` other than 200 is answered bare;"""

    entries: list[Entry] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hold: threading.Event | None = None
    """Answers wait until it is set."""
    waiting: int = 0
    """Answers held back just now."""

    def rss(self) -> bytes:
        items = "".join(
            f"<item><title>{escape(e.title)}</title><link>http://blog.example/{escape(e.guid)}</link>"
            f"<guid isPermaLink='false'>{escape(e.guid)}</guid><description>{escape(e.text)}</description></item>"
            for e in self.entries
        )
        return (
            "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Commentaires</title>"
            f"<link>http://blog.example/</link><description>x</description>{items}</channel></rss>"
        ).encode()


class Site:
    """The server. `feeds` is by path; any other path is a 404."""

    def __init__(self) -> None:
        self.feeds: dict[str, Feed] = {}
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def feed(self, name: str, *entries: Entry) -> Feed:
        made = Feed(list(entries))
        self.feeds[f"/{name}"] = made
        return made

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/{name}"

    def asked_for(self, name: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == f"/{name}"]

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(site: Site) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            feed = site.feeds.get(self.path)
            if feed is not None and feed.hold is not None:
                feed.waiting += 1
                feed.hold.wait(30)
                feed.waiting -= 1
            status, headers, body = _answer(feed, self.headers.get("If-None-Match"))
            site.asked.append(Asked(self.path, "If-None-Match" in self.headers, status))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _answer(feed: Feed | None, etag: str | None) -> tuple[int, dict[str, str], bytes]:
    if feed is None:
        return 404, {}, b""
    if feed.status != 200:
        return feed.status, feed.headers, b""
    body = feed.rss()
    ours = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {"ETag": ours, "Content-Type": "application/rss+xml; charset=utf-8", **feed.headers}
    return (304, headers, b"") if etag == ours else (200, headers, body)
