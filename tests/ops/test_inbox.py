"""The inbox: every message the embedded AWS took, with whom it was for and which mentions it carried."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import httpx
import pytest

from ops.local import inbox, outbox
from ops.local.embedded import REGION
from ops.session import Session, connect_local
from ops.where import Local
from tests import tables
from tests.common.people import VANDERMARCK
from vigie import attributes
from vigie.adapters.ses import SesMailer
from vigie.adapters.sns import SnsTexter
from vigie.errors import InputError
from vigie.identity import recipient_id, source_id
from vigie.items.mentions import alert_record
from vigie.model import Alert, AlertState, Recipient, Source
from vigie.ports import Message, Tags
from vigie.settings import Settings

NOW = datetime(2026, 11, 23, 13, 16, 40, tzinfo=UTC)
STACK = "vigie-inbox"
SENDER = "vigie@inbox.example"
TAGS = Tags("p1", "a1")

LINK = inbox.Link("Le blog", "http://127.0.0.1:9001/", "feed", {"url": "http://127.0.0.1:9001/fil.xml"})

type Aws = Any


@pytest.fixture(scope="module")
def client(aws: str) -> Aws:
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
    return lambda service: session.client(service, endpoint_url=aws)


@pytest.fixture(scope="module")
def deployed(aws: str, client: Aws) -> Session:
    """A stack with tables and no functions, which says of itself what template.yaml's does."""
    made = tables.create(client("dynamodb"))
    facts = {
        field.name: {"int": "0", "float": "0", "str": "none"}.get(str(field.type), "") for field in fields(Settings)
    }
    facts |= {
        f"{name}_table": getattr(made, name)
        for name in ("practitioners", "recipients", "sources", "mentions", "alerts")
    }
    facts |= {f"{name}_dead_letters_url": "none" for name in ("scan", "mention", "tick")}
    facts |= {"mail_configuration_name": "none", "tick_minutes": "1"}
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name.title().replace("_", ""): {"Value": value} for name, value in facts.items()},
    }
    client("cloudformation").create_stack(StackName=STACK, TemplateBody=json.dumps(template))
    client("cloudformation").get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})
    client("sesv2").create_email_identity(EmailIdentity=SENDER)
    session = connect_local(Local(aws, STACK, REGION))
    person = replace(VANDERMARCK, created_at=NOW, consent_at=NOW)
    address = "dr.v@cabinet.example"
    session.registrar.enrol(person, [Recipient(recipient_id("email", address), "email", address)], "hash")
    return session


def _mail(client: Aws, subject: str, to: str = "dr.v@cabinet.example") -> str:
    message = Message(to=to, subject=subject, text="Bonjour,\nété", html="<p>été</p>", language="fr")
    return SesMailer(lambda: client("sesv2"), SENDER, "none").send(message, TAGS)


def _record(client: Aws, session: Session, provider_id: str, channel: str = "email", **facts: Any) -> None:
    """The alert Vigie writes about a message."""
    alert = Alert(
        practitioner_id=VANDERMARCK.practitioner_id,
        alert_id=f"a20261123t131640{provider_id[:6].replace('-', 'x')}",
        recipient_id="r1",
        channel=channel,
        address="x",
        language="fr",
        mention_ids=("m1", "m2"),
        state=AlertState.ACCEPTED,
        epoch=1,
        roster_version=1,
        created_at=NOW,
        provider_id=provider_id,
    )
    row = alert_record(replace(alert, **facts), 3_650)
    client("dynamodb").put_item(TableName=session.settings.alerts_table, Item=attributes.encoded(row))


def _only(found: list[dict[str, Any]], provider_id: str) -> dict[str, Any]:
    (message,) = [message for message in found if message["id"] == provider_id]
    return message


def test_a_mail_is_read_back_and_joined_with_its_alert(aws: str, client: Aws, deployed: Session) -> None:
    subject = "Une nouvelle mention à votre sujet, un peu plus longue qu'une ligne d'en-tête de courrier : « été »"
    provider_id = _mail(client, subject)
    _record(client, deployed, provider_id)
    message = _only(inbox.messages(aws, STACK), provider_id)
    assert ("email", "dr.v@cabinet.example", subject) == (message["channel"], message["to"], message["subject"])
    assert ("Bonjour,\nété", "<p>été</p>") == (message["text"].strip().replace("\r\n", "\n"), message["html"].strip())
    assert (VANDERMARCK.practitioner_id, ["m1", "m2"]) == (message["practitioner_id"], message["mention_ids"])
    assert abs(datetime.fromisoformat(message["sent_at"]) - datetime.now(UTC)) < timedelta(minutes=5)


