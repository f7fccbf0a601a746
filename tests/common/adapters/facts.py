"""Values the store's suites are made of. Everybody in them is invented."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from tests.common.adapters.conftest import Store
from tests.conftest import NOW as NOW
from vigie.identity import source_id
from vigie.model import (
    Alert,
    AlertState,
    Category,
    Confidence,
    Cursor,
    Delivery,
    DeliveryState,
    Health,
    Mention,
    MentionStatus,
    OutcomeKind,
    Polarity,
    Practitioner,
    Reason,
    Recipient,
    Roster,
    Severity,
    Source,
)

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
HELD_UNTIL = NOW + 2 * MINUTE
"""When the lease of `leased` lapses."""

PERSON = Practitioner(
    practitioner_id="pclairemorvant",
    title="Dr",
    first_names=("Claire", "Anne"),
    last_names=("Morvant", "Lebrun"),
    specialty="dermatologue",
    city="Lyon",
    postcode="69003",
    practice_name="Cabinet du Parc",
    phone="+33199000001",
    website="https://morvant.example/",
    rpps="10990000001",
    aliases=("Dr M.",),
    excluded=("Morvant Immobilier",),
    consent_at=NOW - DAY,
    created_at=NOW,
)
ME = PERSON.practitioner_id
HASH = "h1"

MAIL = Recipient("rmail", "email", "claire@morvant.example", verified_at=NOW)
PHONE = Recipient("rphone", "sms", "+33639980001", min_severity=Severity.URGENT, language="en")

FEED = {"url": "https://blog.example/comments.xml"}
SOURCE = Source(source_id("feed", FEED), "feed", FEED, 60, "blog.example")
"""As an operator adds it."""
OTHER = {"url": "https://forum.example/"}
"""Parameters of a page that nobody watches yet."""


def person(practitioner_id: str = PERSON.practitioner_id, **facts: object) -> Practitioner:
    return replace(PERSON, practitioner_id=practitioner_id, **facts)  # type: ignore[arg-type]


def enrolled(store: Store, practitioner_id: str = PERSON.practitioner_id, **facts: object) -> str:
    """A practitioner with an e-mail address and a telephone."""
    store.registrar.enrol(person(practitioner_id, **facts), [MAIL, PHONE], f"h-{practitioner_id}")
    return practitioner_id


def mention(mention_id: str = "m1", **facts: object) -> Mention:
    made = Mention(
        practitioner_id=PERSON.practitioner_id,
        mention_id=mention_id,
        source_id=SOURCE.source_id,
        url="https://blog.example/2026/11/avis#comment-12",
        title="Un avis sur les dermatologues de Lyon",
        excerpt="Le Dr Claire Morvant m'a reçue avec une heure de retard.",
        status=MentionStatus.PENDING,
        confidence=Confidence.CERTAIN,
        category=Category.FORUM,
        polarity=Polarity.NEGATIVE,
        severity=Severity.ATTENTION,
        found_at=NOW,
        place=3,
        marks=((3, 20),),
        reasons=(Reason("full_name", "Dr Claire Morvant"), Reason("city", "Lyon"), Reason("unsigned")),
        rating=2.5,
        published_at=NOW - 5 * MINUTE,
        due_at=NOW + 2 * MINUTE,
        expires_at=NOW + 90 * DAY,
        story=("pkfz3q2s6hm", "sq7w2n5k4ca"),
        publisher="La Gazette de Valombre",
    )
    return replace(made, **facts)  # type: ignore[arg-type]


def pending(*recipient_ids: str) -> dict[str, Delivery]:
    return {r: Delivery(r, DeliveryState.PENDING, changed_at=NOW) for r in recipient_ids}


def expanded(store: Store, ids: Iterable[str] = ("m1",), recipients: Iterable[str] = ("rmail",)) -> list[Mention]:
    """Mentions on record, a delivery of each open for each recipient."""
    made = []
    for mention_id in ids:
        new = mention(mention_id)
        store.sources.put_mention(new)
        store.notify.expand(new, pending(*recipients), NOW + 30 * MINUTE)
        made.append(found(store, mention_id))
    return made


def recorded(store: Store, mention_id: str) -> Mention | None:
    return next((m for m in store.registrar.mentions(PERSON.practitioner_id) if m.mention_id == mention_id), None)


def found(store: Store, mention_id: str = "m1") -> Mention:
    seen = recorded(store, mention_id)
    assert seen is not None
    return seen


def leased(store: Store, owner: str = "worker-1", lasts: timedelta = 2 * MINUTE) -> Roster:
    roster = store.notify.take_lease(PERSON.practitioner_id, owner, NOW, NOW + lasts)
    assert roster is not None
    return roster


def alert(roster: Roster, recipient: str = "rmail", ids: Iterable[str] = ("m1",), **facts: object) -> Alert:
    made = Alert(
        practitioner_id=roster.practitioner_id,
        alert_id=f"a{NOW:%Y%m%dt%H%M%S}{recipient}",
        recipient_id=recipient,
        channel="email",
        address=MAIL.address,
        language="fr",
        mention_ids=tuple(ids),
        state=AlertState.SENDING,
        epoch=roster.epoch,
        roster_version=roster.version,
        created_at=NOW,
    )
    return replace(made, **facts)  # type: ignore[arg-type]


def delivered(alert: Alert, state: DeliveryState = DeliveryState.DELIVERED) -> dict[str, Delivery]:
    """The deliveries an alert carries, once they are in `state`."""
    return {m: Delivery(alert.recipient_id, state, alert.alert_id, None, NOW) for m in alert.mention_ids}


CURSOR = Cursor(
    etag='W/"5f3"',
    last_modified="Mon, 23 Nov 2026 13:00:00 GMT",
    body_hash="0123abcd",
    moved_to="https://blog.example/feed",
    ring=bytes(range(42)),
    full_read_at=NOW,
    not_before=NOW + 5 * MINUTE,
    asked_to_wait=True,
    robots=False,
    robots_at=NOW,
    state={"page": "é"},
)
HEALTH = Health(OutcomeKind.THROTTLED, 2, NOW - DAY, NOW - 2 * DAY, NOW - 3 * DAY)


INTENT = alert(Roster(PERSON.practitioner_id, (MAIL, PHONE), version=1, epoch=1), ids=["m1", "m2"])
"""The intent that `told` writes."""


def told(store: Store) -> None:
    """A practitioner who watches a source, two mentions for two recipients, one intent written."""
    enrolled(store)
    store.registrar.watch(PERSON.practitioner_id, SOURCE)
    mentions = expanded(store, ["m1", "m2"], ["rmail", "rphone"])
    assert store.notify.write_intent(alert(leased(store), ids=["m1", "m2"]), mentions)


def prepared(store: Store) -> None:
    """As `told`; somebody else; a mention found just now, and one whose text has expired."""
    told(store)
    enrolled(store, "pother")
    store.sources.put_mention(mention("m3"))
    store.sources.put_mention(mention("m4", status=MentionStatus.BASELINE, expires_at=NOW))


def sending(store: Store, recipients: tuple[str, ...] | list[str] = ("rmail",)) -> Alert:
    """An intent on record, for the first of `recipients`."""
    enrolled(store)
    mentions = expanded(store, recipients=recipients)
    intent = alert(leased(store), recipients[0])
    assert store.notify.write_intent(intent, mentions)
    return intent


def delivery(store: Store, recipient_id: str = "rmail") -> Delivery:
    return (found(store).deliveries or {})[recipient_id]


def states(store: Store, mention_id: str = "m1") -> dict[str, DeliveryState]:
    return {key: value.state for key, value in (found(store, mention_id).deliveries or {}).items()}
