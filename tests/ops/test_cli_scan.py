"""vigie scan: what it asks of a deployment, how long it waits, and what it says became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ops import waiting
from ops.queues import Depth
from tests.conftest import NOW
from tests.ops.cli import URL, Vigie, mention, put
from vigie.model import Cursor, Delivery, DeliveryState, Health, MentionStatus, OutcomeKind

IDLE, BUSY = Depth(0, 0, 0), Depth(1, 0, 0)


@pytest.fixture
def someone(vigie: Vigie, someone: str) -> str:
    """They watch one feed."""
    vigie("source", "add", someone, "feed", "--url", URL)
    return someone


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Polls follow each other at once."""
    for name in ("LOCAL_POLL_S", "AWS_POLL_S"):
        monkeypatch.setattr(waiting, name, 0.001)


class TestScan:
    def test_it_sends_forced_jobs_for_every_source(self, vigie: Vigie, someone: str) -> None:
        done = vigie("scan", "--json")

        assert (0, 1, 1) == (done.code, done.json["sources"], done.json["jobs"])
        assert [True] == [job.forced for job in vigie.outbox.jobs]

    def test_of_one_practitioner_it_scans_theirs_only(self, vigie: Vigie, someone: str, tmp_path: Path) -> None:
        other = vigie.enrol(tmp_path, rpps="10990000121", last_names=["Abadie"])
        vigie("source", "add", other, "feed", "--url", URL.replace("comments", "posts"))

        vigie("scan", "--practitioner", other)

        [job] = vigie.outbox.jobs
        assert tuple(s.source_id for s in vigie.store.watched(other)) == job.source_ids

    def test_with_no_source_it_says_what_to_do(self, vigie: Vigie) -> None:
        done = vigie("scan", "--wait")

        assert 0 == done.code
        assert "source add" in done.err

    def test_it_waits_until_both_queues_stay_idle(self, vigie: Vigie, someone: str) -> None:
        depths = vigie.queues.depths
        vigie.queues.looks = iter(
            [
                lambda: None,  # before the jobs are sent
                lambda: depths.update(scan=BUSY),
                lambda: depths.update(scan=IDLE, mention=Depth(0, 1, 0)),
                lambda: depths.update(mention=IDLE),
            ]
        )

        done = vigie("--local", "scan", "--wait", "--json")

        assert (0, True) == (done.code, done.json["waited"])
        assert "1 pointer being told" in done.err

    def outcomes(self, vigie: Vigie, *after: tuple[Cursor, Health]) -> tuple[dict[str, int], str]:
        """What a scan says it came to, in both forms, when it leaves the sources like this."""

        def scanned() -> None:
            for (key, source), (cursor, health) in zip(list(vigie.store.source_rows.items()), after, strict=True):
                vigie.store.source_rows[key] = replace(source, cursor=cursor, health=health, slot="60m#1")

        found: list[Any] = []
        for words in (("--json",), ()):
            before = dict(vigie.store.source_rows)
            vigie.queues.looks = iter([lambda: None, scanned])
            found.append(vigie("--local", "scan", "--wait", *words))
            vigie.store.source_rows = before
        as_json, human = found
        assert 0 == as_json.code == human.code
        return as_json.json["outcomes"], human.out

    def test_it_tells_what_became_of_this_scan_and_not_of_an_earlier_one(self, vigie: Vigie, someone: str) -> None:
        """A source that asked to be left alone is not read; one that says that nothing changed writes nothing."""
        vigie("source", "add", someone, "feed", "--url", URL.replace("comments", "posts"))
        asked = Cursor(not_before=NOW + timedelta(hours=1), asked_to_wait=True)
        held = (asked, Health(OutcomeKind.THROTTLED, failures=1, since=NOW))
        unchanged = (Cursor(etag="1"), Health(OutcomeKind.OK, since=NOW, seen_at=NOW))
        for (key, source), (cursor, health) in zip(
            list(vigie.store.source_rows.items()), (held, unchanged), strict=True
        ):
            vigie.store.source_rows[key] = replace(
                source, cursor=cursor, health=health, slot="60m#1", fresh=frozenset()
            )

        outcomes, said = self.outcomes(vigie, held, unchanged)

        assert {"held": 1, "not_modified": 1} == outcomes
        assert "1 of 2 sources read: 1 held, 1 not_modified." in said

    def test_what_could_not_be_seen_is_not_said_to_be_read(self, vigie: Vigie, someone: str) -> None:
        vigie("source", "add", someone, "feed", "--url", URL.replace("comments", "posts"))
        throttled = (
            Cursor(not_before=NOW + timedelta(hours=1), asked_to_wait=True),
            Health(OutcomeKind.THROTTLED, failures=1, since=NOW),
        )
        outcomes, said = self.outcomes(vigie, throttled, (Cursor(), Health(OutcomeKind.GONE, failures=1, since=NOW)))

        assert {"throttled": 1, "gone": 1} == outcomes
        assert "0 of 2 sources read: 1 gone, 1 throttled." in said

    def test_a_source_that_changed_is_ok_and_one_out_of_reach_is_not_scanned(self, vigie: Vigie, someone: str) -> None:
        read = (Cursor(etag="2"), Health(OutcomeKind.OK, since=NOW, seen_at=NOW))

        assert {"ok": 1} == self.outcomes(vigie, read)[0]
        assert {"not_scanned": 1} == vigie("--local", "scan", "--wait", "--json").json["outcomes"]

    def test_it_does_not_return_while_a_new_mention_waits_for_its_message(self, vigie: Vigie, someone: str) -> None:
        told = replace(mention(someone), status=MentionStatus.SETTLED, due_at=None)
        calm = [lambda: None] * 6
        vigie.queues.looks = iter([lambda: put(vigie, mention(someone)), *calm, lambda: put(vigie, told)])

        done = vigie("--local", "scan", "--wait", "--json")

        assert (0, 1) == (done.code, done.json["mentions"])
        assert MentionStatus.SETTLED == vigie.store.mention_rows[someone, "m1"].status

    def test_a_mention_that_waits_for_its_hour_does_not_hold_it(self, vigie: Vigie, someone: str) -> None:
        capped = {"r1": Delivery("r1", DeliveryState.PENDING)}
        put(vigie, mention(someone, due_at=NOW + timedelta(minutes=50), deliveries=capped))

        assert 0 == vigie("--local", "scan", "--wait").code

    def test_a_message_delayed_before_it_began_does_not_hold_it(self, vigie: Vigie, someone: str) -> None:
        vigie.queues.depths["mention"] = Depth(0, 0, 1)

        assert 0 == vigie("--local", "scan", "--wait").code

    def test_a_message_delayed_since_in_the_place_of_an_earlier_one_does(self, vigie: Vigie, someone: str) -> None:
        """Every pointer waits in the queue for others of its person: one may leave as ours comes."""
        depths = vigie.queues.depths
        delayed, told = Depth(0, 0, 1), []
        depths["mention"] = delayed
        calm = [lambda: None] * 6
        vigie.queues.looks = iter(
            [
                lambda: None,  # before the jobs are sent
                lambda: depths.update(mention=IDLE),
                lambda: depths.update(mention=delayed),
                *calm,
                lambda: told.append(depths.update(mention=IDLE)),
            ]
        )

        assert 0 == vigie("--local", "scan", "--wait").code
        assert told

    def test_it_says_what_is_left_when_it_takes_too_long(
        self, vigie: Vigie, someone: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock = iter(range(0, 10_000, 100))
        monkeypatch.setattr("ops.waiting.monotonic", lambda: float(next(clock)))
        vigie.queues.depths["scan"] = BUSY

        done = vigie("--local", "scan", "--wait", "--json")

        assert 1 == done.code
        assert "scan 1" in done.json["error"]

    def test_new_dead_letters_are_a_failure(self, vigie: Vigie, someone: str) -> None:
        vigie.queues.dead_letters["scan"] = 3
        vigie.queues.looks = iter([lambda: None, lambda: vigie.queues.dead_letters.update(scan=4)])

        done = vigie("--local", "scan", "--wait", "--json")

        assert 1 == done.code
        assert "1 message could not be handled" in done.json["error"]
