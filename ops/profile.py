"""P.json -> a practitioner and their recipients, checked: one sentence for each thing that is wrong.

Reading is liberal where a person's meaning is plain (a number for a postcode, one string for a list, `to` for
`address`) and strict where a silent guess would watch the wrong person or warn the wrong address.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ops.fields import Fields, shown
from vigie.errors import InputError
from vigie.identity import digest, token
from vigie.judge.fold import folded
from vigie.model import Practitioner, Recipient

MAX_BYTES = 1_000_000
KNOWN = frozenset(
    {
        "title",
        "first_names",
        "last_names",
        "specialty",
        "city",
        "postcode",
        "practice_name",
        "phone",
        "website",
        "rpps",
        "aliases",
        "excluded",
        "practices",
        "recipients",
    }
)
SHOWN = frozenset({"id", "practitioner_id", "status", "consent_at", "statement", "created_at", "sources"})
"""Fields that `practitioner show` adds, and the reference a file may carry: read back without a word."""
STATEMENT = "self_or_mandated"
"""That whoever enrols the person is them, or is mandated by them: what enrolling states, however it is done."""
_SPELLINGS = {
    "first_name": "first_names",
    "last_name": "last_names",
    "postal_code": "postcode",
    "exclusions": "excluded",
}


class ProfileError(InputError):
    """A profile was refused. `problems` holds one sentence for each thing to mend."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Profile:
    """A person to enrol. The id of `practitioner` is a proposal: somebody enrolled already keeps theirs."""

    practitioner: Practitioner
    recipients: tuple[Recipient, ...]
    warnings: tuple[str, ...] = ()


def load(path: Path, text: str | None = None) -> dict[str, Any]:
    """The JSON object in the file `path`. Raises `InputError` with what to do about it."""
    try:
        raw = path.read_bytes() if text is None else text.encode("utf-8", "surrogateescape")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {(error.strerror or 'no such file').lower()}.") from None
    if len(raw) > MAX_BYTES:
        raise InputError(f"{path} holds more than {MAX_BYTES:,} bytes; a profile is one JSON object of a few lines.")
    try:
        document = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text; save it as UTF-8 and try again.") from None
    except json.JSONDecodeError as error:
        raise InputError(f"{path} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except (ValueError, RecursionError):
        raise InputError(f"{path} is nested too deep or holds too long a number to be read.") from None
    if isinstance(document, list) and len(document) == 1:
        document = document[0]
    if not isinstance(document, dict):
        raise InputError(f'{path} must hold one JSON object, the profile of one person: {{"last_names": [...], ...}}.')
    return document


def read(document: Mapping[str, Any], *, practitioner_id: str, now: datetime) -> Profile:
    """Check a profile. Raises `ProfileError` with every problem found, not only the first.

    `now` is when the person, or whoever is mandated by them, asked to be watched.
    """
    fields = Fields(_spelt(document))
    person = Practitioner(
        practitioner_id=practitioner_id,
        title=fields.text("title") or "",
        first_names=fields.names("first_names", "a first name; a surname alone is shared by too many people"),
        last_names=fields.names("last_names", "the usual surname"),
        specialty=fields.text("specialty", needed='what they practise, for example "dermatologue"') or "",
        city=fields.text("city", needed="the town they practise in") or "",
        postcode=fields.postcode(),
        practice_name=fields.text("practice_name"),
        phone=fields.phone(),
        website=fields.website(),
        rpps=fields.rpps(),
        aliases=fields.terms("aliases"),
        excluded=fields.terms("excluded"),
        consent_at=now,
        created_at=now,
        practices=fields.practices(),
        statement=STATEMENT,
    )
    fields.check_excluded(person)
    fields.check_short_names(person)
    recipients = fields.recipients(now)
    for key in sorted(set(fields.document) - KNOWN - SHOWN):
        fields.warnings.append(f"{shown(key)} is not a field of a profile: it was ignored.")
    if fields.problems:
        raise ProfileError(fields.problems)
    return Profile(person, recipients, tuple(fields.warnings))


def identity_hash(person: Practitioner) -> str:
    """What makes two enrolments the same person: the RPPS number, else usual name, postcode and specialty."""
    return rpps_hash(person.rpps) if person.rpps else name_hash(person)


def rpps_hash(rpps: str) -> str:
    return token(digest("rpps.1", rpps))


def name_hash(person: Practitioner) -> str:
    """The identity of someone enrolled without their RPPS number."""
    facts = (person.first_names[0], person.last_names[0], person.postcode, person.specialty)
    return token(digest("name.1", *map(folded, facts)))


def _spelt(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document under the schema's own field names; a field given twice keeps its own."""
    named: dict[str, Any] = {}
    for key, value in document.items():
        own = _SPELLINGS.get(key, key)
        if own == key or own not in document:
            named[own] = value
    return named
