"""Stars, however a site writes them, to a number out of five.

`4/5`, `8 / 10`, `4,5 sur 5`, `4.5 out of 5`, `★★★★☆`, `80 %`. Anything else, or anything out of range, is no rating:
a wrong one would frighten or reassure for nothing.
"""

from __future__ import annotations

import math
import re

_NUMBER = r"(\d{1,3}(?:[.,]\d{1,2})?)"
_OUT_OF = re.compile(
    rf"(?<![\d/])(?<!\d[.,]){_NUMBER}\s*(?:(?:étoiles?|stars?)\s*)?(?:/|sur|out of|von|de)\s*(5|10|20|100)(?![\d/])",
    re.IGNORECASE,
)
_STARS_WORD = re.compile(r"(?<![\d/.,-])([0-5](?:[.,]\d)?)\s*(?:étoiles?|stars?|sterne|estrellas)\b", re.IGNORECASE)
_PERCENT = re.compile(r"(?<!\d)(\d{1,3})\s*%")
_DRAWN = re.compile("(?:★|⭐\ufe0f?|✭|✮|🌟)+(?:½)?(?:☆|✩|✰)*|☆{5}")


def rating_of(value: str, best: str = "") -> float | None:
    """The rating that `value`, a field meant for it, gives: out of `best` when the source says so, else of five."""
    value = value.strip()
    found = _OUT_OF.search(value) or _DRAWN.search(value) or _PERCENT.search(value)
    if found:
        return rating_in(value) if found.re is not _PERCENT else _scaled(found[1], 100)
    try:
        return _scaled(value, float(best.replace(",", ".")) if best.strip() else 5)
    except ValueError:
        return None


def rating_in(text: str) -> float | None:
    """The rating that a short text, meant for readers, shows; None when it shows none."""
    if found := _OUT_OF.search(text):
        return _scaled(found[1], float(found[2]))
    if found := _DRAWN.search(text):
        return _read(found[0])
    if found := _STARS_WORD.search(text):
        return _scaled(found[1], 5)
    return None


def drawn(rating: float | None) -> str:
    """A title for a review that is stars alone: the same in every language."""
    full = round(2 * (rating or 0))
    return "★" * (full // 2) + "½" * (full % 2) + "☆" * (5 - (full + 1) // 2)


def _read(stars: str) -> float | None:
    """Full stars among five. A lone star is decoration, and so is a row that is neither five long nor of one kind."""
    stars = stars.replace("\ufe0f", "")
    full = sum(star in "★⭐✭✮🌟" for star in stars) + (0.5 if "½" in stars else 0)
    hollow = sum(star in "☆✩✰" for star in stars)
    if full + hollow in (4.5, 5) or (hollow == 0 and 2 <= full <= 5):
        return float(full)
    return None


def _scaled(number: str, best: float) -> float | None:
    try:
        value = float(number.replace(",", "."))
    except ValueError:
        return None
    if not (0 <= value <= best and 0 < best < math.inf):
        return None
    return round(value * 5 / best, 2)
