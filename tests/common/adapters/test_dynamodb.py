"""What DynamoDB answers now and then, and how its client is set up."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError
from botocore.session import Session

from ops.local.embedded import free_port
from vigie.adapters import aws
from vigie.adapters.dynamodb import TRIES, ConflictError, Dynamo, delete
from vigie.errors import StoreError

MARKER = "claire.morvant@planted.example"


class Answers:
    """A client that answers, in turn, what it is given: values, or errors to raise."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.calls: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**options: Any) -> Any:
            self.calls.append(options)
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


def refused(code: str, *reasons: str) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": f"One or more parameter values: {MARKER}"}}
    if reasons:
        response["CancellationReasons"] = [{"Code": reason, "Message": MARKER} for reason in reasons]
    return ClientError(response, "Operation")


def dynamo_over(*answers: Any) -> tuple[Dynamo, Answers, list[float]]:
    client, slept = Answers(*answers), list[float]()
    return Dynamo(lambda: client, slept.append), client, slept


def test_keys_left_unprocessed_are_asked_for_again() -> None:
    left = {"UnprocessedKeys": {"t": {"Keys": [{"id": {"S": "b"}}]}}}
    dynamo, client, slept = dynamo_over(
        {"Responses": {"t": [{"id": {"S": "a"}}]}, **left}, {"Responses": {"t": [{"id": {"S": "b"}}]}}
    )

    assert [{"id": "a"}, {"id": "b"}] == dynamo.batch_get("t", [{"id": "a"}, {"id": "b"}], fresh=True)
    assert [{"id": {"S": "b"}}] == client.calls[1]["RequestItems"]["t"]["Keys"]
    assert client.calls[1]["RequestItems"]["t"]["ConsistentRead"]
    assert 1 == len(slept)


def test_keys_never_processed_are_a_store_error_after_a_few_seconds_at_most() -> None:
    dynamo, client, slept = dynamo_over({"Responses": {}, "UnprocessedKeys": {"t": {"Keys": [{"id": {"S": "a"}}]}}})

    with pytest.raises(StoreError):
        dynamo.batch_get("t", [{"id": "a"}], fresh=False)
    assert TRIES == len(client.calls)
    assert sum(slept) < 5


@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_transaction_that_met_another_is_tried_again(reason: str) -> None:
    conflict = refused("TransactionCanceledException", "None", reason)
    dynamo, client, _ = dynamo_over(conflict, conflict, {})

    assert dynamo.transact([delete("t", {"id": "a"}), delete("t", {"id": "b"})]) is None
    assert 3 == len(client.calls)


def test_a_transaction_that_always_meets_others_is_a_store_error() -> None:
    dynamo, client, slept = dynamo_over(refused("TransactionCanceledException", "TransactionConflict"))

    with pytest.raises(ConflictError):
        dynamo.transact([delete("t", {"id": "a"})])
    assert TRIES == len(client.calls)
    assert sum(slept) < 5


def test_a_condition_that_does_not_hold_is_an_answer_even_beside_a_conflict() -> None:
    dynamo, _, _ = dynamo_over(refused("TransactionCanceledException", "ConditionalCheckFailed", "TransactionConflict"))

    assert ["ConditionalCheckFailed", "TransactionConflict"] == dynamo.transact([delete("t", {"id": "a"})] * 2)


def test_a_row_held_by_a_transaction_is_tried_again() -> None:
    dynamo, client, _ = dynamo_over(refused("TransactionConflictException"), {})

    assert dynamo.update("t", {"id": "a"}, "SET #x = :x", "#x < :x", {"x": 1})
    assert 2 == len(client.calls)


FAILURES: dict[str, Callable[[Dynamo], object]] = {
    "get": lambda d: d.get("t", {"id": "a"}),
    "batch_get": lambda d: d.batch_get("t", [{"id": "a"}], fresh=True),
    "query": lambda d: list(d.query("t", "#a = :a", {"a": 1})),
    "count": lambda d: d.count("t", "#a = :a", {"a": 1}, "i"),
    "scan": lambda d: list(d.scan("t")),
    "put_new": lambda d: d.put_new("t", {"id": "a"}, "id"),
    "update": lambda d: d.update("t", {"id": "a"}, "SET #x = :x", "#x < :x", {"x": 1}),
    "updated": lambda d: d.updated("t", {"id": "a"}, "SET #x = :x", "#x < :x", {"x": 1}),
    "delete": lambda d: d.delete("t", {"id": "a"}),
    "transact": lambda d: d.transact([delete("t", {"id": "a"})]),
}
ERRORS = [
    refused("ValidationException"),
    refused("ThrottlingException"),
    refused("AccessDeniedException"),
    refused("TransactionCanceledException", "ValidationError"),
    ConnectionClosedError(endpoint_url=MARKER),
]


@pytest.mark.parametrize("error", ERRORS, ids=str)
@pytest.mark.parametrize("act", FAILURES.values(), ids=FAILURES)
def test_every_failure_is_a_store_error_that_quotes_nothing(act: Callable[[Dynamo], object], error: Exception) -> None:
    """AWS quotes in its texts what it was given, and a traceback shows every text of its chain (invariant I8)."""
    dynamo, client, _ = dynamo_over(error)

    with pytest.raises(StoreError) as caught:
        act(dynamo)
    assert MARKER not in "".join(traceback.format_exception(caught.value))
    assert 1 == len(client.calls)


def test_nobody_listening_is_a_store_error() -> None:
    config = Config(connect_timeout=1, retries={"total_max_attempts": 1})
    client = Session().create_client("dynamodb", endpoint_url=f"http://127.0.0.1:{free_port()}", config=config)

    with pytest.raises(StoreError, match=r"^get_item: EndpointConnectionError$"):
        Dynamo(lambda: client).get("t", {"id": "a"})


def test_a_query_reads_no_page_it_was_not_asked_for() -> None:
    page = {"Items": [{"id": {"S": "a"}}, {"id": {"S": "b"}}], "LastEvaluatedKey": {"id": {"S": "b"}}}
    dynamo, client, _ = dynamo_over(page)

    assert 2 == len(list(dynamo.query("t", "#a = :a", {"a": 1}, limit=2)))
    assert 1 == len(client.calls)


@pytest.mark.parametrize("service", ["sesv2", "sns"])
def test_what_sends_messages_never_repeats_a_call(service: str) -> None:
    """Neither has an idempotency key: a repeated call is a second message."""
    client = aws.client(service)

    assert client is aws.client(service)
    assert (1, 30) == (client.meta.config.retries["total_max_attempts"], client.meta.config.read_timeout)


@pytest.mark.parametrize("service", ["dynamodb", "sqs"])
def test_what_may_be_repeated_is_repeated_a_few_times(service: str) -> None:
    retries = aws.client(service).meta.config.retries

    assert {"mode": "standard", "total_max_attempts": 4} == retries
