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
from vigie.judge import heard
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


_TOWNS = (
    ("Saint-Malo", "35400"),
    ("Entre-Vignes", "34400"),
    ("Le Mans", "72000"),
    ("Lyon", "69006"),
    ("Tours", "37000"),
)
_LASTS = (
    "Petit",
    "Petyt",
    "Le Petit",
    "Roux",
    "Rousse",
    "Le",
    "Martin",
    "Marten",
    "Saint-Martin",
    "Boulanger",
    "Tours",
)
_NEIGHBOURS = tuple(
    replace(
        MARTIN,
        practitioner_id=f"n{at}",
        first_names=(("Paul", "Anne-Marie", "Martin")[at % 3],),
        last_names=(last,),
        specialty=("dermatologue", "sage-femme", "médecin généraliste")[at % 3],
        city=_TOWNS[at % 5][0],
        postcode=_TOWNS[at % 5][1],
        practice_name="Cabinet des Vignes Petit" if at % 4 == 0 else None,
    )
    for at, last in enumerate(_LASTS * 3)
)
"""People of few names, trades and towns, so that whatever confirms one of them nearly confirms another."""
_SAID = st.sampled_from(
    [
        "Petit", "petit", "petits", "Pettit", "Roux", "roux", "Rouxe", "le", "Le", "LE", "Martin", "Marttin", "martin",
        "Mart1n", "Saint", "St", "Sens", "sens", "Mans", "Malo", "Saint-Malo", "Saint,", "Entre", "Vignes", "Lyon",
        "lyonnais", "(69)", "69006", "(35)", "Dr", "Mme", "docteur", "P.", "A.", "Paul", "Anne", "Marie",
        "dermatologue", "peau", "grossesse", "sage-femme", "patient", "merci", "à", ",", ".", "\n", "Boulanger",
        "boulanger", "chez", "cabinet", "des", "02 61 91 00 77", "02", "61910077",
    ]
)  # fmt: skip


@given(st.lists(st.lists(_SAID, max_size=9).map(" ".join), min_size=1, max_size=4))
def test_neighbours_of_one_name_are_candidates_whenever_match_speaks_of_them(texts: list[str]) -> None:
    items = [item(text) for text in texts]
    found = Watchers(_NEIGHBOURS).sift(items)
    for one, people in zip(items, found, strict=True):
        spoken_of = [person for person in _NEIGHBOURS if match(person, one) is not None]
        assert [] == [person.practitioner_id for person in spoken_of if person not in people]


@given(st.lists(st.lists(_SAID, max_size=9).map(" ".join), min_size=1, max_size=6))
def test_what_is_remembered_of_words_changes_no_answer(texts: list[str]) -> None:
    warm, items = Watchers(_NEIGHBOURS), [item(text) for text in texts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(heard, "_REMEMBERED", 2)
        patch.setattr(heard, "_REMEMBERED_EACH", 0)
        forgetful = Watchers(_NEIGHBOURS)
    warm.sift(items)
    assert warm.sift(items) == [forgetful.candidates(one) for one in items]


def test_what_is_remembered_of_words_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "_REMEMBERED", 1_000)
    monkeypatch.setattr(heard, "_REMEMBERED_EACH", 0)
    known = heard.Heard([MARTIN], {"martin": [0]})
    for at in range(100):
        known.learn({b"word%d" % (at * 100 + more) for more in range(100)})
    assert len(known) <= 1_100


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
