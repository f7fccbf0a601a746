"""The AWS calls of an hour in which nothing changed, and of one new mention, counted on the embedded AWS.

usage: python -m benchmarks.bench_calls [--sources N]
The real planner, scanner and adapters; the web is a canned 304. Calls are counted where botocore sends them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from botocore.session import Session

from ops.local import embedded
from tests import tables
from tests.fakes import CannedFetcher, ListOutbox
from tests.ledger import access_of, silent
from vigie import identity
from vigie.adapters.dynamodb import Dynamo
from vigie.adapters.dynamodb_registrar import DynamoRegistrar
from vigie.adapters.dynamodb_sources import DynamoSources
from vigie.adapters.dynamodb_wheel import DynamoWheel
from vigie.adapters.sqs import SqsOutbox
from vigie.exchange import Response
from vigie.model import RINGS, Job, Practitioner, Source
from vigie.plan import JOB_SIZE, Planner, jobs
from vigie.ports import SlotEntry
from vigie.record import Recorder
from vigie.scan import Scanner

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TICK = timedelta(minutes=5)
PERSON = Practitioner("pbench", "Dr", ("Alice",), ("Vasseur-Lemoine",), "dermatologue", "Besançon", "25000")
_ITEM = (
    "<item><title>{0}</title><link>https://a.example/{0}</link><guid>{0}</guid><description>{1}</description></item>"
)
_FEED = '<rss version="2.0"><channel><title>T</title><link>https://a.example/</link>{}</channel></rss>'


class Counted:
    """Calls and capacity, by operation."""

    def __init__(self, client: Any) -> None:
        self.calls: Counter[str] = Counter()
        client.meta.events.register("before-send", self._sent)
        self.client = client

    def _sent(self, request: Any, **_: object) -> None:
        self.calls[request.headers["X-Amz-Target"].decode().rpartition(".")[2]] += 1

    def take(self) -> dict[str, int]:
        taken, self.calls = dict(self.calls), Counter()
        return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=200)
    count = parser.parse_args().sources
    with tempfile.TemporaryDirectory() as folder:
        aws = embedded.start(embedded.free_port(), Path(folder))
        try:
            print(json.dumps(_measure(aws.endpoint, count), indent=1))
        finally:
            aws.stop()


def _measure(endpoint: str, count: int) -> dict[str, Any]:
    session = Session()
    dynamo, sqs = (_client(session, name, endpoint) for name in ("dynamodb", "sqs"))
    counted, queued = Counted(dynamo), Counted(sqs)
    names = tables.create(dynamo)
    urls = {queue: sqs.create_queue(QueueName=queue)["QueueUrl"] for queue in ("scan", "mention")}
    table = Dynamo(lambda: dynamo)
    outbox = SqsOutbox(lambda: sqs, scan_queue_url=urls["scan"], mention_queue_url=urls["mention"])
    web = CannedFetcher()
    sources = _enrol(DynamoRegistrar(table, names), web, count)
    store = DynamoSources(table, names)
    clock = [NOW]
    recorder = Recorder(store, outbox, timedelta(days=90))
    scanner = Scanner(store, recorder, web, access_of(lambda: clock[0]), silent(), lambda: clock[0])
    wheel = DynamoWheel(table, names)
    all_jobs = list(jobs(SlotEntry(s.source_id, s.host) for s in sources))
    _scan(scanner, all_jobs)
    wheel.advance(int(NOW.timestamp()) // 60)
    for source in sources:
        web.answers[source.url] = Response(304, source.url, {})
    counted.take(), queued.take()

    planned = ListOutbox()
    for _ in range(60 // 5):
        clock[0] += TICK
        Planner(wheel, planned).tick(clock[0])
    ticks = counted.take()
    _scan(scanner, all_jobs)
    return {
        "an hour of ticks, DynamoDB calls": ticks,
        "of which queries, at most": 12 * (2 + 1 + 5 * len(RINGS)),
        "sources enqueued in that hour": sum(len(job.source_ids) for job in planned.jobs),
        f"scans of {count} unchanged sources, DynamoDB calls": counted.take(),
        "of which BatchGetItem, expected": ceil(count / JOB_SIZE),
        "SQS calls of those scans": queued.take(),
        "one new mention": _one_mention(scanner, web, sources[0], counted, queued),
    }


def _client(session: Session, name: str, endpoint: str) -> Any:
    return session.create_client(
        name, endpoint_url=endpoint, region_name="eu-west-3", aws_access_key_id="test", aws_secret_access_key="test"
    )


def _enrol(registrar: DynamoRegistrar, web: CannedFetcher, count: int) -> list[Source]:
    registrar.enrol(PERSON, [], "bench")
    made = []
    for number in range(count):
        url = f"https://site-{number}.example/feed.xml"
        source_id = identity.source_id("feed", {"url": url})
        source = Source(source_id, "feed", {"url": url}, 60, f"site-{number}.example")
        registrar.watch(PERSON.practitioner_id, source)
        body = _FEED.format(_ITEM.format(number, "Rien")).encode()
        web.answers[url] = Response(200, url, {"etag": '"1"'}, body)
        made.append(source)
    return made


def _scan(scanner: Scanner, all_jobs: list[Job]) -> None:
    with asyncio.Runner() as runner:
        for job in all_jobs:
            runner.run(scanner.scan(job))


def _one_mention(
    scanner: Scanner, web: CannedFetcher, source: Source, counted: Counted, queued: Counted
) -> dict[str, Any]:
    text = "Le Dr Alice Vasseur-Lemoine, dermatologue à Besançon, m'a mal reçue."
    body = _FEED.format(_ITEM.format(0, "Rien") + _ITEM.format("avis", text)).encode()
    web.answers[source.url] = Response(200, source.url, {"etag": '"2"'}, body)
    _scan(scanner, [Job((source.source_id,))])
    return {"DynamoDB calls": counted.take(), "SQS calls": queued.take()}


if __name__ == "__main__":
    main()
