"""Social networks whose answers change shape at any place: items that keep the promise, or a reason, never a defect."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.common.sources.reading import page_of
from tests.common.sources.test_contract import promise
from tests.shared import shared
from vigie import registry, sources
from vigie.errors import SourceError
from vigie.exchange import Response
from vigie.model import Source
from vigie.sources import MOST

SAMPLES = {
    "bluesky": "bluesky-search-posts.json",
    "mastodon": "mastodon-tag-timeline.json",
    "x": "x-recent-search.json",
    "reddit": "reddit-search-oauth.json",
    "youtube": "youtube-search.json",
    "youtube_comments": "youtube-comment-threads.json",
}
CASES = Path(__file__).parent / "cases"
EXPLAINED = {
    "bluesky": "bluesky-error-401.json",
    "mastodon": "mastodon-error-401.json",
    "x": "x-error-429.json",
    "youtube": "youtube-error-403.json",
}
LOGINS = {
    "bluesky": {"accessJwt": "a", "refreshJwt": "r", "active": True},
    "reddit": {"access_token": "t", "token_type": "bearer", "expires_in": 86400},
}
NUMBER = "\ue000"
"""Stands for what no encoder of JSON writes."""

HOSTILE: list[Any] = [
    None, True, False, 0, -1, 10**30, 1.5, "", " ", "x", [], {}, [None], [[]], [{}], {"a": None}, "\ud800",
    "\x00\x1b[2J", "\u202e", "javascript:alert(1)", "//[", "http://[", "&#xD800;&lt;script&gt;", "0001-01-01T00:00:00Z",
    "9" * 5_000, "x" * 20_000, f"{NUMBER}1e999", f"{NUMBER}NaN", f"{NUMBER}-Infinity", f"{NUMBER}{'9' * 5_000}",
    "at://did:plc:x/app.bsky.feed.post/", "t3_", ["text"] * 50,
]  # fmt: skip


def or_reason[T](reading: Callable[[], T]) -> T | SourceError:
    """What is read, or the error that says why it is not."""
    try:
        return reading()
    except SourceError as error:
        refusal = error
    assert not refusal.outcome.seen
    return refusal


def documents(kind: str) -> list[Any]:
    """The sample of a kind, and its richest case."""
    found = [json.loads(shared("sources", "samples", SAMPLES[kind]).read_text())] if kind in SAMPLES else []
    for case in sorted((CASES / kind).glob("*.txt")):
        if "items" in json.loads(case.with_suffix(".json").read_text()):
            try:
                found.append(json.loads(case.read_text()))
            except ValueError:
                continue
    return found


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a document, itself included."""
    yield way
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inside in below:
        yield from places(inside, (*way, name))


def with_one(value: Any, way: tuple[Any, ...], put: Any) -> Any:
    """A copy of a document with something else in one place."""
    if not way:
        return put
    changed = copy.deepcopy(value)
    inside = changed
    for name in way[:-1]:
        inside = inside[name]
    inside[way[-1]] = put
    return changed


def as_body(value: Any) -> bytes:
    """As JSON, with the numbers that Python would not write."""
    text = json.dumps(value)
    mark = json.dumps(NUMBER)[1:-1]
    for number in ("1e999", "NaN", "-Infinity", "9" * 5_000):
        text = text.replace(f'"{mark}{number}"', number)
    return text.encode()


@pytest.mark.parametrize("kind", [*SAMPLES, "bluesky_profiles"])
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_stands_anywhere_in_an_answer_it_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    document = data.draw(st.sampled_from(documents(kind)))
    way = data.draw(st.sampled_from(list(places(document))))
    body = as_body(with_one(document, way, data.draw(st.sampled_from(HOSTILE))))
    state = data.draw(st.sampled_from([{}, {"latest": "2000-01-01T00:00:00+00:00", "since_id": "1"}, {"latest": "x"}]))
    page = or_reason(lambda: page_of(kind, body, params={"query": "x", "of": "x"}, state=state))
    if isinstance(page, SourceError):
        return
    assert len(page.items) <= MOST
    for item in page.items:
        promise(item)
    for value in page.state.values():
        assert len(value) < 100


@pytest.mark.parametrize("kind", EXPLAINED)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_a_refusal_says_it_has_a_meaning(kind: str, data: st.DataObject) -> None:
    document = json.loads(shared("sources", "samples", EXPLAINED[kind]).read_text())
    way = data.draw(st.sampled_from(list(places(document))))
    body = as_body(with_one(document, way, data.draw(st.sampled_from(HOSTILE))))
    status = data.draw(st.sampled_from([400, 401, 402, 403, 404, 422, 429, 500]))
    reset = data.draw(st.sampled_from(["", "x", "9" * 400, "-1", "1e9", "0", "2099-01-01T00:00:00Z", "1795438900"]))
    names = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")
    source = Source("s1", kind, {"url": "https://mouettes.example", "query": "x"}, 60, kind)
    response = Response(status, source.url, dict.fromkeys(names, reset), body)

    refusal = registry.load(sources, kind).refused(source, response)

    assert refusal is None or not refusal.outcome.seen
    assert refusal is None or len(str(refusal)) < 100


@pytest.mark.parametrize("kind", LOGINS)
def test_whatever_a_login_answers_it_is_a_token_or_a_reason(kind: str) -> None:
    module, source = registry.load(sources, kind), Source("s1", kind, {"query": "x"}, 60, kind)
    for way in places(LOGINS[kind]):
        for put in HOSTILE:
            response = Response(200, "https://x.example/", {}, as_body(with_one(LOGINS[kind], way, put)))
            grant = or_reason(partial(module.granted, source, response))
            if not isinstance(grant, SourceError):
                assert grant.token
                assert 0 < grant.lasts_s <= 10**7


@pytest.mark.parametrize("kind", [*SAMPLES, "bluesky_profiles"])
def test_ten_thousand_records_are_read_in_bounds(kind: str) -> None:
    """Linear in the size of the body, and `MOST` items of it at most."""
    document = documents(kind)[0]
    [(way, listed)] = [
        (way, inside)
        for way in places(document)
        if isinstance(inside := at(document, way), list) and inside and isinstance(inside[0], dict)
    ][:1]
    page = page_of(kind, as_body(with_one(document, way, listed * 10_000)), params={"query": "x", "of": "x"})

    assert 0 < len(page.items) <= MOST


def at(value: Any, way: tuple[Any, ...]) -> Any:
    for name in way:
        value = value[name]
    return value
