"""Manners: how often, and how many at once, one host is asked by this process; and when a job gives it up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from vigie.adapters.transport import MAX_CONNECTIONS
from vigie.errors import FetchError
from vigie.gate import Target
from vigie.model import OutcomeKind

AT_ONCE = 2
"""Requests to one host at the same time: what a reader with two tabs does."""

FAILURES = 2
"""Consecutive failures to connect, or deadlines, after which a job gives a server (a host and its port) up."""

SERVER_S = 60.0
"""Seconds of answering that one server may cost one job. One that answers, but each time just before the deadline,
would hold a job of 25 sources for four minutes."""

_REMEMBERED = 1_000


@dataclass(slots=True)
class _Host:
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    next_at: float = 0.0
    users: int = 0


class Patience:
    """What one job has seen of each server, a host and its port: another port is another program, which may be well
    (a site that listens for https alone). The two usual ports share the time that they may take.
    A new job starts with a new one: it forgets, and tries again."""

    def __init__(self) -> None:
        self._failures: dict[tuple[str, int], int] = {}
        self._spent_s: dict[str, float] = {}

    def check(self, asked: Target) -> None:
        """Raises `FetchError` (`UNREACHABLE`) at once for a server that was given up."""
        failures, spent_s = self._failures.get((asked.host, asked.port), 0), self._spent_s.get(asked.authority, 0.0)
        if failures >= FAILURES or spent_s >= SERVER_S:
            raise FetchError(OutcomeKind.UNREACHABLE, "host given up")

    def note(self, asked: Target, seconds: float, *, failed: bool) -> None:
        """Remember one request: how long it took, and whether the server failed to connect or to answer in time."""
        server, site = (asked.host, asked.port), asked.authority
        self._failures[server] = self._failures.get(server, 0) + 1 if failed else 0
        self._spent_s[site] = self._spent_s.get(site, 0.0) + seconds


class Pace:
    """Spaces the requests of a process. `interval_s` between the starts of two requests to one host."""

    def __init__(
        self, interval_s: float, *, clock: Callable[[], float], sleep: Callable[[float], Awaitable[object]]
    ) -> None:
        self._interval_s = interval_s
        self._clock = clock
        self._sleep = sleep
        self._slots = asyncio.Semaphore(MAX_CONNECTIONS)
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str, asked: Target, patience: Patience) -> AsyncIterator[None]:
        """Wait for a turn at `host`, and hold it. Waiting is not part of anybody's deadline.

        Raises `FetchError` as soon as `patience` with the server that is `asked` is over.
        """
        known = self._known(host)
        known.users += 1
        try:
            async with known.turns:
                patience.check(asked)
                now = self._clock()
                start = max(now, known.next_at)
                known.next_at = start + self._interval_s
                if start > now:
                    await self._sleep(start - now)
                    patience.check(asked)
                async with self._slots:
                    yield
        finally:
            known.users -= 1

    def _known(self, host: str) -> _Host:
        if host not in self._hosts:
            if len(self._hosts) >= _REMEMBERED:
                now = self._clock()
                self._hosts = {name: h for name, h in self._hosts.items() if h.users or h.next_at > now}
            self._hosts[host] = _Host()
        return self._hosts[host]
