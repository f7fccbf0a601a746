"""Handlers translate: which use case gets what, and what Lambda hears of a failure."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import NOW
from vigie import batch
from vigie.errors import StoreError
from vigie.model import Job, Pointer
from vigie.notify import FlushOutcome, FlushReport
from vigie.plan import TickReport
from vigie.scan import ScanReport

EVENTS = Path(__file__).resolve().parents[2] / "events"
CONTEXT = SimpleNamespace(
    function_name="f", memory_limit_in_mb=256, invoked_function_arn="arn:aws:lambda:x", aws_request_id="r"
)
SECRET = "cabinet@morvant.example n'existe pas"


def event(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return read


@pytest.fixture(autouse=True)
def namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Vigie/test")


def twice(read: dict[str, Any]) -> dict[str, Any]:
    [record] = read["Records"]
    return {"Records": [{**record, "messageId": "first"}, {**record, "messageId": "second"}]}


def failing(times: int) -> Callable[[str], None]:
    """Fails that many times, quoting a person."""
    left = [times]

    def each(body: str) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise ValueError(SECRET)

    return each


def test_of_a_batch_only_what_failed_comes_back(capsys):
    answer = batch.handle(twice(event("scan")), failing(1))
    assert {"batchItemFailures": [{"itemIdentifier": "first"}]} == answer


def test_a_batch_that_went_well_says_so_explicitly():
    """Lambda takes an answer without the list for a whole success too, but null or a typo for a whole failure."""
    assert {"batchItemFailures": []} == batch.handle(event("scan"), failing(0))


def test_a_process_that_dies_is_not_mistaken_for_a_message_that_failed():
    def dies(_body: str) -> None:
        raise SystemExit(1)

    with pytest.raises(SystemExit):
        batch.handle(event("scan"), dies)


def test_what_failed_is_logged_by_class_and_place_and_never_quoted(caplog):
    batch.handle(event("scan"), failing(1))
    assert "ValueError at test_handlers.py" in caplog.text
    assert "morvant" not in caplog.text


def test_an_error_that_reaches_lambda_quotes_nobody():
    with pytest.raises(batch.Failed) as raised, batch.unquoted():
        raise ValueError(SECRET)
    assert "morvant" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_a_tick_turns_the_wheel_and_counts_as_a_good_one(monkeypatch, capsys):
    from functions.scan import app

    ticks = []

    class Planner:
        def tick(self, now: Any) -> TickReport:
            ticks.append(now)
            return TickReport(slots=1, sources=2, jobs=1, pointers=0, lag_minutes=0, oldest_due_s=0)

    monkeypatch.setattr(app, "planner", Planner)
    assert app.plan(event("tick"), CONTEXT) is None
    assert 1 == len(ticks)
    assert ticks[0].utcoffset() == NOW.utcoffset()
    assert [1.0] == json.loads(capsys.readouterr().out.splitlines()[-1])["Ticks"]


def test_a_tick_that_fails_is_not_a_good_one_and_lambda_hears_of_it(monkeypatch, capsys):
    from functions.scan import app

    class Planner:
        def tick(self, now: Any) -> TickReport:
            raise StoreError("query: ThrottlingException")

    monkeypatch.setattr(app, "planner", Planner)
    with pytest.raises(batch.Failed, match="StoreError"):
        app.plan(event("tick"), CONTEXT)
    assert "Ticks" not in capsys.readouterr().out


def test_a_job_reaches_the_scanner_on_a_loop_that_outlives_it(monkeypatch, capsys):
    from functions.scan import app

    jobs, loops = [], []

    class Scanner:
        async def scan(self, job: Job) -> ScanReport:
            import asyncio

            jobs.append(job)
            loops.append(asyncio.get_running_loop())
            return ScanReport()

    monkeypatch.setattr(app, "scanner", Scanner)
    assert {"batchItemFailures": []} == app.scan(twice(event("scan")), CONTEXT)
    assert [Job(("sq3lmkzlrgf4ic6jo",), forced=False)] * 2 == jobs
    assert loops[0] is loops[1]


def test_a_job_of_another_version_comes_back_until_it_is_a_dead_letter(monkeypatch):
    from functions.scan import app

    class Scanner:
        def scan(self, job: Job) -> None:
            pytest.fail("not to be scanned")

    monkeypatch.setattr(app, "scanner", Scanner)
    poison = twice(event("scan"))
    for record in poison["Records"]:
        record["body"] = '{"v":99,"sources":["sabc"]}'
    assert 2 == len(app.scan(poison, CONTEXT)["batchItemFailures"])


class Notifier:
    """Remembers what it was asked; `error` is raised instead."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.flushed: list[Pointer] = []
        self.settled: list[Any] = []

    def flush(self, pointer: Pointer) -> FlushReport:
        self.flushed.append(pointer)
        if self.error:
            raise self.error
        return FlushReport(FlushOutcome.DONE, {"expanded": 1})

    def settle_event(self, told: Any) -> bool:
        self.settled.append(told)
        if self.error:
            raise self.error
        return True


def test_pointers_and_delivery_events_are_told_apart_by_their_shape(monkeypatch, capsys):
    from functions.notify import app

    notifier = Notifier()
    monkeypatch.setattr(app, "notifier", lambda: notifier)
    assert {"batchItemFailures": []} == app.notify(event("notify"), CONTEXT)
    assert [Pointer("pabcdefghijklmno", "mabcdefghijklmnop")] == notifier.flushed
    assert app.notify(event("bounce"), CONTEXT) is None
    assert ["pabcdefghijklmno"] == [told.practitioner_id for told in notifier.settled]


def test_an_event_that_is_not_ours_is_left_alone(monkeypatch):
    from functions.notify import app

    notifier = Notifier()
    monkeypatch.setattr(app, "notifier", lambda: notifier)
    strange = event("bounce")
    strange["Records"][0]["Sns"]["Message"] = "Successfully validated SNS topic for Amazon SES event publishing."
    assert app.notify(strange, CONTEXT) is None
    assert [] == notifier.settled


def test_a_delivery_event_that_could_not_be_recorded_is_tried_again_by_lambda(monkeypatch, capsys):
    from functions.notify import app

    monkeypatch.setattr(app, "notifier", lambda: Notifier(RuntimeError(SECRET)))
    with pytest.raises(batch.Failed, match="RuntimeError") as raised:
        app.notify(event("bounce"), CONTEXT)
    said = capsys.readouterr()
    assert "morvant" not in said.out + said.err + str(raised.value)


@pytest.mark.parametrize("name", sorted(path.stem for path in EVENTS.glob("*.json")))
def test_an_example_event_is_json_that_a_test_uses(name):
    assert isinstance(event(name), dict)
    used = Path(__file__).read_text() + (EVENTS.parent / "tests" / "test_artefact.py").read_text()
    assert f'"{name}"' in used
