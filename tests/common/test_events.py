"""What SES says of a message, read from what SNS hands to the function."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.events import DeliveryEvent, parse, records
from vigie.protocol import Event

TAGS = {
    "practitioner": ["p234567"],
    "attempt": ["a20261123t131640abc"],
    "ses:configuration-set": ["vigie"],
    "ses:source-ip": ["192.0.2.1"],
}


def ses(kind: str, *, tags: object = TAGS, **detail: object) -> dict[str, Any]:
    """An event as SES publishes it; the addresses in it are what must not get out."""
    mail = {
        "timestamp": "2026-11-23T13:16:41.000Z",
        "source": "alertes@vigie.example",
        "messageId": "0107019-abc-000000",
        "destination": ["camille@cabinet.example"],
        "headers": [{"name": "To", "value": "camille@cabinet.example"}],
        "tags": tags,
    }
    return {"eventType": kind, "mail": mail, **detail}


def bounce(kind: str) -> dict[str, object]:
    recipients = [{"emailAddress": "camille@cabinet.example", "status": "5.1.1", "diagnosticCode": "550 no Camille"}]
    return {"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": recipients}


@pytest.mark.parametrize(
    ("document", "event"),
    [
        (ses("Send", send={}), Event.SENT),
        (ses("Delivery", delivery={"processingTimeMillis": 500}), Event.ARRIVED),
        (ses("Bounce", bounce=bounce("Permanent")), Event.BOUNCED),
        (ses("Complaint", complaint={"complaintFeedbackType": "abuse"}), Event.COMPLAINED),
        (ses("Reject", reject={"reason": "Bad content"}), Event.REJECTED),
        (ses("Rendering Failure", failure={"errorMessage": "x"}), Event.REJECTED),
    ],
)
def test_each_event_is_read_as_what_it_means_for_its_attempt(document: dict[str, Any], event: Event) -> None:
    told = parse(json.dumps(document))

    assert DeliveryEvent(event, "p234567", "a20261123t131640abc", "0107019-abc-000000", permanent=True) == told


@pytest.mark.parametrize(
    ("detail", "permanent"),
    [
        (bounce("Permanent"), True),
        (bounce("Transient"), False),
        (bounce("Undetermined"), False),
        ({}, False),
        (None, False),
        ("Permanent", False),
    ],
)
def test_only_a_bounce_that_says_so_is_permanent(detail: object, *, permanent: bool) -> None:
    told = parse(json.dumps(ses("Bounce", bounce=detail)))

    assert told is not None
    assert permanent is told.permanent


@pytest.mark.parametrize(
    "tags",
    [
        None,
        {},
        [],
        "practitioner",
        {"practitioner": ["p1"]},
        {"attempt": ["a1"]},
        {"practitioner": ["p1", "p2"], "attempt": ["a1"]},
        {"practitioner": "p1", "attempt": "a1"},
        {"practitioner": ["p1"], "attempt": ["../alerts"]},
        {"practitioner": ["P1"], "attempt": ["a1"]},
        {"practitioner": [1], "attempt": ["a1"]},
        {"practitioner": ["p" * 41], "attempt": ["a1"]},
        {"practitioner": [], "attempt": []},
    ],
)
def test_an_event_without_our_two_ids_is_not_ours(tags: object) -> None:
    assert None is parse(json.dumps(ses("Send", tags=tags)))


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Successfully validated SNS topic for Amazon SES event publishing.",
        "null",
        "[]",
        "[" * 100_000,
        '"Send"',
        json.dumps({"notificationType": "Bounce", "bounce": bounce("Permanent"), "mail": {"messageId": "x"}}),
        json.dumps({"eventType": "Send"}),
        json.dumps({"eventType": "Send", "mail": "x"}),
        json.dumps({"eventType": ["Send"], "mail": {"tags": TAGS}}),
        json.dumps(ses("Open")),
        json.dumps(ses("Click")),
        json.dumps(ses("DeliveryDelay")),
        json.dumps(ses("Subscription")),
        json.dumps(ses("send")),
    ],
)
def test_what_says_nothing_of_a_delivery_is_let_go(message: str) -> None:
    assert None is parse(message)


def test_an_absurd_message_id_is_dropped_and_the_event_kept() -> None:
    for absurd in ("x" * 201, 7, None, ["x"]):
        document = ses("Send")
        document["mail"]["messageId"] = absurd
        told = parse(json.dumps(document))
        assert told is not None
        assert None is told.provider_id


def test_the_messages_of_an_invocation_come_out_whatever_lies_between_them() -> None:
    good = {"EventSource": "aws:sns", "Sns": {"Message": "one", "MessageId": "x"}}
    event = {"Records": [good, {}, {"Sns": {}}, {"Sns": None}, None, {"Sns": {"Message": 7}}, good]}

    assert ["one", "one"] == list(records(event))


@pytest.mark.parametrize("event", [None, {}, [], {"Records": None}, {"Records": {}}, "x"])
def test_what_is_no_invocation_by_sns_has_no_messages(event: object) -> None:
    assert [] == list(records(event))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(kind=st.sampled_from(["Send", "Bounce", "Reject", "x"]), mail=JSON, detail=JSON)
def test_no_shape_of_an_event_is_an_error(kind: str, mail: object, detail: object) -> None:
    parse(json.dumps({"eventType": kind, "mail": mail, "bounce": detail}))
    parse(json.dumps(detail))
