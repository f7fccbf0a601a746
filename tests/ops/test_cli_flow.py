"""vigie scan, mentions, status, redrive, evaluate: what a deployment does, asked for and looked at."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ops import waiting
from ops.queues import Depth
from tests.conftest import NOW
from tests.ops.cli import PROFILE, Vigie
from vigie.model import (
    Category,
    Confidence,
    Cursor,
    Delivery,
    DeliveryState,
    Health,
    Mention,
    MentionStatus,
    OutcomeKind,
    Polarity,
    Reason,
    Severity,
)
from vigie.plan import minute_of

URL = "http://127.0.0.1:9001/comments.xml"
IDLE, BUSY = Depth(0, 0, 0), Depth(1, 0, 0)


@pytest.fixture
def vigie() -> Vigie:
    return Vigie()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Polls follow each other at once."""
    for name in ("LOCAL_POLL_S", "AWS_POLL_S"):
        monkeypatch.setattr(waiting, name, 0.001)


@pytest.fixture
def someone(vigie: Vigie, tmp_path: Path) -> str:
    who = vigie.enrol(tmp_path)
    vigie("source", "add", who, "feed", "--url", URL)
    return who


def mention(someone: str, mention_id: str = "m1", **changes: Any) -> Mention:
    usual = Mention(
        practitioner_id=someone,
        mention_id=mention_id,
        source_id="s1",
        url="https://forum.example/1",
        title="Un avis",
        excerpt="Le Dr Morvant ...",
        status=MentionStatus.PENDING,
        confidence=Confidence.CERTAIN,
        category=Category.FORUM,
        polarity=Polarity.NEGATIVE,
        severity=Severity.URGENT,
        found_at=NOW,
        due_at=NOW + timedelta(minutes=2),
    )
    return replace(usual, **changes)


def put(vigie: Vigie, *mentions: Mention) -> None:
    vigie.store.mention_rows |= {(m.practitioner_id, m.mention_id): m for m in mentions}


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


class TestMentions:
    def test_they_come_newest_first_with_what_was_decided(self, vigie: Vigie, someone: str) -> None:
        put(
            vigie,
            mention(someone, "m1", found_at=NOW - timedelta(hours=1), status=MentionStatus.BASELINE),
            mention(someone, "m2", rating=1.0),
            mention(someone, "m3", status=MentionStatus.KEPT),
        )

        found = vigie("mentions", someone, "--json").json

        assert [("m2", "pending"), ("m1", "baseline")] == [(m["mention_id"], m["status"]) for m in found]
        expected = {"url", "title", "excerpt", "confidence", "category", "polarity", "severity", "found_at", "rating"}
        assert expected | {"reasons", "deliveries"} <= set(found[0])

    def test_one_that_repeats_a_story_says_which_mention_told_it(self, vigie: Vigie, someone: str) -> None:
        repeat = Delivery("rmail", DeliveryState.SUPPRESSED, None, "same_story", NOW, repeats="m1")
        told = Delivery("rmail", DeliveryState.DELIVERED)
        put(
            vigie,
            mention(someone, "m1", status=MentionStatus.SETTLED, deliveries={"rmail": told}),
            mention(someone, "m2", status=MentionStatus.SETTLED, deliveries={"rmail": repeat}),
        )

        found = {m["mention_id"]: m for m in vigie("mentions", someone, "--json").json}
        rows = vigie("mentions", someone).out.splitlines()

        assert (None, "m1") == (found["m1"]["repeats"], found["m2"]["repeats"])
        [delivery] = found["m2"]["deliveries"]
        assert ("suppressed", "same_story", "m1") == (delivery["state"], delivery["reason"], delivery["repeats"])
        assert rows[0].endswith("ID\tREPEATS")
        assert [["m1", ""], ["m2", "m1"]] == sorted(row.split("\t")[-2:] for row in rows[1:])

    def test_all_adds_those_too_unlikely_to_be_told(self, vigie: Vigie, someone: str) -> None:
        put(vigie, mention(someone, status=MentionStatus.KEPT))

        assert [] == vigie("mentions", someone, "--json").json
        assert ["kept"] == [m["status"] for m in vigie("mentions", someone, "--all", "--json").json]

    def test_an_edit_says_that_it_is_one(self, vigie: Vigie, someone: str) -> None:
        put(vigie, mention(someone, "m1"), mention(someone, "m2", reasons=(Reason("edited", "5/5 → 1/5"),)))

        told = {m["mention_id"]: m["edited"] for m in vigie("mentions", someone, "--json").json}
        assert {"m1": False, "m2": True} == told
        assert 1 == vigie("mentions", someone).out.count(", edited")

    def test_what_the_web_wrote_does_not_command_the_terminal(self, vigie: Vigie, someone: str) -> None:
        put(vigie, mention(someone, title="\x1b[2J[red]Avis[/red]\u202e\r\n\tsuite"))

        row = vigie("mentions", someone).out.splitlines()[1]

        assert "[2J[red]Avis[/red] suite" in row
        assert "\x1b" not in row
        assert "\u202e" not in row


class TestStatus:
    @pytest.fixture
    def well(self, vigie: Vigie, someone: str) -> Vigie:
        """A deployment in which a tick came four minutes ago and every source is read."""
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


ITEM: dict[str, Any] = {
    "id": "i1",
    "practitioner_id": "d1",
    "item": {"kind": "forum", "url": "https://f.example/1", "title": None, "text": "Le Dr Claire Morvant, à Lyon"},
}
SOMEBODY: dict[str, Any] = {"id": "d1", **{key: PROFILE[key] for key in PROFILE if key != "recipients"}}


