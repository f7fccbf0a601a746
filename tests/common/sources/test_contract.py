"""What every kind of source promises, whoever wrote it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.common.sources.reading import items_of
from vigie import registry, sources
from vigie.errors import SourceError
from vigie.exchange import Request
from vigie.model import Cursor, Item, Source
from vigie.sources import MOST, Param

KINDS = registry.kinds(sources)
CASES = Path(__file__).parent / "cases"

every_kind = pytest.mark.parametrize("kind", KINDS)

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def promise(item: Item) -> None:
    """What `sources` says of every item."""
    assert re.fullmatch(r"(?:https?://[^\s<>\"]+)?", item.url, re.IGNORECASE)
    for text in (item.url, item.title, item.text, item.native_id or "", item.author or "", item.context):
        assert _CONTROLS.search(text) is None
        text.encode()
    assert "\n" not in item.title
    assert item.rating is None or 0 <= item.rating <= 5
    assert item.published_at is None or item.published_at.tzinfo is UTC
    assert item.native_id != ""


def items_or_reason(kind: str, body: bytes, declared: str = "") -> Sequence[Item] | SourceError:
    """Items that keep the promise, or the error that says why there are none."""
    try:
        found = items_of(kind, body, declared, "http://127.0.0.1:8097/feed.xml")
    except SourceError as error:
        refusal = error
    else:
        for item in found:
            promise(item)
        return found
    assert not refusal.outcome.seen
    assert refusal.outcome.value in str(refusal)
    return refusal


@every_kind
def test_a_kind_says_what_it_is_and_what_it_is_told(kind: str) -> None:
    module = registry.load(sources, kind)
    first = inspect.getdoc(module).splitlines()[0]
    assert first.endswith(".")
    assert module.PARAMS
    assert all(isinstance(param, Param) and param.meaning for param in module.PARAMS.values())
    assert module.ROBOTS in (True, False)


@every_kind
def test_a_request_is_made_of_the_source_alone(kind: str) -> None:
    params = dict.fromkeys(registry.load(sources, kind).PARAMS, "https://site.example/x")
    request = registry.load(sources, kind).request(Source("s1", kind, params, 60, "site.example"), Cursor())
    assert isinstance(request, Request)
    assert request.url.startswith("https://")
    assert not {"if-none-match", "if-modified-since"} & {name.lower() for name in request.headers}


_BITS = [
    "<rss>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<link>", "</link>", "<entry>", "</entry>",
    '<feed xmlns="http://www.w3.org/2005/Atom">', "<![CDATA[", "]]>", "<!--", "-->", "&lt;", "&amp;", "&#0;",
    "&#xD800;", "&#99999999999;", "&#x1b;", "&nope;", "<!DOCTYPE x [", "<!ENTITY a 'b'>", "]>",
    "<?xml version='1.0'?>", "<p>", "</p>", '<div class="comment" id="c1">', "</div>", "<li>", "<a href='", "'>",
    "https://a.example/", "http://[", "\x00", "\x1b[2J", "\ud800", "\u202e", "\ufeff", "\x85", "★★★", "4/5",
    "<script>", "</script>", "<table><tr><td>", '{"items": [', "]}", "é", "Mon, 99 Foo 2026 99:99:99 +9999",
    "<pubDate>", "</pubDate>", "<guid isPermaLink='false'>", "</guid>", " ", "\n", "<", ">",
]  # fmt: skip


def _documents() -> st.SearchStrategy[bytes]:
    return st.one_of(
        st.binary(max_size=300),
        st.lists(st.sampled_from(_BITS), max_size=40).map(lambda bits: "".join(bits).encode("utf-8", "surrogatepass")),
        st.lists(st.sampled_from(_BITS), max_size=20).map(lambda bits: "".join(bits).encode("utf-16", "surrogatepass")),
    )


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    body=_documents(),
    declared=st.sampled_from(["", "text/html", "text/xml; charset=iso-8859-1", "x; charset=utf-7", "\x00"]),
)
def test_any_body_is_read_or_refused_with_a_reason(body: bytes, declared: str) -> None:
    """All kinds are given the same: making bodies up costs more than reading them."""
    for kind in KINDS:
        note(kind)
        found = items_or_reason(kind, body, declared)
        assert isinstance(found, SourceError) or len(found) <= MOST


def _wholes() -> Iterator[bytes]:
    for path in sorted((CASES / "mutated").iterdir()):
        yield path.read_bytes()


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_document_broken_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    """Cut, doubled or altered at any place: a body is never trusted to be well-formed."""
    whole = data.draw(st.sampled_from(list(_wholes())))
    start, end = sorted((data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, len(whole)))))
    broken = (
        whole[:start]
        + data.draw(st.sampled_from([b"", b"<", b"&", b"\x00", b"]]>", b"\xff", whole[start:end] * 2]))
        + whole[end:]
    )
    for kind in KINDS:
        note(kind)
        items_or_reason(kind, broken)


@every_kind
def test_reading_twice_gives_the_same(kind: str) -> None:
    for whole in _wholes():
        try:
            first = items_of(kind, whole)
        except SourceError:
            continue
        assert list(first) == list(items_of(kind, whole))
