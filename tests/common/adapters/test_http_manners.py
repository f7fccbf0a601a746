"""Many fetches: hosts spared, and hosts given up."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.common.adapters.fetching import SITE, details, visit
from tests.common.adapters.web import Asked, Web, answer, redirect
from vigie.adapters.http import HttpJob, Limits
from vigie.adapters.pace import SERVER_S
from vigie.errors import FetchError
from vigie.exchange import Request

QUICK = Limits(connect_s=0.2, read_s=0.2, total_s=0.4)


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds

    def options(self, interval_ms: int = 0) -> dict[str, Any]:
        return {"host_interval_ms": interval_ms, "clock": self.clock, "sleep": self.sleep}


class TestPace:
    def test_a_host_is_asked_two_things_at_once_at_most(self) -> None:
        most = 0

        async def serve(_: Asked, writer: asyncio.StreamWriter) -> None:
            nonlocal most
            most = max(most, web.open)
            await asyncio.sleep(0.02)
            writer.write(answer(Connection="close"))

        web = Web(serve=serve)
        web.run(visit(*(f"{SITE}{n}" for n in range(8))))

        assert 2 == most

    def test_the_requests_to_a_host_are_spaced(self) -> None:
        time = Time()
        Web().run(visit(*[SITE] * 4), **time.options(500))

        assert [0.5, 0.5, 0.5] == time.slept

    def test_each_host_has_its_own_spacing(self) -> None:
        time = Time()
        Web().run(visit("http://a.example.org/", "http://b.example.org/"), **time.options(500))

        assert [] == time.slept

    def test_a_redirect_waits_for_its_turn_at_the_next_host(self) -> None:
        time = Time()
        Web(answers=[redirect("/b"), answer()]).run(visit(SITE), **time.options(500))

        assert [0.5] == time.slept

    def test_waiting_for_a_turn_is_not_part_of_the_deadline(self) -> None:
        results = Web().run(visit(*[SITE] * 4), host_interval_ms=200, limits=Limits(total_s=0.3))

        assert ["ok"] * 4 == details(results)

    def test_spacing_holds_from_one_job_to_the_next(self) -> None:
        time, web = Time(), Web()

        async def two_jobs() -> None:
            async with web.running():
                fetcher = web.fetcher(**time.options(500))
                await fetcher.job().fetch(Request(SITE))
                await fetcher.job().fetch(Request(SITE))

        asyncio.run(two_jobs())
        assert [0.5] == time.slept

    def test_hosts_that_are_done_are_forgotten(self) -> None:
        """A warm process meets tens of thousands."""
        time, web = Time(), Web()

        async def many(job: HttpJob) -> int:
            for n in range(2_500):
                with pytest.raises(FetchError):
                    await job.fetch(Request(f"http://n{n}.example.org/"))
            return len(job._fetcher._pace._hosts)

        class Dark(Web):
            async def resolve(self, host: str, port: int) -> list[str]:
                return []

        web = Dark()
        assert 1_000 >= web.run(many, **time.options())


class TestPatience:
    """One dead host must not hold the other sources of its job."""

    def test_a_host_that_twice_in_a_row_does_not_answer_is_given_up(self) -> None:
        async def mute(asked: Asked, writer: asyncio.StreamWriter) -> None:
            if asked.host == "www.example.org":
                await asyncio.sleep(30)
            writer.write(answer())

        web = Web(serve=mute)
        *those, other = details(
            web.run(visit(*(f"{SITE}{n}" for n in range(10)), "http://other.example.net/"), limits=QUICK)
        )

        tried = those.count("read timeout")
        assert tried in (2, 3)  # a third may have begun when only the first of two at once was over
        assert (["read timeout"] * tried + ["host given up"] * (10 - tried), "ok") == (those, other)

    def test_it_is_given_up_at_once_even_by_those_who_wait_their_turn(self) -> None:
        class Dark(Web):
            async def connect(self, address: str, port: int) -> Any:
                raise ConnectionRefusedError

        time, web = Time(), Dark()
        results = web.run(visit(*[SITE] * 20), **time.options(5_000))

        assert ["connection"] * 2 + ["host given up"] * 18 == details(results)
        assert len(time.slept) <= 2

    def test_the_next_job_tries_again(self) -> None:
        class Dark(Web):
            dark = True

            async def connect(self, address: str, port: int) -> Any:
                if self.dark:
                    raise ConnectionRefusedError
                return await super().connect(address, port)

        web = Dark()

        async def two_jobs() -> list[str]:
            async with web.running():
                fetcher = web.fetcher()
                first = await visit(*[SITE] * 4)(fetcher.job())
                web.dark = False
                return details(first) + details(await visit(SITE)(fetcher.job()))

        assert ["connection", "connection", "host given up", "host given up", "ok"] == asyncio.run(two_jobs())

    def test_another_port_of_a_dead_one_is_another_server(self) -> None:
        class HalfDark(Web):
            async def connect(self, address: str, port: int) -> Any:
                if port == 8001:
                    raise ConnectionRefusedError
                return await super().connect(address, port)

        dead = [f"http://www.example.org:8001/{n}" for n in range(3)]
        results = HalfDark().run(visit(*dead, "http://www.example.org:8002/"), allowlist=["www.example.org"])

        assert ["connection", "connection", "host given up", "ok"] == details(results)

    def test_a_site_that_listens_for_https_alone_is_read_though_others_ask_its_http(self) -> None:
        reached = []

        class Modern(Web):
            async def connect(self, address: str, port: int) -> Any:
                reached.append(port)
                raise ConnectionRefusedError

        Modern().run(visit(*(f"{SITE}{n}" for n in range(3)), SITE.replace("http:", "https:")))

        assert [80, 80, 443] == reached

    def test_an_answer_in_between_starts_the_count_anew(self) -> None:
        async def every_other(asked: Asked, writer: asyncio.StreamWriter) -> None:
            if asked.path == "/mute":
                await asyncio.sleep(30)
            writer.write(answer(status="500 X"))

        async def in_turn(job: HttpJob) -> list[str]:
            return [d for path in ("mute", "", "mute", "", "mute") for d in details(await visit(SITE + path)(job))]

        assert ["read timeout", "ok", "read timeout", "ok", "read timeout"] == Web(serve=every_other).run(
            in_turn, limits=QUICK
        )

    def test_a_host_that_answers_but_takes_all_the_time_is_given_up_too(self) -> None:
        """25 sources at 19 s each, two at a time, would hold their job for four minutes."""
        time = Time()

        async def slowly(_: Asked, writer: asyncio.StreamWriter) -> None:
            time.now += SERVER_S / 3
            writer.write(answer())

        async def in_turn(job: HttpJob) -> list[str]:
            return [d for _ in range(5) for d in details(await visit(SITE)(job))]

        assert ["ok"] * 3 + ["host given up"] * 2 == Web(serve=slowly).run(in_turn, **time.options())

    def test_a_refused_url_is_not_the_hosts_fault(self) -> None:
        web = Web(answers=[redirect("http://127.0.0.1/"), redirect("http://127.0.0.1/"), answer()])

        async def in_turn(job: HttpJob) -> list[str]:
            return [d for _ in range(3) for d in details(await visit(SITE)(job))]

        assert ["gate: address", "gate: address", "ok"] == web.run(in_turn)

    def test_a_job_of_a_job_is_another_job(self) -> None:
        class Dark(Web):
            async def connect(self, address: str, port: int) -> Any:
                raise ConnectionRefusedError

        async def nested(job: HttpJob) -> list[str]:
            return details(await visit(*[SITE] * 3)(job)) + details(await visit(SITE)(job.job()))

        assert ["connection", "connection", "host given up", "connection"] == Dark().run(nested)
