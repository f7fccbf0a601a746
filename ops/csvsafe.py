"""Cells of a table for a spreadsheet, none of which it may run."""

from __future__ import annotations

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet read a formula or a command (OWASP), also in wide form."""


def csv_safe(cell: str) -> str:
    """`cell` as it may be exported: a text that could be run is preceded by an apostrophe, which shows it as text.

    Characters dropped or skipped by spreadsheets before they look (spaces, NUL, BOM) do not hide the first one.
    """
    bare = cell.lstrip(" \u00a0\ufeff\u200b\x00")
    return f"'{cell}" if bare.startswith(_RISKY) else cell
