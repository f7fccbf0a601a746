"""Any XML to a tree, however broken: libxml2 in recovery, with entities, document types and the network off.

What could make it fail or cost too much is mended or taken out first. Measured on libxml2 2.14: linear in attributes,
depth and markup; it stops at 256 nested elements, and so do we.
"""

from __future__ import annotations

import re

from lxml import etree  # type: ignore[import-untyped]

from vigie.parse.xmltext import mended, text_of

_HEAD = 4_000
"""Characters in which a document type is looked for."""

_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*", re.IGNORECASE)
_SUBSET_END = re.compile(r"\]\s*>")
_VALUE = r"[^\"'&%<]{0,32}|&#x?[0-9a-fA-F]{1,6};"
_ENTITY = re.compile(rf"<!ENTITY\s+([\w.-]+)\s+(?:\"({_VALUE})\"|'({_VALUE})')\s*>")
"""Entities short and plain enough to be replaced: expanding these cannot multiply a document."""

_CDATA = "<![CDATA["
_DECLARATION = re.compile(r"<\?xml\b[^>]*>")
_LONG_TAG = re.compile(r"<([\w:.-]{1,60})\s[^<>]{1000,}>")
_ATTRIBUTES = 64
"""Attributes of one element beyond which it keeps none."""


def tree_of(text: str) -> etree._Element | None:
    """The root element of `text`, a document without controls; None when there is none."""
    return _parsed(_prepared(text))


def wrapped_tree_of(text: str, name: str) -> etree._Element | None:
    """The same with an element of that name around it, for a document of several roots."""
    return _parsed(f"<{name}>{_prepared(text)}</{name}>")


def local(tag: object) -> str:
    """A name without its namespace, of a tag that broken XML may have made impossible."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _prepared(text: str) -> str:
    text, entities = _without_doctype(text)
    text = _LONG_TAG.sub(_trimmed, _DECLARATION.sub("", text))
    last = text.rfind(_CDATA)
    if last >= 0 and "]]>" not in text[last:]:  # never ended, it would take the rest of the document with it
        text = text[:last] + text[last + len(_CDATA) :]
    return mended(text, entities) if "&" in text else text


def _parsed(text: str) -> etree._Element | None:
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
        return etree.fromstring(text[start:].encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


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
