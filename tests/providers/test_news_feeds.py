"""News told by feeds, scanned through the real fetcher: what Google and Bing make of other people's addresses."""

from __future__ import annotations

from dataclasses import replace

from tests.providers import google_alerts
from tests.providers.bing_news import BingNews
from tests.providers.google_alerts import GoogleAlerts, wrapped
from tests.providers.google_news import GoogleNews
from tests.providers.index import ALL, ARTICLE
from tests.providers.world import world
from vigie.model import MentionStatus, OutcomeKind


class TestGoogleNews:
    def test_a_story_under_another_address_is_not_told_again(self) -> None:
        service = GoogleNews(ALL)
        with world(service) as here:
            news = here.watch("google_news")
            tallies = [here.scan(news)[0].tally for _ in range(3)]

            assert [1, 0, 0] == [tally.baseline for tally in tallies]
            assert [0, 0, 0] == [tally.new for tally in tallies]
            assert 3 == service.reads

    def test_a_wall_is_not_an_empty_feed(self) -> None:
        with world(GoogleNews(ALL, blocking=True)) as here:
            assert OutcomeKind.BLOCKED is here.scan(here.watch("google_news"))[0].kind


class TestAlerts:
    def test_pages_are_told_by_their_own_address_however_it_is_wrapped(self) -> None:
        links = (
            wrapped("https%3A%2F%2Fa.example%2F1%3Fx%3D1"),
            wrapped("https://a.example/2?x=1&y=2", "www.google.fr"),
            wrapped("javascript:alert(1)"),
        )
        alert = GoogleAlerts(
            [
                (f"Avis n° {n}", link, "Le Dr Camille Aubertin-Lesage, dermatologue à Valombre, m'a bien soignée.")
                for n, link in enumerate(links)
            ]
        )
        with world(alert) as here:
            here.scan(here.watch("google_alerts", url=google_alerts.URL))
            found = here.mentions(MentionStatus.BASELINE)

        assert ["", "https://a.example/1?x=1", "https://a.example/2?x=1&y=2"] == sorted(m.url for m in found)


class TestBing:
    def test_an_article_is_told_once_by_the_publisher_s_address_though_bing_s_changes(self) -> None:
        bing = BingNews(ALL)
        with world(bing) as here:
            news = here.watch("bing_news")
            here.scan(news)
            bing.known = (*ALL, replace(ARTICLE, url="https://radio.example/?p=7&x=é", title=f"{ARTICLE.title} encore"))
            for _ in range(3):
                here.scan(news)

            assert ["https://radio.example/?p=7&x=é"] == [mention.url for mention in here.mentions()]

    def test_a_page_for_people_is_no_empty_feed(self) -> None:
        with world(BingNews(ALL, blocking=True)) as here:
            assert OutcomeKind.BLOCKED is here.scan(here.watch("bing_news"))[0].kind
