"""How services are asked: with keys, by turns, within budgets, after a login. Sites are asked as they are.

Every request is charged before it is made (`vigie.budget`), a login too. A service that refuses a key or a token
(`AUTH_FAILED`) is asked once more if there is another by now: a key may have been changed, a token may have expired.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vigie import budget
from vigie.budget import Charge, Limits
from vigie.errors import SourceError, StoreError
from vigie.exchange import SESSION, Grant, Request, Response
from vigie.model import OutcomeKind, Provider, Source
from vigie.outcomes import NOT_MODIFIED, after_status
from vigie.ports import Clock, Fetcher, Keys, Ledger, OnRedirect
from vigie.sources import Kind, provider_of

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=15)
"""How long a turn is waited for within a scan; a later one is another scan's."""

EARLY = timedelta(seconds=60)
"""A token is not used in its last minute: it could expire on the way."""

_REFUSED = {401: OutcomeKind.AUTH_FAILED, 402: OutcomeKind.QUOTA_EXHAUSTED, 403: OutcomeKind.AUTH_FAILED}
"""What a service means by a status where its kind says nothing better; of a site it may mean less."""

_OF_ONE = frozenset({OutcomeKind.HELD, OutcomeKind.QUOTA_EXHAUSTED})
"""Of one source and whoever watches it: another may log in all the same."""

