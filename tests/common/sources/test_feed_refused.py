"""What is no feed, or no whole one, says so and is never an empty one."""

from __future__ import annotations

import gzip

import pytest

from tests.common.sources.feeds import FORMATS, atom, one, read, rss
from tests.common.sources.reading import page_of
from vigie.errors import SourceError
from vigie.model import OutcomeKind

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


def refused(body: str | bytes, content_type: str = "") -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(body, content_type)
    return caught.value


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


def test_a_json_feed_of_anything_but_items_is_not_an_empty_one() -> None:
    error = refused('{"version": "https://jsonfeed.org/version/1.1", "items": [null, 3, "x"]}')
    assert OutcomeKind.NOT_A_FEED is error.outcome


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


def test_a_feed_served_as_the_gzip_file_it_is_kept_as_is_unpacked_within_bounds() -> None:
    assert "Un titre" == one(gzip.compress(FORMATS["RSS 2.0"].encode())).title
    bomb = gzip.compress(b"<rss><channel><title>" + b" " * 300_000_000)
    assert OutcomeKind.TOO_LARGE is refused(bomb).outcome
