"""The one way to lexbor, the HTML parser: what would cost it a quadratic time is refused or trimmed first.

Measured on lexbor 2 (selectolax 1.0): 100,000 nested `<div>` take 25 s, 40,000 attributes on one tag 5 s; a byte cap
alone does not bound it. Bounded as below, no body of 5 MB we could build takes more than two seconds.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

DEEPEST = 3_000
"""Nested elements; the deepest real page we have is under 60."""

_MANY = 10_000
"""Tags below which depth cannot hurt, so that it is not measured."""

_LONG_TAG = re.compile(r"<([a-zA-Z][\w:-]{0,50})[\s/][^<>]{2000,}>")
_ATTRIBUTES = 200
_EDGE = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NEVER_NEST_TAGS = """
area base br col dd dt embed hr img input li link meta option p param source tbody td tfoot th thead tr track wbr
"""
_NEVER_NEST = frozenset(_NEVER_NEST_TAGS.split())
"""Elements without an end, or ended by the next one."""


class TooDeepError(ValueError):
    """The document nests more than any reader could mean."""


def parsed(html: str) -> LexborHTMLParser:
    """The document `html` makes in a browser. Raises `TooDeepError`."""
    if html.count("<") > _MANY and _depth(html) > DEEPEST:
        raise TooDeepError
    return LexborHTMLParser(_LONG_TAG.sub(_trimmed, html))


def _trimmed(found: re.Match[str]) -> str:
    """A tag with hundreds of attributes, without them. The price: a long `data-` value with spaces goes too."""
    tag = found[0]
    return tag if len(tag.split(None, _ATTRIBUTES + 1)) <= _ATTRIBUTES else f"<{found[1]}>"


def _depth(html: str) -> int:
    """The most elements open at once, or more: ends that a browser infers are not."""
    depth = deepest = 0
    for end, name in _EDGE.findall(html):
        if name.lower() not in _NEVER_NEST:
            depth = max(depth - 1, 0) if end else depth + 1
            deepest = max(deepest, depth)
    return deepest


__all__ = ["LexborHTMLParser", "LexborNode", "TooDeepError", "parsed"]
