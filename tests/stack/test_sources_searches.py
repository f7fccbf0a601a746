"""Enrolment by RPPS number, and the searches that it attaches, asked by the deployed functions.

The register says who; the plan says what is read; four scans: what was there before (`first`), news (`news`), every
search refusing in its own way (`refused`), and all well again (`after`). Catalogue, section 10.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from tests.providers import google_alerts, rpps
from tests.providers.google_alerts import wrapped
from tests.providers.index import Known
from tests.providers.opinions import Opinion
from tests.providers.rpps import Register
from tests.providers.serving import Call, Services
from tests.stack.deployed import Deployed
from tests.stack.watched import Look, Watched
from tests.stack.web import Web, now

pytestmark = pytest.mark.stack

NAMED = "Le Dr Camille Aubertin-Lesage, dermatologue à Valombre"
ADDRESS = "camille@aubertin.example"
BEGAN = now()
MINUTE = timedelta(minutes=1)
STATED = "--i-am-or-mandated"


def page(name: str, sort: str = "news", path: str = "lu") -> Known:
    text = f"{NAMED}, lue par {name}."
    return Known(
        f"https://{name}.example/{path}", f"Portrait : {NAMED}, vue de {name}", text, sort, BEGAN - 60 * MINUTE
    )


KIND = Opinion("avis-1", 5, "Très à l'écoute, je recommande.", BEGAN - timedelta(days=30))
MUTE = Opinion("avis-2", 4, written_at=BEGAN - timedelta(days=20), author="Zoé B.")
HARSH = Opinion("avis-3", 1, "Incompétente et désagréable, à fuir absolument.", BEGAN, author="Côme V.")


@dataclass(frozen=True, slots=True)
class Story:
    """Who was enrolled, and what was seen after each scan."""

    enrolled: Any
    first: Look
    news: Look
    refused: Look
    after: Look
    other: Look
    """What somebody else saw, who was read but once, before all that."""
    asked: list[tuple[str, Call]]


@pytest.fixture(scope="module")
def story(stack: Deployed, web: Web, services: Services) -> Iterator[Story]:
    begun = len(services.calls)
    web.gdelt.interval = timedelta(seconds=3)  # what is kept is five and a half; what passes between two is ours
    web.directory.opinions = [KIND, MUTE]
    engine = services.url("searxng")
    enrolled = stack.vigie(
        *("practitioner", "add", "--rpps", rpps.AUBERTIN, "--email", ADDRESS, "--searxng", engine, STATED)
    )
    her = Watched(stack, enrolled["practitioner_id"])
    for planned in enrolled["plan"]["sources"]:
        her.ids.setdefault(planned["kind"], planned["source_id"])
    her.add("google_alerts", "google_alerts", google_alerts.URL)
    her.add("reviews", "reviews", f"{services.url('annuaire')}/aubertin-lesage")
    other = Watched(stack, stack.enrol("Quiniou"))
    other.add("gdelt", "gdelt", query='"Claire Quiniou"')
    other.add("gdelt_too", "gdelt", query='"Docteur Quiniou"')
    other.add("searxng", "searxng", engine, query='"Claire Quiniou"')
    web.searxng.known = [Known("https://quiniou.example/lu", "Le Dr Claire Quiniou, dermatologue à Lyon", "", "web")]
    with stack.patient():
        stack.vigie("scan", "--practitioner", other.person)
        first, aside = her.scan(), other.look()
        publish(web)
        news = her.scan()
        refuse(web)
        refused = her.scan()
        mend(web)
        her.let_come_back(*(name for name in her.ids if refused.outcome(name) == "throttled"))
        after = her.scan()
    yield Story(enrolled, first, news, refused, after, aside, services.calls[begun:])
    for person in (her.person, other.person):
        stack.vigie("practitioner", "remove", person, "--yes")


def publish(web: Web) -> None:
    web.google_news.known = [page("google-news")]
    web.bing_news.known = [page("bing", path="lu?x=1&y=é")]
    web.gdelt.known = [page("gdelt")]
    web.searxng.known, web.searxng.counts = [page("searxng", "web")], True
    web.wikimedia.known = [Known("https://fr.wikipedia.org/wiki/Valombre", "", f"{NAMED}.")]
    web.google_alerts.found = [
        (f"{NAMED} : deux", wrapped("https://alertes-brutes.example/lu?x=1&y=2", "www.google.fr"), "Un portrait."),
        (f"{NAMED} : un", wrapped("https%3A%2F%2Falertes.example%2Flu%3Fx%3D1"), "Un portrait."),
        (f"{NAMED} : trois", wrapped("javascript:alert(1)"), "Un portrait."),
    ]
    web.directory.opinions = [HARSH, KIND, MUTE]


def refuse(web: Web) -> None:
    web.google_news.blocking = web.bing_news.blocking = True
    web.gdelt.busy = True
    web.searxng.unresponsive = [("google", "CAPTCHA"), ("brave", "too many requests")]
    web.wikimedia.lag_s = 6.2


def mend(web: Web) -> None:
    web.google_news.blocking = web.bing_news.blocking = False
    web.gdelt.busy = False
    web.searxng.unresponsive, web.searxng.formats = [], ("html",)
    web.wikimedia.lag_s = 0.0


class TestRegister:
    def test_a_number_and_an_address_are_enough_to_be_watched_by_what_needs_nobody(self, story: Story) -> None:
        profile = story.enrolled["profile"]
        kinds = {source["kind"] for source in story.enrolled["plan"]["sources"]}

        assert (["Camille"], ["Aubertin-Lesage"], "dermatologue") == (
            profile["first_names"],
            profile["last_names"],
            profile["specialty"],
        )
        assert {"bing_news", "gdelt", "google_news", "searxng", "wikipedia"} <= kinds

    def test_somebody_who_practises_in_two_places_has_both(self, story: Story) -> None:
        profile = story.enrolled["profile"]

        assert 2 == len([profile["city"], *(place["city"] for place in profile["practices"])])
        assert ["CH de Valombre"] == [name for name in (p["practice_name"] for p in profile["practices"]) if name]

    def test_what_was_planned_is_what_the_functions_read(self, story: Story) -> None:
        assert {"ok", "empty"} == {row["outcome"] for row in story.first.sources.values()}

    def test_numbers_that_come_as_numbers_and_cells_that_are_null_are_read(self, stack: Deployed) -> None:
        looked = stack.vigie(
            *("practitioner", "add", "--rpps", "10990000113", "--email", ADDRESS, "--dry-run"),
        )["profile"]

        assert ("10990000113", "01000", "Morvant") == (looked["rpps"], looked["postcode"], looked["last_names"][0])
        assert not looked["practice_name"]

    def test_thirty_six_of_one_name_are_counted_and_context_is_asked_for(self, stack: Deployed) -> None:
        found = stack.vigie(
            *("practitioner", "add", "--rpps", "10990000000", "--email", ADDRESS, "--dry-run"),
        )["namesakes"]

        assert (35, 2) == (found["country"], found["department"])
        assert found["advice"]

    def test_the_register_is_told_who_asks(self, story: Story, register: Register) -> None:
        assert {True} == {"+https://vigie.example/robot" in agent for agent in register.agents}


class TestGdelt:
    def test_all_functions_together_keep_its_turns(self, story: Story, web: Web) -> None:
        """Two jobs at the same time, three searches: none came too early, and none was left out."""
        asked = [call for name, call in story.asked if name == "gdelt"]

        assert len(asked) >= 5
        assert 0 == web.gdelt.throttled
        assert "empty" == story.first.outcome("gdelt")

    def test_articles_are_told_through_what_json_may_not_hold(self, story: Story) -> None:
        assert "ok" == story.news.outcome("gdelt")
        assert "https://gdelt.example/lu" in story.news.told

    def test_a_throttle_that_comes_as_a_success_is_one(self, story: Story) -> None:
        assert "throttled" == story.refused.outcome("gdelt")
        assert story.refused.sources["gdelt"]["not_before"]
        assert story.after.outcome("gdelt") in ("ok", "not_modified")


class TestSearxng:
    def test_results_are_found_whether_they_are_counted_or_not(self, story: Story) -> None:
        assert "https://searxng.example/lu" in story.news.told
        assert ["https://quiniou.example/lu"] == [m["url"] for m in story.other.of("searxng", "baseline")]

    def test_engines_that_refuse_are_blocked_and_not_nothing_found(self, story: Story) -> None:
        assert ["empty", "ok", "blocked"] == [
            look.outcome("searxng") for look in (story.first, story.news, story.refused)
        ]

    def test_a_403_is_one_that_may_not_be_asked_for_json(self, story: Story) -> None:
        assert "blocked" == story.after.outcome("searxng")


class TestNewsFeeds:
    def test_one_story_under_another_address_of_google_at_each_read_is_told_once(self, story: Story, web: Web) -> None:
        heads = [m for m in story.after.mentions if "vue de google-news" in m["title"]]

        assert web.google_news.reads >= 3
        assert 1 == len(heads)

    def test_an_article_of_bing_is_told_by_its_publisher_s_address(self, story: Story) -> None:
        [mention] = [m for m in story.after.mentions if "vue de bing" in m["title"]]

        assert "https://bing.example/lu?x=1&y=%C3%A9" == mention["url"].replace("é", "%C3%A9")
        assert "apiclick" not in story.after.told

    def test_walls_for_people_are_blocked_and_not_empty_feeds(self, story: Story) -> None:
        assert ["blocked", "blocked"] == [story.refused.outcome(kind) for kind in ("google_news", "bing_news")]
        assert {"blocked"}.isdisjoint(story.after.outcome(kind) for kind in ("google_news", "bing_news"))

    def test_an_alert_is_told_by_the_address_inside_its_link_and_never_by_a_script(self, story: Story) -> None:
        found = sorted(m["url"] for m in story.news.of("google_alerts"))

        assert ["", "https://alertes-brutes.example/lu?x=1&y=2", "https://alertes.example/lu?x=1"] == found
        assert "javascript:" not in json.dumps([mail["html"] + mail["text"] for mail in story.after.mails])
        assert "www.google" not in story.after.told


class TestOthers:
    def test_an_error_of_mediawiki_in_a_success_is_a_wait(self, story: Story) -> None:
        assert ["empty", "ok", "throttled"] == [
            look.outcome("wikipedia") for look in (story.first, story.news, story.refused)
        ]
        assert "https://fr.wikipedia.org/wiki/Valombre" in story.news.told

    def test_reviews_are_read_beside_a_script_that_is_broken_and_averages_with_a_comma(self, story: Story) -> None:
        assert [4.5] == [m["rating"] for m in story.first.of("reviews", "baseline") if "Note moyenne" in m["excerpt"]]
        assert [1.0] == [m["rating"] for m in story.news.of("reviews")]
        assert HARSH.text in story.news.told


def test_nothing_is_told_twice_and_nothing_is_told_of_a_refusal(story: Story) -> None:
    assert [] == list(story.first.mails)
    assert sorted(story.news.told_ids) == sorted(story.after.told_ids)
    assert 9 == len(set(story.after.told_ids)) == len(story.after.told_ids)


def test_nothing_of_it_is_in_a_log_a_queue_or_a_dead_letter(story: Story, stack: Deployed) -> None:
    """Names, numbers, words, addresses, titles, texts."""
    marks = {"Aubertin", "Valombre", rpps.AUBERTIN, google_alerts.PATH, "lu?x=1", "vue de", "à fuir", "/searxng"}
    marks |= {quote(NAMED), "Quiniou", "dermatologue"}
    said = "\n".join([*stack.logs(), *stack.told(), json.dumps(stack.bodies(), ensure_ascii=False)]).lower()

    assert "throttled" in said, "the functions did log"
    assert [] == sorted(mark for mark in marks if mark.lower() in said)
