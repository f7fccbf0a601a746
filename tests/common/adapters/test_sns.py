"""SMS by SNS, and the operator's topic."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest

from tests.common.adapters.provider import Provider, provider
from vigie.adapters.sns import SnsOperator, SnsTexter
from vigie.errors import ChannelError
from vigie.ports import Message, Tags

TAGS = Tags("p234567", "a20261123t131640abc")
TO = "+33639980000"
MESSAGE = Message(TO, "Vigie : 1 publication à voir. Détails dans votre e-mail.")
TOPIC = "arn:aws:sns:eu-west-3:000000000000:vigie-operator"
DONE = b"<PublishResponse><PublishResult><MessageId>sms-1</MessageId></PublishResult></PublishResponse>"


@pytest.fixture
def there() -> Iterator[Provider]:
    with provider() as running:
        running.answer = (200, {"Content-Type": "text/xml"}, DONE)
        yield running


def texter(running: Provider, sender_id: str = "VIGIE") -> SnsTexter:
    client = running.client("sns")
    return SnsTexter(lambda: client, sender_id)


def asked(running: Provider) -> dict[str, str]:
    (body,) = running.requests
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


def error(code: str, sentence: str, status: int) -> tuple[int, dict[str, str], bytes]:
    body = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{sentence}</Message></Error>"
    return status, {"Content-Type": "text/xml"}, f"<ErrorResponse>{body}</ErrorResponse>".encode()


def meaning(refused: ChannelError) -> str:
    words = [word for word in ("permanent", "ambiguous", "content", "wide") if getattr(refused, word)]
    return " ".join(words) or "for now"


def test_an_sms_leaves_as_transactional_under_our_name(there: Provider) -> None:
    provider_id = texter(there).send(MESSAGE, TAGS)

    request = asked(there)
    attributes = {
        request[f"MessageAttributes.entry.{n}.Name"]: request[f"MessageAttributes.entry.{n}.Value.StringValue"]
        for n in (1, 2)
    }
    assert "sms-1" == provider_id
    assert (TO, MESSAGE.text) == (request["PhoneNumber"], request["Message"])
    assert {"AWS.SNS.SMS.SMSType": "Transactional", "AWS.SNS.SMS.SenderID": "VIGIE"} == attributes


def test_without_a_sender_id_the_country_chooses(there: Provider) -> None:
    texter(there, "").send(MESSAGE, TAGS)

    assert "SenderID" not in str(asked(there))


@pytest.mark.parametrize(
    "to",
    ["", "0639980000", "+0639980000", "+33 6 39 98 00 00", "+336399800000000000", "+33639980000\n", "x", "+33,+34"],
)
def test_what_is_not_one_international_number_is_refused_for_good(there: Provider, to: str) -> None:
    """The embedded AWS takes anything; SNS answers some of these with a success."""
    with pytest.raises(ChannelError) as caught:
        texter(there).send(Message(to, "x"), TAGS)

    assert "permanent" == meaning(caught.value)
    assert [] == there.requests


@pytest.mark.parametrize(
    ("code", "sentence", "status", "expected"),
    [
        ("Throttling", "Rate exceeded", 400, "wide"),
        ("Throttled", "Rate exceeded", 429, "wide"),
        ("AuthorizationError", "not authorized to perform: SNS:Publish", 403, "wide"),
        ("InvalidClientTokenId", "x", 403, "wide"),
        (
            "InvalidParameter",
            f"Invalid parameter: PhoneNumber Reason: {TO} is not valid to publish to",
            400,
            "permanent",
        ),
        ("InvalidParameter", f"Phone number {TO} is opted out", 400, "permanent"),
        ("OptedOut", "x", 400, "permanent"),
        ("OptedOutException", "x", 400, "permanent"),
        ("InvalidParameter", "Invalid parameter: SenderID", 400, "wide"),
        ("UserError", "Phone number is not verified: the account is in the SMS sandbox", 400, "for now"),
        ("InternalError", "", 500, "ambiguous"),
        ("ServiceUnavailable", "", 503, "ambiguous"),
    ],
)
def test_a_refusal_means_what_the_notifier_needs_to_know(
    there: Provider, code: str, sentence: str, status: int, expected: str
) -> None:
    there.answer = error(code, sentence, status)

    with pytest.raises(ChannelError) as caught:
        texter(there).send(MESSAGE, TAGS)

    assert expected == meaning(caught.value)
    assert TO not in str(caught.value)
    assert 1 == len(there.requests)


def test_someone_who_opted_out_is_told_apart_from_a_wrong_number(there: Provider) -> None:
    there.answer = error("InvalidParameter", "Phone is opted out", 400)

    with pytest.raises(ChannelError, match="opted_out"):
        texter(there).send(MESSAGE, TAGS)


@pytest.mark.parametrize("misbehaviour", ["hang", "hang_up", "garbage"])
def test_without_a_reply_nobody_can_tell_and_nothing_is_repeated(there: Provider, misbehaviour: str) -> None:
    there.answer = misbehaviour

    with pytest.raises(ChannelError) as caught:
        texter(there).send(MESSAGE, TAGS)

    assert "ambiguous" == meaning(caught.value)
    assert 1 == len(there.requests)


def test_the_operator_is_told_through_the_topic(there: Provider) -> None:
    client = there.client("sns")

    SnsOperator(lambda: client, TOPIC).tell("Vigie: an address is held", "Practitioner p234567.")

    request = asked(there)
    assert (TOPIC, "Vigie: an address is held", "Practitioner p234567.") == (
        request["TopicArn"],
        request["Subject"],
        request["Message"],
    )


@pytest.mark.parametrize(
    ("subject", "line"),
    [
        ("x" * 150, "x" * 100),
        ("Adresse\nretirée\t!", "Adresse retir e !"),
        ("", "Vigie"),
        ("\n", "Vigie"),
        ("é", "Vigie"),
    ],
)
def test_a_subject_is_one_that_sns_takes(there: Provider, subject: str, line: str) -> None:
    client = there.client("sns")

    SnsOperator(lambda: client, TOPIC).tell(subject, "text")

    assert line == asked(there)["Subject"]


@pytest.mark.parametrize("answer", ["hang", "hang_up", (500, {}, b""), (403, {}, b"<x/>")])
def test_an_operator_who_cannot_be_told_stops_nothing(
    there: Provider, caplog: pytest.LogCaptureFixture, answer: object
) -> None:
    there.answer = answer  # type: ignore[assignment]
    client = there.client("sns")

    SnsOperator(lambda: client, TOPIC).tell("subject", "text about p234567")

    assert "operator not told" in caplog.text
    assert "p234567" not in caplog.text
