"""The nouns of Vigie, as values. Words and meanings are those of docs/architecture.md.

Every class is a frozen value: no I/O, no clock. Every `*_at` is an aware UTC datetime, every `*_id` a str.
How they become table items is the business of the store's adapter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

SCHEMA = 1
"""Version written in every stored item; an unknown one is left alone and alarmed, never guessed at."""

CADENCES = {"15m": 15, "1h": 60, "6h": 360, "24h": 1440}
"""How often a source may be read: name -> minutes (the four rings of the timing wheel)."""


class Severity(StrEnum):
    """How serious a mention is for the practitioner. Ordered: use `rank`."""

    INFO = "info"
    ATTENTION = "attention"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        return ("info", "attention", "urgent").index(self.value)


class Confidence(StrEnum):
    """How sure we are that an item is about the practitioner."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    UNLIKELY = "unlikely"


class Polarity(StrEnum):
    """What the item says of the practitioner."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"
    MIXED = "mixed"


class Category(StrEnum):
    """What sort of publication a mention is. Listed in order of precedence: the first that applies wins."""

    FAKE_PROFILE = "fake_profile"
    PERSONAL_CONTACT = "personal_contact"
    OWN_CONTENT = "own_content"
    OFFICIAL = "official"
    VIDEO = "video"
    PHOTO = "photo"
    REVIEW = "review"
    FORUM = "forum"
    PRESS = "press"
    SOCIAL = "social"
    DIRECTORY = "directory"


class OutcomeKind(StrEnum):
    """What became of one scan of one source. `OK`, `NOT_MODIFIED` and `EMPTY` are the only ones that saw it."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    EMPTY = "empty"  # read and understood, and it truly holds nothing
    HELD = "held"  # not read: the source asked us, or we chose, to wait until `until`
    THROTTLED = "throttled"  # it asked us to come back at `until`
    BLOCKED = "blocked"  # robots.txt, 401, 403, 451, a challenge or a login, or an address we refuse to visit
    GONE = "gone"  # 404, 410, or a page that says so
    NOT_A_FEED = "not_a_feed"  # answered, but not with what this kind reads
    CONTRACT_CHANGED = "contract_changed"  # an API answered with another shape than its contract
    TOO_LARGE = "too_large"
    UNREACHABLE = "unreachable"  # name, connection, TLS, deadline, 5xx, broken or truncated transfer

    @property
    def seen(self) -> bool:
        """True when the source was really looked at."""
        return self in (OutcomeKind.OK, OutcomeKind.NOT_MODIFIED, OutcomeKind.EMPTY)


class MentionStatus(StrEnum):
    """Where a mention stands as a whole."""

    PENDING = "pending"  # some delivery is still open, or it was not expanded into deliveries yet
    SETTLED = "settled"  # every delivery reached an end
    BASELINE = "baseline"  # found by the first successful scan: recorded, never alerted
    KEPT = "kept"  # too unlikely to alert: recorded only


class DeliveryState(StrEnum):
    """Where one mention for one recipient stands. Its table of transitions is `vigie.protocol`."""

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    SUPPRESSED = "suppressed"
    UNKNOWN = "unknown"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True)
class Practitioner:
    """The person watched, as needed to match. The first of `last_names` is the usual one."""

    practitioner_id: str
    title: str
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    specialty: str
    city: str
    postcode: str
    practice_name: str | None = None
    phone: str | None = None
    website: str | None = None
    rpps: str | None = None
    aliases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    status: str = "active"
    """`active` or `paused`; an erased practitioner has no row."""
    consent_at: datetime | None = None
    created_at: datetime | None = None

    @property
    def active(self) -> bool:
        return self.status == "active"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address of a practitioner, with its own rules."""

    recipient_id: str
    channel: str
    """File name of the channel: `email` or `sms`."""
    address: str
    mode: str = "instant"
    min_severity: Severity = Severity.INFO
    language: str = "fr"
    verified_at: datetime | None = None
    held_reason: str | None = None
    """Why nothing goes there any more (`bounced`, `complained`, `opted_out`, `refused`); None when it works."""


@dataclass(frozen=True, slots=True)
class Roster:
    """The recipients of one practitioner, and the lease under which they are written to.

    `version` grows with every change of the recipients; `epoch` with every lease taken.
    """

    practitioner_id: str
    recipients: tuple[Recipient, ...]
    version: int = 1
    epoch: int = 0
    lease_owner: str | None = None
    lease_until: datetime | None = None

    def recipient(self, recipient_id: str) -> Recipient | None:
        return next((r for r in self.recipients if r.recipient_id == recipient_id), None)


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a source must remember between two scans. Advances only once every mention of the read is recorded."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    """Of the last body read: an unchanged 200 from a server without validators is not parsed again."""
    moved_to: str | None = None
    """Where the source says it lives for good (301, 308): fetched instead, while the source keeps its identity. Its own
    address is asked again at the daily full read: sites also say so of a login, for as long as they ask for one."""
    ring: bytes = b""
    """Identities of the items last seen (see `vigie.identity.Ring`)."""
    full_read_at: datetime | None = None
    """Last read without validators: one is due every day, since a 304 for ever hides things."""
    not_before: datetime | None = None
    """Hold the source back until then."""
    asked_to_wait: bool = False
    """`not_before` was the source's own wish (Retry-After), not our back-off: even a forced scan honours it."""
    robots: bool | None = None
    """What robots.txt said of this source, for kinds that honour it."""
    robots_at: datetime | None = None
    state: Mapping[str, str] = field(default_factory=dict)
    """What the kind itself wants to remember; opaque to everybody else."""


