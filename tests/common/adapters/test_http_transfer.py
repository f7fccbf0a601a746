"""One fetch: what is asked, what is kept of the answer, and every way in which it can go wrong."""

from __future__ import annotations

import asyncio
import gzip
import socket
import time
import zlib
from typing import Any

import pytest

from tests.common.adapters.web import Asked, Web, answer, redirect, reset
from vigie.adapters import wire
from vigie.adapters.http import HttpFetcher, HttpJob, Limits
from vigie.errors import ConfigError, FetchError, SourceError
from vigie.exchange import Request, Response
from vigie.model import OutcomeKind

URL = "http://www.example.org/feed"
SHORT = Limits(connect_s=0.3, read_s=0.5, total_s=1.0, body=100_000)
KIB = 1024


def failure(web: Web, url: str = URL, limits: Limits = SHORT, **options: Any) -> FetchError:
    """How a fetch fails."""
    with pytest.raises(FetchError) as failed:
        web.fetch(url, limits=limits, **options)
    assert "example" not in str(failed.value)
    return failed.value


def raw(data: bytes, *, then: str = "close") -> Web:
    """A web whose every answer is `data`, then the end of the connection (or nothing more)."""

    async def serve(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        if then == "close":
            writer.close()
        elif then == "reset":
            await writer.drain()
            reset(writer)

    return Web(serve=serve)


class TestRequest:
    def test_it_says_who_asks_and_how_to_reach_them(self) -> None:
        web = Web()
        web.fetch(URL)

        assert "Vigie/0.1.0 (+https://vigie.example/robot)" == web.asked[0].headers["user-agent"]

    def test_it_asks_for_gzip_alone(self) -> None:
        """203 bytes of brotli become 268 MB."""
        web = Web()
        web.fetch(URL)

        assert "gzip" == web.asked[0].headers["accept-encoding"]

    def test_a_source_adds_headers_but_does_not_replace_ours(self) -> None:
        web = Web()
        ours = {"User-Agent": "x", "HOST": "x", "accept-encoding": "br", "Cookie": "a=b", "Connection": "close"}
        web.fetch(URL, {"Accept": "text/html", "If-None-Match": '"v1"', **ours})

        headers = web.asked[0].headers
        assert ("text/html", '"v1"', "www.example.org") == (
            headers["accept"],
            headers["if-none-match"],
            headers["host"],
        )
        assert "gzip" == headers["accept-encoding"]
        assert {"cookie", "connection"}.isdisjoint(headers)

    @pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "\x00", "é", "\ud800"])
    def test_no_header_can_smuggle_another(self, value: str) -> None:
        web = Web()
        with pytest.raises(FetchError):
            web.fetch(URL, {"If-None-Match": value})

        assert [] == web.asked

    def test_the_path_goes_as_the_gate_vetted_it(self) -> None:
        web = Web()
        web.fetch("http://www.example.org/a/../é?q=ü&x=%2F|y#z")

        assert "/a/../%C3%A9?q=%C3%BC&x=%2F|y" == web.asked[0].path

    @pytest.mark.parametrize("contact", ["", "a\r\nX: y", "é", "\x00"])
    def test_a_contact_that_cannot_be_sent_is_the_operators_mistake(self, contact: str) -> None:
        with pytest.raises(ConfigError):
            HttpFetcher(contact=contact)


