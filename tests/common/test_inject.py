"""What the web writes stays text: in e-mails, their headers, SMS, logs, the store and exports.

Every payload of the collection goes the whole way, as an item that is recorded and told, and also as a stored row that
nobody cleaned. `properties.json` beside it says what must hold; each property is one function below.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from ops.csvsafe import csv_safe
from tests.common.samples import NOW, PRACTITIONER, alert, mention
from tests.shared import shared
from vigie.adapters.ses import mime
from vigie.channels import email, sms
from vigie.model import Mention, Practitioner, Reason
from vigie.ports import Message
from vigie.show.gsm import size
from vigie.show.text import clean, excerpt, headline

SENDER = "vigie@veille.example"
BENIGN = mention(title="Un titre", excerpt="Un extrait.", marks=((3, 10),), url="https://forum.example/1")


@dataclass(frozen=True)
class Told:
    """One payload, where it was put, and what became of it."""

    payload: str
    field: str
    mention: Mention
    mail: Message
    sms: Message


def cases() -> list[Any]:
    lines = shared("hostile/inject/payloads.jsonl").read_text("ascii").splitlines()
    return [pytest.param(case, id=case["id"]) for case in map(json.loads, lines)]


def told(payload: str, field: str, *, recorded: bool) -> Told:
    """`payload` as the field of a mention, by way of what scan does or straight from a row nobody cleaned."""
    quote = excerpt("", payload, []).text
    changes: dict[str, dict[str, Any]] = {
        "title": {"title": headline(payload) if recorded else payload},
        "excerpt": {"excerpt": quote if recorded else payload, "marks": ((len(payload) // 3, len(payload) // 2),)},
        "reason": {"reasons": (Reason("insult", payload), Reason("alias", payload))},
        "link": {"url": payload},
        "practitioner_name": {},
    }
    made = replace(BENIGN, **changes[field])
    person = replace(PRACTITIONER, last_names=(payload,)) if field == "practitioner_name" else PRACTITIONER
    return Told(payload, field, made, *messages(made, person))


def messages(made: Mention, person: Practitioner = PRACTITIONER) -> tuple[Message, Message]:
    text = sms.compose(alert(made, channel="sms", address="+33639980102"), [made], person, NOW)
    return email.compose(alert(made), [made], person, NOW), text


def visible(html: str) -> str:
    body = LexborHTMLParser(html).body
    return " ".join(body.text(separator="").split()) if body else ""


def skeleton(html: str) -> set[tuple[str, str, str]]:
    """Every element and attribute of a page, with the values that are ours to choose."""
    found = {("", "", "")}
    for node in LexborHTMLParser(html).css("*"):
        for name, value in {"": "", **node.attributes}.items():
            found.add((node.tag or "", name, "" if name in ("href", "aria-label") else value or ""))
    return found


PLAIN_MAIL, PLAIN_SMS = messages(BENIGN)
OURS = set().union(
    *(
        skeleton(messages(replace(BENIGN, url=url, title=title))[0].html)
        for url in (BENIGN.url, "", "x:y")
        for title in (BENIGN.title, "")
    )
)


def html_escape(case: Told) -> None:
    assert skeleton(case.mail.html) <= OURS
    limits = {"title": 200, "excerpt": 300, "link": 200, "practitioner_name": 60}
    shown = clean(case.payload, limits[case.field]).removesuffix("…")
    if case.field != "link" or 'rel="noopener' not in case.mail.html:
        assert shown[:60] in visible(case.mail.html)


def no_eval(case: Told) -> None:
    html_escape(case)


def header(case: Told) -> None:
    message = replace(
        case.mail, subject=case.payload
    )  # harsher than any subject of ours, which holds no text of others
    for sent in (case.mail, message):
        raw = mime(sent, sender=SENDER, to="dr@cabinet.example")
        read = message_from_bytes(raw, policy=policy.default)
        assert len(read.keys()) == len({name.lower() for name in read})
        assert ["dr@cabinet.example"] == [address.addr_spec for address in read["To"].addresses]
        assert [SENDER] == [address.addr_spec for address in read["From"].addresses]
        assert not {"bcc", "cc", "reply-to"} & {name.lower() for name in read}
    assert (
        case.mail.subject
        == message_from_bytes(mime(case.mail, sender=SENDER, to="dr@cabinet.example"), policy=policy.default)["Subject"]
    )


def subject_clean(case: Told) -> None:
    harsher = clean(case.payload, 150)
    raw = mime(replace(case.mail, subject=harsher), sender=SENDER, to="dr@cabinet.example")
    read = str(message_from_bytes(raw, policy=policy.default)["Subject"] or "")
    assert read.strip() == harsher.replace("=?", "= ?").replace("?=", "? =")  # folding may begin with a space
    for subject in (case.mail.subject, read):
        assert len(subject) <= 150
        assert unseen(subject) == ""


def link(case: Told) -> None:
    for node in LexborHTMLParser(case.mail.html).css("*"):
        target = node.attributes.get("href") or node.attributes.get("src") or "https://ours.example"
        assert re.match(r"https?://[^/\s@\\]+(/|\?|#|$)", target), target
        assert target.isascii()
    if 'rel="noopener' not in case.mail.html and case.payload.strip():
        assert clean(case.payload, 200).removesuffix("…") in visible(case.mail.html)


def sms_safe(case: Told) -> None:
    assert unseen(case.sms.text) == ""
    assert ("GSM-7", 1) == (size(case.sms.text).encoding, size(case.sms.text).segments)
    assert case.sms.text == PLAIN_SMS.text
    assert not re.search(r"https?:|www\.|\w\.\w{2,}/", case.sms.text)


def text_clean(case: Told) -> None:
    assert unseen(case.mail.text.replace("\n", "")) == ""
    ours = [line for line in case.mail.text.splitlines() if not line.startswith(">")]
    if case.field in ("title", "excerpt") and case.payload not in PLAIN_MAIL.text:
        assert case.payload not in "\n".join(ours)


def bounded(case: Told) -> None:
    assert len(case.mail.subject) <= 150
    assert len(case.mail.html.encode()) <= 100_000
    assert size(case.sms.text).segments <= 3
    for field in (excerpt("", case.payload, []).text, headline(case.payload)):
        assert len(field) <= 300
        assert not field or unicodedata.category(field[0])[0] != "M" or case.payload[:1] == field[0]


def store_safe(case: Told) -> None:
    for stored in (excerpt("", case.payload, []).text, headline(case.payload)):
        assert stored == json.loads(json.dumps(stored.encode().decode()))
        assert stored == clean(stored)


def csv_is_safe(case: Told) -> None:
    for text in (case.payload, headline(case.payload)):
        out = io.StringIO()
        csv.writer(out).writerow([csv_safe(text)])
        cell = next(csv.reader(io.StringIO(out.getvalue(), newline="")))[0]
        assert not re.match(r"[\s\x00\ufeff]*[=+\-@\t\r]", cell)
        assert cell in (text, f"'{text}")


def log_safe(case: Told) -> None:
    """Held for every payload by the fixture below; here the mention even fails to render."""
    broken = replace(case.mention, found_at=None, reasons=case.payload)  # type: ignore[arg-type]
    messages(broken)


HOLDS: dict[str, Callable[[Told], None]] = {
    "html-escape": html_escape,
    "no-eval": no_eval,
    "header": header,
    "subject-clean": subject_clean,
    "link": link,
    "sms-safe": sms_safe,
    "text-clean": text_clean,
    "bounded": bounded,
    "store-safe": store_safe,
    "csv-safe": csv_is_safe,
    "log-safe": log_safe,
}

_UNSEEN = {0x34F, 0x61C, 0x115F, 0x1160, 0x3164, 0xFFA0, 0xAD, *range(0xFE00, 0xFE10)}


def unseen(text: str) -> str:
    """The characters of `text` that show nothing or change how the rest is read."""
    return "".join(c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") or ord(c) in _UNSEEN)


def test_every_property_is_held_here() -> None:
    assert HOLDS.keys() == json.loads(shared("hostile/inject/properties.json").read_text("utf-8")).keys()


@pytest.mark.parametrize("recorded", [True, False], ids=["recorded", "raw"])
@pytest.mark.parametrize("case", cases())
def test_what_must_hold_holds(case: dict[str, Any], recorded: bool, caplog: pytest.LogCaptureFixture) -> None:
    field = case["field"] if case["field"] in ("title", "excerpt", "link", "practitioner_name") else "title"
    with caplog.at_level(logging.DEBUG):
        made = told(case["payload"], field, recorded=recorded)
        for name in case["properties"]:
            HOLDS[name](made)
    for forbidden in case.get("must_not_contain", ()):
        assert forbidden not in made.mail.html.replace(str(clean(case["payload"])), "") or forbidden in case["payload"]
        assert forbidden not in made.sms.text
    for record in caplog.records:
        line = json.dumps({**record.__dict__, "message": record.getMessage()}, default=str)
        assert len(case["payload"]) < 4 or case["payload"] not in line
        assert "\x1b" not in line


@pytest.mark.parametrize("case", cases())
def test_every_property_that_can_be_asked_of_any_text_holds_for_every_payload(case: dict[str, Any]) -> None:
    """The collection names some properties a payload; the others hold too."""
    for field in ("title", "excerpt", "reason", "link", "practitioner_name"):
        made = told(case["payload"], field, recorded=False)
        for name in ("sms-safe", "text-clean", "bounded", "link"):
            HOLDS[name](made)
        assert skeleton(made.mail.html) <= OURS
    for name in ("header", "subject-clean", "store-safe", "csv-safe"):
        HOLDS[name](made)


def test_the_mail_holds_nothing_that_a_payload_would_be_blamed_for() -> None:
    """Strings that tell an evaluated or an unescaped payload are not in our own words."""
    for forbidden in (
        "49",
        "7777777",
        "root:x:",
        "uid=",
        "AWS_SECRET",
        "<script",
        "onerror=alert",
        "<img",
        "<iframe",
        "<form",
    ):
        assert forbidden not in PLAIN_MAIL.html, forbidden
