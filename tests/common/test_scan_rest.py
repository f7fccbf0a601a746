"""A source that asks for rest: of its slots, some pass without it being asked, and nothing is written for that."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from tests.common.scanning import ALICE, ALICE_POST, BORIS, OTHER, World, feed
from vigie.errors import FetchError
from vigie.model import Job, OutcomeKind

RESTING = feed(OTHER).replace(b"<title>Forum</title>", b"<title>Forum</title><ttl>300</ttl>")
"""Of an hourly source, one slot in five is left."""


def resting() -> World:
    """One that is known, unchanged, and said so at its last read."""
    world = World(ALICE)
    world.serve(RESTING)
    world.scan()
    return world


def ticked(world: World, *, forced: bool = False) -> OutcomeKind:
    """What comes of its next slot."""
    world.now += timedelta(hours=1)
    job = Job((world.source_id,), forced, None if forced else world.now)
    return asyncio.run(world.scanner.scan(job)).outcomes[world.source_id].kind


def test_it_is_asked_at_one_slot_in_five():
    world = resting()
    outcomes = [ticked(world) for _ in range(10)]

    assert (2, 8) == (outcomes.count(OutcomeKind.NOT_MODIFIED), outcomes.count(OutcomeKind.HELD))
    assert 3 == len(world.web.requests)


def test_after_an_outage_the_turn_that_it_missed_is_made_up_for():
    """Five of its slots came meanwhile: one was its turn, whichever is looked at."""
    for hours in range(1, 6):
        world = resting()
        world.now += timedelta(hours=hours)
        job = Job((world.source_id,), due_at=world.now, minutes=300)

        assert OutcomeKind.NOT_MODIFIED is asyncio.run(world.scanner.scan(job)).outcomes[world.source_id].kind


def test_the_slots_that_it_lets_pass_cost_no_write():
    world = resting()
    before = world.source

    assert OutcomeKind.HELD in {ticked(world) for _ in range(4)}
    assert before == world.source


def test_an_operator_s_scan_asks_it_at_once():
    world = resting()

    assert [OutcomeKind.NOT_MODIFIED] * 5 == [ticked(world, forced=True) for _ in range(5)]


def test_whoever_is_enrolled_meanwhile_gets_their_baseline_at_the_next_slot():
    world = resting()
    world.enrol(BORIS)

    assert OutcomeKind.OK is ticked(world)


def test_one_that_no_longer_asks_for_it_is_read_at_every_slot_again():
    world = resting()
    world.serve(feed(OTHER, ALICE_POST))
    world.scan(forced=True)

    assert OutcomeKind.HELD not in {ticked(world) for _ in range(5)}


def test_one_that_fails_is_tried_at_the_next_slot_whichever_it_is():
    for hours in range(1, 6):
        world = resting()
        world.serve(FetchError(OutcomeKind.UNREACHABLE, "connection"))
        world.scan(forced=True, after=timedelta(hours=hours))

        assert OutcomeKind.UNREACHABLE is ticked(world)
