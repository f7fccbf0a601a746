"""What an SMS takes is predicted as a handset counts it, and plain() costs the least."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import shared
from vigie.show import gsm
from vigie.show.gsm import Size, plain, size


def cases() -> list[Any]:
    lines = shared("hostile/inject/sms_segments.jsonl").read_text("ascii").splitlines()
    return [pytest.param(case, id=case["from_case"]) for case in map(json.loads, lines)]


@pytest.mark.parametrize("case", cases())
def test_the_oracle_agrees(case: dict[str, Any]) -> None:
    assert Size(case["encoding"], case["units"], case["segments"]) == size(case["text"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A" * 160, Size("GSM-7", 160, 1)),
        ("A" * 161, Size("GSM-7", 161, 2)),
        ("A" * 459, Size("GSM-7", 459, 3)),
        ("A" * 152 + "€" + "A" * 152, Size("GSM-7", 306, 3)),  # the pair does not fit the first part
        ("ç" * 70, Size("UCS-2", 70, 1)),
        ("ç" * 71, Size("UCS-2", 71, 2)),
        ("ç" * 66 + "\U0001f600" + "ç" * 66, Size("UCS-2", 134, 3)),
        ("{[~]}\\|^€\f", Size("GSM-7", 20, 1)),
        ("Ç", Size("GSM-7", 1, 1)),
        ("\t", Size("UCS-2", 1, 1)),
    ],
)
def test_pairs_are_never_split_between_parts(text: str, expected: Size) -> None:
    assert expected == size(text)


def test_the_tables_are_those_of_the_standard() -> None:
    assert len(gsm.BASIC) == 127  # 128 places, less ESC
    assert len(gsm.EXTENSION) == 10


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_plain_text_is_always_gsm(text: str) -> None:
    made = plain(text)
    assert size(made).encoding == "GSM-7"
    assert made == plain(made)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Détail : à l’été, «\u202foui\u202f»…", 'Détail : à l\'été, " oui "...'),
        ("ça dépend du cœur, tête, naïf, Noël", "ca dépend du coeur, tete, naif, Noel"),
        ("10 € – 20 €", "10 € - 20 €"),
        ("½ ﬁn", "1/2 fin"),
        ("a\u200bb\u202ec", "abc"),
        ("山 \U0001f600", "? ?"),
        ("Łódź", "?ódz".replace("ó", "o")),
    ],
)
def test_plain_keeps_what_it_can(text: str, expected: str) -> None:
    assert expected == plain(text)
