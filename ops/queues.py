"""The queues from the operator's side: how much waits, and sending dead letters back.

Dead letters are moved by receive, send, delete rather than by SQS's own StartMessageMoveTask, which the embedded
AWS does not have: a crash between send and delete doubles a message, which every consumer here tolerates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

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
    """The deployment's queues, by name: `scan`, `mention`, and where each one's dead letters go."""

    def names(self) -> tuple[str, ...]:
        """All of them, dead letters included."""

    def dead_letters(self) -> Mapping[str, str]:
        """Name of a dead-letter queue -> name of the queue its messages go back to."""

    def depth(self, name: str) -> Depth: ...

    def redrive(self, name: str, moved: Callable[[int], None]) -> int:
        """Send the messages of dead-letter queue `name` back; how many. Calls `moved` with the count so far."""


class SqsQueues:
    """The port on SQS. `urls` are the queues' by name, `dead` the name of each dead-letter queue -> its queue's."""

    def __init__(self, sqs: Any, urls: Mapping[str, str], dead: Mapping[str, str]) -> None:
        self._sqs = sqs
        self._urls = urls
        self._dead = dead

    def names(self) -> tuple[str, ...]:
        return tuple(self._urls)

    def dead_letters(self) -> Mapping[str, str]:
        return self._dead

    def depth(self, name: str) -> Depth:
        counts = ("", "NotVisible", "Delayed")
        wanted = [f"ApproximateNumberOfMessages{count}" for count in counts]
        answer = self._sqs.get_queue_attributes(QueueUrl=self._urls[name], AttributeNames=wanted)
        return Depth(*(int(answer["Attributes"][attribute]) for attribute in wanted))

    def redrive(self, name: str, moved: Callable[[int], None]) -> int:
        source, target = self._urls[name], self._urls[self._dead[name]]
        total, limit = 0, max(self.depth(name).waiting, 1)  # no further: what fails again comes back behind us
        while total < limit:
            messages = self._sqs.receive_message(
                QueueUrl=source, MaxNumberOfMessages=_BATCH, WaitTimeSeconds=1, VisibilityTimeout=60
            ).get("Messages", [])
            if not messages:
                break
            sent = self._send(target, messages)
            self._delete(source, sent)
            total += len(sent)
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
