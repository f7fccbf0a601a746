"""P.json -> a practitioner and their recipients, checked: one sentence for each thing that is wrong.

Reading is liberal where a person's meaning is plain (a number for a postcode, one string for a list, `to` for
`address`) and strict where a silent guess would watch the wrong person or warn the wrong address.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ops.recipients import Refused, recipients
from vigie.errors import InputError
from vigie.model import Practitioner, Recipient

MAX_BYTES = 1_000_000
MAX_NAMES = 20
MAX_TERMS = 100
MAX_CHARS = 200
"""Bounds on what one person may hold: a practitioner is one table item of a few KB, read at every match."""

KNOWN = frozenset(
    "id practitioner_id title first_names last_names specialty city postcode practice_name phone website rpps aliases"
    " excluded recipients".split()
)
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
        raise InputError(f"{path} is not JSON that can be read: it is nested too deep or holds a huge number.") from None
    if isinstance(document, list) and len(document) == 1:
        document = document[0]
    if not isinstance(document, dict):
        raise InputError(f'{path} must hold one JSON object, the profile of one person: {{"last_names": [...], ...}}.')
    return document


def read(document: Mapping[str, Any], *, practitioner_id: str, now: datetime) -> Profile:
    """Check a profile. Raises `ProfileError` with every problem found, not only the first.

    `now` is when the person, or whoever is mandated by them, asked to be watched.
    """
    fields = _Fields(_spelt(document))
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
    )
    fields.check_excluded(person)
    fields.check_short_names(person)
    addresses = fields.recipients(now)
    for key in sorted(set(fields.document) - KNOWN):
        fields.warnings.append(f"{shown(key)} is not a field of a profile: it was ignored.")
    if fields.problems:
        raise ProfileError(fields.problems)
    return Profile(person, addresses, tuple(fields.warnings))


def fold(text: str) -> str:
    """Letters and digits of `text` without case or accents, words apart by one space: what "the same" means here."""
    plain = unicodedata.normalize("NFKD", text).casefold().replace("œ", "oe").replace("æ", "ae")
    return " ".join(re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c))))


def _spelt(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document under the schema's own field names; a field given twice keeps its own."""
    named: dict[str, Any] = {}
    for key, value in document.items():
        own = _SPELLINGS.get(key, key)
        if own == key or own not in document:
            named[own] = value
    return named


def shown(value: object) -> str:
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return json.dumps(shown if len(shown) <= 60 else shown[:57] + "...", ensure_ascii=False)


