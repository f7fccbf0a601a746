"""Feeds written for tests, and what they are read as."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tests.common.sources.reading import items_of
from vigie.model import Item

FEED = "https://site.example/feed.xml"
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'


def rss(*entries: str, head: str = "<title>Journal</title><link>https://site.example/</link>") -> str:
    inner = "".join(f"<item>{entry}</item>" for entry in entries)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {DC}><channel>{head}{inner}</channel></rss>'


def atom(*entries: str, head: str = "<title>Blogue</title><id>tag:x</id>") -> str:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{inner}</feed>'


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


def read(body: str | bytes, content_type: str = "", url: str = FEED) -> Sequence[Item]:
    return items_of("feed", body, content_type, url)


def one(body: str | bytes, content_type: str = "", url: str = FEED) -> Item:
    (item,) = read(body, content_type, url)
    return item
