"""Feeds as the web writes them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tests.common.sources.reading import items_of, page_of
from vigie.errors import SourceError
from vigie.model import Item, OutcomeKind
from vigie.parse import feedquick, feedtree
from vigie.parse.feedentries import items

FEED = "https://site.example/feed.xml"
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'


def rss(*entries: str, head: str = "<title>Journal</title><link>https://site.example/</link>") -> str:
    inner = "".join(f"<item>{entry}</item>" for entry in entries)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {DC}><channel>{head}{inner}</channel></rss>'


def atom(*entries: str, head: str = "<title>Blogue</title><id>tag:x</id>") -> str:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{inner}</feed>'


def read(body: str | bytes, content_type: str = "", url: str = FEED) -> Sequence[Item]:
    return items_of("feed", body, content_type, url)


def one(body: str | bytes, content_type: str = "", url: str = FEED) -> Item:
    (item,) = read(body, content_type, url)
    return item


def refused(body: str | bytes, content_type: str = "") -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(body, content_type)
    return caught.value


WHOLE = Item(
    url="https://site.example/a",
    title="Un titre",
    text="Le Dr Morvantel.",
    native_id="id-1",
    published_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    author="Zoé",
)

FORMATS = {
    "RSS 2.0": rss(
        '<title>Un titre</title><link>https://site.example/a</link><guid isPermaLink="false">id-1</guid>'
        "<pubDate>Mon, 23 Nov 2026 10:00:00 +0100</pubDate><dc:creator>Zoé</dc:creator>"
        "<description>Le &lt;b&gt;Dr Morvantel&lt;/b&gt;.</description>"
    ),
    "RSS 0.91 with a document type": (
        '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"'
        ' "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>J</title><item>'
        "<title>Un titre</title><link>https://site.example/a</link><guid>id-1</guid><author>Zo&eacute;</author>"
        "<description>Le Dr Morvantel.</description><pubDate>Mon, 23 Nov 2026 09:00:00 GMT</pubDate></item></channel>"
        "</rss>"
    ),
    "RSS 1.0": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://site.example/rdf"><title>R</title>'
        '<items><rdf:Seq><rdf:li rdf:resource="id-1"/></rdf:Seq></items></channel><item rdf:about="id-1">'
        "<title>Un titre</title><link>https://site.example/a</link><description>Le Dr Morvantel.</description>"
        "<dc:date>2026-11-23T10:00:00+01:00</dc:date><dc:creator>Zoé</dc:creator></item></rdf:RDF>"
    ),
    "RSS with a prefix": (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://purl.org/rss/1.0/"'
        ' xmlns:d="http://purl.org/dc/elements/1.1/"><s:item r:about="id-1"><s:title>Un titre</s:title>'
        "<s:link>https://site.example/a</s:link><s:description>Le Dr Morvantel.</s:description>"
        "<d:date>2026-11-23T09:00:00Z</d:date><d:creator>Zoé</d:creator></s:item></r:RDF>"
    ),
    "Atom 1.0": atom(
        '<title>Un titre</title><id>id-1</id><link href="https://site.example/a"/><author><name>Zoé</name></author>'
        "<published>2026-11-23T10:00:00+01:00</published>"
        '<content type="html">&lt;p&gt;Le Dr Morvantel.&lt;/p&gt;</content>'
    ),
    "Atom 1.0 with a prefix": (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>Un titre</a:title><a:id>id-1</a:id>'
        '<a:link rel="alternate" href="https://site.example/a"/><a:author><a:name>Zoé</a:name></a:author>'
        "<a:updated>2026-11-23T09:00:00Z</a:updated><a:summary>Le Dr Morvantel.</a:summary></a:entry></a:feed>"
    ),
    "Atom 1.0 in XHTML": atom(
        '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Un <b>tit</b>re</div></title><id>id-1</id>'
        '<link href="https://site.example/a"/><author><name>Zoé</name></author><updated>2026-11-23T09:00:00Z</updated>'
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Le Dr <i>Mor</i>vantel.</p></div></content>'
    ),
    "Atom 0.3": (
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="escaped" type="text/html">Un '
        '&lt;b&gt;titre&lt;/b&gt;</title><id>id-1</id><link rel="alternate" type="text/html" href="https://site.example/a"/><author><name>'
        "Zoé</name></author><issued>2026-11-23T10:00:00+01:00</issued><modified>2026-11-24T10:00:00Z</modified>"
        '<content mode="base64" type="text/html">TGUgRHIgTW9ydmFudGVsLg==</content></entry></feed>'
    ),
    "an Atom entry alone": (
        '<entry xmlns="http://www.w3.org/2005/Atom"><title>Un titre</title><id>id-1</id>'
        '<link href="https://site.example/a"/>'
        "<author><name>Zoé</name></author><updated>2026-11-23T09:00:00Z</updated>"
        "<summary>Le Dr Morvantel.</summary></entry>"
    ),
    "JSON Feed 1.1": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "J",
            "items": [
                {
                    "id": "id-1",
                    "url": "https://site.example/a",
                    "title": "Un titre",
                    "content_html": "<p>Le Dr Morvantel.</p>",
                    "date_published": "2026-11-23T10:00:00+01:00",
                    "authors": [{"name": "Zoé"}],
                }
            ],
        }
    ),
    "JSON Feed 1 that forgot its version": json.dumps(
        {
            "items": [
                {
                    "id": "id-1",
                    "url": "/a",
                    "title": "Un titre",
                    "content_text": "Le Dr Morvantel.",
                    "date_modified ": "2026-11-23T09:00:00Z",
                    "author": {"name": "Zoé"},
                }
            ]
        }
    ),
    "a value that Go serialised": (
        "<Rss><Title>J</Title><Link><Href>https://site.example/</Href></Link><Items><Title>Un titre</Title><Link><Href>"
        "https://site.example/a</Href></Link><Author><Name>Zoé</Name></Author><Id>id-1</Id><Updated>0001-01-01T00:00:00Z"
        "</Updated><Created>2026-11-23T09:00:00Z</Created><Content>&lt;p&gt;Le Dr Morvantel.&lt;/p&gt;</Content>"
        "</Items></Rss>"
    ),
    "capitals": (
        "<RSS><CHANNEL><ITEM><TITLE>Un titre</TITLE><LINK>https://site.example/a</LINK><GUID>id-1</GUID>"
        "<AUTHOR>Zoé</AUTHOR>"
        "<PUBDATE>Mon, 23 Nov 2026 09:00:00 GMT</PUBDATE><DESCRIPTION>Le Dr Morvantel.</DESCRIPTION>"
        "</ITEM></CHANNEL></RSS>"
    ),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_the_same(name: str) -> None:
    assert WHOLE == one(FORMATS[name])


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


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Le &lt;b&gt;Mor&lt;/b&gt;vant &amp;amp; fils", "Le Morvant & fils"),
        ("<![CDATA[Le <b>Mor</b>vant &amp; fils]]>", "Le Morvant & fils"),
        ("<![CDATA[<p>Un</p><p>Deux</p>]]>", "Un\nDeux"),
        ("<![CDATA[Un<br/>Deux]]>", "Un\nDeux"),
        ("&amp;lt;p&amp;gt;H&amp;amp;eacute;l&amp;amp;egrave;ne&amp;lt;/p&amp;gt;", "Hélène"),
        ("<![CDATA[&lt;p&gt;L&amp;#39;attente&lt;/p&gt;]]>", "L'attente"),
        ("L&amp;#8217;attente &amp;#xE9;t&amp;eacute;", "L’attente été"),
        ("H&eacute;l&egrave;ne", "Hélène"),
        ("R&D chez AT&T", "R&D chez AT&T"),
        ("5 &lt; 6 et 7 &gt; 3", "5 < 6 et 7 > 3"),
        ("<![CDATA[avant<script>mal()</script><style>x{}</style>après]]>", "avantaprès"),
        ("<![CDATA[avant<!-- <p>caché</p> -->après]]>", "avantaprès"),
        ('<![CDATA[<a title="x > y">lien</a> fin]]>', "lien fin"),
        ("<![CDATA[<P>Un</P><B>De</B>ux]]>", "Un\nDeux"),
        ("<p>Balises <b>nues</b></p><p>ici</p>", "Balises nues\nici"),
        ("a&#xD800;b", "a\ufffdb"),
        ("a&#x110000;b", "a\ufffdb"),
        ("a&#99999999999999999999;b", "a\ufffdb"),
        ("a&#" + "9" * 6_000 + ";b", "a\ufffdb"),
        ("<![CDATA[a&#" + "9" * 6_000 + ";b]]>", "a\ufffdb"),
        ("a&#27;[2Jb", "a[2Jb"),
        ("a&#146;b", "a’b"),
        ("a&nope;b", "a&nope;b"),
        ("zéro\u200blargeur", "zéro\u200blargeur"),
        ("a\x1bb\x07c", "abc"),
        ("<![CDATA[un]]>&amp;<![CDATA[deux]]>", "un&deux"),
        ("<![CDATA[a ]]]]><![CDATA[> b]]>", "a ]]> b"),
    ],
)
def test_text_is_what_a_reader_sees(source: str, text: str) -> None:
    item = one(rss(f"<title>T</title><description>{source}</description>"))
    assert text == item.text.replace("\n\n", "\n")


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("<title>Un &lt;b&gt;titre&lt;/b&gt;</title>", "Un titre"),
        ("<title>  Sur\n   deux lignes </title>", "Sur deux lignes"),
        ("<title><![CDATA[Délais &amp; attente]]></title>", "Délais & attente"),
        ("<title>D&amp;eacute;lais &amp;amp; attente</title>", "Délais & attente"),
        ("<dc:title>De Dublin</dc:title>", "De Dublin"),
        ("<title></title><dc:title>De Dublin</dc:title>", "De Dublin"),
        ("", ""),
    ],
)
def test_titles_of_rss_hold_html_in_fact(title: str, shown: str) -> None:
    assert shown == one(rss(f"{title}<guid>1</guid>")).title


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ('<title type="text">a &lt; b et c</title>', "a < b et c"),
        ('<title type="html">Dermatologie &amp;amp; délais</title>', "Dermatologie & délais"),
        ('<title type="html">&lt;b&gt;Gras&lt;/b&gt;</title>', "Gras"),
        ("<title>L&amp;#39;attente</title>", "L'attente"),
        ("<title>&lt;p&gt;Mal déclaré&lt;/p&gt;</title>", "Mal déclaré"),
    ],
)
def test_titles_of_atom_are_of_their_type(title: str, shown: str) -> None:
    assert shown == one(atom(f"<id>1</id>{title}")).title


def test_the_standfirst_counts_when_the_content_does_not_repeat_it() -> None:
    entry = (
        "<title>T</title><description>Le Dr Morvantel mis en cause.</description>"
        "<content:encoded><![CDATA[<p>Les faits remontent à mars.</p>]]></content:encoded>"
    )
    assert "Le Dr Morvantel mis en cause.\nLes faits remontent à mars." == one(rss(entry)).text
    repeated = entry.replace("<p>Les faits", "<p>Le Dr Morvantel mis en cause. Les faits")
    assert 1 == one(rss(repeated)).text.count("Morvantel")
    set_otherwise = entry.replace("mis en cause.", "mis en \n\n cause : l'attente.").replace(
        "<p>Les faits", "<p>Le Dr&nbsp;Morvantel mis en cause&nbsp;: l’attente.</p><p>Les faits"
    )
    assert 1 == one(rss(set_otherwise)).text.count("Morvantel")


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


WORDPRESS = "<title>Commentaires sur : Rencontre avec le Dr Aubin Morvantel</title><link>https://site.example/a</link>"


def test_comments_carry_the_title_of_what_they_answer() -> None:
    """The comment says "il", the article names him."""
    comment = (
        "<title>Par : Zoé</title><link>https://site.example/a#comment-5</link><description>Il m'a ratée.</description>"
    )
    item = one(rss(comment, head=WORDPRESS))
    assert "Rencontre avec le Dr Aubin Morvantel" == item.context


@pytest.mark.parametrize(
    ("head", "entry", "context"),
    [
        ("<title>Comments on: Dr Morvantel</title>", "<title>By: Al</title><guid>1</guid>", "Dr Morvantel"),
        ("<title>Comments for Dr Morvantel</title>", "<title>By: Al</title><guid>1</guid>", "Dr Morvantel"),
        (
            "<title>Dr Morvantel, à fuir ?</title>",
            "<title>Re: Dr Morvantel, à fuir ?</title><guid>1</guid>",
            "Dr Morvantel, à fuir ?",
        ),
        (
            "<title>Dr Morvantel ?</title>",
            "<title>Reply to Dr Morvantel ? on Mon</title><guid>1</guid>",
            "Dr Morvantel ?",
        ),
        ("<title>Le Dr Morvantel</title>", "<title>Comment #2</title><guid>1</guid>", "Le Dr Morvantel"),
        (
            "<title>Suivi: Dr Morvantel ?</title>",
            "<title></title><link>https://site.example/ticket/1#comment:1    </link>",
            "Suivi: Dr Morvantel ?",
        ),
        (
            "<title>Le Dr Morvantel</title>",
            "<title>x</title><link>https://site.example/a#comment-12</link>",
            "Le Dr Morvantel",
        ),
        (
            '<title>"Dr Morvantel" - Actualités</title>',
            "<title>Autre chose</title><link>https://site.example/b</link>",
            "",
        ),
        (
            "<title>Le blog du Dr Morvantel</title>",
            "<title>Le soleil</title><link>https://site.example/b#haut</link>",
            "",
        ),
    ],
)
def test_only_answers_have_a_context(head: str, entry: str, context: str) -> None:
    """A search for a name, or a practitioner's own blog, is no reason to think that every entry is about them."""
    found = one(rss(entry, head=head))
    assert (context, "forum" if context else "web") == (found.context, found.kind)


