"""Somebody who practises in several places is recognised at each of them, and no more than there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.common.people import VANDERMARCK
from vigie.items.people import practitioner, practitioner_record
from vigie.match import match
from vigie.model import Confidence, Item, Practice
from vigie.watchers import Watchers

BOTH = replace(VANDERMARCK, practices=(Practice("Clinique des Sept Tilleuls", "Valence", "26000", "+33465710077"),))
LAST = VANDERMARCK.last_names[0]


def about(text: str, person=BOTH):
    return match(person, Item(url="", text=text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"Le Dr {LAST} à Valence m'a sauvé.", "city"),
        (f"Dr {LAST}, 26000", "postcode"),
        (f"Le Dr {LAST} de la Clinique des Sept Tilleuls", "practice"),
        (f"Prendre rendez-vous chez {LAST} : 04 65 71 00 77", "phone"),
    ],
)
def test_each_place_counts_as_the_first_does(text: str, code: str) -> None:
    there, before = about(text), about(text, VANDERMARCK)

    assert there
    assert there.about
    assert code in {reason.code for reason in there.reasons}
    assert before is None or before.score < there.score


def test_the_place_told_is_the_one_that_was_said() -> None:
    found = about(f"Dr {LAST}, Clinique des Sept Tilleuls, 26000 Valence")

    assert found
    told = {reason.code: reason.words for reason in found.reasons}
    assert ("Clinique des Sept Tilleuls", "26000") == (told["practice"], told["postcode"])


def test_the_first_place_still_counts() -> None:
    text = f"Le Dr {LAST} à {VANDERMARCK.city} m'a sauvé."

    assert about(text) == about(text, VANDERMARCK)


def test_a_town_of_neither_place_is_elsewhere() -> None:
    near = about(f"Le Dr {LAST}, à Valence.")
    far = about(f"Le Dr {LAST}, à Perpignan.")

    assert near
    assert Confidence.UNLIKELY is not near.confidence
    assert far is None or far.score < near.score


@pytest.mark.parametrize("text", ["à la Clinique des Sept Tilleuls", "appelez le 0465710077", f"{LAST} 26000"])
def test_the_automaton_brings_up_whoever_a_second_place_names(text: str) -> None:
    item = Item(url="", text=text)

    assert [BOTH] == Watchers([BOTH]).candidates(item) or match(BOTH, item) is None


def test_a_last_name_alone_beside_the_second_town_is_brought_up_too() -> None:
    item = Item(url="", text=f"On m'a conseillé {LAST}, à Valence.")

    assert match(BOTH, item)
    assert [BOTH] == Watchers([BOTH]).candidates(item)
    assert [] == Watchers([VANDERMARCK]).candidates(item)


def test_a_row_holds_them_and_one_of_before_holds_none() -> None:
    record = practitioner_record(BOTH)
    assert BOTH == practitioner(record)
    before = {key: value for key, value in record.items() if key not in ("practices", "statement")}

    assert VANDERMARCK == practitioner(before)
