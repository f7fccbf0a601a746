"""`make up` and `make down`, in a folder of their own: whoever has a stack up meanwhile keeps it."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from ops.local import deploy, down, embedded, state
from ops.local.up import parameters_from_env, port_from_env, up
from vigie.errors import InputError

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def note(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("local") / "stack.json"
    yield made
    down.down(made)


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty home for whoever runs it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def console(said: io.StringIO) -> Console:
    return Console(file=said, highlight=False, width=200)


def test_up_says_each_step_and_leaves_a_note_that_down_and_vigie_read(note, said, home):
    began = time.monotonic()
    stack = up(console(said), embedded.free_port(), note)
    assert time.monotonic() - began < 60
    for step in ("Starting the embedded AWS", "Building the functions", "Deploying template.yaml"):
        assert step in said.getvalue()
    written = json.loads(note.read_text())
    assert (stack.endpoint, stack.pid, "vigie") == (written["endpoint"], written["pid"], written["stack"])
    assert embedded.running(stack.pid)
    assert {"PlanFunction", "ScanQueueUrl", "OperatorTopicArn"} <= set(written["outputs"])
    assert not {".aws-sam", ".cache"} & {path.name for path in home.iterdir()}, "it writes outside the project's folder"


def test_what_the_embedded_cloudformation_drops_is_mended(note):
    stack = state.read(note)
    assert stack is not None
    dynamodb = deploy.client("dynamodb", stack.endpoint)
    tables = [name for key, name in stack.outputs.items() if key.endswith("Table")]
    assert 6 == len(tables)
    for name in tables:
        assert {"AttributeName": "ttl", "TimeToLiveStatus": "ENABLED"} == (
            dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        )
        backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        assert "ENABLED" == backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]


def test_what_stands_in_for_services_is_deployed_too(monkeypatch):
    monkeypatch.setenv("VIGIE_STAND_INS", "a.example=http://127.0.0.1:9002/a, b.example=http://127.0.0.1:9002/b")
    assert {"StandIns": "a.example=http://127.0.0.1:9002/a,b.example=http://127.0.0.1:9002/b"} == parameters_from_env()
    monkeypatch.setenv("VIGIE_STAND_INS", "")
    assert {} == parameters_from_env()
    monkeypatch.setenv("VIGIE_STAND_INS", "nonsense")
    with pytest.raises(InputError, match="VIGIE_STAND_INS"):
        parameters_from_env()


def test_up_again_brings_the_same_stack_up_to_date(note, said):
    first = state.read(note)
    assert first is not None
    again = up(console(said), first.port, note)
    assert (first.pid, first.outputs) == (again.pid, again.outputs)
    assert "already runs" in said.getvalue()


def test_another_port_while_it_runs_is_one_clear_sentence(note, said):
    first = state.read(note)
    assert first is not None
    with pytest.raises(InputError, match=rf"already runs on port {first.port}: .*make down"):
        up(console(said), embedded.free_port(), note)


def test_a_killed_run_is_noticed_and_the_next_start_is_clean(note, said):
    first = state.read(note)
    assert first is not None
    queue = deploy.client("sqs", first.endpoint)
    queue.create_queue(QueueName="left-behind")
    os.kill(first.pid, signal.SIGKILL)
    while embedded.running(first.pid):
        time.sleep(0.01)
    began = time.monotonic()
    stack = up(console(said), first.port, note)
    assert time.monotonic() - began < 60
    assert "An earlier run was cut short; starting afresh." in said.getvalue()
    assert stack.pid != first.pid
    urls = deploy.client("sqs", stack.endpoint).list_queues()["QueueUrls"]
    assert not [url for url in urls if url.endswith("left-behind")]


def test_down_stops_it_and_down_again_finds_nothing(note):
    stack = state.read(note)
    assert stack is not None
    assert down.down(note)
    assert not embedded.running(stack.pid)
    assert not embedded.port_taken(stack.port)
    assert not down.down(note)


def test_a_busy_port_is_one_clear_sentence(tmp_path, said):
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(InputError, match=rf"Port {port} is taken by another program.*VIGIE_PORT={port + 1}"):
            up(console(said), port, tmp_path / "stack.json")
    assert not (tmp_path / "stack.json").exists()


def test_a_note_cut_short_counts_as_none(tmp_path):
    note = tmp_path / "stack.json"
    note.write_text('{"endpoint": "http://127')
    assert state.read(note) is None
    assert not down.down(note)


def test_a_note_whose_process_id_now_belongs_to_somebody_else_stops_nobody(tmp_path):
    note = tmp_path / "stack.json"
    state.write(state.Stack("http://127.0.0.1:9", 9, os.getpid(), "vigie"), note)
    assert not down.down(note)


@pytest.mark.parametrize("port", ["abc", "80", "70000", "-1", "٤٥٦٦"])
def test_a_port_that_is_none_is_one_clear_sentence(monkeypatch, port):
    monkeypatch.setenv("VIGIE_PORT", port)
    with pytest.raises(InputError, match="must be a port number from 1024 to 65535"):
        port_from_env()


def test_the_port_is_4566_unless_said_otherwise(monkeypatch):
    monkeypatch.delenv("VIGIE_PORT", raising=False)
    assert 4566 == port_from_env()


def test_a_missing_environment_says_what_to_run(monkeypatch, tmp_path):
    monkeypatch.setattr(embedded, "ROOT", tmp_path)
    with pytest.raises(InputError, match="ministack is not installed: run `make install`"):
        embedded.start(embedded.free_port(), tmp_path)


def test_functions_see_nothing_of_our_environment(monkeypatch, tmp_path):
    """The embedded AWS hands its own environment down to its functions."""
    monkeypatch.setenv("VIGIE_PLANTED", "leak")
    running = embedded.start(embedded.free_port(), tmp_path)
    try:
        environ = Path(f"/proc/{running.pid}/environ").read_bytes()
        assert b"VIGIE_PLANTED" not in environ
        assert b"AWS_ACCESS_KEY_ID" not in environ
    finally:
        running.stop()
