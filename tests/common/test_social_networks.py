"""Social networks through the real fetcher and a scan: tokens that expire, pages, limits, closed doors, costs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.common.watching import MAELLE, NAMED, QUERY, Watch
from tests.conftest import NOW
from tests.ledger import PLENTY
from tests.providers import bluesky, mastodon, reddit, x, youtube
from tests.providers.bluesky import Bluesky
from tests.providers.loopback import answer
from tests.providers.mastodon import Mastodon
from tests.providers.reddit import Reddit
from tests.providers.x import X
from tests.providers.youtube import YouTube
from vigie import registry, sources
from vigie.model import Category, MentionStatus, OutcomeKind, Source
from vigie.scan import MAX_PAGES

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CREATE, REFRESH = "com.atproto.server.createSession", "com.atproto.server.refreshSession"
SEARCH = "app.bsky.feed.searchPosts"
BLUESKY_KEYS = {"bluesky_handle": bluesky.HANDLE, "bluesky_app_password": bluesky.PASSWORD}
REDDIT_KEYS = {"reddit_client_id": reddit.CLIENT, "reddit_client_secret": reddit.SECRET}
INSTANCE = f"https://{mastodon.HOST}/"
INSTANCE_KEY = "mastodon_mouettes_example"
USD = 1_000_000


def of_bluesky(kind: str = "bluesky", query: str = QUERY) -> Watch:
    return Watch(kind, {"query": query}, BLUESKY_KEYS)


def of_mastodon(query: str = "#Fontorbe", **keys: str) -> Watch:
    return Watch("mastodon", {"url": INSTANCE, "query": query}, keys)


def of_x(**limits: float) -> Watch:
    return Watch("x", {"query": QUERY}, {"x_bearer": x.BEARER}, limits=replace(PLENTY, **limits))


def of_reddit() -> Watch:
    return Watch("reddit", {"query": "Corvisart"}, REDDIT_KEYS)


class TestBluesky:
    def test_a_post_is_told_and_the_session_serves_the_next_scan(self) -> None:
        service = Bluesky(posts=[bluesky.post(1, f"{NAMED} : jamais plus.", NOW - HOUR)])
        with of_bluesky().before(service) as watch:
            assert OutcomeKind.OK is watch.scan(after=MINUTE).kind
            service.posts.insert(0, bluesky.post(2, f"{NAMED} m'a fait attendre 3 h.", NOW))
            assert 1 == watch.scan(after=HOUR, forced=True).tally.new

        told = {mention.url.rpartition("/")[2]: mention.status for mention in watch.told}
        assert {"3fictif000001": MentionStatus.BASELINE, "3fictif000002": MentionStatus.PENDING} == told
        assert (1, 0, 2) == tuple(len(service.asked_for(path)) for path in (CREATE, REFRESH, SEARCH))

    def test_a_token_that_expired_is_renewed_and_the_search_asked_once_more(self) -> None:
        service = Bluesky(posts=[bluesky.post(1, NAMED, NOW)])
        with of_bluesky().before(service) as watch:
            watch.scan(after=MINUTE)
            service.expire("access")

            assert watch.scan(after=HOUR).kind.seen
        assert (1, 1, 3) == tuple(len(service.asked_for(path)) for path in (CREATE, REFRESH, SEARCH))

    def test_a_session_that_is_over_is_begun_anew_with_the_password(self) -> None:
        service = Bluesky(posts=[bluesky.post(1, NAMED, NOW)])
        with of_bluesky().before(service) as watch:
            watch.scan(after=MINUTE)
            service.expire("access")
            service.expire("refresh")

            assert watch.scan(after=HOUR).kind.seen
        assert (2, 1, 3) == tuple(len(service.asked_for(path)) for path in (CREATE, REFRESH, SEARCH))

    def test_a_token_is_renewed_before_it_is_refused_since_its_life_is_known(self) -> None:
        service = Bluesky(posts=[bluesky.post(1, NAMED, NOW)])
        with of_bluesky().before(service) as watch:
            for _ in range(4):
                assert watch.scan().kind.seen

        assert (1, 3, 4) == tuple(len(service.asked_for(path)) for path in (CREATE, REFRESH, SEARCH))

    def test_a_wrong_password_is_said_and_tried_no_more_than_twice(self) -> None:
        service = Bluesky(accounts={bluesky.HANDLE: "another"})
        with of_bluesky().before(service) as watch:
            assert OutcomeKind.AUTH_FAILED is watch.scan().kind

        assert len(service.asked_for(CREATE)) <= 2
        assert [] == service.asked_for(SEARCH)

    def test_a_door_that_is_closed_to_programs_is_said(self) -> None:
        with of_bluesky().before(Bluesky(closed=True)) as watch:
            assert OutcomeKind.BLOCKED is watch.scan().kind

    def test_a_limit_is_waited_for_as_long_as_it_says(self) -> None:
        service = Bluesky(left=1)
        with of_bluesky().before(service) as watch:
            outcome = watch.scan()

        assert (OutcomeKind.THROTTLED, watch.now.replace(microsecond=0) + 5 * MINUTE) == (outcome.kind, outcome.until)

    def test_pages_are_read_until_what_was_read_before_and_no_further(self) -> None:
        service = Bluesky(posts=[bluesky.post(n, f"{NAMED}, {n}", NOW - n * MINUTE) for n in range(150)])
        with of_bluesky().before(service) as watch:
            assert 100 == watch.scan(after=MINUTE).items  # a first read has nothing to catch up with
            service.posts[:0] = [
                bluesky.post(1000 - n, f"{NAMED}, neuf {n}", NOW + 5 * HOUR - n * MINUTE) for n in range(250)
            ]
            outcome = watch.scan()

        assert 300 == outcome.items
        assert 250 == outcome.tally.new
        assert ["", "100", "200"] == [one.query.get("cursor", "") for one in service.asked_for(SEARCH)[1:]]

    def test_of_whoever_is_shown_to_members_only_the_link_is_told_and_nothing_else(self) -> None:
        service = Bluesky()
        with of_bluesky(query="Dr Maëlle Corvisart Fontorbe").before(service) as watch:
            watch.scan()
            service.posts = [bluesky.post(1, f"{NAMED} : secret.", NOW, labels=("!no-unauthenticated",))]
            watch.scan()

        [mention] = watch.told
        assert ("", "", MentionStatus.PENDING) == (mention.title, mention.excerpt, mention.status)
        assert mention.url.endswith("3fictif000001")
        assert "secret" not in repr(mention)

    def test_an_account_that_poses_as_them_is_told_as_such(self) -> None:
        service = Bluesky()
        with of_bluesky("bluesky_profiles", "Maëlle Corvisart").before(service) as watch:
            watch.scan(after=DAY)
            bio = "Ophtalmologue à Fontorbe. Écrivez-moi en DM pour un rendez-vous, paiement d'avance."
            service.actors = [bluesky.actor(1, "Dr Maëlle Corvisart", bio, NOW), bluesky.actor(2, "Maëlle", "", NOW)]
            watch.scan(after=DAY)

        [mention] = [mention for mention in watch.told if mention.status is MentionStatus.PENDING]
        assert Category.FAKE_PROFILE is mention.category
        assert "https://bsky.app/profile/did:plc:fictif1" == mention.url

    def test_neither_password_nor_token_is_in_an_address_or_kept(self) -> None:
        service = Bluesky(posts=[bluesky.post(1, NAMED, NOW)])
        with of_bluesky().before(service) as watch:
            watch.scan()

        kept = repr((watch.store.source_rows, watch.store.mention_rows))
        for secret in (bluesky.PASSWORD, *service.tokens):
            assert secret not in kept
            assert not [one for one in service.asked if secret in one.path or secret in repr(one.query)]


class TestMastodon:
    def test_a_tag_is_read_page_by_page_as_far_as_it_is_new(self) -> None:
        service = Mastodon(
            statuses=[mastodon.status(n, f"{NAMED} {n} #Fontorbe", NOW - (60 - n) * MINUTE) for n in range(50, 0, -1)]
        )
        with of_mastodon().before(service) as watch:
            assert 40 == watch.scan(after=MINUTE).items
            new = [mastodon.status(n, f"{NAMED} {n} #fontorbe", NOW + n * MINUTE) for n in range(170, 80, -1)]
            service.statuses[:0] = new
            outcome = watch.scan()
            assert (120, 90) == (outcome.items, outcome.tally.new)
            assert OutcomeKind.NOT_MODIFIED is watch.scan().kind

        pages = [one.query.get("max_id") for one in service.asked]
        assert [None, None, new[39]["id"], new[79]["id"], None] == pages
        assert not [one for one in service.asked if "authorization" in one.headers]

    def test_a_post_that_arrives_late_is_told_though_its_id_is_older(self) -> None:
        service = Mastodon(statuses=[mastodon.status(9, "Le marché de #Fontorbe", NOW)])
        with of_mastodon().before(service) as watch:
            watch.scan(after=MINUTE)
            service.statuses.append(mastodon.status(5, f"{NAMED} #Fontorbe", NOW - HOUR))

            assert 1 == watch.scan().tally.new

    @pytest.mark.parametrize("status", [401, 403, 422])
    def test_an_instance_that_is_closed_to_visitors_is_blocked(self, status: int) -> None:
        with of_mastodon().before(Mastodon(closed=status)) as watch:
            assert OutcomeKind.BLOCKED is watch.scan().kind

    def test_a_search_brings_the_token_of_its_instance(self) -> None:
        service = Mastodon(statuses=[mastodon.status(1, f"{NAMED}, à fuir", NOW)])
        with of_mastodon(QUERY, **{INSTANCE_KEY: mastodon.TOKEN}).before(service) as watch:
            assert OutcomeKind.OK is watch.scan().kind

        assert [f"Bearer {mastodon.TOKEN}"] == [one.headers["authorization"] for one in service.asked]
        assert 1 == len(watch.told)

    def test_a_search_in_pages_counts_what_it_was_shown(self) -> None:
        service = Mastodon(statuses=[mastodon.status(1, f"{NAMED} 1", NOW - DAY)])
        with of_mastodon(QUERY, **{INSTANCE_KEY: mastodon.TOKEN}).before(service) as watch:
            watch.scan(after=MINUTE)
            service.statuses[:0] = [mastodon.status(n, f"{NAMED} {n}", NOW + n * MINUTE) for n in range(100, 10, -1)]

            assert 90 == watch.scan().tally.new
        assert ["0", "0", "40", "80"] == [one.query.get("offset", "0") for one in service.asked]

    @pytest.mark.parametrize("keys", [{}, {INSTANCE_KEY: "un-autre"}])
    def test_a_token_that_is_missing_or_wrong_is_said(self, keys: dict[str, str]) -> None:
        with of_mastodon(QUERY, **keys).before(Mastodon()) as watch:
            assert OutcomeKind.AUTH_FAILED is watch.scan().kind

    def test_a_limit_is_waited_for_as_long_as_it_says(self) -> None:
        with of_mastodon().before(Mastodon(left=0)) as watch:
            outcome = watch.scan()

        assert OutcomeKind.THROTTLED is outcome.kind
        assert outcome.until is not None
        assert 5 * MINUTE == outcome.until.replace(microsecond=0) - watch.now


class TestX:
    def test_an_answer_without_data_is_empty_and_costs_nothing(self) -> None:
        service = X()
        with of_x().before(service) as watch:
            assert OutcomeKind.EMPTY is watch.scan().kind
            assert watch.scan().kind.seen

        assert (0, 0) == (watch.spent("x"), len(service.billed))

    def test_each_post_is_counted_at_its_price_and_no_more(self) -> None:
        service = X(posts=[x.post(f"{NAMED} {n}", NOW - n * HOUR) for n in range(3)])
        with of_x().before(service) as watch:
            assert 3 == watch.scan(after=MINUTE).items

        assert 3 * USD // 200 == watch.spent("x")
        assert 3 == len(service.billed)

    def test_later_reads_ask_for_what_is_newer_in_as_many_pages_as_there_are(self) -> None:
        service = X(posts=[x.post(f"{NAMED} {n}", NOW - n * HOUR) for n in range(1, 30)])
        with of_x().before(service) as watch:
            assert 10 == watch.scan(after=MINUTE).items  # a first read is one page
            service.posts[:0] = [x.post(f"{NAMED}, neuf {n}", NOW + 2 * HOUR - n * MINUTE) for n in range(25)]
            outcome = watch.scan()

        assert (25, 25) == (outcome.items, outcome.tally.new)
        assert [None, "10", "20"] == [one.query.get("next_token") for one in service.asked[1:]]
        assert 35 * USD // 200 == watch.spent("x")

    def test_somebody_of_whom_nothing_is_said_for_weeks_is_never_asked_for_by_an_old_number(self) -> None:
        service = X(posts=[x.post(NAMED, NOW)])
        with of_x().before(service) as watch:
            watch.scan(after=MINUTE)
            for _ in range(30):
                assert watch.scan(after=DAY).kind.seen

    def test_a_number_too_old_is_dropped_and_the_week_is_asked_for(self) -> None:
        service = X(posts=[x.post(NAMED, NOW)])
        with of_x().before(service) as watch:
            watch.scan(after=MINUTE)
            service.posts.insert(0, x.post(f"{NAMED}, encore", NOW + 9 * DAY))
            first = watch.scan(after=10 * DAY)
            assert (OutcomeKind.UNREACHABLE, watch.now + MINUTE) == (first.kind, first.until)

            assert (OutcomeKind.OK, 1) == ((second := watch.scan(after=5 * MINUTE)).kind, second.tally.new)
            assert watch.scan().kind.seen

        assert [False, True, False, True] == ["since_id" in one.query for one in service.asked]

    def test_a_cap_of_the_month_is_a_quota_and_a_limit_of_minutes_is_not(self) -> None:
        with of_x().before(X(capped=True)) as watch:
            assert OutcomeKind.QUOTA_EXHAUSTED is watch.scan().kind
        with of_x().before(X(left=0)) as watch:
            outcome = watch.scan()

        assert (OutcomeKind.THROTTLED, watch.now.replace(microsecond=0) + 15 * MINUTE) == (outcome.kind, outcome.until)

    def test_a_budget_that_has_no_room_for_an_answer_asks_for_none(self) -> None:
        service = X(posts=[x.post(f"{NAMED} {n}", NOW - n * HOUR) for n in range(8)])
        with of_x(usd_per_month=0.06).before(service) as watch:
            assert 8 == watch.scan(after=MINUTE).items
            outcome = watch.scan()

        assert (OutcomeKind.QUOTA_EXHAUSTED, datetime(2026, 12, 1, tzinfo=UTC)) == (outcome.kind, outcome.until)
        assert (1, 8 * USD // 200) == (len(service.asked), watch.spent("x"))


class TestReddit:
    def test_a_token_is_got_for_the_application_and_serves_the_day(self) -> None:
        service = Reddit(posts=[reddit.post(1, "Ophtalmo à Fontorbe ?", f"{NAMED}, vous connaissez ?", NOW)])
        with of_reddit().before(service) as watch:
            assert OutcomeKind.OK is watch.scan(after=MINUTE).kind
            assert watch.scan().kind.seen

        assert 1 == len(service.asked_for("/access_token"))
        [mention] = watch.told
        assert "https://www.reddit.com/r/fontorbe_fictif/comments/1fictif1/sujet/" == mention.url

    def test_a_token_that_was_revoked_is_got_anew_once(self) -> None:
        service = Reddit(posts=[reddit.post(1, NAMED, "", NOW)])
        with of_reddit().before(service) as watch:
            watch.scan(after=MINUTE)
            service.tokens.clear()

            assert watch.scan(after=HOUR).kind.seen
        assert (2, 3) == (len(service.asked_for("/access_token")), len(service.asked_for("/search")))

    def test_a_secret_that_is_wrong_is_said(self) -> None:
        with of_reddit().before(Reddit(secret="another")) as watch:
            assert OutcomeKind.AUTH_FAILED is watch.scan().kind

    def test_what_is_new_is_found_though_the_last_post_seen_was_deleted(self) -> None:
        service = Reddit(posts=[reddit.post(n, f"{NAMED} {n}", "", NOW - (9 - n) * HOUR) for n in (2, 1)])
        with of_reddit().before(service) as watch:
            watch.scan(after=MINUTE)
            service.posts[0] = reddit.post(3, f"{NAMED} 3", "", NOW + HOUR)

            assert 1 == watch.scan().tally.new

    def test_a_busy_week_is_read_page_by_page(self) -> None:
        service = Reddit(posts=[reddit.post(1, f"{NAMED} 1", "", NOW - DAY)])
        with of_reddit().before(service) as watch:
            watch.scan(after=MINUTE)
            service.posts[:0] = [reddit.post(n, f"{NAMED} {n}", "", NOW + n * MINUTE) for n in range(250, 20, -1)]

            assert 230 == watch.scan().tally.new

    def test_what_was_removed_is_not_told(self) -> None:
        service = Reddit()
        with of_reddit().before(service) as watch:
            watch.scan()
            service.posts = [{**reddit.post(1, NAMED, "[removed]", NOW), "removed_by_category": "moderator"}]

            assert OutcomeKind.EMPTY is watch.scan().kind
        assert [] == watch.told

    def test_a_limit_is_waited_for_as_long_as_it_says(self) -> None:
        with of_reddit().before(Reddit(left=0, resets_s=437)) as watch:
            outcome = watch.scan()

        assert (OutcomeKind.THROTTLED, watch.now + timedelta(seconds=437)) == (outcome.kind, outcome.until)


class TestYouTube:
    def test_a_video_is_told_by_its_title_as_it_reads(self) -> None:
        service = YouTube()
        with Watch("youtube", {"query": "Corvisart"}, {"youtube": youtube.KEY}).before(service) as watch:
            watch.scan(after=DAY)
            service.videos = [youtube.video("FICTIF00001", f"L'affaire : {NAMED} & ses patients", "", NOW)]
            watch.scan(after=DAY)

        [mention] = watch.told
        assert f"L'affaire : {NAMED} & ses patients" == mention.title
        assert not [one for one in service.asked if youtube.KEY in repr(one.query)]

    def test_a_quota_that_google_says_is_spent_comes_back_at_midnight_in_california(self) -> None:
        with Watch("youtube", {"query": "Corvisart"}, {"youtube": youtube.KEY}).before(YouTube(a_day=0)) as watch:
            outcome = watch.scan(after=MINUTE)

        assert (OutcomeKind.QUOTA_EXHAUSTED, datetime(2026, 11, 24, 8, 0, tzinfo=UTC)) == (outcome.kind, outcome.until)

    def test_no_more_than_a_hundred_searches_are_asked_for_in_a_day_of_california(self) -> None:
        service = YouTube(videos=[youtube.video("FICTIF00001", "x", "", NOW)])
        with Watch("youtube", {"query": "x"}, {"youtube": youtube.KEY}).before(service) as watch:
            found = [watch.scan(after=MINUTE, forced=True) for _ in range(101)]
            again = watch.scan(after=DAY, forced=True)

        assert ([True] * 100, OutcomeKind.QUOTA_EXHAUSTED) == ([one.kind.seen for one in found[:100]], found[100].kind)
        assert datetime(2026, 11, 24, 8, 0, tzinfo=UTC) == found[100].until
        assert (True, 101) == (again.kind.seen, len(service.asked))

    def test_a_key_that_is_wrong_is_said(self) -> None:
        with Watch("youtube", {"query": "x"}, {"youtube": "une-autre"}).before(YouTube()) as watch:
            assert OutcomeKind.AUTH_FAILED is watch.scan().kind

    def test_a_comment_that_names_nobody_is_judged_by_whom_the_video_is_about(self) -> None:
        service = YouTube(threads={"FICTIF00001": []})
        params = {"of": "FICTIF00001", "about": "Dr Maëlle Corvisart, ophtalmologue à Fontorbe"}
        with Watch("youtube_comments", params, {"youtube": youtube.KEY}).before(service) as watch:
            watch.scan(after=DAY)
            service.threads["FICTIF00001"] = [youtube.thread("UgxUn", "FICTIF00001", "Une honte, elle m'a ratée.", NOW)]
            watch.scan()

        [mention] = watch.told
        assert "https://www.youtube.com/watch?v=FICTIF00001&lc=UgxUn" == mention.url

    def test_comments_are_read_page_by_page_within_the_bounds_of_a_scan(self) -> None:
        service = YouTube(threads={"FICTIF00001": [youtube.thread("Ugx0", "FICTIF00001", "zéro", NOW - DAY)]})
        with Watch("youtube_comments", {"of": "FICTIF00001"}, {"youtube": youtube.KEY}).before(service) as watch:
            watch.scan(after=MINUTE)
            service.threads["FICTIF00001"][:0] = [
                youtube.thread(f"Ugx{n}", "FICTIF00001", str(n), NOW + n * timedelta(seconds=1))
                for n in range(700, 0, -1)
            ]
            assert 500 == watch.scan().items

        assert 1 + MAX_PAGES == len(service.asked)
        assert 0 == watch.spent("google_youtube")

    def test_comments_that_were_closed_are_gone(self) -> None:
        service = YouTube(closed={"FICTIF00001"})
        with Watch("youtube_comments", {"of": "FICTIF00001"}, {"youtube": youtube.KEY}).before(service) as watch:
            assert OutcomeKind.GONE is watch.scan().kind


@pytest.mark.parametrize(("kind", "keys"), [("bluesky", BLUESKY_KEYS), ("reddit", REDDIT_KEYS)])
def test_a_login_shows_nothing_of_what_it_is_made_of(kind: str, keys: dict[str, str]) -> None:
    module, source = registry.load(sources, kind), Source("s1", kind, {"query": "x"}, 60, kind)
    shown = repr([module.login(source, keys, ""), module.login(source, keys, "refresh-1")])

    assert not [secret for secret in (*keys.values(), "refresh-1", "Basic", "Bearer") if secret in shown]


@pytest.mark.parametrize(
    ("watch", "service"),
    [(of_bluesky, Bluesky), (of_mastodon, Mastodon), (of_x, X), (of_reddit, Reddit)],
    ids=["bluesky", "mastodon", "x", "reddit"],
)
def test_a_service_that_is_down_is_unreachable_and_read_again_afterwards(watch, service) -> None:
    down = service()
    down.failures = [answer({"error": "InternalServerError"}, 502)] * 2
    with watch().before(down) as watched:
        first = watched.scan()
        down.failures = []
        second = watched.scan()

    assert (OutcomeKind.UNREACHABLE, OutcomeKind.EMPTY) == (first.kind, second.kind)
    assert MAELLE.practitioner_id in watched.source.watchers
    assert "InternalServerError" not in json.dumps(first.detail)
