"""Whatever the web says, and however much of it, the mail is made, shown whole, and is ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from tests.common.channels.mails import ANY, FORUM, composed, visible
from tests.common.samples import NEWS, NOW, REVIEW, mention
from vigie.model import Category, Confidence, Mention, Polarity, Reason, Severity


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


def test_an_edit_that_is_shortened_is_one_still() -> None:
    long = [replace(REVIEW, excerpt="é" * 300, url=f"https://avis.example/{n}", title="★" * 150) for n in range(50)]
    edits = [replace(each, reasons=(Reason("edited"), *each.reasons)) for each in long]

    assert 50 == visible(composed(*edits).html).count("Modifié")