@dataclass(slots=True)
class _Fields:
    """Reads one field at a time and collects what is wrong, so that all of it can be said at once."""

    document: dict[str, Any]
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def text(self, key: str, needed: str = "") -> str | None:
        value = self.document.get(key)
        if value is None or value == "":
            if needed:
                self.problems.append(f"{key} is missing: give {needed}.")
            return None
        if not isinstance(value, str):
            self.problems.append(f"{key} must be text, not {shown(value)}.")
            return None
        cleaned = self._clean(key, value)
        if cleaned == "" and needed:
            self.problems.append(f"{key} is empty: give {needed}.")
        return cleaned or None

    def terms(self, key: str, limit: int = MAX_TERMS) -> tuple[str, ...]:
        """A list of texts, each once; one string stands for a list of one."""
        value = self.document.get(key)
        values = [] if value is None else [value] if isinstance(value, str) else value
        if not isinstance(values, list):
            self.problems.append(f"{key} must be a list of texts, not {shown(value)}.")
            return ()
        kept: dict[str, str] = {}
        for entry in values:
            if not isinstance(entry, str):
                self.problems.append(f"{key} holds {shown(entry)}, which is not text.")
            elif (cleaned := self._clean(key, entry)) and not fold(cleaned):
                self.problems.append(f"{key} holds {shown(entry)}, which has no letter or digit.")
            elif cleaned:
                kept.setdefault(fold(cleaned), cleaned)
        if len(kept) > limit:
            self.problems.append(f"{key} holds {len(kept)} different terms; at most {limit} can be matched.")
        return tuple(kept.values())

    def names(self, key: str, needed: str) -> tuple[str, ...]:
        before = len(self.problems)
        found = self.terms(key, MAX_NAMES)
        if not found and len(self.problems) == before:
            self.problems.append(f"{key} is missing: give {needed}.")
        for name in found:
            if not any(c.isalpha() for c in name):
                self.problems.append(f"{key} holds {shown(name)}, which has no letter.")
        return found

    def postcode(self) -> str:
        value = self.document.get("postcode")
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 100_000:
            return f"{value:05d}"  # a spreadsheet drops the leading zero of 01000
        text = self.text("postcode", needed="the postcode of the practice") or ""
        text = text.replace(" ", "") if re.fullmatch(r"[\d ]+", text) else text
        if text and not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z -]{1,9}", text):
            self.problems.append(f'postcode {shown(text)} is not a postcode: write it like "69006".')
        elif text and not re.fullmatch(r"[0-9]{5}", text):
            self.warnings.append(f"postcode {shown(text)} is not a French one: is a zero missing in front?")
        return text

    def phone(self) -> str | None:
        text = self.text("phone")
        if text is None:
            return None
        import phonenumbers  # 15 ms and 40 MB of tables: only when a number was given

        try:
            number = phonenumbers.parse(text, "FR")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            self.problems.append(f'phone {shown(text)} is not a phone number: write it like "+33465711000".')
            return None
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def website(self) -> str | None:
        text = self.text("website")
        if text is None:
            return None
        address = text if "://" in text else f"https://{text}"
        if not re.fullmatch(r"https?://[^\s/?#@]+\.[^\s/?#@]+([/?#]\S*)?", address, re.IGNORECASE):
            self.problems.append(f'website {shown(text)} is not a web address: write it like "https://www.dr-x.example".')
            return None
        return address

    def rpps(self) -> str | None:
        value = self.document.get("rpps")
        if isinstance(value, int) and not isinstance(value, bool):
            self.document = self.document | {"rpps": str(value)}
        text = self.text("rpps")
        if text is None:
            return None
        digits = re.sub(r"[\s.\u00a0-]", "", text)
        if not re.fullmatch(r"[0-9]{11}", digits):
            self.problems.append(f"rpps {shown(text)} is not an RPPS number: it has 11 digits.")
            return None
        return digits

    def recipients(self, now: datetime) -> tuple[Recipient, ...]:
        try:
            found, warnings = recipients(self.document.get("recipients"), now)
        except Refused as refused:
            self.problems.extend(refused.problems)
            return ()
        self.warnings.extend(warnings)
        return found

    def check_excluded(self, person: Practitioner) -> None:
        """An exclusion made only of the person's own names would set aside everything ever found."""
        own = {word for name in (*person.first_names, *person.last_names, person.title) for word in fold(name).split()}
        own |= {"dr", "docteur", "pr", "professeur"}
        for term in person.excluded:
            if set(fold(term).split()) <= own:
                self.problems.append(
                    f"excluded {shown(term)} is part of the practitioner's own name: everything would be set aside."
                )

    def check_short_names(self, person: Practitioner) -> None:
        for name in person.last_names:
            if len(fold(name)) == 1:
                self.warnings.append(f"last_names {shown(name)} has one letter: only the full name will be recognised.")

    def _clean(self, key: str, text: str) -> str:
        """Composed (NFC), on one line, bounded. What no table or message can carry is refused."""
        cleaned = " ".join(unicodedata.normalize("NFC", text).split())
        if any(unicodedata.category(c) in ("Cc", "Cs") for c in cleaned):
            self.problems.append(f"{key} holds {shown(text)}, with characters that are not text.")
            return ""
        if len(cleaned) > MAX_CHARS:
            self.problems.append(f"{key} holds a text of {len(cleaned)} characters; at most {MAX_CHARS}.")
            return ""
        return cleaned
