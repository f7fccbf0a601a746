"""What an entry of a feed says: its text and its titles, escaped once, twice or never, in any charset."""

from __future__ import annotations

import pytest

from tests.common.sources.feeds import atom, one, read, rss


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


def test_entries_of_one_feed_do_not_run_into_each_other() -> None:
    """Their texts are cleaned in one pass: an unclosed tag of one must not eat the next."""
    for write in (lambda text: f"<![CDATA[{text}]]>", lambda text: text.replace("<", "&lt;").replace(">", "&gt;")):
        texts = ["un <b", "deux > trois", "<p>quatre</p>", "<!-- cinq", "&amp;eacute; <script>x", "six"]
        found = read(rss(*(f"<description>{write(text)}</description>" for text in texts)))
        alone = [one(rss(f"<description>{write(text)}</description>")).text for text in texts]
        assert alone == [i.text for i in found]


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
