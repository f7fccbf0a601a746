"""When a source is read again after a scan, how often, and when somebody is told that it is not."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOW
from tests.ledger import MemoryLedger
from vigie.errors import SourceError
from vigie.identity import minute_of, slot
from vigie.model import FAILING, RINGS, Cursor, Health, OutcomeKind, Source
from vigie.plan import due_slots
from vigie.upkeep import HOT, QUIET, After, after_failure, after_success, interval, is_its_turn, next_turn
from vigie.watchdog import Watchdog

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NEVER = Health()
READ = Cursor(full_read_at=NOW - HOUR, changed_at=NOW - HOUR)


def source(cadence: int = 60, cursor: Cursor = READ, health: Health = NEVER, name: str = "s1") -> Source:
    return Source(name, "feed", {}, cadence, "blog.example", cursor=cursor, health=health)


def succeeded(before: Source, *, news: bool, now: datetime = NOW, least: int = 15) -> After:
    kind = OutcomeKind.OK if news else OutcomeKind.NOT_MODIFIED
    return after_success(before, before.cursor, kind, now, least=least, news=news)


def failed(before: Source, outcome: OutcomeKind = OutcomeKind.UNREACHABLE, **said: float) -> After:
    return after_failure(before, before.cursor, SourceError(outcome, "", **said), "UTC", NOW)  # type: ignore[arg-type]


def hot(cadence: int = 60, least: int = 15) -> Source:
    """A source that showed something new at each of its last reads."""
    found = source(cadence)
    for _ in range(HOT):
        found = replace(found, cursor=succeeded(found, news=True, least=least).cursor)
    return found


class TestPace:
    def test_the_first_read_of_a_source_is_no_news(self) -> None:
        assert (0, NOW, None) == (
            (after := succeeded(source(cursor=Cursor()), news=True).cursor).heat,
            after.changed_at,
            after.every,
        )

    @pytest.mark.parametrize(("asked", "every"), [(15, None), (60, 15), (360, 60), (1440, 360), (10080, 1440)])
    def test_a_hot_source_is_read_more_often_by_one_step(self, asked: int, every: int | None) -> None:
        assert every == hot(asked).cursor.every

    def test_a_kind_that_may_not_be_asked_more_often_is_not(self) -> None:
        assert hot(360, least=360).cursor.every is None

    def test_news_now_and_then_do_not_make_a_source_hot(self) -> None:
        found = source()
        for _ in range(HOT):
            found = replace(found, cursor=succeeded(found, news=True).cursor)
            quiet = after_success(found, found.cursor, OutcomeKind.OK, NOW, least=15, news=False)
            found = replace(found, cursor=quiet.cursor)

        assert found.cursor.every is None

    def test_a_source_cools_down_although_nothing_is_written_of_unchanged_reads(self) -> None:
        found = hot()

        assert 15 == succeeded(found, news=False, now=NOW + 3 * HOUR).cursor.every
        assert succeeded(found, news=False, now=NOW + 3 * HOUR + MINUTE).cursor.every is None

    @pytest.mark.parametrize(("asked", "every"), [(15, 60), (60, 360), (360, 1440), (1440, None), (10080, None)])
    def test_a_source_quiet_for_two_weeks_is_read_less_often_by_one_step(self, asked: int, every: int | None) -> None:
        before = source(asked)

        assert succeeded(before, news=False, now=NOW + QUIET - 61 * MINUTE).cursor.every is None
        assert every == succeeded(before, news=False, now=NOW + QUIET).cursor.every

    def test_one_new_item_brings_it_back_to_what_was_asked(self) -> None:
        before = source(cursor=replace(READ, changed_at=NOW - QUIET, every=360))

        assert succeeded(before, news=True).cursor.every is None

    def test_an_unchanged_source_is_not_written(self) -> None:
        before = source(health=Health(outcome=OutcomeKind.OK, since=NOW))

        assert After(before.cursor, before.health) == succeeded(before, news=False)


DAY, WEEK = 1440, 10_080


def placed(cadence: int, name: str = "s1", health: Health = NEVER, *, rest: int = 0) -> Source:
    """One that stands in its slot."""
    found = source(cadence, replace(READ, rest=rest), health, name)
    return replace(found, slot=slot(name, cadence))


def read_at(found: Source, ticks: list[int]) -> list[int]:
    """Minutes of the ticks that read it."""
    passing = itertools.pairwise(ticks)
    return [n for before, n in passing if found.slot in due_slots(before, n) and is_its_turn(found, n, n - before)]


BEGIN = minute_of(NOW)


class TestTurn:
    @pytest.mark.parametrize(
        ("cadence", "rest", "every"),
        [(60, 0, 60), (60, 60, 60), (60, 61, 120), (15, 60, 60), (360, 1440, 1440), (60, 90, 120), (WEEK, 0, WEEK)],
    )
    def test_a_source_is_read_at_its_cadence_but_no_more_often_than_it_asks(
        self, cadence: int, rest: int, every: int
    ) -> None:
        found = placed(cadence, rest=rest)
        read = read_at(found, list(range(BEGIN, BEGIN + 5 * every + 1)))

        assert (5, every) == (len(read), interval(found))
        assert {every} == {after - before for before, after in itertools.pairwise(read)}

    def test_a_hot_one_takes_every_slot_of_its_faster_ring(self) -> None:
        found = replace(hot(60), slot=slot("s1", 15))

        assert 4 == len(read_at(found, list(range(BEGIN, BEGIN + 61))))

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(0, 10**6), st.lists(st.integers(1, 700), min_size=100, max_size=150))
    def test_however_late_the_ticks_a_weekly_one_is_read_once_a_week(self, name: int, gaps: list[int]) -> None:
        ticks = list(itertools.accumulate(gaps, initial=BEGIN))
        weeks = (ticks[-1] - BEGIN) // WEEK

        assert weeks <= len(read_at(placed(WEEK, f"s{name}"), ticks)) <= weeks + 1

    @pytest.mark.parametrize(("cadence", "rest", "every"), [(WEEK, 0, WEEK), (15, 1440, DAY), (60, 300, 300)])
    @given(st.integers(0, 10**6), st.lists(st.integers(1, 4_000), min_size=10, max_size=30))
    def test_an_outage_longer_than_its_ring_does_not_cost_it_its_turn(
        self, cadence: int, rest: int, every: int, name: int, gaps: list[int]
    ) -> None:
        """Its slot came several times, and is looked at once."""
        ticks = list(itertools.accumulate(gaps, initial=BEGIN))
        found = placed(cadence, f"s{name}", rest=rest)
        due = set(range(next_turn(found, BEGIN + 1), ticks[-1] + 1, every))
        turns = {next(tick for tick in ticks if tick >= minute) for minute in due}

        assert sorted(turns) == read_at(found, ticks)

    def test_weekly_ones_are_spread_over_the_week(self) -> None:
        days = {(next_turn(placed(WEEK, f"s{n}"), BEGIN) - BEGIN) // DAY for n in range(60)}

        assert set(range(7)) == days

    @pytest.mark.parametrize("cadence", [*RINGS, WEEK])
    def test_what_is_said_to_be_its_next_turn_is_one(self, cadence: int) -> None:
        found = placed(cadence)
        ahead = next_turn(found, BEGIN)

        assert [ahead] == read_at(found, list(range(BEGIN - 1, BEGIN + cadence)))

    def test_one_that_stands_in_no_slot_yet_is_read_at_every_tick(self) -> None:
        assert all(is_its_turn(source(WEEK), minute) for minute in range(BEGIN, BEGIN + 10))

    def test_one_that_fails_is_tried_at_all_its_slots(self) -> None:
        found = placed(WEEK, health=Health(outcome=OutcomeKind.UNREACHABLE, failures=1))

        assert 7 == len(read_at(found, list(range(BEGIN, BEGIN + WEEK + 1))))
        assert next_turn(found, BEGIN) < BEGIN + DAY


class TestFailure:
    def test_it_was_not_its_turn_is_no_failure_and_it_is_tried_at_the_next_tick(self) -> None:
        after = failed(source(), OutcomeKind.HELD, wait_s=70)

        assert (0, True, NOW + timedelta(seconds=70)) == (after.health.failures, after.soon, after.cursor.not_before)

    def test_one_asked_to_wait_for_minutes_does_not_wait_for_its_slot(self) -> None:
        assert failed(source(1440), OutcomeKind.THROTTLED, wait_s=300).soon
        assert not failed(source(60), OutcomeKind.THROTTLED, wait_s=45 * 60).soon
        assert not failed(source(15), OutcomeKind.THROTTLED, wait_s=900).soon
        assert not failed(source(60)).soon

    def test_a_weekly_one_does_not_wait_for_days_where_every_tick_looks(self) -> None:
        assert not failed(source(WEEK), OutcomeKind.QUOTA_EXHAUSTED, wait_s=24 * 3600).soon

    def test_what_the_source_asked_for_holds_a_forced_scan_too_and_our_own_back_off_does_not(self) -> None:
        assert failed(source(), OutcomeKind.THROTTLED, wait_s=300).cursor.asked_to_wait
        assert not failed(source()).cursor.asked_to_wait

    def test_it_is_remembered_since_when_it_fails_until_it_is_read(self) -> None:
        began = NOW - HOUR
        before = source(health=Health(OutcomeKind.UNREACHABLE, failures=1, since=began))
        again = failed(before).health

        assert (2, began) == (again.failures, again.since)
        assert NOW == failed(source(health=Health(OutcomeKind.OK, since=began))).health.since

    def test_it_is_remembered_since_when_it_is_read(self) -> None:
        began = NOW - HOUR

        assert began == succeeded(source(health=Health(OutcomeKind.OK, since=began)), news=True).health.since
        assert NOW == succeeded(source(health=Health(OutcomeKind.GONE, 1, since=began)), news=True).health.since

    def test_the_sources_of_a_dead_host_do_not_come_back_together(self) -> None:
        assert 20 == len({failed(source(name=f"s{n}")).cursor.not_before for n in range(20)})

    def test_what_it_asked_for_is_over_once_it_is_read(self) -> None:
        held = replace(READ, not_before=NOW - MINUTE, asked_to_wait=True)
        after = succeeded(source(cursor=held), news=False).cursor

        assert (None, False) == (after.not_before, after.asked_to_wait)


class Told:
    def __init__(self) -> None:
        self.said: list[str] = []
        self.ledger = MemoryLedger()
        self.watchdog = Watchdog(self.ledger, self)

    def tell(self, subject: str, text: str) -> None:
        self.said.append(subject)
        assert text.endswith(".\n")

    def scan(self, before: Source, *, fails: bool) -> Source:
        after = failed(before) if fails else succeeded(before, news=False)
        self.watchdog.note(before, after.health)
        return replace(before, health=after.health)


BEGAN, OVER = "Vigie: blog.example cannot be read", "Vigie: blog.example is read again"


class TestWatchdog:
    def test_the_operator_is_told_once_when_it_keeps_failing_and_once_when_it_is_read_again(self) -> None:
        told, found = Told(), source()
        for number in range(3 * FAILING):
            found = told.scan(found, fails=True)
            assert (number + 1 >= FAILING) == (told.said == [BEGAN])
        found = told.scan(found, fails=False)
        told.scan(found, fails=False)

        assert [BEGAN, OVER] == told.said

    def test_a_failure_that_mends_itself_is_told_to_nobody(self) -> None:
        told, found = Told(), source()
        for _ in range(FAILING - 1):
            found = told.scan(found, fails=True)
        told.scan(found, fails=False)

        assert [] == told.said

    def test_a_hundred_sources_of_one_place_are_one_trouble(self) -> None:
        told = Told()
        found = [source(name=f"s{n}") for n in range(100)]
        for _ in range(FAILING):
            found = [told.scan(one, fails=True) for one in found]
        for one in found:
            told.scan(one, fails=False)

        assert [BEGAN, OVER] == told.said

    def test_a_source_that_went_while_it_was_scanned_is_not_among_those_that_fail(self) -> None:
        """It would stay there, and nobody would ever hear of that place again."""
        told = Told()
        last = replace(source(), health=Health(OutcomeKind.UNREACHABLE, FAILING - 1))
        after = failed(last)
        told.watchdog.note(last, after.health)
        told.watchdog.take_back(last, after.health)
        other = replace(source(name="s2"), health=last.health)
        told.scan(other, fails=True)

        assert [BEGAN, BEGAN] == told.said
