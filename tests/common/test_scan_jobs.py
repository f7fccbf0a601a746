"""A job of the queue: the order of its sources, and what may change while it waits or while they are read."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from tests.common.scanning import ALICE, ALICE_POST, BORIS, BORIS_POST, OTHER, World, feed
from tests.fakes import ToldOperator
from tests.ledger import MemoryLedger
from vigie import identity
from vigie.errors import FetchError
from vigie.model import FAILING, Job, MentionStatus, OutcomeKind, Source
from vigie.watchdog import Watchdog


def test_nothing_is_recorded_for_a_practitioner_erased_while_their_source_was_read():
    """I11: what is in flight does not bring them back."""
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    fetch = world.web.fetch

    async def erased_meanwhile(request, **asked):
        world.store.erase("palice")
        return await fetch(request)

    world.web.fetch = erased_meanwhile
    world.serve(feed(OTHER, ALICE_POST))
    asyncio.run(world.scanner.scan(Job((world.source_id,))))

    assert {} == world.store.mention_rows


def test_an_enrolment_during_a_scan_keeps_that_scan_from_ending_its_baseline():
    world = World(ALICE)
    world.serve(feed(OTHER, BORIS_POST))
    fetch = world.web.fetch

    async def joined_meanwhile(request, **asked):
        answer = await fetch(request)
        world.enrol(BORIS)
        return answer

    world.web.fetch = joined_meanwhile
    world.scan()
    world.web.fetch = fetch
    assert "pboris" in world.source.fresh

    world.scan()

    assert [MentionStatus.BASELINE] == world.statuses(BORIS)


def test_a_source_removed_at_the_scan_that_makes_it_failing_is_not_kept_among_those_that_fail():
    world = World(ALICE)
    ledger = MemoryLedger()
    world.scanner = world.restarted(Watchdog(ledger, ToldOperator()))
    world.serve(FetchError(OutcomeKind.UNREACHABLE, "deadline"))
    for _ in range(FAILING - 1):
        world.scan(forced=True)
    fetch = world.web.fetch

    async def removed_meanwhile(request, **asked):
        world.store.unwatch("palice", world.source_id)
        return await fetch(request)

    world.web.fetch = removed_meanwhile
    world.scan(forced=True)

    assert ledger.failing("forum.example", "another")


def test_what_was_read_while_a_job_waited_in_the_queue_is_not_read_again():
    """A thousand new sources of one host fill jobs that wait for up to a quarter of an hour, and are in those of each
    tick meanwhile."""
    world = World(ALICE)
    world.serve(feed(OTHER))
    found_due = world.now
    world.scan(after=timedelta(minutes=1))
    late = Job((world.source_id,), due_at=found_due)

    assert OutcomeKind.HELD == asyncio.run(world.scanner.scan(late)).outcomes[world.source_id].kind
    assert 1 == len(world.web.requests)
    world.enrol(BORIS)
    assert OutcomeKind.OK == asyncio.run(world.scanner.scan(late)).outcomes[world.source_id].kind
    world.now += timedelta(hours=1)
    asyncio.run(world.scanner.scan(Job((world.source_id,), due_at=world.now)))
    assert 3 == len(world.web.requests)


def test_nor_is_one_that_had_not_changed():
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    world.store.source_rows[world.source_id] = replace(world.source, slot=identity.NEW)
    found_due = world.now
    assert OutcomeKind.NOT_MODIFIED == world.scan(after=timedelta(minutes=1)).kind
    late = Job((world.source_id,), due_at=found_due)

    assert OutcomeKind.HELD == asyncio.run(world.scanner.scan(late)).outcomes[world.source_id].kind
    assert identity.slot(world.source_id, 60) == world.source.slot


def test_the_sources_of_a_job_are_begun_in_its_order():
    """Who is first gets the next turn at a service; the store gives them back in any order."""
    world = World()
    world.store.enrol(ALICE, [], "h")
    urls = [f"https://forum.example/{n}.xml" for n in range(5)]
    ids = [identity.source_id("feed", {"url": url}) for url in urls]
    for source_id, url in zip(ids, urls, strict=True):
        world.store.watch("palice", Source(source_id, "feed", {"url": url}, 60, "forum.example"))
    rows = world.store.sources
    world.store.sources = lambda asked: dict(sorted(rows(asked).items()))
    asyncio.run(world.scanner.scan(Job(tuple(ids))))

    assert urls == [request.url for request in world.web.requests]


def test_a_source_that_waits_for_its_turn_is_written_once_however_many_ticks_it_waits():
    world = World(ALICE)
    world.serve(FetchError(OutcomeKind.HELD, "its turn"))
    writes = []
    save = world.store.save_cursor
    world.store.save_cursor = lambda *given, **named: writes.append(1) or save(*given, **named)
    world.store.source_rows[world.source_id] = replace(world.source, slot=identity.slot(world.source_id, 60))
    for _ in range(5):
        assert OutcomeKind.HELD == world.scan().kind

    assert ([1], identity.NEW) == (writes, world.source.slot)


def test_what_is_found_for_a_paused_practitioner_is_recorded_and_kept_for_the_end_of_the_pause():
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    world.store.people["palice"] = replace(ALICE, status="paused")
    world.serve(feed(OTHER, ALICE_POST))
    world.scan()

    assert [MentionStatus.PENDING] == world.statuses(ALICE)


def test_a_practitioner_missing_from_a_late_read_is_read_again_as_of_now():
    """They were enrolled a moment ago. Their baseline would be empty, and ten minutes of items lost to them."""
    world = World(ALICE)
    world.serve(feed(OTHER, ALICE_POST))
    read = world.store.practitioners
    world.store.practitioners = lambda ids, *, fresh=False: read(ids, fresh=True) if fresh else {}
    world.scan()

    assert [MentionStatus.BASELINE] == world.statuses(ALICE)


def test_an_unknown_source_in_a_job_is_passed_over():
    world = World(ALICE)
    world.serve(feed(OTHER))

    report = asyncio.run(world.scanner.scan(Job(("sgone", world.source_id))))

    assert [world.source_id] == list(report.outcomes)
