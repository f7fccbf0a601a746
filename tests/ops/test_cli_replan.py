"""vigie practitioner replan: a key set later, for those who are enrolled already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.ops.cli import SETTINGS, Vigie
from tests.ops.test_cli_enrol import STATED, TOLD
from tests.providers.rpps import AUBERTIN, Register, serving

BRAVE = {"brave_images", "brave_news", "brave_videos", "brave_web"}
URL = "https://blog.example/feed.xml"


@pytest.fixture
def register() -> Iterator[Register]:
    with serving(Register()) as served:
        yield served


@pytest.fixture
def vigie(register: Register) -> Vigie:
    allowed = (*SETTINGS.fetch_allowlist, "blog.example")
    return Vigie(settings=replace(SETTINGS, stand_ins=(register.stand_in,), fetch_allowlist=allowed))


@pytest.fixture
def planned(vigie: Vigie) -> str:
    """Somebody enrolled before there was a key."""
    done = vigie("practitioner", "add", "--rpps", AUBERTIN, *TOLD, STATED, "--json")
    return str(done.json["practitioner_id"])


def replan(vigie: Vigie, *words: str, code: int = 0) -> Any:
    done = vigie("practitioner", "replan", *words, "--json")
    assert code == done.code, done.err
    return done.json


def kinds(vigie: Vigie, person: str) -> list[str]:
    return sorted(source["kind"] for source in vigie("source", "list", person, "--json").json)


def test_without_anything_new_nothing_is_added(vigie: Vigie, planned: str) -> None:
    before = kinds(vigie, planned)

    assert [] == replan(vigie, "--all")["added"]
    assert before == kinds(vigie, planned)
    assert "Nothing is missing" in vigie("practitioner", "replan", planned).err


def test_after_a_key_was_set_its_sources_are_added_once(vigie: Vigie, planned: str) -> None:
    before = kinds(vigie, planned)
    assert "practitioner replan --all" in vigie("key", "set", "brave", stdin="s3cret").err
    [added] = (found := replan(vigie, "--all"))["added"]

    assert (planned, BRAVE) == (added["practitioner_id"], {source["kind"] for source in added["sources"]})
    assert sorted([*before, *(source["kind"] for source in added["sources"])]) == kinds(vigie, planned)
    assert 0 < found["usd_per_month"] == added["usd_per_month"] <= SETTINGS.practitioner_usd_per_month
    assert [] == replan(vigie, "--all")["added"]


def test_a_dry_run_says_it_and_writes_nothing(vigie: Vigie, planned: str) -> None:
    vigie("key", "set", "brave", stdin="s3cret")
    before = kinds(vigie, planned)
    told = vigie("practitioner", "replan", "--all", "--dry-run").out

    assert all(kind in told for kind in BRAVE)
    assert "a month at most" in told
    assert BRAVE == {source["kind"] for source in replan(vigie, "--all", "--dry-run")["added"][0]["sources"]}
    assert before == kinds(vigie, planned)


def test_only_the_kinds_that_are_asked_for_are_added(vigie: Vigie, planned: str) -> None:
    vigie("key", "set", "brave", stdin="s3cret")
    [added] = replan(vigie, planned, "--kind", "brave_news")["added"]

    assert {"brave_news"} == {source["kind"] for source in added["sources"]}


def test_what_is_not_read_is_said_with_what_it_lacks(vigie: Vigie, planned: str) -> None:
    """A key that was not set, an address that nobody gave: that nothing is missing would be half the truth."""
    for kind, lacks in (("brave_web", "key set brave"), ("discourse", "source add"), ("bing_news", None)):
        found = replan(vigie, planned, "--kind", kind)
        assert ([], [] if lacks is None else [kind]) == (found["added"], [each["kind"] for each in found["lacking"]])
        assert lacks is None or lacks in vigie("practitioner", "replan", planned, "--kind", kind).out

    lacking = {each["kind"] for each in replan(vigie, "--all")["lacking"]}
    assert {"brave_web", "serper"} <= lacking
    assert "discourse" not in lacking, "an address is asked for where its kind is"


def test_a_source_that_another_wrote_otherwise_is_not_missing(vigie: Vigie, planned: str) -> None:
    """Who added it first gave the row its address, in their spelling."""
    engine = "https://blog.example/"
    assert replan(vigie, planned, "--searxng", engine)["added"]
    rows = vigie.store.source_rows
    for source_id, row in rows.items():
        rows[source_id] = replace(row, params={**row.params, "url": f"{engine}?utm_source=lettre"}) if row.url else row

    assert [] == replan(vigie, planned, "--searxng", engine)["added"]


def test_whoever_is_removed_meanwhile_holds_nobody_else(
    vigie: Vigie, planned: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = vigie.enrol(tmp_path)
    watch, late = vigie.store.watch, {planned: lambda *_, **__: None}
    monkeypatch.setattr(vigie.store, "watch", lambda who, *it, **how: late.get(who, watch)(who, *it, **how))
    vigie("key", "set", "brave", stdin="s3cret")

    assert [other] == [added["practitioner_id"] for added in replan(vigie, planned, other)["added"]]


def test_whoever_has_only_what_was_added_by_hand_is_left_alone_unless_named(vigie: Vigie, tmp_path: Path) -> None:
    someone = vigie.enrol(tmp_path)
    vigie("source", "add", someone, "feed", "--url", URL)
    found = replan(vigie, "--all")

    assert (1, 1, []) == (found["people"], found["added_by_hand"], found["added"])
    assert ["feed"] == kinds(vigie, someone)
    assert "Give their ids" in vigie("practitioner", "replan", "--all").err
    assert replan(vigie, someone)["added"]
    assert {"feed", "google_news"} <= set(kinds(vigie, someone))


def test_whose_name_was_found_to_be_rare_is_not_asked_for_as_if_it_were_common(vigie: Vigie, planned: str) -> None:
    """Searches of the two plans together would be paid for twice."""
    vigie("key", "set", "brave", stdin="s3cret")
    replan(vigie, planned)
    found = vigie("source", "list", planned, "--json").json
    words = {kind: {s["params"]["query"] for s in found if s["kind"] == kind} for kind in ("google_news", "brave_news")}

    assert words["google_news"] & words["brave_news"]
    assert vigie("practitioner", "add", "--rpps", AUBERTIN, *TOLD, STATED, "--json").code == 0
    assert found == vigie("source", "list", planned, "--json").json


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Say for whom"),
        (("someone", "--all"), "Say for whom"),
        (("nobody",), "No practitioner"),
        (("--all", "--kind", "bravo"), "There is no kind of source 'bravo'"),
        (("--all", "--kind", "rpps_tabular"), "There is no kind of source"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(vigie: Vigie, words: tuple[str, ...], said: str) -> None:
    assert said in replan(vigie, *words, code=2)["error"]
