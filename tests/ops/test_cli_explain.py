"""vigie explain: a decision taken apart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ops.cli import PROFILE, Vigie

LAST, FIRST, CITY = PROFILE["last_names"][0], PROFILE["first_names"][0], PROFILE["city"]


def explained(vigie: Vigie, someone: str, *arguments: str) -> dict[str, Any]:
    document: dict[str, Any] = vigie("explain", someone, *arguments, "--json").json
    return document


def test_the_facts_add_up_to_the_score(vigie: Vigie, someone: str) -> None:
    found = explained(vigie, someone, "--text", f"Merci au Dr {FIRST} {LAST} à {CITY}.")
    assert found["about"]
    assert sum(fact["weight"] for fact in found["facts"]) == pytest.approx(found["score"], abs=0.1)


def test_what_an_item_answers_to_is_a_reason_and_a_weight(vigie: Vigie, someone: str) -> None:
    above = f"Que pensez-vous du Dr {FIRST} {LAST} à {CITY} ?"
    found = explained(vigie, someone, "--text", "Un escroc.", "--context", above)
    assert found["about"]
    assert "told otherwise" in {fact["fact"] for fact in found["facts"]}


def test_a_person_is_told_reasons_and_no_lists_of_a_program(vigie: Vigie, someone: str) -> None:
    out = vigie("explain", someone, "--text", f"Le Dr {FIRST} {LAST} à {CITY}.").out
    assert f"Your full name: Dr {FIRST} {LAST}; " in out
    assert "[" not in out
    assert "good or bad\n" in out


def test_a_text_about_nobody_has_no_place_that_names_them(vigie: Vigie, someone: str) -> None:
    assert "No place names them." in vigie("explain", someone, "--text", "Il fait beau.").err
