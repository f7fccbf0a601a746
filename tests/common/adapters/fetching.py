"""One fetch in a web of our own: the address, the limits, and the ways in which it fails."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.common.adapters.web import Asked, Web, reset
from vigie.adapters.http import Limits
from vigie.errors import FetchError

URL = "http://www.example.org/feed"
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
