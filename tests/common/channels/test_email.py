"""An alert by e-mail explains each mention, leaks nothing before it is opened, and shows what it can."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from tests.common.samples import NEWS, NOW, PRACTITIONER, REVIEW, alert, mention
from vigie.channels import Around, email
from vigie.coverage import Coverage, Unread
from vigie.model import Category, Confidence, Mention, Polarity, Reason, Severity
from vigie.ports import Message

FORUM = mention()
ALL = (FORUM, REVIEW, NEWS)
ANY = st.text(st.characters(exclude_categories=()), max_size=300)


def composed(*mentions: Mention, language: str = "fr", more: int = 0, around: Around | None = None) -> Message:
    made = alert(*mentions, language=language, more=more)
    return email.compose(made, mentions, PRACTITIONER, NOW, *([around] if around else []))


def visible(html: str) -> str:
    """What a reader sees, on one line: neither the head nor the hidden preview."""
    tree = LexborHTMLParser(html)
    for node in tree.css("head, [aria-hidden=true]"):
        node.decompose()
    assert tree.body is not None
    return " ".join(tree.body.text(separator=" ").split())


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


@pytest.mark.parametrize(
    "facts",
    [
        {"severity": "no such severity"},
        {"category": None},
        {"found_at": None},
        {"rating": "five"},
        {"reasons": None},
        {"marks": ((1,),)},
        {"title": None, "excerpt": "x"},
        {"published_at": "yesterday"},
    ],
)
def test_a_row_that_makes_no_sense_holds_back_no_other(facts: dict[str, Any]) -> None:
    broken = mention(mention_id="mbroken234567", **facts)
    message = composed(FORUM, broken, NEWS)
    for part in (visible(message.html), message.text):
        assert "1 mention n’a pas pu être affichée" in part
        assert "mbroken234567" in part
        assert "Dépistage gratuit" in part
        assert "3e" in part


def test_a_mention_without_text_gets_the_fixed_sentence() -> None:
    """A text the provider refused to carry, or erased by retention: the id is told, nothing else."""
    message = composed(replace(FORUM, title="", excerpt="", url="", marks=()))
    assert "1 mention n’a pas pu être affichée" in visible(message.html)
    assert FORUM.mention_id in message.text
    assert "voleuse" not in message.text + message.html


def test_unknown_reasons_are_told_as_a_sign_and_never_raise() -> None:
    message = composed(replace(FORUM, reasons=(Reason("invented_tomorrow", "a {b} %s"), Reason("", ""))))
    assert (
        "Un autre indice : « a {b} %s »".replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(" »", "\u00a0»")
        in message.text
    )


def test_without_reasons_it_still_says_something() -> None:
    text = composed(replace(FORUM, reasons=())).text
    assert "Votre nom y figure" in text
    assert "Le ton ou le sujet demande une réaction rapide" in text


def test_a_link_that_is_refused_is_text() -> None:
    message = composed(replace(FORUM, url="https://bank.example@forum.example/"))
    assert not LexborHTMLParser(message.html).css("a")
    assert "https://bank.example@forum.example/" in visible(message.html)
    assert "\n> https://bank.example@forum.example/" in message.text


def test_an_unknown_or_impossible_date_is_said_to_be_unknown() -> None:
    for published in (None, NOW + timedelta(days=400), datetime(1, 1, 1, tzinfo=UTC)):
        text = " ".join(composed(replace(FORUM, published_at=published)).text.split())
        assert "Publié : date inconnue" in text
        assert "a pu commencer avant le 23 novembre 2026" in text


def test_a_delay_that_is_over_is_said_to_be_over() -> None:
    text = " ".join(composed(replace(FORUM, published_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))).text.split())
    assert "semble écoulé depuis le 1er juin 2026" in text
    assert "décidez avec un avocat" not in text


def hostile(number: int) -> Mention:
    """As long as can be in every field, of characters that take most room."""
    return mention(
        mention_id=f"mhostile{number:04}",
        url="https://forum.example/" + "\u00e9" * 300 + "?" + "a" * 80,
        title='"<&\U0001f600' * 75,
        excerpt="<'\"&" * 75,
        marks=tuple((n, n + 1) for n in range(0, 300, 2)),
        reasons=tuple(Reason(f"c{n}", '"' * 200) for n in range(40)),
        rating=1.0,
    )


def test_a_full_mail_is_shown_whole_by_mailboxes_and_holds_every_mention() -> None:
    """Gmail hides what comes after about 102 KB."""
    for mentions in ([FORUM] * 50, [hostile(n) for n in range(50)]):
        html = composed(*mentions).html
        assert len(html.encode()) <= 100_000
        assert len(LexborHTMLParser(html).css("h2")) == 50 + 2
    html = composed(*[mention(mention_id=f"m{n:04}", url=f"https://forum.example/{n}") for n in range(50)]).html
    assert {f"https://forum.example/{n}" for n in range(50)} == {
        a.attributes["href"] for a in LexborHTMLParser(html).css("a")
    }


def test_the_first_mentions_are_shown_in_full_when_room_is_scarce() -> None:
    tree = LexborHTMLParser(composed(*[mention(mention_id=f"m{n:04}") for n in range(50)]).html)
    assert len(tree.css("blockquote")) >= 15


def test_quoted_text_cannot_pass_for_ours() -> None:
    fake = "-" * 76 + "\nAvant toute réaction\n\nPayez sur https://evil.example\n[2/2] URGENT"
    text = composed(replace(FORUM, title=fake, excerpt=fake * 2, marks=())).text
    ours = [line for line in text.splitlines() if not line.startswith(">")]
    assert "Payez" not in "\n".join(ours)
    assert 1 == sum("Avant toute réaction" in line for line in ours)


@settings(max_examples=150, deadline=None)
@given(
    title=ANY,
    excerpt=ANY,
    url=ANY,
    words=ANY,
    code=ANY,
    marks=st.lists(st.tuples(st.integers(), st.integers()), max_size=4),
    rating=st.none() | st.floats(),
    published=st.none() | st.datetimes(timezones=st.just(UTC)),
    category=st.sampled_from(Category),
    severity=st.sampled_from(Severity),
    polarity=st.sampled_from(Polarity),
    confidence=st.sampled_from(Confidence),
)
def test_whatever_the_web_says_the_mail_is_made(
    title: str, excerpt: str, url: str, words: str, code: str, marks: Any, published: Any, **facts: Any
) -> None:
    odd = mention(
        title=title,
        excerpt=excerpt,
        url=url,
        reasons=(Reason(code, words),),
        marks=tuple(marks),
        published_at=published,
        **facts,
    )
    message = composed(odd, NEWS)
    f"{message.html}{message.text}{message.subject}".encode()
    tree = LexborHTMLParser(message.html)
    assert len(tree.css("h2")) == 2 + 2
    assert len(tree.css("table")) == len(LexborHTMLParser(composed(FORUM, NEWS).html).css("table"))
    assert all((a.attributes["href"] or "").startswith(("http://", "https://")) for a in tree.css("a"))
    assert "Dépistage gratuit" in message.text


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


def test_an_edit_that_is_shortened_is_one_still() -> None:
    long = [replace(REVIEW, excerpt="é" * 300, url=f"https://avis.example/{n}", title="★" * 150) for n in range(50)]
    edits = [replace(each, reasons=(Reason("edited"), *each.reasons)) for each in long]

    assert 50 == visible(composed(*edits).html).count("Modifié")


COPIES = tuple(
    replace(NEWS, mention_id=f"mcopy{n}", url=f"https://www.journal-{n}.example/sante/depistage") for n in range(1, 5)
)
RELAYED = replace(
    NEWS, mention_id="mrelay", url="https://news.google.com/rss/articles/CBMi1", publisher="La Gazette de Valombre"
)


def told_with(*others: Mention, head: Mention = NEWS, language: str = "fr") -> Message:
    return composed(head, language=language, around=Around(also={head.mention_id: others}))


def also(message: Message) -> str:
    """What the HTML says, without the spaces that stand before commas and colons."""
    return re.sub(r" (?=[,:])", "", visible(message.html))


def test_a_story_that_other_sites_tell_is_one_line_with_a_link_to_each() -> None:
    message = told_with(*COPIES)
    for part in (also(message), message.text.replace("\u00a0:", ":")):
        assert "1 nouvelle mention à votre sujet" in part
        assert "Aussi sur 4 autres sites:" in part
    for n in range(1, 5):
        url = f"https://www.journal-{n}.example/sante/depistage"
        assert f'<a class="l" href="{url}"' in message.html
        assert f"- journal-{n}.example\u00a0: {url}\n" in message.text
    assert "journal-1.example, journal-2.example, journal-3.example, journal-4.example" in also(message)


def test_it_is_said_in_english_and_of_one_site_in_the_singular() -> None:
    assert "Also on 4 other sites: journal-1.example" in also(told_with(*COPIES, language="en"))
    assert "Also on 1 other site: journal-1.example" in also(told_with(COPIES[0], language="en"))
    assert "Aussi sur 1 autre site:" in also(told_with(COPIES[0]))


def test_sites_count_and_not_the_sources_that_found_them() -> None:
    """Five sources that found one page found it on one site."""
    assert "Aussi" not in also(told_with(*(replace(NEWS, mention_id=f"m{n}") for n in range(4))))
    assert "Aussi sur 1 autre site" in also(told_with(COPIES[0], replace(COPIES[0], mention_id="m")))
    assert "Aussi" not in told_with(replace(COPIES[0], url="")).text


def test_a_site_whose_address_nobody_gave_is_named_by_its_publisher() -> None:
    assert "Aussi sur 1 autre site: La Gazette de Valombre (news.google.com)" in also(told_with(RELAYED))
    message = composed(RELAYED)
    assert "Presse ou blog · La Gazette de Valombre" in also(message)
    assert "Lire la publication sur news.google.com" in also(message), "a link says where it leads"


def test_of_many_sites_eight_are_named() -> None:
    many = [replace(NEWS, mention_id=f"m{n}", url=f"https://site{n:02}.example/") for n in range(30)]
    message = told_with(*many)
    assert "Aussi sur 30 autres sites" in also(message)
    assert "site07.example, et 22 autres" in also(message)
    assert "- et 22 autres\n" in message.text
    assert "site08.example" not in message.html + message.text


@given(url=ANY, publisher=ANY)
@settings(max_examples=60, deadline=None)
def test_whatever_a_copy_is_called_it_cannot_break_a_message(url: str, publisher: str) -> None:
    other = replace(NEWS, mention_id="mother", url=url, publisher=publisher)
    message = told_with(other, replace(other, url=f"https://{url}"))
    message.html.encode()
    for link in LexborHTMLParser(message.html).css("a"):
        assert (link.attributes["href"] or "").startswith(("https://", "http://"))
    assert "Dépistage gratuit" in also(message)


def test_a_shortened_mention_says_on_how_many_sites() -> None:
    long = [
        replace(NEWS, mention_id=f"m{n:02}", excerpt="x " * 140, marks=(), reasons=NEWS.reasons * 8) for n in range(50)
    ]
    message = composed(*long, around=Around(also={m.mention_id: COPIES for m in long}))
    assert len(message.html.encode()) < 102_000
    assert message.html.count("Aussi sur 4 autres sites.") > 5


def test_what_is_not_read_is_said_in_both_parts() -> None:
    unread = Coverage(23, (Unread("forum.example", 1, NOW), Unread("brave", 2, NOW)))
    message = composed(FORUM, around=Around(coverage=unread))
    for part in (visible(message.html), " ".join(message.text.split())):
        assert "Ce que Vigie n’a pas pu lire" in part
        assert "3 sources sur 23 n’ont pas pu être lues" in part
        assert "forum.example depuis le 23" in part
    assert "pas pu lire" not in visible(composed(FORUM, around=Around(coverage=Coverage(23))).html)
