"""The rating that a card of a page shows, in the ways sites draw stars."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vigie.parse.dom import LexborNode
from vigie.parse.names import property_of
from vigie.parse.rating import rating_in, rating_of
from vigie.parse.spots import Spot

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
_ICONS = frozenset({"i", "span", "svg", "img", "li"})
_SPELT = {
    word: float(n)
    for n, words in enumerate(("one un une", "two deux", "three trois", "four quatre", "five cinq"), 1)
    for word in words.split()
}
"""Classes beside that of the stars, which style alone then colours: `<p class="star-rating Three">`."""

_FIVE, _LABEL = 5, 200


def rating_shown(spots: Sequence[Spot], text: str) -> float | None:
    """The rating of a card made of `spots`, which reads `text`; None when it has none."""
    best = next((_value(spot) for spot in spots if property_of(spot.attributes) == _BEST), "")
    for spot in spots:
        if property_of(spot.attributes) == _PROPERTY:
            return rating_of(_value(spot), best)
    for spot in spots:
        for name in _SAID:
            found = rating_in((spot.attributes.get(name) or "")[:_LABEL])
            if found is not None:
                return found
    for spot in spots:
        if _RATED.search(spot.attributes.get("class") or "") and (found := _drawn(spot)) is not None:
            return found
    return rating_in(text)


def _value(spot: Spot) -> str:
    return spot.attributes.get("content") or spot.node.text(strip=True)


def _drawn(spot: Spot) -> float | None:
    """Stars as a number kept aside, as the width of a bar, or as five icons."""
    for name in _DATA:
        value = spot.attributes.get(name)
        if value:
            return rating_of(value)
    width = _WIDTH.search(spot.attributes.get("style") or "")
    if width and float(width[1]) > 0:
        return rating_of(f"{width[1]}%")
    spelt = next((_SPELT[name] for name in spot.names[: spot.classes] if name in _SPELT), None)
    if spelt:
        return spelt
    within = [icon for icon in spot.node.iter() if icon.tag in _ICONS]
    icons = next(filter(None, map(_stars, (within, spot.node.css("i"), spot.node.css("svg, img")))), None)
    if not icons:
        return None
    return sum(0.5 if _HALF.search(icon) else 0.0 if _HOLLOW.search(icon) else 1.0 for icon in icons)


def _stars(icons: Sequence[LexborNode]) -> list[str]:
    """The classes of five stars; nothing when there are more or less."""
    found = [told for icon in icons if _STAR.search(told := icon.attributes.get("class") or "")]
    return found if len(found) == _FIVE else []