class TestAnswer:
    def test_headers_are_named_in_lower_case_joined_and_without_cookies(self) -> None:
        head = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\nSet-Cookie: a=b\r\nLink: <\xe9>\r\nContent-Length: 1\r\n\r\nx"
        headers = raw(head).fetch(URL).headers

        assert {"x-a": "1, 2", "link": "<\xe9>", "content-length": "1"} == headers

    def test_informational_answers_come_before_the_real_one(self) -> None:
        assert b"x" == raw(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + answer(b"x")).fetch(URL).body

    def test_a_body_may_end_with_its_connection(self) -> None:
        assert b"<rss/>" == raw(b"HTTP/1.0 200 OK\r\n\r\n<rss/>").fetch(URL).body

    def test_a_body_may_come_in_chunks(self) -> None:
        chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<rs\r\n3;x=y\r\ns/>\r\n0\r\nX: y\r\n\r\n"

        assert b"<rss/>" == raw(chunked).fetch(URL).body

    @pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", "identity, gzip"])
    def test_gzip_is_unpacked(self, coding: str) -> None:
        web = Web(answers=[answer(gzip.compress(b"<rss/>"), Content_Encoding=coding)])

        assert b"<rss/>" == web.fetch(URL).body

    @pytest.mark.parametrize("status", [301, 400, 403, 404, 500, 503])
    def test_only_the_body_of_a_success_is_read(self, status: int) -> None:
        """Whatever comes with a 404, too long, badly packed or never ending, it is a 404."""
        head = f"HTTP/1.1 {status} X\r\nContent-Encoding: br\r\nContent-Length: 99999999999\r\n\r\n".encode()
        response = raw(head + b"x" * 500_000, then="wait").fetch(URL, limits=SHORT)

        assert (status, b"") == (response.status, response.body)

    def test_a_redirect_that_leads_nowhere_is_the_answer(self) -> None:
        assert 302 == Web(answers=[redirect("")]).fetch(URL).status
        assert 304 == Web(answers=[answer(b"", "304 Not Modified", Location="/x")]).fetch(URL).status


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


class TestBroken:
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"H",
            b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\nhello",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello",
            b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\nhello",
            b"HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n",
            b"HTTP/1.1 20O OK\r\n\r\n",
            b"HTTP/1.1 099 X\r\n\r\n",
            b"HTTP/1.1 2000 X\r\n\r\n",
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
            b"<rss/>",
            bytes(range(256)) * 100,
            answer(gzip.compress(b"<rss/>")[:-4], Content_Encoding="gzip"),
            answer(gzip.compress(b"<rss/>" * 50)[:-30] + b"\xff" * 30, Content_Encoding="gzip"),
            answer(b"<rss/>", Content_Encoding="gzip"),
            answer(gzip.compress(gzip.compress(b"<rss/>")), Content_Encoding="gzip, gzip"),
            answer(b"\xce\xff\xff\x7f" * 10, Content_Encoding="br"),
            answer(b"\x28\xb5\x2f\xfd" * 10, Content_Encoding="zstd"),
            answer(zlib.compress(b"<rss/>"), Content_Encoding="deflate"),
            answer(b"<rss/>", Content_Encoding="aws-chunked"),
            answer(b"<rss/>", Content_Encoding="gzip, identity, br"),
        ],
    )
    @pytest.mark.parametrize("then", ["close", "reset"])
    def test_what_is_not_a_whole_answer_is_no_answer(self, data: bytes, then: str) -> None:
        error = failure(raw(data, then=then))

        assert OutcomeKind.UNREACHABLE is error.outcome
        assert "request" != error.detail, "it is not ours to mend"

    def test_a_body_that_ends_in_a_reset_is_cut_short(self) -> None:
        """Without a length only the way the connection ends can tell."""
        assert OutcomeKind.UNREACHABLE is failure(raw(b"HTTP/1.1 200 OK\r\n\r\n<rss>", then="reset")).outcome

    def test_nobody_there(self) -> None:
        async def refuse(_: str, __: int) -> None:
            raise ConnectionRefusedError

        async def fetch() -> None:
            await HttpFetcher(contact="c", connect=refuse, resolve=Web().resolve).fetch(Request(URL))  # type: ignore[arg-type]

        with pytest.raises(FetchError) as failed:
            asyncio.run(fetch())
        assert (OutcomeKind.UNREACHABLE, "connection") == (failed.value.outcome, failed.value.detail)

    def test_a_name_server_that_fails_is_not_a_name_that_does_not_exist(self) -> None:
        async def resolve(_: str, __: int) -> list[str]:
            raise OSError("temporary failure")

        async def fetch() -> None:
            await HttpFetcher(contact="c", resolve=resolve).fetch(Request(URL))

        with pytest.raises(FetchError) as failed:
            asyncio.run(fetch())
        assert (OutcomeKind.UNREACHABLE, "name") == (failed.value.outcome, failed.value.detail)


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


