"""What tests of a scan stand on: a world of one source, and what it serves."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from tests.fakes import CannedFetcher, ListOutbox, MemoryStore
from tests.ledger import access_of, silent
from vigie import identity
from vigie.errors import StoreError
from vigie.exchange import Response
from vigie.model import Job, MentionStatus, Practitioner, Source
from vigie.record import Recorder
from vigie.scan import Scanner
from vigie.watchdog import Watchdog

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://forum.example/comments.xml"
PAGE = "https://annuaire.example/dr-vasseur"
ROBOTS = "https://annuaire.example/robots.txt"
ALICE = Practitioner("palice", "Dr", ("Alice",), ("Vasseur-Lemoine",), "dermatologue", "Besançon", "25000")
BORIS = Practitioner("pboris", "Dr", ("Boris",), ("Quintreau",), "cardiologue", "Dijon", "21000")


def feed(*entries: tuple[str, str]) -> bytes:
    items = "".join(
        f"<item><title>{title}</title><link>https://forum.example/t/{n}</link><guid>g{n}</guid>"
        f"<description>{text}</description></item>"
        for n, (title, text) in enumerate(entries)
    )
    channel = f"<channel><title>Forum</title><link>https://forum.example/</link>{items}</channel>"
    return f'<rss version="2.0">{channel}</rss>'.encode()


def about(person: Practitioner, text: str = "Très déçue de la consultation.") -> tuple[str, str]:
    return (
        f"Avis sur le Dr {person.first_names[0]} {person.last_names[0]}",
        f"{person.specialty} à {person.city}. {text}",
    )


ALICE_POST, BORIS_POST, OTHER = about(ALICE), about(BORIS), ("Recette", "Une tarte aux pommes.")


def page(*paragraphs: str) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    head = "<head><meta charset=utf-8><title>Annuaire</title></head>"
    return f"<!doctype html><html lang=fr>{head}<body><main>{body}</main></body></html>".encode()


OLD_TEXT = "Prendre rendez-vous au secrétariat, du lundi au vendredi, de 9 h à 18 h."


class World:
    """A store, a web and a clock, and one source watched by whoever is enrolled."""

    def __init__(self, *watchers: Practitioner, kind: str = "feed", url: str = URL) -> None:
        self.now = NOW
        self.store = MemoryStore(clock=lambda: self.now)
        self.outbox = ListOutbox()
        self.web = CannedFetcher()
        self.source_id = identity.source_id(kind, {"url": url})
        self.kind, self.url = kind, url
        for person in watchers:
            self.enrol(person)
        self.scanner = self.restarted()

    def restarted(self, watchdog: Watchdog | None = None) -> Scanner:
        """A scanner with nothing in memory, as after a cold start."""
        recorder = Recorder(self.store, self.outbox, timedelta(days=90))
        access = access_of(lambda: self.now)
        return Scanner(self.store, recorder, self.web, access, watchdog or silent(), lambda: self.now)

    def enrol(self, person: Practitioner) -> None:
        self.store.enrol(person, [], f"hash-{person.practitioner_id}")
        params = {"url": self.url}
        self.store.watch(
            person.practitioner_id, Source(self.source_id, self.kind, params, 60, identity.host_of(self.url))
        )

    def serve(self, answer, *, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.web.answers[self.url] = (
            answer if isinstance(answer, Exception) else Response(status, self.url, named, answer)
        )

    def scan(self, *, forced: bool = False, after: timedelta = timedelta(hours=1)):
        self.now += after
        report = asyncio.run(self.scanner.scan(Job((self.source_id,), forced)))
        return report.outcomes[self.source_id]

    @property
    def source(self) -> Source:
        return self.store.source_rows[self.source_id]

    def statuses(self, person: Practitioner) -> list[MentionStatus]:
        return [m.status for m in self.store.mentions(person.practitioner_id)]

    def snapshot(self):
        return dict(self.store.source_rows), dict(self.store.mention_rows), list(self.outbox.pointers)


def failing(*args, **kwargs):
    raise StoreError("ProvisionedThroughputExceededException")
