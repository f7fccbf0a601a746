"""No cell that a spreadsheet may run is exported bare."""

from __future__ import annotations

import pytest

from ops.csvsafe import csv_safe

SIGNS = "=+-@|%＝＋－＠｜％﹦﹢﹣﹫﹪⁼⁺⁻₌₊₋−"
SKIPPED = [
    "",
    "\r\n",
    " \u2060\t ",
    *" \t\r\n\x00\x01\x0b\x0c\x1f\x7f\x85\x9f\u00a0\u00ad\u034f\u061c\u115f\u1680\u180e\u2003\u200b\u200f\u2028\u2029",
    *"\u202e\u202f\u205f\u2060\u2800\u3000\u3164\ufe0f\ufeff\uffa0\ufff9\U000e0020\ud800",
]
"""What stands before a sign without being seen."""


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("skipped", SKIPPED)
def test_a_formula_is_shown_as_text_whatever_hides_its_sign(skipped: str, sign: str) -> None:
    assert f"'{skipped}{sign}1" == csv_safe(f"{skipped}{sign}1")


@pytest.mark.parametrize("cell", ["\ttexte", "\r\ntexte", " \ntexte"])
def test_a_cell_never_begins_with_what_ends_one(cell: str) -> None:
    assert f"'{cell}" == csv_safe(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        " ",
        "Dr Morvantel",
        "a=1",
        "É",
        "01 99 00 12 34",
        "« très bien »",
        "…",
        "5 - 3",
        "\u2060mot",
        "'=1",
        "½",
        "°C",
    ],
)
def test_any_other_text_is_itself(cell: str) -> None:
    assert cell == csv_safe(cell)
