"""Names and numbers are read however they were written: encoded twice, scanned, in groups, in a handle."""

from __future__ import annotations

from copy import replace

import pytest

from tests.common.people import MARTIN, VANDERMARCK, item
from vigie.judge import plain as plain_module
from vigie.judge import towns
from vigie.judge.plain import decoded, plain
from vigie.judge.reading import tagged, unscanned
from vigie.match import match
from vigie.model import Confidence, Decision, Severity
from vigie.triage import triage
from vigie.watchers import Watchers, numbers

NOWHERE = replace(MARTIN, city="", postcode="")
"""What enrolment refuses, and a file of profiles may hold."""


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("d&eacute;&ccedil;u", "déçu"),
        ("l&#39;accueil", "l'accueil"),
        ("l&#x27;accueil", "l'accueil"),
        ("&amp;eacute;t&amp;eacute;", "été"),
        ("?a=1&copy=2&reg=3", "?a=1&copy=2&reg=3"),
        ("Q&A ; R&D;", "Q&A ; R&D;"),
        ("&" * 9, "&" * 9),
    ],
)
def test_entities_left_in_a_text_are_their_characters_and_the_rest_stays(text: str, read: str) -> None:
    assert read == decoded(text)


def test_a_plain_item_is_given_back_as_it_is() -> None:
    clean = item("Déçu & triste", title="Dr Martin", author=None)
    assert clean == plain(clean)
    assert plain(item("&amp;amp;lt;b")) == plain(plain(item("&amp;amp;lt;b")))


def test_entities_are_looked_for_a_bounded_number_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(plain_module, "unescape", lambda entity: asked.append(entity) or "&")
    decoded("&amp;" * 1_000)
    decoded("&" + "a" * 100_000 + ";")
    assert 1_000 == len(asked)


def test_entities_hide_no_name_and_no_fact() -> None:
    found = item(
        "Dr &Eacute;lo&iuml;se Vandermarck, dermatologue &agrave; Lyon : elle m&#39;a insult&eacute;e.", kind="forum"
    )
    decision = match(VANDERMARCK, found)
    assert decision is not None
    assert Confidence.CERTAIN is decision.confidence
    assert Severity.URGENT is triage(found, decision, VANDERMARCK).severity
    assert [VANDERMARCK] == Watchers([VANDERMARCK, MARTIN]).candidates(found)


@pytest.mark.parametrize(
    ("scanned", "word"),
    [
        ("mart1n", "martin"), ("v1ncent", "vincent"), ("dan1el", "daniel"), ("c1oarec", "cloarec"),
        ("wi11iam", "william"), ("m0rvant", "morvant"), ("rou5sel", "roussel"), ("covid19", "covidl9"), ("1er", "1er"),
    ],
)  # fmt: skip
def test_a_digit_that_a_scanner_saw_is_the_letter_that_makes_a_name(scanned: str, word: str) -> None:
    assert word == unscanned(scanned)


@pytest.mark.parametrize(
    ("spelt", "same"), [("Éloyse", True), ("Elloise", True), ("Héloïse", False), ("Éloane", False)]
)
def test_another_spelling_of_a_first_name_is_theirs_and_another_name_is_not(spelt: str, same: bool) -> None:
    decision = match(VANDERMARCK, item(f"{spelt} Vandermarck"))
    assert same is (decision is not None and "full_name" in [reason.code for reason in decision.reasons])


def test_a_frequent_first_name_has_several_spellings() -> None:
    mohammed = replace(MARTIN, first_names=("Mohammed",))
    for spelt, same in (("Mohamed", True), ("Mohamad", False)):
        decision = match(mohammed, item(f"Dr {spelt} Martin, dentiste à Nantes"))
        assert same is (decision is not None and decision.about)


def test_a_scanned_name_is_theirs() -> None:
    found = item("Dr Paul Mart1n, chirurgien-dentiste à Nantes")
    decision = match(MARTIN, found)
    assert decision is not None
    assert decision.about
    assert [MARTIN] == Watchers([VANDERMARCK, MARTIN]).candidates(found)