def test_the_first_post_of_a_thread_is_an_item_though_the_feed_gives_it_as_its_description() -> None:
    head = (
        "<title>Dr Morvantel ?</title><link>https://forum.example/topic/2/dr-morvantel</link>"
        "<description>&lt;p&gt;Que pensez-vous du Dr Morvantel de la rue du Port ?&lt;/p&gt;</description>"
    )
    reply = (
        "<title>Re: Dr Morvantel ?</title><link>https://forum.example/post/3</link><description>Fuyez !</description>"
    )
    replies, first = read(rss(reply, head=head))
    assert ("Fuyez !", "Dr Morvantel ?") == (replies.text, replies.context)
    assert "https://forum.example/topic/2/dr-morvantel" == first.url == first.native_id
    assert ("Dr Morvantel ?", "Que pensez-vous du Dr Morvantel de la rue du Port ?") == (first.title, first.text)
    assert ["Dr Morvantel ?"] == [i.title for i in read(rss(head=head))]


def test_the_description_of_a_site_is_no_post() -> None:
    told = "<description>Toute l'actualité de la vallée.</description>"
    head = f"<title>Journal</title><link>https://site.example/</link>{told}"
    assert ["Un"] == [i.title for i in read(rss("<title>Un</title>", head=head))]
    assert [] == list(read(rss(head=head)))


