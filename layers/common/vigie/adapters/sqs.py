"""The two queues, from the sender's side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import batched
from typing import Any

from vigie.errors import StoreError
from vigie.messages import encode_job, encode_pointer
from vigie.model import Job, Pointer

BATCH = 10
"""Messages in a SendMessageBatch at most."""

DELAY_LIMIT_S = 900
"""The longest delay SQS gives a message."""


class SqsOutbox:
    """`vigie.ports.Outbox`. `client` is called at first use."""

    def __init__(self, client: Callable[[], Any], *, scan_queue_url: str, mention_queue_url: str) -> None:
        self._client = client
        self._scan_queue_url = scan_queue_url
        self._mention_queue_url = mention_queue_url

    def send_jobs(self, jobs: Iterable[Job]) -> int:
        return self._send(self._scan_queue_url, ((encode_job(job), job.delay_s) for job in jobs))

    def send_pointers(self, pointers: Iterable[Pointer], *, delay_s: int = 0) -> int:
        return self._send(self._mention_queue_url, ((encode_pointer(pointer), delay_s) for pointer in pointers))

    def _send(self, url: str, messages: Iterable[tuple[str, int]]) -> int:
        sent = 0
        for chunk in batched(messages, BATCH, strict=False):
            left = self._batch(url, chunk)
            if left and self._batch(url, left):
                raise StoreError("send_message_batch: messages refused twice")
            sent += len(chunk)
        return sent

    def _batch(self, url: str, messages: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
        """Send up to ten messages, each after its seconds, if any, else the queue's; those that SQS did not take."""
        client = self._client()
        from botocore.exceptions import BotoCoreError, ClientError

        entries = [
            {"Id": str(n), "MessageBody": body} | ({"DelaySeconds": min(delay_s, DELAY_LIMIT_S)} if delay_s else {})
            for n, (body, delay_s) in enumerate(messages)
        ]
        try:
            answer = client.send_message_batch(QueueUrl=url, Entries=entries)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "ClientError")
            raise StoreError(f"send_message_batch: {code}") from None
        except BotoCoreError as error:
            raise StoreError(f"send_message_batch: {type(error).__name__}") from None
        return [messages[int(failed["Id"])] for failed in answer.get("Failed", [])]
