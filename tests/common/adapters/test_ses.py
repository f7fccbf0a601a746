"""E-mail by SES: what leaves is what was meant, once; and what a failure means."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.common.adapters.provider import Provider, provider
from vigie.adapters import ses
from vigie.adapters.ses import SesMailer, address, mime, subject
from vigie.errors import ChannelError
from vigie.ports import Message, Tags

TAGS = Tags("p234567", "a20261123t131640abc")
FROM = "alertes@vigie.example"
TO = "camille@cabinet.example"
MESSAGE = Message(TO, "Bonjour", "2 nouvelles mentions", "<p>Bonjour « vous »</p>", "fr")

HOSTILE = Path(__file__).parents[4] / "shared/hostile/inject/payloads.jsonl"


@pytest.fixture
def there() -> Iterator[Provider]:
    with provider() as running:
        yield running


def mailer(running: Provider) -> SesMailer:
    client = running.client("sesv2")
    return SesMailer(lambda: client, FROM, "vigie-mail")


def refused(running: Provider, code: str, sentence: str = "", status: int = 400) -> ChannelError:
    headers = {"x-amzn-errortype": code, "Content-Type": "application/json"}
    running.answer = (status, headers, json.dumps({"message": sentence}).encode())
    with pytest.raises(ChannelError) as caught:
        mailer(running).send(MESSAGE, TAGS)
    assert 1 == len(running.requests), "a client that repeats a call may send twice"
    return caught.value


def meaning(error: ChannelError) -> str:
    """The one word the notifier acts on."""
    words = [word for word in ("permanent", "ambiguous", "content", "wide") if getattr(error, word)]
    return " ".join(words) or "for now"


# -- what leaves ---------------------------------------------------------------------------------------------------


def test_a_message_leaves_as_one_mime_message_to_one_recipient_with_our_two_ids(there: Provider) -> None:
    provider_id = mailer(there).send(MESSAGE, TAGS)

    (request,) = [json.loads(body) for body in there.requests]
    assert "0107-1" == provider_id
    assert {"ToAddresses": [TO]} == request["Destination"]
    assert (FROM, "vigie-mail") == (request["FromEmailAddress"], request["ConfigurationSetName"])
    assert {"practitioner": TAGS.practitioner_id, "attempt": TAGS.alert_id} == {
        tag["Name"]: tag["Value"] for tag in request["EmailTags"]
    }
    mail = message_from_bytes(base64.b64decode(request["Content"]["Raw"]["Data"]), policy=default)
    assert "2 nouvelles mentions" == mail["Subject"]


def test_a_message_has_the_headers_we_set_and_mimes_own_each_once() -> None:
    mail = message_from_bytes(mime(MESSAGE, sender=FROM, to=TO), policy=default)

    assert {
        "From": "Vigie <alertes@vigie.example>",
        "To": TO,
        "Subject": "2 nouvelles mentions",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "fr",
        "MIME-Version": "1.0",
    } == {name: value for name, value in mail.items() if name != "Content-Type"}
    assert "multipart/alternative" == mail.get_content_type()
    assert 8 == len(mail.keys())


def test_both_parts_come_out_as_they_went_in() -> None:
    text, html = "Élément n° 1 : « œuvre »\n\n— fin 👩‍⚕️\n", "<p lang=fr>Élément « œuvre » 👩‍⚕️ " + "x" * 2_000 + "</p>\n"
    mail = message_from_bytes(mime(Message(TO, text, "s", html), sender=FROM, to=TO), policy=default)

    parts = {part.get_content_type(): part.get_content() for part in mail.iter_parts()}  # type: ignore[attr-defined]

    assert {"text/plain": text, "text/html": html} == {kind: got.replace("\r\n", "\n") for kind, got in parts.items()}


def test_every_line_is_seven_bit_and_short_enough_for_smtp() -> None:
    raw = mime(Message(TO, "é" * 5_000, "Élément " * 15, "<p>" + "é" * 5_000), sender=FROM, to=TO)

    assert raw.isascii()
    assert 998 >= max(len(line) for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_text_without_html_is_a_mail_of_one_part() -> None:
    mail = message_from_bytes(mime(Message(TO, "Bonjour", "s"), sender=FROM, to=TO), policy=default)

    assert "text/plain" == mail.get_content_type()


@pytest.mark.parametrize(
    ("language", "header"),
    [("fr", "fr"), ("en-GB", "en-GB"), ("", None), ("fr\r\nBcc: x@y.example", None), ("françois", None)],
)
def test_only_a_language_is_said_to_be_one(language: str, header: str | None) -> None:
    message = Message(TO, "Bonjour", "s", language=language)
    mail = message_from_bytes(mime(message, sender=FROM, to=TO), policy=default)

    assert header == mail["Content-Language"]
    assert None is mail["Bcc"]


ENCODED_BCC = "=?utf-8?B?DQpCY2M6IHhAZXhhbXBsZS5vcmc=?="

SUBJECTS = [
    ENCODED_BCC,
    "=?utf-8?Q?=0D=0ABcc:_x@example.org?=",
    "ok\r\nBcc: x@example.org",
    "ok\nBcc: x@example.org\n\nbody",
    "ok\r\n Bcc: x@example.org",
    "ok\x0b\x0c\x85\u2028Bcc: x@example.org",
    "a" * 500,
    "é" * 500,
    "=?" * 60,
    "?==?",
    "==??==",
    "=\u200b?utf-8?B?DQpCY2M6IHhAZXhhbXBsZS5vcmc=?\u200b=",
    "=?utf-8?B?\ud800?=",
    "\ud83d alone",
    "\u202etfel",
    "",
    "   ",
    "=",
    "a" * 149 + "é" + "=?utf-8?q?x?=",
    "👩‍⚕️" * 100,
    "To: x@example.org",
    "x" * 100 + " y",
    "mot " * 60 + ENCODED_BCC,
]


@pytest.mark.parametrize("text", SUBJECTS)
def test_no_subject_makes_another_header(text: str) -> None:
    mail = message_from_bytes(mime(Message(TO, "x", text, "<p>x"), sender=FROM, to=TO), policy=default)

    assert subject(text) == mail["Subject"].strip()
    assert 150 >= len(str(mail["Subject"]))
    assert [TO] == [mail["To"]]
    assert {"Bcc", "Cc", "Reply-To"}.isdisjoint(mail.keys())
    assert 7 == len(mail.keys())


@pytest.mark.parametrize("text", SUBJECTS)
def test_no_subject_reads_as_an_encoded_word(text: str) -> None:
    """Whatever the version of Python does with one: this does not depend on its being repaired."""
    assert "=?" not in subject(text)
    assert "?=" not in subject(text)


@given(st.text(alphabet=st.characters(codec=None), max_size=300))
def test_any_subject_is_sent_as_one_visible_line(text: str) -> None:
    mail = message_from_bytes(mime(Message(TO, "x", text), sender=FROM, to=TO), policy=default)

    assert subject(text) == mail["Subject"].strip()


@given(st.text(alphabet=st.characters(codec=None), max_size=300), st.text(max_size=300))
def test_any_text_can_be_sent(text: str, html: str) -> None:
    assert mime(Message(TO, text, "s", html), sender=FROM, to=TO)


def test_every_payload_of_the_hostile_corpus_is_sent_with_our_headers_only() -> None:
    if not HOSTILE.exists():
        assert "CI" not in os.environ, f"{HOSTILE} is needed in CI"
        pytest.skip(f"no corpus at {HOSTILE}")
    payloads = [json.loads(line)["payload"] for line in HOSTILE.read_text().splitlines()]

    for payload in payloads:
        text = payload if isinstance(payload, str) else json.dumps(payload)
        mail = message_from_bytes(mime(Message(TO, text, text, text, "fr"), sender=FROM, to=TO), policy=default)
        assert (subject(text), TO, 8) == (mail["Subject"].strip(), mail["To"], len(mail.keys()) - (not text))


def test_what_does_not_read_back_as_meant_does_not_leave(there: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard behind the guards: should a subject ever pass that makes a header, reading back stops it."""

    def raw(_mail: Any, **_: Any) -> bytes:
        return b"From: Vigie <alertes@vigie.example>\r\nTo: camille@cabinet.example\r\nBcc: x@example.org\r\n\r\nx"

    monkeypatch.setattr(ses.EmailMessage, "as_bytes", raw)

    with pytest.raises(ChannelError) as caught:
        mailer(there).send(MESSAGE, TAGS)

    assert "content" == meaning(caught.value)
    assert [] == there.requests


