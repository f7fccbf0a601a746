"""The turns of many hosts in one process, where only a clock of our own shows who waits: see also test_http_manners."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from vigie.adapters.pace import AT_ONCE, FAILURES, Pace, Patience
from vigie.errors import FetchError
from vigie.gate import Target

HOST, OTHERS = "a.example.org", [f"n{n}.example.org" for n in range(2_000)]


def at(host: str) -> Target:
    return Target("http", host, 80, "/", exempt=False)


class Sleeper:
    """Time passes in no sleep but the ones that are asked for here; `meanwhile` is what happens in them."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.slept: list[float] = []
        self._meanwhile = meanwhile

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._meanwhile()

    def pace(self, interval_s: float) -> Pace:
        return Pace(interval_s, clock=lambda: 1_000.0, sleep=self.sleep)


async def visited(pace: Pace, *hosts: str, patience: Patience | None = None) -> None:
    """One after the other."""
    for host in hosts:
        async with pace.turn(host, at(host), patience or Patience()):
            pass


def run(job: Awaitable[None]) -> None:
    async def in_time() -> None:
        async with asyncio.timeout(10):
            await job

    asyncio.run(in_time())


def test_a_server_that_is_given_up_while_somebody_sleeps_is_not_asked_by_them() -> None:
    patience = Patience()

    def others_fail() -> None:
        for _ in range(FAILURES):
            patience.note(at(HOST), 0, failed=True)

    sleeper = Sleeper(others_fail)
    with pytest.raises(FetchError, match="given up"):
        run(visited(sleeper.pace(5), HOST, HOST, patience=patience))
    assert [5] == sleeper.slept


def test_a_host_that_is_to_be_left_alone_for_a_while_is_not_forgotten_for_others() -> None:
    sleeper = Sleeper()
    run(visited(sleeper.pace(5), HOST, *OTHERS, HOST))

    assert [5] == sleeper.slept


def test_a_host_that_is_being_asked_is_not_forgotten_for_others() -> None:
    """Else as many again would ask it at the same time."""

    async def job() -> None:
        pace, let_go, inside = Sleeper().pace(0), asyncio.Event(), 0

        async def stay() -> None:
            nonlocal inside
            async with pace.turn(HOST, at(HOST), Patience()):
                inside += 1
                await let_go.wait()

        first = [asyncio.create_task(stay()) for _ in range(AT_ONCE)]
        await asyncio.sleep(0)
        await visited(pace, *OTHERS)
        later = asyncio.create_task(stay())
        await asyncio.sleep(0.01)
        assert AT_ONCE == inside
        let_go.set()
        await asyncio.gather(*first, later)
        assert AT_ONCE + 1 == inside

    run(job())
