"""One fetch: what is asked, what is kept of the answer, and what is no answer."""

from __future__ import annotations

import asyncio
import gzip
import zlib

import pytest

from tests.common.adapters.fetching import SHORT, URL, failure, raw
from tests.common.adapters.web import Web, answer, redirect
from vigie.adapters.http import HttpFetcher
from vigie.errors import ConfigError, FetchError
from vigie.exchange import Request
from vigie.model import OutcomeKind


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


def test_a_fetcher_outlives_its_loop() -> None:
    """The operator's command runs a loop for each thing it does."""
    web = Web()
    fetcher = web.fetcher()

    async def once() -> list[int]:
        async with web.running():
            job = fetcher.job()
            return [r.status for r in await asyncio.gather(*(job.fetch(Request(URL)) for _ in range(5)))]

    assert [200] * 5 == asyncio.run(once()) == asyncio.run(once())
