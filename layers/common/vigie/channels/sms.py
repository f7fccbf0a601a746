"""One SMS of one part, which reveals nothing: how many publications, and that the e-mail has the rest.

A phone shows it on a locked screen, to whoever is near: no name, no source, no quote, no opinion.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vigie.channels import ALONE, Around, Carriers
from vigie.model import Alert, Mention, Practitioner, Severity
from vigie.ports import Message, Tags
from vigie.show import gsm
from vigie.show.shown import more_sites
from vigie.show.words import words

RESENDS = False
MENTIONS = 90
UNSURE_FROM = Severity.URGENT


def compose(
    alert: Alert,
    mentions: Sequence[Mention],
    practitioner: Practitioner,  # noqa: ARG001 - nothing of them is said
    now: datetime,  # noqa: ARG001 - a channel's signature
    around: Around = ALONE,
) -> Message:
    """One GSM-7 part that counts what is new, and on how many sites more it stands. See `vigie.channels`."""
    said = words(alert.language)
    urgent = any(mention.severity is Severity.URGENT for mention in mentions)
    edited = bool(mentions) and not alert.more and all(mention.edited for mention in mentions)
    sorts = ("sms.edited", "sms.urgent_edited") if edited else ("sms.other", "sms.urgent")
    first = said.count(sorts[urgent], len(mentions) + alert.more)
    sites = more_sites(mentions, [other for others in around.also.values() for other in others])
    wide = said.count("sms.also", sites) if sites else ""
    then = said("sms.mail" if around.by_email else "sms.no_mail")
    text = gsm.plain(" ".join(filter(None, (first, wide, then))))
    return Message(to=alert.address, text=text, language=said.language)


def send(message: Message, tags: Tags, carriers: Carriers) -> str:
    return carriers.texter.send(message, tags)
