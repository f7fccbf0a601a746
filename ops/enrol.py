"""Enrolment, declared: the same person given again is updated under the id they have."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from ops import profile, view
from ops.session import Session
from vigie.enrolment import Registrar
from vigie.identity import is_id
from vigie.model import Practitioner, Recipient


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What an enrolment came to."""

    practitioner: Practitioner
    recipients: tuple[Recipient, ...]
    created: bool
    warnings: tuple[str, ...]


def new_id() -> str:
    """A new practitioner's id: random, so that it says nothing of them wherever it appears."""
    return "p" + base64.b32encode(secrets.token_bytes(10)).decode().lower()[:15]


def name_of(person: Practitioner) -> str:
    return " ".join(part for part in (person.title, *person.first_names[:1], *person.last_names[:1]) if part)


def utc_now() -> datetime:
    return datetime.now(UTC)


def add(session: Session, document: Mapping[str, Any], *, new_id: Callable[[], str]) -> Enrolled:
    """Enrol the person of a profile, or update them. Raises `ProfileError` for a profile that is refused."""
    read = profile.read(document, practitioner_id=new_id(), now=session.clock())
    warnings = list(read.warnings)
    person = read.practitioner
    named = document.get("practitioner_id")
    known = _enrolled_as(session.registrar, named) or find(session.registrar, person)
    if named and known != named:
        warnings.append("the practitioner_id of the file is nobody's here: the person got another one.")
    if known:
        person = replace(person, practitioner_id=known)
        warnings += _left_out(session.registrar, known, read.recipients)
    created = session.registrar.enrol(person, read.recipients, profile.identity_hash(person))
    return Enrolled(person, read.recipients, created, tuple(warnings))


def _left_out(registrar: Registrar, practitioner_id: str, recipients: Iterable[Recipient]) -> Iterator[str]:
    """A profile is the whole of an enrolment: an address it does not list is told no more, which is worth a word."""
    before = registrar.enrolment(practitioner_id)
    listed = {recipient.recipient_id for recipient in recipients}
    gone = [r for r in before.roster.recipients if r.recipient_id not in listed] if before else []
    if gone:
        they = view.count(len(gone), "address they had is", "addresses they had are")
        yield f"{they} not in this profile: nothing goes there any more."


def find(registrar: Registrar, person: Practitioner) -> str | None:
    """The id of somebody enrolled already; one enrolled before their RPPS number was known is found by name."""
    return registrar.find(profile.identity_hash(person)) or registrar.find(profile.name_hash(person))


def known(registrar: Registrar) -> Callable[[str], Practitioner | None]:
    """Who is enrolled under an RPPS number."""

    def look(rpps: str) -> Practitioner | None:
        found = registrar.find(profile.rpps_hash(rpps))
        enrolment = registrar.enrolment(found) if found else None
        return enrolment.practitioner if enrolment else None

    return look


def _enrolled_as(registrar: Registrar, practitioner_id: object) -> str | None:
    """`practitioner_id` when somebody is enrolled under it: a file that `show` printed, edited, is an update."""
    if not isinstance(practitioner_id, str) or not is_id(practitioner_id):
        return None
    return practitioner_id if registrar.enrolment(practitioner_id) else None
