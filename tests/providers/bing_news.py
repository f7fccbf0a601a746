"""A stand-in for Bing News: links through Bing's counter, entries without a name, a namespace that never lasts, and a
wall when it has enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape, quoteattr

from tests.providers.index import Known, matching
from tests.providers.serving import Call, Reply, as_page


@dataclass
class BingNews:
    """Of the press only."""

    known: Iterable[Known] = ()
    blocking: bool = False
    reads: int = 0
    name: str = "bing-news"
    hosts: tuple[str, ...] = ("www.bing.com",)

    def answer(self, call: Call) -> Reply:
        if call.path != "/news/search" or call.query.get("format") != "rss" or self.blocking:
            return as_page("Bing")
        self.reads += 1
        pages = matching((page for page in self.known if page.sort == "news"), call.query.get("q", ""))
        asked = f"https://www.bing.com:443/news/search?{urlencode({**call.query, 'IG': self.reads})}"
        feed = (
            f'<?xml version="1.0" encoding="utf-8" ?><rss version="2.0" xmlns:News={quoteattr(asked)}><channel>'
            f"<title>{escape(call.query['q'])} - BingActualités</title><link>{escape(asked)}</link>"
            f"{''.join(map(self._item, pages))}</channel></rss>"
        )
        return Reply(feed.encode(), "text/xml; charset=utf-8")

    def _item(self, page: Known) -> str:
        target = quote(page.url, safe="").replace("%3A", "%3a").replace("%2F", "%2f").replace("%3F", "%3f")
        link = (
            f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid={self.reads:08x}&url={target}&c=12&mkt=fr-fr"
        )
        return (
            f"<item><title>{escape(page.title)}</title><link>{escape(link)}</link>"
            f"<description>{escape(page.text)}</description>"
            f"<pubDate>{format_datetime((page.dated or page.found_at).astimezone(UTC), usegmt=True)}</pubDate>"
            f"<News:Source>La Gazette on MSN</News:Source><News:ImageSize>w={{0}}&amp;h={{1}}</News:ImageSize></item>"
        )
