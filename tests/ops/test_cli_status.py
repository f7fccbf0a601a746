"""vigie status, redrive: what is wrong with a deployment, and what mends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.ops.cli import URL, Vigie, mention, put
from vigie.identity import minute_of
from vigie.model import Cursor, Health, OutcomeKind


class TestStatus:
    @pytest.fixture
    def well(self, vigie: Vigie, someone: str) -> Vigie:
        """A deployment in which a tick came four minutes ago and every source is read."""
        vigie("source", "add", someone, "feed", "--url", URL)
        vigie.store.wheel_minute = minute_of(NOW) - 4
        self.set_health(vigie, Health(OutcomeKind.OK, since=NOW, seen_at=NOW))
        return vigie

    def set_health(self, vigie: Vigie, health: Health, cursor: Cursor | None = None) -> None:
        rows = vigie.store.source_rows
        rows.update({key: replace(source, health=health, cursor=cursor or Cursor()) for key, source in rows.items()})

    def test_all_is_well(self, well: Vigie) -> None:
        done = well("status", "--json")

        assert (0, True, []) == (done.code, done.json["well"], done.json["problems"])
        assert (1, 1) == (done.json["sources"]["total"], done.json["sources"]["ok"])
        assert "All is well." in well("status").out

    def problem(self, vigie: Vigie) -> str:
        done = vigie("status", "--json")
        assert (1, False) == (done.code, done.json["well"])
        [problem] = done.json["problems"]
        assert f"- {problem}" in vigie("status").out
        return str(problem)

    def test_a_tick_that_is_missing_is_said_with_its_age(self, well: Vigie) -> None:
        well.store.wheel_minute = minute_of(NOW) - 60

        assert "60 min ago" in self.problem(well)

    def test_just_deployed_no_tick_is_no_problem_and_later_it_is(self, well: Vigie) -> None:
        well.store.wheel_minute = None
        assert 0 == well("status").code

        well.deployed_at = NOW - timedelta(hours=1)
        assert "No tick came yet" in self.problem(well)

    @pytest.mark.parametrize("queue", ["tick", "scan", "mention"])
    def test_dead_letters_come_with_the_command_that_mends_them(self, well: Vigie, queue: str) -> None:
        well.queues.dead_letters[queue] = 2

        assert f"vigie redrive {queue}" in self.problem(well)

    def test_a_source_that_fails_once_is_told_apart_and_alarms_nobody(self, well: Vigie) -> None:
        self.set_health(well, Health(OutcomeKind.UNREACHABLE, failures=1, since=NOW))

        done = well("status", "--json")

        assert (0, 1, 0) == (done.code, done.json["sources"]["failing"], done.json["sources"]["ok"])
        assert ["unreachable"] == [source["outcome"] for source in done.json["sources"]["failures"]]

    def test_a_source_that_keeps_failing_wants_attention(self, well: Vigie) -> None:
        self.set_health(well, Health(OutcomeKind.GONE, failures=3, since=NOW - timedelta(days=2)))

        assert "1 of 1 source could not be read" in self.problem(well)
        assert "2026-11-21" in self.problem(well)

    def test_a_source_that_asked_us_to_wait_is_waiting(self, well: Vigie) -> None:
        cursor = Cursor(not_before=NOW + timedelta(hours=1), asked_to_wait=True)
        self.set_health(well, Health(OutcomeKind.THROTTLED, failures=1, since=NOW), cursor)

        assert 1 == well("status", "--json").json["sources"]["waiting"]

    def test_a_source_that_only_ever_asks_us_to_wait_wants_attention(self, well: Vigie) -> None:
        """The budget of a practitioner is in no other line: they are not watched there until the month ends."""
        cursor = Cursor(not_before=NOW + timedelta(hours=1), asked_to_wait=True)
        self.set_health(well, Health(OutcomeKind.QUOTA_EXHAUSTED, failures=3, since=NOW - timedelta(days=2)), cursor)

        assert "1 of 1 source could not be read" in self.problem(well)

    def test_a_mention_long_overdue_wants_attention(self, well: Vigie, someone: str) -> None:
        put(well, mention(someone, due_at=NOW - timedelta(hours=3)))

        assert "3 h 00" in self.problem(well)

    def test_a_held_address_wants_attention(self, well: Vigie, someone: str) -> None:
        well.store.hold_address(someone, well.store.rosters[someone].recipients[0].recipient_id, "bounced")

        assert "1 address is held" in self.problem(well)


class TestRedrive:
    def test_it_sends_dead_letters_back(self, vigie: Vigie) -> None:
        vigie.queues.dead_letters["mention"] = 3

        done = vigie("redrive", "mention", "--json")

        assert {"queue": "mention", "messages": 3, "action": "sent_back"} == done.json
        assert 0 == vigie.queues.dead_letters["mention"]

    def test_failed_ticks_are_deleted(self, vigie: Vigie) -> None:
        assert "deleted" == vigie("redrive", "tick", "--json").json["action"]

    def test_another_name_is_refused_with_those_there_are(self, vigie: Vigie) -> None:
        assert "tick, scan, mention" in vigie("redrive", "everything", "--json").json["error"]
