"""Connections: shared by the fetches of a job, lost, replaced, and listened to no more than they are asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.common.adapters.fetching import SITE, details, visit
from tests.common.adapters.web import Asked, Web, answer, reset
from vigie.adapters.http import HttpJob
from vigie.exchange import Request, Response


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
        results = web.run(visit(*(f"{SITE}{n}" for n in range(10))))

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
            await job.fetch(Request(SITE))
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
        results = web.run(lambda job: one_by_one(job, *[SITE] * 4))

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
        results = web.run(lambda job: one_by_one(job, f"{SITE}first", f"{SITE}second"))

        assert ["ok", "ok"] == details(results)
        assert ["/first", "/second", "/second"] == [asked.path for asked in web.asked[1:]]

    def test_an_answer_that_had_begun_is_not_asked_for_again(self) -> None:
        class Abrupt(Patient):
            async def answered(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
                writer.write(answer() if asked.path == "/first" else b"HTTP/1.1 2")
                if asked.path != "/first":
                    writer.close()

        web = Abrupt()
        results = web.run(lambda job: one_by_one(job, f"{SITE}first", f"{SITE}second"))

        assert ["ok", "protocol"] == details(results)
        assert 3 == len(web.asked)

    def test_a_new_connection_that_dies_is_a_failure(self) -> None:
        class Dead(Patient):
            async def answered(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
                writer.close()

        web = Dead()

        assert ["no answer"] == details(web.run(lambda job: one_by_one(job, SITE)))
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
                bodies.append((await job.fetch(Request(SITE + path))).body)
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
            await one_by_one(job, SITE)
            waiting = asyncio.create_task(job.fetch(Request("http://waits.example.org/")))
            await job.fetch(Request(SITE))
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
        small.run(lambda job: one_by_one(job, *[f"{SITE}small"] * 3))
        long.run(lambda job: one_by_one(job, *[f"{SITE}long"] * 3))

        assert (1, 3) == (small.connections, long.connections)
