"""Searches scanned through the real fetcher, of stand-ins that answer as the services do."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.ledger import PLENTY
from tests.providers import brave, mojeek, serper
from tests.providers.brave import Brave
from tests.providers.gdelt import Gdelt
from tests.providers.index import ALL, ARTICLE, CABINET, NOW, PHOTO, QUERY, TALK, THREAD, Known
from tests.providers.mojeek import Mojeek
from tests.providers.searxng import Searxng
from tests.providers.serper import Serper
from tests.providers.wikimedia import Wikimedia
from tests.providers.world import CAMILLE, world
from vigie.model import MentionStatus, OutcomeKind

BRAVE_KEY = {"brave": brave.TOKEN}
OLD = tuple(
    Known(f"https://annuaire.example/{n}", f"Avis n° {n} sur le Dr Camille Aubertin-Lesage, dermatologue à Valombre")
    for n in range(130)
)
LATE = replace(ARTICLE, url="https://radio-valombre.example/plainte", found_at=NOW + timedelta(hours=30))


class TestBrave:
    def test_what_is_there_is_a_snapshot_and_what_comes_later_is_told(self) -> None:
        search = Brave(ALL)
        with world(search, keys=BRAVE_KEY) as here:
            web = here.watch("brave_web")
            [first] = here.scan(web)
            search.known = (*ALL, LATE)
            [second] = here.scan(web)

            assert (OutcomeKind.OK, 3) == (first.kind, first.tally.baseline)
            assert (OutcomeKind.OK, 1) == (second.kind, second.tally.new)
            assert [LATE.url] == [mention.url for mention in here.mentions()]

    def test_four_searches_find_four_sorts_of_things(self) -> None:
        with world(Brave(ALL), keys=BRAVE_KEY) as here:
            kinds = ("brave_web", "brave_news", "brave_images", "brave_videos")
            outcomes = here.scan(*(here.watch(kind) for kind in kinds))
            found = {mention.url for mention in here.mentions(MentionStatus.BASELINE)}

            assert [3, 1, 1, 1] == [outcome.items for outcome in outcomes]
            assert {page.url for page in (CABINET, ARTICLE, THREAD, PHOTO, TALK)} == found

    def test_one_article_found_by_two_searches_is_one_mention(self) -> None:
        with world(Brave(ALL), keys=BRAVE_KEY) as here:
            here.scan(here.watch("brave_web"), here.watch("brave_news"))

            assert 1 == [m.url for m in here.mentions(MentionStatus.BASELINE)].count(ARTICLE.url)

    def test_news_every_day_do_not_have_what_is_paid_for_read_more_often(self) -> None:
        """A month of what was asked is the price that was told; what is free goes one step faster."""
        paid, free = Brave(ALL), Searxng(ALL)
        with world(paid, free, keys=BRAVE_KEY) as here:
            watched = here.watch("brave_web"), here.watch("searxng", url=here.services.url("searxng"))
            here.scan(*watched)
            for day in range(1, 4):
                late = replace(LATE, url=f"{LATE.url}/{day}", sort="web", found_at=NOW + timedelta(days=day))
                paid.known = free.known = (*paid.known, late)
                here.scan(*watched)

            rings = [here.store.source_rows[source_id].slot.partition("#")[0] for source_id in watched]
            assert ["1440m", "360m"] == rings

    def test_a_web_block_that_is_absent_is_nothing_found(self) -> None:
        with world(Brave(), keys=BRAVE_KEY) as here:
            [outcome] = here.scan(here.watch("brave_web"))

            assert OutcomeKind.EMPTY is outcome.kind

    def test_a_first_read_turns_the_pages_and_later_ones_do_not(self) -> None:
        search = Brave(OLD)
        with world(search, keys=BRAVE_KEY) as here:
            web = here.watch("brave_web")
            [first] = here.scan(web)
            assert (100, 5) == (first.items, search.billed)
            assert ["0", "1", "2", "3", "4"] == [call.query.get("offset", "0") for call in here.services.asked("brave")]

            here.scan(web)
            assert 6 == search.billed
            assert "pw" == here.services.asked("brave")[-1].query["freshness"]

    def test_a_wrong_token_is_a_422_and_said_to_be_one(self) -> None:
        with world(Brave(ALL), keys={"brave": "BSA-autre"}) as here:
            [outcome] = here.scan(here.watch("brave_web"))

            assert (OutcomeKind.AUTH_FAILED, "SUBSCRIPTION_TOKEN_INVALID") == (outcome.kind, outcome.detail)
            assert 0 == here.ledger.counts["brave", "2026-11"]

    def test_a_422_for_a_parameter_is_not_said_to_be_a_wrong_token(self) -> None:
        with world(Brave(ALL), keys=BRAVE_KEY) as here:
            [outcome] = here.scan(here.watch("brave_web", query="x" * 500))

            assert (OutcomeKind.CONTRACT_CHANGED, "VALIDATION query q") == (outcome.kind, outcome.detail)

    def test_no_token_is_no_request(self) -> None:
        with world(Brave(ALL)) as here:
            [outcome] = here.scan(here.watch("brave_web"))

            assert (OutcomeKind.AUTH_FAILED, "no key brave") == (outcome.kind, outcome.detail)
            assert [] == here.services.calls

    def test_too_fast_is_a_wait_of_a_moment_whatever_the_month_says(self) -> None:
        """The plan has no limit a month, and tells 0 of it left: that is no quota that is spent."""
        with world(Brave(ALL, busy=True), keys=BRAVE_KEY) as here:
            [outcome] = here.scan(here.watch("brave_web"))

            assert OutcomeKind.THROTTLED is outcome.kind
            assert here.now + timedelta(minutes=1) == outcome.until

    def test_a_month_that_is_spent_is_a_quota(self) -> None:
        with world(Brave(ALL, per_month=2, billed=2), keys=BRAVE_KEY) as here:
            [outcome] = here.scan(here.watch("brave_web"))

            assert (OutcomeKind.QUOTA_EXHAUSTED, here.now + timedelta(days=1)) == (outcome.kind, outcome.until)

    def test_only_what_was_delivered_is_paid_for(self) -> None:
        search = Brave(ALL, failing=1)
        with world(search, keys=BRAVE_KEY) as here:
            web = here.watch("brave_news")

            assert [OutcomeKind.UNREACHABLE, OutcomeKind.OK] == [here.scan(web)[0].kind for _ in range(2)]
            assert search.billed * 5_000 == here.ledger.counts["brave", "2026-11"]

    def test_a_budget_that_is_spent_asks_nothing(self) -> None:
        search = Brave(OLD)
        with world(search, keys=BRAVE_KEY, limits=replace(PLENTY, usd_per_month=0.0149)) as here:
            [outcome] = here.scan(here.watch("brave_web"))

            assert OutcomeKind.QUOTA_EXHAUSTED is outcome.kind
            assert 2 == search.billed

    def test_names_are_asked_for_as_they_are_spelt(self) -> None:
        with world(Brave(ALL), keys=BRAVE_KEY) as here:
            here.scan(here.watch("brave_news"))

            [call] = here.services.asked("brave")
            assert (QUERY, "false", "off") == (call.query["q"], call.query["spellcheck"], call.query["safesearch"])

    def test_neither_the_token_nor_the_name_is_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        with world(Brave(ALL, busy=True), keys=BRAVE_KEY) as here:
            here.scan(here.watch("brave_web"))

        said = " ".join(str(record.__dict__) for record in caplog.records if record.name.startswith("vigie"))
        assert "source not seen" in said
        assert not {name for name in (brave.TOKEN, "Aubertin") if name in said}


class TestSearxng:
    def test_pages_of_every_sort_are_found(self) -> None:
        with world(Searxng(ALL)) as here:
            url = here.services.url("searxng")
            sources = [here.watch("searxng", url=url, category=c) for c in ("general", "news", "images", "videos")]

            assert [2, 1, 1, 1] == [outcome.items for outcome in here.scan(*sources)]

    @pytest.mark.parametrize("counts", [False, True])
    def test_nothing_found_is_empty_and_engines_that_are_refused_are_not(self, counts: bool) -> None:
        search = Searxng((), counts=counts)
        with world(search) as here:
            web = here.watch("searxng", url=here.services.url("searxng"))
            [empty] = here.scan(web)
            search.unresponsive = [("google", "CAPTCHA"), ("brave", "too many requests")]
            [blocked] = here.scan(web)

            assert [OutcomeKind.EMPTY, OutcomeKind.BLOCKED] == [empty.kind, blocked.kind]

    @pytest.mark.parametrize(
        ("service", "outcome", "detail"),
        [
            (Searxng(ALL, formats=("html",)), OutcomeKind.BLOCKED, "json is not among search.formats"),
            (Searxng(ALL, limited=True), OutcomeKind.THROTTLED, "status 429"),
        ],
    )
    def test_a_refusal_says_what_is_to_be_set_up(self, service: Searxng, outcome: OutcomeKind, detail: str) -> None:
        with world(service) as here:
            [found] = here.scan(here.watch("searxng", url=here.services.url("searxng")))

            assert (outcome, detail) == (found.kind, found.detail)


class TestGdelt:
    def test_articles_are_read_through_what_json_may_not_hold(self) -> None:
        with world(Gdelt(ALL)) as here:
            [outcome] = here.scan(here.watch("gdelt"))

            assert (OutcomeKind.OK, 1) == (outcome.kind, outcome.tally.baseline)
            assert [ARTICLE.title] == [mention.title for mention in here.mentions(MentionStatus.BASELINE)]

    def test_no_match_is_empty(self) -> None:
        with world(Gdelt()) as here:
            assert OutcomeKind.EMPTY is here.scan(here.watch("gdelt"))[0].kind

    @pytest.mark.parametrize("status", [200, 429])
    def test_a_throttle_is_one_whatever_its_status(self, status: int) -> None:
        service = Gdelt(ALL, throttles_with=status)
        with world(service) as here:
            service.clock = lambda: NOW  # somebody else of the same address asked a moment ago
            news = here.watch("gdelt")
            here.scan(news)
            [outcome] = here.scan(news)

            assert OutcomeKind.THROTTLED is outcome.kind
            assert outcome.until is not None
            assert outcome.until > here.now

    def test_everybody_s_searches_wait_for_their_turn(self) -> None:
        """Three sources of one job, five seconds apart: none is refused, and none is left out."""
        service = Gdelt(ALL)
        with world(service) as here:
            sources = [here.watch("gdelt", query=f'{QUERY} OR "autre {n}"') for n in range(3)]
            outcomes = here.scan(*sources)

            assert [OutcomeKind.OK] * 3 == [outcome.kind for outcome in outcomes]
            assert 0 == service.throttled

    def test_several_names_are_asked_for_in_one_query(self) -> None:
        with world(Gdelt(ALL)) as here:
            assert 1 == here.scan(here.watch("gdelt", query=f'"Élise Absente" OR {QUERY}'))[0].items

    def test_a_query_that_is_refused_is_not_nothing_found(self) -> None:
        with world(Gdelt(ALL)) as here:
            [outcome] = here.scan(here.watch("gdelt", query="Li"))

            assert (OutcomeKind.CONTRACT_CHANGED, "the query is not understood") == (outcome.kind, outcome.detail)


class TestMojeek:
    def test_its_key_is_on_the_wire_alone(self) -> None:
        with world(Mojeek(ALL), keys={"mojeek": mojeek.KEY}) as here:
            [outcome] = here.scan(here.watch("mojeek"))

            assert (OutcomeKind.OK, 4) == (outcome.kind, outcome.items)
            assert mojeek.KEY == here.services.asked("mojeek")[0].query["api_key"]
            assert quote(mojeek.KEY, safe="") not in str(here.store.source_rows)

    @pytest.mark.parametrize(
        ("service", "key", "outcome"),
        [
            (Mojeek(ALL), "autre", OutcomeKind.AUTH_FAILED),
            (Mojeek(ALL, left=0), mojeek.KEY, OutcomeKind.QUOTA_EXHAUSTED),
        ],
    )
    def test_a_refusal_in_a_success_is_one(self, service: Mojeek, key: str, outcome: OutcomeKind) -> None:
        with world(service, keys={"mojeek": key}) as here:
            assert outcome is here.scan(here.watch("mojeek"))[0].kind


class TestWikimedia:
    PAGES = tuple(
        Known(f"https://fr.wikipedia.org/wiki/Valombre_{n}", "", "Dr Camille Aubertin-Lesage, dermatologue à Valombre")
        for n in range(120)
    )

    def test_pages_are_found_in_turn(self) -> None:
        with world(Wikimedia(self.PAGES)) as here:
            [outcome] = here.scan(here.watch("wikipedia"))

            assert (120, 120) == (outcome.items, outcome.tally.baseline)
            assert [None, "50", "100"] == [call.query.get("sroffset") for call in here.services.asked("wikimedia")]

    def test_late_servers_are_waited_for(self) -> None:
        service = Wikimedia(self.PAGES, lag_s=6.2)
        with world(service) as here:
            pages = here.watch("wikipedia")
            [late] = here.scan(pages)
            soon = here.now + timedelta(minutes=1)
            service.lag_s = 4.9
            [well] = here.scan(pages)

            assert (OutcomeKind.THROTTLED, "maxlag", soon) == (late.kind, late.detail, late.until)
            assert OutcomeKind.OK is well.kind

    def test_who_asks_is_said(self) -> None:
        with world(Wikimedia(self.PAGES)) as here:
            here.scan(here.watch("wikipedia"))

            assert "(+https://vigie.example/robot)" in here.services.asked("wikimedia")[0].headers["user-agent"]


class TestSerper:
    def test_it_is_asked_by_post(self) -> None:
        with world(Serper(ALL), keys={"serper": serper.KEY}) as here:
            sources = [here.watch("serper", what=what) for what in ("search", "news", "images", "videos")]

            assert [3, 1, 1, 1] == [outcome.items for outcome in here.scan(*sources)]
            assert {"POST"} == {call.method for call in here.services.asked("serper")}
            assert {None, NOW.replace(hour=0)} >= {m.published_at for m in here.mentions(MentionStatus.BASELINE)}

    @pytest.mark.parametrize(
        ("service", "key", "outcome"),
        [
            (Serper(ALL), "autre", OutcomeKind.AUTH_FAILED),
            (Serper(ALL, credits=0), serper.KEY, OutcomeKind.QUOTA_EXHAUSTED),
        ],
    )
    def test_a_refusal_says_whether_to_pay_or_to_change_the_key(
        self, service: Serper, key: str, outcome: OutcomeKind
    ) -> None:
        with world(service, keys={"serper": key}) as here:
            assert outcome is here.scan(here.watch("serper"))[0].kind
            assert 0 == here.ledger.counts["serper", "2026-11"]


def test_one_article_found_by_six_services_is_one_mention() -> None:
    services = (Brave(ALL), Searxng(ALL), Gdelt(ALL, controls=False), Mojeek(ALL), Serper(ALL))
    keys = {**BRAVE_KEY, "mojeek": mojeek.KEY, "serper": serper.KEY}
    with world(*services, keys=keys) as here:
        kinds = ("brave_web", "brave_news", "gdelt", "mojeek", "serper")
        here.scan(*(here.watch(kind) for kind in kinds), here.watch("searxng", url=here.services.url("searxng")))

        urls = [m.url for m in here.store.mentions(CAMILLE.practitioner_id)]
        assert 1 == urls.count(ARTICLE.url)
