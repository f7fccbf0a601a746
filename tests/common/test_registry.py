"""Kinds are files of a package, and nothing else is ever imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

from vigie import channels, registry, sources
from vigie.errors import UnknownKindError


def test_kinds_are_the_files_there_are() -> None:
    assert {"feed", "page"} <= set(registry.kinds(sources))
    assert ("email", "sms") == registry.kinds(channels)


def test_a_kind_is_loaded_by_name() -> None:
    assert "vigie.sources.feed" == registry.load(sources, "feed").__name__
    assert "vigie.channels.sms" == registry.load(channels, "sms").__name__


NO_KINDS = ["", "os", "..adapters", "..adapters.http", "feed.py", "sources.feed", "../feed", "__init__", "__pycache__"]
NO_KINDS += ["Feed", "feed ", "feed\n", "_private", "vigie.sources.feed", "é", "feed\x00"]


@pytest.mark.parametrize("kind", NO_KINDS)
def test_a_row_cannot_make_us_import_anything_else(kind: str) -> None:
    before = set(sys.modules)
    with pytest.raises(UnknownKindError, match=f"sources: {', '.join(registry.kinds(sources))}"):
        registry.load(sources, kind)
    assert before == set(sys.modules)


def test_a_source_is_no_channel() -> None:
    with pytest.raises(UnknownKindError, match="channels: email, sms"):
        registry.load(channels, "feed")


def test_nothing_is_imported_before_it_is_used() -> None:
    """Listing kinds, or reading a regular feed, costs neither lxml nor lexbor: cold starts are paid by the ms."""
    program = """
import sys
from vigie import registry, sources
registry.kinds(sources)
assert "vigie.sources.feed" not in sys.modules
feed = registry.load(sources, "feed")
from vigie.model import Source
from vigie.exchange import Response
body = b'<rss><channel><item><title>A</title><description>&lt;p&gt;x</description></item></channel></rss>'
assert 1 == len(feed.read(Source("s", "feed", {}, 60, ""), Response(200, "https://a.example/", {}, body)).items)
heavy = {"lxml.etree", "selectolax", "boto3", "httpx", "jinja2", "fastfeedparser", "dateutil"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
