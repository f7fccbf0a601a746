"""From the raw values of a feed, whichever way it was read, to items."""

from __future__ import annotations

import re
from datetime import datetime

from vigie.model import Item
from vigie.parse import links
from vigie.parse.dates import instant
from vigie.parse.feedshape import Feed, Fields
from vigie.parse.feedthreads import context, first_post, title_of
from vigie.parse.markup import all_shown, line, literal, shown
from vigie.parse.rating import rating_in, rating_of
from vigie.parse.xmltext import value_of

_KINDS = (
    ("video", r"youtube\.com/|//vimeo\.com/|dailymotion\.com/|peertube"),
    ("forum", r"discourse|flarum|phpbb|mybb|vbulletin|xenforo|nodebb|rss for node|//www.reddit.|/viewt|/showt|//forum"),
    ("social", r"mastodon|gotosocial|pleroma|akkoma|misskey|//bsky\.app/|nitter|/@[\w.-]{1,60}/(?:statuses/)?\w{8}"),
    ("news", r"^NFE/|//news\.google\.|//(?:www\.)?bing\.com(?::\d+)?/news"),
)  # fmt: skip
"""What a feed's generator and addresses say of the sort of its items; when nothing, see `_kind`."""


_APART = re.compile(r"[\W_]+")
_BEGINNING, _LOOKED_IN = 60, 4_000
"""Characters of a summary that the content repeats, and of a content in which they are looked for once more."""


def items(feed: Feed) -> list[Item]:
    """The items of `feed`, in its order; the first post of a thread that only its channel holds comes last."""
    head = feed.head
    base = links.absolute(feed.base, value_of(head.get("xml:base", ""))) or feed.base
    site = links.absolute(base, value_of(head.get("link", "")))
    thread = context(feed)
    kind = _kind(feed, site, thread)
    bodies = _bodies(feed.entries)
    found = [_item(*entry, base, thread, kind) for entry in zip(feed.entries, bodies, strict=True)]
    text = first_post(feed, thread)
    if text:
        found.append(Item(site, title_of(head), text, site or None, kind=kind))
    return found


def _item(fields: Fields, body: str, base: str, thread: str, kind: str) -> Item:
    get = fields.get
    title = get("title")
    title = literal(value_of(get("title=", ""))) if title is None else shown(title)
    if not title and "media title" in fields:
        title = shown(fields["media title"])
    native = get("id")
    native = value_of(get("id opaque", "") if native is None else native).strip()
    if "xml:base" in fields:
        base = links.absolute(base, value_of(fields["xml:base"])) or base
    link = get("link")
    link = _second_link(fields, native) if link is None else value_of(link)
    link = link.replace("&amp;", "&")  # escaped once too often: no address means "amp;b=2"
    date = get("published")
    author = get("author")
    return Item(
        links.absolute(base, link) if link else "",
        line(title),
        body,
        native or None,
        (instant(value_of(date)) if date else None) or _second_date(fields),
        _rating(fields, title),
        kind,
        (line(shown(author)) or None) if author else None,
        thread,
    )


def _second_link(fields: Fields, native: str) -> str:
    """Where an entry without a link can be read all the same."""
    for key in ("link other", "link related", "link via", "link self"):
        if key in fields:
            return value_of(fields[key])
    return native if "id" in fields and native[:8].lower().startswith(("http://", "https://")) else ""


def _second_date(fields: Fields) -> datetime | None:
    return instant(value_of(fields["updated"])) if "updated" in fields else None


def _bodies(entries: list[Fields]) -> list[str]:
    """The content; the summary too when it says something else (a standfirst may be the only one to name)."""
    contents, summaries = _texts(entries, "content"), _texts(entries, "summary")
    others = _texts(entries, "media")
    return [
        _joined(content, summary or other) for content, summary, other in zip(contents, summaries, others, strict=True)
    ]


def _joined(content: str, summary: str) -> str:
    if not content or not summary:
        return content or summary
    if summary[:_BEGINNING] in content or _bare(summary[:_BEGINNING]) in _bare(content[:_LOOKED_IN]):
        return content
    return f"{summary}\n{content}"


def _bare(text: str) -> str:
    """Letters and digits alone: WordPress sets the quotes and spaces of a comment in one copy, not in the other."""
    return _APART.sub("", text)


def _texts(entries: list[Fields], key: str) -> list[str]:
    """What a reader sees under a key, for each entry."""
    sources = [fields.get(key, "") for fields in entries]
    texts = all_shown(sources) if any(sources) else sources
    told = f"{key}="
    if any(told in fields for fields in entries):
        pairs = zip(entries, texts, strict=True)
        texts = [text or literal(value_of(fields.get(told, ""))) for fields, text in pairs]
    return texts


def _rating(fields: Fields, title: str) -> float | None:
    if "rating" in fields:
        value, _, best = value_of(fields["rating"]).partition("/")
        return rating_of(value, best)
    return rating_in(title) if "★" in title or "⭐" in title else None


def _kind(feed: Feed, site: str, thread: str) -> str:
    """What people answer under an article is not an article: each entry of a feed of comments is somebody's opinion."""
    first = feed.entries[0].get("link", "") if feed.entries else ""
    facts = f"{feed.head.get('generator', '')}\n{site}\n{feed.base}\n{first}"
    unsaid = "forum" if thread else "web"
    return next((kind for kind, pattern in _KINDS if re.search(pattern, facts, re.IGNORECASE)), unsaid)
