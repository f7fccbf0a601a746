"""The new pages of a site, by its sitemap: within bounds, and never silently not seen."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from ops import reading
from tests.common.scanning import ALICE, World
from tests.common.sources.reading import items_of, page_of
from tests.cost import cost
from tests.fakes import CannedFetcher
from tests.shared import shared
from vigie.errors import SourceError
from vigie.exchange import Response
from vigie.model import Item, MentionStatus, OutcomeKind, Source
from vigie.sources import MOST

SITE = "https://orbe.example"
INDEX = f"{SITE}/sitemap.xml"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def urlset(*pages: str, dated: bool = True) -> bytes:
    date = "<lastmod>2026-11-{:02}</lastmod>"
    urls = (
        f"<url><loc>{SITE}/{page}</loc>{date.format(at % 28 + 1) if dated else ''}</url>"
        for at, page in enumerate(pages)
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(urls)}</urlset>'.encode()


def index(*names: str, date: str = "") -> bytes:
    told = "".join(f"<sitemap><loc>{SITE}/{name}</loc>{date}</sitemap>" for name in names)
    return f"<sitemapindex>{told}</sitemapindex>".encode()


def outcome(body: bytes | str) -> OutcomeKind:
    with pytest.raises(SourceError) as refused:
        items_of("sitemap", body)
    return refused.value.outcome


class TestSamples:
    def test_a_sitemap_of_news_tells_titles_and_dates(self) -> None:
        [item] = items_of("sitemap", shared("sources", "samples", "sitemap.xml").read_bytes())

        assert ("https://gazette-valombre.test/2026/11/22/dermatologue", "La dermatologue répond", "news") == (
            item.url, item.title, item.kind
        )  # fmt: skip
        assert datetime(2026, 11, 22, 5, 30, tzinfo=UTC) == item.published_at

    def test_an_index_names_what_is_to_be_read(self) -> None:
        page = page_of("sitemap", shared("sources", "samples", "sitemap-index.xml").read_bytes())

        assert ["sitemap-news.xml", "sitemap-2026-11.xml.gz"] == [r.url.rpartition("/")[2] for r in page.following]
        assert not page.whole


class TestIndexes:
    def world(self, **parts: Response) -> World:
        world = World(ALICE, kind="sitemap", url=INDEX)
        for name, answer in parts.items():
            world.web.answers[f"{SITE}/{name}.xml"] = answer
        return world

    def test_a_page_that_is_new_in_a_packed_part_is_told(self) -> None:
        page = "2026/avis-sur-la-dermatologue-alice-vasseur-lemoine-besancon"
        world = self.world(a=Response(200, SITE, {}, urlset("accueil")), b=Response(200, SITE, {}, urlset("contact")))
        world.serve(index("a.xml", "b.xml"))
        first = world.scan()
        world.web.answers[f"{SITE}/b.xml"] = Response(200, SITE, {}, gzip.compress(urlset("contact", page)))
        second = world.scan()

        assert [(OutcomeKind.OK, 2), (OutcomeKind.OK, 3)] == [(o.kind, o.items) for o in (first, second)]
        [mention] = world.store.mentions(ALICE.practitioner_id)
        assert f"{SITE}/{page}" == mention.url
        assert MentionStatus.BASELINE is not mention.status

    @pytest.mark.parametrize(("status", "kind"), [(404, OutcomeKind.OK), (503, OutcomeKind.UNREACHABLE)])
    def test_a_part_that_is_gone_is_passed_over_and_one_that_may_come_back_is_not(
        self, status: int, kind: OutcomeKind
    ) -> None:
        world = self.world(a=Response(200, SITE, {}, urlset("accueil")), b=Response(status, SITE, {}))
        world.serve(index("a.xml", "b.xml"))

        assert kind is world.scan().kind

    def test_an_index_that_dates_its_parts_and_did_not_change_is_not_followed(self) -> None:
        world = self.world(a=Response(200, SITE, {}, urlset("accueil")))
        world.serve(index("a.xml", date="<lastmod>2026-11-23</lastmod>"))
        world.scan()

        assert OutcomeKind.NOT_MODIFIED is world.scan().kind
        assert OutcomeKind.OK is world.scan(after=timedelta(days=1)).kind

    def test_an_index_of_itself_is_read_to_the_bound_of_a_scan(self) -> None:
        world = self.world()
        world.serve(index("sitemap.xml", "sitemap.xml?2", "sitemap.xml?3"))
        world.web.answers |= {f"{INDEX}?{n}": world.web.answers[INDEX] for n in (2, 3)}

        assert OutcomeKind.EMPTY is world.scan().kind
        assert 5 == len(world.web.requests)

    def test_the_operator_sees_the_same(self) -> None:
        answers = {INDEX: index("a.xml", "b.xml"), f"{SITE}/a.xml": urlset("premier"), f"{SITE}/b.xml": urlset("deux")}
        web = CannedFetcher({url: Response(200, url, {}, body) for url, body in answers.items()})
        seen = asyncio.run(reading.read(Source("s1", "sitemap", {"url": INDEX}, 60, "orbe.example"), web, NOW))

        assert {"premier", "deux"} == {item.title for item in seen.items}


class TestBounds:
    def test_of_many_dated_pages_the_last_modified_are_kept(self) -> None:
        found = items_of("sitemap", urlset(*(f"page-{n}-texte" for n in range(5_600))))

        assert MOST == len(found)
        assert {27, 26} <= {int(item.url.split("-")[1]) % 28 for item in found}
        assert not {0, 1, 2} & {int(item.url.split("-")[1]) % 28 for item in found}

    def test_too_many_undated_ones_are_refused_since_a_new_one_could_be_anywhere(self) -> None:
        assert OutcomeKind.TOO_LARGE is outcome(urlset(*(f"p{n}" for n in range(MOST + 1)), dated=False))

    def test_a_bomb_is_not_unpacked(self) -> None:
        assert OutcomeKind.TOO_LARGE is outcome(gzip.compress(b"<urlset>" + b" " * 50_000_000))

    @pytest.mark.parametrize(
        "body",
        [
            "<urlset>" + "<url>" * 90_000,
            "<urlset>" + "<url><loc>https://a.example/</loc>" * 40_000,
            "<urlset><url>" + "<a>" * 100_000 + "</url></urlset>",
            "https://a.example/\n" * 60_000,
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>',
            f"<urlset><url><loc>https://a.example/{'-a1' * 1_300}</loc></url></urlset>" * 100,
        ],
        ids=["open", "unclosed", "deep", "lines", "entities", "long"],
    )
    def test_no_body_costs_more_than_its_size(self, body: str) -> None:
        def look() -> None:
            try:
                found: Sequence[Item] = items_of("sitemap", body)
            except SourceError:
                return
            assert len(found) <= MOST

        plain = cost(lambda: items_of("page", "<p>un mot puis un autre</p>" * 20_000), tries=1)
        assert cost(look, tries=1) < 12 * plain


class TestHonesty:
    @pytest.mark.parametrize(
        "body",
        [
            "",
            "<html><p>Non.",
            "<rss/>",
            "{}",
            "https://a.example/ et puis du texte",
            "<urlset",
            "<urlset><url><loc>http",
            "%PDF",
        ],
    )
    def test_what_is_no_sitemap_is_no_empty_one(self, body: str) -> None:
        assert OutcomeKind.NOT_A_FEED is outcome(body)

    def test_a_sitemap_whose_entries_say_nothing_is_none(self) -> None:
        assert OutcomeKind.NOT_A_FEED is outcome("<urlset><url><lien>https://a.example/</lien></url></urlset>")

    def test_a_challenge_was_not_seen(self) -> None:
        assert OutcomeKind.BLOCKED is outcome("<html><head><title>Just a moment...</title></head><body></body></html>")
