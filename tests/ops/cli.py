"""`vigie` run in this process against the fakes: what a person types, and what they get on stdout and stderr."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from ops.cli import app
from ops.queues import Depth
from ops.session import Session
from ops.where import Where
from tests.conftest import NOW
from tests.fakes import ListOutbox, MemoryStore
from tests.ledger import MemoryLedger
from vigie.model import Category, Confidence, Mention, MentionStatus, Polarity, Severity
from vigie.settings import Settings

URL = "http://127.0.0.1:9001/comments.xml"
"""What is watched."""

SETTINGS = Settings(
    practitioners_table="practitioners",
    recipients_table="recipients",
    sources_table="sources",
    mentions_table="mentions",
    alerts_table="alerts",
    ledger_table="ledger",
    keys_path="/vigie/vigie/keys/",
    scan_queue_url="scan",
    mention_queue_url="mention",
    operator_topic_arn="topic",
    mail_from="alertes@vigie.example",
    configuration_set="set",
    sms_sender_id="VIGIE",
    contact="https://vigie.example/robot",
    fetch_allowlist=("127.0.0.1",),
    host_interval_ms=0,
    stand_ins=(),
    usd_per_month=5.0,
    provider_budgets=(),
    practitioner_usd_per_month=1.0,
    practitioner_requests_per_day=100,
    tick_minutes=5,
    retention_days=365,
    mails_per_hour=6,
    mails_per_day=20,
    sms_per_hour=3,
    sms_per_day=8,
)

PROFILE: dict[str, Any] = {
    "title": "Dr",
    "first_names": ["Claire"],
    "last_names": ["Morvant"],
    "specialty": "dermatologue",
    "city": "Lyon",
    "postcode": "69006",
    "rpps": "10990000113",
    "recipients": ["claire@cabinet.example"],
}


class StubQueues:
    """Queues whose depths are set by the test; dead letters come back in tens."""

    def __init__(self) -> None:
        self.depths = {"scan": Depth(0, 0, 0), "mention": Depth(0, 0, 0)}
        self.dead_letters = {"tick": 0, "scan": 0, "mention": 0}
        self.looks: Iterator[Callable[[], None]] = iter(())
        """What happens before each look at the scan queue, in turn."""

    def depth(self, name: str) -> Depth:
        if name == "scan":
            next(self.looks, lambda: None)()
        return self.depths[name]

    def dead(self, name: str) -> int:
        return self.dead_letters[name]

    def redrive(self, name: str, moved: Callable[[int], None]) -> int:
        number, self.dead_letters[name] = self.dead_letters[name], 0
        moved(number)
        return number


class StubShelf:
    """Keys in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def names(self) -> dict[str, datetime]:
        return dict.fromkeys(self.kept, NOW)

    def put(self, name: str, value: str) -> None:
        self.kept[name] = value

    def remove(self, name: str) -> bool:
        return self.kept.pop(name, None) is not None

    def value(self, name: str) -> str | None:
        """As `vigie.ports.Keys` has it, for what is asked from this machine."""
        return self.kept.get(name)

    def forget(self, name: str) -> None:
        pass


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Stdout as the one JSON document it must be."""
        return json.loads(self.out)


@dataclass
class Vigie:
    """A deployment of fakes, and the command line over it."""

    store: MemoryStore = field(default_factory=lambda: MemoryStore(clock=lambda: NOW))
    outbox: ListOutbox = field(default_factory=ListOutbox)
    queues: StubQueues = field(default_factory=StubQueues)
    keys: StubShelf = field(default_factory=StubShelf)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    now: datetime = NOW
    deployed_at: datetime = NOW - timedelta(minutes=1)
    asked: list[Where] = field(default_factory=list)
    settings: Settings = SETTINGS

    def __call__(self, *words: str, stdin: str = "", charset: str = "utf-8") -> Result:
        """`charset`: what the terminal can write."""
        done = CliRunner(charset=charset).invoke(app, words, obj=self.session, input=stdin)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Result(done.exit_code, done.stdout, done.stderr)

    def enrol(self, folder: Path, **changes: Any) -> str:
        """Enrol the usual person through the command, and return their id."""
        path = folder / "P.json"
        path.write_text(json.dumps(PROFILE | changes))
        done = self("practitioner", "add", "--file", str(path), "--json")
        assert 0 == done.code, done.err
        return str(done.json["practitioner_id"])

    def session(self, where: Where) -> Session:
        self.asked.append(where)
        return Session(
            name="vigie",
            settings=self.settings,
            registrar=self.store,
            wheel=self.store,
            keys=self.keys,
            secrets=self.keys,
            ledger=self.ledger,
            outbox=self.outbox,
            queues=self.queues,
            clock=lambda: self.now,
            deployed_at=self.deployed_at,
            endpoint="http://127.0.0.1:1" if where.local else None,
            command=where.command,
        )


def mention(someone: str, mention_id: str = "m1", **changes: Any) -> Mention:
    """One of theirs, told to nobody yet."""
    usual = Mention(
        practitioner_id=someone,
        mention_id=mention_id,
        source_id="s1",
        url="https://forum.example/1",
        title="Un avis",
        excerpt="Le Dr Morvant ...",
        status=MentionStatus.PENDING,
        confidence=Confidence.CERTAIN,
        category=Category.FORUM,
        polarity=Polarity.NEGATIVE,
        severity=Severity.URGENT,
        found_at=NOW,
        due_at=NOW + timedelta(minutes=2),
    )
    return replace(usual, **changes)


def put(vigie: Vigie, *mentions: Mention) -> None:
    """As if a scan had found them."""
    vigie.store.mention_rows |= {(m.practitioner_id, m.mention_id): m for m in mentions}
