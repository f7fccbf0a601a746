"""Where an entry of a feed leads, as feeds write it."""

from __future__ import annotations

import pytest

from tests.common.sources.feeds import atom, one, read, rss


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("<link>/a/b?x=1</link>", "https://site.example/a/b?x=1"),
        ("<link>a</link>", "https://site.example/a"),
        ("<link>//autre.example/a</link>", "https://autre.example/a"),
        ("<link>\n  https://site.example/a \n</link>", "https://site.example/a"),
        ("<link><![CDATA[https://site.example/a?b=1&c=2]]></link>", "https://site.example/a?b=1&c=2"),
        ("<link>https://site.example/a?b=1&amp;c=2</link>", "https://site.example/a?b=1&c=2"),
        ("<link>https://site.example/a?b=1&copy=2</link>", "https://site.example/a?b=1&copy=2"),
        ("<link>https://site.example/sujet/dermato-à-besançon</link>", "https://site.example/sujet/dermato-à-besançon"),
        ("<link>https://site.example/a b</link>", "https://site.example/a%20b"),
        ("<link>https://site.example/x#comment-12</link>", "https://site.example/x#comment-12"),
        ("<link>javascript:alert(1)</link>", ""),
        ("<link>http://[</link>", ""),
        ("<link>ftp://site.example/a</link>", ""),
        ("<guid>https://site.example/g</guid>", "https://site.example/g"),
        ('<guid isPermaLink="false">https://site.example/g</guid>', ""),
        ("<guid>12</guid>", ""),
        ("<title>Sans lien</title>", ""),
        (
            "<link>https://www.google.fr/url?rct=j&amp;sa=t&amp;url=https://gazette.example/a%3Fid%3D7&amp;ct=ga&amp;cd=x</link>",
            "https://gazette.example/a?id=7",
        ),
        (
            "<link>https://www.google.com/url?sa=t&amp;url=https://gazette.example/a?x=1&amp;y=2&amp;ct=ga&amp;cd=x</link>",
            "https://gazette.example/a?x=1&y=2",
        ),
        (
            "<link>http://www.bing.com/news/apiclick.aspx?ref=F&amp;url=https%3a%2f%2fgazette.example%2fa&amp;c=1</link>",
            "https://gazette.example/a",
        ),
        (
            "<link>https://www.google.com/url?url=javascript:alert(1)&amp;ct=ga</link>",
            "https://www.google.com/url?url=javascript:alert(1)&ct=ga",
        ),
    ],
)
def test_links_of_rss(entry: str, url: str) -> None:
    assert url == one(rss(f"<title>T</title>{entry}")).url


@pytest.mark.parametrize(
    ("links", "url"),
    [
        ('<link href="/a"/>', "https://site.example/a"),
        ('<link rel="self" href="/self"/><link rel="alternate" href="/a"/>', "https://site.example/a"),
        ('<link rel="replies" href="/r"/><link rel="enclosure" href="/e"/><link href="/a"></link>', "https://site.example/a"),
        ('<link rel="alternate" type="application/json" href="/j"/><link rel="alternate" type="text/html" href="/a"/>',
         "https://site.example/a"),
        ('<link rel="alternate" type="application/pdf" href="/p"/>', "https://site.example/p"),
        ('<link xml:base="https://autre.example/b/" href="c"/>', "https://autre.example/b/c"),
        ('<link href="/a&amp;b=1"/>', "https://site.example/a&b=1"),
        ("<link href='/apostrophes'/>", "https://site.example/apostrophes"),
        ('<link title="x > y" href="/a"/>', "https://site.example/a"),
        ("", ""),
    ],
)  # fmt: skip
def test_links_of_atom(links: str, url: str) -> None:
    assert url == one(atom(f"<title>T</title><id>tag:1</id>{links}")).url


def test_an_atom_id_that_is_a_url_is_where_to_read_it() -> None:
    assert "https://site.example/1" == one(atom("<title>T</title><id>https://site.example/1</id>")).url


def test_xml_base_of_the_feed_and_of_the_entry_count() -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://autre.example/b/"><title>B</title>'
        '<entry><id>1</id><title>T</title><link href="c"/></entry>'
        '<entry xml:base="d/"><id>2</id><title>U</title><link href="e"/></entry></feed>'
    )
    assert ["https://autre.example/b/c", "https://autre.example/b/d/e"] == [i.url for i in read(body)]


def test_a_link_escaped_once_too_often_leads_where_it_was_meant_to() -> None:
    body = rss("<title>T</title><link>https://site.example/a?b=1&amp;amp;c=2</link>")
    assert "https://site.example/a?b=1&c=2" == one(body).url