class TestRedirects:
    def test_five_are_followed_and_six_are_not(self) -> None:
        hops = [redirect(f"/{n}") for n in range(5)]

        assert b"<rss/>" == Web(answers=[*hops, answer()]).fetch(URL).body
        assert "too many redirects" == failure(Web(answers=[*hops, redirect("/5"), answer()])).detail

    @pytest.mark.parametrize(
        ("moved_to", "statuses"),
        [
            ("http://www.example.org/1", [301]),
            ("http://www.example.org/2", [308, 301]),
            (None, [302]),
            (None, [303]),
            (None, [307]),
            (None, [301, 302]),
            (None, [302, 301]),
            (None, []),
        ],
    )
    def test_a_source_has_moved_if_every_hop_says_for_good(self, moved_to: str | None, statuses: list[int]) -> None:
        hops = [redirect(f"/{n}", f"{status} X") for n, status in enumerate(statuses, 1)]

        assert moved_to == Web(answers=[*hops, answer()]).fetch(URL).moved_to

    def test_the_answer_says_where_it_came_from(self) -> None:
        web = Web(answers=[redirect("http://other.example.net/b"), answer()])

        assert "http://other.example.net/b" == web.fetch(URL).url
        assert ["www.example.org", "other.example.net"] == web.looked_up

    def test_whoever_asks_is_asked_before_each_is_followed(self) -> None:
        web = Web(answers=[redirect("/b"), redirect("http://other.example.net/c"), answer()])
        asked: list[tuple[str, int]] = []

        async def ask(url: str) -> None:
            asked.append((url, len(web.asked)))
            if "other" in url:
                raise SourceError(OutcomeKind.BLOCKED, "robots.txt")

        with pytest.raises(SourceError, match=r"robots\.txt"):
            web.run(lambda job: job.fetch(Request(URL), on_redirect=ask))
        assert [("http://www.example.org/b", 1), ("http://other.example.net/c", 2)] == asked
        assert 2 == len(web.asked)

    def test_the_one_who_is_asked_may_fetch_meanwhile(self) -> None:
        """From the same host, whose turns are few."""
        web = Web(answers=[redirect("/b"), answer(b"rules"), answer()])

        async def visit(job: HttpJob) -> Response:
            async def ask(_: str) -> None:
                await job.fetch(Request("http://www.example.org/robots.txt"))

            return await job.fetch(Request(URL), on_redirect=ask)

        assert b"<rss/>" == web.run(visit).body
        assert ["/feed", "/robots.txt", "/b"] == [asked.path for asked in web.asked]

    def test_keys_stay_with_the_site_they_were_meant_for(self) -> None:
        web = Web(answers=[redirect("/b"), redirect("http://other.example.net/c"), answer()])
        web.fetch(URL, {"Authorization": "x", "X-Key": "k", "Accept": "text/html", "If-None-Match": '"v1"'})

        keys = [sorted({"authorization", "x-key"} & asked.headers.keys()) for asked in web.asked]
        assert [["authorization", "x-key"], ["authorization", "x-key"], []] == keys
        assert {("text/html", '"v1"')} == {(a.headers["accept"], a.headers["if-none-match"]) for a in web.asked}

    def test_another_port_is_another_site(self) -> None:
        web = Web(answers=[redirect("http://www.example.org:443/"), answer()], secure_port=0)
        web.fetch(URL, {"X-Key": "k"})

        assert "x-key" not in web.asked[1].headers

    @pytest.mark.parametrize("location", ["/b c", "/b%20c", "http://www.example.org/b c", " /b c "])
    def test_a_location_with_a_space_is_followed_as_browsers_do(self, location: str) -> None:
        web = Web(answers=[redirect(location), answer()])
        web.fetch(URL)

        assert "/b%20c" == web.asked[1].path

    @pytest.mark.parametrize("location", ["/\xc3\xa9", "/\xe9", "/%C3%A9"])
    def test_a_location_in_raw_utf8_is_understood(self, location: str) -> None:
        head = b"HTTP/1.1 302 X\r\nContent-Length: 0\r\nLocation: " + location.encode("latin-1") + b"\r\n\r\n"
        web = Web(answers=[head, answer()])
        web.fetch(URL)

        assert "/%C3%A9" == web.asked[1].path

    def test_a_hop_to_the_same_site_is_vetted_again(self) -> None:
        """The site chose where to send us, and may have chosen what its name now points at."""

        class Rebound(Web):
            async def resolve(self, host: str, port: int) -> list[str]:
                self.looked_up.append(host)
                return ["93.184.215.14"] if len(self.looked_up) == 1 else ["127.0.0.1"]

        web = Rebound(answers=[redirect("/b"), answer()])

        assert OutcomeKind.BLOCKED is failure(web).outcome
        assert ["93.184.215.14"] == web.addresses

    def test_two_locations_are_refused(self) -> None:
        head = b"HTTP/1.1 302 X\r\nContent-Length: 0\r\nLocation: /a\r\nLocation: //127.0.0.1/\r\n\r\n"

        assert OutcomeKind.BLOCKED is failure(Web(answers=[head])).outcome

    def test_a_refused_hop_is_blocked_and_never_visited(self) -> None:
        web = Web(answers=[redirect("http://169.254.169.254/latest/")])

        assert OutcomeKind.BLOCKED is failure(web).outcome
        assert ["93.184.215.14"] == web.addresses


