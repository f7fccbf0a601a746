"""Bluesky through the real fetcher and a scan: tokens that expire, pages, labels, look-alikes, closed doors."""

from __future__ import annotations

from contextlib import AbstractContextManager

from tests.providers import bluesky
from tests.providers.bluesky import Bluesky
from tests.providers.index import NOW, QUERY
from tests.providers.serving import as_json
from tests.providers.watching import DAY, HOUR, MINUTE, NAMED, Watch, watching
from vigie import registry, sources
from vigie.model import Category, MentionStatus, OutcomeKind, Source

KEYS = {"bluesky_handle": bluesky.HANDLE, "bluesky_app_password": bluesky.PASSWORD}
CREATE, REFRESH = "com.atproto.server.createSession", "com.atproto.server.refreshSession"
SEARCH = "app.bsky.feed.searchPosts"


def of_bluesky(service: Bluesky, kind: str = "bluesky", query: str = QUERY) -> AbstractContextManager[Watch]:
    return watching(service, kind, {"query": query}, KEYS)


def test_a_post_is_told_and_the_session_serves_the_next_scan() -> None:
    service = Bluesky(posts=[bluesky.post(1, f"{NAMED} : jamais plus.", NOW - HOUR)])
    with of_bluesky(service) as watch:
        assert OutcomeKind.OK is watch.scan(after=MINUTE).kind
        service.posts.insert(0, bluesky.post(2, f"{NAMED} m'a fait attendre 3 h.", NOW))
        assert 1 == watch.scan(after=HOUR, forced=True).tally.new

    told = {mention.url.rpartition("/")[2]: mention.status for mention in watch.told}
    assert {"3fictif000001": MentionStatus.BASELINE, "3fictif000002": MentionStatus.PENDING} == told
    assert (1, 0, 2) == tuple(len(service.asked_for(path)) for path in (CREATE, REFRESH, SEARCH))


def test_a_token_that_expired_is_renewed_and_the_search_asked_once_more() -> None:
    service = Bluesky(posts=[bluesky.post(1, NAMED, NOW)])
    with of_bluesky(service) as watch:
        watch.scan(after=MINUTE)
        service.expire("access")

        assert watch.scan(after=HOUR).kind.seen
    assert (1, 1, 3) == tuple(len(service.asked_for(path)) for path in (CREATE, REFRESH, SEARCH))


def test_a_session_that_is_over_is_begun_anew_with_the_password() -> None:
    service = Bluesky(posts=[bluesky.post(1, NAMED, NOW)])
    with of_bluesky(service) as watch:
        watch.scan(after=MINUTE)
        service.expire("access")
        service.expire("refresh")

        assert watch.scan(after=HOUR).kind.seen
    assert (2, 1, 3) == tuple(len(service.asked_for(path)) for path in (CREATE, REFRESH, SEARCH))


def test_a_token_is_renewed_before_it_is_refused_since_its_life_is_known() -> None:
    service = Bluesky(posts=[bluesky.post(1, NAMED, NOW)])
    with of_bluesky(service) as watch:
        for _ in range(4):
            assert watch.scan().kind.seen

    assert (1, 3, 4) == tuple(len(service.asked_for(path)) for path in (CREATE, REFRESH, SEARCH))


def test_a_wrong_password_is_said_and_tried_no_more_than_twice() -> None:
    service = Bluesky(accounts={bluesky.HANDLE: "another"})
    with of_bluesky(service) as watch:
        assert OutcomeKind.AUTH_FAILED is watch.scan().kind

    assert len(service.asked_for(CREATE)) <= 2
    assert [] == service.asked_for(SEARCH)


def test_a_door_that_is_closed_to_programs_is_said() -> None:
    with of_bluesky(Bluesky(closed=True)) as watch:
        assert OutcomeKind.BLOCKED is watch.scan().kind


def test_a_limit_is_waited_for_as_long_as_it_says() -> None:
    service = Bluesky(left=1)
    with of_bluesky(service) as watch:
        outcome = watch.scan()

    assert (OutcomeKind.THROTTLED, watch.now.replace(microsecond=0) + 5 * MINUTE) == (outcome.kind, outcome.until)


def test_pages_are_read_until_what_was_read_before_and_no_further() -> None:
    service = Bluesky(posts=[bluesky.post(n, f"{NAMED}, {n}", NOW - n * MINUTE) for n in range(150)])
    with of_bluesky(service) as watch:
        assert 100 == watch.scan(after=MINUTE).items  # a first read has nothing to catch up with
        service.posts[:0] = [
            bluesky.post(1000 - n, f"{NAMED}, neuf {n}", NOW + 5 * HOUR - n * MINUTE) for n in range(250)
        ]
        outcome = watch.scan()

    assert 300 == outcome.items
    assert 250 == outcome.tally.new
    assert ["", "100", "200"] == [one.query.get("cursor", "") for one in service.asked_for(SEARCH)[1:]]


def test_of_whoever_is_shown_to_members_only_the_link_is_told_and_nothing_else() -> None:
    service = Bluesky()
    with of_bluesky(service, query="Dr Camille Aubertin-Lesage Valombre") as watch:
        watch.scan()
        service.posts = [bluesky.post(1, f"{NAMED} : secret.", NOW, labels=("!no-unauthenticated",))]
        watch.scan()

    [mention] = watch.told
    assert ("", "", MentionStatus.PENDING) == (mention.title, mention.excerpt, mention.status)
    assert mention.url.endswith("3fictif000001")
    assert "secret" not in repr(mention)


def test_an_account_that_poses_as_them_is_told_as_such() -> None:
    service = Bluesky()
    with of_bluesky(service, "bluesky_profiles", "Camille Aubertin-Lesage") as watch:
        watch.scan(after=DAY)
        bio = "Dermatologue à Valombre. Écrivez-moi en DM pour un rendez-vous, paiement d'avance."
        service.actors = [
            bluesky.actor(1, "Dr Camille Aubertin-Lesage", bio, NOW),
            bluesky.actor(2, "Camille", "", NOW),
        ]
        watch.scan(after=DAY)

    [mention] = [mention for mention in watch.told if mention.status is MentionStatus.PENDING]
    assert Category.FAKE_PROFILE is mention.category
    assert "https://bsky.app/profile/did:plc:fictif1" == mention.url


def test_neither_password_nor_token_is_in_an_address_or_kept() -> None:
    service = Bluesky(posts=[bluesky.post(1, NAMED, NOW)])
    with of_bluesky(service) as watch:
        watch.scan()

    kept = repr((watch.world.store.source_rows, watch.world.store.mention_rows))
    for secret in (bluesky.PASSWORD, *service.tokens):
        assert secret not in kept
        assert not [one for one in service.asked if secret in one.path or secret in repr(one.query)]


def test_a_service_that_is_down_is_unreachable_and_read_again_afterwards() -> None:
    service = Bluesky()
    service.failures = [as_json({"error": "InternalServerError"}, 502)] * 2
    with of_bluesky(service) as watch:
        first = watch.scan()
        service.failures = []
        second = watch.scan()

    assert (OutcomeKind.UNREACHABLE, OutcomeKind.EMPTY) == (first.kind, second.kind)


def test_a_login_shows_nothing_of_what_it_is_made_of() -> None:
    module, source = registry.load(sources, "bluesky"), Source("s1", "bluesky", {"query": "x"}, 60, "bluesky")
    shown = repr([module.login(source, KEYS, ""), module.login(source, KEYS, "refresh-1")])

    assert not [secret for secret in (*KEYS.values(), "refresh-1", "Basic", "Bearer") if secret in shown]