@pytest.mark.parametrize(
    ("head", "link", "kind"),
    [
        ("<generator>https://wordpress.org/?v=6.9</generator>", "https://site.example/a", "web"),
        ("<generator>MyBB</generator>", "https://site.example/a", "forum"),
        ("<generator>RSS for Node</generator>", "https://site.example/topic/2/a", "forum"),
        ("<generator>RSS for Node</generator>", "https://site.example/2026/a", "web"),
        ("<link>https://news.google.com/search?q=x</link>", "https://news.google.com/rss/articles/CBM", "news"),
        ("<generator>Mastodon v4.5.0</generator>", "https://social.example/@a/115600000000000001", "social"),
        ("<link>https://www.youtube.com/channel/x</link>", "https://www.youtube.com/watch?v=x", "video"),
    ],
)
def test_the_sort_of_an_item_is_told_when_it_is_known(head: str, link: str, kind: str) -> None:
    assert kind == one(rss(f"<title>T</title><link>{link}</link>", head=f"<title>J</title>{head}")).kind


FRENCH = "Hélène Müller à l’hôpital"
CHARSETS = [
    (FRENCH.encode(), "", "", FRENCH),
    (FRENCH.encode("cp1252"), "windows-1252", "", FRENCH),
    (FRENCH.encode("cp1252"), "iso-8859-1", "", FRENCH),
    (FRENCH.encode("cp1252"), "utf-8", "", FRENCH),
    (FRENCH.encode("cp1252"), "", "", FRENCH),
    (FRENCH.encode("cp1252"), "", "text/xml; charset=iso-8859-1", FRENCH),
    (FRENCH.encode("cp1252"), "utf-8", "text/xml; charset=utf-8", FRENCH),
    (FRENCH.encode(), "iso-8859-1", "", FRENCH),
    (FRENCH.encode(), "utf-16", "", FRENCH),
    (FRENCH.encode(), "no-such-charset", "text/xml; charset=bogus", FRENCH),
    (FRENCH.encode(), "", "text/xml; charset=us-ascii", FRENCH),
    (FRENCH.encode("iso8859-15", "replace"), "iso-8859-15", "", FRENCH.replace("’", "?")),
    ("Доктор Иванов".encode("koi8-r"), "koi8-r", "", "Доктор Иванов"),
    ("医師の評判".encode("shift_jis"), "shift_jis", "", "医師の評判"),
    ("医師の評判".encode("iso2022_jp"), "iso-2022-jp", "", "医師の評判"),
    ("Ångström".encode("mac-roman"), "macintosh", "", "Ångström"),
    (b"Dr \x93Morvantel\x94 \x80", "iso-8859-1", "", "Dr “Morvantel” €"),
    ("Dr Morvantel \x93cité\x94".encode(), "utf-8", "", "Dr Morvantel “cité”"),
    (b"\xc0\xbcscript", "utf-8", "", "À¼script"),
    (b"a\xed\xa0\x80b", "utf-8", "", None),
    (b"+ADw-script+AD4-", "utf-7", "", "+ADw-script+AD4-"),
]


