"""The collection of requests that must not be made, through the real fetcher: names, addresses, redirects, TLS."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from tests.common.adapters.web import Web, answer, careless, redirect
from tests.shared import shared
from vigie.adapters.http import MAX_REDIRECTS
from vigie.errors import FetchError
from vigie.model import OutcomeKind

CASES = [json.loads(line) for line in shared("hostile", "ssrf", "cases.jsonl").read_text().splitlines()]
FORBIDDEN_HEADERS = {"authorization", "cookie", "referer", "x-api-key", "proxy-authorization"}


class _Names(dict[str, Sequence[str]]):
    """Names by what a case says of them. A name that is not mentioned does not exist."""

    def __init__(self, case: dict[str, Any]) -> None:
        super().__init__(case.get("dns", {}))
        self.sequences = {name: list(answers) for name, answers in case.get("dns_sequence", {}).items()}

    def get(self, name: str, _default: object = None) -> Sequence[str]:
        if name in self.sequences:
            return self.sequences[name].pop(0) if self.sequences[name] else []
        return super().get(name, [])


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment would make every check of an address void."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:3128")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:3128")


@pytest.mark.parametrize("case", CASES, ids=[f"{case['id']} {case['why'][:40]}" for case in CASES])
def test_only_what_may_be_fetched_is_connected_to(case: dict[str, Any]) -> None:
    hops = [
        redirect(where, f"{status} X") if status != 200 else answer(Location=where, Refresh=f"0; url={where}")
        for status, where in case.get("redirects", [])
    ]
    urls = [case["url"], *(where for _, where in case.get("redirects", []))]
    plain = any(url.startswith("http:") and ":443" in url for url in urls)
    web = Web(names=_Names(case), answers=[*hops, answer()], secure_port=0 if plain else 443)
    verdict, outcome = "allow", None
    try:
        web.fetch(case["url"], {"Authorization": "Bearer x", "X-Api-Key": "k", "Cookie": "a=b"}, tls=careless)
    except FetchError as error:
        verdict, outcome = "deny", error.outcome

    assert case["expect"] == verdict
    if verdict == "deny" or "must_connect_only_to" in case:
        assert set(web.addresses) <= set(case.get("must_connect_only_to", []))
    assert all(port in (80, 443) for _, port in web.connected)
    first = web.asked[0].host if web.asked else ""
    assert all(FORBIDDEN_HEADERS.isdisjoint(asked.headers) for asked in web.asked if asked.host != first)
    if verdict == "deny" and len(hops) <= MAX_REDIRECTS:
        retryable = case.get("note") == "kind=retryable"
        assert outcome is (OutcomeKind.UNREACHABLE if retryable else OutcomeKind.BLOCKED)


def test_the_collection_is_whole() -> None:
    assert len(CASES) >= 191
