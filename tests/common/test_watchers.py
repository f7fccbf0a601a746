"""Candidates are everybody `match` would say anything of, found in one pass, by an index that stays small."""

from __future__ import annotations

import random
import time
import tracemalloc
from copy import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.common import test_match as cases
from tests.common.people import EVERYONE, GUILVINEC, MARTIN, VANDERMARCK, item
from vigie.match import match
from vigie.model import Item, Practitioner
from vigie.watchers import Watchers

TEXTS = [case[2] for case in (*cases.ABOUT, *cases.NOT_ABOUT)]

_PIECES = st.sampled_from(
    [
        "Dr", "le docteur", "Mme", "Paul", "MARTIN", "Martin", "Éloïse", "vandermarck", "VANDERM4RCK",
        "Vandermark", "É.", "P.", "dermatologue", "maçon", "à Lyon", "Nantes", "Le Guilvinec", "Tanguy",
        "AS Tanguy", "(", ")", ",", ".", "–", "rue du", "04 65 71 00 42", "+33 2 61 91 00 77", "10990004217",
        "dr-vandermarck.example", "Cabinet du quai Achille", "sage-femme", "rossignol", "Rossignol",
        "de la font", "Delafont", "J.-B.", "x", "1 2 3",
    ]
)  # fmt: skip


def _one_by_one(found: Item, host: str = "") -> set[str]:
    return {person.practitioner_id for person in EVERYONE if match(person, found, host=host) is not None}


@pytest.mark.parametrize("text", TEXTS)
def test_whoever_match_speaks_of_is_a_candidate(text: str) -> None:
    candidates = {person.practitioner_id for person in Watchers(EVERYONE).candidates(item(text))}
    assert _one_by_one(item(text)) <= candidates


@given(
    st.lists(_PIECES, max_size=14).map(" ".join),
    st.lists(_PIECES, max_size=4).map(" ".join),
    st.sampled_from(["", "forum"]),
)
def test_whoever_match_speaks_of_is_a_candidate_whatever_is_written(text: str, other: str, kind: str) -> None:
    watchers = Watchers(EVERYONE)
    for found in (
        item(text, title=other),
        item(other, context=text),
        item(other, author=text),
        item(text, title="Cabinet du quai Achille", kind=kind or "review"),
    ):
        assert _one_by_one(found) <= {person.practitioner_id for person in watchers.candidates(found)}


@given(st.lists(st.lists(_PIECES, max_size=6).map(" ".join), max_size=12))
def test_sifting_many_items_is_sifting_each(texts: list[str]) -> None:
    watchers = Watchers(EVERYONE)
    items = [item(text) for text in texts]
    assert [watchers.candidates(found) for found in items] == watchers.sift(items)


def test_the_host_of_their_site_makes_them_a_candidate() -> None:
    assert [VANDERMARCK] == Watchers(EVERYONE).candidates(item("Fermé en août."), host="www.dr-vandermarck.example")


def test_two_of_one_name_are_both_candidates() -> None:
    twin = replace(MARTIN, practitioner_id="ptwin", first_names=("Paule",))
    assert [MARTIN, twin] == Watchers([MARTIN, twin, GUILVINEC]).candidates(item("Dr Martin, dentiste à Nantes"))


def test_a_last_name_used_as_a_word_brings_nobody() -> None:
    assert [] == Watchers(EVERYONE).candidates(item("Un martin-pêcheur au bord de l'eau"))


def test_nobody_to_watch_is_nobody_found() -> None:
    assert [[], []] == Watchers([]).sift([item("Dr Martin"), item("04 65 71 00 42")])


@pytest.mark.parametrize("letters", ["0123456789", "abcdefgh ", "Dr martin ", "a0b1 ", "é’œ "])
def test_two_megabytes_of_anything_are_bounded(letters: str) -> None:
    text = "".join(random.Random(1).choices(letters, k=2_000_000))
    began = time.process_time()
    Watchers(EVERYONE).candidates(item(text))
    assert time.process_time() - began < 5


def test_a_page_of_digits_takes_no_more_memory_than_a_few_copies_of_it() -> None:
    text = "".join(random.Random(1).choices("0123456789", k=200_000))
    tracemalloc.start()
    Watchers(EVERYONE).candidates(item(text))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * len(text)


def _crowd(number: int) -> list[Practitioner]:
    rng = random.Random(20261123)
    parts = ("ba", "ce", "du", "fo", "gri", "lou", "ma", "nec", "pra", "ra", "ti", "vel")
    return [
        replace(
            VANDERMARCK,
            practitioner_id=f"p{at}",
            last_names=("".join(rng.choices(parts, k=4)).capitalize(),),
            phone=f"+33{rng.randrange(10**8, 10**9)}",
            rpps=str(10_990_000_000 + at),
            website=None,
            practice_name=f"Cabinet {''.join(rng.choices(parts, k=3))}",
        )
        for at in range(number)
    ]


def test_ten_thousand_practitioners_cost_less_than_fifteen_megabytes() -> None:
    crowd = _crowd(10_000)
    tracemalloc.start()
    watchers = Watchers(crowd)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 10_000 == len(watchers)
    assert size < 15_000_000
