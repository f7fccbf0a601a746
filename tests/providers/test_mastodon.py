"""Mastodon through the real fetcher and a scan: pages by `Link`, late posts, tokens, instances that are closed."""

from __future__ import annotations

from contextlib import AbstractContextManager

import pytest

from tests.providers import mastodon
from tests.providers.index import NOW, QUERY
from tests.providers.mastodon import Mastodon
from tests.providers.serving import as_json
from tests.providers.watching import DAY, HOUR, MINUTE, NAMED, Watch, watching
from vigie.model import OutcomeKind

INSTANCE = f"https://{mastodon.HOST}/"
KEY = "mastodon_mouettes_example"


def of_mastodon(service: Mastodon, query: str = "#Valombre", **keys: str) -> AbstractContextManager[Watch]:
    return watching(service, "mastodon", {"url": INSTANCE, "query": query}, keys)


def test_a_tag_is_read_page_by_page_as_far_as_it_is_new() -> None:
    service = Mastodon(
        statuses=[mastodon.status(n, f"{NAMED} {n} #Valombre", NOW - (60 - n) * MINUTE) for n in range(50, 0, -1)]
    )
    with of_mastodon(service) as watch:
        assert 40 == watch.scan(after=MINUTE).items
        new = [mastodon.status(n, f"{NAMED} {n} #valombre", NOW + n * MINUTE) for n in range(170, 80, -1)]
        service.statuses[:0] = new
        outcome = watch.scan()
        assert (120, 90) == (outcome.items, outcome.tally.new)
        assert OutcomeKind.NOT_MODIFIED is watch.scan().kind

    pages = [one.query.get("max_id") for one in service.asked]
    assert [None, None, new[39]["id"], new[79]["id"], None] == pages
    assert not [one for one in service.asked if "authorization" in one.headers]


def test_a_post_that_arrives_late_is_told_though_its_id_is_older() -> None:
    service = Mastodon(statuses=[mastodon.status(9, "Le marché de #Valombre", NOW)])
    with of_mastodon(service) as watch:
        watch.scan(after=MINUTE)
        service.statuses.append(mastodon.status(5, f"{NAMED} #Valombre", NOW - HOUR))

        assert 1 == watch.scan().tally.new


@pytest.mark.parametrize("status", [401, 403, 422])
def test_an_instance_that_is_closed_to_visitors_is_blocked(status: int) -> None:
    with of_mastodon(Mastodon(closed=status)) as watch:
        assert OutcomeKind.BLOCKED is watch.scan().kind


def test_a_search_brings_the_token_of_its_instance() -> None:
    service = Mastodon(statuses=[mastodon.status(1, f"{NAMED}, à fuir", NOW)])
    with of_mastodon(service, QUERY, **{KEY: mastodon.TOKEN}) as watch:
        assert OutcomeKind.OK is watch.scan().kind

    assert [f"Bearer {mastodon.TOKEN}"] == [one.headers["authorization"] for one in service.asked]
    assert 1 == len(watch.told)


def test_a_search_in_pages_counts_what_it_was_shown() -> None:
    service = Mastodon(statuses=[mastodon.status(1, f"{NAMED} 1", NOW - DAY)])
    with of_mastodon(service, QUERY, **{KEY: mastodon.TOKEN}) as watch:
        watch.scan(after=MINUTE)
        service.statuses[:0] = [mastodon.status(n, f"{NAMED} {n}", NOW + n * MINUTE) for n in range(100, 10, -1)]

        assert 90 == watch.scan().tally.new
    assert ["0", "0", "40", "80"] == [one.query.get("offset", "0") for one in service.asked]


@pytest.mark.parametrize("keys", [{}, {KEY: "un-autre"}])
def test_a_token_that_is_missing_or_wrong_is_said(keys: dict[str, str]) -> None:
    with of_mastodon(Mastodon(), QUERY, **keys) as watch:
        assert OutcomeKind.AUTH_FAILED is watch.scan().kind


def test_a_token_that_is_nobody_s_is_said_and_is_no_closed_door() -> None:
    """One of an application alone: a search wants somebody's."""
    service = Mastodon()
    service.failures = [as_json({"error": "This method requires an authenticated user"}, 422)] * 2
    with of_mastodon(service, QUERY, **{KEY: mastodon.TOKEN}) as watch:
        assert OutcomeKind.AUTH_FAILED is watch.scan().kind


def test_a_limit_is_waited_for_as_long_as_it_says() -> None:
    with of_mastodon(Mastodon(left=0)) as watch:
        outcome = watch.scan()

    assert OutcomeKind.THROTTLED is outcome.kind
    assert outcome.until is not None
    assert 5 * MINUTE == outcome.until.replace(microsecond=0) - watch.now


def test_a_service_that_is_down_is_unreachable_and_read_again_afterwards() -> None:
    service = Mastodon()
    service.failures = [as_json({"error": "InternalServerError"}, 502)] * 2
    with of_mastodon(service) as watch:
        first = watch.scan()
        service.failures = []
        second = watch.scan()

    assert (OutcomeKind.UNREACHABLE, OutcomeKind.EMPTY) == (first.kind, second.kind)
