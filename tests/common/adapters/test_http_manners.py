"""Many fetches: connections shared and lost, hosts spared, and hosts given up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from tests.common.adapters.web import Asked, Web, answer, redirect, reset
from vigie.adapters.http import HttpJob, Limits
from vigie.adapters.pace import SERVER_S
from vigie.errors import FetchError
from vigie.exchange import Request, Response

URL = "http://www.example.org/"
QUICK = Limits(connect_s=0.2, read_s=0.2, total_s=0.4)


def visit(*urls: str) -> Callable[[HttpJob], Awaitable[list[Response | BaseException]]]:
    """Fetches all of `urls` at once, as a job does with its sources."""

    async def job(web: HttpJob) -> list[Response | BaseException]:
        return await asyncio.gather(*(web.fetch(Request(url)) for url in urls), return_exceptions=True)

    return job


def details(results: Sequence[Response | BaseException]) -> list[str]:
    return [r.detail if isinstance(r, FetchError) else "ok" if isinstance(r, Response) else repr(r) for r in results]


async def one_by_one(job: HttpJob, *urls: str) -> list[Response | BaseException]:
    """Fetches `urls` in turn while another fetch, of another host, keeps connections alive."""
    waiting = asyncio.create_task(job.fetch(Request("http://waits.example.org/")))
    await asyncio.sleep(0)
    results = [await asyncio.gather(job.fetch(Request(url)), return_exceptions=True) for url in urls]
    waiting.cancel()
    return [result for [result] in results]


class Patient(Web):
    """Answers everybody but waits.example.org."""

    async def answered(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(answer())

    async def respond(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.host == "waits.example.org":
            await asyncio.sleep(30)
        await self.answered(asked, writer)

    @property
    def connections(self) -> int:
        """Made to hosts that answer."""
        return len(self.connected) - 1


End = Callable[[asyncio.StreamWriter], None]


def end(writer: asyncio.StreamWriter) -> None:
    writer.close()


class TestConnections:
    def test_the_sources_of_a_host_share_two(self) -> None:
        web = Web()
        results = web.run(visit(*(f"{URL}{n}" for n in range(10))))

        assert ["ok"] * 10 == details(results)
        assert 2 == len(web.connected) == len(web.looked_up)

    def test_tls_connections_are_shared_too(self) -> None:
        web = Web()
        web.run(visit(*(f"https://www.example.org/{n}" for n in range(6))))

        assert 2 == len(web.server_names)

    def test_nothing_is_shared_between_origins(self) -> None:
        web = Patient(names={"a.example.org": ["9.9.9.9"], "b.example.org": ["9.9.9.9"]}, secure_port=0)
        urls = ("http://a.example.org/", "http://b.example.org/", "http://a.example.org:443/")
        web.run(lambda job: one_by_one(job, *urls))

        assert 3 == web.connections

    def test_none_is_kept_when_nobody_asks_for_anything(self) -> None:
        """Lambda freezes the process between two events; what the network forgot meanwhile would be silent."""
        web = Web()

        async def twice(job: HttpJob) -> int:
            await job.fetch(Request(URL))
            await asyncio.sleep(0.05)
            return web.open

        assert 0 == web.run(twice)

    def test_fifty_at_once_and_no_more(self) -> None:
        """Counted while they wait: the server may learn of one closed after the next has opened."""
        waiting, most = 0, 0

        async def slowly(_: Asked, writer: asyncio.StreamWriter) -> None:
            nonlocal waiting, most
            waiting += 1
            most = max(most, waiting)
            await asyncio.sleep(0.2)
            waiting -= 1
            writer.write(answer())

        web = Web(serve=slowly)
        results = web.run(visit(*(f"http://n{n}.example.org/" for n in range(120))))

        assert ["ok"] * 120 == details(results)
        assert 25 < most <= 50

    def test_a_connection_that_died_while_idle_is_replaced_in_silence(self) -> None:
        class Forgetful(Patient):
            async def answered(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
                writer.write(answer())
                if len(self.asked) % 2 == 0:
                    writer.close()  # without having said so

        web = Forgetful()
        results = web.run(lambda job: one_by_one(job, *[URL] * 4))

        assert ["ok"] * 4 == details(results)

    @pytest.mark.parametrize("end", [end, reset])
    def test_a_connection_that_dies_as_it_is_used_again_is_replaced_in_silence(self, end: End) -> None:
        """GET may be asked twice, and nothing had been answered."""

        class Abrupt(Patient):
            async def answered(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
                if asked.path == "/second" and len(self.asked) == 3:
                    end(writer)
                else:
                    writer.write(answer())

        web = Abrupt()
        results = web.run(lambda job: one_by_one(job, f"{URL}first", f"{URL}second"))

        assert ["ok", "ok"] == details(results)
        assert ["/first", "/second", "/second"] == [asked.path for asked in web.asked[1:]]

    def test_an_answer_that_had_begun_is_not_asked_for_again(self) -> None:
        class Abrupt(Patient):
            async def answered(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
                writer.write(answer() if asked.path == "/first" else b"HTTP/1.1 2")
                if asked.path != "/first":
                    writer.close()

        web = Abrupt()
        results = web.run(lambda job: one_by_one(job, f"{URL}first", f"{URL}second"))

        assert ["ok", "protocol"] == details(results)
        assert 3 == len(web.asked)

    def test_a_new_connection_that_dies_is_a_failure(self) -> None:
        class Dead(Patient):
            async def answered(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
                writer.close()

        web = Dead()

        assert ["no answer"] == details(web.run(lambda job: one_by_one(job, URL)))
        assert 1 == web.connections

    @pytest.mark.parametrize("late", [False, True])
    def test_what_nobody_asked_for_is_never_an_answer(self, *, late: bool) -> None:
        """A second answer in the wake of the first would be taken for that to the next request."""

        class Eager(Patient):
            async def answered(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
                writer.write(answer(asked.path.encode()))
                await asyncio.sleep(0.01 * late)
                writer.write(answer(b"planted"))

        async def spaced(job: HttpJob) -> list[bytes]:
            waiting = asyncio.create_task(job.fetch(Request("http://waits.example.org/")))
            await asyncio.sleep(0)
            bodies = []
            for path in ("a", "b", "c"):
                bodies.append((await job.fetch(Request(URL + path))).body)
                await asyncio.sleep(0.03)
            waiting.cancel()
            return bodies

        assert [b"/a", b"/b", b"/c"] == Eager().run(spaced)

    def test_a_peer_that_talks_to_itself_is_not_listened_to(self) -> None:
        """What comes on an idle connection is kept waiting, not kept."""
        sent = 0

        class Flood(Patient):
            async def answered(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
                nonlocal sent
                writer.write(answer())
                while not writer.is_closing():
                    writer.write(b"x" * 1_000_000)
                    await writer.drain()
                    sent += 1

        async def idle(job: HttpJob) -> None:
            await one_by_one(job, URL)
            waiting = asyncio.create_task(job.fetch(Request("http://waits.example.org/")))
            await job.fetch(Request(URL))
            await asyncio.sleep(0.5)
            waiting.cancel()

        Flood().run(idle)
        assert sent < 40, "megabytes, most of them in the buffers of the system"

    def test_a_body_nobody_reads_costs_its_connection_or_nothing(self) -> None:
        """A small one that has come is let go by; a long one is not waited for."""

        class Absent(Patient):
            async def answered(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
                writer.write(answer(b"x" * (10 if asked.path == "/small" else 3_000_000), "404 Not Found"))

        small, long = Absent(), Absent()
        small.run(lambda job: one_by_one(job, *[f"{URL}small"] * 3))
        long.run(lambda job: one_by_one(job, *[f"{URL}long"] * 3))

        assert (1, 3) == (small.connections, long.connections)


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
        web.run(visit(*(f"{URL}{n}" for n in range(8))))

        assert 2 == most

    def test_the_requests_to_a_host_are_spaced(self) -> None:
        time = Time()
        Web().run(visit(*[URL] * 4), **time.options(500))

        assert [0.5, 0.5, 0.5] == time.slept

    def test_each_host_has_its_own_spacing(self) -> None:
        time = Time()
        Web().run(visit("http://a.example.org/", "http://b.example.org/"), **time.options(500))

        assert [] == time.slept

    def test_a_redirect_waits_for_its_turn_at_the_next_host(self) -> None:
        time = Time()
        Web(answers=[redirect("/b"), answer()]).run(visit(URL), **time.options(500))

        assert [0.5] == time.slept

    def test_waiting_for_a_turn_is_not_part_of_the_deadline(self) -> None:
        results = Web().run(visit(*[URL] * 4), host_interval_ms=200, limits=Limits(total_s=0.3))

        assert ["ok"] * 4 == details(results)

    def test_spacing_holds_from_one_job_to_the_next(self) -> None:
        time, web = Time(), Web()

        async def two_jobs() -> None:
            async with web.running():
                fetcher = web.fetcher(**time.options(500))
                await fetcher.job().fetch(Request(URL))
                await fetcher.job().fetch(Request(URL))

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
            web.run(visit(*(f"{URL}{n}" for n in range(10)), "http://other.example.net/"), limits=QUICK)
        )

        tried = those.count("read timeout")
        assert tried in (2, 3)  # a third may have begun when only the first of two at once was over
        assert (["read timeout"] * tried + ["host given up"] * (10 - tried), "ok") == (those, other)

    def test_it_is_given_up_at_once_even_by_those_who_wait_their_turn(self) -> None:
        class Dark(Web):
            async def connect(self, address: str, port: int) -> Any:
                raise ConnectionRefusedError

        time, web = Time(), Dark()
        results = web.run(visit(*[URL] * 20), **time.options(5_000))

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
                first = await visit(*[URL] * 4)(fetcher.job())
                web.dark = False
                return details(first) + details(await visit(URL)(fetcher.job()))

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

    def test_an_answer_in_between_starts_the_count_anew(self) -> None:
        async def every_other(asked: Asked, writer: asyncio.StreamWriter) -> None:
            if asked.path == "/mute":
                await asyncio.sleep(30)
            writer.write(answer(status="500 X"))

        async def in_turn(job: HttpJob) -> list[str]:
            return [d for path in ("mute", "", "mute", "", "mute") for d in details(await visit(URL + path)(job))]

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
            return [d for _ in range(5) for d in details(await visit(URL)(job))]

        assert ["ok"] * 3 + ["host given up"] * 2 == Web(serve=slowly).run(in_turn, **time.options())

    def test_a_refused_url_is_not_the_hosts_fault(self) -> None:
        web = Web(answers=[redirect("http://127.0.0.1/"), redirect("http://127.0.0.1/"), answer()])

        async def in_turn(job: HttpJob) -> list[str]:
            return [d for _ in range(3) for d in details(await visit(URL)(job))]

        assert ["gate: address", "gate: address", "ok"] == web.run(in_turn)

    def test_a_job_of_a_job_is_another_job(self) -> None:
        class Dark(Web):
            async def connect(self, address: str, port: int) -> Any:
                raise ConnectionRefusedError

        async def nested(job: HttpJob) -> list[str]:
            return details(await visit(*[URL] * 3)(job)) + details(await visit(URL)(job.job()))

        assert ["connection", "connection", "host given up", "connection"] == Dark().run(nested)
