"""What comes of the demonstration web, said in the terminal as it happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rich.console import Console

from ops.session import Session
from ops.waiting import until_told
from vigie.errors import StoreError
from vigie.plan import jobs
from vigie.ports import SlotEntry

_TOLD_S = 60.0
"""Seconds a scan is waited for; the show goes on after that."""


class Watching:
    """Looks again and again: asks for a scan when something has appeared, and says what came of it.

    `shown` counts the posts that have appeared; `messages` are those sent so far (`ops.local.inbox.messages`).
    """

    def __init__(
        self,
        console: Console,
        session: Session,
        shown: Callable[[], int],
        messages: Callable[[], Iterable[Mapping[str, Any]]],
    ) -> None:
        self._console = console
        self._session = session
        self._shown = shown
        self._messages = messages
        self._known = shown()
        self._looked_at = session.clock()
        self._said: set[str] = set()

    def look(self) -> None:
        now, shown = self._session.clock(), self._shown()
        found = self._scanned() if shown > self._known else None
        self._known, self._looked_at = shown, now
        for message in self._messages():
            if message["id"] not in self._said:
                self._said.add(message["id"])
                what = message["subject"] or message["text"]
                self._say(f"[green]{message['channel']}[/] to {message['to']}:", what)
        if found == 0:
            self._say("read: it is about nobody who is watched")

    def _scanned(self) -> int | None:
        """Have everything read, and wait until it is told: how many mentions there are since the last look."""
        self._say("something new on the web; asking for a scan")
        people = {person.practitioner_id for person in self._session.registrar.everyone()}
        waiting = until_told(self._session, people, self._looked_at, _TOLD_S)
        scan_all(self._session)
        try:
            waiting.wait(_Quiet())
        except StoreError as error:
            self._say("", str(error))
            return None
        return waiting.found()

    def _say(self, markup: str, text: str = "") -> None:
        """One line, with its time. `text` is anybody's, and shown as it is."""
        self._console.print(f"[dim]{time.strftime('%H:%M:%S')}[/] {markup}", end=" " if text else "\n")
        if text:
            self._console.print(text, markup=False, soft_wrap=True)


class _Quiet:
    """A wait whose progress is told to nobody: what came of it is."""

    def say(self, text: str) -> None: ...


def scan_all(session: Session) -> None:
    """Have every source read now, as `vigie scan` does."""
    entries = [SlotEntry(source.source_id, source.host) for source in session.registrar.all_sources()]
    session.outbox.send_jobs(jobs(entries, forced=True))
