"""A service asked by the real fetcher: what goes on the wire, and what of it is seen elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.common.adapters.web import Web, answer, careless, redirect
from vigie.adapters.http import MAX_EXPLANATION, HttpJob
from vigie.errors import ConfigError, FetchError
from vigie.exchange import Request, Response, Secret

API = "https://api.example.org/v1?q=a"
KEY = "clé/très+secrète=".encode().hex()
HEADER = Secret("brave", header="X-Subscription-Token")
QUERY = Secret("serp", query="api_key")
BEARER = Secret("x", header="Authorization", prefix="Bearer ")


def ask(web: Web, request: Request, keys: Mapping[str, str], **options: Any) -> Response:
    async def visit(job: HttpJob) -> Response:
        return await job.fetch(request, keys=keys)

    return web.run(visit, tls=careless, **options)


class TestSecrets:
    def test_a_key_goes_in_its_header(self) -> None:
        web = Web()
        ask(web, Request(API, secrets=[HEADER, BEARER]), {"brave": KEY, "x": "jeton"})

        assert KEY == web.asked[0].headers["x-subscription-token"]
        assert "Bearer jeton" == web.asked[0].headers["authorization"]

    @pytest.mark.parametrize(
        ("url", "path"),
        [
            (API, "/v1?q=a&api_key=a%2Fb%3D%26c"),
            ("https://api.example.org/v1", "/v1?api_key=a%2Fb%3D%26c"),
        ],
    )
    def test_a_key_in_the_query_is_on_the_wire_and_not_in_the_address_of_the_answer(self, url: str, path: str) -> None:
        web = Web()
        response = ask(web, Request(url, secrets=[QUERY]), {"serp": "a/b=&c"})

        assert path == web.asked[0].path
        assert url == response.url

    def test_no_key_goes_to_where_a_service_redirects(self) -> None:
        web = Web(answers=[redirect("https://www.example.org/elsewhere"), answer()])
        ask(web, Request(API, secrets=[HEADER, BEARER]), {"brave": KEY, "x": KEY})

        assert KEY in str(web.asked[0])
        assert KEY not in str(web.asked[1])

    def test_where_a_service_redirects_an_address_with_a_key_is_neither_visited_nor_remembered(self) -> None:
        """It repeats the query it was asked: the key would become the address of the source, in its row."""
        web = Web(answers=[redirect(f"https://api.example.org/v2?q=a&api_key={KEY}", "301 Moved Permanently")])
        response = ask(web, Request(API, secrets=[QUERY]), {"serp": KEY})

        assert (301, API, None) == (response.status, response.url, response.moved_to)
        assert 1 == len(web.asked)
        assert KEY not in repr(response)

    def test_no_key_is_sent_over_plain_http(self) -> None:
        web = Web()

        with pytest.raises(FetchError, match="plain http"):
            ask(web, Request("http://api.example.org/v1", secrets=[HEADER]), {"brave": KEY})
        assert [] == web.asked

    def test_the_operator_may_name_a_host_of_theirs_that_speaks_plain_http(self) -> None:
        web = Web()
        request = Request("http://search.example.org/v1", secrets=[HEADER])
        ask(web, request, {"brave": KEY}, allowlist=["search.example.org"])

        assert KEY == web.asked[0].headers["x-subscription-token"]

    def test_a_request_shows_its_body_to_nobody(self) -> None:
        assert KEY not in repr(Request(API, body=KEY.encode()))


class TestPost:
    def test_a_body_is_posted_with_its_type_and_length(self) -> None:
        web = Web()
        ask(web, Request(API, {"Content-Type": "application/json"}, body=b'{"q": 1}'), {})

        [asked] = web.asked
        assert ("POST", b'{"q": 1}') == (asked.method, asked.body)
        assert ("application/json", "8") == (asked.headers["content-type"], asked.headers["content-length"])

    def test_an_empty_body_is_posted_too(self) -> None:
        web = Web()
        ask(web, Request(API, body=b""), {})

        assert ["POST"] == [asked.method for asked in web.asked]

    def test_a_post_is_not_sent_on_to_where_it_is_redirected(self) -> None:
        web = Web(answers=[redirect("https://www.example.org/elsewhere", "307 Temporary Redirect"), answer()])

        assert 307 == ask(web, Request(API, body=b"x"), {}).status
        assert 1 == len(web.asked)


class TestExplanation:
    REFUSED = answer(b'{"error": "quota"}', "403 Forbidden")

    @pytest.mark.parametrize(
        "request_", [Request(API, secrets=[HEADER]), Request(API, body=b"x"), Request(API, explained=True)]
    )
    def test_what_a_service_says_of_a_refusal_is_read(self, request_: Request) -> None:
        assert b'{"error": "quota"}' == ask(Web(answers=[self.REFUSED]), request_, {"brave": KEY}).body

    def test_what_a_site_says_of_one_is_not(self) -> None:
        assert b"" == ask(Web(answers=[self.REFUSED]), Request(API), {}).body

    def test_an_explanation_without_end_is_none(self) -> None:
        web = Web(answers=[answer(b"x" * (MAX_EXPLANATION + 1), "403 Forbidden")])
        response = ask(web, Request(API, explained=True), {})

        assert (403, b"") == (response.status, response.body)


class TestStandIns:
    def test_a_service_is_asked_where_something_stands_in_for_it_and_is_none_the_wiser(self) -> None:
        web = Web()
        stand_ins = ["api.example.org=http://127.0.0.1:8097/brave/"]
        response = ask(
            web, Request(API, secrets=[HEADER]), {"brave": KEY}, allowlist=["127.0.0.1"], stand_ins=stand_ins
        )

        assert [("127.0.0.1", 8097)] == web.connected
        assert "/brave/v1?q=a" == web.asked[0].path
        assert API == response.url

    def test_other_hosts_are_asked_as_ever(self) -> None:
        web = Web()
        ask(
            web,
            Request("http://www.example.org/"),
            {},
            allowlist=["127.0.0.1"],
            stand_ins=["api.example.org=http://127.0.0.1:1/"],
        )

        assert "/" == web.asked[0].path
        assert "www.example.org" == web.asked[0].host

    @pytest.mark.parametrize("pair", ["api.example.org", "api.example.org=ftp://x", "api.example.org=http://10.0.0.1/"])
    def test_a_stand_in_that_makes_no_sense_or_may_not_be_read_is_refused_at_once(self, pair: str) -> None:
        with pytest.raises(ConfigError, match="STAND_INS"):
            Web().fetcher(stand_ins=[pair])
