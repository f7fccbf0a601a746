"""Any feed in XML, well written or not.

Names are compared without case and by what their namespace is, not by prefix: `<atom:entry>`, `<RSS>` and a feed
that redeclares its namespace on every entry are all read. So is the document that Go's `gorilla/feeds` makes when a
program serialises the wrong value (`<Rss><Title>..<Items>`), since a person would read it; and a bare `<entry>`.
A document of any other root is not a feed.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Container, Mapping

from lxml import etree  # type: ignore[import-untyped]

from vigie.errors import SourceError
from vigie.model import OutcomeKind
from vigie.parse.feedshape import (
    ATOM,
    CONSTRUCTS,
    KEYS,
    MOST_READ,
    PREFIXES,
    RSS,
    VARIANTS,
    Feed,
    Fields,
    prefix_of,
    put,
)
from vigie.parse.markup import INLINE, UNREAD, cleaned
from vigie.parse.xmltext import source_of
from vigie.parse.xmltree import local, tree_of, wrapped_tree_of

MOST_TAGS = 500_000
"""Markup beyond which a document is refused: libxml2 would take more memory than a function has."""

_ROOTS = {
    "rss": RSS, "rdf:rdf": RSS, "channel": RSS, "item": RSS, "atom:feed": ATOM, "feed": ATOM, "atom:entry": ATOM,
    "entry": ATOM,
}  # fmt: skip
_UNITS = frozenset({"item", "entry", "atom:entry"})
_SAID_OF_FEEDS_NAMES = """
abstract author category cloud contributor copyright description docs generator icon id image info items language
lastbuilddate link logo managingeditor modified pubdate rating rights skipdays skiphours subtitle tagline textinput
title ttl updated webmaster
"""
_SAID_OF_FEEDS = frozenset(_SAID_OF_FEEDS_NAMES.split())
"""What feeds say of themselves: one of these makes a feed without entries an empty one, and no error's document."""

_EXTENSIONS = PREFIXES - {"rdf", "xhtml", "xml"}
_ENTERED = frozenset({"media:group", "media:content", "atom:author", "author"})
_ENTERED_KEYS = {"name": "author", "atom:name": "author", "media:description": "media", "media:title": "media title"}
_LOWER = {shape: {name.lower(): key for name, key in keys.items()} for shape, keys in KEYS.items()}
_ANY_ROOT = r"(?:[\w-]+:)?(?:rss|rdf|feed|channel)"
_END = re.compile(rf"</{_ANY_ROOT}\s*>|<{_ANY_ROOT}\b[^<>]*/>", re.IGNORECASE)
_OPEN_UNIT = re.compile(r"<(?:[\w-]+:)?(?:items?|entry)(?:[\s>]|\Z)", re.IGNORECASE)
_CLOSED_UNIT = re.compile(r"</(?:[\w-]+:)?(?:items?|entry)\s*>", re.IGNORECASE)
_TAIL = 1_000
"""Characters in which the end of a feed is looked for."""

_BURIED = re.compile(r"<(?:rss|rdf:RDF|(?:\w{1,20}:)?feed)[\s>]", re.IGNORECASE)
"""A feed below something else, such as the warnings of a PHP program."""


class _Names(dict[str, str]):
    """Tag as lxml gives it -> name as the tables of this module write it, for the elements of one document."""

    def __init__(self, shape: str, own: Container[str]) -> None:
        super().__init__()
        self._shape = shape
        self._own = own

    def __missing__(self, tag: str) -> str:
        self[tag] = name = _named(tag, self._own)
        if self._shape == ATOM and name.startswith("atom:"):
            self[tag] = name = name.removeprefix("atom:")
        return name


def parsed(text: str, base: str) -> Feed:
    """The feed that `text` is, or may be read as. Raises `SourceError`: `NOT_A_FEED` or `TOO_LARGE`."""
    if text.count("<") > MOST_TAGS:
        raise SourceError(OutcomeKind.TOO_LARGE, "too much markup")
    text = cleaned(text)
    ended = bool(_END.search(text[-_TAIL:]))
    last = len(text) if ended else max((found.end() for found in _CLOSED_UNIT.finditer(text)), default=0)
    root, alone = _root(text[:last] or text)  # half an entry would be told as if it were the whole
    name = _root_name(root)
    if root is None or name not in _ROOTS:
        raise SourceError(OutcomeKind.NOT_A_FEED, f"root element {name[:40]!r}" if name else "no XML in it")
    feed = Feed(_ROOTS[name], base, whole=ended or (alone and not _OPEN_UNIT.search(text, last)))
    _read(root, feed)
    if not feed.whole and not (last and feed.entries):
        raise SourceError(OutcomeKind.NOT_A_FEED, "a feed that stops before its first entry")
    return feed


def _root(text: str) -> tuple[etree._Element | None, bool]:
    """The root, and whether it had to be added to entries that came without (RFC 4287 lets one be a document)."""
    root = tree_of(text)
    name = _root_name(root)
    if name in _UNITS:
        return wrapped_tree_of(text, "rss" if name == "item" else "feed"), True
    if name not in _ROOTS:
        found = _BURIED.search(text)
        root = tree_of(text[found.start() :]) if found and found.start() else root
    return root, False


def _root_name(root: etree._Element | None) -> str:
    """The name of a root as `_ROOTS` has it. `rss`, `feed` and `channel` are what they say, in whatever namespace."""
    name = _named(root.tag) if root is not None else ""
    bare = name.rpartition(":")[2].rpartition("}")[2]
    return bare if name not in _ROOTS and bare in ("rss", "feed", "channel") else name