@dataclass(frozen=True, slots=True)
class Health:
    """What the last scans of a source were like. Written only when it changes or a scan fails."""

    outcome: OutcomeKind | None = None
    failures: int = 0
    """Consecutive scans that did not see the source."""
    since: datetime | None = None
    """When the present run of successes or failures began."""
    seen_at: datetime | None = None
    """Last time it was written that the source was seen (an unchanged source writes nothing)."""
    gap_at: datetime | None = None
    """Last time a read shared no item with the one before: some may have been missed in between."""


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to read: a kind and its parameters, shared by all who watch it."""

    source_id: str
    kind: str
    params: Mapping[str, str]
    cadence: int
    """Minutes between two scans: a value of `CADENCES`."""
    host: str
    watchers: frozenset[str] = frozenset()
    fresh: frozenset[str] = frozenset()
    """Watchers for whom no scan succeeded yet: the next successful one is their baseline."""
    rev: int = 0
    """Grows with every enrolment or removal: a scan that started before one does not write its cursor over it."""
    slot: str = "new"
    cursor: Cursor = Cursor()
    health: Health = Health()

    @property
    def url(self) -> str:
        """Address of the source, for kinds that have one; empty otherwise."""
        return self.params.get("url", "")


class Item(NamedTuple):
    """One entry read from a source, before anyone is matched. Text is plain: no markup, entities decoded.

    A tuple, since fifty are made for every feed read: a frozen dataclass costs five times as much to make.
    """

    url: str
    """Absolute http(s) URL, or empty when the source gave none that is usable."""
    title: str = ""
    text: str = ""
    native_id: str | None = None
    """The source's own identifier (guid, id), verbatim."""
    published_at: datetime | None = None
    rating: float | None = None
    """Stars out of five."""
    kind: str = "web"
    """What the source knows of the sort of item: review, forum, news, social, web, video, image."""
    author: str | None = None
    """Used to match and to triage; never stored."""
    context: str = ""
    """What the item answers to (title of the thread or article), when the item alone does not name anyone."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a decision was taken: a stable code, and the words that made it (`Dr Morvant`, `Lyon`).

    The sentence a practitioner reads is `locales/<language>.json` under the code.
    """

    code: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What `match` says of an item for a practitioner. `spans` are offsets of the name in `title + "\\n" + text`."""

    about: bool
    confidence: Confidence
    reasons: tuple[Reason, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `triage` says of an item that is about a practitioner."""

    category: Category
    polarity: Polarity
    severity: Severity
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mention for one recipient."""

    recipient_id: str
    state: DeliveryState
    attempt_id: str | None = None
    """The alert that carries, or last carried, this mention to this recipient."""
    reason: str | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """An item that is about a practitioner: stored once, with why, how sure and how serious."""

    practitioner_id: str
    mention_id: str
    source_id: str
    url: str
    title: str
    excerpt: str
    """At most 300 characters around the name."""
    status: MentionStatus
    confidence: Confidence
    category: Category
    polarity: Polarity
    severity: Severity
    found_at: datetime
    marks: tuple[tuple[int, int], ...] = ()
    """Offsets of the name in `excerpt`."""
    reasons: tuple[Reason, ...] = ()
    rating: float | None = None
    published_at: datetime | None = None
    due_at: datetime | None = None
    """When the sweep is to look at it next; None once nothing is open."""
    expires_at: datetime | None = None
    """When its title, excerpt and URL are to be erased; identity and status stay."""
    deliveries: Mapping[str, Delivery] | None = None
    """By recipient_id; None until expanded, which happens exactly once."""


class AlertState(StrEnum):
    """What became of one message."""

    SENDING = "sending"
    ACCEPTED = "accepted"  # the provider took it
    DELIVERED = "delivered"  # the provider says it reached the mailbox
    REFUSED = "refused"  # the provider did not take it: nothing was sent
    SILENT = "silent"  # no reply and no event within the silence limit
    BOUNCED = "bounced"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class Alert:
    """One message to one recipient about one or more mentions; also the intent written before it is sent.

    `address` and `roster_version` are the recipient as they were when the intent was written (invariant I4).
    """

    practitioner_id: str
    alert_id: str
    """Starts with the time of the intent, so that a recipient's last alerts are one range."""
    recipient_id: str
    channel: str
    address: str
    language: str
    mention_ids: tuple[str, ...]
    state: AlertState
    epoch: int
    roster_version: int
    created_at: datetime
    provider_id: str | None = None
    settled_at: datetime | None = None
    reason: str | None = None
    more: int = 0
    """Mentions still waiting beyond those the message carries."""


@dataclass(frozen=True, slots=True)
class Job:
    """Sources to scan together, as sent to ScanQueue: ids only (invariant I8)."""

    source_ids: tuple[str, ...]
    forced: bool = False
    """An operator asked for it now: our own back-off does not hold it."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """ "Look at this practitioner", as sent to MentionQueue: ids only. It carries no data and no order to send."""

    practitioner_id: str
    mention_id: str | None = None
