"""The `recipients` of a profile, read as a person means them and refused where a guess could warn a stranger."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vigie.errors import InputError
from vigie.identity import recipient_id
from vigie.model import Recipient, Severity

MAX_RECIPIENTS = 20
"""A person, a secretary, a partner or two; each mention holds one delivery for each of them."""

NOBODY = "no recipient: mentions will be recorded, and nobody will be warned."

_CHANNELS = {
    "email": "email",
    "e-mail": "email",
    "mail": "email",
    "courriel": "email",
    "sms": "sms",
    "phone": "sms",
    "mobile": "sms",
    "text": "sms",
    "tel": "sms",
}
_ADDRESS_KEYS = ("address", "to", "value")
_NAMING_KEYS = ("email", "e-mail", "mail", "sms", "phone", "mobile", "tel")
"""Keys that say the channel as well as holding the address."""
_CHANNEL_KEYS = ("channel", "kind", "type")
_SEVERITY_KEYS = ("min_severity", "minimum_severity", "severity")
_LANGUAGE_KEYS = ("language", "lang")
_KNOWN = frozenset((*_ADDRESS_KEYS, *_NAMING_KEYS, *_CHANNEL_KEYS, *_SEVERITY_KEYS, *_LANGUAGE_KEYS, "mode"))
_SHOWN_TOO = frozenset({"recipient_id", "verified_at", "held_reason"})
"""Fields that `practitioner show` and `list` add: read back without a word."""
_LANGUAGES = ("fr", "en")
_MODES = ("instant",)
_DEFAULT_SEVERITY = {"email": Severity.INFO, "sms": Severity.URGENT}


class RecipientsError(InputError):
    """Some recipients were refused; `problems` holds one sentence for each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def recipients(given: Any, now: datetime) -> tuple[tuple[Recipient, ...], tuple[str, ...]]:
    """The recipients of a profile and what to warn about. Raises `RecipientsError` with every problem.

    An address the operator enrols counts as verified at `now`.
    """
    reader = _Reader(now)
    entries = [given] if isinstance(given, str | Mapping) else given
    if entries is None or entries == []:
        return (), (NOBODY,)
    if not isinstance(entries, list):
        raise RecipientsError([f"recipients must be a list of addresses, not {_shown(given)}."])
    for number, entry in enumerate(entries, start=1):
        reader.read(f"recipient {number}" if len(entries) > 1 else "recipient", entry)
    found = reader.found
    if len(found) > MAX_RECIPIENTS:
        reader.problems.append(f"recipients holds {len(found)} addresses; at most {MAX_RECIPIENTS}.")
    if reader.problems:
        raise RecipientsError(reader.problems)
    return tuple(found.values()), tuple(reader.warnings)


@dataclass(slots=True)
class _Reader:
    now: datetime
    found: dict[str, Recipient] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def read(self, place: str, entry: Any) -> None:
        if isinstance(entry, str):
            entry = {"address": entry}
        if not isinstance(entry, Mapping):
            self.problems.append(f"{place} must be an address or an object with one, not {_shown(entry)}.")
            return
        unknown = sorted(set(map(str, entry)) - _KNOWN - _SHOWN_TOO)
        self.warnings.extend(
            f"{place}: {_shown(key)} is not a field of a recipient: it was ignored." for key in unknown
        )
        addresses = list(_addresses(entry))
        if not addresses:
            self.problems.append(f'{place} has no address: write {{"channel": "email", "address": "..."}}.')
        for channel, address in addresses:
            self._add(place, entry, channel, address)

    def _add(self, place: str, entry: Mapping[str, Any], named: str | None, address: Any) -> None:
        before = len(self.problems)
        if isinstance(address, int) and not isinstance(address, bool):
            self.problems.append(f'{place}: write the number as text, in quotes: "+33{str(address)[-9:]}".')
            return
        if not isinstance(address, str) or not address.strip():
            self.problems.append(f"{place}: the address must be text, not {_shown(address)}.")
            return
        channel = named or self._channel(place, entry, address)
        address = self._address(place, channel, address.strip())
        severity = self._severity(place, entry, channel)
        language = self._language(place, entry)
        mode = self._mode(place, entry)
        if len(self.problems) > before:
            return
        identity = recipient_id(channel, address)
        if identity in self.found:
            self.warnings.append(f"{place} is the same address as an earlier one: it was ignored.")
            return
        self.found[identity] = Recipient(identity, channel, address, mode, severity, language, verified_at=self.now)

    def _channel(self, place: str, entry: Mapping[str, Any], address: str) -> str:
        given = _first(entry, _CHANNEL_KEYS)
        if given is None:
            return "email" if "@" in address else "sms"
        channel = _CHANNELS.get(given.strip().lower()) if isinstance(given, str) else None
        if channel is None:
            self.problems.append(f'{place}: channel {_shown(given)} is not known: "email" or "sms".')
        return channel or "email"

    def _address(self, place: str, channel: str, address: str) -> str:
        from ops import contacts  # phonenumbers and email-validator: 100 ms that most commands do without

        try:
            return contacts.email(address) if channel == "email" else contacts.phone(address)
        except InputError as error:
            self.problems.append(f"{place}: {error}")
            return address

    def _severity(self, place: str, entry: Mapping[str, Any], channel: str) -> Severity:
        given = _first(entry, _SEVERITY_KEYS)
        if given is None:
            return _DEFAULT_SEVERITY[channel]
        try:
            return Severity(given.strip().lower() if isinstance(given, str) else given)
        except ValueError:
            self.problems.append(f"{place}: min_severity {_shown(given)} is not known: {_choices(Severity)}.")
            return Severity.INFO

    def _language(self, place: str, entry: Mapping[str, Any]) -> str:
        given = _first(entry, _LANGUAGE_KEYS)
        language = "fr" if given is None else str(given).strip().lower().replace("_", "-").partition("-")[0]
        if language not in _LANGUAGES:
            self.problems.append(f"{place}: language {_shown(given)} is not known: {_choices(_LANGUAGES)}.")
        return language

    def _mode(self, place: str, entry: Mapping[str, Any]) -> str:
        given = entry.get("mode")
        mode = "instant" if given is None else str(given).strip().lower()
        if mode not in _MODES:
            self.problems.append(f"{place}: mode {_shown(given)} is not known: {_choices(_MODES)}.")
        return mode


def _addresses(entry: Mapping[str, Any]) -> Iterator[tuple[str | None, Any]]:
    """Each address of an entry, with the channel its key names; one object may hold an e-mail and a phone."""
    for key in _ADDRESS_KEYS:
        if entry.get(key) is not None:
            yield None, entry[key]
    for key in _NAMING_KEYS:
        if entry.get(key) is not None:
            yield _CHANNELS[key], entry[key]


def _first(entry: Mapping[str, Any], keys: Iterable[str]) -> Any:
    return next((entry[key] for key in keys if entry.get(key) is not None), None)


def _choices(values: Iterable[str]) -> str:
    *others, last = (json.dumps(str(value)) for value in values)
    return f"{', '.join(others)} or {last}" if others else f"only {last}"


def _shown(value: object) -> str:
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return json.dumps(shown if len(shown) <= 60 else shown[:57] + "...", ensure_ascii=False)
