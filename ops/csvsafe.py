"""Cells of a table for a spreadsheet, none of which it may run."""

from __future__ import annotations

import unicodedata

from vigie.show.text import clean

_RISKY = ("=", "+", "-", "\u2212", "@", "|", "%")
"""First characters that make a spreadsheet read a formula or a command (OWASP), in their plain form."""

_ENDS_A_CELL = ("\t", "\r", "\n")


def csv_safe(cell: str) -> str:
    """`cell` as it may be exported: a text that could be run is preceded by an apostrophe, which shows it as text.

    What is looked at is the first character that shows, in its plain form: spreadsheets drop or skip some of those
    before it, each its own, and read wide, small and raised signs as the sign.
    """
    shown = unicodedata.normalize("NFKC", clean(cell))
    skipped = cell[: len(cell) - len(cell.lstrip())]
    return f"'{cell}" if shown.startswith(_RISKY) or any(end in skipped for end in _ENDS_A_CELL) else cell
