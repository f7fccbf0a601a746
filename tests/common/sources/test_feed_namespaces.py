"""Names are what their namespace makes them, however it is spelt; what only has the name of a feed is none."""

from __future__ import annotations

import pytest

from tests.common.sources.feeds import atom, one, read, rss
from tests.common.sources.reading import items_of, page_of
from vigie.errors import SourceError
from vigie.model import OutcomeKind

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
SAID = "<title>T</title><link>https://site.example/1</link><description>Dr Morvantel</description>"
ENTRY = '<title>T</title><link href="https://site.example/1"/><summary>Dr Morvantel</summary>'


def under(prefix: str, xml: str) -> str:
    return (
        xml.replace("</", f"</{prefix}:").replace("<", f"<{prefix}:").replace(f"<{prefix}:/{prefix}:", f"</{prefix}:")
    )


UNUSUAL = {
    "RSS 1.0 over https": f'<rdf:RDF {RDF} xmlns="https://purl.org/rss/1.0/"><channel/><item>{SAID}</item></rdf:RDF>',
    "RSS 1.0 without its slash": f'<rdf:RDF {RDF} xmlns="http://purl.org/rss/1.0"><item>{SAID}</item></rdf:RDF>',
    "RSS 1.0 in no namespace": f"<rdf:RDF {RDF}><channel><title>J</title></channel><item>{SAID}</item></rdf:RDF>",
    "RSS 1.0 in somebody's own": f'<rdf:RDF {RDF} xmlns="urn:x"><channel/><item>{SAID}</item></rdf:RDF>',
    "RDF over https": f'<r:RDF xmlns:r="https://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    f"<item>{SAID}</item></r:RDF>",
    "RSS 0.9 over https": f'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns" '
    f'xmlns="https://my.netscape.com/rdf/simple/0.9/"><item>{SAID}</item></r:RDF>',
    "RSS 2.0 of UserLand over https": f'<rss xmlns="https://backend.userland.com/rss2"><channel><item>{SAID}</item>'
    "</channel></rss>",
    "a channel in a prefix": f'<rss><z:channel xmlns:z="urn:z"><z:item>{under("z", SAID)}</z:item></z:channel></rss>',
    "a channel taken for HTML": f'<rss><channel xmlns="http://www.w3.org/1999/xhtml"><item>{SAID}</item></channel></rss>',
    "the same without its root": f'<channel xmlns="http://www.w3.org/1999/xhtml"><item>{SAID}</item></channel>',
    "items taken for HTML": f'<rss><channel><title>J</title><item xmlns="http://www.w3.org/1999/xhtml">{SAID}</item>'
    "</channel></rss>",
    "Atom without www": f'<feed xmlns="http://w3.org/2005/Atom/"><entry>{ENTRY}</entry></feed>',
    "Atom in small letters": f'<feed xmlns="http://www.w3.org/2005/atom"><entry>{ENTRY}</entry></feed>',
    "Atom over https, entries not": f'<feed xmlns="https://www.w3.org/2005/Atom"><entry '
    f'xmlns="http://www.w3.org/2005/Atom">{ENTRY}</entry></feed>',
    "Atom in somebody's own prefix": f'<a:feed xmlns:a="urn:my"><a:entry>{under("a", ENTRY)}</a:entry></a:feed>',
    "entries in another namespace than the feed": '<feed xmlns="http://www.w3.org/2005/Atom"><title>J</title>'
    f'<b:entry xmlns:b="urn:b">{under("b", ENTRY)}</b:entry></feed>',
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_a_feed_is_read_whatever_it_calls_its_namespace(name: str) -> None:
    (item,) = items_of("feed", UNUSUAL[name])
    assert ("T", "https://site.example/1", "Dr Morvantel") == (item.title, item.url, item.text)


def test_extensions_are_known_by_their_address_however_it_is_spelt() -> None:
    body = (
        '<rss xmlns:c="https://purl.org/rss/1.0/modules/content" xmlns:d="https://www.purl.org/dc/elements/1.1">'
        "<channel><item><c:encoded>Dr Morvantel</c:encoded><d:creator>Zoé</d:creator><d:date>2026-11-23</d:date></item>"
        "</channel></rss>"
    )
    (item,) = items_of("feed", body)
    assert ("Dr Morvantel", "Zoé", True) == (item.text, item.author, item.published_at is not None)


def test_an_extension_called_item_is_no_item_of_a_feed_that_has_items() -> None:
    body = f'<rss xmlns:x="urn:x"><channel><x:item>Non</x:item><item>{SAID}<x:item>Non</x:item></item></channel></rss>'
    assert ["T"] == [item.title for item in items_of("feed", body)]


@pytest.mark.parametrize(
    "body",
    [
        f'<rdf:RDF {RDF} xmlns:f="http://xmlns.com/foaf/0.1/"><f:Person><f:name>X</f:name></f:Person></rdf:RDF>',
        f'<rdf:RDF {RDF} {DC}><rdf:Description><dc:title>X</dc:title></rdf:Description></rdf:RDF>',
        f'<rdf:RDF {RDF} {DC}><dc:title>X</dc:title></rdf:RDF>',
        f"<rdf:RDF {RDF}/>",
        "<feed><x/></feed>",
        "<feed>Erreur</feed>",
        '<feed xmlns="http://www.w3.org/2005/Atom"><error>base de données</error></feed>',
        '<feed xmlns="http://www.w3.org/2005/Atom">Erreur de base de données</feed>',
        '<feed xmlns="urn:animals"><hay/></feed>',
        "<rss><error>base de données</error></rss>",
        "<rss>Erreur</rss>",
        "<rss><channel>Erreur</channel></rss>",
        "<rss><channel><error/></channel></rss>",
        '<channel id="1"><display-name>Chaîne 1</display-name></channel>',
    ],
)  # fmt: skip
def test_what_has_only_the_name_of_a_feed_is_no_empty_one(body: str) -> None:
    with pytest.raises(SourceError) as refused:
        page_of("feed", body)
    assert OutcomeKind.NOT_A_FEED is refused.value.outcome


@pytest.mark.parametrize(
    "body",
    [
        "<rss/>",
        '<rss version="2.0"></rss>',
        "<rss><channel/></rss>",
        "<rss><channel><title>J</title></channel></rss>",
        f'<rdf:RDF {RDF} xmlns="https://purl.org/rss/1.0/"><channel><title>J</title><items/></channel></rdf:RDF>',
        '<feed xmlns="http://www.w3.org/2005/Atom"/>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><updated>2026-11-23T00:00:00Z</updated></feed>',
        "<feed><title>J</title></feed>",
    ],
)
def test_a_feed_that_says_something_of_itself_or_holds_nothing_is_an_empty_one(body: str) -> None:
    assert [] == list(items_of("feed", body))


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
