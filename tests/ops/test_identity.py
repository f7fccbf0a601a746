"""What a register says of somebody, written as one writes it, and in words that matching knows."""

from __future__ import annotations

from typing import Any

import pytest

from ops import profile
from ops.identity import identity, practice_name
from ops.registers import Entry, Practice, Skill, merged, rpps_tabular
from ops.trades import specialty, trade
from tests.conftest import NOW
from tests.ops.lookups import page
from tests.providers.rpps import SAMPLE, row
from vigie.judge.names import specialties_of

LABELS = (
    "Anesthésie-réanimation",
    "Biologie médicale",
    "Cardiologie et maladies vasculaires",
    "Chirurgie infantile",
    "Chirurgie maxillo-faciale et stomatologie",
    "Chirurgie orthopédique et traumatologie",
    "Chirurgie plastique, reconstructrice et esthétique",
    "Chirurgie thoracique et cardio-vasculaire",
    "Chirurgie urologique",
    "Chirurgie vasculaire",
    "Chirurgie viscérale et digestive",
    "Dermatologie et vénéréologie",
    "Endocrinologie et métabolisme",
    "Endocrinologie-diabétologie-nutrition",
    "Gastro-entérologie et hépatologie",
    "Génétique médicale",
    "Gériatrie",
    "Gynécologie-obstétrique",
    "Gynécologie médicale",
    "Hématologie",
    "Maladies infectieuses et tropicales",
    "Médecine d'urgence",
    "Médecine du travail",
    "Médecine Générale",
    "Spécialiste en Médecine Générale",
    "Médecine interne",
    "Médecine légale et expertises médicales",
    "Médecine physique et réadaptation",
    "Médecine vasculaire",
    "Néphrologie",
    "Neuro-chirurgie",
    "Neurologie",
    "O.R.L et chirurgie cervico faciale",
    "Oncologie option médicale",
    "Oncologie option radiothérapie",
    "Ophtalmologie",
    "Orthopédie dento-faciale",
    "Oto-rhino-laryngologie",
    "Pédiatrie",
    "Pneumologie",
    "Psychiatrie",
    "Psychiatrie option enfant & adolescent",
    "Radio-diagnostic",
    "Radio-thérapie",
    "Rhumatologie",
    "Santé publique et médecine sociale",
    "Stomatologie",
    "Urologie",
)


def of(*rows: Any) -> dict[str, Any]:
    [entry] = merged(rpps_tabular.read(page(*rows)).entries)
    return dict(identity(entry).document)


@pytest.mark.parametrize("label", LABELS)
def test_a_specialty_becomes_a_trade_that_matching_knows(label: str) -> None:
    assert specialties_of(trade(label)), trade(label)


MISREAD = {"Neuro-chirurgie", "Orthopédie dento-faciale"}
"""Labels in whose words another profession is seen: why there are trades."""


@pytest.mark.parametrize("label", sorted(set(LABELS) - MISREAD))
def test_a_trade_is_what_its_label_says(label: str) -> None:
    """Where matching knows the words of the label itself, it means the same profession."""
    assert not specialties_of(label) or set(specialties_of(label)) & set(specialties_of(trade(label)))


@pytest.mark.parametrize("profession", ["Chirurgien-Dentiste", "Sage-Femme", "Infirmier", "Masseur-Kinésithérapeute"])
def test_a_profession_without_specialties_is_the_trade(profession: str) -> None:
    assert profession.lower() == specialty((), profession)
    assert specialties_of(specialty((), profession))


def test_an_ordinal_specialty_comes_before_a_competence() -> None:
    skills = (Skill(0, "Pédiatrie"), Skill(2, "Médecine du sport"))

    assert ("pédiatre", "pédiatre et gériatre") == (
        specialty(skills, "Médecin"),
        specialty((*skills, Skill(0, "Gériatrie")), "Médecin"),
    )


def test_both_kinds_of_general_practice_are_one_trade() -> None:
    skills = (Skill(0, "Médecine Générale"), Skill(0, "Spécialiste en Médecine Générale"))

    assert "médecin généraliste" == specialty(skills, "Médecin")


def test_the_sample_is_enrolled_as_it_would_be_by_hand() -> None:
    assert {
        "title": "Dr",
        "first_names": ["Camille"],
        "last_names": ["Aubertin-Lesage"],
        "specialty": "dermatologue",
        "rpps": "10999999013",
        "city": "Valombre",
        "postcode": "61999",
        "phone": "+33200000000",
        "practices": [{"city": "Valombre", "postcode": "61999", "practice_name": "CH de Valombre"}],
    } == of(*SAMPLE["data"])


@pytest.mark.parametrize(
    ("written", "spelt"),
    [
        ("DE LA TOUR", "de La Tour"),
        ("LE GALL", "Le Gall"),
        ("D'ARGENTRÉ", "d'Argentré"),
        ("O'NEILL-DU PONT", "O'Neill-du Pont"),
        ("McCarthy", "McCarthy"),
    ],
)
def test_names_in_capitals_are_written_as_one_writes_them(written: str, spelt: str) -> None:
    assert [spelt] == of(row("10990000113", written, "JEAN-PIERRE"))["last_names"]


@pytest.mark.parametrize(
    ("written", "spelt"),
    [
        ("PARIS 13E ARRONDISSEMENT", "Paris 13e"),
        ("BOURG-EN-BRESSE", "Bourg-en-Bresse"),
        ("LA ROCHELLE", "La Rochelle"),
        ("L'HAŸ-LES-ROSES", "L'Haÿ-les-Roses"),
        ("PARIS CEDEX 13", "Paris"),
    ],
)
def test_towns_in_capitals_too(written: str, spelt: str) -> None:
    assert spelt == of(row("10990000113", "A", "B", town=written))["city"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("CABINET DU DR MORVANT CLAIRE", ""),
        ("SELARL DR MORVANT ET ASSOCIES", ""),
        ("CABINET MEDICAL", ""),
        ("MSP DES BROTTEAUX", "MSP des Brotteaux"),
        ("Clinique de la Sauvegarde", "Clinique de la Sauvegarde"),
    ],
)
def test_a_practice_that_is_called_like_them_is_no_place_of_its_own(written: str, kept: str) -> None:
    """Else every namesake's name would be a word of their practice."""
    assert kept == practice_name(written, Entry("8", "", "", "CLAIRE", "MORVANT", "Médecin"))


def test_two_practices_and_two_telephones_are_all_kept() -> None:
    found = of(
        row("10990000113", "A", "B", town="Lyon", postcode="69006", phone="0465711000", phone2="0465711001"),
        row("10990000113", "A", "B", town="Valence", postcode="26000", phone="0465711002", mode="S"),
    )
    read = profile.read(found, practitioner_id="p", now=NOW).practitioner

    assert (("Lyon", "Lyon", "Valence"), ("+33465711000", "+33465711001", "+33465711002")) == (
        read.cities,
        read.phones,
    )


def test_a_telephone_that_is_none_is_left_out_and_said() -> None:
    found = identity(Entry("8", "", "", "B", "A", "Médecin", (), (Practice("", "Lyon", "69006", ("12",)),)))

    assert "phone" not in found.document
    assert "12" in found.notes[0]


def test_somebody_without_an_address_is_left_to_the_operator() -> None:
    found = of(row("10990000154", "SANSLIEU", "PAUL", postcode=None, town=None))

    with pytest.raises(profile.ProfileError, match="city is missing"):
        profile.read(found, practitioner_id="p", now=NOW)
