"""Logins: a token is got once for all who need it, and an account that is refused is not tried again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.common.test_access import LOGGED_IN, LOGIN, Desk, Service, status
from tests.fakes import CannedFetcher
from vigie.errors import SourceError
from vigie.exchange import SESSION, Request, Response
from vigie.model import OutcomeKind, Source
from vigie.ports import NO_KEYS


class Picky:
    """A service that refuses some tokens, and takes longer to answer each request than the one before."""

    def __init__(self, refused: set[str]) -> None:
        self.refused = refused
        self.made = 0
        self.asked = 0

    def job(self) -> Picky:
        return self

    async def fetch(self, request: Request, *, keys: Mapping[str, str] = NO_KEYS, **_options: Any) -> Response:
        if request.url == LOGIN:
            self.made += 1
            return Response(200, LOGIN, {}, f"new-{self.made}".encode())
        self.asked += 1
        for _ in range(10 * self.asked):
            await asyncio.sleep(0)
        return status(401 if keys[SESSION] in self.refused else 200, b"{}")


def test_a_token_is_got_once_and_used_by_every_request() -> None:
    kind = Service()
    desk = Desk(kind, b"{}")
    desk.fetch(LOGGED_IN)
    desk.fetch(LOGGED_IN)

    assert [({"brave": "secret-1"}, "")] == kind.logins
    assert [{SESSION: "t1"}] * 2 == [keys for keys in desk.web.keys if keys]


def test_sources_scanned_at_once_wait_for_one_login() -> None:
    kind = Service()
    desk = Desk(kind, b"{}")
    desk.together(kind, desk.web)

    assert 1 == len(kind.logins)


def test_a_token_that_ran_out_is_replaced_once_for_a_whole_job() -> None:
    """Answers come one after the other: the last source learns that its token is old when there is a new one."""
    kind = Service()
    desk = Desk(kind, b"{}")
    desk.fetch(LOGGED_IN)
    answers = desk.together(kind, Picky(refused={"t1"}))

    assert {200} == {answer.status for answer in answers if isinstance(answer, Response)}
    assert ["", "refresh-t1"] == [refresh for _, refresh in kind.logins]


def test_a_job_does_not_try_a_password_that_was_refused_again() -> None:
    kind = Service()
    desk = Desk(kind, b"{}")
    answers = desk.together(kind, CannedFetcher({LOGIN: status(401)}))

    assert {"auth_failed: status 401"} == {str(answer) for answer in answers}
    assert 1 == len(kind.logins)


def test_a_token_that_is_refused_as_soon_as_it_is_made_is_not_made_again() -> None:
    kind = Service()
    desk = Desk(kind, b"{}")
    desk.together(kind, Picky(refused={"new-1", "new-2"}))

    assert 1 == len(kind.logins)


def test_a_login_that_one_practitioner_cannot_pay_is_left_to_another() -> None:
    kind = Service()
    desk = Desk(kind, b"{}", practitioner_requests_per_day=0)
    job = desk.access.job(desk.web)
    source = Source("s1", "bluesky", {}, 60, "brave", watchers=frozenset({"p1"}))

    async def both() -> list[Any]:
        ways = [job.way(source, kind), job.way(replace(source, watchers=frozenset()), kind)]  # type: ignore[arg-type]
        return await asyncio.gather(*(w.fetch(LOGGED_IN, conditional=False) for w in ways), return_exceptions=True)

    refused, answer = asyncio.run(both())
    assert "quota_exhausted: budget of the practitioner" == str(refused)
    assert 200 == answer.status


def test_a_token_that_is_refused_is_replaced_from_what_is_left_of_it() -> None:
    kind = Service()
    desk = Desk(kind, b"{}", status(401), b"{}")
    desk.fetch(LOGGED_IN)
    desk.fetch(LOGGED_IN)

    assert ["", "refresh-t1"] == [refresh for _, refresh in kind.logins]
    assert ["t1", "t1", "t2"] == [keys[SESSION] for keys in desk.web.keys if keys]


def test_a_token_is_replaced_before_it_expires() -> None:
    kind = Service()
    desk = Desk(kind, b"{}")
    desk.fetch(LOGGED_IN)
    desk.now += timedelta(seconds=3_545)
    desk.fetch(LOGGED_IN)

    assert 2 == len(kind.logins)


def test_when_what_was_left_is_refused_too_the_keys_are_used_again() -> None:
    kind = Service()
    desk = Desk(kind, b"{}", status(401), b"{}", login=[b"t1", status(400), b"t3"])
    kind.refused = lambda source, response: (  # type: ignore[attr-defined]
        SourceError(OutcomeKind.AUTH_FAILED, "expired") if response.status in (400, 401) else None
    )
    desk.fetch(LOGGED_IN)
    desk.fetch(LOGGED_IN)

    assert ["", "refresh-t1", ""] == [refresh for _, refresh in kind.logins]


def test_a_login_that_is_refused_is_told_and_not_repeated() -> None:
    kind = Service()
    desk = Desk(kind, b"{}", login=[status(401)])

    assert OutcomeKind.AUTH_FAILED is desk.outcome(LOGGED_IN)
    assert 1 == len(kind.logins)


def test_a_login_is_charged_like_any_request() -> None:
    desk = Desk(Service(per_day=10), b"{}")
    desk.fetch(LOGGED_IN)

    assert 2 == desk.spent("brave", "2026-11-23")
