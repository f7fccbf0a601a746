"""Reddit through the real fetcher and a scan: tokens, pages, what was removed, limits."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta

from tests.providers import reddit
from tests.providers.index import NOW
from tests.providers.reddit import Reddit
from tests.providers.serving import as_json
from tests.providers.watching import DAY, HOUR, MINUTE, NAMED, Watch, watching
from vigie import registry, sources
from vigie.model import OutcomeKind, Source

KEYS = {"reddit_client_id": reddit.CLIENT, "reddit_client_secret": reddit.SECRET}


def of_reddit(service: Reddit) -> AbstractContextManager[Watch]:
    return watching(service, "reddit", {"query": "Aubertin-Lesage"}, KEYS)


def test_a_token_is_got_for_the_application_and_serves_the_day() -> None:
    service = Reddit(posts=[reddit.post(1, "Dermato à Valombre ?", f"{NAMED}, vous connaissez ?", NOW)])
    with of_reddit(service) as watch:
        assert OutcomeKind.OK is watch.scan(after=MINUTE).kind
        assert watch.scan().kind.seen

    assert 1 == len(service.asked_for("/access_token"))
    [mention] = watch.told
    assert "https://www.reddit.com/r/fontorbe_fictif/comments/1fictif1/sujet/" == mention.url


def test_a_token_that_was_revoked_is_got_anew_once() -> None:
    service = Reddit(posts=[reddit.post(1, NAMED, "", NOW)])
    with of_reddit(service) as watch:
        watch.scan(after=MINUTE)
        service.tokens.clear()

        assert watch.scan(after=HOUR).kind.seen
    assert (2, 3) == (len(service.asked_for("/access_token")), len(service.asked_for("/search")))


def test_a_secret_that_is_wrong_is_said() -> None:
    with of_reddit(Reddit(secret="another")) as watch:
        assert OutcomeKind.AUTH_FAILED is watch.scan().kind


def test_what_is_new_is_found_though_the_last_post_seen_was_deleted() -> None:
    service = Reddit(posts=[reddit.post(n, f"{NAMED} {n}", "", NOW - (9 - n) * HOUR) for n in (2, 1)])
    with of_reddit(service) as watch:
        watch.scan(after=MINUTE)
        service.posts[0] = reddit.post(3, f"{NAMED} 3", "", NOW + HOUR)

        assert 1 == watch.scan().tally.new


def test_a_busy_week_is_read_page_by_page() -> None:
    service = Reddit(posts=[reddit.post(1, f"{NAMED} 1", "", NOW - DAY)])
    with of_reddit(service) as watch:
        watch.scan(after=MINUTE)
        service.posts[:0] = [reddit.post(n, f"{NAMED} {n}", "", NOW + n * MINUTE) for n in range(250, 20, -1)]

        assert 230 == watch.scan().tally.new


def test_what_was_removed_is_not_told() -> None:
    service = Reddit()
    with of_reddit(service) as watch:
        watch.scan()
        service.posts = [{**reddit.post(1, NAMED, "[removed]", NOW), "removed_by_category": "moderator"}]

        assert OutcomeKind.EMPTY is watch.scan().kind
    assert [] == watch.told


def test_a_limit_is_waited_for_as_long_as_it_says() -> None:
    with of_reddit(Reddit(left=0, resets_s=437)) as watch:
        began = watch.now + HOUR
        outcome = watch.scan(after=HOUR)

    assert (OutcomeKind.THROTTLED, began + timedelta(seconds=437)) == (outcome.kind, outcome.until)


def test_a_service_that_is_down_is_unreachable_and_read_again_afterwards() -> None:
    service = Reddit()
    service.failures = [as_json({"error": "InternalServerError"}, 502)] * 2
    with of_reddit(service) as watch:
        first = watch.scan()
        service.failures = []
        second = watch.scan()

    assert (OutcomeKind.UNREACHABLE, OutcomeKind.EMPTY) == (first.kind, second.kind)


def test_a_login_shows_nothing_of_what_it_is_made_of() -> None:
    module, source = registry.load(sources, "reddit"), Source("s1", "reddit", {"query": "x"}, 60, "reddit")
    shown = repr([module.login(source, KEYS, ""), module.login(source, KEYS, "refresh-1")])

    assert not [secret for secret in (*KEYS.values(), "refresh-1", "Basic", "Bearer") if secret in shown]
