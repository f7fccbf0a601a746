"""What any text and any profile may cost: bounded work, told by counting, and a decision that explains itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import replace
from pathlib import Path

import pytest

import vigie.triage
from tests.common.people import VANDERMARCK, item
from vigie import judge
from vigie.judge import passages, reading
from vigie.match import MOST_JUDGED, Case, match
from vigie.model import Confidence, Item, Practitioner
from vigie.triage import triage

NOBODY = Practitioner("pnobody", "", (), ("Martin",), "dermatologue", "", "")
"""What enrolment refuses, and a file of profiles may hold: no first name, no town."""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00\x01\x1b[31m",
        "\ud800 Dr Vandermarck \udfff",
        "\u202eDr Vandermarck\u202c",
        "<b>Dr</b> <i>Vandermarck</i>",
    ],
    ids=["empty", "controls", "lone surrogates", "bidi", "markup"],
)
def test_any_text_gets_a_decision_or_none(text: str) -> None:
    decision = match(VANDERMARCK, item(text))
    assert decision is None or decision.confidence in Confidence


@pytest.mark.parametrize(
    "profile",
    [
        NOBODY,
        replace(NOBODY, last_names=("O",)),
        replace(NOBODY, last_names=()),
        replace(NOBODY, specialty="", practice_name="", postcode="0"),
        replace(VANDERMARCK, aliases=tuple(f"Alias {number} Vandermarck" for number in range(500))),
        replace(VANDERMARCK, excluded=("Vandermarck", "Éloïse Vandermarck", "dermatologue")),
        replace(VANDERMARCK, first_names=("Éloïse",) * 20, last_names=("de la Tour du Pin de Saint-Cyr d'Été",)),
    ],
    ids=["no first name", "one letter", "no name", "nothing else", "500 aliases", "all excluded", "long name"],
)
def test_any_profile_gets_a_decision_or_none(profile: Practitioner) -> None:
    text = "Le Dr Martin, Éloïse Vandermarck, M. O, à Lyon : dermatologue très à l'écoute."
    decision = match(profile, item(text))
    assert decision is None or decision.reasons or not decision.about


def test_a_name_repeated_without_end_is_judged_a_bounded_number_of_times() -> None:
    case = Case(VANDERMARCK, item("Le Dr Vandermarck à Lyon. " * 20_000))
    assert MOST_JUDGED == len(case.namings)
    assert len(case.reading) <= (passages.PASSAGES + 1) * 2 * passages.AROUND


def _words_read(text: str) -> int:
    return len(Case(VANDERMARCK, item(text)).reading)


@pytest.mark.parametrize(
    "piece", ["Dr Vandermarck ", "a ", "vandermarck@", "Éloïse-", "4 ", "l'", "((«", "DR.VANDERMARCK,"]
)
def test_a_text_twice_as_long_has_no_more_words_read(piece: str) -> None:
    """Beyond what is read whole, only passages around possible names are."""
    once = piece * (40_000 // len(piece))
    assert _words_read(once * 2) <= _words_read(once) + 4 * passages.AROUND


FILLER = "Le petit village se réveille sous la neige et ses habitants sortent un à un. "
PETIT = replace(NOBODY, first_names=("Marie",), last_names=("Petit",), specialty="pédiatre", city="Grenoble")


@pytest.mark.parametrize("named", ["Dr. Petit", "PETIT (Claire)", "C. Petit", "Claire Petti"])
@pytest.mark.parametrize("pages", [0, 45, 1_000, 5_000])
def test_an_accusation_is_read_however_often_the_last_name_is_said_as_a_word_before_it(pages: int, named: str) -> None:
    person = replace(PETIT, first_names=("Claire",))
    page = FILLER * pages + "x " * 4_000 + f"{named}, pédiatre à Grenoble, a laissé mourir un nourrisson."
    decision = match(person, item(page))
    assert decision is not None
    assert decision.about


@pytest.mark.parametrize("named", ["le Dr Vandermark", "Éloïse Wandermarck", "@drvandermarck", "Dr V0NDERMARCK"])
def test_a_long_page_is_searched_for_what_a_short_one_is(named: str) -> None:
    text = f"Allez voir {named}, dermatologue à Lyon."
    short, long = match(VANDERMARCK, item(text)), match(VANDERMARCK, item(FILLER * 200 + text + FILLER * 200))
    assert short is not None
    assert short.about
    assert long is not None
    assert long.about


def _patterns() -> Iterator[tuple[str, str]]:
    for file in sorted(Path(judge.__path__[0]).glob("*.py")):
        for found in re.finditer(r're\.compile\(\s*r?b?"((?:[^"\\]|\\.)*)"', file.read_text("utf-8")):
            yield file.name, found[1]


NESTED = re.compile(r"\((?:[^()]|\\.)*[+*](?:[^()]|\\.)*\)[+*{](?!\+)")
"""A repetition of something that repeats: what can take exponential time. Possessive ones cannot."""


def test_there_are_patterns_to_look_at() -> None:
    assert len(list(_patterns())) > 10
    assert NESTED.search("(a+)+")


@pytest.mark.parametrize(
    ("file", "pattern"), [pytest.param(*each, id=f"{each[0]} {each[1][:30]}") for each in _patterns()]
)
def test_no_pattern_repeats_what_repeats(file: str, pattern: str) -> None:
    assert not NESTED.search(pattern)


def test_triage_reads_a_bounded_part_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    page = "Le Dr Vandermarck à Lyon m'a opérée. " + "C'est une arnaque, elle m'a menti. " * 60_000
    decision = match(VANDERMARCK, item(page))
    assert decision is not None
    sizes: list[int] = []

    def measured(text: str) -> reading.Reading:
        sizes.append(len(text))
        return reading.whole(text)

    monkeypatch.setattr(vigie.triage, "whole", measured)
    triage(Item(url="", title="", text=page, kind="forum"), decision, VANDERMARCK)

    assert sizes
    assert max(sizes) <= reading.WHOLE


def test_a_last_name_of_one_letter_is_told_by_the_full_name_only() -> None:
    person = replace(PETIT, last_names=("O",))
    assert (found := match(person, item("Le Dr Marie O, pédiatre à Grenoble."))) is not None
    assert found.about
    assert match(person, item("O tempora, la pédiatre de Grenoble.")) is None