@pytest.mark.parametrize(
    "to",
    [
        "",
        "camille",
        "@cabinet.example",
        "camille@",
        "camille@cabinet",
        "a@b.example, x@example.org",
        "a@b.example;x@example.org",
        "Camille <camille@cabinet.example>",
        "camille@cabinet.example\r\nBcc: x@example.org",
        "camille@cabinet.example\n",
        '"camille leroy"@cabinet.example',
        "camille@[192.0.2.1]",
        "camillé@cabinet.example",
        "a" * 65 + "@cabinet.example",
        "a@" + "b" * 260 + ".example",
        "=?utf-8?q?a?=@b@cabinet.example",
        "a@b..example",
    ],
)
def test_what_is_not_one_plain_address_is_refused_for_good_before_anything_leaves(there: Provider, to: str) -> None:
    with pytest.raises(ChannelError) as caught:
        mailer(there).send(Message(to, "x", "s"), TAGS)

    assert "permanent" == meaning(caught.value)
    assert [] == there.requests


def test_an_international_domain_is_written_in_ascii() -> None:
    assert "camille@xn--cabinet-mdical-jkb.example" == address("camille@cabinet-médical.example")
    assert "prenom.nom+vigie@cabinet.example" == address("prenom.nom+vigie@cabinet.example")


