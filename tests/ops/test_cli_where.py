"""Finding the deployment, its queues, and the sentence for what is in the way."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ProfileNotFound

from ops import trouble
from ops.local import state
from ops.queues import Depth, SqsQueues
from ops.session import settings_of, stack_facts
from ops.where import Local, Where, local_stack
from tests.ops.cli import SETTINGS
from vigie.errors import ConfigError, InputError, StoreError, UnknownKindError

NOTE = state.Stack("http://127.0.0.1:4566", 4566, 1, "vigie")


class TestLocalStack:
    def found(self, folder: Path, note: state.Stack | None, env: dict[str, str], where: Where | None = None) -> Local:
        path = folder / "stack.json"
        if note is not None:
            state.write(note, path)
        return local_stack(where or Where(local=True), env, path)

    def test_it_is_where_make_up_wrote(self, tmp_path: Path) -> None:
        assert Local("http://127.0.0.1:4566", "vigie", "eu-west-3") == self.found(tmp_path, NOTE, {})

    def test_the_environment_says_another_port_with_or_without_a_note(self, tmp_path: Path) -> None:
        for note in (None, NOTE):
            assert "http://127.0.0.1:4700" == self.found(tmp_path, note, {"VIGIE_PORT": "4700"}).endpoint

    def test_a_stack_may_be_named(self, tmp_path: Path) -> None:
        assert "other" == self.found(tmp_path, NOTE, {}, Where(local=True, stack="other")).stack

    def test_without_a_note_it_says_how_to_start_one(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="make up"):
            self.found(tmp_path, None, {})

    @pytest.mark.parametrize(
        "endpoint",
        [
            "http://10.0.0.5:4566",
            "http://localhost.evil.example:4566",
            "http://127.0.0.1@evil.example:4566",
            "https://127.0.0.1:4566",
            "http://0.0.0.0:4566",
            "",
        ],
    )
    def test_an_endpoint_that_is_not_this_machine_is_refused(self, tmp_path: Path, endpoint: str) -> None:
        with pytest.raises(InputError, match=r"127\.0\.0\.1 only"):
            self.found(tmp_path, replace(NOTE, endpoint=endpoint), {})

    @pytest.mark.parametrize("port", ["0", "65536", "-1", "4566x", "http", "４５６６"])
    def test_a_port_that_is_none_is_refused(self, tmp_path: Path, port: str) -> None:
        with pytest.raises(InputError, match="VIGIE_PORT"):
            self.found(tmp_path, NOTE, {"VIGIE_PORT": port})


def stack_of_settings() -> dict[str, str]:
    """What CloudFormation says of a stack deployed with `SETTINGS`."""
    values = {field.name: getattr(SETTINGS, field.name) for field in fields(SETTINGS)}
    texts = {name: ",".join(value) if isinstance(value, tuple) else str(value) for name, value in values.items()}
    facts = {"".join(part.title() for part in name.split("_")): text for name, text in texts.items()}
    return facts | {"MailConfigurationName": SETTINGS.configuration_set}


class TestStack:
    def test_parameters_and_outputs_are_the_settings_the_functions_run_with(self) -> None:
        assert SETTINGS == settings_of(stack_of_settings(), "vigie")

    def test_a_stack_that_is_no_vigie_is_said_so(self) -> None:
        with pytest.raises(InputError, match="'web' is not a Vigie"):
            settings_of({"BucketName": "x"}, "web")

    def cloudformation(self, answer: Any) -> Any:
        def describe_stacks(**_: str) -> Any:
            if isinstance(answer, Exception):
                raise answer
            return {"Stacks": [answer]}

        return SimpleNamespace(describe_stacks=describe_stacks, meta=SimpleNamespace(region_name="eu-west-3"))

    def test_its_facts_are_parameters_and_outputs_together(self) -> None:
        made = datetime(2026, 11, 1, tzinfo=UTC)
        stack = {
            "Parameters": [{"ParameterKey": "TickMinutes", "ParameterValue": "5"}],
            "Outputs": [{"OutputKey": "ScanQueueUrl", "OutputValue": "url"}],
            "CreationTime": made,
        }

        facts = stack_facts(self.cloudformation(stack), "vigie")

        assert ({"TickMinutes": "5", "ScanQueueUrl": "url"}, made) == (facts.values, facts.deployed_at)

    def test_a_name_that_is_no_stacks_is_wrong_input_and_a_refusal_is_not(self) -> None:
        with pytest.raises(InputError, match="--stack NAME"):
            stack_facts(self.cloudformation(refusal("ValidationError")), "vigie")
        with pytest.raises(ClientError):
            stack_facts(self.cloudformation(refusal("AccessDenied")), "vigie")


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "secret detail"}}, "DescribeStacks")


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (InputError("Wrong."), 2, "Wrong."),
        (UnknownKindError("No such kind."), 2, "No such kind."),
        (ConfigError("Missing X."), 1, "not set up right"),
        (StoreError("get_item: Throttling"), 1, "get_item"),
        (ProfileNotFound(profile="ops"), 2, "ops"),
        (NoCredentialsError(), 2, "aws sso login"),
        (EndpointConnectionError(endpoint_url="https://x"), 1, "does not answer"),
        (refusal("ExpiredToken"), 2, "sign in again"),
        (refusal("UnrecognizedClientException"), 2, "--profile"),
        (refusal("AccessDeniedException"), 1, "not allowed to do DescribeStacks"),
        (refusal("InternalFailure"), 1, "InternalFailure"),
        (OSError(28, "No space left on device"), 1, "No space left"),
    ],
)
def test_every_trouble_is_a_sentence_and_a_code(error: Exception, code: int, says: str) -> None:
    found = trouble.explain(error)

    assert found is not None
    assert code == found.code
    assert says in found.message
    assert "secret detail" not in found.message


def test_a_store_error_tells_what_was_behind_it() -> None:
    try:
        try:
            raise NoCredentialsError
        except NoCredentialsError:
            raise StoreError("get_item: NoCredentialsError") from None
    except StoreError as error:
        found = trouble.explain(error)

    assert found is not None
    assert (2, True) == (found.code, "credentials" in found.message)


def test_the_local_stack_is_named_when_it_does_not_answer() -> None:
    found = trouble.explain(EndpointConnectionError(endpoint_url="x"), local=True)

    assert found is not None
    assert "make up" in found.message


def test_a_defect_is_not_dressed_up() -> None:
    assert trouble.explain(KeyError("x")) is None


class Sqs:
    """One queue of dead letters and one of living ones; the latter refuses bodies that say so."""

    def __init__(self, bodies: list[str]) -> None:
        self.dead = dict(enumerate(bodies))
        self.taken: set[int] = set()
        self.sent: list[str] = []

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: list[str]) -> Any:  # noqa: N803
        counts = [len(self.dead) - len(self.taken), 1, 2]
        return {"Attributes": {name: str(n) for name, n in zip(AttributeNames, counts, strict=True)}}

    def receive_message(self, **_: Any) -> Any:
        batch = [number for number in self.dead if number not in self.taken][:10]
        self.taken.update(batch)
        return {"Messages": [{"Body": self.dead[n], "ReceiptHandle": str(n)} for n in batch]} if batch else {}

    def send_message_batch(self, *, QueueUrl: str, Entries: list[Any]) -> Any:  # noqa: N803
        taken = [entry for entry in Entries if entry["MessageBody"] != "refused"]
        self.sent += [entry["MessageBody"] for entry in taken]
        return {"Successful": [{"Id": entry["Id"]} for entry in taken]}

    def delete_message_batch(self, *, QueueUrl: str, Entries: list[Any]) -> None:  # noqa: N803
        for entry in Entries:
            del self.dead[int(entry["ReceiptHandle"])]


class TestQueues:
    URLS = {name: name for name in ("scan", "mention", "scan-dead", "mention-dead", "tick-dead")}  # noqa: RUF012

    def redrive(self, sqs: Sqs, name: str) -> int:
        return SqsQueues(sqs, self.URLS).redrive(name, lambda _: None)

    def test_a_depth_counts_what_waits_what_is_at_work_and_what_is_delayed(self) -> None:
        depth = SqsQueues(Sqs(["a"]), self.URLS).depth("scan")

        assert (Depth(1, 1, 2), 4) == (depth, depth.total)

    def test_every_dead_letter_goes_back_once(self) -> None:
        sqs = Sqs([f"m{n}" for n in range(25)])

        assert 25 == self.redrive(sqs, "scan")
        assert sorted(f"m{n}" for n in range(25)) == sorted(sqs.sent)
        assert {} == sqs.dead

    def test_one_that_the_queue_refuses_stays_where_it_is(self) -> None:
        sqs = Sqs(["a", "refused", "b"])

        assert 2 == self.redrive(sqs, "mention")
        assert ["refused"] == list(sqs.dead.values())

    def test_failed_ticks_are_deleted_and_sent_nowhere(self) -> None:
        sqs = Sqs(["a", "b"])

        assert (2, [], {}) == (self.redrive(sqs, "tick"), sqs.sent, sqs.dead)
