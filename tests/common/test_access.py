"""How services are asked: keys, logins, turns and budgets around every request."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.conftest import NOW
from tests.fakes import CannedFetcher
from tests.ledger import PLENTY, MemoryLedger, access_of
from vigie.access import PATIENCE, Way
from vigie.errors import SourceError, StoreError
from vigie.exchange import SESSION, Grant, Request, Response, Secret
from vigie.model import OutcomeKind, Provider, Source

URL = "https://api.search.example/v1?q=x"
LOGIN = "https://api.search.example/login"
KEYED = Request(URL, secrets=[Secret("brave", header="X-Key")])
LOGGED_IN = Request(URL, secrets=[Secret(SESSION, header="Authorization", prefix="Bearer ")])


class Service:
    """A kind of source that asks a service."""

    def __init__(self, **facts: Any) -> None:
        self.PROVIDER = Provider(**{"name": "brave", "keys": {"brave": "a key"}, **facts})
        self.logins: list[tuple[Mapping[str, str], str]] = []

    def login(self, source: Source, keys: Mapping[str, str], refresh: str) -> Request:
        self.logins.append((dict(keys), refresh))
        return Request(LOGIN, body=b"{}")

    def granted(self, source: Source, response: Response) -> Grant:
        return Grant(response.body.decode(), 3_600, f"refresh-{response.body.decode()}")


class Site:
    """A kind that reads sites."""


def status(code: int, body: bytes = b"", **headers: str) -> Response:
    return Response(code, URL, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def out_of_order(*_: object) -> None:
    raise StoreError("update_item: InternalServerError")


class Desk:
    """One source of a service, what it answers, and what was asked."""

    def __init__(self, kind: Any, *answers: Any, keys: Mapping[str, str] | None = None, **facts: Any) -> None:
        self.now: datetime = NOW
        self.kind = kind
        self.ledger = facts.pop("ledger", None) or MemoryLedger()
        self.web = CannedFetcher({URL: list(answers), LOGIN: facts.pop("login", [b"t1", b"t2", b"t3"])})
        kept = {"brave": "secret-1"} if keys is None else keys
        limits = replace(PLENTY, **facts)
        self.access = access_of(lambda: self.now, keys=kept, ledger=self.ledger, limits=limits)
        self.watchers = frozenset({"p1"})

    def way(self) -> Way:
        source = Source("s1", "brave_web", {}, 60, "brave", watchers=self.watchers)
        return self.access.job(self.web).way(source, self.kind)

    def fetch(self, request: Request = KEYED) -> Response:
        return asyncio.run(self.way().fetch(request, conditional=False))

    def outcome(self, request: Request = KEYED) -> OutcomeKind | str:
        try:
            self.fetch(request)
        except SourceError as error:
            return error.outcome
        return "fetched"

    def rekey(self, value: str) -> None:
        """The operator changes the key: whoever has read it does not know."""
        self.access.keys.kept["brave"] = value

    def together(self, kind: Any, web: Any, count: int = 25) -> list[Response | BaseException]:
        """As many sources of one job, at once."""
        job = self.access.job(web)
        source = Source("s", "bluesky", {}, 60, "brave", watchers=self.watchers)

        async def run() -> list[Response | BaseException]:
            ways = [job.way(replace(source, source_id=f"s{n}"), kind) for n in range(count)]
            return await asyncio.gather(*(w.fetch(LOGGED_IN, conditional=False) for w in ways), return_exceptions=True)

        return asyncio.run(run())

    def spent(self, account: str, period: str) -> int:
        return self.ledger.counts.get((account, period), 0)


class TestKeys:
    def test_the_value_of_a_secret_goes_to_the_fetcher_and_is_not_in_the_request(self) -> None:
        desk = Desk(Service(), b"{}")
        desk.fetch()

        assert [{"brave": "secret-1"}] == desk.web.keys
        assert "secret-1" not in repr(desk.web.requests)

    def test_a_key_that_is_missing_is_said_and_nothing_is_asked(self) -> None:
        desk = Desk(Service(), b"{}", keys={})

        with pytest.raises(SourceError, match="no key brave") as caught:
            desk.fetch()
        assert OutcomeKind.AUTH_FAILED is caught.value.outcome
        assert [] == desk.web.requests

    def test_a_key_that_was_changed_is_read_anew_when_the_old_one_is_refused(self) -> None:
        desk = Desk(Service(), status(401), b"{}")
        desk.access.keys.value("brave")
        desk.rekey("secret-2")

        desk.fetch()
        assert [{"brave": "secret-1"}, {"brave": "secret-2"}] == desk.web.keys

    def test_a_changed_key_that_is_refused_too_is_tried_no_third_time(self) -> None:
        desk = Desk(Service(), status(403))
        desk.access.keys.value("brave")
        desk.rekey("secret-2")

        assert OutcomeKind.AUTH_FAILED is desk.outcome()
        assert 2 == len(desk.web.requests)

    def test_the_key_that_was_refused_is_not_sent_again(self) -> None:
        """It would be refused again, and count as one request more of those that a day has."""
        desk = Desk(Service(per_day=10), status(401), b"{}")

        assert OutcomeKind.AUTH_FAILED is desk.outcome()
        assert ["brave"] == desk.access.keys.forgotten
        assert 1 == desk.spent("brave", "2026-11-23")

    def test_a_site_that_refuses_has_no_key_to_read_anew(self) -> None:
        desk = Desk(Site(), status(403))

        assert OutcomeKind.BLOCKED is desk.outcome(Request(URL))
        assert 1 == len(desk.web.requests)

    def test_what_a_kind_says_of_a_refusal_stands_before_its_status(self) -> None:
        kind = Service()
        kind.refused = lambda source, response: SourceError(OutcomeKind.THROTTLED, "", wait_s=7)  # type: ignore[attr-defined]

        assert OutcomeKind.THROTTLED is Desk(kind, status(422)).outcome()


class TestBudgets:
    def test_a_request_is_charged_to_its_service_and_to_the_practitioner(self) -> None:
        desk = Desk(Service(price=5_000, per_day=10), b"{}")
        desk.fetch()

        assert {
            ("brave", "2026-11-23"): 1,
            ("brave", "2026-11"): 5_000,
            ("p1", "2026-11-23"): 1,
            ("p1", "2026-11"): 5_000,
        } == desk.ledger.counts

    def test_beyond_the_budget_of_a_service_nothing_is_asked_until_its_period_ends(self) -> None:
        desk = Desk(Service(price=5_000), b"{}", usd_per_month=0.0149)

        assert ["fetched", "fetched", OutcomeKind.QUOTA_EXHAUSTED] == [desk.outcome() for _ in range(3)]
        assert 2 == len(desk.web.requests)
        with pytest.raises(SourceError) as caught:
            desk.fetch()
        assert "2026-12-01T00:00:00+00:00" == caught.value.until.isoformat()  # type: ignore[union-attr]

    def test_a_request_refused_for_the_practitioner_is_not_charged_to_the_service(self) -> None:
        desk = Desk(Service(price=5_000), b"{}", practitioner_requests_per_day=1)

        assert ["fetched", OutcomeKind.QUOTA_EXHAUSTED] == [desk.outcome() for _ in range(2)]
        assert 5_000 == desk.spent("brave", "2026-11")

    def test_a_request_for_which_there_is_no_money_is_not_counted_among_those_of_the_day(self) -> None:
        desk = Desk(Service(price=5_000, per_day=10), b"{}", usd_per_month=0.005)

        assert ["fetched", OutcomeKind.QUOTA_EXHAUSTED] == [desk.outcome() for _ in range(2)]
        assert 1 == desk.spent("brave", "2026-11-23")

    def test_another_who_watches_the_same_source_pays_when_the_first_cannot(self) -> None:
        desk = Desk(Service(), b"{}", practitioner_requests_per_day=1)
        desk.watchers = frozenset({"p1", "p2"})

        assert ["fetched", "fetched", OutcomeKind.QUOTA_EXHAUSTED] == [desk.outcome() for _ in range(3)]

    def test_what_nobody_can_pay_waits_for_the_first_who_can_again(self) -> None:
        desk = Desk(Service(price=5_000), b"{}", practitioner_requests_per_day=1, practitioner_usd_per_month=0.01)
        desk.fetch()
        desk.ledger.counts["p2", "2026-11"] = 10_000
        desk.watchers = frozenset({"p1", "p2"})

        with pytest.raises(SourceError) as caught:
            desk.fetch()
        assert "2026-11-24T00:00:00+00:00" == caught.value.until.isoformat()  # type: ignore[union-attr]

    def test_what_cannot_be_given_back_stays_counted_and_the_answer_is_kept(self) -> None:
        desk = Desk(Service(price=50_000), b"{}")
        desk.ledger.give_back = out_of_order  # type: ignore[method-assign]
        way = desk.way()
        asyncio.run(way.fetch(KEYED, conditional=False))
        way.settle(15_000)

        assert 50_000 == desk.spent("brave", "2026-11")

    @pytest.mark.parametrize("code", [401, 422, 429, 500])
    def test_what_is_refused_costs_no_money_and_still_counts_as_requests(self, code: int) -> None:
        desk = Desk(Service(price=5_000, per_day=10), status(code))
        desk.outcome(Request(URL))

        assert (0, 0, 1) == (
            desk.spent("brave", "2026-11"),
            desk.spent("p1", "2026-11"),
            desk.spent("brave", "2026-11-23"),
        )

    def test_an_answer_that_cost_less_gives_the_rest_back(self) -> None:
        desk = Desk(Service(price=50_000), b"{}")
        way = desk.way()
        asyncio.run(way.fetch(KEYED, conditional=False))
        way.settle(15_000)

        assert (15_000, 15_000) == (desk.spent("brave", "2026-11"), desk.spent("p1", "2026-11"))

    def test_a_site_costs_nothing(self) -> None:
        desk = Desk(Site(), b"<rss/>")
        desk.fetch(Request(URL))

        assert {} == desk.ledger.counts


class TestTurns:
    def test_a_turn_far_away_is_left_to_a_later_scan_and_costs_nothing(self) -> None:
        desk = Desk(Service(price=5_000, per_day=10, interval_ms=5_000), b"{}")

        outcomes = [desk.outcome() for _ in range(5)]
        assert ["fetched"] * 4 + [OutcomeKind.HELD] == outcomes
        assert (4, 20_000) == (desk.spent("brave", "2026-11-23"), desk.spent("brave", "2026-11"))

    def test_a_request_counts_on_the_day_on_which_its_turn_comes(self) -> None:
        desk = Desk(Service(per_day=10, interval_ms=5_000), b"{}")
        desk.now = NOW.replace(hour=23, minute=59, second=58)

        async def wait(seconds: float) -> None:
            desk.now += timedelta(seconds=seconds)

        desk.access.sleep = wait
        desk.fetch()
        desk.fetch()

        assert (1, 1) == (desk.spent("brave", "2026-11-23"), desk.spent("brave", "2026-11-24"))

    def test_the_source_is_held_until_it_may_be_its_turn(self) -> None:
        desk = Desk(Service(interval_ms=60_000), b"{}")
        desk.fetch()

        with pytest.raises(SourceError) as caught:
            desk.fetch()
        assert NOW + PATIENCE == caught.value.until
