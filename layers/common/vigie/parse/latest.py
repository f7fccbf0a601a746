"""Answers of a search that come latest first, page after page: how far back one scan reads them.

What was read before is remembered by the moment of the latest item. The next page is asked for only while a page holds
nothing that old; a first read, which has nothing to catch up with, is one page. Asking for what is new only, by an id
or a date, would save bytes and lose posts: they arrive late from other servers, and a post that was deleted is no
place to begin from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from vigie.model import Item
from vigie.parse.dates import instant

_LATEST = "latest"


def state_after(items: Sequence[Item], before: Mapping[str, str]) -> dict[str, str]:
    """What the cursor is to remember after a first page of `items`."""
    known = _moment(before)
    dates = [item.published_at for item in items if item.published_at] + ([known] if known else [])
    return {_LATEST: max(dates).isoformat()} if dates else {}


def goes_on(items: Sequence[Item], before: Mapping[str, str]) -> bool:
    """True when something may stand between these items and those of the last scan."""
    known = _moment(before)
    if known is None or not items:
        return False
    return all(item.published_at is not None and item.published_at > known for item in items)


def _moment(state: Mapping[str, str]) -> datetime | None:
    return instant(state.get(_LATEST, ""))
