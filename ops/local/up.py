"""`make up`: the embedded AWS in the background, with Vigie deployed to it.

Every start is a new account: nothing of an earlier run is kept, so that the same steps give the same mails. Services
that VIGIE_STAND_INS names are asked where it says, by the functions too.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from ops import outside
from ops.local import deploy, embedded, state
from ops.local.state import Stack
from vigie.errors import InputError


def up(
    console: Console,
    port: int,
    note: Path = state.NOTE,
    *,
    owner: int | None = None,
    parameters: Mapping[str, str] | None = None,
) -> Stack:
    """Bring the local stack up, or up to date when it runs already. Raises `InputError`.

    `note` is where it is written down; the files of the embedded AWS are beside it. `owner`: see `Stack`.
    `parameters`: of the template, beside the usual ones of this machine.
    """
    stack = _running(console, port, note) or _started(console, port, note, owner)
    with step(console, "Building the functions and their layer"):
        deploy.build()
    with step(console, "Deploying template.yaml"):
        outputs = deploy.deploy(stack.endpoint, stack=stack.stack, parameters=parameters)
    stack = replace(stack, outputs=outputs)
    state.write(stack, note)
    return stack


@contextmanager
def step(console: Console, what: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    began = time.monotonic()
    if not console.is_terminal:
        console.print(f"  {what} ...", soft_wrap=True)
    with console.status(f"{what} ..."):
        yield
    console.print(f"[green]✓[/] {what} [dim]({time.monotonic() - began:.1f} s)[/]", soft_wrap=True)


def port_from_env() -> int:
    """VIGIE_PORT, 4566 by default. Raises `InputError` when it is no port."""
    text = os.environ.get("VIGIE_PORT", "").strip() or "4566"
    if not (text.isascii() and text.isdigit() and 1024 <= int(text) <= 65535):
        raise InputError(f"VIGIE_PORT is {text!r}; it must be a port number from 1024 to 65535, like 4566.")
    return int(text)


def parameters_from_env() -> dict[str, str]:
    """The template's `StandIns`, as VIGIE_STAND_INS has them. Raises `InputError` when they make no sense."""
    outside.way_out(None)
    return {"StandIns": ",".join(pairs)} if (pairs := outside.stand_ins()) else {}


def _running(console: Console, port: int, note: Path) -> Stack | None:
    """The stack of an earlier `make up` that still answers."""
    stack = state.read(note)
    if stack is None:
        return None
    if not embedded.running(stack.pid):
        console.print("An earlier run was cut short; starting afresh.")
    elif stack.orphan:
        console.print("What an earlier `make run` left is stopped; starting afresh.")
        embedded.stop(stack.pid)
    elif not embedded.healthy(stack.endpoint):
        console.print("The embedded AWS of an earlier run no longer answers; starting afresh.")
        embedded.stop(stack.pid)
    elif stack.port != port:
        raise InputError(
            f"The embedded AWS already runs on port {stack.port}: use that one (VIGIE_PORT={stack.port}),"
            " or stop it first (make down)."
        )
    else:
        ends = f" It ends with `make run` (process {stack.owner})." if stack.owner else ""
        console.print(f"The embedded AWS already runs on port {port}; bringing it up to date.{ends}")
        return stack
    state.forget(note)
    return None


def _started(console: Console, port: int, note: Path, owner: int | None) -> Stack:
    with step(console, f"Starting the embedded AWS on port {port}, IAM enforced"):
        folder = note.with_name("aws")
        shutil.rmtree(folder, ignore_errors=True)
        running = embedded.start(port, folder)
    stack = Stack(running.endpoint, port, running.pid, deploy.STACK, owner=owner)
    state.write(stack, note)
    return stack


def main() -> int:
    console = Console(highlight=False)
    try:
        stack = up(console, port_from_env(), parameters=parameters_from_env())
    except InputError as error:
        Console(stderr=True, highlight=False).print(f"✗ {error}", style="red", markup=False, soft_wrap=True)
        return 1
    console.print(
        f"Vigie is up on {stack.endpoint}. Talk to it with [bold]vigie --local[/]; stop it with `make down`.",
        soft_wrap=True,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
