"""Addresses as an operator types them: made canonical, or refused in one sentence, before anyone is enrolled.

libphonenumber knows which numbers exist, not which may be written to: it reads extensions, satellite numbers and
letters. So characters are checked before it and countries after it. It and email-validator stay on this side: the
deployed functions only ever see what these functions returned.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

from vigie.errors import InputError

COUNTRIES = frozenset(
    {"FR", "GP", "MQ", "GF", "RE", "YT", "BL", "MF", "PM", "NC", "PF", "WF"}
    | {"AD", "BE", "CH", "DE", "ES", "GB", "IT", "LU", "MC"}
)
"""Where SMS go unless told otherwise: France and its territories, and across its borders, where some live."""

_OVERSEAS = ("RE", "YT", "GP", "GF", "MQ")
"""Whose mobiles are dialled from the mainland as if they were mainland numbers (0639, 069x, 0709)."""

_FICTION = re.compile(r"(?:\+33|0)63998\d{4}")
"""06 39 98 xx xx: kept for works of fiction by the French regulator (ARCEP), so never valid and never Mayotte's."""

_WRITTEN = re.compile(r"(?:tel:)?(\(?\+?[0-9][0-9 .()/-]*|\+ ?\([0-9][0-9 .()/-]*)", re.IGNORECASE)
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
"""Some countries (the United States) do not tell them apart: listing such a country is to accept both."""

_IGNORED = dict.fromkeys([0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF])
"""What spreadsheets and phones put around a number when it is copied, and nobody sees."""

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")


def phone(text: str, region: str = "FR", countries: Collection[str] = COUNTRIES) -> str:
    """The mobile number `text` in E.164 (`+33639980102`).

    `region` is where a number without its country was written. Raises `InputError` unless it is a mobile of one
    of `countries` (ISO 3166 codes): the others cannot receive an SMS, or cost too much to be sent one by mistake.
    """
    number = _number(_digits(text), region)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if _is_fiction(number) and "FR" in countries:
        return written
    if not phonenumbers.is_valid_number(number):
        raise InputError(f"{written} is not a number in use; check its digits.")
    country = phonenumbers.region_code_for_number(number) or "an unknown country"
    if country not in countries:
        raise InputError(f"{written} belongs to {country}; SMS go to {', '.join(sorted(countries))} only.")
    if phonenumbers.number_type(number) not in _MOBILE:
        raise InputError(f"{written} is not a mobile number; give a mobile, or an e-mail address instead.")
    return written


def email(text: str) -> str:
    """The e-mail address `text`, trimmed, its domain in lower case and in ASCII.

    Raises `InputError` for what SES cannot write to (a local part outside ASCII) and for what is no plain address:
    display names, URIs, quoted local parts, address literals, encoded words, domains that look like another.
    """
    address = text.strip(" \t\u00a0\u202f")
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        raise InputError(f"{address!r} is not an e-mail address; give one such as name@example.org.")
    if not local.isascii() or not address.isprintable() or re.search(r"\s", address) or not _legible(domain):
        raise InputError(f"{address!r} holds a space, an accent or a look-alike character; type it again by hand.")
    if re.match(r"mailto:|.*=\?[^?]+\?[bq]\?", address, re.IGNORECASE):
        raise InputError(f"{address!r} is not a plain e-mail address; give one such as name@example.org.")
    try:
        checked = validate_email(
            address,
            check_deliverability=False,
            test_environment=True,  # .test and .example are for those who try Vigie out
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
        )
    except EmailNotValidError as error:
        raise InputError(f"{address!r} is not an e-mail address: {error}") from None
    if not _public(checked.ascii_domain) or len(local) > 64:
        raise InputError(f"{address!r} cannot receive mail; check it on both sides of the @.")
    return f"{local}@{checked.ascii_domain}"


_NOT_PUBLIC = frozenset({"alt", "arpa", "corp", "home", "internal", "invalid", "lan", "local", "localhost", "onion"})


def _public(domain: str) -> bool:
    """False for domains without a public ending, which the validator lets through for tests."""
    first, dot, last = domain.rpartition(".")
    return bool(first and dot) and len(last) > 1 and not last.isdigit() and last not in _NOT_PUBLIC


def _legible(domain: str) -> bool:
    """False when a domain is not what it looks like: letters of another alphabet, or variants of ASCII ones."""
    folded = unicodedata.normalize("NFKC", domain)
    if domain.isascii():
        try:
            folded = domain.encode("ascii").decode("idna") if "xn--" in domain.lower() else domain
        except UnicodeError:
            return False
    elif folded.isascii():
        return False
    return all(char.isascii() or "LATIN" in unicodedata.name(char, "") for char in folded)


def _digits(text: str) -> str:
    """`text` as plain digits with an optional plus. Raises `InputError` for anything that is not one number."""
    plain = unicodedata.normalize("NFKC", text.translate(_IGNORED)).translate(_DASHES)
    plain = " ".join(plain.split())
    if not plain:
        raise InputError("A phone number is empty; give one such as 06 39 98 01 02.")
    written = _WRITTEN.fullmatch(plain)
    if written is None:
        raise InputError(f"{text!r} is not one phone number; give one such as 06 39 98 01 02 or +33 6 39 98 01 02.")
    number = re.sub(r"\( ?0 ?\)", "", written[1]) if written[1].lstrip("( ").startswith(("+", "00")) else written[1]
    digits = re.sub(r"[^+0-9]", "", number)
    if len(digits) < 9:
        raise InputError(f"{text!r} is too short to be a mobile number.")
    return digits


def _number(digits: str, region: str) -> PhoneNumber:
    """The number that `digits` can only mean, written in `region`."""
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif re.fullmatch(r"(?:33|262|590|594|596)[67]\d{8}", digits):
        digits = "+" + digits
    if _FICTION.fullmatch(digits):
        region = "FR"
    number = _parsed(digits, region)
    if number is None:
        raise InputError(f"{digits} is not a phone number; check its digits.")
    if region != "FR" or not digits.startswith("0") or phonenumbers.is_valid_number(number) or _is_fiction(number):
        return number
    overseas = [
        other for place in _OVERSEAS if (other := _parsed(digits, place)) and phonenumbers.is_valid_number(other)
    ]
    return overseas[0] if overseas else number


def _parsed(digits: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, region)
    except NumberParseException:
        return None


def _is_fiction(number: PhoneNumber) -> bool:
    return _FICTION.fullmatch(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)) is not None
