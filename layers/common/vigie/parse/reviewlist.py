"""Reviews as services list them, the newest first: how one becomes an item, and how far a list is to be followed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from vigie.model import Item
from vigie.parse.dates import instant
from vigie.parse.rating import drawn

GOOGLE = "google-review://"
"""Begins the native id of a review that Google shows everybody: whoever reads it, it is told once."""

ABOUT = 'whom the profile is of, by name and town: "Dr Camille Aubertin-Lesage, Valombre"'
"""What a parameter means, to the operator, of reviews that do not say what they are about."""

_NEWEST = "newest"
_BEST = 5
_TRANSLATED = re.compile(r"\((?:Translated by Google|Traduit par Google)\)", re.IGNORECASE)
_ORIGINAL = re.compile(r"\((?:Original|Avis d['’]origine)\)", re.IGNORECASE)


def stars(value: object) -> float | None:
    """Stars as a number; None for anything else, texts included."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _BEST:
        return None
    return round(float(value), 2)


def starred(item: Item) -> Item:
    """The review that `item` is: its stars are its title when there is nothing else."""
    title = item.title or ("" if item.text or item.rating is None else drawn(item.rating))
    return item._replace(title=title, kind="review")


def original(text: str) -> str:
    """What the author wrote, of a text to which Google has added its translation, above or below."""
    mark = _TRANSLATED.search(text)
    if mark is None:
        return text
    end = _ORIGINAL.search(text, mark.end())
    return text[: mark.start()].strip() or (text[end.end() :].strip() if end else "") or text


def newest(before: Mapping[str, str], times: Sequence[datetime | None]) -> dict[str, str]:
    """The state to leave behind: when the newest review that was ever read was written, or changed."""
    dates = [date for date in (*times, instant(before.get(_NEWEST, ""))) if date]
    return {_NEWEST: max(dates).isoformat()} if dates else {}


def goes_on(before: Mapping[str, str], times: Sequence[datetime | None]) -> bool:
    """True when the following page may hold what is new too: all of this one is as new as what the last read saw, or
    there was none."""
    last = instant(before.get(_NEWEST, ""))
    dates = [date for date in times if date]
    return bool(times) and (last is None or (bool(dates) and min(dates) >= last))
