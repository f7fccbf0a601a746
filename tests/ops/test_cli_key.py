"""vigie key: keys go in and never come out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ops import asking
from ops.catalogue import page
from ops.local.embedded import ROOT
from tests.conftest import NOW
from tests.ops.cli import Vigie
from vigie import registry, sources
from vigie.budget import MICRO
from vigie.model import Provider

KEY = "BSA-fictif-0123456789"
BRAVE = Provider("plaque", {"brave": "a subscription token"}, price=5_000, per_day=100)


@pytest.fixture
def brave(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind that needs a key."""
    monkeypatch.setattr(registry.load(sources, "bing_news"), "PROVIDER", BRAVE, raising=False)


def test_a_key_from_stdin_is_kept_without_its_line_end_and_not_printed(brave: None) -> None:
    vigie = Vigie()
    done = vigie("key", "set", "brave", stdin=f"{KEY}\n")

    assert (0, {"brave": KEY}) == (done.code, vigie.keys.kept)
    assert KEY not in done.out + done.err
    assert "bing_news, brave_images" in done.err


@pytest.mark.parametrize(
    ("name", "value"), [("Brave!", KEY), ("../x", KEY), ("brave", ""), ("brave", "a\nb"), ("brave", "clé")]
)
def test_what_is_no_name_or_no_key_is_refused_in_a_sentence_that_does_not_quote_the_key(name: str, value: str) -> None:
    vigie = Vigie()
    done = vigie("key", "set", name, stdin=value)

    assert (2, {}) == (done.code, vigie.keys.kept)
    assert not value or value not in done.err


def test_keys_are_listed_by_name_with_those_that_are_missing(brave: None) -> None:
    vigie = Vigie()
    vigie.keys.put("mien", KEY)
    listed = {row["name"]: row for row in vigie("key", "list", "--json").json}

    assert "2026-11-23T13:16:40Z" == listed["mien"]["set_at"]
    assert (None, "bing_news") == (listed["brave"]["set_at"], listed["brave"]["kinds"][0])
    assert KEY not in vigie("key", "list").out


def test_a_key_is_removed_once() -> None:
    vigie = Vigie()
    vigie.keys.put("brave", KEY)

    assert [0, 2] == [vigie("key", "remove", "brave").code for _ in range(2)]


def test_status_shows_what_a_service_cost_and_says_when_its_budget_is_spent(brave: None) -> None:
    vigie = Vigie()
    for period, amount in (("2026-11", 5 * MICRO - 4_999), ("2026-11-23", 3)):
        vigie.ledger.spend("plaque", period, amount, limit=10 * MICRO, expires_at=NOW + timedelta(days=40))
    report = vigie("status", "--json").json

    assert [("2026-11-23", 3, 100, False), ("2026-11", 5, 5, True)] == [
        (one["period"], one["spent"], one["limit"], one["over"]) for one in report["spending"]
    ]
    assert [problem for problem in report["problems"] if "budget of plaque is spent" in problem]


def test_a_service_nobody_asked_is_not_in_the_status(brave: None) -> None:
    assert [] == Vigie()("status", "--json").json["spending"]


def test_a_kind_may_not_be_read_more_often_than_it_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry.load(sources, "bing_news"), "RHYTHM", sources.Rhythm(1440, 360), raising=False)
    asked = asking.source("bing_news", None, ["query=x"], None, ())

    assert 1440 == asked.cadence
    with pytest.raises(asking.InputError, match="every 6h at most"):
        asking.source("bing_news", None, ["query=x"], 60, ())


def test_the_page_of_sources_says_what_the_kinds_say() -> None:
    """`python -m ops.catalogue > docs/sources.md` makes it again."""
    assert page() == (ROOT / "docs/sources.md").read_text()
