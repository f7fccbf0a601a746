"""Mentions, their deliveries and the alerts that carried them, as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from vigie.items.fields import Record, checked, epoch_s, instant, maybe_instant, maybe_moment, moment
from vigie.model import (
    SCHEMA,
    Alert,
    AlertState,
    Category,
    Confidence,
    Delivery,
    DeliveryState,
    Mention,
    MentionStatus,
    Polarity,
    Reason,
    Severity,
)

DUE = "due"
"""Partition of index by-due that holds what is open, by `due_at`."""

FADING = "fading"
"""Partition of index by-due that holds what is closed and still has its text, by `expires_at`."""

MENTION_DAYS = 3 * 365
"""Days a mention without text is kept, so that an old post still in a feed is not told again."""

URL_LIMIT = 4_096
"""Characters of a link worth keeping: browsers and mail readers open no longer one, and the row has to fit."""


def delivery_record(delivery: Delivery) -> Record:
    return {
        "state": delivery.state,
        "attempt": delivery.attempt_id,
        "reason": delivery.reason,
        "at": maybe_instant(delivery.changed_at),
        "repeats": delivery.repeats,
    }


def deliveries_record(deliveries: Mapping[str, Delivery]) -> Record:
    return {recipient_id: delivery_record(delivery) for recipient_id, delivery in deliveries.items()}


def deliveries(rows: Record) -> dict[str, Delivery]:
    return {
        recipient_id: Delivery(
            recipient_id=recipient_id,
            state=DeliveryState(row["state"]),
            attempt_id=row.get("attempt"),
            reason=row.get("reason"),
            changed_at=maybe_moment(row.get("at")),
            repeats=row.get("repeats"),
        )
        for recipient_id, row in rows.items()
    }


def mention_record(mention: Mention) -> Record:
    """Marks and reasons are short texts: a typical mention then fits the 1 KB that one write unit pays for."""
    m = mention
    return {
        "v": SCHEMA,
        "practitioner_id": m.practitioner_id,
        "mention_id": m.mention_id,
        "source_id": m.source_id,
        "url": m.url if len(m.url) <= URL_LIMIT else "",
        "title": m.title,
        "excerpt": m.excerpt,
        "status": m.status,
        "rev": 0,
        "confidence": m.confidence,
        "category": m.category,
        "polarity": m.polarity,
        "severity": m.severity,
        "found_at": instant(m.found_at),
        "place": m.place or None,
        "marks": " ".join(f"{start}-{end}" for start, end in m.marks) or None,
        "reasons": [f"{r.code}|{r.words}" if r.words else r.code for r in m.reasons] or None,
        "rating": _stars(m.rating),
        "published_at": _published(m.published_at),
        "expires_at": maybe_instant(m.expires_at),
        "story": " ".join(m.story) or None,
        "publisher": m.publisher or None,
        "deliveries": None if m.deliveries is None else deliveries_record(m.deliveries),
        "ttl": epoch_s(m.found_at + timedelta(days=MENTION_DAYS)),
        **due_fields(m),
    }


def due_fields(mention: Mention) -> Record:
    """Its place in index by-due: among what is open, or among what will lose its text, or none."""
    if mention.status is MentionStatus.PENDING:
        return {"due": DUE, "due_at": instant(mention.due_at)} if mention.due_at else {}
    return {"due": FADING, "due_at": instant(mention.expires_at)} if mention.expires_at else {}


@checked
def mention(record: Record) -> Mention:
    rows = record.get("deliveries")
    return Mention(
        practitioner_id=record["practitioner_id"],
        mention_id=record["mention_id"],
        source_id=record["source_id"],
        url=record.get("url", ""),
        title=record.get("title", ""),
        excerpt=record.get("excerpt", ""),
        status=MentionStatus(record["status"]),
        confidence=Confidence(record["confidence"]),
        category=Category(record["category"]),
        polarity=Polarity(record["polarity"]),
        severity=Severity(record["severity"]),
        found_at=moment(record["found_at"]),
        place=int(record.get("place", 0)),
        marks=tuple(_mark(part) for part in record.get("marks", "").split()),
        reasons=tuple(_reason(part) for part in record.get("reasons", ())),
        rating=None if record.get("rating") is None else float(record["rating"]),
        published_at=maybe_moment(record.get("published_at")),
        due_at=maybe_moment(record.get("due_at")) if record.get("due") == DUE else None,
        expires_at=maybe_moment(record.get("expires_at")),
        deliveries=None if rows is None else deliveries(rows),
        story=tuple(record.get("story", "").split()),
        publisher=record.get("publisher", ""),
    )


def faded(mention: Mention, now: datetime) -> Mention:
    """`mention` as it may be shown at `now`: without its text once that has expired and nobody waits for it.

    TTL and sweeps erase late, by hours or days; whoever reads is not to see it meanwhile.
    """
    if mention.expires_at is None or mention.expires_at > now or mention.status is MentionStatus.PENDING:
        return mention
    bare = tuple(Reason(reason.code) for reason in mention.reasons)
    return replace(mention, url="", title="", excerpt="", marks=(), reasons=bare, story=(), publisher="")


def alert_record(alert: Alert, retention_days: int) -> Record:
    a = alert
    return {
        "v": SCHEMA,
        "practitioner_id": a.practitioner_id,
        "alert_id": a.alert_id,
        "recipient_id": a.recipient_id,
        "channel": a.channel,
        "address": a.address,
        "language": a.language,
        "mention_ids": list(a.mention_ids),
        "state": a.state,
        "epoch": a.epoch,
        "roster_version": a.roster_version,
        "created_at": instant(a.created_at),
        "provider_id": a.provider_id,
        "settled_at": maybe_instant(a.settled_at),
        "reason": a.reason,
        "more": a.more,
        "ttl": epoch_s(a.created_at + timedelta(days=retention_days)),
    }


@checked
def alert(record: Record) -> Alert:
    return Alert(
        practitioner_id=record["practitioner_id"],
        alert_id=record["alert_id"],
        recipient_id=record["recipient_id"],
        channel=record["channel"],
        address=record["address"],
        language=record["language"],
        mention_ids=tuple(record["mention_ids"]),
        state=AlertState(record["state"]),
        epoch=record["epoch"],
        roster_version=record["roster_version"],
        created_at=moment(record["created_at"]),
        provider_id=record.get("provider_id"),
        settled_at=maybe_moment(record.get("settled_at")),
        reason=record.get("reason"),
        more=record["more"],
    )


def alert_floor(since: datetime) -> str:
    """The least alert_id an intent written at or after `since` can have (ids start with their second, UTC)."""
    return f"a{since.astimezone(UTC):%Y%m%dt%H%M%S}"


def _published(at: datetime | None) -> str | None:
    try:
        return maybe_instant(at)
    except OverflowError:  # the year 1 or 9999 in a far zone, as hostile feeds have it: no date at all
        return None


def _stars(rating: float | None) -> float | None:
    """A number of stars out of five, or none: whatever else a page says is no rating, and may be no number DynamoDB
    takes (1e300, 5e-324)."""
    return round(rating, 3) if rating is not None and 0 <= rating <= 5 else None


def _mark(part: str) -> tuple[int, int]:
    start, _, end = part.partition("-")
    return int(start), int(end)


def _reason(part: str) -> Reason:
    code, _, words = part.partition("|")
    return Reason(code, words)
