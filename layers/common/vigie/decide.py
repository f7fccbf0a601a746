"""Who is told what, and when: now, later or never, and why. Pure.

`delivery` decides once, when a mention is expanded; `next_at`, and `vigie.cluster` for what is told in one line or
was told already, decide each time a practitioner is looked at. All only read what is stored, so a lost pointer or a
crashed worker changes nothing to the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vigie.identity import digest, token
from vigie.model import Alert, AlertState, Confidence, Delivery, DeliveryState, Mention, Recipient, Severity
from vigie.protocol import OPEN, SILENCE, Event, delivery_after

BACKOFF_S = (60, 120, 240, 480, 960, 1800)
"""Wait after the n-th failure in a row. It ends at the silence limit, so that after an outage every attempt of a
recipient falls due together: one grouped message, not one for each attempt."""

WINDOW = timedelta(days=1)
"""How far back a recipient's alerts count: the longest cap."""

REJECTED, FENCED = "rejected", "fenced"
"""Reasons of a refused alert that say nothing of the provider's health: its content, our own lease."""


@dataclass(frozen=True, slots=True)
class Caps:
    """Most messages of a channel to one recipient."""

    per_hour: int
    per_day: int


def excluded(recipient: Recipient | None, *, channel_known: bool) -> tuple[Event, str] | None:
    """Why nothing may go to a recipient any more, whatever there is to say; None when it may."""
    if recipient is None:
        return Event.WITHDRAWN, "recipient_removed"
    if recipient.held_reason:
        return Event.HELD, recipient.held_reason
    if not channel_known:
        return Event.HELD, "no_such_channel"
    if recipient.verified_at is None:
        return Event.WITHDRAWN, "unverified"
    return None


def unwanted(mention: Mention, recipient: Recipient, unsure_from: Severity) -> str | None:
    """Why a recipient is not to be told of a mention; None when they are.

    `unsure_from`: least severity of a *probable* mention that is worth the recipient's channel.
    """
    if mention.severity.rank < recipient.min_severity.rank:
        return "below_min_severity"
    if mention.confidence is Confidence.UNLIKELY:
        return "unlikely"
    if mention.confidence is Confidence.PROBABLE and mention.severity.rank < unsure_from.rank:
        return "unsure"
    return None


def delivery(mention: Mention, recipient: Recipient, unsure_from: Severity | None, now: datetime) -> Delivery:
    """The delivery of a mention to a recipient, as it begins. `unsure_from` is None for a channel nobody knows."""
    why = excluded(recipient, channel_known=unsure_from is not None)
    if why is None and unsure_from is not None:
        reason = unwanted(mention, recipient, unsure_from)
        why = (Event.WITHDRAWN, reason) if reason else None
    if why is None:
        return Delivery(recipient.recipient_id, DeliveryState.PENDING, changed_at=now)
    return ended(Delivery(recipient.recipient_id, DeliveryState.PENDING), *why, now)


def ended(before: Delivery, event: Event, reason: str, now: datetime) -> Delivery:
    """A PENDING delivery after an event that ends it without a message."""
    state = delivery_after(before.state, event)
    if state is None or state in OPEN:
        raise ValueError(f"{event} does not end a delivery that is {before.state}")
    return Delivery(before.recipient_id, state, before.attempt_id, reason, now)


def next_at(alerts: Sequence[Alert], caps: Caps, now: datetime) -> datetime:
    """When the next message may go to a recipient; not after `now` when it may go at once.

    `alerts`: theirs of the last `WINDOW`, oldest first.
    """
    return max(_backed_off(alerts, now), _capped(alerts, caps, now))


def failures(alerts: Sequence[Alert]) -> int:
    """How many of the last attempts, in a row, were refused for now or never answered for."""
    count = 0
    for alert in reversed(alerts):
        if alert.state is AlertState.REFUSED and alert.reason in (REJECTED, FENCED):
            continue
        if alert.state not in (AlertState.REFUSED, AlertState.SILENT, AlertState.SENDING):
            break
        count += 1
    return count


def _backed_off(alerts: Sequence[Alert], now: datetime) -> datetime:
    count = failures(alerts)
    if not count:
        return now
    wait = BACKOFF_S[min(count, len(BACKOFF_S)) - 1]
    return alerts[-1].created_at + timedelta(seconds=wait)


def _capped(alerts: Sequence[Alert], caps: Caps, now: datetime) -> datetime:
    """A message that may have gone counts; one that was refused did not go."""
    told = [alert.created_at for alert in alerts if alert.state is not AlertState.REFUSED]
    free = now
    for most, span in ((caps.per_hour, timedelta(hours=1)), (caps.per_day, timedelta(days=1))):
        if most < 1:
            return now + span
        if len(told) >= most:
            free = max(free, told[-most] + span)
    return free


def due_at(mention: Mention, waits: dict[str, datetime], begun: dict[str, datetime], otherwise: datetime) -> datetime:
    """When an open mention is to be looked at next: when the first of its open deliveries can move.

    `waits`: by recipient, when the next message may go; `begun`: by attempt, when its intent was written.
    """
    times = [otherwise]
    deliveries = [d for d in (mention.deliveries or {}).values() if d.state in OPEN]
    if deliveries:
        times = [
            waits.get(d.recipient_id, otherwise)
            if d.state is DeliveryState.PENDING
            else begun.get(d.attempt_id or "", d.changed_at or otherwise) + SILENCE
            for d in deliveries
        ]
    return min(times)


def alert_id(practitioner_id: str, recipient_id: str, epoch: int, now: datetime) -> str:
    """Identity of an attempt: starts with its time; one lease (epoch) writes at most one intent a recipient."""
    facts = digest("alert.1", practitioner_id, recipient_id, str(epoch), now.isoformat())
    return f"a{now:%Y%m%dt%H%M%S}{token(facts)}"
