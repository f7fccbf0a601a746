"""No answer is too long for us, and none takes too long."""

from __future__ import annotations

import asyncio
import gzip
import socket
import time

import pytest

from tests.common.adapters.fetching import SHORT, URL, failure, raw
from tests.common.adapters.web import Asked, Web, answer, redirect
from vigie.adapters.http import Limits
from vigie.model import OutcomeKind

KIB = 1024


class TestBounds:
    @pytest.mark.parametrize("packed", [False, True])
    @pytest.mark.parametrize(("size", "fits"), [(100_000, True), (100_001, False)])
    def test_a_body_fits_or_is_refused_to_the_byte(self, size: int, *, fits: bool, packed: bool) -> None:
        body = b"x" * size
        web = Web(answers=[answer(gzip.compress(body), Content_Encoding="gzip") if packed else answer(body)])

        if fits:
            assert body == web.fetch(URL, limits=SHORT).body
        else:
            assert OutcomeKind.TOO_LARGE is failure(web).outcome

    def test_an_announced_length_beyond_the_bound_is_not_even_read(self) -> None:
        error = failure(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n", then="wait"))

        assert (OutcomeKind.TOO_LARGE, "announced length") == (error.outcome, error.detail)

    @pytest.mark.parametrize("chunked", [False, True])
    def test_an_endless_body_is_too_large(self, *, chunked: bool) -> None:
        head = b"HTTP/1.1 200 OK\r\n" + (b"Transfer-Encoding: chunked\r\n\r\n" if chunked else b"\r\n")
        part = b"10000\r\n" + b"x" * 65536 + b"\r\n" if chunked else b"x" * 65536

        assert OutcomeKind.TOO_LARGE is failure(endless(head, part)).outcome

    @pytest.mark.parametrize(
        ("head", "part"),
        [
            (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1;" + b"a" * 4000 + b"\r\nx\r\n"),
        ],
        ids=["informational answers", "chunks of one byte", "long chunk extensions"],
    )
    def test_what_is_not_body_is_bounded_too(self, head: bytes, part: bytes) -> None:
        """5 MB in chunks of one byte would cost ten seconds of CPU, in which no other source advances."""
        began = time.process_time()
        error = failure(endless(head, part * (64 * KIB // len(part))), limits=Limits())

        assert (OutcomeKind.TOO_LARGE, "framing") == (error.outcome, error.detail)
        assert time.process_time() - began < 4

    @pytest.mark.parametrize(
        "head",
        [b"X: " + b"a" * 8_000_000, b"".join(b"X-%d: y\r\n" % n for n in range(100_000))],
        ids=["one long header", "many headers"],
    )
    def test_headers_are_bounded(self, head: bytes) -> None:
        assert OutcomeKind.UNREACHABLE is failure(raw(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n")).outcome

    def test_headers_of_100_kb_are_read(self) -> None:
        """Some sites set that many cookies, or an ETag of that size: their feed is as good as another."""

        async def serve(_: Asked, writer: asyncio.StreamWriter) -> None:
            data = answer(Set_Cookie="a" * 100_000)
            for at in range(0, len(data), 20_000):
                writer.write(data[at : at + 20_000])
                await asyncio.sleep(0.01)

        assert b"<rss/>" == Web(serve=serve).fetch(URL).body


def endless(head: bytes, part: bytes) -> Web:
    async def serve(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while not writer.is_closing():
            writer.write(part)
            await writer.drain()

    return Web(serve=serve)


class TestTime:
    """Each wait has its end, and the whole has its own."""

    @pytest.mark.parametrize("body", [True, False])
    def test_a_drip_ends_at_the_deadline(self, *, body: bool) -> None:
        """No single read is slow: only a total can end this."""

        async def drip(_: Asked, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\n" + b"\r\n" * body)
            while not writer.is_closing():
                writer.write(b"x" if body else b"X: y\r\n")
                await asyncio.sleep(0.05)

        assert ("deadline", 1.0) == timed(Web(serve=drip))

    def test_silence_ends_sooner(self) -> None:
        assert ("read timeout", 0.5) == timed(raw(b"", then="wait"))

    def test_redirects_share_one_deadline(self) -> None:
        async def slow(_: Asked, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(0.3)
            writer.write(redirect("/again"))

        assert ("deadline", 1.0) == timed(Web(serve=slow))

    def test_a_slow_name_is_a_slow_fetch(self) -> None:
        class Slow(Web):
            async def resolve(self, host: str, port: int) -> list[str]:
                await asyncio.sleep(10)
                return []

        assert ("name timeout", 0.5) == timed(Slow())

    def test_an_address_that_does_not_answer_is_left_for_the_next(self) -> None:
        class Dark(Web):
            async def connect(self, address: str, port: int) -> socket.socket:
                if address == "1.1.1.1":
                    await asyncio.sleep(10)
                return await super().connect(address, port)

        assert ("connect timeout", 0.3) == timed(Dark(names={"www.example.org": ["1.1.1.1"]}))
        assert 200 == Dark(names={"www.example.org": ["1.1.1.1", "9.9.9.9"]}).fetch(URL, limits=SHORT).status

    def test_a_tls_handshake_that_never_ends_ends(self) -> None:
        class Mute(Web):
            async def connect(self, address: str, port: int) -> socket.socket:
                return await super().connect(address, 80)  # speaks no TLS, and waits for a request

        assert ("tls timeout", 0.5) == timed(Mute(), "https://www.example.org/")


def timed(web: Web, url: str = URL) -> tuple[str, float]:
    """Why a fetch failed, and after how long, to a tenth of a second."""
    began = time.monotonic()
    error = failure(web, url)
    return error.detail, round(time.monotonic() - began - 0.04, 1)
