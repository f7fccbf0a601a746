"""What was found about somebody, and what became of telling it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vigie.model.judgements import Category, Confidence, Polarity, Reason, Severity

EDITED = "edited"
"""Code of the reason that says that a mention tells of an edit (see `vigie.revise`)."""


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
class Delivery:
    """One mention for one recipient."""

    recipient_id: str
    state: DeliveryState
    attempt_id: str | None = None
    """The alert that carries, or last carried, this mention to this recipient."""
    reason: str | None = None
    changed_at: datetime | None = None
    repeats: str | None = None
    """The mention whose message told this recipient the same story already."""


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
    place: int = 0
    """Which of its read it was: those found together are told in the order their source gives them."""
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
    story: tuple[str, ...] = ()
    """Keys it shares with other mentions of the same story (see `vigie.story`)."""
    publisher: str = ""
    """Name of the site, where `url` does not say."""

    @property
    def edited(self) -> bool:
        """It tells what became of an item that had its mention already."""
        return any(isinstance(reason, Reason) and reason.code == EDITED for reason in self.reasons or ())


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
    """Stories still waiting beyond those the message tells."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """ "Look at this practitioner", as sent to MentionQueue: ids only. It carries no data and no order to send."""

    practitioner_id: str
    mention_id: str | None = None
