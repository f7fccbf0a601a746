"""A source that says it moved: where it is asked, and when it is asked again where it was."""

from __future__ import annotations

from datetime import timedelta

from tests.common.scanning import ALICE, ALICE_POST, OTHER, ROBOTS, URL, World, feed
from vigie.exchange import Response
from vigie.model import MentionStatus, OutcomeKind

TOPIC = "https://annuaire.example/viewtopic.php?t=4"
LOGIN = "https://annuaire.example/ucp.php?mode=login"
THREAD = "<title>Nos dermatologues</title><div class=post><b class=author>jo</b><p>{}</p></div>"


def test_a_source_that_moved_for_good_is_asked_at_its_new_address_and_stays_the_same_source():
    world = World(ALICE)
    new = "https://forum.example/new.xml"
    world.web.answers[URL] = Response(200, new, {}, feed(OTHER), moved_to=new)
    world.scan()
    world.web.answers[new] = Response(200, new, {}, feed(OTHER, ALICE_POST))
    world.scan()

    assert [URL, new] == [request.url for request in world.web.requests]
    assert [MentionStatus.PENDING] == world.statuses(ALICE)
    assert URL == world.source.url


def test_a_new_address_that_fails_is_forgotten_and_the_old_one_asked_again():
    world = World(ALICE)
    new = "https://forum.example/new.xml"
    world.web.answers[URL] = Response(200, new, {}, feed(OTHER), moved_to=new)
    world.scan()
    world.web.answers[new] = Response(404, new, {})
    world.scan()
    world.scan(forced=True)

    assert URL == world.web.requests[-1].url


def test_a_source_that_moved_is_asked_at_its_own_address_once_a_day():
    """A site may say "moved for good" of a detour that is over the next day."""
    world = World(ALICE)
    new = "https://forum.example/new.xml"
    world.web.answers[URL] = Response(200, new, {}, feed(OTHER), moved_to=new)
    world.web.answers[new] = Response(200, new, {}, feed(OTHER))
    for _ in range(2):
        world.scan()
    world.serve(feed(OTHER, ALICE_POST))
    world.scan(after=timedelta(hours=23))
    world.scan()

    assert [URL, new, URL, URL] == [request.url for request in world.web.requests]
    assert [MentionStatus.PENDING] == world.statuses(ALICE)


def test_a_page_moved_for_good_to_a_login_was_not_looked_at_and_is_asked_again_where_it_was():
    world = World(ALICE, kind="page", url=TOPIC)
    world.web.answers[ROBOTS] = Response(404, "", {})
    form = "<h1>Bienvenue</h1><form><p>Vos identifiants, s'il vous plaît</p><input type=password></form>"
    world.serve(THREAD.format("Bonjour à tous").encode())
    world.scan()
    world.web.answers[TOPIC] = Response(200, LOGIN, {}, form.encode(), moved_to=LOGIN)
    blocked = world.scan()
    world.scan(forced=True)
    assert OutcomeKind.BLOCKED == blocked.kind
    assert 2 == world.source.health.failures

    world.serve(THREAD.format("Le Dr Alice Vasseur-Lemoine, dermatologue à Besançon, à fuir").encode())
    assert OutcomeKind.OK == world.scan(forced=True).kind
    assert [MentionStatus.PENDING] == world.statuses(ALICE)
    assert {TOPIC} == {request.url for request in world.web.requests if not request.url.endswith("robots.txt")}
