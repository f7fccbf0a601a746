"""A stand-in for Google News: the same story under another address at every read, and a wall when it has enough."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime
from hashlib import sha256
from xml.sax.saxutils import escape

from tests.providers.index import Known, matching
from tests.providers.serving import Call, Reply, as_page


@dataclass
class GoogleNews:
    """Of the press only."""

    known: Iterable[Known] = ()
    blocking: bool = False
    reads: int = 0
    name: str = "google-news"
    hosts: tuple[str, ...] = ("news.google.com",)

    def answer(self, call: Call) -> Reply:
        if call.path != "/rss/search":
            return as_page("Introuvable", 404)
        if self.blocking:
            return as_page("Avant de continuer")
        self.reads += 1
        pages = matching((page for page in self.known if page.sort == "news"), call.query.get("q", ""))
        items = "".join(self._item(page) for page in pages)
        feed = f'<rss version="2.0"><channel><title>{escape(call.query["q"])}</title>{items}</channel></rss>'
        return Reply(feed.encode(), "application/xml; charset=utf-8")

    def _item(self, page: Known) -> str:
        code = "CBMi" + urlsafe_b64encode(sha256(f"{page.url} {self.reads}".encode()).digest()).decode().rstrip("=")
        link, publisher = f"https://news.google.com/rss/articles/{code}?oc=5", "La Gazette de Valombre"
        anchor = f'<a href="{link}">{escape(page.title)}</a>&nbsp;&nbsp;<font color="#6f6f6f">{publisher}</font>'
        return (
            f"<item><title>{escape(page.title)} - {publisher}</title><link>{link}</link>"
            f'<guid isPermaLink="false">{code}</guid>'
            f"<pubDate>{format_datetime((page.dated or page.found_at).astimezone(UTC), usegmt=True)}</pubDate>"
            f"<description>{escape(anchor)}</description>"
            f'<source url="https://gazette-valombre.example">{publisher}</source></item>'
        )