@pytest.mark.parametrize(("title", "declared", "content_type", "shown"), CHARSETS)
def test_names_survive_wrong_charsets(title: bytes, declared: str, content_type: str, shown: str | None) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>'.encode() if declared else b""
    item = one(declaration + b"<rss><channel><item><title>" + title + b"</title></item></channel></rss>", content_type)
    item.title.encode()
    assert shown in (None, item.title)


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
@pytest.mark.parametrize("declared", ["utf-8", "utf-16", "iso-8859-1"])
def test_wide_encodings_are_seen_whatever_is_declared(encoding: str, declared: str) -> None:
    body = (
        f'<?xml version="1.0" encoding="{declared}"?><rss><channel><item><title>{FRENCH}</title></item></channel></rss>'
    )
    assert FRENCH == one(body.encode(encoding)).title


def test_a_feed_served_as_the_gzip_file_it_is_kept_as_is_unpacked_within_bounds() -> None:
    assert "Un titre" == one(gzip.compress(FORMATS["RSS 2.0"].encode())).title
    bomb = gzip.compress(b"<rss><channel><title>" + b" " * 300_000_000)
    assert OutcomeKind.TOO_LARGE is refused(bomb).outcome


NO_FEED = [
    b"", b" \n\t ", b"\xef\xbb\xbf", b"https://169.254.169.254/latest/meta-data/", b"/proc/self/environ", b"file:///etc/passwd",
    b"<html><head><title>Accueil</title></head><body><p>Bonjour</p></body></html>", b"<!doctype html><p>Bonjour",
    b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><p>x</p></body></html>",
    b"<opml version='2.0'><body><outline text='x'/></body></opml>", b"<root/>", b"<?xml version='1.0'?>", b"<",
    b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://a.example/</loc></url></urlset>",
    b"{}", b"[]",
    b'{"items": []}', b'{"items": {"id": 1}}', b'{"items": [{"name": "x"}]}', b"[" * 100_000, b'{"version": 1}',
    b'{"error":"Not Found"}', b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"\x00" * 100, b"\x1f\x8b\x08garbage", b"null", b"12",
    b"<svg xmlns='http://www.w3.org/2000/svg'><title>x</title></svg>",
]  # fmt: skip


