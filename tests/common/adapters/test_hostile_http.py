"""The badly behaved server, route by route, through the real fetcher, the real feed reader and a whole scan."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import ListOutbox, MemoryStore
from tests.ledger import access_of, silent
from tests.shared import shared
from vigie import identity
from vigie.adapters.http import HttpFetcher, Limits
from vigie.model import Job, OutcomeKind, Practitioner, Source
from vigie.record import Recorder
from vigie.scan import Outcome, Scanner

SERVER = shared("hostile", "http", "hostile_server.py")
ROUTES = [json.loads(line) for line in shared("hostile", "http", "routes.jsonl").read_text().splitlines()]
CAMILLE = Practitioner("pcamille", "Dr", ("Camille",), ("Testard",), "dermatologue", "Besançon", "25000")
HURRIED = Limits(connect_s=1.0, read_s=1.5, total_s=2.5)
"""Production waits 20 s for what these routes never end; what ends it is the same."""

DEFAULTS: dict[str, Callable[[Outcome], bool]] = {
    "ok": lambda o: o.kind is OutcomeKind.OK,
    "ok:3 items": lambda o: o.kind is OutcomeKind.OK and o.items == 3,
    "error": lambda o: not o.kind.seen,
    "error:any": lambda o: not o.kind.seen,
    "error:blocked": lambda o: o.kind is OutcomeKind.BLOCKED and o.detail.startswith("gate"),
    "error:blocked-by-site": lambda o: o.kind is OutcomeKind.BLOCKED and o.detail.startswith("status"),
    "error:empty": lambda o: o.kind is OutcomeKind.NOT_A_FEED,
    "error:encoding": lambda o: (o.kind, o.detail) == (OutcomeKind.UNREACHABLE, "content coding"),
    "error:not-a-feed": lambda o: o.kind is OutcomeKind.NOT_A_FEED,
    "error:permanent": lambda o: o.kind in (OutcomeKind.GONE, OutcomeKind.BLOCKED),
    "error:permanent after N": lambda o: o.kind is OutcomeKind.GONE,
    "error:redirects": lambda o: (o.kind, o.detail) == (OutcomeKind.UNREACHABLE, "too many redirects"),
    "error:timeout": lambda o: o.kind is OutcomeKind.UNREACHABLE and o.detail in ("deadline", "read timeout"),
    "error:too-large": lambda o: o.kind is OutcomeKind.TOO_LARGE,
    "retry-later": lambda o: o.kind in (OutcomeKind.THROTTLED, OutcomeKind.UNREACHABLE) and o.until is not None,
}
"""What each word of the collection means to us; `X or Y` is either."""

TOLD_LATER = {"/conditional", "/etag-lies", "/flap", "/guid-churn", "/link-churn", "/title-edit", "/window"}
"""Routes that need several reads to show what they are."""


class Watch:
    """One source of the hostile server, scanned as often as a test likes, on a clock of its own."""

    def __init__(self, port: int, route: str) -> None:
        self.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
        self.store = MemoryStore(clock=lambda: self.now)
        url = f"http://127.0.0.1:{port}{route}"
        self.source_id = identity.source_id("feed", {"url": url})
        self.store.enrol(CAMILLE, [], "hash")
        self.store.watch("pcamille", Source(self.source_id, "feed", {"url": url}, 60, identity.host_of(url)))
        fetcher = HttpFetcher(contact="https://vigie.example/robot", allowlist=["127.0.0.1"], limits=HURRIED)
        recorder = Recorder(self.store, ListOutbox(), timedelta(days=90))
        self.scanner = Scanner(self.store, recorder, fetcher, access_of(lambda: self.now), silent(), lambda: self.now)

    def scan(self, after: timedelta = timedelta(hours=7)) -> Outcome:
        self.now += after
        return asyncio.run(self.scanner.scan(Job((self.source_id,), forced=True))).outcomes[self.source_id]

    @property
    def titles(self) -> list[str]:
        return sorted(mention.title for mention in self.store.mentions("pcamille"))

    @property
    def source(self) -> Source:
        return self.store.source_rows[self.source_id]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The server, on a port of its own; it ends by itself if we do not."""
    command = [sys.executable, str(SERVER), "--port", "0", "--seconds", "300"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline().removeprefix("PORT="))
        finally:
            server.kill()


