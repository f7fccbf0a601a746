"""Where an answer sends us, and where it may not."""

from __future__ import annotations

import pytest

from tests.common.adapters.fetching import URL, failure
from tests.common.adapters.web import Web, answer, redirect
from vigie.adapters.http import HttpJob
from vigie.errors import SourceError
from vigie.exchange import Request, Response
from vigie.model import OutcomeKind


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
