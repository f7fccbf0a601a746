"""The words a practitioner reads: `locales/<language>.json`, with counts, dates and stars as that language has them.

French typography is applied as a locale is loaded: no-break spaces before `: ; ! ?` and inside guillemets, and
typographic apostrophes. Dates are in Paris time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

LOCALES = Path(__file__).parents[1] / "locales"
DEFAULT = "fr"

_NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Words:
    """One language. `entries` are its sentences under dotted keys (`severity.urgent`)."""

    language: str
    entries: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The sentence under `key`, with `values` in it. Raises `KeyError` for a key or a value that is missing."""
        return self.entries[key].format_map(values) if values else self.entries[key]

    def has(self, key: str) -> bool:
        return key in self.entries

    def count(self, key: str, number: int, **values: object) -> str:
        """The sentence under `key` for `number` things. French says zero in the singular, English in the plural."""
        one = number == 1 or (number == 0 and self.language == "fr")
        return self(f"{key}.{'one' if one else 'other'}", count=number, **values)

    def day(self, when: date) -> str:
        number = self("date.first") if when.day == 1 else str(when.day)
        return self("date.day", day=number, month=self(f"month.{when.month}"), year=when.year)

    def moment(self, when: datetime) -> str:
        """Day and time in Paris; the day alone for a midnight UTC, which mostly stands for a day."""
        local = paris(when)
        if (when.hour, when.minute, when.second) == (0, 0, 0):
            return self.day(when.date())
        return self("date.moment", day=self.day(local.date()), hour=local.hour, minute=f"{local.minute:02}")

    def number(self, value: float) -> str:
        """At most one decimal, none when it is zero."""
        return f"{value:.1f}".removesuffix(".0").replace(".", self("number.point"))


def words(language: str) -> Words:
    """The words of `language` (`fr`, `en-GB`); French when there is no such locale."""
    code = language[:2].lower()
    return _loaded(code if code in languages() else DEFAULT)


@cache
def languages() -> frozenset[str]:
    return frozenset(path.stem for path in LOCALES.glob("*.json"))


@cache
def _loaded(language: str) -> Words:
    groups = json.loads((LOCALES / f"{language}.json").read_text("utf-8"))
    entries = {key: _typeset(text, language) for key, text in _flat(groups, "")}
    return Words(language, entries)


def _flat(group: Mapping[str, object], prefix: str) -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    for key, value in group.items():
        entries += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, str(value))]
    return entries


def _typeset(text: str, language: str) -> str:
    text = text.replace("'", "’")
    if language != "fr":
        return text
    return re.sub(r" ([:;!?»%])", _NBSP + r"\1", text).replace("« ", f"«{_NBSP}")


def paris(when: datetime) -> datetime:
    """`when` (aware, UTC) as a clock in Paris shows it.

    The rule of directive 2000/84/EC, written out: the function's image need not carry a time zone database.
    """
    summer = _change(when.year, 3) <= when.replace(tzinfo=None) < _change(when.year, 10)
    return when.replace(tzinfo=None) + timedelta(hours=2 if summer else 1)


def _change(year: int, month: int) -> datetime:
    """One o'clock UTC on the last Sunday of a month of 31 days."""
    last = datetime(year, month, 31, 1)  # noqa: DTZ001 - both sides of the comparison are UTC without saying so
    return last - timedelta(days=(last.weekday() + 1) % 7)
