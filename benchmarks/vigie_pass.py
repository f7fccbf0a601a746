"""Vigie with the same feeds as its peers: the real scanner, fetcher, parser and matcher over a store in memory.

usage: vigie_pass.py URLS_FILE PRACTITIONERS
Every source is watched by every practitioner. Prints as JSON the CPU of a cold pass and of an unchanged one, and
what each wrote, parsed and folded.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

from benchmarks.peers import measured, peak_mb
from vigie import identity, wiring
from vigie.adapters.http import HttpFetcher
from vigie.model import Cursor, Health, Job, Mention, Pointer, Practitioner, Source
from vigie.plan import jobs
from vigie.ports import SlotEntry
from vigie.settings import Settings

CITIES = [("Lyon", "69003"), ("Nantes", "44000"), ("Besançon", "25000"), ("Pau", "64000")]
SYLLABLES = [a + b for a in "bcdglmnprstv" for b in ("a", "e", "i", "o", "ou", "eau")]


class Memory:
    """The store, as dicts that count what is written."""

    def __init__(self, urls: list[str], people: dict[str, Practitioner]) -> None:
        everyone = frozenset(people)
        self.people = people
        self.rows: dict[str, Source] = {}
        self.mentions: dict[tuple[str, str], Mention] = {}
        self.writes: Counter[str] = Counter()
        for url in urls:
            source_id = identity.source_id("feed", {"url": url})
            self.rows[source_id] = Source(
                source_id, "feed", {"url": url}, 60, identity.host_of(url), watchers=everyone, slot="60m#1"
            )

    def sources(self, source_ids: tuple[str, ...]) -> dict[str, Source]:
        return {source_id: self.rows[source_id] for source_id in source_ids}

    def practitioners(self, ids: set[str], **_how: bool) -> dict[str, Practitioner]:
        return {i: self.people[i] for i in ids}

    def put_mention(self, mention: Mention) -> bool:
        self.writes["mention"] += 1
        return self.mentions.setdefault((mention.practitioner_id, mention.mention_id), mention) is mention

    def put_or_find(self, mention: Mention) -> Mention | None:
        standing = self.mentions.get((mention.practitioner_id, mention.mention_id))
        return standing if standing or not self.put_mention(mention) else None

    def save_cursor(self, source: Source, cursor: Cursor, health: Health, **_ended: object) -> bool:
        self.writes["cursor"] += 1
        self.rows[source.source_id] = replace(source, cursor=cursor, health=health)
        return True

    def send_pointers(self, pointers: list[Pointer]) -> int:
        self.writes["pointer"] += len(pointers)
        return len(pointers)


def practitioners(count: int, seed: int = 20261123) -> Iterator[Practitioner]:
    """Fictional doctors with made-up, mostly distinct, surnames."""
    rng = random.Random(seed)
    for number in range(count):
        last = "".join(rng.choice(SYLLABLES) for _ in range(rng.randrange(3, 5))).capitalize()
        city, postcode = rng.choice(CITIES)
        first = rng.choice(["Anne", "Jean-Pierre", "Karim", "Élodie", "Hugues", "Nour"])
        yield Practitioner(f"p{number}", "Dr", (first,), (last,), "dermatologue", city, postcode)


def main(urls_file: str, count: str) -> None:
    people = {person.practitioner_id: person for person in practitioners(int(count))}
    store = Memory(Path(urls_file).read_text().split(), people)
    settings = Settings.from_env({field.name.upper(): "90" for field in fields(Settings)})  # only the retention is used
    fetcher = HttpFetcher(contact="https://vigie.example/robot", allowlist=("127.0.0.0/8",), host_interval_ms=0)
    scanner = wiring.scanner(settings, store=store, outbox=store, fetcher=fetcher)  # type: ignore[arg-type]
    work: list[Job] = list(jobs(SlotEntry(s.source_id, s.host) for s in store.rows.values()))
    outcomes: Counter[str] = Counter()

    with asyncio.Runner() as runner:

        def once() -> None:
            for job in work:
                outcomes.update(kind.value for kind in runner.run(scanner.scan(job)).counts().elements())

        cold = measured(once) | {"writes": dict(store.writes), "outcomes": dict(outcomes)}
        store.writes.clear()
        outcomes.clear()
        unchanged = measured(once) | {"writes": dict(store.writes), "outcomes": dict(outcomes)}
    print(json.dumps({"cold": cold, "unchanged": unchanged, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
