"""A small world for the notifier: the store in memory, channels of one line, a clock that tests move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from tests.conftest import NOW
from tests.fakes import Faults, MemoryStore, SentMail, SentSms, ToldOperator
from vigie.channels import Around, Carriers, Channel
from vigie.decide import Caps
from vigie.errors import UnknownKindError
from vigie.events import DeliveryEvent
from vigie.model import (
    Alert,
    Category,
    Confidence,
    DeliveryState,
    Mention,
    MentionStatus,
    Pointer,
    Polarity,
    Practitioner,
    Recipient,
    Roster,
    Severity,
)
from vigie.notify import FlushReport, Notifier
from vigie.ports import Message, Tags
from vigie.protocol import OPEN, Event

PERSON = "pmorvant"
CAPS = {"email": Caps(6, 20), "sms": Caps(3, 8)}


@dataclass(frozen=True)
class PlainChannel:
    """A channel that writes the ids of its mentions, and fails on the titles it is told to."""

    RESENDS: bool = True
    MENTIONS: int = 50
    UNSURE_FROM: Severity = Severity.INFO
    by: str = "mailer"
    poison: str = "poison"

    def compose(
        self, alert: Alert, mentions: Sequence[Mention], practitioner: Practitioner, now: datetime, around: Around
    ) -> Message:
        if any(self.poison in m.title for m in mentions):
            raise ValueError(self.poison)
        lines = [f"{m.mention_id} {m.title or '(not shown)'}" for m in mentions]
        return Message(alert.address, "\n".join(lines), subject=f"{len(mentions)} +{alert.more}")

    def send(self, message: Message, tags: Tags, carriers: Carriers) -> str:
        return str(getattr(carriers, self.by).send(message, tags))


EMAIL = PlainChannel()
SMS = PlainChannel(RESENDS=False, UNSURE_FROM=Severity.URGENT, by="texter")


def channel(name: str) -> Channel:
    known: dict[str, Channel] = {"email": EMAIL, "sms": SMS}
    if name not in known:
        raise UnknownKindError(name)
    return known[name]


def email(key: str = "rmail", **changes: object) -> Recipient:
    facts = {"channel": "email", "address": f"{key}@cabinet.example", "verified_at": NOW, **changes}
    return Recipient(key, **facts)  # type: ignore[arg-type]


def phone(key: str = "rsms", **changes: object) -> Recipient:
    facts = {
        "channel": "sms",
        "address": "+33639980000",
        "min_severity": Severity.URGENT,
        "verified_at": NOW,
        **changes,
    }
    return Recipient(key, **facts)  # type: ignore[arg-type]


def a_mention(key: str, **changes: object) -> Mention:
    facts: dict[str, object] = {
        "practitioner_id": PERSON,
        "mention_id": key,
        "source_id": "s1",
        "url": f"https://forum.example/{key}",
        "title": f"Sujet {key}",
        "excerpt": "Le Dr Morvant",
        "status": MentionStatus.PENDING,
        "confidence": Confidence.CERTAIN,
        "category": Category.FORUM,
        "polarity": Polarity.NEUTRAL,
        "severity": Severity.ATTENTION,
        "found_at": NOW,
        "due_at": NOW + timedelta(minutes=2),
        **changes,
    }
    return Mention(**facts)  # type: ignore[arg-type]


def a_person(**changes: object) -> Practitioner:
    facts = {"status": "active", **changes}
    return Practitioner(
        PERSON,
        "Dr",
        ("Camille",),
        ("Morvant",),
        "dermatologue",
        "Lyon",
        "69003",
        **facts,  # type: ignore[arg-type]
    )


class World:
    """One practitioner, their recipients, and everything that was ever sent to them."""

    def __init__(self, *recipients: Recipient, mail: SentMail | None = None, sms: SentSms | None = None) -> None:
        self.now = NOW
        self.store = MemoryStore(clock=lambda: self.now)
        self.store.people[PERSON] = a_person()
        self.store.rosters[PERSON] = Roster(PERSON, recipients or (email(),))
        self.mail = mail or SentMail()
        self.sms = sms or SentSms()
        self.operator = ToldOperator()
        self._owners = count(1)
        self._told_events = 0
        self.notifier = self.worker()

    def worker(self, faults: Faults | None = None, caps: dict[str, Caps] | None = None) -> Notifier:
        """Another process over the same store, its calls to the outside breakable."""
        breakable = faults or Faults()
        return Notifier(
            breakable.wrap(self.store),
            breakable.wrap(self.operator),
            Carriers(breakable.wrap(self.mail), breakable.wrap(self.sms)),
            channel=channel,
            caps=CAPS if caps is None else caps,
            clock=lambda: self.now,
            owner=lambda: f"worker{next(self._owners)}",
        )

    def found(self, *mentions: Mention | str) -> None:
        for mention in mentions:
            self.store.put_mention(mention if isinstance(mention, Mention) else a_mention(mention))

    def flush(self) -> FlushReport:
        return self.notifier.flush(Pointer(PERSON))

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def sweep(self) -> int:
        """What a tick does: a look at whoever has something due."""
        due = {entry.practitioner_id for entry in self.store.due(self.now, 1_000)}
        for practitioner_id in due:
            self.notifier.flush(Pointer(practitioner_id))
        return len(due)

    def events(self) -> None:
        """The provider tells of every e-mail it took and has not told of yet."""
        for _, tags in self.mail.sent[self._told_events :]:
            self.notifier.settle_event(DeliveryEvent(Event.SENT, tags.practitioner_id, tags.alert_id))
        self._told_events = len(self.mail.sent)

    def pass_time(self, minutes: int, *, tick: int = 5, events: bool = True) -> None:
        """Ticks go by."""
        for _ in range(0, minutes, tick):
            self.later(minutes=tick)
            if events:
                self.events()
            self.sweep()

    def state(self, mention_id: str, recipient_id: str = "rmail") -> DeliveryState:
        deliveries = self.row(mention_id).deliveries
        assert deliveries is not None, "not expanded"
        return deliveries[recipient_id].state

    def reason(self, mention_id: str, recipient_id: str = "rmail") -> str | None:
        return (self.row(mention_id).deliveries or {})[recipient_id].reason

    def row(self, mention_id: str) -> Mention:
        return self.store.mention_rows[PERSON, mention_id]

    def alerts(self) -> list[Alert]:
        return [alert for _, alert in sorted(self.store.alert_rows.items())]

    def copies(self, sent: SentMail | SentSms | None = None) -> Counter[str]:
        """How often each mention was told, by e-mail unless said otherwise."""
        messages = (sent or self.mail).messages
        return Counter(line.split()[0] for message in messages for line in message.text.splitlines())

    def open_deliveries(self) -> list[str]:
        return [
            f"{mention.mention_id}/{key}"
            for mention in self.store.mention_rows.values()
            for key, delivery in (mention.deliveries or {"?": None}).items()
            if delivery is None or delivery.state in OPEN
        ]


def told(world: World, words: str) -> int:
    """How often the operator was told something with `words` in its subject."""
    return sum(words in subject for subject, _ in world.operator.told)


def ids(prefix: str, numbers: Iterable[int]) -> list[str]:
    return [f"{prefix}{number:03}" for number in numbers]
