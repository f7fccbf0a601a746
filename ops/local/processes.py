"""Is that process still the program it was? After a reboot, or long enough, the same number may be anybody."""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path


def runs(pid: int, program: str) -> bool:
    """True while `pid` is a process whose command line names `program`."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    return program.encode() in _command(pid)


def _command(pid: int) -> bytes:
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return b""
    return subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False).stdout  # macOS
