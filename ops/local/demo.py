"""The demo web: small French sites on 127.0.0.1 where posts appear while one watches, always the same ones.

/blog/        articles and comments     /blog/feed.xml  /blog/comments.xml   (RSS)
/forum/       threads                   /forum/atom.xml                      (Atom)
/avis/        a page of reviews for each practice
/gazette/     a newspaper               /gazette/sitemap.xml                 (what it tells search engines)
/services/    what stands in for a search of the press and one of the web
/robots.txt
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from ops.local import demo_pages as pages
from ops.local import demo_services as services
from ops.local import web
from ops.local.demo_pages import Shown
from ops.local.demo_script import POSTS, PRACTICES, PROFILES, THREADS, Post

__all__ = ["PROFILES", "Demo", "Watch", "serve", "watches"]

ROBOTS = "User-agent: *\nDisallow: /recherche\nAllow: /\n"


@dataclass(frozen=True, slots=True)
class Watch:
    """A source to enrol for the demo practitioners."""

    title: str
    kind: str
    params: Mapping[str, str]
    page: str
    """Where a person reads the same."""
    cadence: str | None = "15m"
    """None for the usual one of its kind."""
    only: str | None = None
    """Last name of the one whom it is for; None for both."""

    @property
    def url(self) -> str:
        return self.params.get("url", "")


def watches(base: str) -> tuple[Watch, ...]:
    """What the demo practitioners watch, for the demo web at `base` (its `url`): six kinds of source."""
    return (
        _at("Blog", "feed", f"{base}blog/feed.xml", f"{base}blog/"),
        _at("Commentaires du blog", "feed", f"{base}blog/comments.xml", f"{base}blog/"),
        _at("Forum", "feed", f"{base}forum/atom.xml", f"{base}forum/"),
        _at("Avis : Dr Éloïse Vandermarck", "page", f"{base}avis/quai-achille", f"{base}avis/quai-achille"),
        _at("Avis : Dr Paul Martin", "reviews", f"{base}avis/graslin", f"{base}avis/graslin"),
        _at("La Gazette", "sitemap", f"{base}gazette/sitemap.xml", f"{base}gazette/"),
        *(watch for person in PROFILES for watch in _searches(base, person)),
    )


def _at(title: str, kind: str, url: str, page: str) -> Watch:
    return Watch(title, kind, {"url": url}, page)


def _searches(base: str, person: Mapping[str, Any]) -> Iterator[Watch]:
    """What is asked of services about one of them, on whose account it goes."""
    first, last = person["first_names"][0], person["last_names"][0]
    for title, kind in (("Presse", "google_news"), ("Web", "brave_web")):
        query = {"query": f'"{first} {last}"'}
        yield Watch(f"{title} : {first} {last}", kind, query, f"{base}gazette/", cadence=None, only=last)


class Demo:
    """The demo web, running. Its show begins at `begin`, and again whenever that is called."""

    def __init__(self, port: int, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._served_at = clock()
        self._zero: float | None = None
        self._served = web.serve(port, self._answer)
        self.url = self._served.url

    def begin(self) -> None:
        """Start the show from its first scene: call it once the sources had their first scan."""
        self._zero = self._clock()

    def stop(self) -> None:
        self._served.stop()

    def shown_count(self) -> int:
        """How many posts have appeared so far."""
        gone = self._gone()
        return sum(post.after_s <= gone for post in POSTS)

    def _gone(self) -> float:
        """Seconds of the show that are over; what stood there before is there until it begins."""
        return 0.0 if self._zero is None else self._clock() - self._zero

    def _shown(self, *places: str) -> list[Shown]:
        """The posts of `places` that have appeared, newest first."""
        gone = self._gone()
        found = [Shown(post, self._at(post)) for post in POSTS if post.place in places and post.after_s <= gone]
        return sorted(found, key=lambda shown: shown.at, reverse=True)

    def _at(self, post: Post) -> datetime:
        """What stood there before keeps its date when the show begins again: a new date would be a new text."""
        zero = self._zero if post.after_s > 0 and self._zero is not None else self._served_at
        return datetime.fromtimestamp(int(zero) + post.after_s, UTC)

    def _answer(self, path: str) -> web.Answer | None:
        parts = urlsplit(path).path
        if parts == "/robots.txt":
            return web.Answer(ROBOTS.encode(), "text/plain; charset=utf-8")
        return self._feed(parts) or self._page(parts) or services.answer(self.url, path, self._shown)

    def _feed(self, path: str) -> web.Answer | None:
        if path == "/blog/feed.xml":
            shown = self._shown("blog")
            return _dated(pages.blog_feed(self.url, shown), "application/rss+xml", shown)
        if path == "/blog/comments.xml":
            shown = self._shown("comment")
            titles = {article.post.thread: article.post.title for article in self._shown("blog")}
            return _dated(pages.comments_feed(self.url, shown, titles), "application/rss+xml", shown)
        if path == "/forum/atom.xml":
            shown = self._shown("forum")
            return _dated(pages.forum_feed(self.url, shown), "application/atom+xml", shown)
        if path == "/gazette/sitemap.xml":
            shown = self._shown("press")
            return _dated(pages.sitemap(self.url, shown), "application/xml", shown)
        return None

    def _page(self, path: str) -> web.Answer | None:
        match path.strip("/").split("/"):
            case [""]:
                return _html(pages.home(self.url), [])
            case ["blog"]:
                articles, comments = self._shown("blog"), self._shown("comment")
                return _html(pages.blog(self.url, articles, comments), [*articles, *comments])
            case ["blog", slug]:
                return self._article(slug)
            case ["forum"]:
                shown = self._shown("forum")
                return _html(pages.forum(self.url, shown), shown)
            case ["forum", "t", slug] if slug in THREADS:
                own = [s for s in reversed(self._shown("forum")) if s.post.thread == slug]
                return _html(pages.thread(self.url, slug, own), own)
            case ["avis"]:
                shown = self._shown("review")
                return _html(pages.practices(self.url, shown), shown)
            case ["avis", slug] if slug in PRACTICES:
                own = [s for s in self._shown("review") if s.post.thread == slug]
                return _html(pages.reviews(self.url, slug, own), own)
            case ["gazette"]:
                shown = self._shown("press")
                return _html(pages.gazette(self.url, shown), shown)
            case ["gazette" | "web" as place, slug]:
                own = [s for s in self._shown("press", "web") if s.post.thread == slug]
                return _html(pages.press(self.url, own[0]), own) if own and pages.place(own[0]) == place else None
        return None

    def _article(self, slug: str) -> web.Answer | None:
        article = next((s for s in self._shown("blog") if s.post.thread == slug), None)
        if article is None:
            return None
        comments = [s for s in reversed(self._shown("comment")) if s.post.thread == slug]
        return _html(pages.article(self.url, article, comments), [article, *comments])


def serve(port: int = 0, *, clock: Callable[[], float] = time.time) -> Demo:
    """Serve the demo web on 127.0.0.1:`port` (0 picks a free one). Raises `InputError` when the port is taken."""
    return Demo(port, clock)


@contextmanager
def served(port: int = 0, *, clock: Callable[[], float] = time.time) -> Iterator[Demo]:
    """`serve`, stopped at the end of the block."""
    demo = serve(port, clock=clock)
    try:
        yield demo
    finally:
        demo.stop()


def _html(body: bytes, shown: Sequence[Shown]) -> web.Answer:
    return _dated(body, "text/html", shown)


def _dated(body: bytes, content_type: str, shown: Sequence[Shown]) -> web.Answer:
    newest = max((s.at for s in shown), default=None)
    return web.Answer(body, f"{content_type}; charset=utf-8", modified_at=newest)
