"""X through the real fetcher and a scan: what is paid, pages, numbers too old, limits and caps."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace

from tests.ledger import PLENTY
from tests.providers import x
from tests.providers.index import NOW, QUERY
from tests.providers.serving import as_json
from tests.providers.watching import DAY, HOUR, MINUTE, NAMED, Watch, watching
from tests.providers.x import X
from vigie import registry, sources
from vigie.model import Cursor, OutcomeKind, Source
from vigie.outcomes import TRIED_AGAIN

USD = 1_000_000


def of_x(service: X, **limits: float) -> AbstractContextManager[Watch]:
    return watching(service, "x", {"query": QUERY}, {"x_bearer": x.BEARER}, limits=replace(PLENTY, **limits))


def test_an_answer_without_data_is_empty_and_costs_nothing() -> None:
    service = X()
    with of_x(service) as watch:
        assert OutcomeKind.EMPTY is watch.scan().kind
        assert watch.scan().kind.seen

    assert (0, 0) == (watch.spent("x"), len(service.billed))


def test_each_post_is_counted_at_its_price_and_no_more() -> None:
    service = X(posts=[x.post(f"{NAMED} {n}", NOW - n * HOUR) for n in range(3)])
    with of_x(service) as watch:
        assert 3 == watch.scan(after=MINUTE).items

    assert 3 * USD // 200 == watch.spent("x")
    assert 3 == len(service.billed)


def test_later_reads_ask_for_what_is_newer_in_as_many_pages_as_there_are() -> None:
    service = X(posts=[x.post(f"{NAMED} {n}", NOW - n * HOUR) for n in range(1, 30)])
    with of_x(service) as watch:
        assert 10 == watch.scan(after=MINUTE).items  # a first read is one page
        service.posts[:0] = [x.post(f"{NAMED}, neuf {n}", NOW + 2 * HOUR - n * MINUTE) for n in range(25)]
        outcome = watch.scan()

    assert (25, 25) == (outcome.items, outcome.tally.new)
    assert [None, "10", "20"] == [one.query.get("next_token") for one in service.asked[1:]]
    assert 35 * USD // 200 == watch.spent("x")


def test_somebody_of_whom_nothing_is_said_for_weeks_is_never_asked_for_by_an_old_number() -> None:
    service = X(posts=[x.post(NAMED, NOW)])
    with of_x(service) as watch:
        watch.scan(after=MINUTE)
        for _ in range(30):
            assert watch.scan(after=DAY).kind.seen


def test_a_number_too_old_is_dropped_and_the_week_is_asked_for() -> None:
    service = X(posts=[x.post(NAMED, NOW)])
    with of_x(service) as watch:
        watch.scan(after=MINUTE)
        service.posts.insert(0, x.post(f"{NAMED}, encore", NOW + 9 * DAY))
        first = watch.scan(after=10 * DAY)
        assert (OutcomeKind.UNREACHABLE, watch.now + MINUTE) == (first.kind, first.until)

        assert (OutcomeKind.OK, 1) == ((second := watch.scan(after=5 * MINUTE)).kind, second.tally.new)
        assert watch.scan().kind.seen

    assert [False, True, False, True] == ["since_id" in one.query for one in service.asked]


def test_a_cap_of_the_month_is_a_quota_and_a_limit_of_minutes_is_not() -> None:
    with of_x(X(capped=True)) as watch:
        assert OutcomeKind.QUOTA_EXHAUSTED is watch.scan().kind
    with of_x(X(left=0)) as watch:
        outcome = watch.scan()

    assert (OutcomeKind.THROTTLED, watch.now.replace(microsecond=0) + 15 * MINUTE) == (outcome.kind, outcome.until)


def test_a_budget_that_has_no_room_for_an_answer_asks_for_none() -> None:
    service = X(posts=[x.post(f"{NAMED} {n}", NOW - n * HOUR) for n in range(8)])
    with of_x(service, usd_per_month=0.06) as watch:
        assert 8 == watch.scan(after=MINUTE).items
        outcome = watch.scan()

    assert (OutcomeKind.QUOTA_EXHAUSTED, watch.now + TRIED_AGAIN) == (outcome.kind, outcome.until)
    assert (1, 8 * USD // 200) == (len(service.asked), watch.spent("x"))


def test_a_service_that_is_down_is_unreachable_and_read_again_afterwards() -> None:
    service = X()
    service.failures = [as_json({"error": "InternalServerError"}, 502)] * 2
    with of_x(service) as watch:
        first = watch.scan()
        service.failures = []
        second = watch.scan()

    assert (OutcomeKind.UNREACHABLE, OutcomeKind.EMPTY) == (first.kind, second.kind)


def test_somebody_new_is_shown_the_week_whatever_others_were_shown_before() -> None:
    source = Source("s1", "x", {"query": QUERY}, 360, "x", watchers=frozenset({"p1", "p2"}))
    cursor = Cursor(state={"since_id": "1990000000000000000"})
    asked = registry.load(sources, "x").request

    assert "since_id=1990000000000000000" in asked(source, cursor).url
    assert "since_id" not in asked(replace(source, fresh=frozenset({"p2"})), cursor).url
