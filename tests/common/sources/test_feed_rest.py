"""How often a feed says that it may be read: honoured as far as once a day."""

from __future__ import annotations

import pytest

from vigie import registry, sources
from vigie.exchange import Page, Response
from vigie.model import Source
from vigie.sources import feed

URL = "https://blog.example/feed.xml"
SOURCE = Source("s1", "feed", {"url": URL}, 60, "blog.example")
SY = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
FEEDS = [name for name in registry.kinds(sources) if hasattr(registry.load(sources, name), "feed")]
"""Kinds that have their answer read as a feed."""
ITEM = "<item><title>Avis</title><link>https://blog.example/1</link></item>"


def read(head: str = "", *, declared: str = SY, cache_control: str = "", comment: str = "") -> Page:
    body = f'<rss version="2.0" {declared}>{comment}<channel><title>Blog</title>{head}{ITEM}</channel></rss>'
    headers = {"cache-control": cache_control} if cache_control else {}
    return feed.read(SOURCE, Response(200, URL, headers, body.encode()))


@pytest.mark.parametrize("comment", ["", "<!-- irregular -->"], ids=["quick", "tree"])
@pytest.mark.parametrize(
    ("head", "minutes"),
    [
        ("", 0),
        ("<ttl>90</ttl>", 90),
        ("<ttl> 90 minutes</ttl>", 90),
        ("<ttl/>", 0),
        ("<ttl>-5</ttl>", 0),
        ("<ttl>bientôt</ttl>", 0),
        ("<ttl>99999999999999999999</ttl>", 0),
        ("<ttl>100000</ttl>", 1440),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>", 60),
        ("<sy:updatePeriod>\n\thourly\t</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 15),
        ("<sy:updatePeriod>Hourly</sy:updatePeriod>", 60),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 1440),
        ("<sy:updatePeriod>weekly</sy:updatePeriod><sy:updateFrequency>14</sy:updateFrequency>", 720),
        ("<sy:updatePeriod>monthly</sy:updatePeriod><sy:updateFrequency>60</sy:updateFrequency>", 720),
        ("<sy:updatePeriod>yearly</sy:updatePeriod><sy:updateFrequency>730</sy:updateFrequency>", 720),
        ("<sy:updateFrequency>2</sy:updateFrequency>", 720),
        ("<sy:updatePeriod>yearly</sy:updatePeriod>", 1440),
        ("<sy:updatePeriod>souvent</sy:updatePeriod>", 0),
        ("<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 60),
    ],
)
def test_the_longest_that_it_says_counts(head: str, minutes: int, comment: str) -> None:
    assert minutes == read(head, comment=comment).rest


@pytest.mark.parametrize(
    ("told", "minutes"),
    [
        ("max-age=3600", 60),
        ("public, max-age=61", 2),
        ('Max-Age="600"', 10),
        ("max-age=0", 0),
        ("no-cache, max-age=3600", 0),
        ("no-store, max-age=3600", 0),
        ("s-maxage=3600", 0),
        ("x-max-age=3600", 0),
        ("max-age=", 0),
        ("max-age=31536000", 1440),
        ("max-age=" + "9" * 5_000, 0),
        ("public, " * 200 + "max-age=3600", 0),
    ],
)
def test_so_does_its_server(told: str, minutes: int) -> None:
    assert minutes == read(cache_control=told).rest


def test_an_atom_feed_says_it_as_well() -> None:
    body = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {SY}><title>Blog</title><sy:updatePeriod>daily</sy:updatePeriod>'
        "<sy:updateFrequency>3</sy:updateFrequency><entry><title>Avis</title><id>1</id></entry></feed>"
    )

    assert 480 == feed.read(SOURCE, Response(200, URL, {}, body.encode())).rest


@pytest.mark.parametrize("name", FEEDS)
def test_a_kind_that_reads_feeds_says_it_too(name: str) -> None:
    body = f"<rss version='2.0'><channel><title>Blog</title><ttl>120</ttl>{ITEM}</channel></rss>"

    assert 120 == registry.load(sources, name).read(SOURCE, Response(200, URL, {}, body.encode())).rest
