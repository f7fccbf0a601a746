"""An alert by e-mail explains each mention, leaks nothing before it is opened, and shows what it can."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.common.channels.mails import FORUM, composed, visible
from tests.common.samples import NEWS, NOW, REVIEW
from vigie.channels import Around
from vigie.coverage import Coverage, Unread
from vigie.model import Confidence, Reason

ALL = (FORUM, REVIEW, NEWS)


def test_one_mention_says_where_when_why_and_what_to_do() -> None:
    message = composed(FORUM)
    flat = " ".join(message.text.replace("\n> ", " ").split())
    for part in (visible(message.html), flat):
        assert "forum.sante-et-patients.example" in part
        assert "Dermato à Lyon 3e : un avis ?" in part
        assert "23 novembre 2026 à 13 h 58" in part
        assert "23 novembre 2026 à 14 h 16" in part
        assert "Des mots qui peuvent être injurieux" in part
        assert "Votre nom complet" in part
        assert "avant le 22 février 2027" in part
        assert "ne confirmez jamais que l’auteur est votre patient" in part
        assert "Il s’agit bien de vous" in part
        assert "Dr Claire Morvant, dermatologue, Lyon" in part
    assert f'href="{FORUM.url}"' in message.html
    assert FORUM.url in message.text
    assert re.search(r"\burgent\b", visible(message.html), re.IGNORECASE)
    assert "URGENT" in message.text


def test_the_name_is_marked_in_both_parts() -> None:
    message = composed(FORUM)
    marked = LexborHTMLParser(message.html).css("mark")
    assert ["Dr Claire Morvant"] == [node.text() for node in marked]
    assert "«\u00a0Dr Claire Morvant\u00a0»" in message.text.replace("\n> ", " ")


def test_a_rating_is_told_in_stars_and_in_words() -> None:
    html = composed(replace(REVIEW, rating=4.5)).html
    assert "★★★★★" in html
    assert "4,5 sur 5" in visible(html)
    assert LexborHTMLParser(html).css_first("span[aria-hidden=true]").text().startswith("★")  # type: ignore[union-attr]
    assert "★★☆☆☆" in composed(REVIEW).html


def test_a_probable_mention_is_to_be_confirmed() -> None:
    assert "À confirmer" in visible(composed(REVIEW).html)
    assert "À confirmer" in composed(REVIEW).text
    assert "À confirmer" not in visible(composed(FORUM).html)


@pytest.mark.parametrize(
    ("codes", "says"),
    [
        (("title_surname", "city"), "il manque : votre prénom, votre spécialité."),
        (("full_name",), "il manque : votre ville, votre spécialité."),
        (("alias", "postcode"), "il manque : votre spécialité."),
        (("full_name", "city", "specialty"), "un autre détail du texte fait douter."),
    ],
)
def test_what_is_to_be_confirmed_says_what_would_settle_it(codes: tuple[str, ...], says: str) -> None:
    """The same clues are enough in one text and not in another: the reader has to be told what is not there."""
    unsure = replace(REVIEW, reasons=tuple(Reason(code) for code in codes))
    message = composed(unsure)

    for part in (visible(message.html), " ".join(message.text.split())):
        assert says in part.replace("\u00a0", " ")
    assert "il manque" not in visible(composed(replace(unsure, confidence=Confidence.CERTAIN)).html)


def test_a_text_without_a_title_is_headed_by_where_it_stands() -> None:
    message = composed(replace(REVIEW, title=""))
    headings = [" ".join(node.text().split()) for node in LexborHTMLParser(message.html).css("h2")]

    assert "À regarder Avis en ligne · avis-sante.example" == headings[0]
    assert "Sans titre" not in message.html + message.text
    assert "[1/1] À REGARDER" in message.text


def test_everything_pending_goes_in_one_mail_and_the_rest_is_announced() -> None:
    message = composed(*ALL, more=12)
    assert message.subject == "3 nouvelles mentions à votre sujet"
    assert "1 urgente · 1 à regarder · 1 pour information" in visible(message.html)
    for part in (visible(message.html), message.text):
        assert "Et 12 autres, dans un prochain message." in part
    assert "dans un prochain message" not in composed(*ALL).text


def test_it_is_complete_in_english() -> None:
    message = composed(*ALL, language="en", more=1)
    assert message.subject == "3 new mentions of you"
    assert message.language == "en"
    assert 'lang="en"' in message.html
    for french in ("Votre", "Pourquoi", "Publié", "novembre", "À confirmer", "sujet"):
        assert french not in visible(message.html)
        assert french not in message.text
    assert "before 22 February 2027" in " ".join(message.text.split())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_told_before_it_is_opened(language: str) -> None:
    """The subject and the preview stand on locked screens and at the front desk."""
    message = composed(*ALL, language=language)
    hidden = LexborHTMLParser(message.html).css_first("div[aria-hidden=true]")
    assert hidden is not None
    preview = hidden.text()
    assert len(preview) >= 150  # mail clients show up to 140 characters or so
    assert message.html.index(preview[:30]) < message.html.index("<h1")
    for text in (message.subject, preview, message.text[:140]):
        for word in ("Morvant", "forum", "example", "voleuse", "urgent", "Urgent", "dermato", "Lyon"):
            assert word not in text


def test_the_same_subject_whatever_was_written() -> None:
    assert composed(FORUM).subject == composed(NEWS).subject == "1 nouvelle mention à votre sujet"


def test_nothing_is_loaded_and_nothing_is_tracked() -> None:
    tree = LexborHTMLParser(composed(*ALL, around=Around("https://veille.cabinet.example/aide")).html)
    assert not tree.css("img, link, script, iframe, object, embed, form, base, video, audio, svg, input")
    assert not tree.css("[src], [background], [srcset], [onclick]")
    assert not re.search(r"url\(|@import|@font-face", tree.html or "")
    links = {node.attributes["href"] for node in tree.css("a")}
    assert links == {FORUM.url, REVIEW.url, NEWS.url, "https://veille.cabinet.example/aide"}


def test_a_screen_reader_finds_its_way() -> None:
    tree = LexborHTMLParser(composed(*ALL).html)
    assert tree.css_first("html").attributes["lang"] == "fr"  # type: ignore[union-attr]
    assert len(tree.css("h1")) == 1
    assert len(tree.css("h2")) == 3 + 2
    assert all(node.attributes.get("role") == "presentation" for node in tree.css("table"))
    levels = [int((node.tag or "h0")[1]) for node in tree.css("h1, h2, h3")]
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_the_footer_says_whom_to_ask() -> None:
    assert "https://veille.cabinet.example" in composed(FORUM, around=Around("https://veille.cabinet.example")).text
    message = composed(FORUM, around=Around("veille@cabinet.example"))
    assert "veille@cabinet.example" in visible(message.html)
    assert "mailto:" not in message.html
    assert "adressez-vous à la personne qui gère votre veille" in visible(composed(FORUM).html)


def test_a_delay_that_is_over_is_said_to_be_over() -> None:
    text = " ".join(composed(replace(FORUM, published_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))).text.split())
    assert "semble écoulé depuis le 1er juin 2026" in text
    assert "décidez avec un avocat" not in text


@pytest.mark.parametrize(
    ("language", "words", "subject", "why"),
    [
        ("fr", "Modifié", "1 mention modifiée à votre sujet", "Déjà signalé, et modifié depuis par son auteur"),
        ("en", "Edited", "1 edited mention of you", "Told before, and edited since by its author"),
    ],
)
def test_an_edit_says_that_it_is_one(language: str, words: str, subject: str, why: str) -> None:
    edit = replace(REVIEW, reasons=(Reason("edited", "5/5 → 2/5"), *REVIEW.reasons))
    message = composed(edit, language=language)

    assert subject == message.subject
    assert words in visible(message.html)
    assert f"{words.upper()} · " in message.text
    assert why in message.text
    assert "5/5 → 2/5" in message.text
    assert words not in visible(composed(REVIEW, language=language).html)


def test_an_edit_among_new_mentions_is_announced_with_them() -> None:
    edit = replace(REVIEW, reasons=(Reason("edited"), *REVIEW.reasons))

    assert "2 nouvelles mentions à votre sujet" == composed(edit, NEWS).subject


def test_what_is_not_read_is_said_in_both_parts() -> None:
    unread = Coverage(23, (Unread("forum.example", 1, NOW), Unread("brave", 2, NOW)))
    message = composed(FORUM, around=Around(coverage=unread))
    for part in (visible(message.html), " ".join(message.text.split())):
        assert "Ce que Vigie n’a pas pu lire" in part
        assert "3 sources sur 23 n’ont pas pu être lues" in part
        assert "forum.example depuis le 23" in part
    assert "pas pu lire" not in visible(composed(FORUM, around=Around(coverage=Coverage(23))).html)
