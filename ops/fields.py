"""The fields of a profile, one reader for each shape of value."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ops.recipients import RecipientsError, recipients
from vigie.judge.fold import folded
from vigie.model import Practice, Practitioner, Recipient
from vigie.show.text import clean

MAX_NAMES = 20
MAX_TERMS = 100
MAX_PLACES = 10
MAX_CHARS = 200
"""Bounds on what one person may hold: a practitioner is one table item of a few KB, read at every match."""


def shown(value: object) -> str:
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return json.dumps(shown if len(shown) <= 60 else shown[:57] + "...", ensure_ascii=False)


@dataclass(slots=True)
class Fields:
    """The fields of one profile. Each method reads one, and keeps what is wrong so that all of it is said at once."""

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
            elif (cleaned := self._clean(key, entry)) and not folded(cleaned):
                self.problems.append(f"{key} holds {shown(entry)}, which has no letter or digit that can be matched.")
            elif cleaned:
                kept.setdefault(folded(cleaned), cleaned)
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

    def practices(self) -> tuple[Practice, ...]:
        """The other places where they practise, each an object like the first place's fields."""
        given = self.document.get("practices")
        if given is None:
            return ()
        if not isinstance(given, list) or not all(isinstance(place, dict) for place in given):
            self.problems.append(f"practices must be a list of objects with a city and a postcode, not {shown(given)}.")
            return ()
        if len(given) > MAX_PLACES:
            self.problems.append(f"practices holds {len(given)} places; at most {MAX_PLACES}.")
        found = dict.fromkeys(self._practice(number, place) for number, place in enumerate(given[:MAX_PLACES], start=1))
        return tuple(found)

    def _practice(self, number: int, place: dict[str, Any]) -> Practice:
        inner = Fields({"practice_name": place.get("name"), **place})
        found = Practice(
            name=inner.text("practice_name"),
            city=inner.text("city", needed="the town of that practice") or "",
            postcode=inner.postcode(),
            phone=inner.phone(),
        )
        unknown = sorted(set(place) - {"name", "practice_name", "city", "postcode", "phone"})
        inner.warnings += [f"{shown(key)} is not a field of a practice: it was ignored." for key in unknown]
        self.problems += [f"practice {number}: {problem}" for problem in inner.problems]
        self.warnings += [f"practice {number}: {warning}" for warning in inner.warnings]
        return found

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
            self.problems.append(
                f'website {shown(text)} is not a web address: write it like "https://www.dr-x.example".'
            )
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
        digits = digits[1:] if re.fullmatch(r"8[0-9]{11}", digits) else digits  # the national number: 8, then this one
        if not re.fullmatch(r"[0-9]{11}", digits):
            self.problems.append(f"rpps {shown(text)} is not an RPPS number: it has 11 digits.")
            return None
        return digits

    def recipients(self, now: datetime) -> tuple[Recipient, ...]:
        try:
            found, warnings = recipients(self.document.get("recipients"), now)
        except RecipientsError as refused:
            self.problems.extend(refused.problems)
            return ()
        self.warnings.extend(warnings)
        return found

    def check_excluded(self, person: Practitioner) -> None:
        """An exclusion made only of the person's own names, trade and town would set aside what is about them."""
        facts = (person.title, person.specialty, *person.cities, "dr docteur pr professeur")
        names = (*person.first_names, *person.last_names, *person.aliases, *facts)
        own = {word for name in names for word in folded(name).split()}
        for term in person.excluded:
            if set(folded(term).split()) <= own:
                self.problems.append(
                    f"excluded {shown(term)} describes the practitioner: what is about them would be set aside."
                )

    def check_short_names(self, person: Practitioner) -> None:
        for name in person.last_names:
            if len(folded(name)) == 1:
                self.warnings.append(f"last_names {shown(name)} has one letter: only the full name will be recognised.")

    def _clean(self, key: str, text: str) -> str:
        """On one line, without what cannot be seen, bounded."""
        cleaned = clean(text)
        if len(cleaned) > MAX_CHARS:
            self.problems.append(f"{key} holds a text of {len(cleaned)} characters; at most {MAX_CHARS}.")
            return ""
        return cleaned
