"""Stand-ins for the programs that blogs and forums run, as far as their feeds and searches go."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from urllib.parse import quote

from tests.providers.serving import Call, Reply, as_json, as_page
from tests.providers.site import feed, moved


@dataclass(frozen=True, slots=True)
class Post:
    """Something said: on a site, in a topic."""

    number: int
    text: str
    at: datetime
    topic: str = "Dermato à Valombre ?"
    author: str = "patient"


@dataclass
class WordPress:
    """The feeds of a site, ten entries each; its REST API is closed, as security plug-ins do."""

    posts: list[Post] = field(default_factory=list)
    comments: list[Post] = field(default_factory=list)
    name: str = "wordpress"
    hosts: tuple[str, ...] = ()

    def answer(self, call: Call) -> Reply:
        if call.path.startswith("/wp-json"):
            return as_json({"code": "rest_forbidden", "message": "Non.", "data": {"status": 401}}, 401)
        words = call.query.get("s", "").strip('"').casefold()
        found = [post for post in self.posts if words in f"{post.topic} {post.text}".casefold()]
        if call.path in ("/feed/", "/") and call.query.get("feed", "rss2") == "rss2":
            return self._feed([self._post(post) for post in found])
        if call.path == "/comments/feed/" or call.query.get("feed") == "comments-rss2":
            topics = {post.topic for post in found}
            return self._feed([self._comment(c) for c in self.comments if c.topic in topics])
        return (
            moved(f"http://{call.headers['host']}/{self.name}{call.path}/")
            if call.path == "/feed"
            else as_page("?", 404)
        )

    def _feed(self, entries: list[str]) -> Reply:
        head = (
            "<title>Commentaires pour Gazette</title><link>https://gazette.example/</link><description></description>"
        )
        body = "".join(reversed(entries[-10:]))
        return feed(f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{body}</channel></rss>'.encode())

    def _post(self, post: Post) -> str:
        return self._entry(post, escape(post.topic), f"https://gazette.example/{post.number}/", f"?p={post.number}")

    def _comment(self, post: Post) -> str:
        title = f"Commentaires sur {escape(post.topic)} par {escape(post.author)}"
        return self._entry(
            post, title, f"https://gazette.example/a/#comment-{post.number}", f"?p=1#comment-{post.number}"
        )

    def _entry(self, post: Post, title: str, link: str, guid: str) -> str:
        return (
            f'<item><title>{title}</title><link>{link}</link><guid isPermaLink="false">https://gazette.example/{guid}</guid>'
            f"<pubDate>{format_datetime(post.at.astimezone(UTC), usegmt=True)}</pubDate>"
            f"<description><![CDATA[<p>{post.text}</p>]]></description></item>"
        )


@dataclass
class Discourse:
    """Its search, fifty messages a page, and the feed of its latest messages."""

    posts: list[Post] = field(default_factory=list)
    private: bool = False
    patience: int = 100
    """Requests before it asks to wait."""
    page: int = 50
    name: str = "discourse"
    hosts: tuple[str, ...] = ()

    def answer(self, call: Call) -> Reply:
        if self.private:
            return as_json({"errors": ["Connectez-vous."], "error_type": "not_logged_in"}, 403)
        self.patience -= 1
        if self.patience < 0:
            extras = {"wait_seconds": 1_800, "time_left": "30 minutes"}
            return as_json({"errors": ["Doucement."], "error_type": "rate_limit", "extras": extras}, 429)
        if call.path == "/search.json":
            return self._search(call.query["q"], int(call.query.get("page", "1")))
        return self._latest() if call.path == "/posts.rss" else as_page("Introuvable", 404)

    def _search(self, asked: str, page: int) -> Reply:
        words = re.sub(r"\b(?:order|after):\S+", "", asked).strip().strip('"').casefold()
        after = re.search(r"after:(\d{4}-\d\d-\d\d)", asked)
        since = datetime.fromisoformat(after[1]).replace(tzinfo=UTC) if after else datetime.min.replace(tzinfo=UTC)
        found = [p for p in self.posts if words in f"{p.topic} {p.text}".casefold() and p.at > since]
        found.sort(key=lambda post: post.at, reverse=True)
        shown = found[(page - 1) * self.page : page * self.page]
        more = len(found) > page * self.page
        return as_json(
            {
                "posts": [
                    {"id": p.number, "username": p.author, "created_at": p.at.isoformat(), "blurb": p.text[:200],
                     "post_number": p.number, "topic_id": 812}
                    for p in shown
                ],
                "topics": [{"id": 812, "title": shown[0].topic, "slug": "dermato-a-valombre"}] if shown else [],
                "grouped_search_result": {"term": asked, "more_full_page_results": more or None},
            }
        )  # fmt: skip

    def _latest(self) -> Reply:
        items = "".join(
            f"<item><title>{escape(p.topic)}</title><link>https://forum.example/t/{quote(p.topic)}/812/{p.number}</link>"
            f'<guid isPermaLink="false">forum.example-post-{p.number}</guid>'
            f"<description>{escape(p.text)}</description></item>"
            for p in sorted(self.posts, key=lambda post: post.at, reverse=True)[:30]
        )
        return feed(f'<rss version="2.0"><channel><title>Forum</title>{items}</channel></rss>'.encode())


def said(number: int, text: str, at: datetime, **facts: str) -> Post:
    """The `number`th thing said, so many minutes after `at`."""
    return Post(number, text, at + timedelta(minutes=number), **facts)
