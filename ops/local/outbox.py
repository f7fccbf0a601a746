"""What the embedded AWS sent: its record of SES and SNS, joined with the alerts that Vigie wrote about them.

The embedded AWS keeps no tag of a mail and no time of an SMS, so both come from the alert with the provider's
message id.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.header import decode_header, make_header
from typing import Any

from ops.local.embedded import REGION
from vigie.errors import InputError
from vigie.model import Alert

_SES = "/_ministack/ses/messages"
_SMS = f"/_ministack/sns/sms-messages?region={REGION}"


def sent(endpoint: str, alerts: Mapping[str, Alert]) -> list[dict[str, Any]]:
    """Every message the embedded AWS at `endpoint` took, oldest first. `alerts` by the provider's message id.

    `sent_at` is null for an SMS whose alert is not there; `practitioner_id` for any message whose alert is not.
    Raises `InputError` when nothing answers at `endpoint`.
    """
    found = [*_mails(endpoint, alerts), *_texts(endpoint, alerts)]
    return sorted(found, key=lambda message: (message["sent_at"] or "~", message["id"]))


def _mails(endpoint: str, alerts: Mapping[str, Alert]) -> Iterator[dict[str, Any]]:
    for records in _get(endpoint, _SES)["messages"].values():
        for record in records:
            sent_at = datetime.fromtimestamp(record["Timestamp"], UTC)
            for to in record["To"]:
                yield {
                    **_about(record["MessageId"], alerts),
                    "channel": "email",
                    "to": to,
                    "subject": _readable(record["Subject"]),
                    "text": record["BodyText"] or "",
                    "html": record["BodyHtml"] or "",
                    "sent_at": _iso(sent_at),
                }


def _texts(endpoint: str, alerts: Mapping[str, Alert]) -> Iterator[dict[str, Any]]:
    for number, records in _get(endpoint, _SMS)["sms_messages"].items():
        for record in records:
            alert = alerts.get(record["MessageId"])
            yield {
                **_about(record["MessageId"], alerts),
                "channel": "sms",
                "to": number,
                "subject": "",
                "text": record["Message"],
                "html": "",
                "sent_at": _iso(alert.created_at) if alert else None,
            }


def _about(provider_id: str, alerts: Mapping[str, Alert]) -> dict[str, Any]:
    alert = alerts.get(provider_id)
    return {
        "id": provider_id,
        "practitioner_id": alert.practitioner_id if alert else None,
        "mention_ids": list(alert.mention_ids) if alert else [],
    }


def _readable(subject: str) -> str:
    """A subject with its encoded words read (RFC 2047)."""
    return str(make_header(decode_header(subject))) if "=?" in subject else subject


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _get(endpoint: str, path: str) -> Any:
    try:
        with urllib.request.urlopen(endpoint + path, timeout=10) as answer:  # noqa: S310 - our own http address
            return json.load(answer)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise InputError(f"The embedded AWS does not answer on {endpoint}: start it with `make up`.") from error
