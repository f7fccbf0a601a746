"""The embedded AWS: a MiniStack of its own, started and stopped by process id.

It runs in its own Python environment (`.local/ms`, made by `make install`) with an environment emptied of
everything else, because its Lambda workers inherit its variables and would see ours.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from ops.local import processes
from vigie.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
REGION = "eu-west-3"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""What a client of the embedded AWS needs in its environment, beside its endpoint: its root account is `test`."""

_START_S = 60
"""A start takes half a second when idle; ten machines' worth of load still fits."""
_STOP_S = 60
"""A stop writes the state to disk when it persists."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running embedded AWS."""

    endpoint: str
    pid: int

    def stop(self) -> None:
        """Stop it in good order (its state is written when it persists). Does nothing when it is gone."""
        stop(self.pid)


def start(port: int, folder: Path, *, auth: bool = True, persist: bool = False, tied: bool = False) -> Embedded:
    """Start it on 127.0.0.1:`port`, keeping its files in `folder`; returns once it answers.

    `auth` enforces IAM. `persist` reads the state left in `folder` by the last orderly stop, and leaves one. `tied`
    ends it with this process, however that ends (on Linux; elsewhere it outlives a killed one).
    Raises `InputError` when it is not installed, the port is taken, or it does not come up.
    """
    program = executable("ms", "ministack")
    if _stays_taken(port):
        raise InputError(f"Port {port} is taken by another program. Choose another one: VIGIE_PORT={port + 1}.")
    for name in ("state", "s3", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    log = folder / "ministack.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [program],
            env=_environment(port, folder, auth=auth, persist=persist),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=folder,
            preexec_fn=_end_with_parent if tied else None,
            start_new_session=True,  # Ctrl-C in the terminal is ours to handle: it is stopped in order, not cut
        )
    endpoint = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + _START_S
    while not healthy(endpoint):
        if process.poll() is not None or time.monotonic() > deadline:
            stop(process.pid)
            raise InputError(f"The embedded AWS did not start; its log is {log}. It ends with:\n{_tail(log)}")
        time.sleep(0.05)
    return Embedded(endpoint, process.pid)


def _end_with_parent() -> None:
    """Have the kernel send SIGTERM when the parent dies: prctl(PR_SET_PDEATHSIG), prctl(2)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def stop(pid: int) -> None:
    """Ask the embedded AWS of that process id to end, and wait until it has. It is killed if it does not listen."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        deadline = time.monotonic() + _STOP_S
        while running(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        if not running(pid):
            return


def running(pid: int) -> bool:
    """True while `pid` is a MiniStack."""
    return processes.runs(pid, "ministack")


def healthy(endpoint: str) -> bool:
    """True when an embedded AWS answers there."""
    try:
        with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=5) as answer:  # noqa: S310 - our own http address
            return isinstance(json.load(answer), dict)
    except (OSError, ValueError):
        return False


def executable(venv: str, name: str) -> str:
    """Path of a program of one of the environments under `.local`."""
    path = ROOT / ".local" / venv / "bin" / name
    if not path.exists():
        raise InputError(f"{name} is not installed: run `make install`.")
    return str(path)


def port_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _stays_taken(port: int, patience_s: float = 2) -> bool:
    """A process that was just killed holds its port a moment longer than its name."""
    deadline = time.monotonic() + patience_s
    while port_taken(port):
        if time.monotonic() > deadline:
            return True
        time.sleep(0.05)
    return False


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(port: int, folder: Path, *, auth: bool, persist: bool) -> dict[str, str]:
    keep = "1" if persist else "0"
    return {
        "PATH": f"{ROOT / '.local' / 'ms' / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "AUTH": "true" if auth else "false",
        "PERSIST_STATE": keep,
        "STATE_DIR": str(folder / "state"),
        "S3_PERSIST": keep,
        "S3_DATA_DIR": str(folder / "s3"),
        "TMPDIR": str(folder / "tmp"),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "1",
    }


def _tail(log: Path, lines: int = 8) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
