"""The schedule's tick and ScanQueue, translated. What they do is `vigie.plan` and `vigie.scan`."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from vigie import batch, observe, wiring
from vigie.messages import decode_job

log = observe.logger("scan")
planner = cache(wiring.planner)
scanner = cache(wiring.scanner)


@cache
def loop() -> Any:
    """One for the life of the process, so that connections are kept from one job to the next; plan does without."""
    import asyncio

    return asyncio.Runner()


@log.inject_lambda_context
@batch.unquoted()
def plan(_event: object, _context: Any) -> None:
    observe.tick(planner().tick(datetime.now(UTC)))


@log.inject_lambda_context
def scan(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    return batch.handle(event, lambda body: observe.scanned(loop().run(scanner().scan(decode_job(body)))))
