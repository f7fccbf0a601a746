"""Any XML to a tree, however broken, by libxml2 with entities, document types and the network off.

What could make it cost too much is taken out first, and what it calls ill-formed is made well-formed. Its recovery is
left on for what is wrong with namespaces alone, and for what stands beside the root.
Measured on libxml2 2.14: linear in attributes, depth and markup.
"""

from __future__ import annotations

import re

from lxml import etree  # type: ignore[import-untyped]

from vigie.parse.xmlsoup import balanced
from vigie.parse.xmltext import mended, text_of

_HEAD = 4_000
"""Characters in which a document type is looked for."""

_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*", re.IGNORECASE)
_SUBSET_END = re.compile(r"\]\s*>")
_VALUE = r"[^\"'&%<]{0,32}|&#x?[0-9a-fA-F]{1,6};"
_ENTITY = re.compile(rf"<!ENTITY\s+([\w.-]+)\s+(?:\"({_VALUE})\"|'({_VALUE})')\s*>")
"""Entities short and plain enough to be replaced: expanding these cannot multiply a document."""

_CDATA = "<![CDATA["
_ANY_CDATA = re.compile(r"<!\[(?i:CDATA)\[")
_FEEDS_OWN = re.compile(
    r"<(?:/(?:[\w-]{1,60}:)?(?:author|content|creator|description|encoded|guid|id|link|summary|title)|"
    r"/?(?:[\w-]{1,60}:)?(?:entry|item))[\s>]",
    re.IGNORECASE,
)
"""A tag that can be no part of a text: an entry's, or the end of one of its elements."""

_DECLARATION = re.compile(r"<\?xml\b[^>]*>")
_LONG_TAG = re.compile(r"<([\w:.-]{1,60})\s[^<>]{1000,}>")
_ATTRIBUTES = 64
"""Attributes of one element beyond which it keeps none."""


def tree_of(text: str) -> etree._Element | None:
    """The root element of `text`, a document without controls; None when there is none."""
    return _tree(*_without_doctype(text))


def wrapped_tree_of(text: str, name: str) -> etree._Element | None:
    """The same with an element of that name around it, for a document of several roots."""
    text, entities = _without_doctype(text)
    return _tree(f"<{name}>{text}</{name}>", entities)


def local(tag: object) -> str:
    """A name without its namespace, of a tag that broken XML may have made impossible."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _tree(text: str, entities: dict[str, str]) -> etree._Element | None:
    text = mended(_sections_ended(_LONG_TAG.sub(_trimmed, _DECLARATION.sub("", text))), entities)
    root, well_formed = _parsed(text)
    if well_formed:
        return root
    del root  # two trees at once are more memory than a function has
    return _parsed(mended(balanced(text), entities))[0]


def _parsed(text: str) -> tuple[etree._Element | None, bool]:
    """The root element, and whether the document is well-formed."""
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    start = max(text.find("<"), 0)
    try:
        root = etree.fromstring(text[start:].encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    return root, not parser.error_log.filter_from_fatals()


def _sections_ended(text: str) -> str:
    """`text` without the beginnings of CDATA sections that are never ended. They would take what follows with them, to
    the end of the next section or of the document. One within another is none of them: a text was wrapped twice."""
    before, *sections = _ANY_CDATA.split(text)
    ended = False
    for at in range(len(sections) - 1, -1, -1):
        ended = "]]>" in sections[at] or (ended and not _FEEDS_OWN.search(sections[at]))
        sections[at] = f"{_CDATA}{sections[at]}" if ended else sections[at]
    return "".join([before, *sections])


def _without_doctype(text: str) -> tuple[str, dict[str, str]]:
    """`text` without its document type, and the characters that this type gave names to."""
    found = _DOCTYPE.search(text, 0, _HEAD)
    if not found:
        return text, {}
    subset, end = "", text.find(">", found.end())
    if text[found.end() : found.end() + 1] == "[":
        closed = _SUBSET_END.search(text, found.end())
        subset = text[found.end() : closed.start()] if closed else ""
        end = closed.end() - 1 if closed else end
    entities = {name: text_of(double or single) for name, double, single in _ENTITY.findall(subset)}
    return text[: found.start()] + text[end + 1 :], entities


def _trimmed(found: re.Match[str]) -> str:
    tag = found[0]
    if tag.count("=") <= _ATTRIBUTES:
        return tag
    return f"<{found[1]}/>" if tag.endswith("/>") else f"<{found[1]}>"
