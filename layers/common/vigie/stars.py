"""The rating that a card of a page shows, in the ways sites draw stars."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vigie.blocks import property_of
from vigie.dom import LexborNode
from vigie.rating import rating_in, rating_of

_PROPERTY, _BEST = "ratingvalue", "bestrating"
_DATA = ("data-rating", "data-score", "data-stars", "data-note", "data-value")
_SAID = ("aria-label", "title", "alt")
_RATED = re.compile(r"rating|rate|stars?|etoiles?|note|score", re.IGNORECASE)
_WIDTH = re.compile(r"width\s*:\s*(\d{1,3}(?:\.\d+)?)\s*%", re.IGNORECASE)
_STAR = re.compile(r"(?:^|[\s_-])(?:star|etoile)(?:[\s_-]|$)", re.IGNORECASE)
_HOLLOW = re.compile(
    r"(?:^|[\s_-])(?:o|empty|vide|off|outline|far|grey|gray|inactive|disabled|bi-star)(?:[\s_-]|$)", re.IGNORECASE
)
_HALF = re.compile(r"half|demi", re.IGNORECASE)
_FIVE = 5


def rating_shown(nodes: Sequence[LexborNode], text: str) -> float | None:
    """The rating of a card made of `nodes`, which reads `text`; None when it has none."""
    known = [(node, node.attributes) for node in nodes if node.attributes]
    best = next((_value(n, a) for n, a in known if property_of(a) == _BEST), "")
    for node, attributes in known:
        if property_of(attributes) == _PROPERTY:
            return rating_of(_value(node, attributes), best)
    for _, attributes in known:
        for name in _SAID:
            found = rating_in(attributes.get(name) or "")
            if found is not None:
                return found
    for node, attributes in known:
        if _RATED.search(attributes.get("class") or "") and (found := _drawn(node, attributes)) is not None:
            return found
    return rating_in(text)


def _value(node: LexborNode, attributes: dict[str, str | None]) -> str:
    return attributes.get("content") or node.text(strip=True)


def _drawn(node: LexborNode, attributes: dict[str, str | None]) -> float | None:
    """Stars as a number kept aside, as the width of a bar, or as five icons."""
    for name in _DATA:
        value = attributes.get(name)
        if value:
            return rating_of(value)
    width = _WIDTH.search(attributes.get("style") or "")
    if width and float(width[1]) > 0:
        return rating_of(f"{width[1]}%")
    icons = [
        icon.attributes.get("class") or "" for icon in node.iter() if icon.tag in ("i", "span", "svg", "img", "li")
    ]
    icons = [icon for icon in icons if _STAR.search(icon)]
    if len(icons) != _FIVE:
        return None
    return sum(0.5 if _HALF.search(icon) else 0.0 if _HOLLOW.search(icon) else 1.0 for icon in icons)
