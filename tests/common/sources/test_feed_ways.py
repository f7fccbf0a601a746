"""The quick way through a feed and the parser's never differ, on anything the quick way accepts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import corpus
from tests.common.sources.feeds import FEED, FORMATS, rss
from tests.shared import shared
from vigie.model import Item
from vigie.parse import feedquick, feedtree
from vigie.parse.charset import decoded
from vigie.parse.feedentries import items


def quick(text: str) -> list[Item] | None:
    feed = feedquick.skimmed(text, FEED)
    return items(feed) if feed else None


def slow(text: str) -> list[Item]:
    return items(feedtree.parsed(text, FEED))


@pytest.mark.parametrize("name", ["RSS 2.0", "Atom 1.0"])
def test_regular_feeds_take_the_quick_way(name: str) -> None:
    assert slow(FORMATS[name]) == quick(FORMATS[name])


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
    assert quick(text) in (None, slow(text))


@pytest.mark.parametrize("number", range(12))
def test_they_agree_on_feeds_as_they_are_usually_written(number: int) -> None:
    text = decoded(list(corpus.feeds(12))[number])
    found = quick(text)
    assert 50 == len(found or ())
    assert slow(text) == found


def test_they_agree_on_the_feeds_of_other_projects() -> None:
    accepted, differ = 0, []
    for path in sorted(shared("hostile", "feeds").rglob("*")):
        if not path.is_file() or path.suffix == ".json":
            continue
        text = decoded(path.read_bytes())
        found = quick(text)
        if found is not None:
            accepted += 1
            if found != slow(text):
                differ.append(path.name)
    assert 20 < accepted
    assert [] == differ


@pytest.mark.parametrize(
    "entry",
    [
        '<atom:link href="https://site.example/1"></atom:link>',
        '<atom:link href="https://site.example/1"/>',
        "<atom:author>Zoé</atom:author>",
        "<atom:author><atom:name>Zoé</atom:name></atom:author>",
        "<atom:title>T</atom:title><title>U</title>",
        "<atom:id>1</atom:id>",
        "<atom:summary>Dr Morvantel</atom:summary>",
        '<LINK href="/1"/>',
        '<Link href="/1"></Link>',
        '<guid isPermaLink="true" isPermaLink="false">https://site.example/1</guid>',
        '<link rel="self" rel="alternate">https://site.example/1</link>',
        "<atom:entry/>",
        "<atom:entry></atom:entry>",
        "<atom:entry>T</atom:entry>",
    ],
)
@pytest.mark.parametrize("declared", ["", ' xmlns:atom="http://www.w3.org/2005/Atom"'])
def test_the_quick_way_reads_a_prefix_or_an_odd_tag_as_the_parser_does_or_leaves_it(entry: str, declared: str) -> None:
    for text in (
        f'<feed xmlns="http://www.w3.org/2005/Atom"{declared}><title>J</title><entry>{entry}</entry></feed>',
        f"<rss{declared}><channel><title>J</title><item>{entry}</item></channel></rss>",
    ):
        assert quick(text) in (None, slow(text))


_VALUES = st.text(alphabet="aé <>&;\"'[]!-#x20lgtmp/\n", max_size=12)
_SOURCES = st.one_of(
    _VALUES.map(lambda v: v.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")),
    _VALUES.filter(lambda v: "]]>" not in v).map(lambda v: f"<![CDATA[{v}]]>"),
    st.sampled_from(
        ["&lt;p&gt;un&lt;/p&gt;", "&amp;eacute;", "&#233;", "&#x41;", "<!-- c -->", "<b>x</b>", "<![CDATA[a", "é"]
    ),
)
_ANYWHERE = [
    "atom:link", "atom:author", "atom:title", "atom:id", "atom:entry", "LINK", "dc:title", "media:title", "email"
]  # fmt: skip
_RSS = st.sampled_from(
    ["title", "link", "guid", "description", "content:encoded", "pubDate", "dc:creator", "category", "x:title", "item",
     *_ANYWHERE]
)  # fmt: skip
_ATOM = st.sampled_from(
    ["title", "id", "summary", "content", "published", "updated", "author", "name", "link", "entry", *_ANYWHERE]
)
_ATTRIBUTES = st.sampled_from(
    ["", "", "", ' type="html"', ' isPermaLink="false"', ' href="/a"', ' rel="self" href="/s"', " x='>'", ' xmlns="u"',
     ' isPermaLink="true" isPermaLink="false"', ' href="/a" href="/b"', ' rel="self" rel="alternate"']
)  # fmt: skip
_DC = ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
_DECLARED = st.sampled_from(
    ["", "", ' xmlns:atom="http://www.w3.org/2005/Atom"', ' xmlns:atom="urn:x"', f'{_DC} xmlns:dc="urn:x"',
     f' xmlns:dc="urn:x"{_DC}', ' xmlns:x="http://purl.org/rss/1.0/"', ' xmlns:x="https://www.w3.org/2005/Atom/"']
)  # fmt: skip


@st.composite
def _documents(draw: st.DrawFn) -> str:
    names, unit = draw(st.sampled_from([(_RSS, "item"), (_ATOM, "entry")]))
    entries = []
    for _ in range(draw(st.integers(1, 3))):
        parts = []
        for _ in range(draw(st.integers(0, 4))):
            name, attributes = draw(names), draw(_ATTRIBUTES)
            parts.append(
                draw(
                    st.sampled_from([f"<{name}{attributes}>{draw(_SOURCES)}</{name}>", f"<{name}{attributes}/>", "\n"])
                )
            )
        entries.append(f"<{unit}>{''.join(parts)}</{unit}>")
    declared = draw(_DECLARED)
    if unit == "item":
        return f"<rss{declared}><channel><title>T</title>{''.join(entries)}</channel></rss>"
    return f'<feed xmlns="http://www.w3.org/2005/Atom"{declared}><title>T</title>{"".join(entries)}</feed>'


@settings(max_examples=2_000, deadline=None)
@given(_documents())
def test_they_agree_on_anything_the_quick_way_accepts(text: str) -> None:
    found = quick(text)
    if found is not None:
        assert slow(text) == found
