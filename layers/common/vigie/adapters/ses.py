"""E-mail by Amazon SES v2.

The message is built here, as MIME, then read back before it leaves: whatever a title holds, a message has the
headers set below, each once, and one recipient. Python 3.12.1 and earlier wrote an encoded word in a subject as a
header of its own (CVE-2024-6923); reading back does not depend on knowing the next trick.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from vigie.adapters.refusals import Rule, held_off, refusal
from vigie.errors import ChannelError
from vigie.ports import Message, Tags

NAME = "Vigie"
"""Shown as the sender: neutral, since a mailbox may be open on a screen at the front desk."""

_POLICY = SMTP.clone(cte_type="7bit")
"""SES carries 7-bit lines only; parts are quoted-printable, which also keeps lines short."""

_HEADERS = ("From", "To", "Subject", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language")
"""Those set below, beside MIME's own. SES adds Date and Message-ID, and replaces any that is given."""

_ADDRESS = re.compile(r"[!#$%&'*+/=?^_`{|}~.0-9A-Za-z-]{1,64}@[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Unicode categories of what a subject has no use for: controls, bidi and zero-width marks, lone surrogates."""
_LONGEST_SUBJECT = 150


class SesMailer:
    """Sends by SES. `client` gives its client, made so that it never repeats a call (`adapters.aws`)."""

    def __init__(self, client: Callable[[], Any], sender: str, configuration_set: str) -> None:
        self._client = client
        self._sender = sender
        self._configuration_set = configuration_set
        self._rules: dict[str, Rule] = {
            "BadRequestException": _bad_request,
            "MessageRejected": self._message_rejected,
        }

    def send(self, message: Message, tags: Tags) -> str:
        """See `ports.Mailer`."""
        to = address(message.to)
        raw = mime(message, sender=self._sender, to=to)
        client = self._client()
        try:
            answer = client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [to]},
                Content={"Raw": {"Data": raw}},
                EmailTags=[
                    {"Name": "practitioner", "Value": tags.practitioner_id},
                    {"Name": "attempt", "Value": tags.alert_id},
                ],
                ConfigurationSetName=self._configuration_set,
            )
            return str(answer["MessageId"])
        except Exception as error:  # noqa: BLE001 - whatever happened in the client, the doubt is kept
            raise refusal(error, self._rules) from None

    def _message_rejected(self, sentence: str) -> ChannelError:
        """One code for several things. An unverified recipient is the sandbox's, an unverified sender everybody's."""
        if "not verified" in sentence:
            domain = self._sender.rpartition("@")[2]
            ours = self._sender in sentence or re.search(rf"[\s,:]{re.escape(domain)}([\s,.]|$)", sentence) is not None
            return ChannelError("not_verified", wide=ours)
        if "paused" in sentence or "suspended" in sentence:
            return held_off("sending_paused")
        return ChannelError("message_rejected", content=True)


def _bad_request(sentence: str) -> ChannelError:
    lowered = sentence.lower()
    if "address" in lowered or "domain" in lowered:
        return ChannelError("invalid_address", permanent=True)
    if "length" in lowered or "size" in lowered:
        return ChannelError("too_large", content=True)
    return ChannelError("BadRequestException")


def address(text: str) -> str:
    """An address as SES takes it: ASCII, an international domain in its A-label form.

    Raises a permanent `ChannelError`: SES has no SMTPUTF8; quoted local parts and address literals are refused too.
    """
    local, _, domain = text.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_domain = ""
    spelled = f"{local}@{ascii_domain}"
    if not _ADDRESS.fullmatch(spelled) or len(spelled) > 254:
        raise ChannelError("invalid_address", permanent=True)
    return spelled


def mime(message: Message, *, sender: str, to: str) -> bytes:
    """`message` as MIME bytes: the headers of `_HEADERS` and no other, text and HTML.

    Raises a `ChannelError` about its content if what would leave is not what was meant.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address(NAME, addr_spec=sender)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = subject(message.subject)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation reply comes back
    mail["X-Auto-Response-Suppress"] = "All"  # the same to Exchange, which reads nothing else
    mail.set_content(_encodable(message.text), cte="quoted-printable")
    if message.html:
        mail.add_alternative(_encodable(message.html), subtype="html", cte="quoted-printable")
    if _LANGUAGE.fullmatch(message.language):
        mail["Content-Language"] = message.language  # last: a second part would take the Content-* headers with it
    raw = mail.as_bytes()
    if not _says(raw, mail):
        raise ChannelError("unfaithful_mime", content=True)
    return raw


def subject(text: str) -> str:
    """`text` as one harmless line: no control or invisible character, nothing that reads as an encoded word."""
    seen = "".join(" " if unicodedata.category(c) in _UNSEEN else c for c in text)
    line = " ".join(seen.split()).replace("=?", "= ?").replace("?=", "? =")
    return line[:_LONGEST_SUBJECT].strip()


def _says(raw: bytes, meant: EmailMessage) -> bool:
    """True when `raw`, read back as a receiver would, has the headers that were meant, each once, and no defect."""
    read = message_from_bytes(raw, policy=SMTP)
    return (
        sorted(read.keys()) == sorted(meant.keys())
        and {*read.keys()} - {"MIME-Version", "Content-Type", "Content-Transfer-Encoding"} <= set(_HEADERS)
        and all(str(read[name]).split() == str(meant[name]).split() for name in _HEADERS)  # folded between words
        and not any(part.defects for part in read.walk())
    )


def _encodable(text: str) -> str:
    """Lone surrogates become `?`: they have no UTF-8 form."""
    return text.encode("utf-8", "replace").decode("utf-8")
