"""A Discourse forum: its newest messages or topics, one topic, or what its own search finds.

What it reads: of a forum given by its address, the newest messages (`what=posts`, as it is when nothing is said), the
newest topics (`what=topics`), or the messages that hold some words (`query`). Of the address of a topic, a category or
a tag, the newest messages or topics of that. A message is known by its number, whichever of these shows it. The words
may use the search's own language: `"Camille Aubertin-Lesage"`, `in:title`, `#category`; unless they say otherwise
(`order:`, `after:`), the latest are asked for, no older than the newest that was seen, less a day.

Limits: a feed holds some 30 entries, and the first search finds 250 at most: more than that between two reads, and
some may not be seen. A search shows an excerpt of each message, and needs words of three letters. A forum that wants a
login shows nothing (`blocked`); one asked too often says how long to wait (`throttled`).

Terms of use: those of the forum. Its feeds are published to be read by programs; its search is made for people, and is
asked every 15 minutes at most.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, OutcomeKind, Source
from vigie.parse import answers, links
from vigie.parse.answers import Fields
from vigie.parse.markup import line
from vigie.parse.sites import folder, unfooted
from vigie.sources import Param, feed

PARAMS = {
    "url": Param(required=True, meaning="address of the forum, or of a topic, a category or a tag of it"),
    "what": Param(required=False, meaning="posts or topics; posts unless said", form="posts|topics"),
    "query": Param(required=False, meaning='words for the forum\'s own search, such as "Camille Aubertin-Lesage"'),
}
ROBOTS = False
"""A feed is published to be read by programs."""

_TOPIC = re.compile(r"(?P<base>.*?)/t/(?:[^/]*[^/\d][^/]*/)?(?P<id>\d+)(?:[/.].*)?")
_PART = re.compile(r"(?P<base>.*?)/(?P<part>(?:c|tag)/.+?)/?(?:\.rss|/l/.*|/none)?")
_INSIDE = re.compile(r"/(?:categories|latest|new|posts|search|t|tags|top|u)(?:[/.].*)?$")
_FEED_ID = re.compile(r"(?:.*-)?((?:topic|post)-\d+(?:-\d+)?)")
"""`topic-4821` as old versions write it, `forum.example-topic-4821` as new ones do."""

_ANSWER = re.compile(r"/t/[^/]{1,300}/\d+/(?:[2-9]|\d\d+)$")
_AFTER = "after"
_OVERLAP = timedelta(days=1)
"""The search goes by days, those of the forum's own zone."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_ORDERED = re.compile(r"(?:^|\s)order:\S", re.IGNORECASE)
_DATED = re.compile(r"(?:^|\s)(?:after|before):\S", re.IGNORECASE)
_COUNTED = re.compile(r"\d+ [^\W\d]+ - \d+ [^\W\d]+")
"""What ends a topic in a feed: `7 messages - 4 participants`, and a link to read it all."""


def request(source: Source, cursor: Cursor) -> Request:
    """A feed (https://meta.discourse.org/t/finding-discourse-rss-feeds/264134), or a search
    (https://docs.discourse.org/#tag/Search)."""
    words = source.params.get("query", "").strip()
    if words:
        return _search(source, _asked(words, {} if source.fresh else cursor.state))
    return replace(feed.request(source, cursor), url=_feed(source))


def read(source: Source, response: Response) -> Page:
    """The messages. Raises `SourceError` as `feed` does; of a search, `BLOCKED` or `CONTRACT_CHANGED`."""
    if source.params.get("query", "").strip():
        return _found(source, response)
    page = feed.read(source, response)
    return replace(page, items=[_told(item) for item in page.items])


def refused(source: Source, response: Response) -> SourceError | None:  # noqa: ARG001 - the contract of a kind
    """How long to wait, where the body says it (`RateLimiter` of Discourse); and 403 for what only members see."""
    if response.status == 403:
        return SourceError(OutcomeKind.BLOCKED, "for members only")
    extras = answers.inside(answers.reason(response), "extras")
    wait = answers.count(extras.get("wait_seconds"))
    if response.status == 429 and wait:
        return SourceError(OutcomeKind.THROTTLED, "status 429", wait_s=wait)
    return None


