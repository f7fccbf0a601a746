"""The two stores that pass one suite: the one in memory, and DynamoDB's on the embedded AWS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.config import Config
from botocore.session import Session

from tests import tables
from tests.conftest import NOW
from tests.fakes import MemoryStore
from vigie.adapters.aws import READS
from vigie.adapters.dynamodb import Dynamo, Tables
from vigie.adapters.dynamodb_notify import DynamoNotify
from vigie.adapters.dynamodb_registrar import DynamoRegistrar
from vigie.adapters.dynamodb_sources import DynamoSources
from vigie.adapters.dynamodb_wheel import DynamoWheel
from vigie.enrolment import Registrar
from vigie.ports import NotifyStore, SourceStore, Wheel

WATCHERS_PER_ROW = 3
"""So that a test fills a row with four people, and not with five thousand."""


@dataclass(frozen=True, slots=True)
class Store:
    """Every port of one store."""

    wheel: Wheel
    sources: SourceStore
    notify: NotifyStore
    registrar: Registrar


@dataclass(frozen=True, slots=True)
class DynamoRig:
    """DynamoDB's store, and what tests need to look behind it."""

    client: Any
    tables: Tables
    store: Store

    def row(self, table: str, **key: str) -> dict[str, Any] | None:
        """A row as DynamoDB keeps it."""
        found = self.client.get_item(TableName=table, Key={name: {"S": value} for name, value in key.items()})
        item: dict[str, Any] | None = found.get("Item")
        return item


@pytest.fixture(scope="session")
def dynamodb_client(aws: str) -> Any:
    return Session().create_client("dynamodb", endpoint_url=aws, config=Config(max_pool_connections=20, **READS))


@pytest.fixture
def rig(dynamodb_client: Any) -> Iterator[DynamoRig]:
    names = tables.create(dynamodb_client)
    dynamo = Dynamo(lambda: dynamodb_client)
    store = Store(
        DynamoWheel(dynamo, names),
        DynamoSources(dynamo, names),
        DynamoNotify(dynamo, names, retention_days=90, clock=lambda: NOW),
        DynamoRegistrar(dynamo, names, clock=lambda: NOW, watchers_per_row=WATCHERS_PER_ROW),
    )
    yield DynamoRig(dynamodb_client, names, store)
    for name in (names.practitioners, names.recipients, names.sources, names.mentions, names.alerts, names.ledger):
        dynamodb_client.delete_table(TableName=name)


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.stack)])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "memory":
        memory = MemoryStore(clock=lambda: NOW, watchers_per_row=WATCHERS_PER_ROW)
        return Store(memory, memory, memory, memory)
    rig: DynamoRig = request.getfixturevalue("rig")
    return rig.store


def store_over(client: Any, tables: Tables) -> Store:
    """DynamoDB's store over a client that counts, breaks or waits; it never sleeps."""
    dynamo = Dynamo(lambda: client, sleep=lambda _: None)
    return Store(
        DynamoWheel(dynamo, tables),
        DynamoSources(dynamo, tables),
        DynamoNotify(dynamo, tables, retention_days=90, clock=lambda: NOW),
        DynamoRegistrar(dynamo, tables, clock=lambda: NOW, watchers_per_row=WATCHERS_PER_ROW),
    )