@pytest.mark.parametrize("body", NO_FEED, ids=range(len(NO_FEED)))
def test_what_is_no_feed_is_never_an_empty_one(body: bytes) -> None:
    assert OutcomeKind.NOT_A_FEED is refused(body).outcome


def test_a_page_in_place_of_a_feed_says_whether_it_announces_one() -> None:
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head><body>x</body></html>'
    assert "announces a feed" in str(refused(page))


@pytest.mark.parametrize(
    "body", ["<html><title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/></html>"]
)
def test_a_challenge_in_place_of_a_feed_is_blocked(body: str) -> None:
    assert OutcomeKind.BLOCKED is refused(body).outcome


@pytest.mark.parametrize(
    "body", [rss(), atom(), '{"version": "https://jsonfeed.org/version/1", "items": []}', "<rss/>"]
)
def test_a_feed_without_entries_is_understood_and_empty(body: str) -> None:
    assert [] == list(read(body))


def test_a_body_that_stops_before_its_end_is_no_full_read() -> None:
    whole = rss("<title>Un</title>", "<title>Deux</title>", "<title>Trois</title>")
    assert page_of("feed", whole).whole
    for end in range(whole.index("Deux"), len(whole) - 6):
        page = page_of("feed", whole[:end])
        assert not page.whole, whole[:end]
        assert "Un" == page.items[0].title
        assert all(i.title in ("Un", "Deux", "Trois") for i in page.items)


