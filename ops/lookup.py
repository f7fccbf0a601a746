"""A register asked: all the pages of an answer, each person once, politely, and no question twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ops import registers
from ops.registers import Answer, Entry, merged, resolved
from vigie import registry
from vigie.errors import InputError, SourceError, VigieError
from vigie.exchange import Request
from vigie.judge.fold import folded
from vigie.model import OutcomeKind
from vigie.outcomes import after_status
from vigie.ports import NO_KEYS, Clock, Fetcher

USUAL = "rpps_tabular"

MOST_PAGES = 12
"""Of one answer: six hundred rows. A name that has more is common, however many more."""

AT_ONCE = 4
"""Requests on their way together; the fetcher keeps its distance between their beginnings besides."""

PATIENCE = timedelta(seconds=60)
TRIES = 3
"""A register that asks to be left alone for longer, or more often, is."""

_WHY = {
    OutcomeKind.AUTH_FAILED: "it refuses the key: `vigie key list`, then `vigie key set`",
    OutcomeKind.THROTTLED: "it asks to be left alone for a while",
    OutcomeKind.CONTRACT_CHANGED: "it answers in a form that Vigie does not know: report it",
    OutcomeKind.UNREACHABLE: "it does not answer",
}


class RegisterError(VigieError):
    """A register could not be asked. Nothing is known of the person: not even that they are not in it."""

    def __init__(self, name: str, error: SourceError) -> None:
        why = _WHY.get(error.outcome, "it refused")
        detail = f" ({error.detail})" if error.detail else ""
        super().__init__(f"The register {name} could not be asked: {why}{detail}. Try later, or enrol with --file.")
        self.outcome = error.outcome


@dataclass(frozen=True, slots=True)
class Named:
    """Everybody of one name. `complete` is False when there were more pages than are read."""

    entries: tuple[Entry, ...]
    complete: bool = True


class Lookup:
    """A register, for as long as one command lasts."""

    def __init__(
        self,
        fetcher: Fetcher,
        clock: Clock,
        name: str = USUAL,
        *,
        keys: Mapping[str, str] = NO_KEYS,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """`keys`: values of the register's, by name. Raises `InputError` for a register that needs one not given."""
        self.name = name
        self._register: Any = registry.load(registers, name)
        for key, meaning in self._register.PROVIDER.keys.items():
            if key not in keys:
                raise InputError(f"The register {name} needs a key that is not set: {key}, {meaning}.")
        self._fetcher, self._clock, self._keys, self._sleep = fetcher, clock, keys, sleep
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._asked: dict[str, asyncio.Task[Answer]] = {}

    async def number(self, rpps: str) -> Entry | None:
        """The person of that RPPS number. Raises `RegisterError`."""
        found, _ = await self._everybody([self._register.by_number(rpps)])
        return next((entry for entry in found if entry.rpps == rpps), None)

    async def named(self, first: str, last: str) -> Named:
        """Everybody of that last name whose first name begins so. Raises `RegisterError`."""
        for requests in self._register.by_name(first, last):
            found, complete = await self._everybody(requests)
            theirs = tuple(entry for entry in found if entry.active and _is_named(entry, first, last))
            if theirs or not complete:
                return Named(theirs, complete)
        return Named(())

    async def _everybody(self, requests: Sequence[Request]) -> tuple[list[Entry], bool]:
        answers: list[Answer] = []
        complete = True
        for request in requests:
            following: Request | None = request
            for _ in range(MOST_PAGES):
                if following is None:
                    break
                answers.append(await self._once(following))
                following = answers[-1].next
            complete = complete and following is None
        places = {ref: place for answer in answers for ref, place in answer.places.items()}
        entries = merged(entry for answer in answers for entry in answer.entries)
        return [resolved(entry, places) for entry in entries], complete

    async def _once(self, request: Request) -> Answer:
        """The answer to a request, asked for at most once; whoever asks for the same meanwhile waits for it."""
        if request.url not in self._asked:
            self._asked[request.url] = asyncio.ensure_future(self._answer(request))
        return await asyncio.shield(self._asked[request.url])

    async def _answer(self, request: Request) -> Answer:
        for tried in range(1, TRIES + 1):
            try:
                async with self._turns:
                    return await self._read(request)
            except SourceError as error:
                wait = _wait(error, self._clock())
                if tried == TRIES or wait is None:
                    raise RegisterError(self.name, error) from error
                await self._sleep(wait)
        raise AssertionError("the last try returns or raises")

    async def _read(self, request: Request) -> Answer:
        response = await self._fetcher.fetch(request, keys=self._keys)
        if response.status != 200 and (refused := self._register.refused(response)):
            raise refused
        after_status(response, conditional=False, now=self._clock())
        answer: Answer = self._register.read(response)
        return answer


def _wait(error: SourceError, now: datetime) -> float | None:
    """Seconds after which to try again; None when that is too long, or useless."""
    if error.outcome is not OutcomeKind.THROTTLED or error.until is None:
        return None
    left = error.until - now
    return left.total_seconds() if left <= PATIENCE else None


def _is_named(entry: Entry, first: str, last: str) -> bool:
    """Of that last name, and of that first name or of one that begins with it: `Jean` is also `Jean-Pierre`."""
    wanted, theirs = folded(first).split(), folded(entry.first).split()
    return folded(entry.last).split() == folded(last).split() and theirs[: len(wanted)] == wanted


def splits(name: str) -> Iterator[tuple[str, str]]:
    """(first, last) in every way in which a written name may be meant, the likeliest first.

    A title in front goes. What alone is in capitals is the last name: `Camille AUBERTIN-LESAGE`.
    """
    words = [word for word in name.replace(",", " ").split() if folded(word) not in _TITLES]
    loud = [word for word in words if word.isupper() and len(word) > 1]
    if loud and len(loud) < len(words):
        yield " ".join(word for word in words if word not in loud), " ".join(loud)
        return
    cuts = list(range(1, len(words)))
    yield from ((" ".join(words[:cut]), " ".join(words[cut:])) for cut in cuts)
    yield from ((" ".join(words[cut:]), " ".join(words[:cut])) for cut in reversed(cuts))


_TITLES = frozenset({"dr", "docteur", "docteure", "pr", "professeur", "professeure", "m", "mme", "monsieur", "madame"})