@pytest.mark.parametrize("route", [r for r in ROUTES if r["path"] not in TOLD_LATER], ids=lambda r: r["path"])
def test_each_route_has_its_outcome(port: int, route: dict[str, Any]) -> None:
    watch = Watch(port, route["path"])
    began, grown = time.monotonic(), Growth()

    outcome = watch.scan()

    assert any(DEFAULTS[word](outcome) for word in route["outcome"].split(" or ")), outcome
    # What was read whole takes the time to judge it too; what stalls ends at the deadline.
    most_s = route["max_seconds"] if outcome.kind.seen else min(route["max_seconds"], HURRIED.total_s + 1)
    assert time.monotonic() - began < most_s
    assert grown.megabytes() <= route["max_rss_growth_mb"]
    if not outcome.kind.seen:
        assert watch.source.cursor.etag is None
        assert watch.source.cursor.not_before is not None
        assert watch.now < watch.source.cursor.not_before <= watch.now + timedelta(hours=24)


def test_the_collection_is_whole() -> None:
    assert len(ROUTES) >= 81
    assert {route["path"] for route in ROUTES} > TOLD_LATER


def test_a_404_is_gone_however_often_it_is_asked(port: int) -> None:
    watch = Watch(port, "/404")

    assert [OutcomeKind.GONE] * 3 == [watch.scan().kind for _ in range(3)]
    assert 3 == watch.source.health.failures


def test_a_304_nobody_asked_for_leaves_nothing_behind(port: int) -> None:
    watch = Watch(port, "/304-unasked")

    assert [OutcomeKind.UNREACHABLE] * 2 == [watch.scan().kind for _ in range(2)]
    assert (None, None) == (watch.source.cursor.etag, watch.source.cursor.full_read_at)


def test_a_source_that_did_not_change_is_not_modified(port: int) -> None:
    watch = Watch(port, "/conditional")

    assert [OutcomeKind.OK, OutcomeKind.NOT_MODIFIED] == [watch.scan().kind for _ in range(2)]


def test_a_source_that_lies_about_change_is_found_out_within_a_day(port: int) -> None:
    """It answers 304 for ever; the daily read without validators sees what it hides."""
    watch = Watch(port, "/etag-lies")
    for _ in range(5):
        watch.scan(timedelta(hours=8))

    assert 4 == len(watch.titles)


def test_an_etag_of_100_kb_is_not_kept(port: int) -> None:
    watch = Watch(port, "/etag-evil")

    assert 3 == watch.scan().items
    assert watch.source.cursor.etag is None


@pytest.mark.parametrize("route", ["/guid-churn", "/link-churn", "/title-edit"])
def test_what_a_source_renames_stays_the_same(port: int, route: str) -> None:
    watch = Watch(port, route)

    assert [OutcomeKind.OK] * 4 == [watch.scan().kind for _ in range(4)]
    assert 3 == len(watch.titles)


def test_a_source_that_comes_and_goes_is_told_once(port: int) -> None:
    watch = Watch(port, "/flap")
    kinds = [watch.scan().kind for _ in range(4)]

    assert {OutcomeKind.OK, OutcomeKind.NOT_MODIFIED} >= set(kinds[1::2])
    assert [OutcomeKind.UNREACHABLE] * 2 == kinds[::2]
    assert 3 == len(watch.titles)


def test_a_sliding_window_loses_nothing_while_it_overlaps(port: int) -> None:
    watch = Watch(port, "/window")
    for _ in range(4):
        watch.scan()

    assert 10 + 3 * 5 == len(watch.titles)
    assert watch.source.health.gap_at is None


def test_a_window_that_slid_too_far_is_a_gap_that_is_said(port: int) -> None:
    watch = Watch(port, "/window")
    watch.scan()
    for _ in range(3):  # others read it meanwhile
        Watch(port, "/window").scan()
    watch.scan()

    assert watch.now == watch.source.health.gap_at


class Growth:
    """How much more memory this process held, at its highest, than when this was made (Linux; elsewhere nothing)."""

    def __init__(self) -> None:
        self._reset = Path("/proc/self/clear_refs")
        if self._reset.exists():
            self._reset.write_text("5")
            self._before = self._peak()

    def megabytes(self) -> float:
        return (self._peak() - self._before) / 1024 if self._reset.exists() else 0.0

    def _peak(self) -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
