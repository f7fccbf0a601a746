"""The timing wheel turns whatever became of the ticks before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import ListOutbox, MemoryStore
from vigie.errors import StoreError
from vigie.identity import minute_of
from vigie.model import (
    RINGS,
    Category,
    Confidence,
    Job,
    Mention,
    MentionStatus,
    Polarity,
    Severity,
    Source,
)
from vigie.plan import DELAY_MOST_S, JOB_SIZE, Planner, due_slots, jobs
from vigie.ports import SlotEntry

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = minute_of(NOON)


def test_the_first_tick_reads_only_the_sources_never_scanned():
    assert ["new"] == due_slots(None, MINUTE)


def test_a_tick_five_minutes_after_the_last_reads_five_slots_of_every_ring():
    slots = due_slots(MINUTE - 5, MINUTE)

    assert 1 + 5 * len(RINGS) == len(slots)
    assert {"60m#0", "60m#56", "60m#57", "60m#58", "60m#59"} <= set(slots)


def test_a_doubled_tick_reads_nothing_twice():
    assert ["new"] == due_slots(MINUTE, MINUTE)


def test_a_clock_that_went_back_makes_nothing_due():
    assert ["new"] == due_slots(MINUTE + 3, MINUTE)


def test_after_three_days_without_a_tick_every_slot_is_due_once():
    slots = due_slots(MINUTE - 3 * 1440, MINUTE)

    assert len(set(slots)) == len(slots) == 1 + sum(RINGS)


@given(st.lists(st.integers(1, 200), min_size=1, max_size=60))
def test_whatever_the_gaps_between_ticks_no_slot_is_missed_and_none_comes_early(gaps):
    """Slots of each ring are read exactly as often as their minute came, or once if it came several times."""
    minute, seen = MINUTE, []
    for gap in gaps:
        due = due_slots(minute, minute + gap)
        minute += gap
        seen += due
        for length in RINGS:
            ring = [slot for slot in due if slot.startswith(f"{length}m#")]
            assert min(gap, length) == len(set(ring)) == len(ring)


def test_jobs_keep_the_sources_of_a_host_together_and_hold_at_most_25():
    entries = [SlotEntry(f"s{n}", f"h{n % 3}.example") for n in range(70)]
    hosts = {entry.source_id: entry.host for entry in entries}

    made = list(jobs(entries))

    assert {e.source_id for e in entries} == {s for job in made for s in job.source_ids}
    assert all(len(job.source_ids) <= JOB_SIZE for job in made)
    order = [hosts[s] for job in made for s in job.source_ids]
    assert order == sorted(order)


def test_a_source_listed_twice_is_enqueued_once():
    assert [Job(("s1",))] == list(jobs([SlotEntry("s1", "a.example"), SlotEntry("s1", "a.example")]))


def test_those_who_wait_at_one_service_do_not_wait_behind_the_same_every_time():
    """The index lists them in one order: three get a turn at each tick, and the last of three hundred never would."""
    entries = [SlotEntry(f"s{n}", "gdelt") for n in range(300)]
    served = set()
    for tick in range(300):
        first, *_ = jobs(entries, due_at=NOON + timedelta(minutes=5 * tick))
        served |= set(first.source_ids[:3])

    assert len(served) > 270


class BrokenOutbox(ListOutbox):
    """The pointers' queue is down."""

    def send_pointers(self, pointers, *, delay_s=0):
        raise StoreError("MentionQueue")


def test_the_wheel_turns_even_when_the_sweep_fails_and_the_failure_is_told():
    store, outbox = MemoryStore(), BrokenOutbox()
    add_source(store, "s1")
    add_pending_mention(store, due_at=NOON - timedelta(minutes=1))

    with pytest.raises(StoreError):
        Planner(store, outbox).tick(NOON)

    assert [Job(("s1",), due_at=NOON)] == outbox.jobs
    assert MINUTE == store.minute()


def test_a_crash_before_the_minute_is_written_only_repeats_the_slots():
    store, outbox = MemoryStore(), ListOutbox()
    add_source(store, "s1", slot="15m#0")
    store.advance(MINUTE - 5)
    broken = BrokenWheel(store)

    with pytest.raises(StoreError):
        Planner(broken, outbox).tick(NOON)
    Planner(store, outbox).tick(NOON)

    assert [Job(("s1",), due_at=NOON)] * 2 == outbox.jobs


def test_one_pointer_a_practitioner_however_much_is_due():
    store, outbox = MemoryStore(), ListOutbox()
    for n in range(5):
        add_pending_mention(store, mention_id=f"m{n}", due_at=NOON - timedelta(minutes=n))

    report = Planner(store, outbox).tick(NOON)

    assert 1 == len(outbox.pointers) == report.pointers
    assert 240 == report.oldest_due_s


def test_what_is_not_due_yet_is_left_alone():
    store, outbox = MemoryStore(), ListOutbox()
    add_pending_mention(store, due_at=NOON + timedelta(seconds=1))

    Planner(store, outbox).tick(NOON)

    assert [] == outbox.pointers


class BrokenWheel:
    """Everything works but the write of the minute."""

    def __init__(self, store):
        self._store = store

    def __getattr__(self, name):
        return getattr(self._store, name)

    def advance(self, minute):
        raise StoreError("sources")


def add_source(store, source_id, slot="new"):
    store.source_rows[source_id] = Source(source_id, "feed", {"url": "https://a.example/"}, 15, "a.example", slot=slot)


def add_pending_mention(store, *, due_at, mention_id="m1"):
    store.mention_rows["palice", mention_id] = Mention(
        practitioner_id="palice",
        mention_id=mention_id,
        source_id="s1",
        url="https://a.example/1",
        title="",
        excerpt="",
        status=MentionStatus.PENDING,
        confidence=Confidence.CERTAIN,
        category=Category.FORUM,
        polarity=Polarity.NEUTRAL,
        severity=Severity.INFO,
        found_at=NOON - timedelta(hours=1),
        due_at=due_at,
    )


def test_a_host_that_fills_several_jobs_is_asked_by_one_function_after_the_other() -> None:
    """Fifty of one host, and one of another: the third job holds the rest of both."""
    entries = [SlotEntry(f"s{n}", "forum.example") for n in range(60)] + [SlotEntry("t1", "z.example")]

    assert [(25, 0), (25, 50), (11, 100)] == [
        (len(job.source_ids), job.delay_s) for job in jobs(entries, interval_ms=2_000)
    ]


def test_sources_of_many_hosts_do_not_wait_for_one_another() -> None:
    entries = [SlotEntry(f"s{n}", f"h{n}.example") for n in range(60)]

    assert [0, 0, 0] == [job.delay_s for job in jobs(entries, interval_ms=2_000)]


def test_no_job_waits_longer_than_a_queue_can_hold_it() -> None:
    entries = [SlotEntry(f"s{n}", "forum.example") for n in range(2_000)]

    assert DELAY_MOST_S == max(job.delay_s for job in jobs(entries, interval_ms=4_000))


def test_a_job_after_an_outage_says_for_how_long_slots_were_looked_at():
    """Of the several times that a slot came, one may have been the only turn of a source that rests."""
    outbox = ListOutbox()
    for gap in (15, 16):
        store = MemoryStore()
        add_source(store, "s1", slot="15m#0")
        store.advance(MINUTE - gap)
        Planner(store, outbox).tick(NOON)

    assert [0, 16] == [job.minutes for job in outbox.jobs]
