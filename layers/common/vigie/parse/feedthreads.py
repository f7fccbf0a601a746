"""Feeds of comments and of threads, whose entries are answers to something the channel names.

"A honte, Mme V. m'a fait attendre" names nobody; the article it answers does. And a forum may serve a topic as the
replies alone, its first post being the channel's description.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from vigie.parse.feedshape import Feed, Fields
from vigie.parse.markup import line, shown
from vigie.parse.xmltext import value_of

_ABOUT = re.compile(
    r"^\s*(?:(?:derniers |nouveaux )?commentaires?\s*(?:sur|pour|de|à|:)|(?:latest |recent )?comments?\s*(?:on|for|:)"
    r"|r[ée]ponses?\s*(?:à|au|:)|repl(?:y|ies) (?:to|for)|re\s*:|topic\s*:|sujet\s*:|discussion\s*:)\s*:?\s*",
    re.IGNORECASE,
)
"""What the title of a feed of comments begins with, before the title of what they answer."""

_ANSWER = re.compile(
    r"^\s*(?:re\s*:|r[ée]p(?:onse)?\b|repl(?:y|ies) (?:to|by|from)|par\s*:|by\s*:|comment(?:aires?|s)?\s*"
    r"(?:on|sur|by|par|de|n°|no\.?|#|\d))",
    re.IGNORECASE,
)
_ANCHOR = re.compile(
    r"(?:c|comment|commentaire|entry|isso|m|message|msg|p|pid|post|r|reply|reponse)[-_:]?\d+|\d{3,}", re.IGNORECASE
)
_LOOKED_AT = 12
"""Entries looked at to tell: a feed is of one kind."""

_OWN_TEXT = 20
"""Characters that a first post has at least."""


def context(feed: Feed) -> str:
    """The title of what the entries of `feed` answer to; empty when they stand by themselves."""
    title = title_of(feed.head)
    thread, prefixed = _ABOUT.subn("", title, count=1)
    sample = feed.entries[:_LOOKED_AT]
    answers = sum(_answers(fields, title) for fields in sample)
    return (thread or title) if (prefixed and sample) or 2 * answers > len(sample) else ""


def first_post(feed: Feed, thread: str) -> str:
    """The text of the channel when it is the first post of the thread that the feed is, and no entry repeats it."""
    head = feed.head
    source = head.get("summary") or head.get("summary=") or ""
    if len(source) < _OWN_TEXT or not _is_deep(value_of(head.get("link", ""))):
        return ""
    if not thread and (feed.entries or "<p" not in value_of(source)):
        return ""
    if _ABOUT.match(title_of(head)):  # comments on an article: what the channel describes is the site
        return ""
    text = shown(source)
    start = text[:60]
    repeated = any(
        start in shown(fields.get(key, ""))
        for fields in feed.entries
        for key in ("content", "summary", "content=", "summary=")
    )
    return text if len(text) >= _OWN_TEXT and text != thread and not repeated else ""


def title_of(fields: Fields) -> str:
    """The title in `fields`, on one line."""
    return line(shown(fields.get("title") or fields.get("title=") or ""))


def _answers(fields: Fields, channel: str) -> bool:
    title = value_of(fields.get("title") or fields.get("title=") or "")
    fragment = value_of(fields.get("link", "")).partition("#")[2].strip()
    return bool(
        "reply" in fields
        or (fragment and _ANCHOR.fullmatch(fragment))
        or _ANSWER.match(title)
        or (len(channel) > _OWN_TEXT and title_of(fields) == channel)
    )


def _is_deep(link: str) -> bool:
    """True when a channel's link is a page of a site rather than the site."""
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return False
    return bool(parts.path.strip("/") or parts.query)
