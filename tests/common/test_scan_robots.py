"""What robots.txt lets a scan read, on a site and on those it sends us to."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from tests.common.scanning import ALICE, OLD_TEXT, PAGE, ROBOTS, World, page
from vigie.errors import FetchError
from vigie.exchange import Response
from vigie.model import OutcomeKind
from vigie.permission import MAX_SITES

ELSEWHERE = "https://fiches.example/dr-vasseur"
ELSEWHERE_ROBOTS = "https://fiches.example/robots.txt"


def test_a_page_is_read_only_if_robots_txt_lets_us():
    world = World(ALICE, kind="page", url=PAGE)
    world.web.answers[ROBOTS] = Response(200, ROBOTS, {}, b"User-agent: *\nDisallow: /")
    world.serve(page(OLD_TEXT))

    assert OutcomeKind.BLOCKED == world.scan().kind
    assert [ROBOTS] == [request.url for request in world.web.requests]


@pytest.mark.parametrize(
    ("outcome", "answer"),
    [
        (OutcomeKind.UNREACHABLE, FetchError(OutcomeKind.UNREACHABLE, "connection")),
        (OutcomeKind.UNREACHABLE, Response(500, ROBOTS, {})),
        (OutcomeKind.THROTTLED, Response(429, ROBOTS, {"retry-after": "3600"})),
        (OutcomeKind.THROTTLED, Response(503, ROBOTS, {"retry-after": "3600"})),
        (OutcomeKind.BLOCKED, FetchError(OutcomeKind.BLOCKED, "address")),
    ],
)
def test_a_site_that_does_not_answer_for_its_rules_is_not_said_to_refuse_us(outcome, answer):
    """Its page is not read either way; but nobody should write to the owner of a site that is down (I12)."""
    world = World(ALICE, kind="page", url=PAGE)
    world.web.answers[ROBOTS] = answer
    world.serve(page(OLD_TEXT))

    assert outcome == world.scan().kind
    assert [ROBOTS] == [request.url for request in world.web.requests]


def test_robots_txt_is_asked_once_a_day_not_at_every_scan():
    world = World(ALICE, kind="page", url=PAGE)
    world.web.answers[ROBOTS] = Response(404, ROBOTS, {})
    world.serve(page(OLD_TEXT))

    for _ in range(3):
        world.scan()

    assert 1 == [request.url for request in world.web.requests].count(ROBOTS)


@pytest.mark.parametrize("status", [301, 302])
def test_a_page_that_sends_us_elsewhere_is_read_only_if_they_let_us_there(status):
    world = redirected(status)
    world.web.answers[ELSEWHERE_ROBOTS] = b"User-agent: *\nDisallow: /"

    outcome = world.scan()

    assert (OutcomeKind.BLOCKED, "robots.txt") == (outcome.kind, outcome.detail)
    assert [ROBOTS, PAGE, ELSEWHERE_ROBOTS] == [request.url for request in world.web.requests]


def test_a_path_that_is_off_limits_is_not_read_by_way_of_another():
    world = redirected(302)
    world.web.answers |= {
        ROBOTS: b"User-agent: *\nDisallow: /prive/",
        PAGE: Response(302, PAGE, {"location": "https://annuaire.example/prive/dr-vasseur"}),
    }

    assert OutcomeKind.BLOCKED == world.scan().kind
    assert [ROBOTS, PAGE] == [request.url for request in world.web.requests]


def test_a_site_that_has_no_rules_is_read_where_it_sends_us():
    world = redirected(302)
    world.web.answers[ELSEWHERE_ROBOTS] = Response(404, ELSEWHERE_ROBOTS, {})

    assert OutcomeKind.OK == world.scan().kind


def test_a_page_that_has_moved_is_read_by_the_rules_of_where_it_lives_now():
    """What the site it left allowed for a day says nothing of the one it is read on."""
    world = redirected(301)
    world.web.answers[ELSEWHERE_ROBOTS] = [Response(404, ELSEWHERE_ROBOTS, {}), b"User-agent: *\nDisallow: /"]
    assert OutcomeKind.OK == world.scan().kind
    world.now += timedelta(hours=1)

    assert OutcomeKind.BLOCKED == world.scan().kind
    assert [ROBOTS, PAGE, ELSEWHERE_ROBOTS, ELSEWHERE, ELSEWHERE_ROBOTS] == [r.url for r in world.web.requests]


def test_a_page_may_send_us_through_so_many_sites_and_no_more():
    """Each may take as long to answer as a fetch lasts, and a job has an end (invariant I9)."""
    world = redirected(302)
    stops = [f"https://stop{n}.example/" for n in range(5)]
    for here, there in itertools.pairwise([PAGE, *stops, ELSEWHERE]):
        world.web.answers[here] = Response(302, here, {"location": there})
        world.web.answers[f"{here}robots.txt"] = Response(404, here, {})

    assert OutcomeKind.UNREACHABLE == world.scan().kind
    assert MAX_SITES == sum(request.url.endswith("/robots.txt") for request in world.web.requests)


def redirected(status):
    """A watched page that sends whoever asks for it to another site."""
    world = World(ALICE, kind="page", url=PAGE)
    world.web.answers |= {
        ROBOTS: Response(404, ROBOTS, {}),
        PAGE: Response(status, PAGE, {"location": ELSEWHERE}),
        ELSEWHERE: page(OLD_TEXT),
    }
    return world
