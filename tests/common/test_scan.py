"""One scan of one source: what it records, what it remembers, and what it tells."""

from __future__ import annotations

from datetime import timedelta

from tests.common.scanning import (
    ALICE,
    ALICE_POST,
    BORIS,
    BORIS_POST,
    OLD_TEXT,
    OTHER,
    PAGE,
    ROBOTS,
    World,
    about,
    feed,
    page,
)
from vigie import identity
from vigie.exchange import Response
from vigie.model import MentionStatus, OutcomeKind


def test_the_first_scan_is_a_baseline_recorded_and_not_told():
    world = World(ALICE)
    world.serve(feed(ALICE_POST, OTHER))

    outcome = world.scan()

    assert OutcomeKind.OK == outcome.kind
    assert [MentionStatus.BASELINE] == world.statuses(ALICE)
    assert [] == world.outbox.pointers
    assert identity.slot(world.source_id, 60) == world.source.slot


def test_what_appears_after_the_baseline_is_recorded_once_and_pointed_at_once():
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    world.serve(feed(OTHER, ALICE_POST))

    for _ in range(3):
        world.scan()

    assert [MentionStatus.PENDING] == world.statuses(ALICE)
    assert 1 == len(world.outbox.pointers)


def test_nothing_is_written_when_nothing_changed():
    world = World(ALICE)
    world.serve(feed(ALICE_POST), etag='"v1"')
    world.scan()
    world.serve(b"", status=304)
    before = world.snapshot()

    outcome = world.scan()

    assert OutcomeKind.NOT_MODIFIED == outcome.kind
    assert before == world.snapshot()


def test_the_servers_own_validators_are_sent_back_verbatim():
    world = World(ALICE)
    world.serve(feed(OTHER), etag='W/"abc=="', last_modified="Mon, 05 Jan 2026 08:00:00 GMT")
    world.scan()
    world.scan()

    assert {"if-none-match": 'W/"abc=="', "if-modified-since": "Mon, 05 Jan 2026 08:00:00 GMT"} == validators(world)


def test_an_unchanged_body_without_validators_writes_nothing_either():
    world = World(ALICE)
    world.serve(feed(ALICE_POST))
    world.scan()
    before = world.snapshot()

    assert OutcomeKind.NOT_MODIFIED == world.scan().kind
    assert before == world.snapshot()


def test_everything_is_read_again_once_a_day_whatever_the_server_says():
    """A server that answers 304 for ever hides what it publishes."""
    world = World(ALICE)
    world.serve(feed(OTHER), etag='"never-changes"')
    world.scan()
    world.scan(after=timedelta(hours=23, minutes=45))

    assert {} == validators(world)


def test_a_practitioner_who_joins_later_gets_a_baseline_of_their_own():
    world = World(ALICE)
    world.serve(feed(BORIS_POST, ALICE_POST), etag='"v1"')
    world.scan()

    world.enrol(BORIS)
    world.serve(feed(BORIS_POST, ALICE_POST), etag='"v1"')
    world.scan()

    assert {} == validators(world), "a newcomer needs everything, not what changed"
    assert [MentionStatus.BASELINE] == world.statuses(BORIS)
    assert [MentionStatus.BASELINE] == world.statuses(ALICE)
    assert frozenset() == world.source.fresh


def test_two_practitioners_share_a_source_and_each_gets_their_own_mentions():
    world = World(ALICE, BORIS)
    world.serve(feed(OTHER))
    world.scan()
    world.serve(feed(OTHER, ALICE_POST, BORIS_POST))
    world.scan()

    assert 2 == len(world.web.requests)
    assert [MentionStatus.PENDING] == world.statuses(ALICE) == world.statuses(BORIS)


def test_what_is_found_together_keeps_the_order_of_its_source():
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    told = [about(ALICE, f"Troisième visite, numéro {n}, accueil toujours aussi froid.") for n in range(6)]
    world.serve(feed(OTHER, *told[:3], BORIS_POST, *told[3:]))
    world.scan()

    found = sorted(world.store.mentions("palice"), key=lambda m: m.place)
    assert [f"https://forum.example/t/{n}" for n in (1, 2, 3, 5, 6, 7)] == [m.url for m in found]


def test_a_read_that_shares_nothing_with_the_one_before_is_a_gap():
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    entirely_new = feed(("Autre", "Rien")).replace(b"g0", b"h9").replace(b"/t/0", b"/t/9")
    world.serve(entirely_new)
    world.scan()

    assert world.now == world.source.health.gap_at


def test_an_edited_post_that_now_names_someone_is_told():
    world = World(ALICE)
    world.serve(feed(("Sans titre", "En cours de rédaction")))
    world.scan()
    world.serve(feed(ALICE_POST))
    world.scan()

    assert [MentionStatus.PENDING] == world.statuses(ALICE)


def test_an_edited_post_already_told_is_not_told_again():
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    world.serve(feed(OTHER, ALICE_POST))
    world.scan()
    world.serve(feed(OTHER, about(ALICE, "Édit : toujours déçue.")))
    world.scan()

    assert 1 == len(world.statuses(ALICE)) == len(world.outbox.pointers)


NEW_TEXT = "Le Dr Alice Vasseur-Lemoine, dermatologue à Besançon, m'a très mal reçue hier matin."


def test_a_new_paragraph_of_a_watched_page_is_told_and_the_old_ones_are_not():
    world = World(ALICE, kind="page", url=PAGE)
    world.web.answers[ROBOTS] = Response(404, ROBOTS, {})
    world.serve(page(OLD_TEXT))
    world.scan()
    world.serve(page(OLD_TEXT, NEW_TEXT))
    world.scan()

    assert [MentionStatus.PENDING] == world.statuses(ALICE)


def validators(world):
    """Those of the last request."""
    return {name: value for name, value in world.web.requests[-1].headers.items() if name.startswith("if-")}
