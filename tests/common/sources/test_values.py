"""Dates, ratings, texts and links, one by one, as sites write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cost import cost
from vigie.parse import links, ticking
from vigie.parse.charset import decoded
from vigie.parse.dates import instant
from vigie.parse.markup import all_shown, cleaned, literal, plain, shown
from vigie.parse.rating import rating_in, rating_of
from vigie.parse.xmltext import mended, source_of, text_of, value_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

AT_NOON = [
    "Mon, 23 Nov 2026 12:00:00 +0000",
    "Mon, 23 Nov 2026 12:00:00 GMT",
    "Mon, 23 Nov 2026 13:00:00 +0100",
    "Mon, 23 Nov 2026 07:00:00 EST",
    "Mon, 23 Nov 2026 13:00:00 CET",
    "Mon, 23 Nov 2026 12:00:00 Z",
    "Mon, 23 Nov 26 12:00:00 GMT",
    "Mon,23 Nov 2026 12:00:00 GMT",
    "  Mon, 23 Nov 2026 12:00:00 GMT  ",
    "23 Nov 2026 12:00:00 GMT",
    "23 Nov 2026 12:00 GMT",
    "Mon, 23 November 2026 12:00:00 GMT",
    "lun., 23 nov. 2026 13:00:00 +0100",
    "lundi 23 novembre 2026 à 12h00",
    "lun, 23 nov 2026 12:00:00 GMT",
    "Mon, 23 Nov 2026 13:00:00 +01:00",
    "Mon, 23 Nov 2026 12:00:00 +0000 (UTC)",
    "Mon Nov 23 12:00:00 2026",
    "Mon Nov 23 12:00:00 UTC 2026",
    "Nov 23, 2026 12:00 PM",
    "November 23rd, 2026, 12:00",
    "23/11/2026 12:00",
    "23.11.2026 12:00",
    "11/23/2026 12:00",
    "2026-11-23T12:00:00Z",
    "2026-11-23T12:00:00",
    "2026-11-23T13:00:00+01:00",
    "2026-11-23T13:00:00+0100",
    "2026-11-23T13:00:00+01",
    "2026-11-23T12:00:00.000Z",
    "2026-11-23T12:00:00.000000000Z",
    "2026-11-23T12:00:00Z ",
    "2026-11-23T12:00Z",
    "2026-11-23 12:00:00",
    "2026-11-23 13:00:00 +0100",
    "20261123T120000Z",
    "2026/11/23 12:00:00",
    "2026年11月23日 12:00",
    "20261123120000",
    "1795435200",
    "1795435200.25",
    "1795435200000",
]


@pytest.mark.parametrize("text", AT_NOON)
def test_a_moment_is_read_however_it_is_written(text: str) -> None:
    assert NOON == instant(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-23", (2026, 11, 23)),
        ("20261123", (2026, 11, 23)),
        ("2026-327", (2026, 11, 23)),
        ("2026-W48-1", (2026, 11, 23)),
        ("2026-11", (2026, 11, 1)),
        ("2026", (2026, 1, 1)),
        ("1er mars 2026", (2026, 3, 1)),
        ("3 févr. 2026", (2026, 2, 3)),
        ("15 août 2026", (2026, 8, 15)),
        ("2 juillet 2026", (2026, 7, 2)),
        ("2 juin 2026", (2026, 6, 2)),
        ("24 déc. 2026", (2026, 12, 24)),
        ("05/06/2026", (2026, 6, 5)),
        ("Sun, 31 Dec 1999", (1999, 12, 31)),
    ],
)
def test_a_day_without_an_hour_is_its_midnight(text: str, day: tuple[int, int, int]) -> None:
    assert datetime(*day, tzinfo=UTC) == instant(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "hier",
        "bientôt",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-02-30",
        "2026-13-01",
        "1850-01-01",
        "Mon, 32 Nov 2026 12:00:00 GMT",
        "x" * 10_000,
        "1" * 5_000,
        "99/99/9999",
        "0000-00-00 00:00:00",
        "-1",
        "１２３",
        "23 Foo 2026",
    ],
)
def test_what_is_no_credible_date_is_none(text: str) -> None:
    assert instant(text) is None


@pytest.mark.parametrize("text", ["Mon, 23 Nov 2026 24:00:00 GMT", "2026-11-23T24:00:00Z"])
def test_midnight_may_be_written_as_twenty_four(text: str) -> None:
    assert NOON + timedelta(hours=12) == instant(text)


@given(st.text(max_size=80) | st.text(alphabet="0123456789-/:T+Z. ,novmarà", max_size=40))
def test_no_text_breaks_dates(text: str) -> None:
    moment = instant(text)
    assert moment is None or (moment.tzinfo is UTC and 1970 <= moment.year <= 2100)


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("4/5", 4.0),
        ("4,5/5", 4.5),
        ("8/10", 4.0),
        ("16/20", 4.0),
        ("4 sur 5", 4.0),
        ("Note : 3,5 sur 5 étoiles", 3.5),
        ("4.5 out of 5 stars", 4.5),
        ("★★★★☆", 4.0),
        ("★☆☆☆☆", 1.0),
        ("☆☆☆☆☆", 0.0),
        ("★★", 2.0),
        ("⭐⭐⭐⭐⭐", 5.0),
        ("⭐️⭐️", 2.0),
        ("★★★½", 3.5),
        ("2 étoiles", 2.0),
        ("1 star", 1.0),
        ("6/5", None),
        ("12/2026", None),
        ("23/5/2026", None),
        ("1/10/2026", None),
        ("★", None),
        ("★★★★★★★", None),
        ("24/7", None),
        ("trois sur cinq", None),
        ("", None),
        ("v4.5/5", 4.5),
    ],
)
def test_a_rating_that_readers_see_is_read(text: str, rating: float | None) -> None:
    assert rating == rating_in(text)


@pytest.mark.parametrize(
    ("value", "best", "rating"),
    [
        ("4", "", 4.0),
        ("4,5", "", 4.5),
        ("8", "10", 4.0),
        ("80%", "", 4.0),
        ("80 %", "100", 4.0),
        ("4/5", "", 4.0),
        ("7", "", None),
        ("-1", "", None),
        ("", "", None),
        ("nan", "", None),
        ("inf", "", None),
        ("1e400", "", None),
        ("4", "0", None),
        ("4", "x", None),
    ],
)
def test_a_rating_in_a_field_is_of_its_scale(value: str, best: str, rating: float | None) -> None:
    assert rating == rating_of(value, best)


@given(st.text(max_size=40), st.text(max_size=5))
def test_no_text_breaks_ratings(value: str, best: str) -> None:
    for rating in (rating_of(value, best), rating_in(value)):
        assert rating is None or 0 <= rating <= 5


@given(st.text(max_size=60))
def test_a_value_survives_being_put_in_xml(value: str) -> None:
    assert value == value_of(source_of(value))


@given(st.text(alphabet="&amp;lt#x16eé <>b/p;", max_size=40))
def test_texts_are_cleaned_together_as_they_are_alone(source: str) -> None:
    one, other = source.replace("<", "&lt;"), "&lt;p&gt;un&lt;/p&gt;"
    assert [shown(one), "un", shown(one)] == all_shown([one, other, one])


@given(st.text(alphabet="&amp;lt#x16eé <>b/p;!-[]", max_size=40))
def test_plain_text_is_plain(html: str) -> None:
    """Nothing is left that a second reading would take away, but what was shown as text on purpose."""
    for text in (plain(html), literal(html)):
        assert "<p>" not in text
        assert "&amp;lt;" not in text
        assert text == text.strip()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a&amp;b", "a&b"),
        ("&#233;&#xE9;&eacute;", "ééé"),
        ("&amp;lt;", "&lt;"),
        ("&nope;", "&nope;"),
        ("&lt;&gt;&quot;&apos;", "<>\"'"),
        ("&#0;", ""),
        ("&#xD800;", "\ufffd"),
        ("&#" + "9" * 5_000 + ";", "\ufffd"),
        ("&#128;", "€"),
        ("&#10;", "\n"),
        ("& ", "& "),
    ],
)
def test_references_of_xml_are_decoded_once(source: str, text: str) -> None:
    assert text == text_of(source)


@pytest.mark.parametrize(
    ("source", "mend"),
    [
        ("a & b", "a &amp; b"),
        ("&eacute;", "é"),
        ("&lt;", "&lt;"),
        ("&#xD800;", "\ufffd"),
        ("&#60;", "&lt;"),
        ("&moi;", "Dr &lt;"),
        ("&xxe;", "&amp;xxe;"),
        ("<![CDATA[a & b &eacute;]]>", "<![CDATA[a & b &eacute;]]>"),
        ("<!-- & -->", "<!-- & -->"),
        ("<![CDATA[jamais & fini", "<![CDATA[jamais & fini"),
    ],
)
def test_references_that_xml_does_not_know_are_mended(source: str, mend: str) -> None:
    assert mend == mended(source, {"moi": "Dr <"})


def test_controls_are_dropped_or_read_as_the_windows_characters_they_are() -> None:
    assert "ab\t\n’…\ufffd" == cleaned("a\x00\x1bb\t\n\x92\x85\ud800\x7f\ufffe")


@given(st.text(max_size=60))
def test_any_text_in_utf_8_is_itself(text: str) -> None:
    assert cleaned(text.encode("utf-8", "replace").decode()).removeprefix("\ufeff") == decoded(
        text.encode("utf-8", "replace")
    )


@given(
    st.binary(max_size=80),
    st.sampled_from(["", "text/xml; charset=utf-16", "x; charset=idna", "x; charset=big5", "\ud800"]),
)
def test_any_bytes_make_a_clean_text(body: bytes, declared: str) -> None:
    text = decoded(body, declared)
    assert text == cleaned(text)
    text.encode()


@given(st.text(max_size=40), st.text(alphabet="ahtps:/.%?#[]@ é\ud800\x00\\", max_size=40))
def test_a_link_is_absolute_or_empty(base: str, href: str) -> None:
    for url in (links.absolute("https://site.example/a", href), links.absolute(base, href)):
        assert url == "" or url[:8].lower().startswith(("http://", "https://"))
        assert not set(url) & set(' <>"\n\t\x00\\^`{|}')
        url.encode()


@pytest.mark.parametrize(
    ("url", "lasts"),
    [
        ("https://a.example/t?id=4&PHPSESSID=x", "https://a.example/t?id=4"),
        ("https://a.example/t?PHPSESSID=x", "https://a.example/t"),
        ("https://a.example/t?PHPSESSID=x&id=4#p1", "https://a.example/t?id=4#p1"),
        ("https://a.example/t?sid=12", "https://a.example/t?sid=12"),
        ("https://a.example/t?q=a%20b&x", "https://a.example/t?q=a%20b&x"),
        ("https://a.example/t;jsessionid=A1?x=1", "https://a.example/t?x=1"),
        ("https://a.example/t?id=4&_=1709632800", "https://a.example/t?id=4"),
        ("https://a.example/t?_=1709632800123&id=4#p1", "https://a.example/t?id=4#p1"),
        ("https://a.example/t?nocache=0.52", "https://a.example/t"),
        ("https://a.example/t?_=dermato&t=1709632800", "https://a.example/t?_=dermato&t=1709632800"),
    ],
)
def test_a_link_outlives_the_visit(url: str, lasts: str) -> None:
    assert lasts == links.lasting(url)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Deux heures d'attente", "Trois heures d'attente"),
        ("Fichier joint", "Cahier joint"),
        ("Rue du 8 mai 1945", "Rue du 11 novembre 1918"),
        ("Tél. 01 99 00 12 34", "Tél. 01 99 00 56 78"),
        ("★☆☆☆☆ nul", "★★★★★ nul"),
    ],
)
def test_what_does_not_tick_tells_texts_apart(one: str, other: str) -> None:
    assert ticking.still(one) != ticking.still(other)


def test_a_body_made_of_controls_costs_no_more_than_one_that_holds_one() -> None:
    """They are one answer of a hostile site; with a call for each it took hundreds of times as long."""
    prose = "\x01" + "Le Dr Morvant m'a reçue avec deux heures de retard, sans un mot d'excuse. " * 15_000
    controls = "\x01" * len(prose)
    assert "" == cleaned(controls)
    assert 10 * cost(lambda: cleaned(prose)) > cost(lambda: cleaned(controls))


@pytest.mark.parametrize("name", ["cp037", "cp500", "cp1140", "ibm1026", "utf_16_be", "undefined", "rot13", "uu"])
def test_a_declaration_that_reads_as_ascii_names_no_encoding_that_is_not(name: str) -> None:
    body = f'<?xml version="1.0" encoding="{name}"?><a>Hélène Morvantel</a>'.encode("latin-1")
    assert "Hélène Morvantel" in decoded(body)
    assert "Hélène Morvantel" in decoded("<a>Hélène Morvantel</a>".encode("latin-1"), f"text/xml; charset={name}")
