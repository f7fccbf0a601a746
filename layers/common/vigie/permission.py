"""Whether a site lets us read a URL: its robots.txt is fetched, and `vigie.robots` says what it means."""

from __future__ import annotations

from datetime import datetime

from vigie import robots
from vigie.errors import SourceError
from vigie.exchange import Request, Response
from vigie.model import OutcomeKind
from vigie.outcomes import after_status
from vigie.ports import Fetcher

MAX_SITES = 4
"""Sites one reading may go through, its own included: each may take as long to answer as a fetch lasts."""


class Permission:
    """What the sites that one reading goes through say. Each is asked once, when it is needed."""

    def __init__(self, fetcher: Fetcher, now: datetime) -> None:
        self._fetcher = fetcher
        self._now = now
        self._answers: dict[str, Response | None] = {}

    async def given(self, url: str) -> bool:
        """True when the robots.txt of its site lets us read `url`.

        Raises `SourceError` when the site does not answer, or not now: that is another outcome than a refusal.
        """
        address = robots.address(url)
        if address not in self._answers:
            if len(self._answers) == MAX_SITES:
                raise SourceError(OutcomeKind.UNREACHABLE, "too many redirects")
            self._answers[address] = await self._asked(address)
        answer = self._answers[address]
        if answer is None:
            return robots.allows(url, status=None, body=b"")
        return robots.allows(url, status=answer.status, body=answer.body)

    async def needed(self, url: str) -> None:
        """`given`, or `SourceError`: what a redirect is to pass."""
        if not await self.given(url):
            raise SourceError(OutcomeKind.BLOCKED, "robots.txt")

    async def _asked(self, address: str) -> Response | None:
        """None for a site that is not to be asked at all."""
        try:
            answer = await self._fetcher.fetch(Request(address))
        except SourceError as error:
            if error.outcome in (OutcomeKind.UNREACHABLE, OutcomeKind.THROTTLED):
                raise
            return None
        if answer.status == 429 or answer.status >= 500:
            after_status(answer, conditional=False, now=self._now)
        return answer
