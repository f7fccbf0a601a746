"""What every reader of feeds fills: the raw values of a channel and of its entries, under the same few names.

Values stay as they stand in XML, escaped or as one CDATA section (see `vigie.parse.xmltext.value_of`), so that what
nobody looks at is never decoded. A key ending in `=` holds text; the same key without it holds HTML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from vigie.parse.xmltext import value_of

Fields = dict[str, str]

RSS, ATOM = "rss", "atom"
MOST_READ = 2_000
"""Entries kept of one feed (invariant I9)."""

_NAMESPACES = {
    "itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "purl.org/atom/ns": "atom",
    "purl.org/dc/elements/1.0": "dc",
    "purl.org/dc/elements/1.1": "dc",
    "purl.org/dc/terms": "dcterms",
    "purl.org/rss/1.0/modules/content": "content",
    "purl.org/rss/1.0/modules/syndication": "sy",
    "purl.org/syndication/thread/1.0": "thr",
    "search.yahoo.com/mrss": "media",
    "w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "w3.org/1999/xhtml": "xhtml",
    "w3.org/2005/atom": "atom",
    "w3.org/xml/1998/namespace": "xml",
}
PREFIXES = frozenset(_NAMESPACES.values())
"""Prefixes that are always written for the same namespace."""

_OF_RSS = re.compile(
    r"(?:purl\.org/(?:rss/(?!1\.0/modules/)|rss$|net/rss)|(?:my|channel)\.netscape\.com/|backend\.userland\.com/"
    r"|(?:blogs|cyber)\.law\.harvard\.edu/(?:tech/)?rss|rssboard\.org/|$)"
)
"""Namespaces of RSS itself."""

_SPELLING = re.compile(r"^https?://(?:www\.)?|[/#]+$")
"""What sites get wrong in the address of a namespace, and nothing depends on."""

_COMMON = {
    "atom:published": "published", "atom:updated": "updated", "dc:creator": "author", "dc:date": "updated",
    "dc:description": "summary", "dc:title": "title", "dcterms:created": "published", "dcterms:issued": "published",
    "dcterms:modified": "updated", "generator": "generator", "itunes:author": "author", "itunes:summary": "media",
    "link": "link", "media:description": "media", "media:title": "media title", "rating": "rating",
    "sy:updateFrequency": "frequency", "sy:updatePeriod": "period", "thr:in-reply-to": "reply", "title": "title",
}  # fmt: skip

KEYS: Mapping[str, Mapping[str, str]] = {
    RSS: _COMMON | {
        "atom:link": "link", "author": "author", "content:encoded": "content", "description": "summary", "guid": "id",
        "pubDate": "published", "ttl": "ttl",
    },
    ATOM: _COMMON | {
        "author": "author", "content": "content", "id": "id", "name": "author", "published": "published",
        "subtitle": "summary", "summary": "summary", "updated": "updated",
    },
}  # fmt: skip
"""Element -> key, with the usual prefixes. Several elements of one key: the first that holds something wins."""

VARIANTS: Mapping[str, Mapping[str, str]] = {
    RSS: {
        "abstract": "summary", "atom:author": "author", "atom:content": "content", "atom:id": "id",
        "atom:summary": "summary", "body": "content", "content": "content", "created": "published", "date": "published",
        "fullitem": "content", "id": "id", "modified": "updated", "published": "published", "summary": "summary",
        "updated": "updated", "xhtml:body": "content",
    },
    ATOM: {
        "content:encoded": "content", "created": "published", "description": "summary", "guid": "id",
        "issued": "published", "modified": "updated", "pubdate": "published", "tagline": "summary",
    },
}  # fmt: skip
"""Element, in lower case -> key: what only old or badly written feeds use, where a person sees what is meant."""

UNITS: Mapping[str, str] = {RSS: "item", ATOM: "entry"}

CONSTRUCTS = frozenset({"title", "summary", "content"})
"""Keys that Atom types as text, HTML or XHTML; in RSS they are HTML in fact, whatever the specification says."""


@dataclass(slots=True)
class Feed:
    """What a feed holds, before anything is understood."""

    shape: str
    base: str
    """URL against which its links are resolved."""
    head: Fields = field(default_factory=dict)
    entries: list[Fields] = field(default_factory=list)
    whole: bool = True
    """False when the document stops before its end."""


def prefix_of(namespace: str) -> str | None:
    """The prefix that is usual for a namespace; empty for those of RSS itself; None for one that nobody reads."""
    address = _SPELLING.sub("", namespace.strip().lower())
    return _NAMESPACES.get(address) or ("" if _OF_RSS.match(address) else None)


def key_of(shape: str, key: str, attributes: Mapping[str, str]) -> str:
    """The key under which the value of an element goes, seen its attributes."""
    if key == "link":
        return _link_key(attributes)
    if key == "id" and attributes.get("isPermaLink", "").strip().lower() == "false":
        return "id opaque"
    if key in CONSTRUCTS and shape == ATOM and not _is_html(attributes):
        return f"{key}="
    return key


def put(fields: Fields, shape: str, key: str, value: str, attributes: Mapping[str, str]) -> None:
    """Keep the value of an element, unless an earlier one said the same thing."""
    key = key_of(shape, key, attributes)
    if key.startswith("link"):
        value = escape(attributes.get("href", "")) or value
    elif key == "reply":
        value = "1"
    elif key == "rating":
        told = attributes.get("value") or value_of(value)
        value = escape(f"{told}/{attributes.get('max', '')}".rstrip("/"))
    if value and key not in fields:
        fields[key] = value


def _link_key(attributes: Mapping[str, str]) -> str:
    rel = attributes.get("rel", "alternate").strip().lower()
    kind = attributes.get("type", "text/html").strip().lower()
    if rel not in ("", "alternate", "http://www.iana.org/assignments/relation/alternate"):
        return f"link {rel}"
    return "link" if "html" in kind else "link other"


def _is_html(attributes: Mapping[str, str]) -> bool:
    kind = attributes.get("type", "text").strip().lower()
    return "html" in kind or (attributes.get("mode") == "escaped" and "/" in kind and kind != "text/plain")
