"""Feeds as the web writes them: one item in every format, whoever wrote it and however they rate."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.common.sources.feeds import FORMATS, one, read, rss
from vigie.model import Item

WHOLE = Item(
    url="https://site.example/a",
    title="Un titre",
    text="Le Dr Morvantel.",
    native_id="id-1",
    published_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    author="Zoé",
)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_the_same(name: str) -> None:
    assert WHOLE == one(FORMATS[name])


def test_an_author_that_holds_a_link_is_a_name() -> None:
    assert "admin" == one(rss('<guid>1</guid><dc:creator><![CDATA[<a href="/m?u=1">admin</a>]]></dc:creator>')).author


@pytest.mark.parametrize(("told", "name"), [("zoe@site.example (Zoé)", "Zoé"), ("Zoé (à Lyon)", "Zoé (à Lyon)")])
def test_an_author_with_an_address_is_a_name(told: str, name: str) -> None:
    assert name == one(rss(f"<guid>1</guid><author>{told}</author>")).author


@pytest.mark.parametrize(
    ("entry", "rating"),
    [
        ("<title>Très déçue ★☆☆☆☆</title>", 1.0),
        ("<title>T</title><rating>4</rating>", 4.0),
        ("<title>T</title><rating max='10'>7</rating>", 3.5),
        ('<title>T</title><rating value="2,5" max="5"/>', 2.5),
        ("<title>T</title><rating>11</rating>", None),
        ("<title>Dix conseils</title>", None),
    ],
)
def test_a_rating_is_read_when_the_entry_has_one(entry: str, rating: float | None) -> None:
    assert rating == one(rss(entry)).rating


def test_warnings_of_a_program_before_a_feed_do_not_hide_it() -> None:
    assert "Un titre" == one("<br />\n<b>Warning</b>: session_start() in /var/www\n" + FORMATS["RSS 2.0"]).title


def test_no_more_than_two_thousand_entries_are_kept() -> None:
    assert 2_000 == len(read(rss(*["<title>x</title>"] * 2_500)))
    assert 2_000 == len(read(rss(*["<title>x<!-- --></title>"] * 2_500)))


def test_a_json_feed_signed_by_a_cache_or_with_an_endless_number_is_read() -> None:
    body = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": %s, "content_text": "Dr Morvantel"}]}%s'
    assert "Dr Morvantel" == one(body % ('"1"', "\n<!-- Cached by a plugin -->")).text
    assert "Dr Morvantel" == one(body % ("9" * 10_000, "")).text