class TestEvaluate:
    def run(self, vigie: Vigie, folder: Path, profiles: Any, items: Any, charset: str = "utf-8") -> Any:
        paths = []
        for name, content in (("P.jsonl", profiles), ("I.jsonl", items)):
            text = content if isinstance(content, str) else "".join(json.dumps(line) + "\n" for line in content)
            (folder / name).write_text(text)
            paths.append(str(folder / name))
        return vigie("evaluate", "--profiles", paths[0], "--items", paths[1], charset=charset)

    def test_each_item_gives_one_prediction_labelled_or_not(self, vigie: Vigie, tmp_path: Path) -> None:
        labelled = {**ITEM, "id": "i2", "label": {"about": False}}

        done = self.run(vigie, tmp_path, [SOMEBODY], [ITEM, labelled])

        lines = [json.loads(line) for line in done.out.splitlines()]
        assert (0, ["i1", "i2"]) == (done.code, [line["id"] for line in lines])
        assert {"id", "about", "confidence", "category", "polarity", "severity"} <= set(lines[0])
        assert lines[0] | {"id": ""} == lines[1] | {"id": ""}

    @pytest.mark.parametrize(
        ("profiles", "items", "says"),
        [
            ("{", [], "line 1"),
            ([1], [], "not a JSON object"),
            ([{"id": "d1"}], [], "first_names"),
            ([SOMEBODY | {"first_names": "Claire"}], [], "list of texts"),
            ([SOMEBODY | {"city": 3}], [], "city must be text"),
            ([SOMEBODY], [ITEM | {"practitioner_id": "d2"}], "d2"),
            ([SOMEBODY], [{"id": "i1", "practitioner_id": "d1"}], "item"),
            ([SOMEBODY], [ITEM | {"item": {"text": 3}}], "text must be text"),
            ([SOMEBODY], [ITEM | {"item": {"text": "x", "published": "hier"}}], "ISO 8601"),
            ([SOMEBODY], [ITEM | {"item": {"text": "x", "rating": "five"}}], "rating"),
            *(([SOMEBODY | {name: None}], [], f"{name} must be ") for name in ("id", "first_names", "last_names")),
            *(([SOMEBODY | {name: None}], [], f"{name} must be ") for name in ("specialty", "city", "postcode")),
            ([SOMEBODY | {"id": ["d1"]}], [], "id must be text or a number"),
            ([SOMEBODY | {"postcode": [69006]}], [], "postcode must be text or a number"),
            ([SOMEBODY | {"first_names": [None]}], [], "list of texts"),
            *(
                ([SOMEBODY], [ITEM | {"item": {"text": "x", "rating": rating}}], "rating must be a number from 0 to 5")
                for rating in (-5, 5.1, 10**400, True, [4])
            ),
            ([SOMEBODY], [ITEM | {"id": ["i1"]}], "id must be text or a number"),
            ([SOMEBODY], [ITEM | {"practitioner_id": None}], "practitioner_id must be"),
            ([SOMEBODY], json.dumps(ITEM | {"id": float("nan")}), "NaN"),
            ([SOMEBODY], json.dumps(ITEM | {"item": {"rating": float("nan")}}), "NaN"),
            ([SOMEBODY], json.dumps(ITEM | {"item": {"rating": float("inf")}}), "Infinity"),
            ([SOMEBODY], json.dumps(ITEM).replace('"i1"', "1e400"), "id must be"),
            ([SOMEBODY], json.dumps(ITEM | {"item": {"rating": 4}}).replace("4", "1e400"), "rating must be"),
            ([SOMEBODY], json.dumps(ITEM).replace('"i1"', "9" * 5_000), "too long a number"),
        ],
    )
    def test_a_wrong_line_is_pointed_at(
        self, vigie: Vigie, tmp_path: Path, profiles: Any, items: Any, says: str
    ) -> None:
        done = self.run(vigie, tmp_path, profiles, items)

        assert 2 == done.code
        assert says in done.err

    @pytest.mark.parametrize(
        "odd", ["\ud800", "a\udfff\0", "\x1b[2J", "\u202e", "(?", "é" * 200, "\U0010ffff", "\ufffe", '"', " "]
    )
    def test_no_text_in_a_field_is_too_odd_to_be_judged(self, vigie: Vigie, tmp_path: Path, odd: str) -> None:
        texts = dict.fromkeys(("url", "title", "text", "author", "kind", "context"), odd)
        names = {name: [odd] for name in ("first_names", "last_names", "aliases", "excluded")}
        facts = dict.fromkeys(("title", "specialty", "city", "postcode", "practice_name", "phone", "website"), odd)

        done = self.run(vigie, tmp_path, [SOMEBODY | names | facts], [ITEM | {"id": odd, "item": texts}])

        assert (0, odd) == (done.code, json.loads(done.out)["id"])

    def test_a_prediction_can_be_read_whatever_its_terminal_can_write(self, vigie: Vigie, tmp_path: Path) -> None:
        done = self.run(vigie, tmp_path, [SOMEBODY], [ITEM | {"id": "é\ud800😀"}], charset="ascii")

        assert (0, "é\ud800😀") == (done.code, json.loads(done.out)["id"])

    def test_a_missing_file_is_said_so(self, vigie: Vigie) -> None:
        assert 2 == vigie("evaluate", "--profiles", "/none", "--items", "/none").code