type Sleep = Callable[[float], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class _Held:
    grant: Grant
    until: datetime


class Access:
    """What the scans of a process share: the tokens that logins brought."""

    def __init__(
        self, keys: Keys, ledger: Ledger, limits: Limits, clock: Clock, *, sleep: Sleep = asyncio.sleep
    ) -> None:
        self.keys = keys
        self.ledger = ledger
        self.limits = limits
        self.clock = clock
        self.sleep = sleep
        self.grants: dict[tuple[str, ...], _Held] = {}

    def job(self, fetcher: Fetcher) -> JobAccess:
        """The way out of one job."""
        return JobAccess(self, fetcher)


class JobAccess:
    """The scans of one job wait for one another's logins, and share what came of them: services count those, and bar
    an account whose password is wrong twenty-five times in a row."""

    def __init__(self, access: Access, fetcher: Fetcher) -> None:
        self.access = access
        self.fetcher = fetcher
        self.logins: dict[tuple[str, ...], asyncio.Lock] = defaultdict(asyncio.Lock)
        self.granted: set[tuple[str, ...]] = set()
        self.refused: dict[tuple[str, ...], SourceError] = {}

    def way(self, source: Source, kind: Kind) -> Way:
        """How one source is asked."""
        return Way(self, source, kind)


class Way:
    """How one source is asked, in one scan."""

    def __init__(self, job: JobAccess, source: Source, kind: Kind) -> None:
        self._job = job
        self._access = job.access
        self._source = source
        self._kind: Any = kind
        self._provider = provider_of(kind)
        self._is_service = self._provider is not None or hasattr(kind, "keys")
        self._charged: list[Charge] = []

    async def fetch(self, request: Request, *, conditional: bool, on_redirect: OnRedirect | None = None) -> Response:
        """A success, or a 304 to a `conditional` request. Raises `SourceError` for any other answer, and for one that
        may not be asked for."""
        keys = await self._keys_of(request)
        try:
            return await self._sent(request, keys, on_redirect, conditional=conditional)
        except SourceError as error:
            if error.outcome is not OutcomeKind.AUTH_FAILED or not request.secrets:
                raise
            self._forget(keys)
            others = await self._keys_of(request)
            if others == keys:
                raise
        return await self._sent(request, others, on_redirect, conditional=conditional)

    def settle(self, spent: int | None) -> None:
        """Give back what the last answer, now read, cost less than was charged for it: a refusal may come as a 200."""
        if spent is not None and self._provider:
            self._give_back(max(self._provider.price - spent, 0))

    async def _keys_of(self, request: Request) -> Mapping[str, str]:
        keys = self._values([secret.name for secret in request.secrets if secret.name != SESSION])
        if any(secret.name == SESSION for secret in request.secrets):
            keys = {**keys, SESSION: (await self._session()).token}
        return keys

    async def _sent(
        self, request: Request, keys: Mapping[str, str], on_redirect: OnRedirect | None, *, conditional: bool
    ) -> Response:
        await self._allowed()
        response = await self._job.fetcher.fetch(request, on_redirect=on_redirect, keys=keys)
        self._judge(response, conditional=conditional)
        return response

    def _judge(self, response: Response, *, conditional: bool) -> None:
        """Raises `SourceError` for an answer that is neither a success nor an awaited 304."""
        success = response.status in (200, 203) or (response.status == NOT_MODIFIED and conditional)
        if not success:
            if self._provider:
                self._give_back(self._provider.price)
            refused = getattr(self._kind, "refused", None)
            error = refused(self._source, response) if refused else None
            if error is not None:
                raise error
            if self._is_service and response.status in _REFUSED:
                raise SourceError(_REFUSED[response.status], f"status {response.status}")
        after_status(response, conditional=conditional, now=self._access.clock())

    def _values(self, names: Sequence[str]) -> Mapping[str, str]:
        """Raises `SourceError` (`AUTH_FAILED`) naming the key that is missing."""
        found = {}
        for name in names:
            value = self._access.keys.value(name)
            if value is None:
                raise SourceError(OutcomeKind.AUTH_FAILED, f"no key {name}")
            found[name] = value
        return found

    def _forget(self, keys: Mapping[str, str]) -> None:
        """Those were refused, and only those: another scan may have brought a token since, and one that was made in
        this very job is not made better by another."""
        for name, value in keys.items():
            if name == SESSION:
                held = self._access.grants.get(self._login_keys())
                if held and held.grant.token == value and self._login_keys() not in self._job.granted:
                    # Not thrown away: what is left of it may do for another token.
                    self._access.grants[self._login_keys()] = _Held(held.grant, self._access.clock())
            else:
                self._access.keys.forget(name)

    def _login_keys(self) -> tuple[str, ...]:
        """Names of all that a login is made of: what it brings is shared by sources that have the same."""
        own = getattr(self._kind, "keys", None)
        return (*(self._provider.keys if self._provider else ()), *(own(self._source) if own else ()))

    async def _session(self) -> Grant:
        names = self._login_keys()
        async with self._job.logins[names]:
            held = self._access.grants.get(names)
            if held and held.until > self._access.clock():
                return held.grant
            if names in self._job.refused:
                raise self._job.refused[names]
            try:
                grant = await self._anew(names, held.grant.refresh if held else "")
            except SourceError as error:
                if error.outcome not in _OF_ONE:
                    self._job.refused[names] = error
                raise
            lasts = max(timedelta(seconds=grant.lasts_s) - EARLY, timedelta(0))
            self._access.grants[names] = _Held(grant, self._access.clock() + lasts)
            self._job.granted.add(names)
            return grant

    async def _anew(self, names: Sequence[str], refresh: str) -> Grant:
        """A token, from what is left of the last one if it still does, else from the keys as they are kept now."""
        try:
            return await self._logged_in(self._values(names), refresh)
        except SourceError as error:
            if error.outcome is not OutcomeKind.AUTH_FAILED:
                raise
            refused = self._values(names)
            for name in names:
                self._access.keys.forget(name)
            if not refresh and refused == self._values(names):
                raise
        return await self._logged_in(self._values(names), "")

    async def _logged_in(self, keys: Mapping[str, str], refresh: str) -> Grant:
        await self._allowed()
        response = await self._job.fetcher.fetch(self._kind.login(self._source, keys, refresh))
        self._judge(response, conditional=False)
        grant: Grant = self._kind.granted(self._source, response)
        return grant

    async def _allowed(self) -> None:
        """Wait for the turn of one request, and charge it. Raises `SourceError`: `HELD`, or `QUOTA_EXHAUSTED`.

        In that order: most who wait for a turn are sent away, and it is charged to the day on which it is made.
        """
        self._charged = []
        if self._provider is None:
            return
        now = self._access.clock()
        if self._provider.interval_ms:
            turn = self._access.ledger.turn(self._provider.name, self._provider.interval_ms, now, now + PATIENCE)
            if turn is None:
                raise SourceError(OutcomeKind.HELD, "its turn", until=now + PATIENCE)
            if turn > now:
                await self._access.sleep((turn - now).total_seconds())
        self._charge(self._provider, self._access.clock())

    def _charge(self, provider: Provider, now: datetime) -> None:
        refusal = self._spent(budget.of_provider(provider, self._access.limits, now))
        if refusal:
            raise SourceError(OutcomeKind.QUOTA_EXHAUSTED, f"budget of {provider.name}", until=refusal.ends_at)
        # One who watches it pays for all who do: the first who still can.
        refusals = []
        for practitioner_id in sorted(self._source.watchers):
            refusal = self._spent(budget.of_practitioner(practitioner_id, provider, self._access.limits, now))
            if refusal is None:
                return
            refusals.append(refusal.ends_at)
        if refusals:
            self._undo(self._charged)
            self._charged = []
            raise SourceError(OutcomeKind.QUOTA_EXHAUSTED, "budget of the practitioner", until=min(refusals))

    def _spent(self, charges: Sequence[Charge]) -> Charge | None:
        """Make all of `charges`, or none: the one that had no room."""
        made: list[Charge] = []
        for charge in charges:
            if not self._access.ledger.spend(
                charge.account, charge.period, charge.amount, limit=charge.limit, expires_at=charge.expires_at
            ):
                self._undo(made)
                return charge
            made.append(charge)
        self._charged += made
        return None

    def _undo(self, charges: Sequence[Charge]) -> None:
        for charge in charges:
            self._returned(charge, charge.amount)

    def _give_back(self, amount: int) -> None:
        """Money that the last request did not cost after all; it counts as a request all the same."""
        for charge in self._charged:
            if charge.money and amount:
                self._returned(charge, amount)

    def _returned(self, charge: Charge, amount: int) -> None:
        """A count that stays too high is the lesser evil: to fail would throw away an answer, and pay for another."""
        try:
            self._access.ledger.give_back(charge.account, charge.period, amount)
        except StoreError as error:
            log.warning("not given back: %s", error)
