"""What a scan says when it could not look, and when it looks again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.common.scanning import ALICE, ALICE_POST, OTHER, URL, World, failing, feed
from vigie import identity
from vigie.errors import FetchError, StoreError
from vigie.exchange import Response
from vigie.model import Job, MentionStatus, OutcomeKind, Source


def test_a_304_nobody_asked_for_is_not_a_success():
    world = World(ALICE)
    world.serve(b"", status=304)

    outcome = world.scan()

    assert not outcome.kind.seen
    assert world.source.fresh == {"palice"}


def test_the_baseline_waits_for_a_scan_that_saw_the_source():
    world = World(ALICE)
    world.serve(FetchError(OutcomeKind.UNREACHABLE, "connection"))
    world.scan()
    world.serve(feed(ALICE_POST))
    world.scan(after=timedelta(hours=8))

    assert [MentionStatus.BASELINE] == world.statuses(ALICE)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, OutcomeKind.GONE), (410, OutcomeKind.GONE), (403, OutcomeKind.BLOCKED), (500, OutcomeKind.UNREACHABLE)],
)
def test_a_source_that_could_not_be_looked_at_says_so(status, kind):
    world = World(ALICE)
    world.serve(feed(ALICE_POST), status=status)

    outcome = world.scan()

    assert kind == outcome.kind == world.source.health.outcome
    assert 1 == world.source.health.failures
    assert [] == world.statuses(ALICE)


def test_a_page_in_place_of_a_feed_is_not_an_empty_success():
    world = World(ALICE)
    world.serve(b"<!doctype html><title>Maintenance</title><p>Revenez plus tard")

    assert OutcomeKind.NOT_A_FEED == world.scan().kind


def test_a_source_that_dies_and_comes_back_loses_nothing_it_still_shows():
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    world.serve(FetchError(OutcomeKind.UNREACHABLE, "deadline"))
    for n in range(3):
        world.scan(forced=True)
        assert n + 1 == world.source.health.failures
    world.serve(feed(OTHER, ALICE_POST))

    assert OutcomeKind.OK == world.scan(forced=True).kind
    assert [MentionStatus.PENDING] == world.statuses(ALICE)
    assert 0 == world.source.health.failures


def test_a_failing_source_is_left_alone_for_a_while_but_an_operator_may_insist():
    world = World(ALICE)
    world.serve(FetchError(OutcomeKind.UNREACHABLE, "deadline"))
    world.scan()
    world.scan()

    held = world.scan(after=timedelta(minutes=1))
    forced = world.scan(forced=True, after=timedelta(minutes=1))

    assert OutcomeKind.HELD == held.kind
    assert OutcomeKind.UNREACHABLE == forced.kind


def test_retry_after_is_honoured_even_when_an_operator_insists():
    world = World(ALICE)
    world.serve(b"", status=429, retry_after="7200")
    throttled = world.scan()

    held = world.scan(forced=True)

    assert OutcomeKind.THROTTLED == throttled.kind
    assert OutcomeKind.HELD == held.kind
    assert throttled.until == held.until
    assert 1 == len(world.web.requests)


def test_the_cursor_stays_when_the_store_cannot_record():
    """I6: the next scan reads the same again, and finds what was not recorded."""
    world = World(ALICE)
    world.serve(feed(OTHER), etag='"v1"')
    world.scan()
    world.serve(feed(OTHER, ALICE_POST), etag='"v2"')
    before = world.source.cursor
    put, world.store.put_mention = world.store.put_mention, failing
    with pytest.raises(StoreError):
        world.scan()
    assert before == world.source.cursor

    world.store.put_mention = put
    world.scan()

    assert [MentionStatus.PENDING] == world.statuses(ALICE)


def test_one_source_that_cannot_be_recorded_does_not_keep_the_others_from_being():
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    other_url = "https://blog.example/feed.xml"
    other_id = identity.source_id("feed", {"url": other_url})
    world.store.watch("palice", Source(other_id, "feed", {"url": other_url}, 60, "blog.example"))
    world.web.answers[other_url] = Response(200, other_url, {}, feed(OTHER))
    world.serve(feed(OTHER, ALICE_POST))
    world.store.put_mention = failing

    with pytest.raises(StoreError):
        asyncio.run(world.scanner.scan(Job((world.source_id, other_id))))

    assert world.store.source_rows[other_id].cursor.ring


def test_a_source_of_a_kind_nobody_knows_is_an_outcome_and_the_others_of_its_job_are_read():
    world = World(ALICE)
    world.serve(feed(OTHER))
    strange = Source("sstrange", "crystal_ball", {"url": URL}, 60, "forum.example", frozenset({"palice"}))
    world.store.source_rows["sstrange"] = strange

    outcomes = asyncio.run(world.scanner.scan(Job(("sstrange", world.source_id)))).outcomes

    assert OutcomeKind.CONTRACT_CHANGED == outcomes["sstrange"].kind
    assert OutcomeKind.OK == outcomes[world.source_id].kind


def test_a_kind_that_fails_on_an_answer_is_one_sources_outcome_and_is_tried_again(monkeypatch):
    world = World(ALICE)
    world.serve(feed(OTHER))
    monkeypatch.setattr("vigie.sources.feed.skimmed", lambda *_: 1 / 0)

    outcome = world.scan()

    assert OutcomeKind.CONTRACT_CHANGED == outcome.kind
    assert 1 == world.source.health.failures
    assert {"palice"} == world.source.fresh
