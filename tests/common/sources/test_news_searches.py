"""Searches of the press: what is asked, where its answers lead, and what is no answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from ops import asking, reading
from tests.common.sources.reading import items_of
from tests.fakes import CannedFetcher
from tests.shared import shared
from vigie import registry, sources
from vigie.errors import SourceError
from vigie.exchange import Response
from vigie.model import Cursor, Item, OutcomeKind, Source
from vigie.parse.newsfeeds import market
from vigie.ring import Ring

WORDS = '"Camille Aubertin-Lesage" Valombre'
KINDS = ["bing_news", "google_news"]
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def asked(kind: str, **params: str) -> dict[str, str]:
    source = Source("s1", kind, {"query": WORDS, **params}, 60, kind)
    url = registry.load(sources, kind).request(source, Cursor()).url
    return {name: value for name, [value] in parse_qs(urlsplit(url).query).items()}


def feed_of(*entries: str) -> str:
    return f'<rss version="2.0"><channel><title>Actualités</title>{"".join(entries)}</channel></rss>'


def google(code: str, headline: str = "Procès à Valombre", publisher: str = "La Gazette") -> str:
    link = f"https://news.google.com/rss/articles/{code}?oc=5"
    return (
        f'<item><title>{headline} - {publisher}</title><link>{link}</link><guid isPermaLink="false">{code}</guid>'
        f'<description>&lt;a href="{link}"&gt;{headline}&lt;/a&gt;&amp;nbsp;&amp;nbsp;{publisher}</description></item>'
    )


def bing(target: str) -> str:
    link = f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&amp;tid=6a&amp;url={target}&amp;c=1"
    return f"<item><title>Procès à Valombre</title><link>{link}</link><description>Le Dr…</description></item>"


def new(kind: str, before: str, after: str) -> list[Item]:
    _, ring = Ring().resolve(items_of(kind, before), kind)
    sightings, _ = ring.resolve(items_of(kind, after), kind)
    return [s.item for s in sightings if not s.known]


class TestSamples:
    def test_google_leads_to_the_article_and_names_its_publisher(self) -> None:
        [item] = items_of("google_news", shared("sources", "samples", "google-news-rss.xml").read_bytes())

        assert ("Valombre : la dermatologue répond à la polémique", "La Gazette de Valombre", "news") == (
            item.title, item.text, item.kind
        )  # fmt: skip
        assert "https://news.google.com/rss/articles/CBMiEXEMPLE0001" == item.url
        assert datetime(2026, 11, 22, 6, 30, tzinfo=UTC) == item.published_at

    def test_bing_leads_to_the_publisher(self) -> None:
        [item] = items_of("bing_news", shared("sources", "samples", "bing-news-rss.xml").read_bytes())

        assert "https://gazette-valombre.test/2026/11/22/dermatologue" == item.url
        assert ("Le Dr Camille Aubertin-Lesage s'explique…", "news") == (item.text, item.kind)


class TestRequests:
    def test_google_is_asked_for_the_week_in_one_edition(self) -> None:
        assert {"q": f"{WORDS} when:7d", "hl": "fr", "gl": "FR", "ceid": "FR:fr"} == asked("google_news")
        assert {"hl": "fr", "gl": "CH", "ceid": "CH:fr"}.items() <= asked("google_news", language="fr-CH").items()
        assert {"hl": "en-US", "gl": "US", "ceid": "US:en"}.items() <= asked("google_news", language="en").items()

    @pytest.mark.parametrize("when", ["when:1d", "after:2026-11-01", "WHEN:12h"])
    def test_words_that_say_of_when_are_left_alone(self, when: str) -> None:
        assert f"{WORDS} {when}" == asked("google_news", query=f"{WORDS} {when}")["q"]

    def test_bing_is_asked_for_the_latest_of_the_week(self) -> None:
        expected = {"q": WORDS, "format": "rss", "qft": 'sortbydate="1" interval="8"', "mkt": "fr-BE", "cc": "BE"}

        assert expected.items() <= asked("bing_news", language="fr_be").items()

    @pytest.mark.parametrize("told", ["", "  ", "français", "fr-FR-x", "https://x.example/", "é"])
    def test_what_is_no_language_is_french(self, told: str) -> None:
        assert ("fr", "FR") == market(told)

    @pytest.mark.parametrize("kind", KINDS)
    def test_words_cannot_add_a_parameter(self, kind: str) -> None:
        assert "x&hl=en#y=1 ?" == asked(kind, query="x&hl=en#y=1 ?")["q"].removesuffix(" when:7d")

    @pytest.mark.parametrize("kind", KINDS)
    def test_it_is_added_by_its_words(self, kind: str) -> None:
        source = asking.source(kind, None, [f"query={WORDS}"], 60, ())

        assert ({"query": WORDS}, kind) == (source.params, source.host)


class TestSameness:
    def test_one_article_under_another_address_of_google_is_the_same(self) -> None:
        assert [] == new("google_news", feed_of(google("CBMiAAAA")), feed_of(google("CBMiBBBB")))

    def test_one_headline_of_two_publishers_is_two_articles(self) -> None:
        before, other = google("CBMiAAAA"), google("CBMiBBBB", publisher="Radio Orbe")

        assert ["Radio Orbe"] == [item.text for item in new("google_news", feed_of(before), feed_of(other, before))]

    def test_bings_counters_do_not_make_an_article_another(self) -> None:
        first = feed_of(bing("https%3a%2f%2fg.example%2fa"))

        assert [] == new("bing_news", first, first.replace("tid=6a", "tid=7b").replace("c=1", "c=2"))

    @pytest.mark.parametrize(
        "target", ["javascript%3aalert(1)", "data%3atext%2fhtml", "%2f%2fg.example", "", "ftp%3a%2f%2fa.b"]
    )
    def test_what_bing_wraps_is_followed_to_the_web_only(self, target: str) -> None:
        [item] = items_of("bing_news", feed_of(bing(target)))

        assert ("", "Procès à Valombre") == (item.url, item.title)
        assert [] == new("bing_news", feed_of(bing(target)), feed_of(bing(target).replace("tid=6a", "tid=7b")))

    @pytest.mark.parametrize(
        "code", ["CBMi", "CBMi" + "A" * 3_999, "CBMi____----", "é" * 30, "CBMiaHR0cDovL1s" + "A" * 20]
    )
    def test_whatever_google_puts_in_a_link_it_can_be_followed_or_is_none(self, code: str) -> None:
        [item] = items_of("google_news", feed_of(google(code)))

        assert item.url.startswith("https://news.google.com/rss/articles/") or item.url == ""


class TestHonesty:
    def outcome(self, kind: str, body: str, url: str = "https://www.example/") -> OutcomeKind:
        with pytest.raises(SourceError) as refused:
            items_of(kind, body, url=url)
        return refused.value.outcome

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize(
        "body", ["<!DOCTYPE html><p>Oups", "<html><body>Avant de continuer", "\n<script>x</script>"]
    )
    def test_a_page_in_the_place_of_the_feed_was_not_an_answer(self, kind: str, body: str) -> None:
        assert OutcomeKind.BLOCKED is self.outcome(kind, body)

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("body", ['{"error": 1}', "<error>no</error>", "Please retry later."])
    def test_anything_else_is_another_contract(self, kind: str, body: str) -> None:
        assert OutcomeKind.CONTRACT_CHANGED is self.outcome(kind, body)

    def test_a_page_of_consent_is_known_by_where_it_is(self) -> None:
        assert OutcomeKind.BLOCKED is self.outcome("google_news", feed_of(), "https://consent.google.com/m?continue=x")

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_search_without_results_is_empty(self, kind: str) -> None:
        found: Sequence[Item] = items_of(kind, feed_of())

        assert [] == found

    @pytest.mark.parametrize("kind", KINDS)
    def test_it_is_read_by_the_steps_of_a_scan(self, kind: str) -> None:
        source = Source("s1", kind, {"query": WORDS}, 60, kind)
        url = registry.load(sources, kind).request(source, Cursor()).url
        web = CannedFetcher({url: Response(200, url, {}, feed_of(google("CBMiAAAA")).encode())})
        seen = asyncio.run(reading.read(source, web, NOW))

        assert (OutcomeKind.OK, 1) == (seen.outcome, len(seen.items))
