"""Which deployment the operator means, and how it is found."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ops.local import state
from ops.local.embedded import REGION
from vigie.errors import InputError

DEFAULT_STACK = "vigie"


@dataclass(frozen=True, slots=True)
class Where:
    """What the command line said of the deployment."""

    local: bool = False
    stack: str | None = None
    profile: str | None = None
    region: str | None = None

    @property
    def command(self) -> str:
        """What to type to mean the same deployment again: `vigie --local`. Hints begin with it."""
        given = {"--stack": self.stack, "--profile": self.profile, "--region": self.region}
        options = [f"{name} {shlex.quote(value)}" for name, value in given.items() if value]
        return " ".join(["vigie", *(["--local"] if self.local else []), *options])


@dataclass(frozen=True, slots=True)
class Local:
    """An embedded AWS on this machine."""

    endpoint: str
    stack: str
    region: str


def local_stack(where: Where, env: Mapping[str, str] = os.environ, note: Path = state.NOTE) -> Local:
    """The local deployment, from the note `make up` left in the project. VIGIE_PORT says another port.

    Raises `InputError` when there is none, or when what is written there is not this machine.
    """
    written = state.read(note)
    port = env.get("VIGIE_PORT", "").strip()
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise InputError(f"VIGIE_PORT is {port!r}; it must be a port number, like 4566.")
    if not port and written is None:
        raise InputError("No local stack is up: start it with `make up` (or `make run`).")
    endpoint = f"http://127.0.0.1:{port}" if port or written is None else written.endpoint
    parts = urlsplit(endpoint)
    if parts.scheme != "http" or parts.hostname != "127.0.0.1":
        raise InputError(f"--local talks to 127.0.0.1 only, not to {endpoint}: run `make down`, then `make up`.")
    stack = where.stack or (written.stack if written else DEFAULT_STACK)
    return Local(endpoint, stack, written.region if written else REGION)