class TestTls:
    """The address says where to connect; the certificate is checked against the name."""

    def test_the_certificate_must_be_for_the_name(self) -> None:
        web = Web()

        assert 200 == web.fetch("https://www.example.org/").status
        assert ["www.example.org"] == web.server_names
        assert "certificate" == failure(web, "https://example.org/").detail

    def test_an_international_name_is_checked_as_it_is_encoded(self) -> None:
        assert 200 == Web().fetch("https://www.médecin-exemple.fr/").status

    def test_an_address_in_the_url_must_be_in_the_certificate(self) -> None:
        assert 200 == Web().fetch("https://8.8.8.8/").status
        assert "certificate" == failure(Web(), "https://9.9.9.9/").detail

    def test_an_unknown_authority_is_refused(self) -> None:
        from vigie.adapters.wire import tls_context

        assert "certificate" == failure(Web(), "https://www.example.org/", tls=tls_context).detail

    def test_there_is_one_context_a_process(self) -> None:
        """Each costs 15 ms of CPU."""
        from vigie.adapters.wire import tls_context

        assert tls_context() is tls_context()

    def test_what_is_not_tls_is_refused(self) -> None:
        class Mail(Web):
            async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                writer.write(b"220 mail.example.org ESMTP\r\n")
                await reader.read()

        assert "tls" == failure(Mail(secure_port=0), "https://www.example.org/").detail


class TestNames:
    """The system's resolver, as the fetcher asks it."""

    @staticmethod
    def resolved(host: str) -> list[str]:
        return asyncio.run(wire.resolve(host, 80))

    @pytest.mark.parametrize("address", ["127.0.0.1", "2606:4700::1111"])
    def test_an_address_is_its_own_answer(self, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr(socket, "getaddrinfo")

        assert [address] == self.resolved(address)

    def test_a_name_is_looked_up(self) -> None:
        assert "127.0.0.1" in self.resolved("localhost")

    @pytest.mark.parametrize("code", [socket.EAI_NONAME, socket.EAI_NODATA])
    def test_a_name_that_does_not_exist_has_no_address(self, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(socket, "getaddrinfo", raising(socket.gaierror(code, "x")))

        assert [] == self.resolved("nx.example.org")

    def test_a_name_server_in_trouble_says_nothing_of_the_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(socket, "getaddrinfo", raising(socket.gaierror(socket.EAI_AGAIN, "x")))

        with pytest.raises(OSError, match="x"):
            self.resolved("www.example.org")


def raising(error: Exception) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_a_fetcher_outlives_its_loop() -> None:
    """The operator's command runs a loop for each thing it does."""
    web = Web()
    fetcher = web.fetcher()

    async def once() -> list[int]:
        async with web.running():
            job = fetcher.job()
            return [r.status for r in await asyncio.gather(*(job.fetch(Request(URL)) for _ in range(5)))]

    assert [200] * 5 == asyncio.run(once()) == asyncio.run(once())
