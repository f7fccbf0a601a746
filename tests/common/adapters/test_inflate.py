"""Bodies are unpacked within bounds, whatever they are cut into and whatever they claim."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.adapters.inflate import Body
from vigie.errors import FetchError
from vigie.model import OutcomeKind

LIMIT = 100_000
TEXT = b"<item>Dr Camille Testard</item>" * 100


def unpacked(data: bytes, coding: str = "gzip", *, by: int = 1_000_000) -> bytes:
    """The body that arrives as `data`, `by` bytes at a time."""
    body = Body(coding, LIMIT)
    for at in range(0, len(data), by):
        body.feed(data[at : at + by])
    return body.finish()


def failure(data: bytes, coding: str = "gzip", *, by: int = 1_000_000) -> OutcomeKind:
    with pytest.raises(FetchError) as failed:
        unpacked(data, coding, by=by)
    return failed.value.outcome


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5), st.integers(1, 50))
def test_it_does_not_matter_how_a_body_is_cut_up(members: list[bytes], by: int) -> None:
    packed = b"".join(gzip.compress(member) for member in members)

    assert b"".join(members) == unpacked(packed, by=by)


@given(st.binary(max_size=400), st.integers(1, 50))
def test_junk_is_unpacked_or_refused_never_more(data: bytes, by: int) -> None:
    with suppress(FetchError):
        assert len(unpacked(data, by=by)) <= LIMIT


@given(st.integers(1, len(gzip.compress(TEXT)) - 1), st.integers(1, 50))
def test_a_body_cut_anywhere_is_no_body(end: int, by: int) -> None:
    assert OutcomeKind.UNREACHABLE is failure(gzip.compress(TEXT)[:end], by=by)


@pytest.mark.parametrize("by", [1, 7, 1_000_000])
@pytest.mark.parametrize("padding", [b"\0" * 100, b"junk" * 100, b"\r\n"])
def test_padding_after_the_last_member_is_let_go_by(padding: bytes, by: int) -> None:
    assert TEXT == unpacked(gzip.compress(TEXT) + padding, by=by)


def test_an_empty_body_needs_no_unpacking() -> None:
    assert b"" == unpacked(b"")


@pytest.mark.parametrize("coding", ["", "identity", " Identity , ", ",,"])
def test_a_body_that_is_not_packed_is_kept_as_it_is(coding: str) -> None:
    assert TEXT == unpacked(TEXT, coding)


_WORDS = """
none None null off false text plain binary 7bit 8bit UTF-8 utf8 iso-8859-1 windows-1252 us-ascii charset=utf-8 "utf-8"
no text/html text/xml;charset=utf-8 application/rss+xml
"""


@pytest.mark.parametrize("word", _WORDS.split())
def test_a_word_that_names_no_coding_says_nothing_of_the_body(word: str) -> None:
    """Servers misled into one (`AddEncoding UTF-8 .xml`) are read by every browser."""
    assert TEXT == unpacked(TEXT, word)
    assert TEXT == unpacked(gzip.compress(TEXT), f"gzip, {word}")
    assert OutcomeKind.TOO_LARGE is failure(b"x" * (LIMIT + 1), word)


_CODINGS = """
br zstd deflate compress x-compress dcb dcz exi aes128gcm pack200-gzip bzip2 lzma sdch zlib base64 quoted-printable
x-foo gzip;q=1 chunked aws-chunked
"""


@pytest.mark.parametrize(
    "coding", [*_CODINGS.split(), "gzip, gzip", "gzip, br", "none, br", "utf-8, gzip, gzip", ", ".join(["gzip"] * 500)]
)
def test_a_coding_nobody_asked_for_is_refused_before_a_byte_is_read(coding: str) -> None:
    with pytest.raises(FetchError):
        Body(coding)


@pytest.mark.parametrize("coding", ["gzip", ""])
def test_the_bound_is_exact(coding: str) -> None:
    fits, exceeds = (gzip.compress(b"x" * n) if coding else b"x" * n for n in (LIMIT, LIMIT + 1))

    assert LIMIT == len(unpacked(fits, coding))
    assert OutcomeKind.TOO_LARGE is failure(exceeds, coding)


def test_what_unpacks_to_little_is_bounded_as_sent() -> None:
    assert OutcomeKind.TOO_LARGE is failure(gzip.compress(TEXT) + b"\0" * LIMIT, by=1_000)


def test_members_are_counted() -> None:
    """An empty one is 20 bytes on the wire and costs as much as a big one."""
    assert OutcomeKind.TOO_LARGE is failure(b"".join(gzip.compress(b"") for _ in range(1_001)))


def test_a_bomb_costs_no_more_memory_than_a_body() -> None:
    """261 KB on the wire, 268 MB unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(256)) + packer.flush()
    tracemalloc.start()
    try:
        assert OutcomeKind.TOO_LARGE is failure(bomb[: LIMIT - 1])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 10 * LIMIT