def test_an_sms_takes_its_time_from_its_alert(aws: str, client: Aws, deployed: Session) -> None:
    texter = SnsTexter(lambda: client("sns"), "")
    provider_id = texter.send(Message(to="+33639980042", text="Veille : 1 element important."), TAGS)
    assert _only(inbox.messages(aws, STACK), provider_id)["sent_at"] is None
    _record(client, deployed, provider_id, "sms")
    message = _only(inbox.messages(aws, STACK), provider_id)
    assert ("sms", "+33639980042", "", "") == (message["channel"], message["to"], message["subject"], message["html"])
    assert NOW == datetime.fromisoformat(message["sent_at"])


def test_a_message_nobody_wrote_about_is_shown_all_the_same(aws: str, client: Aws, deployed: Session) -> None:
    provider_id = _mail(client, "Seul")
    message = _only(inbox.messages(aws, STACK), provider_id)
    assert (None, []) == (message["practitioner_id"], message["mention_ids"])


def test_messages_come_oldest_first_and_each_once(aws: str, client: Aws, deployed: Session) -> None:
    sent = [_mail(client, f"Message {number}") for number in range(3)]
    found = [message["id"] for message in inbox.messages(aws, STACK)]
    assert sent == [provider_id for provider_id in found if provider_id in sent]
    assert len(found) == len(set(found))


def test_before_anything_is_deployed_there_are_messages_without_names(aws: str, client: Aws, deployed: Session) -> None:
    provider_id = _mail(client, "Sans pile")
    assert _only(inbox.messages(aws, "no-such-stack"), provider_id)["practitioner_id"] is None


def test_no_embedded_aws_gets_a_sentence() -> None:
    with pytest.raises(InputError, match=r"does not answer on .* start it with `make up`"):
        outbox.sent("http://127.0.0.1:9", {})


@pytest.fixture
def page(aws: str, deployed: Session) -> Iterator[str]:
    served = inbox.serve(0, aws, stack=STACK, sites=[LINK])
    yield served.url
    served.stop()


def test_the_state_is_what_the_page_reads(client: Aws, deployed: Session, page: str) -> None:
    params = {"url": "http://127.0.0.1:9001/fil.xml"}
    made = Source(source_id("feed", params), "feed", params, 15, "127.0.0.1:9001")
    deployed.registrar.watch(VANDERMARCK.practitioner_id, made)
    client("dynamodb").update_item(
        TableName=deployed.settings.sources_table,
        Key={"source_id": {"S": made.source_id}},
        UpdateExpression="SET #cursor.#rest = :hour",
        ExpressionAttributeNames={"#cursor": "cursor", "#rest": "rest"},
        ExpressionAttributeValues={":hour": {"N": "60"}},
    )
    deployed.wheel.advance(int(NOW.timestamp()) // 60)
    provider_id = _mail(client, "Vu")
    _record(client, deployed, provider_id)
    state = httpx.get(f"{page}api/state", trust_env=False).json()
    assert "Dr Éloïse Vandermarck" == _only(state["messages"], provider_id)["practitioner_name"]
    (source,) = state["sources"]
    assert (params["url"], "Le blog", "feed", None, 60, 1) == (
        source["url"],
        source["title"],
        source["kind"],
        source["outcome"],
        source["cadence"],
        source["watchers"],
    )
    assert ["2026-11-23T13:16:00Z"] == [tick["at"] for tick in state["ticks"]]
    deployed.wheel.advance(int(NOW.timestamp()) // 60 + 1)
    later = httpx.get(f"{page}api/state", trust_env=False).json()["ticks"]
    assert ["2026-11-23T13:17:00Z", "2026-11-23T13:16:00Z"] == [tick["at"] for tick in later]
    assert (STACK, 1, "Le blog") == (
        state["stack"]["name"],
        state["stack"]["tick_minutes"],
        state["stack"]["sites"][0]["title"],
    )


def test_the_page_may_load_nothing_but_itself(page: str) -> None:
    answer = httpx.get(page, trust_env=False)
    policy = answer.headers["Content-Security-Policy"]
    assert "text/html; charset=utf-8" == answer.headers["Content-Type"]
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_what_is_shown_is_not_kept_by_the_browser(page: str) -> None:
    assert "no-store" == httpx.get(f"{page}api/state", trust_env=False).headers["Cache-Control"]


def test_a_stack_that_stopped_is_an_error_the_page_can_say() -> None:
    served = inbox.serve(0, "http://127.0.0.1:9")
    answer = httpx.get(f"{served.url}api/state", trust_env=False, timeout=30)
    served.stop()
    assert 503 == answer.status_code
    assert "make up" in answer.json()["error"]


@pytest.mark.parametrize("path", ["favicon.ico", "api/other", "../inbox.py", "api/state/"])
def test_there_is_nothing_else(page: str, path: str) -> None:
    assert 404 == httpx.get(page + path, trust_env=False).status_code
