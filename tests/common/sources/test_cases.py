"""Documents with what is to be read of them written beside: cases/<kind>/<case>.<any> and <case>.json.

Adding a case needs no Python. In the JSON: `items`, field by field where it is not empty (`published_at` in ISO 8601),
or `outcome`, the word for why there are none (with `wait_s` or `until` where the answer said so); and, where they
matter, `url`, `status`, `headers`, `content_type`, `params`, `state` before; and `left`, the state after, `whole`,
`spent`, and `following`, the addresses to be read next.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.common.sources.reading import URL, page_of
from tests.common.sources.test_contract import promise
from vigie import registry, sources
from vigie.errors import SourceError
from vigie.model import Item

CASES = Path(__file__).parent / "cases"
FOUND = sorted(path for path in CASES.glob("*/*.json") if path.parent.name != "mutated")
LEAST = 3
TESTED_OTHERWISE = {"feed", "page"}
"""Kinds older than this way of writing cases: theirs are in test_feed*.py, test_page*.py and real-sources.json."""


def seen(item: Item) -> dict[str, Any]:
    """An item as the cases write it."""
    facts = item._asdict() | {"published_at": item.published_at and item.published_at.isoformat()}
    return {name: value for name, value in facts.items() if value not in ("", None)}


def read(case: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is expected of a case, and what came of it."""
    told = json.loads(case.read_text())
    [document] = [path for path in case.parent.glob(f"{case.stem}.*") if path != case]
    try:
        page = page_of(
            case.parent.name,
            document.read_bytes(),
            told.pop("content_type", ""),
            told.pop("url", URL),
            params=told.pop("params", None),
            state=told.pop("state", None),
            status=told.pop("status", 200),
            headers=told.pop("headers", None),
        )
    except SourceError as error:
        when = {"wait_s": error.wait_s, "until": error.until and error.until.isoformat()}
        return told, {"outcome": error.outcome.value, **{name: told_ for name, told_ in when.items() if told_}}
    for item in page.items:
        promise(item)
    whole = {} if page.whole else {"whole": False}
    following = {"following": [request.url for request in page.following]} if page.following else {}
    spent = {} if page.spent is None else {"spent": page.spent}
    left = {"left": dict(page.state)} if page.state and "left" in told else {}
    return told, {"items": [seen(item) for item in page.items], **whole, **following, **spent, **left}


@pytest.mark.parametrize("case", FOUND, ids=[f"{path.parent.name}-{path.stem}" for path in FOUND])
def test_a_document_is_read_as_is_written_beside_it(case: Path) -> None:
    expected, found = read(case)

    assert expected == found


def test_every_kind_has_cases_of_its_own() -> None:
    counted = {kind: sum(path.parent.name == kind for path in FOUND) for kind in registry.kinds(sources)}

    assert {} == {kind: n for kind, n in counted.items() if n < LEAST and kind not in TESTED_OTHERWISE}