def _named(tag: object, own: Container[str] = ()) -> str:
    """`prefix:name` in lower case under the usual prefixes; a namespace nobody reads makes a name nobody looks for."""
    if not isinstance(tag, str):
        return ""
    if not tag.startswith("{"):
        return tag.lower()
    uri, _, name = tag[1:].lower().partition("}")
    prefix = "" if uri in own else prefix_of(uri)
    if prefix is None:
        return f"{{}}{name}"
    return f"{prefix}:{name}" if prefix else name


def _read(root: etree._Element, feed: Feed) -> None:
    """Fill `feed`. Raises `SourceError` when there is nothing of a feed in `root` but its name."""
    own: set[str] = {_namespace(root)}
    channel = _called(root, own, "channel")
    holder = root if channel is None else channel
    unit = _called(holder, own, *_UNITS)
    if unit is None:
        unit = _called(root, own, *_UNITS)
    names = _Names(feed.shape, own)
    feed.head = _fields(holder, feed.shape, names)
    for element in root.iter(etree.Element):
        if _is_unit(element, names):
            feed.entries.append(_fields(element, feed.shape, names))
            if len(feed.entries) == MOST_READ:
                break
    if not feed.entries and ((channel is None and names[root.tag] == "rdf") or not _is_one(holder, names)):
        raise SourceError(OutcomeKind.NOT_A_FEED, "nothing of a feed in it")
    if root.base:
        feed.head["xml:base"] = source_of(root.base)


def _is_one(holder: etree._Element, names: _Names) -> bool:
    """True for a feed without entries that says something of itself, or holds nothing at all."""
    said = [names[child.tag] for child in holder.iterchildren(etree.Element)]
    if not said:
        return not (holder.text or "").strip()
    return any(name in _SAID_OF_FEEDS or name.partition(":")[0] in _EXTENSIONS for name in said)


def _called(parent: etree._Element, own: set[str], *names: str) -> etree._Element | None:
    """The first child that has one of these names. When none has it in a namespace that counts, any will do, and its
    namespace is one of the feed's `own` from now on."""
    called = [child for child in parent.iterchildren(etree.Element) if local(child.tag).lower() in names]
    found = next((child for child in called if _named(child.tag, own) in names), called[0] if called else None)
    if found is not None and _named(found.tag, own) not in names:
        own.add(_namespace(found))
    return found


def _namespace(element: etree._Element) -> str:
    return str(element.tag)[1:].lower().partition("}")[0] if "}" in str(element.tag) else ""


def _is_unit(element: etree._Element, names: _Names) -> bool:
    name = names[element.tag]
    if name == "items":  # the list of addresses of RSS 1.0 has the name of what `gorilla/feeds` calls an item
        return any(names[child.tag] in ("title", "link", "description", "content") for child in element)
    return name in _UNITS


def _fields(element: etree._Element, shape: str, names: _Names) -> Fields:
    fields: Fields = {}
    for child in element.iterchildren(etree.Element):
        name = names[child.tag]
        key = _LOWER[shape].get(name) or VARIANTS[shape].get(name)
        if key and not _is_unit(child, names):
            _put(fields, shape, key, child, names)
        if name in _ENTERED:
            for inner in child.iterchildren(etree.Element):
                key = _ENTERED_KEYS.get(names[inner.tag])
                if key:
                    _put(fields, shape, key, inner, names)
    for name, value in element.attrib.items():
        key = {"rdf:about": "id", "href": "link", "lastmod": "updated"}.get(_named(name))
        if key and value.strip():
            fields.setdefault(key, source_of(value))
    return fields


def _put(fields: Fields, shape: str, key: str, element: etree._Element, names: _Names) -> None:
    attributes = {local(name): value for name, value in element.attrib.items()}
    value = element.text or ""
    if key in CONSTRUCTS and shape == ATOM and not len(element) and _is_base64(attributes):
        value, attributes = _from_base64(value), {"type": "html"}
    if len(element):
        href = next((child.text for child in element if key == "link" and names[child.tag] == "href"), None)
        if key in CONSTRUCTS:
            key, attributes, value = f"{key}=", {}, _shown(element)
        elif key != "author":
            value = href or _shown(element)
    if value.strip() or attributes:
        put(fields, shape, key, source_of(value) if value.strip() else "", attributes)
    if key == "link" and element.base:
        fields.setdefault("xml:base", source_of(element.base))


def _is_base64(attributes: Mapping[str, str]) -> bool:
    """Atom 0.3 says so; in Atom 1.0 it is any other media type (RFC 4287 section 4.1.3.3)."""
    kind = attributes.get("type", "text").strip().lower()
    if "mode" in attributes:
        return attributes["mode"].strip().lower() == "base64"
    return "/" in kind and not kind.startswith("text/") and not kind.endswith(("xml", "html"))


def _from_base64(value: str) -> str:
    try:
        return b64decode(value, validate=False).decode()
    except (ValueError, UnicodeDecodeError):
        return value


def _shown(element: etree._Element) -> str:
    """What a reader sees of an element that holds markup."""
    parts: list[str] = []
    unread = 0
    for event, node in etree.iterwalk(element, events=("start", "end")):
        name = local(node.tag).lower()
        hides = name in UNREAD and node is not element
        if event == "start":
            unread += hides
            parts.append("" if name in INLINE else "\n")
            parts.append((node.text or "") if not unread else "")
        else:
            unread -= hides
            parts.append("" if name in INLINE else "\n")
            parts.append((node.tail or "") if not unread and node is not element else "")
    return "".join(parts).strip()