def test_warnings_of_a_program_before_a_feed_do_not_hide_it() -> None:
    assert "Un titre" == one("<br />\n<b>Warning</b>: session_start() in /var/www\n" + FORMATS["RSS 2.0"]).title


def test_a_namespace_declared_on_every_entry_is_understood() -> None:
    body = atom(
        '<id>1</id><title>T</title><draft xmlns="http://purl.org/atom-blog/ns#">false</draft>'
        '<title xmlns="urn:x">Non</title>'
    ).replace("<entry>", '<entry xmlns="http://www.w3.org/2005/Atom">')
    assert ["T"] == [i.title for i in read(body)]


def test_elements_of_unknown_namespaces_are_not_taken_for_those_of_rss() -> None:
    body = rss(
        "<News:title>Faux</News:title><title>Vrai</title><News:link>https://faux.example/</News:link><link>/v</link>"
    )
    body = body.replace("<rss ", '<rss xmlns:News="https://www.bing.com/news/search?q=x&amp;format=rss" ')
    assert ("Vrai", "https://site.example/v") == (one(body).title, one(body).url)


def test_no_more_than_two_thousand_entries_are_kept() -> None:
    assert 2_000 == len(read(rss(*["<title>x</title>"] * 2_500)))
    assert 2_000 == len(read(rss(*["<title>x<!-- --></title>"] * 2_500)))


# The two ways through XML

REGULAR = [name for name in FORMATS if name in ("RSS 2.0", "Atom 1.0")]


def ways(text: str) -> tuple[list[Item] | None, list[Item]]:
    quick = feedquick.skimmed(text, FEED)
    return (items(quick) if quick else None), items(feedtree.parsed(text, FEED))


@pytest.mark.parametrize("name", REGULAR)
def test_regular_feeds_take_the_quick_way(name: str) -> None:
    quick, slow = ways(FORMATS[name])
    assert slow == quick


@pytest.mark.parametrize(
    "entry",
    [
        "<title>a<!-- b -->c</title>",
        "<title>a<b>c</b></title>",
        "<title xmlns='urn:x'>a</title><title>b</title>",
        "<description><![CDATA[x]]> et <![CDATA[y]]></description>",
        "<description><![CDATA[</description></item><item><title>faux</title>]]></description>",
        "<title><![CDATA[jamais fini</title>",
        "<item><title>dedans</title></item>",
        "<Title>capitale</Title>",
        "<?php echo 1 ?><title>a</title>",
        "texte perdu<title>a</title>",
        '<guid isPermaLink="a>b">1</guid><title>a</title>',
        "<title>a</title></rss><title>b</title>",
    ],
)
def test_what_is_not_regular_is_left_to_the_parser(entry: str) -> None:
    """Or read just as it does: what must not happen is to differ."""
    text = rss(entry, "<title>Suivant</title><guid>2</guid>")
    quick, slow = ways(text)
    assert quick in (None, slow)


