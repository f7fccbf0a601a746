"""Searches by the APIs of engines: what is asked, what is paid for, and which pages are found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from ops import asking
from tests.common.sources.reading import NOW, items_of, page_of
from tests.common.sources.searching import BRAVE, KINDS, SAMPLES, WORDS, answer, asked, request, sample, source
from tests.shared import shared
from vigie import registry, sources
from vigie.errors import InputError, SourceError
from vigie.exchange import Secret
from vigie.model import Cursor, OutcomeKind
from vigie.ring import Ring
from vigie.sources import provider_of

GAZETTE = "https://gazette-valombre.test/2026/11/22/dermatologue"


class TestSamples:
    @pytest.mark.parametrize(
        ("name", "kind", "urls"),
        [
            ("brave-news", "news", [GAZETTE]),
            ("brave-images", "image", ["https://cabinet-exemple.test/equipe"]),
            ("brave-videos", "video", ["https://www.youtube.com/watch?v=AAAAAAAAAAA"]),
            ("searxng-news", "news", [GAZETTE]),
            ("searxng-images", "image", ["https://cabinet-exemple.test/equipe"]),
            ("searxng-videos", "video", ["https://www.youtube.com/watch?v=AAAAAAAAAAA"]),
            ("gdelt-artlist", "news", [GAZETTE]),
            ("mojeek-search", "web", ["https://gazette-valombre.test/2026/11/18/cabinet-dermatologie"]),
            ("serper-news", "news", [GAZETTE]),
            ("serper-images", "image", ["https://cabinet-exemple.test/equipe"]),
            ("wikipedia-search", "web", ["https://fr.wikipedia.org/wiki/Valombre-sur-Orne"]),
        ],
    )
    def test_an_item_is_where_the_page_is(self, name: str, kind: str, urls: list[str]) -> None:
        of, params = SAMPLES[name]
        found = page_of(of, sample(f"{name}.json"), params=params).items

        assert [(url, kind) for url in urls] == [(item.url, item.kind) for item in found]

    def test_braves_web_tells_discussions_as_those_of_a_forum(self) -> None:
        discussion, *pages = items_of("brave_web", sample("brave-web.json"))

        assert ("forum", None) == (discussion.kind, discussion.author)
        assert (
            "Je cherche un dermatologue à Valombre…\nAvis sur ce médecin ?\nTrès bien, à l'écoute." == discussion.text
        )
        assert ["web", "web"] == [item.kind for item in pages]
        assert "Le Dr Camille Aubertin-Lesage reçoit à Valombre. 12 avis de patients…" == pages[0].text.split("\n")[0]
        assert [datetime(2026, 11, 20, 8, 14, tzinfo=UTC), None] == [item.published_at for item in pages]

    def test_one_article_is_the_same_by_every_search(self) -> None:
        found = [
            page_of(kind, sample(f"{name}.json"), params=params).items
            for name, (kind, params) in SAMPLES.items()
            if name in ("brave-news", "searxng-news", "gdelt-artlist", "serper-news")
        ]
        identities = {Ring().resolve(items, f"host{n}")[0][0].identity for n, items in enumerate(found)}

        assert 1 == len(identities)

    def test_the_moment_gdelt_saw_an_article_is_not_when_it_appeared(self) -> None:
        assert [None] == [item.published_at for item in items_of("gdelt", sample("gdelt-artlist.json"))]
        assert [] == items_of("gdelt", sample("gdelt-empty.json"))

    def test_google_s_relative_dates_are_left_out(self) -> None:
        assert [None, datetime(2026, 11, 18, tzinfo=UTC)] == [
            item.published_at for item in items_of("serper", sample("serper-search.json"))
        ]

    @pytest.mark.parametrize(
        ("kind", "name", "status", "outcome"),
        [
            ("brave_web", "brave-error-422.json", 422, OutcomeKind.AUTH_FAILED),
            ("searxng", "searxng-error-400.json", 400, OutcomeKind.CONTRACT_CHANGED),
            ("gdelt", "gdelt-throttle-200-or-429.txt", 200, OutcomeKind.THROTTLED),
            ("mojeek", "mojeek-error.json", 200, OutcomeKind.AUTH_FAILED),
            ("wikipedia", "wikipedia-error-maxlag.json", 200, OutcomeKind.THROTTLED),
        ],
    )
    def test_a_refusal_is_told_as_one(self, kind: str, name: str, status: int, outcome: OutcomeKind) -> None:
        with pytest.raises(SourceError) as refused:
            page_of(kind, sample(name), params={"query": WORDS}, status=status)

        assert outcome is refused.value.outcome

    def test_what_a_real_searxng_answers(self) -> None:
        found = items_of("searxng", shared("real-sources", "searxng", "search.json").read_bytes())

        assert 8 == len(found)
        assert {"web"} == {item.kind for item in found}
        assert sum("Vandermarck-Roussel" in item.text for item in found) == 3
        assert datetime(2026, 11, 23, 11, 0, 44, tzinfo=UTC) == found[1].published_at

    @pytest.mark.parametrize(
        ("name", "outcome"),
        [
            ("empty.json", OutcomeKind.BLOCKED),
            ("bad_format.html", OutcomeKind.CONTRACT_CHANGED),
            ("search.rss.xml", OutcomeKind.CONTRACT_CHANGED),
        ],
    )
    def test_what_a_real_searxng_answers_otherwise(self, name: str, outcome: OutcomeKind) -> None:
        with pytest.raises(SourceError) as refused:
            items_of("searxng", shared("real-sources", "searxng", name).read_bytes())

        assert outcome is refused.value.outcome


class TestRequests:
    @pytest.mark.parametrize("kind", KINDS)
    def test_words_cannot_add_a_parameter(self, kind: str) -> None:
        words = "x&hl=en#y=1 ?"

        assert words in asked(kind, query=words).values() or words in asked(kind, query=words)["query"]

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_key_is_in_no_address_and_no_header(self, kind: str) -> None:
        made = request(kind)
        keys = provider_of(registry.load(sources, kind))
        needed = set(keys.keys) if keys else set()

        assert needed == {secret.name for secret in made.secrets}
        assert {"accept", "content-type"} >= {name.lower() for name in made.headers}

    @pytest.mark.parametrize("kind", KINDS)
    def test_it_is_added_by_its_words(self, kind: str) -> None:
        url = "https://search.example.com" if kind == "searxng" else None
        made = asking.source(kind, url, [f"query={WORDS}"], None, ())

        assert WORDS == made.params["query"]

    def test_brave_hides_nothing_and_corrects_no_name(self) -> None:
        common = {"q": WORDS, "country": "FR", "search_lang": "fr", "safesearch": "off", "spellcheck": "false"}

        assert all(common.items() <= asked(kind).items() for kind in BRAVE)
        web = {
            "ui_lang": "fr-CH",
            "country": "CH",
            "text_decorations": "false",
            "result_filter": "discussions,news,web",
        }
        assert web.items() <= asked("brave_web", language="fr-CH").items()
        assert not {"freshness", "ui_lang", "offset"} & asked("brave_images").keys()
        assert [Secret("brave", header="X-Subscription-Token")] == request("brave_web").secrets

    @pytest.mark.parametrize(
        ("told", "expected"),
        [("", "pw"), ("pd", "pd"), ("all", None), ("2026-11-01to2026-11-30", "2026-11-01to2026-11-30")],
    )
    def test_brave_is_asked_for_a_week_unless_told_otherwise(self, told: str, expected: str | None) -> None:
        assert expected == asked("brave_news", freshness=told).get("freshness")

    @pytest.mark.parametrize("kind", BRAVE)
    @pytest.mark.parametrize("query", ["x" * 401, "a " * 51, " "])
    def test_more_words_than_brave_takes_are_refused_when_a_source_is_added(self, kind: str, query: str) -> None:
        with pytest.raises(InputError):
            asking.source(kind, None, [f"query={query}"], None, ())

    @pytest.mark.parametrize("query", ["x" * 400, "a " * 49 + "a"])
    def test_as_many_as_it_takes_are_not(self, query: str) -> None:
        assert query == asking.source("brave_web", None, [f"query={query}"], None, ()).params["query"]

    @pytest.mark.parametrize("url", ["https://s.example", "https://s.example/", "https://s.example/search?q=a"])
    def test_a_searxng_is_found_from_its_address(self, url: str) -> None:
        assert request("searxng", url=url).url.startswith("https://s.example/search?q=%22Camille")

    def test_a_searxng_is_asked_for_everything_in_one_category(self) -> None:
        expected = {"q": WORDS, "format": "json", "categories": "news", "language": "fr-FR", "safesearch": "0"}

        assert expected.items() <= asked("searxng", category="news").items()
        assert "time_range" not in asked("searxng")
        assert "week" == asked("searxng", period="week")["time_range"]

    @pytest.mark.parametrize(
        ("query", "language", "expected"),
        [
            ('"A B"', "", '"A B" sourcelang:french'),
            ('"A B" OR "C D"', "de", '("A B" OR "C D") sourcelang:german'),
            ('("A B" OR "C D") domainis:x.fr', "all", '("A B" OR "C D") domainis:x.fr'),
            ("ORTHO", "spanish", "ORTHO sourcelang:spanish"),
        ],
    )
    def test_gdelt_is_asked_for_one_of_several_names(self, query: str, language: str, expected: str) -> None:
        assert expected == asked("gdelt", query=query, language=language)["query"]

    def test_gdelts_pace_is_everybodys(self) -> None:
        provider = provider_of(registry.load(sources, "gdelt"))

        assert provider is not None
        assert provider.interval_ms > 5_000
        assert (0, {}) == (provider.price, provider.keys)

    def test_serper_is_asked_by_post_for_one_sort_of_thing(self) -> None:
        made = request("serper", what="news", language="fr-BE")

        assert "https://google.serper.dev/news" == made.url
        assert {"gl": "be", "hl": "fr", "tbs": "qdr:w", "autocorrect": False, "num": 10}.items() <= asked(
            "serper", language="fr-BE"
        ).items()
        assert "tbs" not in asked("serper", period="all")
        assert "application/json" == made.headers["Content-Type"]

    def test_mojeek_carries_its_key_where_no_address_shows_it(self) -> None:
        made = request("mojeek", site="forum.example", since="month")

        assert [Secret("mojeek", query="api_key")] == made.secrets
        assert "api_key" not in made.url
        assert {"site": "forum.example", "since": "month", "lb": "fr", "rb": "fr"}.items() <= asked(
            "mojeek", site="forum.example", since="month"
        ).items()

    @pytest.mark.parametrize("told", ["", "fr.evil.example/", "https://site.example/x", "x@y"])
    def test_a_language_leads_to_no_other_host(self, told: str) -> None:
        assert request("wikipedia", language=told).url.startswith("https://fr.wikipedia.org/w/api.php?")
        assert request("wikipedia", language="br").url.startswith("https://br.wikipedia.org/w/api.php?")


class TestPaging:
    MORE: Mapping[str, object] = {"type": "search", "query": {"more_results_available": True}}
    READ = Cursor(full_read_at=NOW)

    @pytest.mark.parametrize("kind", ["brave_web", "brave_news", "brave_videos", "gdelt", "serper"])
    def test_a_first_read_asks_for_all_there_is(self, kind: str) -> None:
        period = {"gdelt": "timespan", "serper": "tbs"}.get(kind, "freshness")

        assert asked(kind).get(period)
        assert asked(kind, fresh=True).get(period) in (None, "3months")
        assert asked(kind).get(period) == asked(kind, fresh=True, cursor=self.READ).get(period)

    def test_only_a_first_read_pays_for_more_pages_of_brave(self) -> None:
        first, later = answer("brave_web", self.MORE, fresh=True), answer("brave_web", self.MORE, cursor=self.READ)

        assert first.next is not None
        assert "offset=1" in first.next.url
        assert "freshness" not in first.next.url
        assert first.next.secrets == request("brave_web").secrets
        assert [None, None] == [later.next, answer("brave_web", self.MORE).next]

    def test_a_watcher_who_joins_makes_nobody_pay_for_more(self) -> None:
        assert answer("brave_web", self.MORE, fresh=True, cursor=self.READ).next is None

    @pytest.mark.parametrize(("offset", "following"), [(1, "offset=2"), (8, "offset=9"), (9, None)])
    def test_pages_end_at_the_tenth(self, offset: int, following: str | None) -> None:
        found = answer("brave_web", self.MORE, fresh=True, offset=offset).next

        assert (following is None) == (found is None)
        assert found is None or following in found.url

    @pytest.mark.parametrize("said", [False, None, "true", 1, [], {}])
    def test_pages_end_when_there_is_no_more(self, said: object) -> None:
        told = {"type": "news", "query": {"more_results_available": said}, "results": []}

        assert answer("brave_news", told, fresh=True).next is None

    def test_wikipedia_is_followed_by_the_whole_of_what_continues_it(self) -> None:
        found = page_of("wikipedia", sample("wikipedia-search.json"), params={"query": WORDS}).next

        assert found is not None
        assert {"sroffset": ["10"], "continue": ["-||"], "srsearch": [WORDS]}.items() <= parse_qs(
            urlsplit(found.url).query
        ).items()


class TestSameness:
    def news(self, *urls: str, title: str = "Procès à Valombre") -> bytes:
        rows = [{"title": title, "url": url, "description": f"Le Dr… {n}"} for n, url in enumerate(urls)]
        return json.dumps({"type": "news", "query": {}, "results": rows}).encode()

    def test_an_excerpt_that_changes_makes_no_page_another(self) -> None:
        before, ring = Ring().resolve(items_of("brave_news", self.news("https://g.example/a")), "x")
        after, _ = ring.resolve(items_of("brave_news", self.news("https://g.example/a", title="Autre")), "x")

        assert before[0].identity == after[0].identity

    @pytest.mark.parametrize(
        "other", ["https://g.example/a?utm_source=x", "http://www.g.example/a/", "https://G.example/a#:~:text=x"]
    )
    def test_one_page_shown_twice_is_one(self, other: str) -> None:
        found = items_of("brave_news", self.news("https://g.example/a", other, "https://g.example/b"))

        assert ["https://g.example/a", "https://g.example/b"] == [item.url for item in found]

    def test_two_images_of_one_page_are_two(self) -> None:
        row = {"title": "Équipe", "url": "https://c.example/equipe"}
        rows = [{**row, "properties": {"url": f"https://c.example/{n}.jpg"}} for n in (1, 1, 2)]
        found = answer("brave_images", {"type": "images", "query": {}, "results": rows}).items
        sightings, _ = Ring().resolve(found, "x")

        assert 2 == len({sighting.identity for sighting in sightings}) == len(found)


def test_a_source_of_another_state_is_asked_the_same() -> None:
    """A cursor remembers nothing for these kinds: what is asked depends on whether they were ever read."""
    read = Cursor(full_read_at=NOW)

    for kind in KINDS:
        asked_ = registry.load(sources, kind).request
        one = source(kind, cursor=read)
        assert asked_(one, read) == asked_(one, replace(read, state={"x": "y"}))
