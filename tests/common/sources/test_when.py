"""Dates as sites show them: set aside whatever they look like, and nothing else with them."""

from __future__ import annotations

from time import process_time

import pytest

from vigie.parse.ticking import still
from vigie.parse.when import is_stamp, undated

ONE_MOMENT = [
    "il y a 3 jours", "il y a un an", "il y a environ 2 heures", "il y a 2 heures et 3 minutes", "à l'instant",
    "Hier à 10:12", "hier, 10 h 12", "Avant-hier à 10h12", "Aujourd’hui à 11:02", "aujourd'hui, 10:12:03",
    "lun. 4 mars 2024 10:12", "lundi 4 mars 2024, 10:12", "Lundi à 10:12", "vendredi dernier à 10:12", "4 mars 2024",
    "le 4 mars 2024 à 10:12", "le 1er mars à 10 h 12", "mars 2024", "04/03/2024, 10h12", "04/03/24 à 10h12",
    "04-03-2024 10:12:00", "4.3.2024", "Lun 04 Mar 2024, 10:12", "Lun 04 Mar 2024 10:12 (CET)", "04-mars-2024",
    "2 days ago", "a month ago", "5 hours, 3 minutes ago", "Less than 1 minute ago", "just now", "Yesterday, 09:45",
    "March 4, 2024, 10:12 AM", "Mar 4, 2024 at 10:12 AM", "03-04-2024, 10:12 AM", "Mon Mar 04, 2024 10:12 am",
    "2024-03-04 10:12", "2024-03-04T10:00:00+01:00", "Mon, 4 Mar 2024 10:12:00 GMT", "l'an dernier", "last week",
]  # fmt: skip


@pytest.mark.parametrize("moment", ONE_MOMENT)
def test_a_date_is_a_stamp_and_no_part_of_what_a_text_says(moment: str) -> None:
    assert is_stamp(moment)
    assert "jojo a écrit ma note" == still(f"jojo a écrit {moment} : ma note")


@pytest.mark.parametrize(
    "line",
    [
        "Posté le 04-03-2024 à 10:12:00", "Posté(e) le 4 mars", "Publié il y a 3 heures", "#3 Aujourd'hui 10:00:00",
        "« Réponse #1 le: 9 mars 2024 à 10:12 »", "Posted: Mon Mar 04, 2024 10:12 am", "Avis déposé le 4 mars 2024",
        "Consultation du 4 mars 2024", "3 sem.", "2 j",
    ],
)  # fmt: skip
def test_a_line_that_says_when_something_was_published_is_a_stamp(line: str) -> None:
    assert is_stamp(line)


@pytest.mark.parametrize(
    "line",
    [
        "Inscrit le: 04 Juin 2019", "Messages : 12", "jojo", "Je l'ai vue hier", "12 ans", "10", "#12", "10:12", "mon",
        "mars", "Lyon 69006", "4,3/5", "35 €", "Mise à jour le 4 mars 2024", "À fuir", "Tél 04 65 71 00 00", "Samedi",
        "01.99.00.12.34", "Rue du 4 septembre", "9:00-12:00", "Prochain rendez-vous le 12 mars 2024 avec elle",
        "Bonjour à tous 4 mars", "1 étoile", "",
    ],
)  # fmt: skip
def test_what_says_something_else_is_none(line: str) -> None:
    assert not is_stamp(line)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("95 % des patients", "94 % des patients"),
        ("Note moyenne 4,3/5 (127 avis)", "Note moyenne 4,2/5 (1 avis)"),
        ("Mémoire : 12.3 Mo - 14 requêtes", "Mémoire : 9 Mo - 1 requête"),
        ("Vous êtes le 1204e visiteur", "Vous êtes le 1 377e visiteur"),
        ("Dernière modification par jo le 4 mars", "Dernière modification par bob le 5 mars à 10:12"),
    ],
)
def test_numbers_count_and_say_nothing(one: str, other: str) -> None:
    assert still(one) == still(other)


def test_a_name_survives_the_date_beside_it() -> None:
    assert "par Jojo »" == undated("par Jojo » lun. 4 mars 2024 10:12").strip()
    assert "Rue du 8 mai 1945" == undated("Rue du 8 mai 1945")


@pytest.mark.parametrize(
    "part", ["1 ", "1/", "10:", "le ", "lun. ", "4 mars ", "il y a ", "hier ", "9 a ", "rue du 8 "]
)
def test_no_text_takes_long(part: str) -> None:
    started = process_time()
    still(part * (200_000 // len(part)))
    assert 2 > process_time() - started