def test_entries_of_one_feed_do_not_run_into_each_other() -> None:
    """Their texts are cleaned in one pass: an unclosed tag of one must not eat the next."""
    for write in (lambda text: f"<![CDATA[{text}]]>", lambda text: text.replace("<", "&lt;").replace(">", "&gt;")):
        texts = ["un <b", "deux > trois", "<p>quatre</p>", "<!-- cinq", "&amp;eacute; <script>x", "six"]
        found = read(rss(*(f"<description>{write(text)}</description>" for text in texts)))
        alone = [one(rss(f"<description>{write(text)}</description>")).text for text in texts]
        assert alone == [i.text for i in found]


def test_the_description_of_a_site_is_no_post_of_the_article_whose_comments_are_fed() -> None:
    head = (
        "<title>Commentaires sur : Rencontre avec le Dr Morvantel</title><link>https://site.example/2026/a/</link>"
        "<description>Le site de toute la vallée</description>"
    )
    comment = "<title>Par : Zoé</title><link>https://site.example/2026/a/#comment-5</link>"
    assert ["Par : Zoé"] == [i.title for i in read(rss(comment, head=head))]


@pytest.mark.parametrize(
    "source",
    [
        "<![CDATA[<![CDATA[Le Dr Morvantel]]]]><![CDATA[>]]>",
        "<![CDATA[<![CDATA[Le Dr Morvantel]]>]]>",
        "&lt;![CDATA[Le Dr Morvantel]]&gt;",
        "&lt;![CDATA[&lt;p&gt;Le Dr &lt;b&gt;Morvantel&lt;/b&gt;&lt;/p&gt;]]&gt;",
        "<![CDATA[Le Dr Morvantel",
    ],
)
def test_a_text_wrapped_in_cdata_twice_or_never_unwrapped_is_read(source: str) -> None:
    """To HTML a second wrapping is a comment, and to XML one without an end is the rest of the document."""
    item = one(rss(f"<title>Titre</title><description>{source}</description>"))
    assert "Le Dr Morvantel" in item.text
    assert "CDATA" not in item.text


@pytest.mark.parametrize(
    ("root", "entry", "end"),
    [
        ("<feed xmlns='https://www.w3.org/2005/Atom'>", "entry", "</feed>"),
        ("<feed xmlns='http://www.w3.org/2005/Atom/'>", "entry", "</feed>"),
        ("<rss xmlns='http://site.example/own' version='2.0'><channel>", "item", "</channel></rss>"),
        ("<rss xmlns='http://www.w3.org/2005/Atom' version='2.0'><channel>", "item", "</channel></rss>"),
    ],
)
def test_a_feed_in_a_namespace_that_is_not_its_own_is_read(root: str, entry: str, end: str) -> None:
    body = f"{root}<title>J</title><{entry}><title>Dr Morvantel</title></{entry}>{end}"
    assert "Dr Morvantel" == one(body).title


def test_a_known_namespace_under_another_prefix_is_not_passed_over() -> None:
    """.NET puts the content of an item in `<a10:content>`."""
    body = (
        '<rss xmlns:a10="http://www.w3.org/2005/Atom" version="2.0"><channel><title>J</title><item><title>T</title>'
        '<a10:content type="html">Le Dr Morvantel</a10:content></item></channel></rss>'
    )
    assert "Le Dr Morvantel" == one(body).text


def test_a_json_feed_signed_by_a_cache_or_with_an_endless_number_is_read() -> None:
    body = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": %s, "content_text": "Dr Morvantel"}]}%s'
    assert "Dr Morvantel" == one(body % ('"1"', "\n<!-- Cached by a plugin -->")).text
    assert "Dr Morvantel" == one(body % ("9" * 10_000, "")).text


def test_a_json_feed_of_anything_but_items_is_not_an_empty_one() -> None:
    error = refused('{"version": "https://jsonfeed.org/version/1.1", "items": [null, 3, "x"]}')
    assert OutcomeKind.NOT_A_FEED is error.outcome


def test_a_link_escaped_once_too_often_leads_where_it_was_meant_to() -> None:
    body = rss("<title>T</title><link>https://site.example/a?b=1&amp;amp;c=2</link>")
    assert "https://site.example/a?b=1&c=2" == one(body).url
