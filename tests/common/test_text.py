"""Text from the web is shown and stored clean, bounded, and without the details of other people."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cost import cost
from vigie.show.mask import masked
from vigie.show.text import EXCERPT, TITLE, boundary, clean, cut, excerpt, headline, quoted

ANY = st.text(st.characters(exclude_categories=()), max_size=400)
"""Every code point, lone surrogates included."""


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Dr\u202dDupont", "DrDupont"),
        ("\u2066Dr Dupont\u2069", "Dr Dupont"),
        ("Dr\u200bDu\u200cpo\u200dnt", "DrDupont"),
        ("\ufeffDr Du\u00adpont\u2060", "Dr Dupont"),
        ("Dr\u3164Dupont", "Dr Dupont"),
        ("a\x00b\x07c\x7fd\x9fe", "abcde"),
        ("a\r\nBcc: b\x0bc\x85d\u2028e\u2029f\x1cg", "a Bcc: b c d e f g"),
        ("  a \t\u00a0\u202f b  ", "a b"),
        ("cafe\u0301", "café"),
        ("\ud800Dr \udfffDupont", "Dr Dupont"),
        ("\U000e0041\U000e0042\ufe0f\ufffe\uffff\U0010ffff", ""),
        ("q" + "\u0301" * 300, "q" + "\u0301" * 4),
        ("", ""),
    ],
)
def test_what_cannot_be_seen_is_dropped(raw: str, shown: str) -> None:
    assert shown == clean(raw)


def test_letters_of_all_languages_stay() -> None:
    for text in ("Hélène Müller œuvre ß", "山田太郎", "مرحبا", "שָׁלוֹם", "Ω ½ № €", "क्षि", "\U0001f600", "Nguyễn Thị"):
        assert unicodedata.normalize("NFC", text) == clean(text)


@given(ANY)
def test_clean_text_stays_as_it_is_and_can_be_encoded(text: str) -> None:
    once = clean(text)
    assert once == clean(once)
    assert once == once.encode().decode()
    assert once == " ".join(once.split())
    assert not [c for c in once if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]


@given(ANY, st.integers(1, 60))
def test_a_cut_text_keeps_within_its_limit_and_shows_what_was_there(text: str, limit: int) -> None:
    line = clean(text)
    short = clean(text, limit)
    assert len(short) <= limit
    assert short == line or line.startswith(short.removesuffix("…"))


@pytest.mark.parametrize(
    "sign",
    [
        "\u0065\u0323\u0307",  # a letter and its marks that have no composed form
        "\U0001f44b\U0001f3fd",  # a hand and its colour
        "\U0001f1eb\U0001f1f7",  # a flag
        "\u1112\u1161\u11ab",  # Hangul letters
        "\u0915\u094d\u0937\u093f",  # Devanagari letters joined
    ],
)
def test_a_cut_never_falls_inside_one_sign(sign: str) -> None:
    for at in range(40):
        whole = "x" + sign * 10
        assert (boundary(whole, at) - 1) % len(sign) == 0 or boundary(whole, at) == 0


def test_a_cut_falls_between_words_when_one_is_near() -> None:
    assert cut("Un avis plutôt sévère sur un médecin", 25) == "Un avis plutôt sévère…"
    assert cut("x" * 50, 10) == "x" * 9 + "…"


def test_the_excerpt_holds_the_name_wherever_it_stands() -> None:
    title, name = "Forum santé", "Dr   Cla\u200bire Morvant"
    for before, after in ((0, 0), (5, 0), (0, 900), (900, 0), (900, 900), (5000, 5000)):
        text = "mot " * before + name + " suite" * after
        start = len(title) + 1 + 4 * before
        quote = excerpt(title, text, [(start, start + len(name))])
        assert ["Dr Claire Morvant"] == [quote.text[a:b] for a, b in quote.marks]
        assert len(quote.text) <= EXCERPT


def test_the_excerpt_says_where_it_was_shortened() -> None:
    quote = excerpt("", "avant " * 100 + "Dr Morvant" + " après" * 100, [(601, 611)])
    assert quote.text.startswith("…")
    assert quote.text.endswith("…")
    assert len(quote.text) > EXCERPT * 0.9


def test_without_a_name_in_the_text_its_beginning_is_quoted() -> None:
    assert excerpt("Dr Morvant", "Très déçue.", [(0, 10)]).text == "Très déçue."
    assert excerpt("Dr Morvant", "", [(0, 10)]).marks == ((0, 10),)
    assert excerpt("", "", []).text == ""


@given(ANY, ANY, st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), max_size=5))
def test_an_excerpt_is_bounded_clean_and_its_marks_lie_in_it(
    title: str, text: str, spans: list[tuple[int, int]]
) -> None:
    quote = excerpt(title, text, spans)
    assert len(quote.text) <= EXCERPT
    assert quote.text == clean(quote.text)
    ends = [0, *(place for mark in quote.marks for place in mark), len(quote.text)]
    assert ends == sorted(ends)
    assert all(a < b for a, b in quote.marks)
    assert quote.text == "".join(piece for piece, _ in quoted(quote.text, quote.marks))
    assert len(quote.marks) == sum(name for _, name in quoted(quote.text, quote.marks))


@given(ANY, st.lists(st.tuples(st.integers(-5, 900), st.integers(-5, 900)), max_size=5))
def test_a_row_that_makes_no_sense_is_still_quoted(text: str, marks: list[tuple[int, int]]) -> None:
    pieces = quoted(text, marks)
    assert len("".join(piece for piece, _ in pieces)) <= EXCERPT
    "".join(piece for piece, _ in pieces).encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("écrivez à jean.dupont@courrier.example", "écrivez à [e-mail masqué]"),
        ("jean (at) courrier (point) example", "[e-mail masqué]"),
        ("jean arobase courrier.example", "[e-mail masqué]"),
        ("jean at courrier dot com !", "[e-mail masqué] !"),
        ("au 06 39 98 01 02.", "au [téléphone masqué]."),
        ("06.39.98.01.02", "[téléphone masqué]"),
        ("06-39-98-01-02", "[téléphone masqué]"),
        ("0639980102", "[téléphone masqué]"),
        ("0639 980 102", "[téléphone masqué]"),
        ("+33 6 39 98 01 02", "[téléphone masqué]"),
        ("+33(0)639980102", "[téléphone masqué]"),
        ("0033 6 39 98 01 02", "[téléphone masqué]"),
        ("+44 20 7946 0018", "[téléphone masqué]"),
        ("O6 39 98 01 02", "[téléphone masqué]"),
        ("NIR 2 85 05 69 123 456 78", "NIR [numéro de sécurité sociale masqué]"),
        ("285052A12345678", "[numéro de sécurité sociale masqué]"),
        ("née le 12/03/1975 à Lyon", "née le [date de naissance masquée] à Lyon"),
        ("né le 1er avril 1980", "né le [date de naissance masquée]"),
        ("date de naissance : 1975-03-12", "date de naissance : [date de naissance masquée]"),
        ("born on March 3, 1980", "born on [date de naissance masquée]"),
        ("j'habite 12 rue des Lilas, 69003 Lyon", "j'habite [adresse masquée]"),
        ("au 3 bis, avenue du Général Morvant à Pau", "au [adresse masquée] à Pau"),
        ("5 place de la République", "[adresse masquée]"),
        ("7 chemin des vignes", "[adresse masquée]"),
    ],
)
def test_details_of_other_people_are_masked(text: str, expected: str) -> None:
    assert expected == masked(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "le 02/03/2024 à 14 h 30, 45 minutes d'attente",
        "3 cours de yoga, 2 mails, 12 places assises, 4 passages",
        "RPPS 10991234567, note 4,5/5, 1 250 euros, dossier 2024-00123",
        "25 € la consultation, 10 ans de cabinet, 100 % des patients",
        "rendez-vous at home, point final",
        "de 9 h à 12 h 30, puis de 14 h à 18 h 45",
        "du 12/03/2024 au 15/04/2024, 3e étage",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert text == masked(text)[0]


def test_the_practitioners_own_words_are_not_masked() -> None:
    text = "Dr Morvant, 01 99 00 12 34, et le mien : 06 39 98 01 02"
    start = text.index("01")
    quote = excerpt("", text, [(1, 11), (start + 1, start + 15)])
    assert quote.text == "Dr Morvant, 01 99 00 12 34, et le mien : [téléphone masqué]"
    assert ["Dr Morvant", "01 99 00 12 34"] == [quote.text[a:b] for a, b in quote.marks]


def test_an_address_does_not_swallow_the_name_that_follows() -> None:
    text = "12 rue de la Paix Claire Morvant reçoit mal"
    start = text.index("Claire")
    masked_text, spans = masked(text, [(start, start + 14)])
    assert masked_text == "[adresse masquée] Claire Morvant reçoit mal"
    assert ["Claire Morvant"] == [masked_text[a:b] for a, b in spans]


def test_an_email_that_holds_the_name_goes_whole() -> None:
    assert masked("ecrire a c.morvant@cabinet.example", [(11, 18)]) == ("ecrire a [e-mail masqué]", [])


def test_a_title_is_bounded_and_masked() -> None:
    assert headline("Appelez\n06 39 98 01 02") == "Appelez [téléphone masqué]"
    assert len(headline("mot " * 500)) <= TITLE


@pytest.mark.parametrize(
    "seed", ["a", "0 ", "+1", "1 rue A", "a@", "né le ", "1 85 05 ", "12 rue de la ", "01 ", "a.", "(0)"]
)
def test_masking_a_hostile_text_costs_little_more_than_prose(seed: str) -> None:
    """Linear enough: a whole window of what patterns like most."""
    prose = "Le Dr Morvant m'a reçue avec deux heures de retard, sans un mot d'excuse. "
    usual = cost(lambda: excerpt("", prose * (6000 // len(prose)), []))
    assert 40 * usual > cost(lambda: excerpt("", seed * (6000 // len(seed)), []))
