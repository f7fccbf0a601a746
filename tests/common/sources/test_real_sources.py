"""What real software served, with what a person would see in it written beside: cases/real-sources.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.common.sources.reading import page_of
from tests.shared import shared
from vigie.errors import SourceError
from vigie.model import Item

CASES = json.loads((Path(__file__).parent / "cases" / "real-sources.json").read_text())


def outcome(kind: str, case: dict[str, Any]) -> Any:
    """Items, or the word for what is wrong."""
    try:
        page = page_of(kind, shared("real-sources", *case["file"].split("/")).read_bytes(), case["content_type"])
    except SourceError as error:
        return error.outcome.value
    assert page.whole
    return page.items


def seen(item: Item) -> dict[str, str]:
    """An item as the cases write it."""
    facts = {
        "title": item.title,
        "url": item.url,
        "native_id": item.native_id,
        "published_at": item.published_at and item.published_at.isoformat(timespec="seconds"),
        "author": item.author,
        "kind": item.kind,
        "context": item.context,
        "text_starts": item.text.split("\n")[0][:30],
    }
    return {name: value for name, value in facts.items() if value}


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_a_saved_answer_is_read_as_a_feed_as_a_person_would(case: dict[str, Any]) -> None:
    found = outcome("feed", case)
    assert case["feed"] == (found if isinstance(found, str) else [seen(item) for item in found])


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_a_saved_answer_is_read_as_a_page_when_it_is_one(case: dict[str, Any]) -> None:
    found = outcome("page", case)
    assert case["page"] == (found if isinstance(found, str) else len(found))


def test_every_saved_answer_has_its_case() -> None:
    folder = shared("real-sources")
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    saved = {name for name in files if not name.endswith((".headers", "README.md"))}
    assert saved == {case["file"] for case in CASES}
