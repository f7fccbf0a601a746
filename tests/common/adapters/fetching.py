"""Fetches in a web of our own: what is fetched, within which limits, and how it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from tests.common.adapters.web import Asked, Web, reset
from vigie.adapters.http import HttpJob, Limits
from vigie.errors import FetchError
from vigie.exchange import Request, Response

SITE = "http://www.example.org/"
URL = f"{SITE}feed"
SHORT = Limits(connect_s=0.3, read_s=0.5, total_s=1.0, body=100_000)


def failure(web: Web, url: str = URL, limits: Limits = SHORT, **options: Any) -> FetchError:
    """How a fetch fails."""
    with pytest.raises(FetchError) as failed:
        web.fetch(url, limits=limits, **options)
    assert "example" not in str(failed.value)
    return failed.value


def raw(data: bytes, *, then: str = "close") -> Web:
    """A web whose every answer is `data`, then the end of the connection (or nothing more)."""

    async def serve(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        if then == "close":
            writer.close()
        elif then == "reset":
            await writer.drain()
            reset(writer)

    return Web(serve=serve)


def visit(*urls: str) -> Callable[[HttpJob], Awaitable[list[Response | BaseException]]]:
    """Fetches all of `urls` at once, as a job does with its sources."""

    async def job(web: HttpJob) -> list[Response | BaseException]:
        return await asyncio.gather(*(web.fetch(Request(url)) for url in urls), return_exceptions=True)

    return job


def details(results: Sequence[Response | BaseException]) -> list[str]:
    return [r.detail if isinstance(r, FetchError) else "ok" if isinstance(r, Response) else repr(r) for r in results]
