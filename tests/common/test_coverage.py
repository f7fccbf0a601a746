"""What somebody is told of those of their sources that are not read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.common.notifying import PERSON, PlainChannel, World
from tests.conftest import NOW
from vigie.coverage import Coverage, Unread, coverage
from vigie.errors import StoreError
from vigie.model import FAILING, Condition, Health, OutcomeKind, Source
from vigie.ports import Message
from vigie.show.uncovered import uncovered
from vigie.show.words import words

DAY = timedelta(days=1)


def failing(host: str, days: int = 2, failures: int = FAILING) -> Condition:
    return Condition(host, Health(OutcomeKind.UNREACHABLE, failures, NOW - days * DAY))


READ = Condition("blog.example", Health(OutcomeKind.OK, 0, NOW))


def test_what_keeps_failing_is_told_by_place_the_longest_first() -> None:
    found = coverage([READ, failing("b.example"), failing("a.example", 9), failing("b.example", 5), READ])

    assert Coverage(5, (Unread("a.example", 1, NOW - 9 * DAY), Unread("b.example", 2, NOW - 5 * DAY))) == found
    assert 3 == found.missing


def test_a_source_that_failed_a_few_times_or_was_never_scanned_is_not_worth_a_word() -> None:
    assert () == coverage([failing("a.example", failures=FAILING - 1), Condition("new.example", Health())]).unread


def test_it_is_said_in_the_readers_language() -> None:
    found = coverage([READ, failing("forum.example", 6), failing("google_news"), failing("google_news")])
    french, english = uncovered(found, words("fr")), uncovered(found, words("en"))

    assert french
    assert english
    assert "3 sources sur 4 n’ont pas pu être lues" in french.what
    assert (
        "forum.example depuis le 17\u00a0novembre 2026",
        "le service «\u00a0google news\u00a0» (2 sources) depuis le 21\u00a0novembre 2026",
    ) == french.places
    assert "3 sources of 4 could not be read" in english.what
    assert "forum.example since 17 November 2026" == english.places[0].replace("\u00a0", " ")


def test_of_many_places_some_are_named_and_the_others_counted() -> None:
    found = uncovered(coverage(failing(f"site-{n}.example", 30 - n) for n in range(20)), words("fr"))

    assert found
    assert 9 == len(found.places)
    assert ("site-0.example", "et 12 autres") == (found.places[0].split()[0], found.places[-1])


def test_nothing_is_said_when_all_is_read_or_nothing_is_known() -> None:
    assert uncovered(coverage([READ]), words("fr")) is None
    assert uncovered(Coverage(), words("fr")) is None


class Watched(World):
    """Somebody who watches a blog, and a forum that has not been read for two days."""

    def __init__(self) -> None:
        super().__init__()
        for condition in (READ, failing("forum.example")):
            params = {"url": f"https://{condition.host}/"}
            self.store.watch(PERSON, Source(condition.host, "page", params, 60, condition.host))
        for key, row in self.store.source_rows.items():
            if row.host == "forum.example":
                self.store.source_rows[key] = replace(row, health=failing("forum.example").health)


def test_an_alert_says_what_of_their_sources_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Coverage] = []
    compose = PlainChannel.compose

    def listening(channel: PlainChannel, *given: Any) -> Message:
        told.append(given[-1].coverage)
        return compose(channel, *given)

    monkeypatch.setattr(PlainChannel, "compose", listening)
    world = Watched()
    world.found("m1")
    world.flush()

    assert [Coverage(2, (Unread("forum.example", 1, NOW - 2 * DAY),))] == told
    assert {"m1": 1} == world.copies()


def test_an_alert_does_not_wait_for_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> None:
        raise StoreError("batch_get_item: AccessDeniedException")

    world = Watched()
    monkeypatch.setattr(world.store, "conditions", broken)
    world.found("m1")
    world.flush()

    assert {"m1": 1} == world.copies()
