"""Services with accounts, asked by the deployed functions: how they refuse, tokens that expire, quotas that end.

One person, everything that is asked with a key for her, four scans: what was there before (`first`), news (`news`),
every service refusing in its own way (`refused`), and all well again (`after`). Catalogue, section 10.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from tests.providers import bluesky, brave, google_business, mastodon, mojeek, serpapi, x, youtube
from tests.providers.index import Known
from tests.providers.opinions import Opinion
from tests.providers.serving import Call, Services
from tests.stack.deployed import Deployed
from tests.stack.watched import Look, Watched
from tests.stack.web import Web, now
from vigie.budget import day_of

pytestmark = pytest.mark.stack

NAMED = "Le Dr Claire Trehorel, dermatologue à Lyon"
QUERY = '"Claire Trehorel"'
ABOUT = "Dr Claire Trehorel, dermatologue à Lyon"
CONSENT = "consent-trehorel"
KEYS = {
    "bluesky_app_password": bluesky.PASSWORD,
    "bluesky_handle": bluesky.HANDLE,
    "brave": brave.TOKEN,
    CONSENT: google_business.CONSENT,
    "google_client_id": google_business.CLIENT,
    "google_client_secret": google_business.SECRET,
    "mojeek": mojeek.KEY,
    "serpapi_key": serpapi.KEY,
    "x_bearer": x.BEARER,
    "youtube": youtube.KEY,
}
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
BEGAN = now()


def page(name: str, sort: str = "web", dated: datetime | None = None) -> Known:
    return Known(
        f"https://{name}.example/lu", f"{NAMED}, lue par {name}", "Un portrait.", sort, BEGAN - HOUR, dated=dated
    )


KIND = Opinion("avis-trehorel", 5, "Très à l'écoute, je recommande.", BEGAN - 30 * DAY)
OLD = Opinion("avis-ancien", 4, "Très bien.", BEGAN - 40 * DAY)
TURNED = KIND.changed(BEGAN, 1, "Je reviens sur mon avis : incompétente, à fuir absolument.")
STARS = Opinion("avis-muet", 2, written_at=BEGAN)
HARSH = Opinion("avis-serpapi", 1, "Désagréable et brutale, à éviter.", BEGAN)
DATED = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Story:
    """What was seen after each scan."""

    first: Look
    news: Look
    refused: Look
    after: Look
    asked: list[tuple[str, Call]]
    """After the first scan, in which a tick may have been before us."""

    @property
    def secrets(self) -> set[str]:
        """Keys, and tokens that were given for them, as they may stand in a text or in an address."""
        tokens = {call.headers.get("authorization", "").rpartition(" ")[2] for _, call in self.asked} - {""}
        return {*KEYS.values(), *tokens, *(quote(value, safe="") for value in KEYS.values())}


@pytest.fixture(scope="module")
def story(stack: Deployed, web: Web, services: Services) -> Iterator[Story]:
    stack.set_keys(**KEYS)
    prepare(web)
    her = Watched(stack, stack.enrol("Trehorel"))
    her.add("brave", "brave_web", query=QUERY)
    her.add("brave_nothing", "brave_web", query=f"{QUERY} introuvable")
    her.add("bluesky", "bluesky", query=QUERY)
    her.add("mastodon", "mastodon", f"https://{mastodon.HOST}/", query="#Lyon")
    her.add("x", "x", query=QUERY)
    her.add("youtube", "youtube", query=QUERY)
    location = google_business.LOCATION
    her.add("google_business", "google_business", location=location, about=ABOUT, consent=CONSENT)
    her.add("serpapi", "serpapi_google_reviews", place=serpapi.PLACE, about=ABOUT)
    her.add("mojeek", "mojeek", query=QUERY)
    with stack.patient():
        first = her.scan()
        begun = len(services.calls)
        publish(web)
        news = her.scan()
        refuse(web)
        refused = her.scan()
        mend(web)
        her.let_come_back("x", "youtube", "serpapi", "mojeek")
        after = her.scan()
    yield Story(first, news, refused, after, services.calls[begun:])
    web.brave.busy, web.brave.per_month = False, 0
    stack.vigie("practitioner", "remove", her.person, "--yes")
    for name in KEYS:
        stack.vigie("key", "remove", name)


def prepare(web: Web) -> None:
    web.google_business.opinions = [KIND, OLD]
    web.mastodon.statuses = [mastodon.status(1, "Le marché de #Lyon", BEGAN - DAY)]
    web.x.clock = lambda: now() - 10 * DAY


def publish(web: Web) -> None:
    web.brave.known = [page("brave", dated=DATED)]
    web.bluesky.expire("access")
    web.bluesky.posts = [bluesky.post(1, f"{NAMED}, vue sur Bluesky.", now())]
    passing = [
        mastodon.status(n, f"Embouteillage n° {n} à #Lyon", BEGAN - (90 - n) * MINUTE) for n in range(60, 10, -1)
    ]
    named = mastodon.status(10, f"{NAMED}, vue sur Mastodon. #lyon", BEGAN - 80 * MINUTE)
    web.mastodon.statuses = [*passing, named, *web.mastodon.statuses]
    web.youtube.videos = [youtube.video("FICTIF00001", f"L'affaire : {NAMED} & ses patients", "", now())]
    web.google_business.tokens.clear()
    web.google_business.opinions = [TURNED, STARS, OLD]
    web.serpapi.opinions = [HARSH]
    web.mojeek.known = [page("mojeek")]


def refuse(web: Web) -> None:
    web.brave.token = "un-autre"
    web.bluesky.closed = True
    web.mastodon.closed = 422
    web.x.clock = now
    web.x.posts = [x.post(f"{NAMED}, vue sur X.", now() - MINUTE)]
    web.youtube.a_day = 0
    web.google_business.consents.clear()
    web.google_business.tokens.clear()
    web.serpapi.left = 0
    web.mojeek.left = 0


def mend(web: Web) -> None:
    web.brave.token, web.brave.busy, web.brave.per_month = brave.TOKEN, True, 15_000
    web.bluesky.closed = False
    web.mastodon.closed = 0
    web.youtube.a_day = 100
    web.google_business.consents.add(google_business.CONSENT)
    web.google_business.opinions = [TURNED]
    web.serpapi.left = web.mojeek.left = 1_000


class TestBrave:
    def test_an_answer_without_a_web_block_is_nothing_found(self, story: Story) -> None:
        assert ["empty"] * 2 == [story.first.outcome("brave_nothing"), story.news.outcome("brave_nothing")]

    def test_a_page_is_told_with_the_date_it_gives_itself_though_that_has_no_zone(self, story: Story) -> None:
        [mention] = story.news.of("brave")

        assert "https://brave.example/lu" in story.news.told
        assert "2026-11-22T06:30:00Z" == mention["published_at"]

    def test_names_are_asked_for_as_they_are_spelt(self, story: Story) -> None:
        """It would search for another one, and say so in `query.altered`."""
        assert {"false"} == {call.query["spellcheck"] for name, call in story.asked if name == "brave"}

    def test_a_422_is_said_to_be_a_wrong_token_and_is_over_with_it(self, story: Story) -> None:
        assert ["auth_failed"] * 2 == [story.refused.outcome(name) for name in ("brave", "brave_nothing")]
        assert "auth_failed" not in {row["outcome"] for row in story.after.sources.values()}

    def test_limits_in_lists_say_to_wait_a_moment_and_not_a_month(self, story: Story) -> None:
        waits = datetime.fromisoformat(story.after.sources["brave"]["not_before"])

        assert "throttled" == story.after.outcome("brave")
        assert waits < now() + 5 * MINUTE

    def test_what_it_answered_is_all_that_is_paid_for(self, story: Story, stack: Deployed, web: Web) -> None:
        [spent] = stack.spending("brave", "USD")

        assert web.brave.billed * 0.005 == pytest.approx(spent["spent"])


class TestSocial:
    def test_a_session_that_expired_is_renewed_and_the_search_repeated_once(self, story: Story) -> None:
        asked = [call.path.rpartition(".")[2] for name, call in story.asked if name == "bluesky"]

        assert "ok" == story.news.outcome("bluesky")
        assert 1 == len(story.news.of("bluesky"))
        expired = asked.index("refreshSession")
        assert ["searchPosts", "refreshSession", "searchPosts"] == asked[expired - 1 : expired + 2]

    def test_a_page_for_people_in_the_place_of_bluesky_is_a_closed_door(self, story: Story) -> None:
        assert "blocked" == story.refused.outcome("bluesky")

    def test_a_timeline_is_followed_to_its_older_pages_as_far_as_it_is_new(self, story: Story) -> None:
        [mention] = story.news.of("mastodon")
        pages = [call.query.get("max_id") for name, call in story.asked if name == "mastodon"]

        assert "vue sur Mastodon" in mention["excerpt"]
        assert 1 == len([page for page in pages if page])

    def test_a_timeline_closed_with_a_422_is_blocked_and_not_empty(self, story: Story) -> None:
        assert "blocked" == story.refused.outcome("mastodon")
        assert story.after.outcome("mastodon") in ("ok", "not_modified")

    def test_x_without_data_is_empty_and_costs_nothing(self, story: Story, stack: Deployed, web: Web) -> None:
        [spent] = stack.spending("x", "USD")

        assert ["empty", "empty"] == [story.first.outcome("x"), story.news.outcome("x")]
        assert (1, 0.005) == (len(web.x.billed), pytest.approx(spent["spent"]))

    def test_a_number_too_old_for_x_is_dropped_and_what_was_said_meanwhile_is_told(self, story: Story) -> None:
        since = ["since_id" in call.query for name, call in story.asked if name == "x"]

        assert "unreachable" == story.refused.outcome("x")
        assert story.refused.sources["x"]["not_before"]
        assert [True, True, False] == since[:3]
        assert 1 == len(story.after.of("x"))

    def test_a_title_of_youtube_is_told_as_it_reads(self, story: Story) -> None:
        assert [f"L'affaire : {NAMED} & ses patients"] == [m["title"] for m in story.news.of("youtube")]

    def test_a_quota_of_youtube_comes_back_at_midnight_in_california(self, story: Story) -> None:
        _, midnight = day_of(now(), "America/Los_Angeles")

        assert "quota_exhausted" == story.refused.outcome("youtube")
        assert f"{midnight:%Y-%m-%dT%H:%M:%SZ}" == story.refused.sources["youtube"]["not_before"]


class TestReviews:
    def test_stars_alone_and_a_review_that_turned_bad_are_each_told_once(self, story: Story) -> None:
        found = {(m["edited"], m["rating"]) for m in story.news.of("google_business")}

        assert {(False, 2.0), (True, 1.0)} == found
        assert {"★★☆☆☆"} <= {m["title"] for m in story.news.of("google_business")}
        assert "Modifié" in "".join(mail["html"] for mail in story.news.mails)

    def test_a_token_that_was_withdrawn_is_replaced_within_the_scan(self, story: Story) -> None:
        paths = [call.path.rpartition("/")[2] for name, call in story.asked if name == "google-business"]

        assert "ok" == story.news.outcome("google_business")
        assert ["reviews", "token", "reviews"] == paths[:3]

    def test_a_consent_that_is_withdrawn_is_said_and_a_new_one_is_taken_up(self, story: Story) -> None:
        assert "auth_failed" == story.refused.outcome("google_business")
        assert story.after.outcome("google_business") in ("ok", "not_modified")

    def test_reviews_that_are_deleted_are_no_news(self, story: Story) -> None:
        before, after = (look.of("google_business") for look in (story.news, story.after))

        assert [m["mention_id"] for m in before] == [m["mention_id"] for m in after]

    def test_no_result_is_empty_and_no_search_left_is_not_both_being_errors_in_a_success(self, story: Story) -> None:
        assert ["empty", "ok", "quota_exhausted"] == [
            look.outcome("serpapi") for look in (story.first, story.news, story.refused)
        ]
        assert 1 == len(story.news.of("serpapi"))


def test_a_status_other_than_ok_in_a_success_of_mojeek_is_a_quota(story: Story) -> None:
    assert ["empty", "ok", "quota_exhausted"] == [
        look.outcome("mojeek") for look in (story.first, story.news, story.refused)
    ]
    assert "https://mojeek.example/lu" in story.news.told


def test_nothing_is_told_twice_and_nothing_is_told_of_a_refusal(story: Story) -> None:
    assert [] == list(story.first.mails)
    assert len(story.after.told_ids) == len(set(story.after.told_ids))
    assert sorted(story.news.told_ids) == sorted(story.refused.told_ids)
    assert 9 == len(set(story.after.told_ids))


def test_nothing_of_it_is_in_a_log_a_queue_or_a_dead_letter(story: Story, stack: Deployed) -> None:
    """Keys, tokens, words, addresses, titles, texts."""
    marks = {*story.secrets, "Trehorel", "FICTIF0", "brave.example/lu", "Embouteillage", "à fuir"}
    marks |= {google_business.LOCATION, serpapi.PLACE}
    said = "\n".join([*stack.logs(), *stack.told(), json.dumps(stack.bodies(), ensure_ascii=False)]).lower()

    assert "quota_exhausted" in said, "the functions did log"
    assert [] == sorted(mark for mark in marks if mark.lower() in said)


def test_no_key_and_no_token_is_kept_in_a_row(story: Story, stack: Deployed) -> None:
    """Nor an address that ends in one, as those of SerpApi and Mojeek do."""
    asked = {name for name, call in story.asked if "api_key" in call.query}

    assert {"mojeek", "serpapi"} == asked
    assert [] == [table for table, row in stack.rows() if any(secret in row for secret in story.secrets)]
