"""Dates as feeds write them, to aware UTC datetimes; None rather than a guess that may be wrong by a day.

RFC 822 as lived (French and other month names, two-digit years, no seconds, no zone, zones by name), ISO 8601 in
whole or in part, `asctime`, and the orders of digits that only a European or only a machine writes. A date without a
zone is read as UTC. What is left of a date we do not understand is an undated item, never a lost one.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_LONGEST = 100
"""Characters beyond which it is no date."""

_YEARS = range(1970, 2101)
"""Years a publication on the web can have; year 1 and 9999 are what software writes for "none"."""

_MONTHS = {
    "jan": 1, "feb": 2, "fev": 2, "fév": 2, "mar": 3, "mär": 3, "apr": 4, "avr": 4, "may": 5, "mai": 5, "jun": 6,
    "juin": 6, "jui": 7, "juil": 7, "jul": 7, "aug": 8, "aoû": 8, "aou": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11,
    "dec": 12, "déc": 12, "dez": 12, "ene": 1, "abr": 4, "ago": 8, "dic": 12, "gen": 1, "mag": 5, "giu": 6, "lug": 7,
    "set": 9, "ott": 10, "mei": 5, "mrt": 3, "maj": 5,
}  # fmt: skip
"""First letters of months, longest first when looked up: English, French, then what costs nothing to add."""

_HOURS = {"edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8, "akst": -9,
          "akdt": -8, "hst": -10, "ast": -4, "adt": -3, "cet": 1, "cest": 2, "met": 1, "mest": 2, "mez": 1, "mesz": 2,
          "bst": 1, "wet": 0, "west": 1, "eet": 2, "eest": 3, "msk": 3, "jst": 9, "kst": 9,
          "et": -5, "ct": -6, "mt": -7, "pt": -8}  # fmt: skip
"""Hours east of Greenwich of the zones named in RFC 822 and seen in feeds; any other name is read as UTC."""

_RFC_MONTHS = {name: f"{at:02}" for at, name in enumerate(
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1)}  # fmt: skip

_TIME = re.compile(r"(?<!\d)(\d\d?)(?::| ?h ?)(\d\d)(?:[:m](\d\d)(?:[.,]\d+)?)?s?(?!\d)", re.IGNORECASE)
_HALF = re.compile(r"^[\s.]*([ap])\.?m\b", re.IGNORECASE)
_ZONE = re.compile(r"(?:(?:GMT|UTC?)\s*)?([+-])\s*(\d{1,2}):?(\d\d)?(?!\d)|\b([A-Z]{2,4})\b", re.IGNORECASE)
_ISO = re.compile(r"^\s*(\d{4})(?:[-/.]?(\d\d)(?:[-/.]?(\d\d))?|-?W(\d\d)(?:-?(\d))?|-?(\d{3}))?(?!\d)")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:er|st|nd|rd|th)?[\s./-]+(?:of |de )?([^\W\d_]{3,12})\.?,?[\s./-]+(?:de )?(\d{4}|\d\d)(?!\d)"
)
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?=\D)(?:.*?)(?<![\d:+-])(\d{4})(?!\d)")
_DIGITS = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d\d)(?!\d)")
_YEAR_FIRST = re.compile(r"\s*(\d{4})\s*[년年/.-]\s*(\d{1,2})\s*[월月/.-]\s*(\d{1,2})(?!\d)\s*[일日]?")
_PACKED_TIME = re.compile(r"T(\d\d)(\d\d)(\d\d)?")
_EPOCH = re.compile(r"(1\d{9})(?:\d{3})?(?:\.\d+)?")
"""Seconds or milliseconds since 1970, from 2001 to 2033."""

_PACKED = re.compile(r"((?:19|20)\d{6})(\d{6})")


def instant(text: str) -> datetime | None:
    """The moment `text` names, in UTC, or None when it names none that can be true."""
    try:
        moment = _usual(text) or _unusual(text.strip())
    except (ValueError, OverflowError):
        return None
    return moment if moment and moment.year in _YEARS else None


def _usual(text: str) -> datetime | None:
    """What nearly every feed writes, quickly: RFC 822 with four-digit years, or ISO 8601 in whole."""
    if text[3:5] == ", " and text[7:8] == text[11:12] == text[16:17] == " ":
        month, zone = _RFC_MONTHS.get(text[8:11]), text[25:]
        if month and (zone[:2] in (" +", " -") or zone == " GMT"):
            return _iso(f"{text[12:16]}-{month}-{text[5:7]}T{text[17:25]}{'+0000' if zone == ' GMT' else zone[1:]}")
    if text[4:5] == "-" and text[10:11] == "T":
        return _iso(text)
    return None


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is UTC:
        return moment
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _unusual(text: str) -> datetime | None:
    if not text or len(text) > _LONGEST:
        return None
    if found := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(found[1]), UTC)
    if found := _PACKED.fullmatch(text):
        return _iso(f"{found[1]}T{found[2]}")
    day = _day(text)
    if day is None:
        return None
    year, month, date, after = day
    clock, zone = _clock(text, after)
    return datetime(year, month, date, tzinfo=UTC) + clock - zone


def _day(text: str) -> tuple[int, int, int, int] | None:
    """Year, month, day, and where in `text` the time of day may begin."""
    if found := _YEAR_FIRST.match(text):
        return int(found[1]), int(found[2]), int(found[3]), found.end()
    if found := _ISO.match(text):
        return *_iso_day(found), found.end()
    for at, *parts in (_named(_DAY_FIRST, text, (3, 2, 1)), _named(_MONTH_FIRST, text, (3, 1, 2))):
        if parts:
            return parts[0], parts[1], parts[2], at
    if found := _DIGITS.search(text):
        first, second, year = int(found[1]), int(found[2]), _four(found[3])
        day, month = (second, first) if second > 12 else (first, second)  # 11/24 is American; 05/06 is 5 June here
        return year, month, day, found.end()
    return None


def _iso_day(found: re.Match[str]) -> tuple[int, int, int]:
    year, month, date, week, weekday, ordinal = found.groups()
    if week:
        day = datetime.fromisocalendar(int(year), int(week), int(weekday or 1))
        return day.year, day.month, day.day
    if ordinal:
        day = datetime(int(year), 1, 1, tzinfo=UTC) + timedelta(days=int(ordinal) - 1)
        return day.year, day.month, day.day
    return int(year), int(month or 1), int(date or 1)


def _named(pattern: re.Pattern[str], text: str, order: tuple[int, int, int]) -> list[int]:
    """Where the day ends, then year, month and day, for the first month that `pattern` finds by a known name."""
    for found in pattern.finditer(text):
        year, name, date = (found[at] for at in order)
        month = next((m for size in (4, 3) if (m := _MONTHS.get(name[:size].lower()))), None)
        if month:
            return [found.end(2) if order[0] == 3 and order[2] == 2 else found.end(), _four(year), month, int(date)]
    return [0]


def _four(year: str) -> int:
    """Two digits are this century's, or the last one's when that would be the future of any reader of this."""
    return int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= 70 else 2000)


def _clock(text: str, after: int) -> tuple[timedelta, timedelta]:
    """Time of day, and offset of its zone, written after the day (or before it)."""
    found = _PACKED_TIME.match(text, after) or _TIME.search(text, after) or _TIME.search(text)
    if not found:
        return timedelta(), timedelta()
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    rest = text[found.end() :]
    if half := _HALF.match(rest):
        hour = hour % 12 + (12 if half[1] in "pP" else 0)
        rest = rest[half.end() :]
    if hour > 24 or minute > 59 or second > 60:
        return timedelta(), timedelta()
    return timedelta(hours=hour, minutes=minute, seconds=second), _offset(rest)


def _offset(rest: str) -> timedelta:
    found = _ZONE.search(rest)
    if not found:
        return timedelta()
    sign, hours, minutes, name = found.groups()
    if name:
        return timedelta(hours=_HOURS.get(name.lower(), 0))
    if len(hours) == 2 and int(hours) > 15:
        return timedelta()
    size = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(size if sign == "+" else -size).utcoffset(None)
