"""Who an item is about: names in all their forms, clues that agree, namesakes that must not pass, reasons kept."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.common.people import DE_LA_FONT, EVERYONE, GUILVINEC, MARTIN, ROSSIGNOL, VANDERMARCK, item
from vigie.match import Case, match
from vigie.model import Confidence, Practitioner

CHESS = replace(MARTIN, excluded=("Paul Martin échecs",))
BERNARD = replace(MARTIN, last_names=("Bernard",))

ABOUT: list[tuple[str, Practitioner, str]] = [
    ("title and full name", VANDERMARCK, "Le Dr Éloïse Vandermarck m'a reçue ce matin."),
    ("no accents, no capitals", VANDERMARCK, "dr eloise vandermarck dermato a lyon, super"),
    ("capitals", VANDERMARCK, "DOCTEUR ELOISE VANDERMARCK, LYON 6E"),
    ("inverted, in parentheses", VANDERMARCK, "Liste : VANDERMARCK (Eloise), dermatologie, 69006 Lyon"),
    ("inverted, with a comma", VANDERMARCK, "Vandermarck, Éloïse - dermatologue - Lyon"),
    (
        "inverted, in a list",
        MARTIN,
        "MARCHAL Luc (kiné) ; MARTIN Paul – chirurgien-dentiste – Nantes ; MASSON Léa – Rezé",
    ),
    ("title and last name, town", VANDERMARCK, "Allez voir le Dr Vandermarck à Lyon."),
    ("title and last name, trade", VANDERMARCK, "Ma dermato, le docteur Vandermarck, part en congé."),
    ("Mme and trade", ROSSIGNOL, "Mme Rossignol, sage-femme, m'a suivie pendant toute ma grossesse."),
    ("trade as a title", MARTIN, "le dentiste Paul Martin de Nantes m'a bien soigné"),
    ("initial", VANDERMARCK, "É. Vandermarck (Lyon), poster sur le psoriasis de l'enfant."),
    ("initial after the name", DE_LA_FONT, "De La Font JB, Durand P. Service de cardiologie, Rouen."),
    ("compound first name by initials", DE_LA_FONT, "J.-B. de La Font, cardiologue à Rouen"),
    ("glued particle", DE_LA_FONT, "le professeur Delafont, cardiologue à Rouen, m'a opéré"),
    ("particle in lower case", DE_LA_FONT, "le pr de la font en cardio au chu de rouen"),
    ("half of a double name", GUILVINEC, "Le Dr Tanguy à Saint-Malo ne prend plus de patients."),
    ("maiden name", GUILVINEC, "Anne-Sophie Le Guilvinec, généraliste à St Malo"),
    ("alias", GUILVINEC, "AS Tanguy, mon médecin traitant à Saint-Malo, est partie."),
    ("misspelt after a title", VANDERMARCK, "Le Dr Vandermark, dermatologue à Lyon"),
    ("scanned badly", VANDERMARCK, "VANDERMARCK Eloise devient VANDERM4RCK ; Dr V0NDER ; Dr Éloïse VANDERMARCK 69006"),
    ("full name of somebody rare", VANDERMARCK, "J'ai croisé Éloïse Vandermarck."),
    ("RPPS alone", VANDERMARCK, "Praticien n° RPPS 10990004217, secteur 2"),
    ("telephone alone", VANDERMARCK, "Pour prendre rendez-vous : 04.65.71.00.42"),
    ("telephone, international", VANDERMARCK, "Tel +33 (0)4 65 71 00 42"),
    ("site", VANDERMARCK, "Tout est sur dr-vandermarck.example"),
    ("in the middle of a long list", MARTIN, "Dentistes de Nantes : Dr Lebrun, Dr Martin, Dr Ouali, Dr Petit."),
]

NOT_ABOUT: list[tuple[str, Practitioner, str]] = [
    (
        "another trade, said of the same name in the next sentence",
        MARTIN,
        "Paul Martin consulte à Nantes, sur rendez-vous. Le vétérinaire Paul Martin soigne chiens et chats.",
    ),
    ("excluded, of whatever trade", CHESS, "Paul Martin, de Nantes, gagne aux échecs ; ses patients le félicitent."),
    ("names swapped, told by the capitals", BERNARD, "Dr PAUL Bernard, chirurgien-dentiste, Nantes"),
    ("another trade before", MARTIN, "le maçon Paul Martin a refait mon mur, à deux pas du dentiste"),
    ("another trade after", MARTIN, "Paul Martin, garagiste à Lyon, change vos pneus."),
    (
        "another trade, said once",
        MARTIN,
        "Paul Martin sort un album. Le guitariste nantais joue samedi ; son dentiste sera là.",
    ),
    ("a trade no list has", MARTIN, "Paul Martin, le dresseur de puces, est à Nantes."),
    ("another first name", MARTIN, "Le Dr Hervé Martin, dentiste à Nantes, prend sa retraite."),
    ("another first name, inverted", MARTIN, "MARTIN Hervé – chirurgien-dentiste – Nantes"),
    ("a first name nobody listed", MARTIN, "Le Dr Wolfram Martin, dentiste, s'installe."),
    ("another initial", MARTIN, "H. Martin (Nantes), chirurgien-dentiste"),
    ("another practitioner's trade", MARTIN, "Le Dr Paul Martin, cardiologue à Nantes"),
    ("another town", MARTIN, "Dr Paul Martin – chirurgien-dentiste – Strasbourg. Prenez rendez-vous."),
    ("another department", MARTIN, "Dr Paul Martin, chirurgien-dentiste, 13006"),
    ("no clue at all", VANDERMARCK, "Mme Vandermarck, pain d'épices et confitures, stand 12."),
    (
        "first name and last name apart",
        MARTIN,
        "Paul a 39 de fièvre et Martin commence à tousser, le dentiste est fermé.",
    ),
    ("two first names", MARTIN, "Nous hésitons entre Paul-Martin et Martin pour le bébé, à Nantes."),
    ("an ordinary word", ROSSIGNOL, "Ma sage-femme d'Angers dit que le rossignol chante la nuit."),
    ("a street", MARTIN, "Rendez-vous rue Paul-Martin à Nantes, face au dentiste."),
    ("a street named after a doctor", MARTIN, "Le cabinet dentaire du 3 rue du Docteur Martin à Nantes"),
    ("part of a longer name", MARTIN, "Le Dr Paul Martin-Duval, dentiste à Nantes"),
    (
        "a person of fiction",
        MARTIN,
        "« Docteur Paul Martin », le nouveau roman : un dentiste de Nantes mène l'enquête.",
    ),
    ("excluded", VANDERMARCK, "La harpiste Éloïse Vandermarck jouera à Lyon."),
    (
        "a town of the same name abroad",
        Practitioner("p", "Dr", ("Luc",), ("Morel",), "dentiste", "Valence", "26000"),
        "Dr Morel, Valence (Espagne)",
    ),
    ("a notary", MARTIN, "Maître Paul Martin, Nantes"),
    ("a firm", MARTIN, "Paul Martin Constructions bâtit le nouveau cabinet dentaire de Nantes."),
]


@pytest.mark.parametrize(("practitioner", "text"), [case[1:] for case in ABOUT], ids=[case[0] for case in ABOUT])
def test_it_finds_them(practitioner: Practitioner, text: str) -> None:
    decision = match(practitioner, item(text))
    assert decision is not None
    assert decision.about
    assert decision.reasons


@pytest.mark.parametrize(
    ("practitioner", "text"), [case[1:] for case in NOT_ABOUT], ids=[case[0] for case in NOT_ABOUT]
)
def test_it_leaves_others_alone(practitioner: Practitioner, text: str) -> None:
    decision = match(practitioner, item(text))
    assert decision is None or not decision.about


def test_it_says_nothing_where_nothing_names_them() -> None:
    for practitioner in EVERYONE:
        assert match(practitioner, item("Quelqu'un connaît un bon médecin à Lyon, Nantes ou Rouen ?")) is None


def test_a_namesake_is_kept_as_unlikely_with_its_reason() -> None:
    decision = match(MARTIN, item("Paul Martin, garagiste à Lyon"))
    assert decision is not None
    assert (False, Confidence.UNLIKELY) == (decision.about, decision.confidence)
    assert "full_name" in [reason.code for reason in decision.reasons]


def test_all_agreeing_clues_make_it_certain_and_are_all_told() -> None:
    decision = match(VANDERMARCK, item("Dr Éloïse Vandermarck, dermatologue, Cabinet du quai Achille, 69006 Lyon"))
    assert decision is not None
    assert Confidence.CERTAIN is decision.confidence
    assert {"full_name", "specialty", "practice", "city", "postcode"} <= {reason.code for reason in decision.reasons}


def test_the_spans_quote_the_name_as_it_was_written() -> None:
    found = item("Merci Dr. E\u0301loi\u0308se Vander\u00admarck !", title="Dermato à Lyon : VANDERMARCK (Éloïse)")
    decision = match(VANDERMARCK, found)
    assert decision is not None
    whole = f"{found.title}\n{found.text}"
    quoted = [whole[start:end] for start, end in decision.spans]
    assert ["VANDERMARCK (Éloïse)", "Dr. E\u0301loi\u0308se Vander\u00admarck"] == quoted


def test_a_comment_is_about_whom_its_thread_names() -> None:
    decision = match(VANDERMARCK, item("Elle m'a brûlée au laser.", context="Dr Vandermarck, dermatologue à Lyon"))
    assert decision is not None
    assert decision.about
    assert "context_names" == decision.reasons[0].code
    assert () == decision.spans


def test_a_review_on_their_own_listing_is_theirs_without_a_name() -> None:
    review = item("Une heure d'attente.", title="Cabinet du quai Achille", kind="review", rating=2.0)
    decision = match(VANDERMARCK, review)
    assert decision is not None
    assert decision.about
    assert "own_listing" in [reason.code for reason in decision.reasons]


def test_what_their_own_site_publishes_is_theirs() -> None:
    decision = match(VANDERMARCK, item("Le cabinet sera fermé en août."), host="www.dr-vandermarck.example")
    assert decision is not None
    assert "website" in [reason.code for reason in decision.reasons]


def test_the_practice_named_elsewhere_is_no_mention() -> None:
    assert match(VANDERMARCK, item("Travaux devant le Cabinet du quai Achille", kind="news")) is None


@pytest.mark.parametrize(
    "text",
    [
        "Dr Vandermarck " * 150_000,
        "vandermarck " * 160_000,
        "a" * 2_000_000,
        "0 4 6 5 " * 250_000,
        "é\u0301" * 1_000_000,
        "(" * 2_000_000,
        "Dr " * 600_000 + "Vandermarck, dermatologue à Lyon",
    ],
    ids=["titles", "names", "one word", "digits", "accents", "brackets", "name at the end"],
)
def test_two_megabytes_are_bounded(text: str) -> None:
    began = time.process_time()
    match(VANDERMARCK, item(text))
    assert time.process_time() - began < 3


def test_a_name_far_into_a_long_page_is_found_where_it_stands() -> None:
    page = "Le marché de Noël ouvre ses portes. " * 3_000
    text = f"{page}Le Dr Éloïse Vandermarck, dermatologue à Lyon, répond.\n{page}"
    decision = match(VANDERMARCK, item(text))
    assert decision is not None
    assert decision.about
    ((start, end),) = decision.spans
    assert "Dr Éloïse Vandermarck" == f"\n{text}"[start:end]


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=200))
def test_nothing_one_can_write_breaks_it(text: str) -> None:
    for practitioner in EVERYONE:
        decision = match(
            practitioner, item(f"Dr Vandermarck {text} Martin Paul {text}", title=text, author=text, context=text)
        )
        if decision:
            size = 2 * len(text) * 2 + 200
            assert all(0 <= start < end <= size for start, end in decision.spans)


PHONE = "04.65.71.00.42"


def test_a_telephone_alone_is_never_certain() -> None:
    decision = match(VANDERMARCK, item(f"Pour prendre rendez-vous : {PHONE}"))
    assert decision is not None
    assert decision.confidence is Confidence.PROBABLE


@pytest.mark.parametrize("other", ["le Dr Roux", "Camille Roux"])
def test_a_telephone_beside_another_name_is_not_theirs(other: str) -> None:
    decision = match(VANDERMARCK, item(f"Pour voir {other}, appelez le {PHONE}"))
    assert decision is not None
    assert not decision.about


@pytest.mark.parametrize("said", ["Le Dr Roux, lui, m'a brûlée.", "Camille Roux m'a brûlée au laser."])
def test_a_comment_that_names_somebody_else_is_not_about_who_its_thread_names(said: str) -> None:
    decision = match(VANDERMARCK, item(said, context="Dr Vandermarck, dermatologue à Lyon"))
    assert decision is None or not decision.about


def test_a_last_name_that_is_a_trade_is_no_trade_of_somebody_else() -> None:
    baker = replace(VANDERMARCK, practitioner_id="pbaker", first_names=("Luc",), last_names=("Boulanger",))
    case = Case(baker, item("Le Dr Luc Boulanger, dermatologue à Lyon, m'a sauvé."))
    assert not any("other trade" in fact for naming in case.namings for fact in case.facts(naming))
