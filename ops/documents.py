"""The JSON forms of what the commands print. Keys are a contract: they are added to, never renamed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from ops.asking import named
from ops.enrol import Enrolled
from ops.handsoff import Prepared
from ops.planning import NOT_READ, Plan, Planned
from vigie.enrolment import Dossier, Enrolment
from vigie.model import Alert, Delivery, Item, Mention, Practitioner, Recipient, Source
from vigie.upkeep import interval


def profile(person: Practitioner, recipients: Iterable[Recipient]) -> dict[str, Any]:
    """A profile as `practitioner add` reads it."""
    return {
        "practitioner_id": person.practitioner_id,
        "title": person.title,
        "first_names": list(person.first_names),
        "last_names": list(person.last_names),
        "specialty": person.specialty,
        "city": person.city,
        "postcode": person.postcode,
        "practice_name": person.practice_name,
        "phone": person.phone,
        "website": person.website,
        "rpps": person.rpps,
        "aliases": list(person.aliases),
        "excluded": list(person.excluded),
        "practices": [
            {"practice_name": place.name, "city": place.city, "postcode": place.postcode, "phone": place.phone}
            for place in person.practices
        ],
        "recipients": [_recipient(r) for r in recipients],
        "status": person.status,
        "consent_at": moment(person.consent_at),
        "statement": person.statement,
        "created_at": moment(person.created_at),
    }


def enrolment(found: Enrolment) -> dict[str, Any]:
    return {**profile(found.practitioner, found.roster.recipients), "sources": sorted(found.source_ids)}


def enrolled(done: Enrolled) -> dict[str, Any]:
    return {
        "practitioner_id": done.practitioner.practitioner_id,
        "created": done.created,
        "recipients": [_recipient(r) for r in done.recipients],
        "warnings": list(done.warnings),
    }


def prepared(found: Prepared) -> dict[str, Any]:
    """Who was found, and what is read for them."""
    person, others = found.profile.practitioner, found.namesakes
    told = {"practitioner_id", "recipients", "status", "consent_at", "statement", "created_at"}
    return {
        "profile": {k: v for k, v in profile(person, ()).items() if k not in told},
        "namesakes": others
        and {
            "country": others.country,
            "department": others.department,
            "department_code": others.code,
            "complete": others.complete,
            "advice": list(others.advice),
        },
        "plan": plan(found.plan),
    }


def planned(found: Planned) -> dict[str, Any]:
    return {
        "source_id": found.source.source_id,
        "kind": found.source.kind,
        "params": dict(found.source.params),
        "cadence": cadence(found.source),
        "why": found.why,
        "reads_per_month": found.reads,
        "usd_per_month": found.price / 1e6,
    }


def plan(found: Plan) -> dict[str, Any]:
    return {
        "sources": [planned(each) for each in found.sources],
        "usd_per_month": found.price / 1e6,
        "lacking": [{"kind": kind, "lacks": lacks} for kind, lacks in found.lacking],
        "unaddressed": list(found.unaddressed),
        "not_read": [{"site": site, "why": why, "instead": found.instead(site)} for site, why in NOT_READ.items()],
    }


def cadence(found: Source) -> str:
    return named(found.cadence)


def every(found: Source) -> str:
    """The cadence that was asked for, and what it is for now if that is another: it is hot, quiet, or asks for rest."""
    now = named(interval(found))
    return now if now == cadence(found) else f"{cadence(found)}, now {now}"


def source(found: Source) -> dict[str, Any]:
    from ops import asking

    return {
        "source_id": found.source_id,
        "kind": found.kind,
        "params": asking.shown(found),
        "cadence": cadence(found),
        "now_every": named(interval(found)),
        "host": found.host,
        "outcome": found.health.outcome,
        "failures": found.health.failures,
        "since": moment(found.health.since),
        "seen_at": moment(found.health.seen_at),
        "not_before": moment(found.cursor.not_before),
        "gap_at": moment(found.health.gap_at),
        "watchers": len(found.watchers),
        "awaiting_baseline": len(found.fresh),
    }


def mention(found: Mention) -> dict[str, Any]:
    return {
        "mention_id": found.mention_id,
        "source_id": found.source_id,
        "url": found.url,
        "publisher": found.publisher or None,
        "title": found.title,
        "excerpt": found.excerpt,
        "status": found.status,
        "edited": found.edited,
        "repeats": repeated(found),
        "confidence": found.confidence,
        "category": found.category,
        "polarity": found.polarity,
        "severity": found.severity,
        "found_at": moment(found.found_at),
        "published_at": moment(found.published_at),
        "rating": found.rating,
        "reasons": [asdict(reason) for reason in found.reasons],
        "deliveries": [_delivery(d) for d in (found.deliveries or {}).values()],
    }


def repeated(found: Mention) -> str | None:
    """The mention by which the story of this one was told before; None when it was told itself."""
    return next((d.repeats for d in (found.deliveries or {}).values() if d.repeats), None)


def item(found: Item) -> dict[str, Any]:
    return {
        "url": found.url,
        "title": found.title,
        "text": found.text,
        "kind": found.kind,
        "published_at": moment(found.published_at),
        "rating": found.rating,
        "native_id": found.native_id,
    }


def dossier(found: Dossier) -> dict[str, Any]:
    return {
        **enrolment(found.enrolment),
        "sources": [source(s) | {"watchers": None, "awaiting_baseline": None} for s in found.sources],
        "mentions": [mention(m) for m in sorted(found.mentions, key=lambda m: m.found_at)],
        "alerts": [_alert(a) for a in found.alerts],
    }


def moment(value: datetime | None) -> str | None:
    """ISO 8601 in UTC; None stays None."""
    return value.isoformat(timespec="seconds").replace("+00:00", "Z") if value else None


def _recipient(r: Recipient) -> dict[str, Any]:
    return {
        "recipient_id": r.recipient_id,
        "channel": r.channel,
        "address": r.address,
        "mode": r.mode,
        "min_severity": r.min_severity,
        "language": r.language,
        "verified_at": moment(r.verified_at),
        "held_reason": r.held_reason,
    }


def _delivery(d: Delivery) -> dict[str, Any]:
    return {
        "recipient_id": d.recipient_id,
        "state": d.state,
        "alert_id": d.attempt_id,
        "reason": d.reason,
        "repeats": d.repeats,
        "changed_at": moment(d.changed_at),
    }


def _alert(a: Alert) -> dict[str, Any]:
    return {
        "alert_id": a.alert_id,
        "recipient_id": a.recipient_id,
        "channel": a.channel,
        "address": a.address,
        "language": a.language,
        "mention_ids": list(a.mention_ids),
        "state": a.state,
        "reason": a.reason,
        "created_at": moment(a.created_at),
        "settled_at": moment(a.settled_at),
    }
