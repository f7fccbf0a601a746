"""The 49 hostile bodies of the collection: verdict, items, seconds, memory, and what each must or must not show."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import pytest

from tests.shared import shared

Read = dict[str, Any]


def cases() -> list[dict[str, Any]]:
    return [json.loads(line) for line in shared("hostile", "xml", "small", "manifest.jsonl").read_text().splitlines()]


@cache
def reads() -> dict[str, Read]:
    folder = shared("hostile", "xml", "small")
    files = [str(folder / case["file"]) for case in cases()]
    command = [sys.executable, "-m", "tests.common.sources.probe", "feed", *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return {read["file"]: read for read in map(json.loads, done.stdout.splitlines())}


def titles(read: Read) -> list[str]:
    return [item["title"] for item in read["items"]]


def shown(read: Read) -> str:
    return "\n".join(f"{item['title']}\n{item['text']}\n{item['url']}" for item in read.get("items", ()))


def starts(*expected: str) -> Callable[[Read], bool]:
    return lambda read: list(expected) == titles(read)[: len(expected)]


MUST: dict[str, Callable[[Read], bool]] = {
    "billion_laughs.xml": lambda read: len(shown(read)) < 10_000_000,
    "quadratic_blowup.xml": lambda read: len(shown(read)) < 10_000_000,
    "external_dtd.xml": starts("Dr Camille Testard item 1"),
    "bare_ampersand.xml": starts("Dr Camille Testard R&D AT&T 1"),
    "truncated_mid_item.xml": lambda read: not read["whole"] and len(titles(read)) == 2,
    "truncated_mid_tag.xml": lambda read: not read["whole"],
    "enc_iso8859-15.xml": starts("Dr Hélène Müller 1"),
    "enc_koi8-r.xml": starts("Доктор Иванов 1"),
    "enc_declared_utf8_is_latin1.xml": starts("Dr Hélène Testard 1"),
    "enc_declared_utf16_is_utf8.xml": lambda read: "Dr Camille Testard" in titles(read)[0],
    "invalid_utf8.xml": lambda read: titles(read)[0].startswith("Dr Camille Testard"),
    "overlong_utf8.xml": lambda read: "<" not in shown(read),
    "null_bytes.xml": starts("Dr Camille Testard item 1"),
    "control_chars.xml": starts("Dr Camille Testard 1"),
    "cdata_nested.xml": lambda read: "Dr Camille Testard item 1" in titles(read)[0],
    "html_captcha_page.html": lambda read: read["outcome"] == "blocked",
    "html_login_page.html": lambda read: read["outcome"] == "not_a_feed",
    "relative_links.xml": lambda read: read["items"][0]["url"] == "https://site.example/a/b?x=1",
    "date_fr.xml": lambda read: read["items"][0]["date"] != "None",
    "date_year0.xml": lambda read: read["items"][0]["date"] == "None",
    "date_huge.xml": lambda read: read["items"][0]["date"] == "None",
    "atom_xhtml_script.xml": lambda read: "script" not in shown(read).lower() and "alert" not in shown(read),
    "name_near_miss_flood.xml": lambda read: len(titles(read)) == 2_000,
    "gzip_inside.xml.gz": starts("Dr Camille Testard item 1"),
}
"""What the manifest's `must` asks of single files, where it can be seen in what was read."""

_FORBIDDEN = re.compile(r"root:|AWS_|169\.254\.169\.254|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]|<script")


def names() -> Sequence[str]:
    return [case["file"] for case in cases()]


@pytest.mark.parametrize("case", cases(), ids=names())
def test_a_hostile_body_does_what_the_manifest_says(case: dict[str, Any]) -> None:
    read = reads()[case["file"]]
    assert read["verdict"] in ({"ok", "error"} if case["verdict"] == "either" else {case["verdict"]}), read
    if read["verdict"] == "ok":
        assert len(read["items"]) >= (case["min_items"] or 0)
    assert read["seconds"] < case["max_seconds"]
    assert read["rss_mb"] < case["max_rss_mb"]


@pytest.mark.parametrize("name", names())
def test_a_hostile_body_shows_nothing_it_should_not(name: str) -> None:
    assert _FORBIDDEN.search(shown(reads()[name])) is None


@pytest.mark.parametrize("name", sorted(MUST))
def test_a_hostile_body_shows_what_it_must(name: str) -> None:
    assert MUST[name](reads()[name]), reads()[name]


def test_every_case_was_read() -> None:
    assert 49 == len(reads()) == len(cases())
