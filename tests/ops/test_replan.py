"""What is missing of somebody's plan: told from what is read for them, and by nothing but what that reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ops.handsoff import Means
from ops.replan import addition
from tests.common.people import VANDERMARCK
from vigie.model import Source

ENGINE = "http://127.0.0.1:8888/"
KEYLESS = Means(engine=ENGINE, allowlist=("127.0.0.1",))
KEYED = replace(KEYLESS, keys=("brave",))


def enrolled(*, common: bool) -> list[Source]:
    """What was planned for her before there was a key."""
    return [planned.source for planned in KEYLESS.plan(VANDERMARCK, common=common).sources]


@pytest.mark.parametrize("common", [True, False])
def test_what_is_added_asks_for_a_name_as_what_is_read_already_does(common: bool) -> None:
    found = addition(VANDERMARCK, enrolled(common=common), KEYED)
    wanted = [each for each in KEYED.plan(VANDERMARCK, common=common).sources if each.source.kind.startswith("brave")]

    assert wanted
    assert tuple(wanted) == found.planned


def test_a_name_of_which_nothing_is_known_is_taken_to_be_common() -> None:
    """Nothing of a plan is read for her: what is asked for alone would bring in everybody of that name."""
    found = addition(VANDERMARCK, [], KEYED)

    assert KEYED.plan(VANDERMARCK, common=True).sources == found.planned
    assert not found.was_planned


def test_a_source_is_known_by_what_it_reads_and_not_by_its_row() -> None:
    """One with many watchers has several rows; and a store gives parameters back in an order of its own."""
    rows = [
        replace(source, source_id=f"{source.source_id}-2", params=dict(reversed(source.params.items())))
        for source in (planned.source for planned in KEYED.plan(VANDERMARCK).sources)
    ]

    assert any(len(row.params) > 1 for row in rows)
    assert () == addition(VANDERMARCK, rows, KEYED).planned


def test_its_price_is_that_of_all_that_is_added() -> None:
    found = addition(VANDERMARCK, enrolled(common=False), KEYED)

    assert 1 < len({each.source.source_id for each in found.planned if each.price})
    assert KEYED.plan(VANDERMARCK).price - KEYLESS.plan(VANDERMARCK).price == found.price
