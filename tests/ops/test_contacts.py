"""Addresses are made canonical or refused at enrolment: what SMS and SES cannot reach never gets in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ops import contacts
from tests.shared import shared
from vigie.errors import InputError


def cases(name: str) -> list[Any]:
    lines = shared("hostile/contacts", name).read_text("ascii").splitlines()
    return [pytest.param(case, id=case["id"]) for case in map(json.loads, lines)]


def read(function: Callable[..., str], *args: str) -> str | None:
    try:
        return function(*args)
    except InputError:
        return None


@pytest.mark.parametrize("text", ["06\n39", "abc", "", "+1 201 555 0123", "01 99 00 12 34"])
def test_a_refusal_is_one_sentence_on_one_line(text: str) -> None:
    for function in (contacts.phone, contacts.email):
        with pytest.raises(InputError) as refused:
            function(text)
        assert str(refused.value).endswith(".")
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("case", cases("phones.jsonl"))
def test_a_phone_of_the_collection_is_read_as_its_note_says(case: dict[str, str]) -> None:
    expected = case["e164"] if case["sms"] == "accept" else None
    assert expected == read(contacts.phone, case["input"], case["default_region"])


@pytest.mark.parametrize("case", cases("emails.jsonl"))
def test_an_email_of_the_collection_is_read_as_its_note_says(case: dict[str, str]) -> None:
    assert case["normalised"] == read(contacts.email, case["input"])


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("06 39 98 01 02", "FR", "+33639980102"),
        ("+33 (0) 6 39 98 01 02", "FR", "+33639980102"),
        ("(+33) 6 39 98 01 02", "FR", "+33639980102"),
        ("0033 6 39.98.01.02", "FR", "+33639980102"),
        ("06\u202f39\u202f98\u202f01\u202f02", "FR", "+33639980102"),
        ("06 39 98 01 02\n", "FR", "+33639980102"),
        ("0639980102", "YT", "+33639980102"),
        ("0639012345", "FR", "+262639012345"),
        ("0692 12 34 56", "FR", "+262692123456"),
        ("0694 20 12 34", "FR", "+594694201234"),
        ("0696 20 12 34", "FR", "+596696201234"),
        ("+262 0692 12 34 56", "FR", "+262692123456"),
        ("639980102", "FR", "+33639980102"),
        ("+32 470 12 34 56", "FR", "+32470123456"),
        ("01 99 00 12 34", "FR", None),
        ("+33 1 99 00 12 34", "FR", None),
        ("0639980102 0639980103", "FR", None),
        ("0639980102\n0639980103", "FR", None),
        ("06 39 98 01 02 poste 5", "FR", None),
        ("o6 39 98 01 02", "FR", None),
        ("0639980102.0", "FR", None),
        ("06399801", "FR", None),
        ("063998010203", "FR", None),
        ("+33 6 39 98 01 02#", "FR", None),
        ("+8707731234567", "FR", None),
        ("+7 912 345 67 89", "FR", None),
        ("٠٦٣٩٩٨٠١٠٢", "FR", None),
        ("06399801\u000002", "FR", None),
        ("", "FR", None),
    ],
)
def test_a_phone_is_a_mobile_of_a_country_we_write_to_or_refused(text: str, region: str, expected: str | None) -> None:
    assert expected == read(contacts.phone, text, region)


def test_a_country_is_served_only_when_it_is_listed() -> None:
    assert read(contacts.phone, "+1 201 555 0123") is None
    assert contacts.phone("+1 201 555 0123", "FR", {"US"}) == "+12015550123"
    with pytest.raises(InputError, match="belongs to FR"):
        contacts.phone("06 12 34 56 78", "FR", {"US"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr.Morvant@Cabinet.EXAMPLE", "Dr.Morvant@cabinet.example"),
        ("\u00a0dr@cabinet.test ", "dr@cabinet.test"),
        ("dr+alerte@sub.cabinet.example", "dr+alerte@sub.cabinet.example"),
        ("dr@hôpital.example", "dr@xn--hpital-ixa.example"),
        ("dr@c\u0430binet.example", None),  # a Cyrillic letter
        ("dr@xn--cbinet-3nf.example", None),  # the same, as it travels
        ("dr@\uff43abinet.example", None),
        ("dr@cabinet.e", None),
        ("dr@192.0.2.1", None),
        ("dr@cabinet.local", None),
        ("dr@cabinet", None),
        ("dr@cabinet_medical.example", None),
        ("a@cabinet.example,b@cabinet.example", None),
        ("a@cabinet.example b@cabinet.example", None),
        ("a@b@cabinet.example", None),
        ("<dr@cabinet.example>", None),
        ("dr(note)@cabinet.example", None),
        ("dr@cabinet.example\r\n", None),
        ("=?utf-8?Q?dr?=@cabinet.example", None),
        ("@cabinet.example", None),
        ("", None),
    ],
)
def test_an_email_is_a_plain_address_or_refused(text: str, expected: str | None) -> None:
    assert expected == read(contacts.email, text)


def test_the_deployed_functions_do_not_carry_the_validators() -> None:
    layer = Path("layers/common")
    requirements = (layer / "requirements.txt").read_text("utf-8")
    assert "phonenumbers" not in requirements
    assert "email-validator" not in requirements
    sources = [path.read_text("utf-8") for path in layer.rglob("*.py")]
    assert not [text for text in sources if "import phonenumbers" in text or "import email_validator" in text]
