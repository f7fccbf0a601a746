"""`make run`: everything on this machine, with people to watch, a web that talks about them, and their inbox.

The real schedule fires every minute and Vigie does the rest. The shortest cadence of a source is a quarter of an
hour, long in front of a screen: when something new has appeared on the demonstration web, this asks for a scan, just
as `vigie scan` does.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from rich.console import Console

from ops import trouble
from ops.local import demo, demo_services, down, embedded, inbox, state
from ops.local.up import port_from_env, step, up
from ops.local.watching import Watching, scan_all
from ops.session import Session, connect, connect_local
from ops.where import Local, Where
from vigie.errors import InputError

_LOOK_S = 2.0


def run(console: Console, port: int) -> None:
    """Set everything up, then watch until interrupted. Whatever happens, everything started is stopped."""
    with ExitStack() as started:
        make_room(console)
        started.callback(_stop, console)
        with step(console, "Serving the demonstration web"):
            web = _on_port(port + 1, demo.serve)
            started.callback(web.stop)
        stack = up(console, port, owner=os.getpid(), parameters={"StandIns": demo_services.stand_ins(web.url)})
        started.enter_context(blaming(stack))
        session = connect(Where(local=True))
        with step(console, "Enrolling the demonstration practitioners, and reading what is there already"):
            _enrol(session, web.url)
            _wait_for_baseline(session)
            web.begin()
        links = [inbox.Link(watch.title, watch.page, watch.kind, watch.params) for watch in demo.watches(web.url)]
        page = _on_port(port + 2, lambda free: inbox.serve(free, stack.endpoint, sites=links))
        started.callback(page.stop)
        console.print(f"\n  Inbox:              [bold]{page.url}[/]\n  Demonstration web:  [bold]{web.url}[/]")
        console.print("  Talk to it:         [bold].venv/bin/vigie --local status[/]\n  Ctrl-C stops everything.\n")
        _open(page.url)
        watching = Watching(console, session, web.shown_count, lambda: inbox.messages(stack.endpoint))
        while True:
            time.sleep(_LOOK_S)
            watching.look()


def make_room(console: Console, note: Path = state.NOTE) -> None:
    """Stop what is left of an earlier run: a demonstration starts from nothing.

    Raises `InputError` rather than stop what somebody else is at, or has enrolled people in.
    """
    stack = state.read(note)
    if stack is None or not embedded.running(stack.pid):
        return
    if stack.owner is None and _holds_people(stack):
        raise InputError(
            f"`make up` runs on port {stack.port} with people enrolled, and the demonstration starts from nothing:"
            " stop it first, which forgets them (make down)."
        )
    if stack.owner is not None and not stack.orphan:
        raise InputError(
            f"`make run` is at work already (process {stack.owner}, port {stack.port}): one at a time in this folder."
            " Stop it there with Ctrl-C, or from here (make down)."
        )
    down.down(note)
    console.print("Stopped the local stack that was running: the demonstration starts from nothing.")


def _holds_people(stack: state.Stack) -> bool:
    """Whether anybody is enrolled; not where nothing answers, or nothing is deployed."""
    try:
        session = connect_local(Local(stack.endpoint, stack.stack, stack.region))
        return any(True for _ in session.registrar.everyone())
    except Exception as error:
        if trouble.explain(error, local=True) is None:
            raise
        return False


@contextmanager
def blaming(stack: state.Stack) -> Iterator[None]:
    """What fails once the embedded AWS is gone fails because it is: one sentence, whatever the library's words."""
    try:
        yield
    except Exception:
        if embedded.healthy(stack.endpoint):
            raise
        raise InputError(
            "The embedded AWS was stopped, by `make down` or by itself: nothing is watched any more."
        ) from None


def _enrol(session: Session, base: str) -> None:
    from ops import asking, enrol
    from ops.enrol import new_id
    from vigie.model import CADENCES

    for name, key in demo_services.KEYS.items():
        session.keys.put(name, key)
    for profile in demo.PROFILES:
        person = enrol.add(session, profile, new_id=new_id).practitioner.practitioner_id
        for watch in demo.watches(base):
            if watch.only in (None, profile["last_names"][0]):
                params = [f"{name}={value}" for name, value in watch.params.items()]
                cadence = CADENCES[watch.cadence] if watch.cadence else None
                source = asking.source(watch.kind, None, params, cadence, session.settings.fetch_allowlist)
                session.registrar.watch(person, source)


def _wait_for_baseline(session: Session, timeout_s: float = 90) -> None:
    """New sources are read at the next tick of the schedule, a minute away at most; a scan is asked for meanwhile."""
    scan_all(session)
    deadline = time.monotonic() + timeout_s
    while any(source.fresh for source in session.registrar.all_sources()):
        if time.monotonic() > deadline:
            raise InputError("The demonstration sources could not be read: `vigie --local status` says more.")
        time.sleep(0.5)


def _on_port[S](port: int, serve: Callable[[int], S]) -> S:
    """Serve there, or on any free port when it is taken."""
    try:
        return serve(port)
    except InputError:
        return serve(0)


def _open(url: str) -> None:
    """Show the page, where there is a screen to show it on."""
    if sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(url)


def _stop(console: Console) -> None:
    """Stop what we started: what somebody else has started since is theirs."""
    if down.down(owner=os.getpid()):
        console.print("Everything is stopped.")


def stop_when_told() -> None:
    """Ctrl-C, a closed terminal or a `kill` raise `KeyboardInterrupt`.

    Ctrl-C too is asked for: a shell that is not interactive starts what it puts in the background with SIGINT ignored.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def main() -> int:
    console = Console(highlight=False)
    stop_when_told()
    try:
        run(console, port_from_env())
    except KeyboardInterrupt:
        return 0
    except Exception as error:
        found = trouble.explain(error, local=True)
        if found is None:
            raise
        Console(stderr=True, highlight=False).print(f"✗ {found.message}", style="red", markup=False, soft_wrap=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
