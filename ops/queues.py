"""The queues from the operator's side: how much waits, and sending dead letters back.

Dead letters are moved by receive, send, delete rather than by SQS's own StartMessageMoveTask, which the embedded
AWS does not have: a crash between send and delete doubles a message, which every consumer here tolerates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

QUEUES = ("scan", "mention")
DEAD = ("tick", "scan", "mention")

_BATCH = 10
"""SQS moves ten messages a request at most."""


@dataclass(frozen=True, slots=True)
class Depth:
    """Messages of one queue. On AWS the three are approximate and lag by up to a minute."""

    waiting: int
    in_flight: int
    delayed: int

    @property
    def total(self) -> int:
        return self.waiting + self.in_flight + self.delayed


class Queues(Protocol):
    """The deployment's queues: `scan` and `mention`, and the dead letters of both and of the schedule (`tick`)."""

    def depth(self, name: str) -> Depth:
        """Of one of `QUEUES`."""

    def dead(self, name: str) -> int:
        """Dead letters of one of `DEAD`."""

    def redrive(self, name: str, moved: Callable[[int], None]) -> int:
        """Send the dead letters of `name` back to its queue; how many. Calls `moved` with the count so far.

        Those of `tick` are deleted: the tick after a failed one has done its work.
        """


class SqsQueues:
    """The port on SQS. `urls` holds each of `QUEUES`, and each of `DEAD` under its name and `-dead`."""

    def __init__(self, sqs: Any, urls: Mapping[str, str]) -> None:
        self._sqs = sqs
        self._urls = urls

    def depth(self, name: str) -> Depth:
        counts = ("", "NotVisible", "Delayed")
        wanted = [f"ApproximateNumberOfMessages{count}" for count in counts]
        answer = self._sqs.get_queue_attributes(QueueUrl=self._urls[name], AttributeNames=wanted)
        return Depth(*(int(answer["Attributes"][attribute]) for attribute in wanted))

    def dead(self, name: str) -> int:
        return self.depth(f"{name}-dead").total

    def redrive(self, name: str, moved: Callable[[int], None]) -> int:
        source, target = self._urls[f"{name}-dead"], self._urls.get(name)
        total, limit = 0, max(self.dead(name), 1)  # no further: what fails again comes back behind us
        while total < limit:
            messages = self._sqs.receive_message(
                QueueUrl=source, MaxNumberOfMessages=_BATCH, WaitTimeSeconds=1, VisibilityTimeout=60
            ).get("Messages", [])
            if not messages:
                break
            done = self._send(target, messages) if target else messages
            self._delete(source, done)
            total += len(done)
            moved(total)
        return total

    def _send(self, target: str, messages: list[Any]) -> list[Any]:
        """Those of `messages` that the queue took; the others stay where they are."""
        entries = [{"Id": str(n), "MessageBody": message["Body"]} for n, message in enumerate(messages)]
        answer = self._sqs.send_message_batch(QueueUrl=target, Entries=entries)
        return [messages[int(done["Id"])] for done in answer.get("Successful", [])]

    def _delete(self, source: str, messages: list[Any]) -> None:
        entries = [{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(messages)]
        if entries:
            self._sqs.delete_message_batch(QueueUrl=source, Entries=entries)
