"""Facts are found by terms one can read, each taken as it is meant, in bounded work; the weights are readable too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from vigie.judge import facts, learned
from vigie.judge.reading import whole
from vigie.judge.said import Said

DATA = Path(facts.__file__).with_name("data")
BUDGET = 550_000
"""Bytes of triage's share of the data files, of 1 MB in all."""


def said(text: str, own: frozenset[str] = frozenset()) -> Said:
    reading = whole(text)
    return Said(reading, range(len(reading)), own)


def families(text: str) -> set[str]:
    return {hit.family for hit in said(text).hits}


@pytest.mark.parametrize(
    ("family", "text"),
    [
        ("insult", "Un connard."),
        ("loss", "Il a perdu un œil."),
        ("loss", "J'ai perdu la vue."),
        ("fault", "Elle s'est trompée de genou."),
        ("fault", "La mauvaise jambe."),
        ("complaint", "J'ai porté plainte."),
        ("fraud", "Séances fictives."),
        ("abuse", "Des attouchements."),
        ("discrimination", "Une remarque raciste."),
        ("secrecy", "Il a violé le secret médical."),
        ("threat", "On va l'attendre."),
        ("boycott", "Faites tourner !"),
        ("wait", "Une heure d'attente."),
        ("thanks", "Mille mercis."),
        ("harshpraise", "Une vraie brute de travail."),
    ],
)
def test_a_term_is_found_whatever_its_inflection_accents_or_case(family: str, text: str) -> None:
    assert family in families(text)
    assert family in families(text.upper())


def test_an_idiom_takes_the_sting_out_of_its_words() -> None:
    assert "fraud" in families("C'est une arnaque.")
    assert "fraud" not in families("Rien d'une arnaque.")


def test_a_term_does_not_reach_over_the_end_of_a_sentence() -> None:
    assert "complaint" in families("Elle porte plainte.")
    assert "threat" not in families("Je le paie. Cher, mais bien.")


def test_a_gap_is_three_words_at_most() -> None:
    assert "fault" in families("Oublié une grosse compresse.")
    assert "fault" not in families("Oublié une carte postale sur le coin de ma table, près de la pince.")


@pytest.mark.parametrize(
    ("guard", "text"),
    [
        ("no", "Ce n'est pas vraiment un charlatan."),
        ("no", "Jamais je ne dirais charlatan."),
        ("suppose", "Si j'apprends que c'est un charlatan, je pars."),
        ("others", "L'ancien médecin était un charlatan."),
        ("spared", "Le Dr Roux, victime d'insultes : charlatan !"),
        ("ask", "Un charlatan, vraiment ?"),
    ],
)
def test_a_fact_keeps_how_it_is_meant(guard: str, text: str) -> None:
    found = said(text)
    assert any(guard in found.guards(hit) for hit in found.hits if hit.family == "insult")


def test_a_name_that_is_a_word_states_nothing() -> None:
    assert "insult" in families("Le docteur est un charlatan.")
    assert not [
        hit for hit in said("Dr Charlatan, à Nice", frozenset({"charlatan", "nice"})).hits if hit.family == "insult"
    ]


@pytest.mark.parametrize("text", ["a a a ", "pas ", "m a la ma le l ", "perdu la la la ", "a laisse a rate a "])
def test_the_work_grows_as_the_text_does_whatever_is_written(text: str) -> None:
    def work(times: int) -> int:
        index = facts.index()
        words = (text * times).split()
        before = index.work
        index.find(words, [0] * len(words))
        return index.work - before

    assert work(400) <= 4.2 * work(100) + 100


def test_a_term_that_could_be_costly_is_refused() -> None:
    for text in ("(peut) etre", ".. apres", "a .. b .. c .. d", "a b c d e f g h i"):
        with pytest.raises(ValueError, match="not a term"):
            facts.parts_of(text, {}, {})


def test_noise_does_not_fill_the_memory() -> None:
    index = facts.index()
    words = [f"zz{number}" for number in range(facts.MEMO + 500)]
    index.find(words, [0] * len(words))
    assert len(index.memo) <= facts.MEMO


@pytest.mark.parametrize("name", ["sort", "tone"])
def test_weights_are_sorted_integers_one_token_a_line(name: str) -> None:
    head, *lines = (DATA / f"{name}.weights.txt").read_text("utf-8").splitlines()
    tokens = [line.partition("\t")[0] for line in lines]
    assert tokens == sorted(set(tokens))
    model = learned.model(name)
    assert set(model.classes) == set(head.split())
    assert {len(weights) for weights in model.weights.values()} == {len(model.classes)}


def test_what_triage_reads_is_within_its_share() -> None:
    files = [*(DATA / "facts").glob("*.txt"), *DATA.glob("*.weights.txt")]
    assert sum(file.stat().st_size for file in files) <= BUDGET


def test_nothing_is_read_at_import() -> None:
    code = (
        "import vigie.triage; from vigie.judge import facts, learned;"
        "assert facts.index.cache_info().currsize == learned.model.cache_info().currsize == 0"
    )
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode
