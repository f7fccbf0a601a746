"""For how long a feed asks to be left alone, by its own words and by its server's."""

from __future__ import annotations

import re

from vigie.parse.feedshape import Fields
from vigie.parse.xmltext import value_of

MOST = 1440
"""Minutes: what asks for more is read every day all the same. Tools are left with odd values, and nobody notices."""

_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
_NUMBER = re.compile(r"\s*([0-9]{1,9})(?![0-9])")
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?([0-9]{1,9})(?![0-9])", re.IGNORECASE)
_NEVER = re.compile(r"(?:^|[,\s])no-(?:cache|store)\b", re.IGNORECASE)


def rest(head: Fields, cache_control: str) -> int:
    """Minutes before it has anything new to show, as it says: the longest of `ttl` (RSS 2.0), `sy:updatePeriod` over
    `sy:updateFrequency` (RSS 1.0's module of syndication), and `max-age` (RFC 9111 section 5.2.2.1). None is 0."""
    return min(max(_number(head.get("ttl")), _syndication(head), _max_age(cache_control)), MOST)


def _syndication(head: Fields) -> int:
    period = value_of(head.get("period", "")).strip().lower()
    if "period" not in head and "frequency" not in head:
        return 0
    return _PERIODS.get(period or "daily", 0) // max(_number(head.get("frequency")), 1)


def _max_age(cache_control: str) -> int:
    found = _MAX_AGE.search(cache_control[:1_000])
    if found is None or _NEVER.search(cache_control[:1_000]):
        return 0
    return -(-int(found[1]) // 60)


def _number(told: str | None) -> int:
    found = _NUMBER.match(value_of(told or ""))
    return int(found[1]) if found else 0
