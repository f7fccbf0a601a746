"""Drives a deployed Vigie as an operator and the world do: by its command line, queues, schedule and events."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from typer.testing import CliRunner

from ops.cli import app
from ops.local import deploy
from ops.local.embedded import CREDENTIALS, Embedded

VISIBILITY_S = 6
"""Of both queues while the scenarios run: what failed comes back within seconds. No job of theirs takes that long,
but those that are made to."""

LONG_S = 60
"""For jobs of many sources, some of which wait for their turn."""


class Deployed:
    """A stack on an embedded AWS."""

    def __init__(self, embedded: Embedded, outputs: Mapping[str, str], folder: Path) -> None:
        self.endpoint = embedded.endpoint
        self.pid = embedded.pid
        self.outputs = outputs
        self._folder = folder
        self._people: list[str] = []
        for name in ("ScanQueue", "MentionQueue"):
            self.set_visibility(name, VISIBILITY_S)

    def client(self, service: str) -> Any:
        return deploy.client(service, self.endpoint)

    # -- as the operator ----------------------------------------------------------------------------------------

    def vigie(self, *words: str, fails: bool | None = False, typed: str = "") -> Any:
        """Run the command line with --local --json, in this process; what it printed, read. `fails`: None for either.
        `typed` is its stdin."""
        port = str(urlsplit(self.endpoint).port)
        env = {**CREDENTIALS, "VIGIE_PORT": port}
        done = CliRunner().invoke(app, ["--local", "--json", *words], env=env, input=typed)
        said = f"{done.stdout}\n{done.stderr}\n{done.exception!r}"
        assert fails in (None, done.exit_code != 0), f"vigie {' '.join(words)}: {said}\n{self.errors()}"
        return json.loads(done.stdout)

    def set_keys(self, **values: str) -> None:
        for name, value in values.items():
            self.vigie("key", "set", name, typed=value)

    def spending(self, provider: str, unit: str) -> list[dict[str, Any]]:
        """The account of a service, in dollars (`USD`) or `requests`, whatever else `vigie status` has to say."""
        rows = self.vigie("status", fails=None)["spending"]
        return [row for row in rows if (row["provider"], row["unit"]) == (provider, unit)]

    def enrol(self, last_name: str, *, urls: tuple[str, ...] = (), sms: bool = False, **facts: object) -> str:
        """Enrol a fictional dermatologist of Lyon who watches feeds; their id. Their address is their own."""
        assert last_name not in self._people, f"another scenario has a {last_name}, who would be the same person"
        self._people.append(last_name)
        recipients: list[dict[str, str]] = [{"channel": "email", "address": self.address(last_name)}]
        if sms:
            recipients.append({"channel": "sms", "address": f"+33639980{len(self._people):03}"})
        person = {
            "title": "Dr",
            "first_names": ["Claire"],
            "last_names": [last_name],
            "specialty": "dermatologue",
            "city": "Lyon",
            "postcode": "69003",
            "recipients": recipients,
            **facts,
        }
        file = self._folder / f"{last_name}.json"
        file.write_text(json.dumps(person))
        practitioner: str = self.vigie("practitioner", "add", "--file", str(file))["practitioner_id"]
        for url in urls:
            self.vigie("source", "add", practitioner, "feed", "--url", url)
        return practitioner

    @staticmethod
    def address(last_name: str) -> str:
        return f"cabinet@{last_name.lower()}.example"

    def scan(self, practitioner_id: str) -> Any:
        """Have what somebody watches read now, and wait until all is told."""
        return self.vigie("scan", "--practitioner", practitioner_id, "--wait")

    def inbox(self, practitioner_id: str, channel: str = "email") -> list[dict[str, Any]]:
        """What was sent to a practitioner, oldest first."""
        sent = self.vigie("inbox")
        return [m for m in sent if (m["practitioner_id"], m["channel"]) == (practitioner_id, channel)]

    def sent_to(self, address: str) -> list[dict[str, Any]]:
        """What the embedded AWS delivered to an address, whatever Vigie knows of it."""
        return [message for message in self.vigie("inbox") if message["to"] == address]

    def mentions(self, practitioner_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.vigie("mentions", practitioner_id)
        return found

    def told(self) -> list[str]:
        """Subjects and texts sent to the operator's topic."""
        return [f"{m['Subject']}\n{m['Message']}" for m in self._operator_messages()]

    def _operator_messages(self) -> list[dict[str, str]]:
        sqs = self.client("sqs")
        found = []
        while messages := sqs.receive_message(
            QueueUrl=self.operator_queue(), MaxNumberOfMessages=10, VisibilityTimeout=0
        ).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=self.operator_queue(), ReceiptHandle=message["ReceiptHandle"])
        self._kept = [*getattr(self, "_kept", []), *found]
        return self._kept

    def logs(self) -> list[str]:
        """Every line the functions logged."""
        logs = self.client("logs")
        groups = [g["logGroupName"] for g in logs.describe_log_groups()["logGroups"]]
        events = [e for group in groups for e in logs.filter_log_events(logGroupName=group)["events"]]
        return [event["message"] for event in sorted(events, key=lambda event: event["timestamp"])]

    def errors(self) -> str:
        return "\n".join(line for line in self.logs() if "ERROR" in line or "failed" in line)

    def operator_queue(self) -> str:
        """A queue subscribed to the operator's topic, made on first use."""
        if not hasattr(self, "_operator_queue"):
            sqs, topic = self.client("sqs"), self.outputs["OperatorTopicArn"]
            self._operator_queue = sqs.create_queue(QueueName="operator-ear")["QueueUrl"]
            arn = sqs.get_queue_attributes(QueueUrl=self._operator_queue, AttributeNames=["QueueArn"])
            policy = {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "sns.amazonaws.com"},
                        "Action": "sqs:SendMessage",
                        "Resource": arn["Attributes"]["QueueArn"],
                    }
                ],
            }
            sqs.set_queue_attributes(QueueUrl=self._operator_queue, Attributes={"Policy": json.dumps(policy)})
            self.client("sns").subscribe(
                TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"], ReturnSubscriptionArn=True
            )
        return str(self._operator_queue)

    # -- as the world -------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Have the schedule's target run now."""
        answer = self.client("lambda").invoke(FunctionName=self.outputs["PlanFunction"], Payload=b"{}")
        assert "FunctionError" not in answer, answer["Payload"].read()

    def publish(self, event: Mapping[str, Any]) -> None:
        """What SES would publish: the embedded one does not."""
        self.client("sns").publish(TopicArn=self.outputs["DeliveryTopicArn"], Message=json.dumps(event))

    def send(self, queue: str, body: str) -> None:
        self.client("sqs").send_message(QueueUrl=self.outputs[f"{queue}Url"], MessageBody=body, DelaySeconds=0)

    def depth(self, queue: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client("sqs").get_queue_attributes(QueueUrl=self.outputs[f"{queue}Url"], AttributeNames=names)
        return sum(int(found["Attributes"][name]) for name in names)

    def set_visibility(self, queue: str, seconds: int) -> None:
        self.client("sqs").set_queue_attributes(
            QueueUrl=self.outputs[f"{queue}Url"], Attributes={"VisibilityTimeout": str(seconds)}
        )

    @contextmanager
    def patient(self) -> Iterator[None]:
        """While jobs may take long: nothing comes back before they are done."""
        for name in ("ScanQueue", "MentionQueue"):
            self.set_visibility(name, LONG_S)
        yield
        for name in ("ScanQueue", "MentionQueue"):
            self.set_visibility(name, VISIBILITY_S)

    @contextmanager
    def gathering(self, seconds: int) -> Iterator[None]:
        """While news is to gather for that long before anybody is told."""
        self._delay_mentions(seconds)
        try:
            yield
        finally:
            self._delay_mentions(deploy.GATHER_S)

    def _delay_mentions(self, seconds: int) -> None:
        queue = self.outputs["MentionQueueUrl"]
        self.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"DelaySeconds": str(seconds)})

    def purge(self, queue: str) -> None:
        self.client("sqs").purge_queue(QueueUrl=self.outputs[f"{queue}Url"])

    def set_env(self, function: str, **changed: str | None) -> None:
        """Change variables of a deployed function; None takes one away. Its workers start afresh."""
        functions, name = self.client("lambda"), self.outputs[function]
        found = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        merged = {key: value for key, value in {**found, **changed}.items() if value is not None}
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": merged})

    def let_come_back(self, source_id: str) -> None:
        """As once the time is over that a source asked for."""
        self.client("dynamodb").update_item(
            TableName=self.outputs["SourcesTable"],
            Key={"source_id": {"S": source_id}},
            UpdateExpression="REMOVE #cursor.not_before, #cursor.asked_to_wait",
            ExpressionAttributeNames={"#cursor": "cursor"},
        )

    def bodies(self) -> list[str]:
        """Bodies of what waits in the queues and their dead letters."""
        sqs = self.client("sqs")
        found = []
        for key, url in self.outputs.items():
            if key.endswith("Url"):
                messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
                found += [message["Body"] for message in messages.get("Messages", [])]
        return found

    def role_arn(self, logical_id: str) -> str:
        resource = self.client("cloudformation").describe_stack_resource(
            StackName=deploy.STACK, LogicalResourceId=logical_id
        )
        name = resource["StackResourceDetail"]["PhysicalResourceId"]
        return str(self.client("iam").get_role(RoleName=name)["Role"]["Arn"])

    def rows(self) -> Iterator[tuple[str, str]]:
        """(table, row as text) of all that is kept."""
        dynamodb = self.client("dynamodb")
        for key, table in self.outputs.items():
            if key.endswith("Table"):
                for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
                    yield from ((key, json.dumps(row, default=str, ensure_ascii=False)) for row in page["Items"])

    def rows_of(self, practitioner_id: str) -> list[str]:
        """Tables, and rows of sources, in which a practitioner still appears."""
        return [table for table, row in self.rows() if practitioner_id in row]

    def workers(self, function: str) -> list[int]:
        """Process ids of the function's workers: children of our own embedded AWS, told by their environment."""
        mark = f"AWS_LAMBDA_FUNCTION_NAME={self.outputs[function]}\0".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                ours = f"\nPPid:\t{self.pid}\n" in (folder / "status").read_text()
                if ours and mark in (folder / "environ").read_bytes() + b"\0":
                    found.append(int(folder.name))
            except OSError:
                continue
        return found

    def kill_workers(self, function: str) -> int:
        """Kill them at once, as a machine that dies would; how many there were."""
        found = self.workers(function)
        for pid in found:
            os.kill(pid, signal.SIGKILL)
        return len(found)


def until(true: Callable[[], object], timeout_s: float = 60, every_s: float = 0.2) -> None:
    """Wait for something to become true; fails when it does not."""
    deadline = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline, f"not so after {timeout_s:g} s"
        time.sleep(every_s)
