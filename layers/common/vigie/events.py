"""What the mail provider says of a message after it took it: SES event publishing, by SNS. Bytes in, values out.

Format: docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html. Every string of it may be
anybody's: only ids of our own shape come out, and never an address or a diagnostic, which quote people.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vigie.identity import is_id
from vigie.protocol import Event

_KINDS = {
    "Send": Event.SENT,
    "Delivery": Event.ARRIVED,
    "Bounce": Event.BOUNCED,
    "Complaint": Event.COMPLAINED,
    "Reject": Event.REJECTED,
    "Rendering Failure": Event.REJECTED,
    "RenderingFailure": Event.REJECTED,
}

_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """One thing the provider says of one attempt."""

    event: Event
    practitioner_id: str
    alert_id: str
    provider_id: str | None = None
    permanent: bool = True
    """Of a bounce: False when the provider may try again, or does not know."""


def records(event: object) -> Iterator[str]:
    """The messages of a Lambda invocation by SNS; nothing for what is not one."""
    entries = event.get("Records") if isinstance(event, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        sns = entry.get("Sns") if isinstance(entry, dict) else None
        message = sns.get("Message") if isinstance(sns, dict) else None
        if isinstance(message, str):
            yield message


def parse(message: str) -> DeliveryEvent | None:
    """The event of one SNS message; None when it is not one of ours, or says nothing of a delivery.

    Not ours: another sender's (no tags of ours), SES's own test message, the classic `notificationType` format
    (it carries no tags), what is no JSON.
    """
    try:
        document = json.loads(message)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    mail = document.get("mail")
    kind = document.get("eventType")
    event = _KINDS.get(kind) if isinstance(kind, str) else None
    if event is None or not isinstance(mail, dict):
        return None
    practitioner_id, alert_id = _tag(mail, "practitioner"), _tag(mail, "attempt")
    if practitioner_id is None or alert_id is None:
        return None
    provider_id = mail.get("messageId")
    return DeliveryEvent(
        event=event,
        practitioner_id=practitioner_id,
        alert_id=alert_id,
        provider_id=provider_id if isinstance(provider_id, str) and len(provider_id) <= _LONGEST_ID else None,
        permanent=event is not Event.BOUNCED or _permanent(document.get("bounce")),
    )


def _tag(mail: Mapping[str, Any], name: str) -> str | None:
    """The one value of a tag, if it can be an id: tags come as lists, and we set each once."""
    tags = mail.get("tags")
    values = tags.get(name) if isinstance(tags, dict) else None
    if isinstance(values, list) and len(values) == 1 and is_id(values[0]):
        return str(values[0])
    return None


def _permanent(bounce: object) -> bool:
    """`Transient` and `Undetermined` may well work tomorrow: an address is not given up for those."""
    return isinstance(bounce, dict) and bounce.get("bounceType") == "Permanent"
