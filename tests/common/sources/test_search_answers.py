"""Searches by the APIs of engines: what is no answer, and what is made of an answer of any shape."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.common.sources.reading import page_of
from tests.common.sources.searching import KINDS, SAMPLES, WORDS, answer, sample, source
from tests.common.sources.test_contract import promise
from vigie import registry, sources
from vigie.errors import SourceError
from vigie.exchange import Response
from vigie.model import Item, OutcomeKind
from vigie.parse.answers import count, document, moment


def _changed(value: Any) -> Iterator[Any]:
    """The document with one of its parts another thing, for each part and each thing."""
    yield from OTHERS
    if isinstance(value, dict):
        for name, held in value.items():
            yield {other: held_ for other, held_ in value.items() if other != name}
            yield from ({**value, name: changed} for changed in _changed(held))
    elif isinstance(value, list):
        for at, held in enumerate(value[:2]):
            yield from ([*value[:at], changed, *value[at + 1 :]] for changed in _changed(held))


OTHERS: list[Any] = [
    None, True, 7, -1, 10**400, float("nan"), float("inf"), "", "\ud800\x00\x1b[2J\u0085", [], [None], [[]], {},
    {"a": {}}, "<b>x</b>&#0;&#xD800;&#x1b;", "http://[", "//x", "x" * 50_000, ["x"] * 3_000,
]  # fmt: skip


class TestHonesty:
    @pytest.mark.parametrize("name", SAMPLES)
    def test_whatever_a_field_is_there_are_items_or_a_reason(self, name: str) -> None:
        kind, params = SAMPLES[name]
        for changed in _changed(json.loads(sample(f"{name}.json"))):
            body = json.dumps(changed)[:3_000_000].encode()
            try:
                found = page_of(kind, body, params={"query": WORDS, **params}).items
            except SourceError as error:
                refused = error
            else:
                for item in found:
                    promise(item)
                continue
            assert not refused.outcome.seen
            assert "Aubertin" not in str(refused)

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("body", ["[]", "null", "3", '"x"', "{", "not json", '{"a": 1}', "{}}", "[" * 100_000])
    def test_other_json_is_another_contract(self, kind: str, body: str) -> None:
        assert OutcomeKind.CONTRACT_CHANGED is self.outcome(kind, body.encode())

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_page_that_asks_for_a_person_is_no_answer(self, kind: str) -> None:
        page = "<!doctype html><title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x'></script>"

        assert OutcomeKind.BLOCKED is self.outcome(kind, page.encode())

    @pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "wikipedia"])
    def test_results_that_lost_their_address_are_not_no_results(self, kind: str) -> None:
        name = next(name for name, (of, _) in SAMPLES.items() if of == kind)
        renamed = re.sub(rb'"(url|link)":', b'"href":', sample(f"{name}.json"))

        assert OutcomeKind.CONTRACT_CHANGED is self.outcome(kind, renamed)

    def outcome(self, kind: str, body: bytes) -> OutcomeKind:
        with pytest.raises(SourceError) as refused:
            page_of(kind, body, params={"query": WORDS})
        return refused.value.outcome

    @pytest.mark.parametrize(
        ("headers", "outcome", "wait_s"),
        [
            ({"limit": "50, 0", "remaining": "0, 0", "reset": "1, 604800"}, OutcomeKind.THROTTLED, 1.0),
            ({"limit": "1, 2000", "remaining": "0, 12", "reset": "1, 604800"}, OutcomeKind.THROTTLED, 1.0),
            ({"limit": "1, 2000", "remaining": "0, 0", "reset": "1, 3600"}, OutcomeKind.QUOTA_EXHAUSTED, 3_600.0),
            ({"limit": "1, 2000", "remaining": "1, 0", "reset": ""}, OutcomeKind.QUOTA_EXHAUSTED, 86_400.0),
            ({"limit": "50", "remaining": "0", "reset": "2"}, OutcomeKind.THROTTLED, 2.0),
            ({"limit": "x, y", "remaining": "", "reset": "9" * 5_000}, None, None),
            ({"limit": ",,,,", "remaining": "0,0,0", "reset": "-1, 5"}, None, None),
            ({}, None, None),
        ],
    )
    def test_braves_rates_are_told_in_lists(
        self, headers: Mapping[str, str], outcome: OutcomeKind | None, wait_s: float | None
    ) -> None:
        told = {f"x-ratelimit-{name}": value for name, value in headers.items()}
        refused = registry.load(sources, "brave_web").refused
        error = refused(source("brave_web"), Response(429, "https://api.search.brave.com/", told, b"<html>"))

        assert (outcome, wait_s) == ((error.outcome, error.wait_s) if error else (None, None))

    @pytest.mark.parametrize("kind", ["brave_web", "searxng", "serper"])
    @pytest.mark.parametrize("status", [400, 422, 429, 403, 500])
    def test_a_refusal_is_read_whatever_its_shape(self, kind: str, status: int) -> None:
        refused = registry.load(sources, kind).refused
        for changed in _changed(json.loads(sample("brave-error-429.json")) | {"message": WORDS}):
            response = Response(status, "https://x.example/", {}, json.dumps(changed).encode())
            error = refused(source(kind), response)
            assert error is None or not error.outcome.seen
            assert error is None or "Aubertin" not in str(error)

    def test_an_option_that_a_plan_does_not_have_is_named(self) -> None:
        said = {"error": {"code": "OPTION_NOT_IN_PLAN", "meta": {}}}
        refused = registry.load(sources, "brave_web").refused
        error = refused(source("brave_web"), Response(400, "https://x.example/", {}, json.dumps(said).encode()))

        assert (OutcomeKind.CONTRACT_CHANGED, "OPTION_NOT_IN_PLAN") == (error.outcome, error.detail)

    def test_words_of_an_error_are_not_repeated(self) -> None:
        """A detail goes to logs, and an error may quote the name that was searched for (invariant I8)."""
        said = {"error": {"code": WORDS, "meta": {"errors": [{"loc": ["query", "Dr Aubertin", "q"]}]}}}
        refused = registry.load(sources, "brave_web").refused
        error = refused(source("brave_web"), Response(422, "https://x.example/", {}, json.dumps(said).encode()))

        assert "status 422 query q" == error.detail


class TestAnswers:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [(7, 7), ("7", 7), (0, 0), (True, None), (-1, None), ("²", None), (1.5, None), (None, None), ("1" * 30, None)],
    )
    def test_a_count_is_digits(self, value: object, expected: int | None) -> None:
        assert expected == count(value)

    @pytest.mark.parametrize("value", [True, 0, -1, 10**400, 1.5, None, [], "hier", "", "x" * 10_000])
    def test_what_is_no_date_is_none(self, value: object) -> None:
        assert moment(value) is None

    def test_a_document_is_read_in_the_encoding_it_is_in(self) -> None:
        for encoding in ("utf-8", "utf-8-sig", "utf-16"):
            said = Response(200, "https://x.example/", {}, '{"é": "à"}'.encode(encoding))
            assert {"é": "à"} == document(said)

    def test_reading_takes_time_in_proportion(self) -> None:
        """Two thousand results of 20,000 characters each are read; what is beyond is not looked at."""
        rows = [{"title": "x", "url": f"https://x.example/{n}", "description": "<b>é" * 60} for n in range(5_000)]
        found = answer("brave_news", {"type": "news", "query": {}, "results": rows}).items

        assert 2_000 == len(found)
        assert all(isinstance(item, Item) for item in found)