def _feed(source: Source) -> str:
    url = source.url.partition("?")[0].partition("#")[0]
    topic, part = _TOPIC.fullmatch(url), _PART.fullmatch(url)
    if topic:
        return f"{topic['base']}/t/{topic['id']}.rss"
    if part:
        return f"{part['base']}/{part['part']}.rss"
    if url.endswith(".rss") and "what" not in source.params:
        return url
    return f"{_base(source)}{'latest' if source.params.get('what') == 'topics' else 'posts'}.rss"


def _base(source: Source) -> str:
    """The top of the forum, which may be a folder of its site."""
    url = source.url.partition("?")[0].partition("#")[0]
    inside = _TOPIC.fullmatch(url) or _PART.fullmatch(url)
    return folder(inside["base"] if inside else _INSIDE.sub("", url))


def _told(item: Item) -> Item:
    found = _FEED_ID.fullmatch(item.native_id or "")
    return item._replace(
        native_id=found[1] if found else item.native_id,
        text=unfooted(item.text, _COUNTED, 2),
        kind="forum",
        context=item.title if _ANSWER.search(item.url) else "",
    )


def _asked(words: str, state: Mapping[str, str]) -> str:
    after = state.get(_AFTER, "")
    if after and _DATE.fullmatch(after) and not _DATED.search(words):
        words = f"{words} after:{after}"
    return words if _ORDERED.search(words) else f"{words} order:latest"


def _search(source: Source, words: str, page: int = 1) -> Request:
    return Request(
        f"{_base(source)}search.json?{urlencode({'q': words, 'page': page})}",
        {"Accept": "application/json"},
        explained=True,
    )


def _found(source: Source, response: Response) -> Page:
    found = answers.document(response)
    result = answers.inside(found, "grouped_search_result")
    if result.get("error"):
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "the forum refuses the search")
    if "posts" not in found and not result:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "no answer of a search")
    topics = {answers.count(topic.get("id")): topic for topic in answers.rows(found, "topics")}
    base = _base(source)
    posts = answers.rows(found, "posts")
    of = [topics.get(answers.count(post.get("topic_id")), {}) for post in posts]
    items = [item for post, topic in zip(posts, of, strict=True) if (item := _message(post, topic, base))]
    if posts and not items:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "messages without a number")
    following = _following(source, response) if result.get("more_full_page_results") is True else None
    return Page(answers.distinct(items), _newest(items, source.cursor.state), following)


def _following(source: Source, response: Response) -> Request | None:
    """The next page of a search, of the same words."""
    asked = parse_qs(urlsplit(response.url).query)
    page, words = asked.get("page", ["1"])[-1], asked.get("q", [""])[-1]
    return _search(source, words, int(page) + 1) if words and page.isdecimal() and len(page) < 4 else None


def _newest(items: Sequence[Item], before: Mapping[str, str]) -> Mapping[str, str]:
    """What to remember: the day before the newest message, as far as that is known."""
    dates = [item.published_at for item in items if item.published_at]
    newest = (max(dates) - _OVERLAP).date().isoformat() if dates else ""
    latest = max(newest, before.get(_AFTER, ""))
    return {_AFTER: latest} if latest else {}


def _message(post: Fields, topic: Fields, base: str) -> Item | None:
    number, thread, place = (answers.count(post.get(name)) for name in ("id", "topic_id", "post_number"))
    if not number or not thread:
        return None
    title = answers.label(topic.get("title")) or line(answers.marked(post.get("topic_title_headline")))
    slug = answers.text(topic.get("slug")) or "-"
    return Item(
        links.absolute(base, f"t/{slug}/{thread}{'' if place in (None, 1) else f'/{place}'}"),
        title,
        answers.marked(post.get("blurb")),
        f"post-{number}",
        answers.moment(post.get("created_at")),
        kind="forum",
        author=answers.label(post.get("name")) or answers.label(post.get("username")) or None,
        context=title if place != 1 else "",
    )
