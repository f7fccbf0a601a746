"""Practitioners and their rosters as records."""

from __future__ import annotations

from collections.abc import Iterable

from vigie.items.fields import Record, checked, maybe_instant, maybe_moment
from vigie.model import SCHEMA, Practice, Practitioner, Recipient, Roster, Severity


def practitioner_record(practitioner: Practitioner) -> Record:
    p = practitioner
    return {
        "v": SCHEMA,
        "practitioner_id": p.practitioner_id,
        "title": p.title,
        "first_names": list(p.first_names),
        "last_names": list(p.last_names),
        "specialty": p.specialty,
        "city": p.city,
        "postcode": p.postcode,
        "practice_name": p.practice_name,
        "phone": p.phone,
        "website": p.website,
        "rpps": p.rpps,
        "aliases": list(p.aliases),
        "excluded": list(p.excluded),
        "status": p.status,
        "consent_at": maybe_instant(p.consent_at),
        "created_at": maybe_instant(p.created_at),
        "practices": [
            {"name": place.name, "city": place.city, "postcode": place.postcode, "phone": place.phone}
            for place in p.practices
        ],
        "statement": p.statement,
    }


@checked
def practitioner(record: Record) -> Practitioner:
    return Practitioner(
        practitioner_id=record["practitioner_id"],
        title=record["title"],
        first_names=tuple(record["first_names"]),
        last_names=tuple(record["last_names"]),
        specialty=record["specialty"],
        city=record["city"],
        postcode=record["postcode"],
        practice_name=record.get("practice_name"),
        phone=record.get("phone"),
        website=record.get("website"),
        rpps=record.get("rpps"),
        aliases=tuple(record["aliases"]),
        excluded=tuple(record["excluded"]),
        status=record["status"],
        consent_at=maybe_moment(record.get("consent_at")),
        created_at=maybe_moment(record.get("created_at")),
        practices=tuple(
            Practice(row.get("name"), row["city"], row["postcode"], row.get("phone"))
            for row in record.get("practices", ())
        ),
        statement=record.get("statement"),
    )


def recipients_record(recipients: Iterable[Recipient]) -> Record:
    """By recipient_id, so that one address is held without touching the others; `place` keeps the operator's order."""
    return {
        r.recipient_id: {
            "place": place,
            "channel": r.channel,
            "address": r.address,
            "mode": r.mode,
            "min_severity": r.min_severity,
            "language": r.language,
            "verified_at": maybe_instant(r.verified_at),
            "held_reason": r.held_reason,
        }
        for place, r in enumerate(recipients)
    }


def roster_record(roster: Roster) -> Record:
    return {
        "v": SCHEMA,
        "practitioner_id": roster.practitioner_id,
        "recipients": recipients_record(roster.recipients),
        "version": roster.version,
        "epoch": roster.epoch,
        "lease_owner": roster.lease_owner,
        "lease_until": maybe_instant(roster.lease_until),
    }


@checked
def roster(record: Record) -> Roster:
    rows = sorted(record["recipients"].items(), key=lambda row: row[1]["place"])
    return Roster(
        practitioner_id=record["practitioner_id"],
        recipients=tuple(
            Recipient(
                recipient_id=recipient_id,
                channel=row["channel"],
                address=row["address"],
                mode=row["mode"],
                min_severity=Severity(row["min_severity"]),
                language=row["language"],
                verified_at=maybe_moment(row.get("verified_at")),
                held_reason=row.get("held_reason"),
            )
            for recipient_id, row in rows
        ),
        version=record["version"],
        epoch=record["epoch"],
        lease_owner=record.get("lease_owner"),
        lease_until=maybe_moment(record.get("lease_until")),
    )
