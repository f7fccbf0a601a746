"""The registers as tests ask them, and as they answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

from ops.lookup import Lookup
from ops.registers import rpps_tabular
from tests.conftest import NOW
from tests.providers.rpps import Register
from vigie.adapters.http import HttpFetcher
from vigie.exchange import Response

SAMPLES = "sources", "samples"


def web(register: Register, **options: Any) -> HttpFetcher:
    """The real way out, with the register standing in for data.gouv.fr."""
    return HttpFetcher(
        contact="https://vigie.example/robot",
        allowlist=["127.0.0.1"],
        stand_ins=[register.stand_in],
        **options,
    )


def asked[T](register: Register, question: Callable[[Lookup], Coroutine[Any, Any, T]]) -> T:
    async def ask() -> T:
        return await question(Lookup(web(register), lambda: NOW, sleep=lambda _: asyncio.sleep(0)))

    return asyncio.run(ask())


def page(*rows: Any, **more: Any) -> Response:
    return Response(200, rpps_tabular.DATA, {}, json.dumps({"data": rows, **more}).encode())
