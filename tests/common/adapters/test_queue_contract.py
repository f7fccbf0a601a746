"""The queues from the sender's side: one suite for the lists of the tests and for SQS on the embedded AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from botocore.session import Session

from tests.fakes import Crash, Faults, ListOutbox
from vigie.adapters.aws import READS
from vigie.adapters.sqs import SqsOutbox
from vigie.errors import StoreError
from vigie.messages import decode_job, decode_pointer
from vigie.model import Job, Pointer
from vigie.ports import Outbox

_numbers = count(1)

JOBS = [Job((f"s{number}", f"t{number}"), number % 2 == 0) for number in range(25)]
POINTERS = [Pointer(f"p{number}", f"m{number}" if number % 3 else None) for number in range(25)]


@dataclass(frozen=True, slots=True)
class Queues:
    """An outbox, and what arrived in each queue."""

    outbox: Outbox
    jobs: Callable[[], list[Job]]
    pointers: Callable[[], list[Pointer]]


@dataclass(frozen=True, slots=True)
class Sqs:
    client: Any
    scan: str
    mention: str

    def outbox(self, client: Any = None) -> SqsOutbox:
        return SqsOutbox(lambda: client or self.client, scan_queue_url=self.scan, mention_queue_url=self.mention)

    def bodies(self, url: str) -> list[str]:
        """Everything that waits in a queue, taken out of it."""
        taken: list[str] = []
        while found := self.client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                self.client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                taken.append(message["Body"])
        return taken


@pytest.fixture
def sqs(aws: str) -> Sqs:
    client = Session().create_client("sqs", endpoint_url=aws, config=Config(**READS))
    urls = [client.create_queue(QueueName=f"queue-{next(_numbers)}")["QueueUrl"] for _ in range(2)]
    return Sqs(client, *urls)


@pytest.fixture(params=["lists", pytest.param("sqs", marks=pytest.mark.stack)])
def queues(request: pytest.FixtureRequest) -> Iterator[Queues]:
    if request.param == "lists":
        lists = ListOutbox()
        yield Queues(lists, lists.take_jobs, lists.take_pointers)
        return
    sqs: Sqs = request.getfixturevalue("sqs")
    yield Queues(
        sqs.outbox(),
        lambda: [decode_job(body) for body in sqs.bodies(sqs.scan)],
        lambda: [decode_pointer(body) for body in sqs.bodies(sqs.mention)],
    )


def test_every_job_arrives_whole(queues: Queues) -> None:
    assert len(JOBS) == queues.outbox.send_jobs(iter(JOBS))
    assert sorted(JOBS, key=repr) == sorted(queues.jobs(), key=repr)
    assert [] == queues.pointers()


def test_every_pointer_arrives_whole(queues: Queues) -> None:
    assert len(POINTERS) == queues.outbox.send_pointers(iter(POINTERS))
    assert sorted(POINTERS, key=repr) == sorted(queues.pointers(), key=repr)
    assert [] == queues.jobs()


def test_nothing_to_send_sends_nothing(queues: Queues) -> None:
    assert (0, 0) == (queues.outbox.send_jobs([]), queues.outbox.send_pointers([]))
    assert ([], []) == (queues.jobs(), queues.pointers())


def test_a_message_nobody_could_read_is_not_sent(queues: Queues) -> None:
    with pytest.raises(ValueError, match="not a pointer"):
        queues.outbox.send_pointers([Pointer("claire@morvant.example")])
    assert [] == queues.pointers()


@pytest.mark.stack
def test_a_delayed_pointer_waits(sqs: Sqs) -> None:
    sqs.outbox().send_pointers([Pointer("p1")], delay_s=900)

    assert [] == sqs.bodies(sqs.mention)
    waiting = sqs.client.get_queue_attributes(QueueUrl=sqs.mention, AttributeNames=["All"])["Attributes"]
    assert "1" == waiting["ApproximateNumberOfMessagesDelayed"]


@pytest.mark.stack
def test_a_pointer_without_a_delay_of_its_own_waits_as_long_as_its_queue_says(sqs: Sqs) -> None:
    """So that what several sources find about one person leaves in one message."""
    sqs.client.set_queue_attributes(QueueUrl=sqs.mention, Attributes={"DelaySeconds": "900"})
    sqs.outbox().send_pointers([Pointer("p1")])

    assert [] == sqs.bodies(sqs.mention)


@pytest.mark.stack
def test_messages_go_in_tens(sqs: Sqs) -> None:
    """A call costs the same with one message as with ten."""
    counted = Faults()
    sqs.outbox(counted.wrap(sqs.client)).send_pointers(POINTERS)

    assert ["send_message_batch"] * 3 == counted.calls


@pytest.mark.stack
def test_a_queue_that_does_not_exist_is_a_store_error_that_quotes_nothing(sqs: Sqs) -> None:
    outbox = SqsOutbox(lambda: sqs.client, scan_queue_url=sqs.scan + "gone", mention_queue_url="")

    with pytest.raises(StoreError) as caught:
        outbox.send_jobs(JOBS)
    assert "gone" not in str(caught.value)


@pytest.mark.stack
@pytest.mark.parametrize("k", [1, 2, 3])
def test_a_lost_reply_is_a_store_error_and_doubles_nothing_but_messages(sqs: Sqs, k: int) -> None:
    """A message says "look": twice is harmless, never is not."""
    lossy = Faults(k, "after", lambda: ReadTimeoutError(endpoint_url="https://sqs.example/123/planted"))

    with pytest.raises(StoreError) as caught:
        sqs.outbox(lossy.wrap(sqs.client)).send_pointers(POINTERS)
    assert "planted" not in str(caught.value)
    sqs.outbox().send_pointers(POINTERS)
    assert set(POINTERS) == {decode_pointer(body) for body in sqs.bodies(sqs.mention)}


@pytest.mark.stack
def test_a_crash_is_not_swallowed(sqs: Sqs) -> None:
    with pytest.raises(Crash):
        sqs.outbox(Faults(1).wrap(sqs.client)).send_pointers(POINTERS)


class Refusing:
    """An SQS that refuses some messages of each call, as the number of times says, then takes them."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.taken: list[str] = []
        self.calls = 0

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.calls += 1
        refused = Entries[::3] if self.calls <= self.times else []
        self.taken += [entry["MessageBody"] for entry in Entries if entry not in refused]
        return {"Failed": [{"Id": entry["Id"], "Code": "InternalError", "SenderFault": False} for entry in refused]}


def test_messages_refused_once_are_sent_again_and_only_those() -> None:
    client = Refusing(times=1)
    outbox = SqsOutbox(lambda: client, scan_queue_url="scan", mention_queue_url="mention")

    assert 10 == outbox.send_pointers(POINTERS[:10])
    assert sorted(POINTERS[:10], key=repr) == sorted(map(decode_pointer, client.taken), key=repr)
    assert 2 == client.calls


def test_messages_refused_twice_are_a_store_error() -> None:
    outbox = SqsOutbox(lambda: Refusing(times=9), scan_queue_url="scan", mention_queue_url="mention")

    with pytest.raises(StoreError):
        outbox.send_pointers(POINTERS)
