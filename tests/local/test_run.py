"""`make run`: whose stack it stops, what it says, how it ends."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from rich.console import Console

from ops import waiting
from ops.local import down, embedded, processes, run, state
from ops.local.run import make_room, stop_when_told
from ops.local.up import up
from ops.local.watching import Watching
from ops.where import Where
from tests.conftest import NOW
from tests.ops.cli import Vigie, mention
from vigie.errors import InputError

TOLD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def deaf() -> Iterator[None]:
    """Every signal ignored, as a script's `make run &` finds SIGINT."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in TOLD}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", TOLD, ids=lambda number: number.name)
@pytest.mark.usefixtures("deaf")
def test_it_ends_when_told_even_where_signals_were_ignored(number: signal.Signals) -> None:
    stop_when_told()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


Start = Callable[[str], int]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a process whose command line names a program, and does nothing; returns its id."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(program: str) -> int:
        started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", program]))
        while not processes.runs(started[-1].pid, program):
            time.sleep(0.01)
        return started[-1].pid

    yield begin
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "stack.json"


def stack(pid: int, **facts: Any) -> state.Stack:
    return state.Stack("http://127.0.0.1:9", 9, pid, "vigie", **facts)


def room(note: Path) -> str:
    """What is said when room is made for a demonstration."""
    said = io.StringIO()
    make_room(Console(file=said, width=200), note)
    return said.getvalue()


class TestRoom:
    def test_a_run_that_is_at_work_is_left_alone(self, start: Start, note: Path) -> None:
        aws, owner = start("ministack"), start(state.RUN)
        state.write(stack(aws, owner=owner), note)

        with pytest.raises(InputError, match=rf"at work already \(process {owner}, port 9\).*make down"):
            room(note)
        assert embedded.running(aws)
        assert owner == (state.read(note) or stack(0)).owner

    def test_what_a_run_that_died_left_is_stopped(self, start: Start, note: Path) -> None:
        """Its number may be somebody else's by now."""
        aws, other = start("ministack"), start("something else")
        state.write(stack(aws, owner=other), note)

        assert "Stopped the local stack" in room(note)
        assert not embedded.running(aws)

    @pytest.fixture
    def vigie(self, monkeypatch: pytest.MonkeyPatch) -> Vigie:
        """What is deployed to the stack of `make up`."""
        found = Vigie()
        monkeypatch.setattr(run, "connect_local", lambda _: found.session(Where(local=True)))
        return found

    def test_people_enrolled_with_make_up_are_not_forgotten_for_a_demonstration(
        self, vigie: Vigie, start: Start, note: Path, tmp_path: Path
    ) -> None:
        vigie.enrol(tmp_path)
        aws = start("ministack")
        state.write(stack(aws), note)

        with pytest.raises(InputError, match=r"with people enrolled.*make down"):
            room(note)
        assert embedded.running(aws)

    def test_a_stack_of_make_up_with_nobody_in_it_makes_room(self, vigie: Vigie, start: Start, note: Path) -> None:
        aws = start("ministack")
        state.write(stack(aws), note)

        assert "Stopped the local stack" in room(note)
        assert not embedded.running(aws)

    def test_make_up_does_not_go_on_with_what_a_run_that_died_left(self, start: Start, note: Path) -> None:
        aws, other = start("ministack"), start("something else")
        state.write(stack(aws, owner=other), note)
        said = io.StringIO()
        with socket.create_server(("127.0.0.1", 0)) as busy, pytest.raises(InputError, match="is taken"):
            up(Console(file=said, width=200), busy.getsockname()[1], note)

        assert "What an earlier `make run` left is stopped" in said.getvalue()
        assert not embedded.running(aws)

    def test_where_nothing_runs_there_is_nothing_to_say(self, note: Path) -> None:
        state.write(stack(os.getpid()), note)

        assert "" == room(note)


def test_it_stops_the_stack_it_started_and_no_other(start: Start, note: Path) -> None:
    aws = start("ministack")
    state.write(stack(aws, owner=os.getpid() + 1), note)

    assert not down.down(note, owner=os.getpid())
    assert embedded.running(aws)
    state.write(replace(stack(aws), owner=os.getpid()), note)
    assert down.down(note, owner=os.getpid())
    assert not embedded.running(aws)


def test_a_stack_stopped_under_it_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    def stopped(*_: object) -> None:
        with run.blaming(stack(1)):
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")

    monkeypatch.setattr(run, "run", stopped)

    assert 1 == run.main()
    assert capsys.readouterr().err.startswith("✗ The embedded AWS was stopped")


class TestWatching:
    """What is said of what appears. Nothing answers the scans that are asked for, but the test."""

    @pytest.fixture(autouse=True)
    def no_waiting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(waiting, "LOCAL_POLL_S", 0.001)

    @pytest.fixture
    def vigie(self, tmp_path: Path) -> Vigie:
        found = Vigie()
        who = found.enrol(tmp_path)
        found("source", "add", who, "feed", "--url", "http://127.0.0.1:9001/feed.xml")
        return found

    def looked(self, vigie: Vigie, comes: Callable[[list[Any]], None]) -> str:
        """What two looks say: nothing has appeared before the first; then a post has, and `comes` is what follows."""
        said, shown, sent = io.StringIO(), [8], list[Any]()
        session = vigie.session(Where(local=True))
        watching = Watching(Console(file=said, width=200), session, lambda: shown[0], lambda: sent)
        watching.look()
        assert "" == said.getvalue()
        shown[0] += 1
        vigie.now += timedelta(seconds=2)
        vigie.queues.looks = iter([lambda: comes(sent)])
        watching.look()
        assert [True] == [job.forced for job in vigie.outbox.jobs]
        return said.getvalue()

    def test_what_is_about_nobody_is_said_to_be(self, vigie: Vigie) -> None:
        """Of namesakes there is no message: silence would pass for a fault."""
        assert "read: it is about nobody who is watched" in self.looked(vigie, lambda _: None)

    def test_what_is_about_somebody_is_told_by_its_message(self, vigie: Vigie) -> None:
        def told(sent: list[Any]) -> None:
            [who] = vigie.store.people
            vigie.store.mention_rows[who, "m1"] = mention(who, found_at=NOW, due_at=NOW + timedelta(hours=1))
            sent.append({"id": "1", "channel": "email", "to": "dr@cabinet.example", "subject": "1 [bold]mention[/]"})

        said = self.looked(vigie, told)
        assert "email to dr@cabinet.example: 1 [bold]mention[/]" in said
        assert "nobody" not in said
