"""Scan dies before or after every call it makes of the store and the queue, is run again, and nothing is lost.

The calls are numbered in a run without faults; each is then broken in turn, both ways: the process dies (`Crash`),
or the reply is lost (`StoreError`). What must hold afterwards is invariant I1 (every matching item has exactly one
mention), I6 (the cursor never runs ahead of the mentions) and I2's half of it (nothing pending is out of the
sweep's sight).
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from tests.common.scanning import ALICE, ALICE_POST, BORIS, BORIS_POST, OTHER, World, feed
from tests.fakes import Crash, Faults
from tests.ledger import access_of, silent
from vigie.errors import StoreError
from vigie.model import Job, MentionStatus
from vigie.plan import Planner
from vigie.record import Recorder
from vigie.scan import Scanner

FIRST = feed(OTHER, ALICE_POST)
SECOND = feed(OTHER, ALICE_POST, BORIS_POST, (f"Encore {ALICE_POST[0]}", ALICE_POST[1]))


def world() -> World:
    """Two practitioners past their baseline, and two new posts waiting to be read."""
    made = World(ALICE, BORIS)
    made.serve(FIRST)
    made.scan()
    made.serve(SECOND)
    return made


def run(made: World, faults: Faults) -> None:
    """One job by a scanner whose every port may break; dying is fine, forgetting is not."""
    store = faults.wrap(made.store)
    recorder = Recorder(store, faults.wrap(made.outbox), timedelta(days=90))
    scanner = Scanner(store, recorder, made.web, access_of(lambda: made.now), silent(), lambda: made.now)
    made.now += timedelta(hours=1)
    with suppress(Crash, StoreError):
        asyncio.run(scanner.scan(Job((made.source_id,))))


def calls() -> int:
    counted = Faults()
    run(world(), counted)
    return len(counted.calls)


def assert_all_is_told(made: World) -> None:
    """Every new post has one mention, pending and pointed at or due; the cursor agrees."""
    assert [MentionStatus.BASELINE, MentionStatus.PENDING] == sorted(made.statuses(ALICE))
    assert [MentionStatus.PENDING] == made.statuses(BORIS)
    Planner(made.store, made.outbox).tick(made.now + timedelta(hours=1))
    pointed = {(pointer.practitioner_id, pointer.mention_id) for pointer in made.outbox.pointers}
    assert {"palice", "pboris"} == {practitioner_id for practitioner_id, _ in pointed}


def test_a_scan_without_faults_makes_the_calls_we_think_it_makes():
    counted = Faults()
    run(world(), counted)

    assert [
        "sources",
        "practitioners",
        "practitioners",
        "put_or_find",
        "put_or_find",
        "send_pointers",
        "save_cursor",
    ] == (counted.calls)


@pytest.mark.parametrize("error", [Crash, lambda: StoreError("lost reply")], ids=["crash", "lost reply"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(1, calls() + 1))
def test_a_fault_at_any_call_then_a_retry_loses_nothing_and_tells_nothing_twice(at, when, error):
    made = world()

    run(made, Faults(at, when, error))
    run(made, Faults())

    assert_all_is_told(made)


@pytest.mark.parametrize("first", range(1, calls() + 1))
@pytest.mark.parametrize("second", range(1, calls() + 1))
def test_two_crashes_in_two_runs_then_a_retry_lose_nothing_either(first, second):
    made = world()

    run(made, Faults(first, "after"))
    run(made, Faults(second, "before"))
    run(made, Faults())

    assert_all_is_told(made)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(1, calls() + 1))
def test_the_cursor_never_runs_ahead_of_the_mentions(at, when):
    """I6: at whatever call it dies, either the cursor is the old one or everything is recorded."""
    made = world()
    before = made.source.cursor

    run(made, Faults(at, when))

    recorded = 3 == len(made.store.mention_rows)
    assert recorded or before == made.source.cursor


@pytest.mark.parametrize("at", range(1, calls() + 1))
def test_a_job_delivered_twice_at_once_is_harmless(at):
    """The second copy runs whole at the moment the first is about to make call `at`."""
    made = world()
    faults = Twin(at, lambda: run(made, Faults()))

    run(made, faults)

    assert_all_is_told(made)


class Twin(Faults):
    """Has somebody else do the whole job just before a call."""

    def __init__(self, at, twin):
        super().__init__(at)
        self._twin = twin

    def _strike(self, number, when):
        if number in self.at and when == "before":
            self._in_another_thread()

    def _in_another_thread(self):
        from threading import Thread

        thread = Thread(target=self._twin)
        thread.start()
        thread.join()