# -- what a failure means ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "sentence", "status", "expected"),
    [
        ("TooManyRequestsException", "Maximum sending rate exceeded.", 429, "wide"),
        ("LimitExceededException", "Daily message quota exceeded.", 400, "wide"),
        ("ThrottlingException", "Rate exceeded", 400, "wide"),
        ("ThrottlingException", "Rate exceeded", 503, "wide"),
        ("SendingPausedException", "paused", 400, "wide"),
        ("AccountSuspendedException", "suspended", 400, "wide"),
        ("MailFromDomainNotVerifiedException", "not verified", 400, "wide"),
        ("NotFoundException", "Configuration set <vigie-mail> does not exist.", 404, "wide"),
        ("AccessDeniedException", "not authorized to perform: ses:SendEmail", 403, "wide"),
        ("ExpiredTokenException", "expired", 403, "wide"),
        ("WhoKnowsException", "?", 418, "wide"),
        (
            "MessageRejected",
            f"Email address is not verified. The following identities failed the check in region EU-WEST-3: {TO}",
            400,
            "for now",
        ),
        (
            "MessageRejected",
            f"Email address is not verified. The following identities failed the check in region EU-WEST-3: {FROM}",
            400,
            "wide",
        ),
        (
            "MessageRejected",
            "Email address is not verified. The following identities failed the check in region X: vigie.example",
            400,
            "wide",
        ),
        ("MessageRejected", "Sending paused for this account.", 400, "wide"),
        ("MessageRejected", "Message rejected", 400, "content"),
        ("BadRequestException", "Missing final '@domain'", 400, "permanent"),
        ("BadRequestException", "Local address contains control or whitespace", 400, "permanent"),
        ("BadRequestException", "Message length is more than 41943040 bytes long", 400, "content"),
        ("BadRequestException", "?", 400, "for now"),
        ("InternalFailure", "", 500, "ambiguous"),
        ("ServiceUnavailable", "", 503, "ambiguous"),
        ("InternalServiceErrorException", "", 500, "ambiguous"),
    ],
)
def test_a_refusal_means_what_the_notifier_needs_to_know(
    there: Provider, code: str, sentence: str, status: int, expected: str
) -> None:
    error = refused(there, code, sentence, status)

    assert expected == meaning(error)
    assert TO not in str(error)


@pytest.mark.parametrize("misbehaviour", ["hang", "hang_up", "garbage"])
def test_without_a_reply_nobody_can_tell_and_nothing_is_repeated(there: Provider, misbehaviour: str) -> None:
    there.answer = misbehaviour

    with pytest.raises(ChannelError) as caught:
        mailer(there).send(MESSAGE, TAGS)

    assert "ambiguous" == meaning(caught.value)
    assert 1 == len(there.requests)


@pytest.mark.parametrize("body", [b"<html>Bad gateway</html>", b"", b"{"])
def test_a_gateways_error_page_is_ambiguous(there: Provider, body: bytes) -> None:
    there.answer = (502, {"Content-Type": "text/html"}, body)

    with pytest.raises(ChannelError) as caught:
        mailer(there).send(MESSAGE, TAGS)

    assert "ambiguous" == meaning(caught.value)


def test_a_success_that_cannot_be_read_is_ambiguous(there: Provider) -> None:
    """It says 200: the mail most probably left."""
    for body in (b"<html>", b"{}"):
        there.answer = (200, {}, body)
        with pytest.raises(ChannelError) as caught:
            mailer(there).send(MESSAGE, TAGS)
        assert "ambiguous" == meaning(caught.value)


def test_nobody_listening_means_nothing_was_sent() -> None:
    with provider() as gone:
        pass

    with pytest.raises(ChannelError) as caught:
        mailer(gone).send(MESSAGE, TAGS)

    assert "wide" == meaning(caught.value)
