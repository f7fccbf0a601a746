"""What breaks one entry of a feed costs no other entry, and no letter of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from tests.common.sources.reading import page_of
from vigie.model import Item
from vigie.parse.xmlsoup import balanced
from vigie.parse.xmltext import mended

SAID = "&lt;p&gt;Le Dr Morvantel &amp;amp; Cie&lt;/p&gt;"
SECTION = "<![CDATA[<p>Le Dr Morvantel &amp; Cie</p>]]>"

DAMAGE = {
    "an element never closed": "a<br>b",
    "several of them": "a<br>b<br>c<img src='x'>",
    "paragraphs never closed": "<p>a<p>b",
    "more than a parser will nest": "<p>a" * 300,
    "an end without a beginning": "x</p>",
    "ends that cross": "<b><i>x</b></i>",
    "elements nested too deep": "<b>" * 300 + "x" + "</b>" * 300,
    "containers nested too deep": "<div>" * 300 + "x" + "</div>" * 300,
    "a less-than sign": "1 < 2",
    "one that looks like a tag": "a<b",
    "a heart": "je <3 ce médecin",
    "an address in brackets": "Jo <jo@site.example>",
    "a URL in brackets": "voir <https://site.example/x>",
    "an attribute without quotes": "<a href=x>y</a>",
    "an attribute twice": '<a href="a" href="b">y</a>',
    "an attribute without a value": "<input disabled>",
    "an attribute whose quote never ends": '<a href="x>y</a>',
    "a tag in an attribute": '<a title="a<b>c">y</a>',
    "attributes that touch": '<a href="x"title="y">z</a>',
    "the end of an entry": "x</item></entry>",
    "the end of the feed": "x</rss></feed>",
    "the end of the channel": "x</channel>",
    "a bare ampersand and a tag": "R&D <br> &nbsp;",
    "a comment with two hyphens": "<!-- a -- b -->",
    "a comment that never ends": "<!-- a",
    "a comment begun twice": "<!-- a <!-- b -->",
    "a program that never ends": "<?php echo 1",
    "a program": "<?php echo '<b>' ?>",
    "a section that never ends": "<![CDATA[a",
    "a section that ends twice": "<![CDATA[a]]> ]]>",
    "a section in small letters": "<![cdata[a]]>",
    "a document type": "<!DOCTYPE html>",
    "a declaration": "<!ELEMENT br>",
    "an endless name": "<" + "a" * 60_000 + ">x",
    "a name that is none": "<a:b:c>x</a:b:c><:d/><1/>",
    "an end in other letters": "<b>x</B>",
    "a namespace nobody declared": "<o:p>x</p>",
    "an end with attributes": "<b>x</b class='y'>",
    "an end with a slash": "<b>x</b/>",
    "an entry within": "<item><entry>x",
}
"""By what it is: what a CMS may put in a description as it stands."""


WHERE = ["text", "title", "extension", "end", "between", "head", "channel's title"]


def feed(form: str, where: str, damage: str) -> str:
    """Five entries; the second and the fourth are broken, or what stands after them, or what stands before all."""

    def at(place: str, number: int = 1) -> str:
        return damage if place == where and number in (1, 3) else ""

    entries = []
    for n in range(5):
        title = f"<title>T{n} &amp; Cie{at('title', n)}</title><ext>{at('extension', n)}</ext>"
        text = (SECTION if form == "CDATA" else SAID) + at("text", n)
        if form == "Atom":
            link = f"<id>g{n}</id><link href='https://site.example/v?a=1&amp;b={n}'/>"
            entry = f"<entry>{link}{title}<content type='html'>{text}</content>{at('end', n)}</entry>"
        else:
            link = f"<guid>g{n}</guid><link>https://site.example/v?a=1&amp;b={n}</link>"
            entry = f"<item>{link}{title}<description>{text}</description>{at('end', n)}</item>"
        entries.append(entry + at("between", n))
    inner = f"<title>Journal{at("channel's title")}</title>{at('head')}{'\n'.join(entries)}"
    if form == "Atom":
        return f"<feed xmlns='http://www.w3.org/2005/Atom'>{inner}</feed>"
    return f"<rss version='2.0'><channel>{inner}</channel></rss>"


def whole(items: Sequence[Item]) -> dict[str | None, tuple[str, str, str]]:
    """The entries that nothing broke."""
    return {i.native_id: (i.title, i.url, i.text) for i in items if i.native_id in ("g0", "g2", "g4")}


EXPECTED = {f"g{n}": (f"T{n} & Cie", f"https://site.example/v?a=1&b={n}", "Le Dr Morvantel & Cie") for n in (0, 2, 4)}


@pytest.mark.parametrize("form", ["RSS", "CDATA", "Atom"])
@pytest.mark.parametrize("name", DAMAGE)
def test_entries_around_a_broken_one_are_read_as_if_it_were_not(name: str, form: str) -> None:
    for where in WHERE:
        page = page_of("feed", feed(form, where, DAMAGE[name]))
        assert EXPECTED == whole(page.items), where
        assert {"g1", "g3"} <= {i.native_id for i in page.items}, where
        assert page.whole, where


@pytest.mark.parametrize("count", [50, 300, 2_000])
@pytest.mark.parametrize("text", ["<p>x</p>N</description>", "a<br>b", "a<br>b<br>c<img src='x'>", "<p>a<p>b", "x</b>"])
def test_however_many_entries_are_broken_alike_none_is_lost(text: str, count: int) -> None:
    entries = (
        f"<item><title>T{n}</title><link>https://site.example/{n}</link><description>{text}</description></item>"
        for n in range(count)
    )
    items = page_of("feed", f"<rss><channel>{''.join(entries)}</channel></rss>").items
    assert [(f"T{n}", f"https://site.example/{n}") for n in range(count)] == [(i.title, i.url) for i in items]
    assert not any("site.example" in i.text for i in items)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("un<br>deux<br/>trois</br>quatre", "un\ndeux\ntrois\nquatre"),
        ("<p>un<p>deux", "un\ndeux"),
        ("<b>Mor<i>van</b>tel</i> &amp; Cie", "Morvantel & Cie"),
        ("<b>Mor<b>van</i>tel", "Morvantel"),
        ("Dr Mor<span>" * 300 + "vantel", "Dr Mor" * 300 + "vantel"),
        ("x" + "<div>" * 300 + "un<p>deux</p>trois" + "</div>" * 300, "x\nun\ndeux\ntrois"),
        ("R&D, 1 < 2</b>", "R&D, 1 < 2"),
        ("<!-- caché -- encore -->vu", "vu"),
        ("<![CDATA[<p>un</p>]]><b>deux", "un\ndeux"),
        ("fin ]]> de section", "fin ]]> de section"),
    ],
)
def test_a_broken_text_is_what_a_reader_sees(source: str, text: str) -> None:
    (item,) = page_of("feed", f"<rss><channel><item><description>{source}</description></item></channel></rss>").items
    assert text == "\n".join(line for line in item.text.split("\n") if line.strip())


@pytest.mark.parametrize(
    ("entry", "facts"),
    [
        ("<title>T<link>https://site.example/1</link>", ("T", "https://site.example/1", "")),
        ("<title>T</titel><link>https://site.example/1</link>", ("T", "https://site.example/1", "")),
        ("<TITLE>T</title><Link>https://site.example/1</LINK>", ("T", "https://site.example/1", "")),
        ("<title>T<description>Dr M<guid>1</guid>", ("T", "", "Dr M")),
        ("<title lang=fr lang=en>T<description x>Dr M</description>", ("T", "", "Dr M")),
        ("<title><![CDATA[T</title><description><![CDATA[Dr M]]></description>", ("T", "", "Dr M")),
        ("<title><![CDATA[T</title><description>Dr <![CDATA[M</description>", ("T", "", "Dr M")),
    ],
)
def test_an_element_that_never_ends_does_not_swallow_the_next(entry: str, facts: tuple[str, str, str]) -> None:
    for ended in ("</item>", ""):
        text = f"<rss><channel><item>{entry}{ended}<item><title>Suivant</title></item></channel></rss>"
        first, second = page_of("feed", text).items
        assert facts == (first.title, first.url, first.text)
        assert "Suivant" == second.title


def test_an_address_in_atom_that_is_written_as_html_does_not_swallow_its_entry() -> None:
    entry = '<entry><link rel="alternate" href="/1"><title>T</title><id>1</id></entry>'
    (item,) = page_of("feed", f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>').items
    assert ("T", "https://site.example/1") == (item.title, item.url)


@pytest.mark.parametrize(
    "after",
    [
        "<script>suivre()</script>",
        "PHP Notice: a < b",
        "<rss><channel><item><title>Deux</title></item></channel></rss>",
    ],
)
def test_what_stands_after_a_feed_is_not_in_its_way(after: str) -> None:
    text = f"<rss><channel><title>J</title><item><title>Un</title></item></channel></rss>{after}"
    assert "Un" == page_of("feed", text).items[0].title


@pytest.mark.parametrize("form", ["RSS", "CDATA", "Atom"])
@pytest.mark.parametrize("damage", ["", "<br>", "<!-- <item> <entry> -->", "<![CDATA[<item> <entry>]]>"])
def test_an_entry_is_read_when_all_of_it_has_come(form: str, damage: str) -> None:
    text = feed(form, "text", damage)
    end = "</entry>" if form == "Atom" else "</item>"
    for at in range(text.index(end) + len(end), len(text) - len("</channel></rss>")):
        page = page_of("feed", text[:at])
        assert [f"g{n}" for n in range(text[:at].count(end))] == [i.native_id for i in page.items], text[:at]
        assert not page.whole


_PIECES = [
    "<b>", "</b>", "<br>", "<p>", "</p>", "<i", "</", "<", "&", "&amp;", "&eacute;", "&#x1;", '"', "'", "=", "/",
    "<!--", "--", "<?", "<![CDATA[", "<!", "<![", "<!DOCTYPE x>", "<a:b>", "</a:b>", '<a href="x">', "<a href=x>", "x",
    "é", "-", '<a b="1" b="2">', "<a ", 'c="<"', "</a>", "<channel>", "</channel>", "</rss>", "<rss>", "\n", "<x/>",
    "<X>", "]", "</x>", "<title>", "</title>", "<1>", "<:>", "<a:b:c>",
]  # fmt: skip
_MORE = [">", "-->", "?>", "]]>", "<item>", "</item>", "<items>", "<entry/>"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=8).map("".join), st.sampled_from(WHERE[:-2]))
def test_no_damage_spreads(damage: str, where: str) -> None:
    for form in ("RSS", "CDATA", "Atom"):
        assert EXPECTED == whole(page_of("feed", feed(form, where, damage)).items)


@settings(max_examples=1_000, deadline=None)
@given(st.lists(st.sampled_from(_PIECES + _MORE), max_size=40).map("".join))
@example("]</b>]>")
@example("]]</b>>")
def test_any_soup_in_a_root_becomes_well_formed(soup: str) -> None:
    """So that what a parser does to what is not never matters."""
    text = balanced(f"<rss>{soup}</rss>")
    parser = etree.XMLParser(recover=True, resolve_entities=False)
    etree.fromstring(mended(text, {}), parser)
    assert [] == [error.message for error in parser.error_log.filter_from_fatals()]
