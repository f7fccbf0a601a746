"""Who is watched, and who is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vigie.model.judgements import Severity


@dataclass(frozen=True, slots=True)
class Practice:
    """One more place where somebody practises."""

    name: str | None
    city: str
    postcode: str
    phone: str | None = None


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
    practices: tuple[Practice, ...] = ()
    """Where else they practise: each counts as the first place does."""
    statement: str | None = None
    """What was stated at `consent_at`: `self_or_mandated`, that whoever enrols them is them or is mandated by them."""

    @property
    def cities(self) -> tuple[str, ...]:
        return (self.city, *(practice.city for practice in self.practices))

    @property
    def postcodes(self) -> tuple[str, ...]:
        return (self.postcode, *(practice.postcode for practice in self.practices))

    @property
    def practice_names(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.practice_name, *(practice.name for practice in self.practices))))

    @property
    def phones(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.phone, *(practice.phone for practice in self.practices))))

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
