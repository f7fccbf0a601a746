"""The notifier on real parts: DynamoDB's store, both channels, SES and SNS, killed at every AWS call it makes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, cast
from urllib.request import urlopen

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session

from tests.common.adapters.conftest import DynamoRig
from tests.common.notifying import CAPS, a_mention, a_person, email, phone
from tests.conftest import NOW
from tests.fakes import Crash
from vigie import channels, registry
from vigie.adapters.aws import SENDS
from vigie.adapters.dynamodb import Dynamo
from vigie.adapters.dynamodb_notify import DynamoNotify
from vigie.adapters.ses import SesMailer
from vigie.adapters.sns import SnsOperator, SnsTexter
from vigie.channels import Carriers, Channel
from vigie.events import DeliveryEvent
from vigie.identity import recipient_id
from vigie.model import MentionStatus, Pointer, Recipient, Severity
from vigie.notify import Notifier
from vigie.protocol import OPEN, Event

pytestmark = pytest.mark.stack

_numbers = count(1)


@dataclass
class Calls:
    """Numbers every AWS call, and dies before or after one of them; a dead process makes no call any more."""

    at: int = 0
    after: bool = False
    made: list[str] = field(default_factory=list)

    def client(self, real: Any) -> Any:
        return _Counted(real, self)


class _Counted:
    def __init__(self, real: Any, calls: Calls) -> None:
        self._real, self._calls = real, calls

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**options: Any) -> Any:
            calls = self._calls
            calls.made.append(name)
            number = len(calls.made)
            if calls.at and (number > calls.at or (number == calls.at and not calls.after)):
                raise Crash
            answer = getattr(self._real, name)(**options)
            if number == calls.at:
                raise Crash
            return answer

        return call


@dataclass
class Place:
    """One practitioner on the embedded AWS."""

    rig: DynamoRig
    endpoint: str
    ses: Any
    sns: Any
    topic: str
    person: str = ""
    now: datetime = NOW
    recipients: tuple[Recipient, ...] = ()

    def enrol(self) -> None:
        number = next(_numbers)
        self.person = f"p{number:04}"
        addresses = (("email", f"dr{number:04}@cabinet.example"), ("sms", f"+3363998{number:04}"))
        makers = {"email": email, "sms": phone}
        self.recipients = tuple(makers[kind](recipient_id(kind, to), address=to) for kind, to in addresses)
        person = replace(a_person(), practitioner_id=self.person)
        self.rig.store.registrar.enrol(person, self.recipients, f"hash{number}")
        for key, severity in (("m1", Severity.ATTENTION), ("m2", Severity.URGENT)):
            mention = a_mention(key, practitioner_id=self.person, severity=severity)
            self.rig.store.sources.put_mention(mention)

    def worker(self, calls: Calls) -> Notifier:
        dynamo = Dynamo(lambda: calls.client(self.rig.client), sleep=lambda _: None)
        return Notifier(
            DynamoNotify(dynamo, self.rig.tables, retention_days=90, clock=lambda: self.now),
            SnsOperator(lambda: calls.client(self.sns), self.topic),
            Carriers(
                SesMailer(lambda: calls.client(self.ses), "alertes@vigie.example", "vigie-mail"),
                SnsTexter(lambda: calls.client(self.sns), "VIGIE"),
            ),
            channel=lambda name: cast("Channel", registry.load(channels, name)),
            caps=CAPS,
            clock=lambda: self.now,
            owner=lambda: f"w{next(_numbers)}",
            contact="https://vigie.example/contact",
        )

    def flush(self, calls: Calls | None = None) -> list[str]:
        """The AWS calls it made."""
        calls = calls or Calls()
        with suppress(Crash):
            self.worker(calls).flush(Pointer(self.person))
        return calls.made

    def pass_time(self, minutes: int) -> None:
        """Ticks, and the events that SES would send (the embedded AWS sends none)."""
        for _ in range(0, minutes, 5):
            self.now += timedelta(minutes=5)
            notifier = self.worker(Calls())
            for alert in self.rig.store.notify.alerts_since(self.person, NOW - timedelta(days=1)):
                if any(alert.alert_id in str(mail) for mail in self.mails()):
                    notifier.settle_event(DeliveryEvent(Event.SENT, self.person, alert.alert_id))
            if any(due.practitioner_id == self.person for due in self.rig.store.wheel.due(self.now, 1_000)):
                notifier.flush(Pointer(self.person))

    def mails(self) -> list[Any]:
        return self._sent("ses/messages", self.recipients[0])

    def texts(self) -> list[Any]:
        return self._sent("sns/sms-messages?region=eu-west-3", self.recipients[1])

    def _sent(self, listing: str, recipient: Recipient) -> list[Any]:
        """What the embedded provider took for a recipient, however it groups its listing."""
        found = json.load(urlopen(f"{self.endpoint}/_ministack/{listing}"))
        return [message for message in _messages(found) if recipient.address in json.dumps(message)]

    def statuses(self) -> Counter[str]:
        mentions = list(self.rig.store.registrar.mentions(self.person))
        assert {"m1", "m2"} == {mention.mention_id for mention in mentions}
        return Counter(mention.status for mention in mentions)

    def open_deliveries(self) -> list[str]:
        found = self.rig.store.registrar.mentions(self.person)
        return [d.state for m in found for d in (m.deliveries or {}).values() if d.state in OPEN]


def _messages(listing: Any) -> Iterator[Any]:
    if isinstance(listing, dict) and "MessageId" in {key[:1].upper() + key[1:] for key in listing}:
        yield listing
    elif isinstance(listing, dict | list):
        for inner in listing.values() if isinstance(listing, dict) else listing:
            yield from _messages(inner)


@pytest.fixture
def place(rig: DynamoRig, aws: str) -> Place:
    def client(service: str) -> Any:
        return Session().create_client(service, endpoint_url=aws, config=Config(**cast("dict[str, Any]", SENDS)))

    ses, sns = client("sesv2"), client("sns")
    with suppress(ClientError):
        ses.create_email_identity(EmailIdentity="vigie.example")
    made = Place(rig, aws, ses, sns, sns.create_topic(Name="operator")["TopicArn"])
    made.enrol()
    return made


def test_two_mentions_make_one_mail_and_one_sms_and_then_nothing(place: Place) -> None:
    place.flush()
    place.flush()
    place.pass_time(10)

    assert (1, 1) == (len(place.mails()), len(place.texts()))
    assert {MentionStatus.SETTLED: 2} == place.statuses()


def test_the_mail_that_arrives_is_read_as_it_was_written(place: Place) -> None:
    place.flush()

    (mail,) = place.mails()
    assert [place.recipients[0].address] == mail["To"]
    assert ([], []) == (mail["CC"], mail["BCC"])
    assert "Sujet m1" in mail["BodyText"]
    assert "é" in mail["BodyText"]
    assert "Sujet m2" in mail["BodyHtml"]


def test_a_crash_before_or_after_any_aws_call_loses_nothing_and_tells_nobody_twice(place: Place) -> None:
    total = len(place.flush())
    assert total >= 15

    for at in range(1, total + 1):
        for after in (False, True):
            place.enrol()
            place.now = NOW
            place.flush(Calls(at, after))
            place.now += timedelta(minutes=3)
            place.flush()
            place.pass_time(40)
            where = f"call {at} of {total}, {'after' if after else 'before'}"
            assert {MentionStatus.SETTLED: 2} == place.statuses(), where
            assert [] == place.open_deliveries(), where
            assert 1 == len(place.mails()), where
            assert 1 >= len(place.texts()), where