@pytest.mark.parametrize("number", ["10990004217", "10 990 004 217", "10.990.004.217", "10\u00a0990\u00a0004\u00a0217"])
def test_an_rpps_number_in_groups_is_theirs(number: str) -> None:
    found = item(f"Médecin radié, RPPS n° {number}, depuis mars")
    decision = match(VANDERMARCK, found)
    assert decision is not None
    assert Confidence.CERTAIN is decision.confidence
    assert [VANDERMARCK] == Watchers([VANDERMARCK, MARTIN]).candidates(found)


@pytest.mark.parametrize("number", ["110990004217", "10 990 004 2170", "10 990 004 218"])
def test_a_longer_number_is_no_rpps_number(number: str) -> None:
    assert match(VANDERMARCK, item(f"Dossier {number}")) is None


@pytest.mark.parametrize("number", ["04  -  65  -  71  -  00  -  42", "10 / / / / 990 004 217", "+33 (0)4 65 71 00 42"])
def test_a_number_is_found_however_far_apart_its_groups_are(number: str) -> None:
    assert match(VANDERMARCK, item(number)) is not None
    assert [VANDERMARCK] == Watchers([VANDERMARCK, MARTIN]).candidates(item(number))


@pytest.mark.parametrize("handle", ["@paul.martin", "@Paul_Martin", "#paul.martin", "@paul.martin.dentiste"])
def test_a_handle_with_stops_is_a_full_name(handle: str) -> None:
    found = item(f"Déçue par {handle} : un dentiste pressé, à Nantes.")
    decision = match(MARTIN, found)
    assert decision is not None
    assert "full_name" in [reason.code for reason in decision.reasons]


def test_a_stop_without_a_space_still_ends_a_sentence() -> None:
    decision = match(MARTIN, item("Un dentiste à Nantes pour Paul.Martin est un prénom que nous aimons."))
    assert decision is None or "full_name" not in [reason.code for reason in decision.reasons]


@pytest.mark.parametrize(
    ("about", "text"),
    [
        (True, "Le Dr Paul Martin, dentiste à Lyon, est formidable"),
        (True, "Dr Martin, chirurgien-dentiste"),
        (False, "Paul Martin, garagiste à Lyon"),
        (False, "Dr Hervé Martin, dentiste à Lyon"),
        (False, "Le docteur Paul Martin, cardiologue"),
    ],
)
def test_of_whom_no_town_is_known_no_town_contradicts(about: bool, text: str) -> None:
    decision = match(NOWHERE, item(text))
    assert about is bool(decision and decision.about and decision.reasons)
    assert [NOWHERE] == Watchers([NOWHERE]).candidates(item(text))


@pytest.mark.parametrize(
    "text",
    [
        "La secrétaire du Dr Martin m'a insultée.",
        "Le secrétariat du Dr Martin m'a insultée",
        "L'assistante du Dr Martin m'a insultée",
        "La standardiste du Dr Martin m'a insultée",
    ],
)
def test_what_their_staff_did_asks_for_attention(text: str) -> None:
    found = item(text, kind="forum")
    verdict = triage(found, Decision(about=True, confidence=Confidence.CERTAIN), MARTIN)
    assert Severity.ATTENTION is verdict.severity


@pytest.mark.parametrize("groups", [[b"1" * 100_000], [b"1"] * 100_000, [b"04"] * 100_000, [b"1" * 15] * 10_000])
def test_a_page_of_digits_is_looked_up_once_a_group(groups: list[bytes]) -> None:
    assert sum(1 for _ in numbers(groups)) <= 6 * len(groups)
    assert max(map(len, numbers(groups)), default=0) <= 11


def test_a_handle_said_again_is_cut_once_and_a_long_one_at_its_first_letters() -> None:
    assert tagged("@morvant " * 10_000) == tagged("@morvant")
    assert 12 == len(tagged("#morvant"))
    assert len(tagged("@" + "a" * 100_000)) <= 80


@pytest.mark.parametrize(
    ("town", "half", "says"),
    [
        ("Grand-Aigueblanche", "aigueblanche", True),
        ("Grand-Aigueblanche", "grand", False),
        ("Taiarapu-Est", "est", False),
    ],
)
def test_half_of_a_town_that_is_an_ordinary_word_says_no_town(town: str, half: str, says: bool) -> None:
    assert says is (half in towns.said(town))
