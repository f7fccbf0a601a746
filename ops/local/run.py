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
from collections.abc import Callable
from contextlib import ExitStack
from types import FrameType
from typing import NoReturn

from rich.console import Console

from ops.local import demo, down, inbox
from ops.local.up import port_from_env, step, up
from ops.session import Session, connect
from ops.where import Where
from vigie.errors import InputError, StoreError

_LOOK_S = 2.0


def run(console: Console, port: int) -> None:
    """Set everything up, then watch until interrupted. Whatever happens, everything started is stopped."""
    with ExitStack() as started:
        if down.down():
            console.print("Stopped the local stack that was running: the demonstration starts from nothing.")
        started.callback(_stop, console)
        stack = up(console, port)
        with step(console, "Serving the demonstration web"):
            web = _on_port(port + 1, demo.serve)
            started.callback(web.stop)
        session = connect(Where(local=True))
        with step(console, "Enrolling the demonstration practitioners, and reading what is there already"):
            _enrol(session, web.url)
            _wait_for_baseline(session)
            web.begin()
        links = [inbox.Link(watch.title, watch.page) for watch in demo.watches(web.url)]
        page = _on_port(port + 2, lambda free: inbox.serve(free, stack.endpoint, sites=links))
        started.callback(page.stop)
        console.print(f"\n  Inbox:              [bold]{page.url}[/]\n  Demonstration web:  [bold]{web.url}[/]")
        console.print("  Talk to it:         [bold].venv/bin/vigie --local status[/]\n  Ctrl-C stops everything.\n")
        _open(page.url)
        _watch(console, session, web, stack.endpoint)


def _enrol(session: Session, base: str) -> None:
    from ops import asking, enrol
    from ops.commands.practitioner import new_id
    from vigie.model import CADENCES

    for profile in demo.PROFILES:
        person = enrol.add(session, profile, new_id=new_id).practitioner.practitioner_id
        for watch in demo.watches(base):
            source = asking.source(watch.kind, watch.url, [], CADENCES["15m"], session.settings.fetch_allowlist)
            session.registrar.watch(person, source)


def _wait_for_baseline(session: Session, timeout_s: float = 90) -> None:
    """New sources are read at the next tick of the schedule, a minute away at most; a scan is asked for meanwhile."""
    _scan(session)
    deadline = time.monotonic() + timeout_s
    while any(source.fresh for source in session.registrar.all_sources()):
        if time.monotonic() > deadline:
            raise InputError("The demonstration sources could not be read: `vigie --local status` says more.")
        time.sleep(0.5)


def _scan(session: Session) -> None:
    from vigie.plan import jobs
    from vigie.ports import SlotEntry

    entries = [SlotEntry(source.source_id, source.host) for source in session.registrar.all_sources()]
    session.outbox.send_jobs(jobs(entries, forced=True))


def _watch(console: Console, session: Session, web: demo.Demo, endpoint: str) -> None:
    """Ask for a scan when something has appeared, and say what arrives, until interrupted."""
    said: set[str] = set()
    coming = web.next_in()
    while True:
        time.sleep(_LOOK_S)
        left = web.next_in()
        if coming is not None and (left is None or left > coming):
            console.print(f"[dim]{time.strftime('%H:%M:%S')}[/] something new on the web; asking for a scan")
            _scan(session)
        coming = left
        for message in inbox.messages(endpoint):
            if message["id"] not in said:
                said.add(message["id"])
                what = message["subject"] or message["text"]
                console.print(
                    f"[dim]{time.strftime('%H:%M:%S')}[/] [green]{message['channel']}[/] to {message['to']}: ", end=""
                )
                console.print(what, markup=False, soft_wrap=True)


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
    if down.down():
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
    except (InputError, StoreError) as error:
        Console(stderr=True, highlight=False).print(f"✗ {error}", style="red", markup=False, soft_wrap=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
