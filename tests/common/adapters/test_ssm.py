"""The keys of services, as SSM Parameter Store keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.session import Session

from vigie.adapters.ssm import ABSENT_S, SsmKeys
from vigie.errors import StoreError

pytestmark = pytest.mark.stack
PATH = "/vigie/test/keys/"


class Shelf:
    """The parameters of one deployment, the time that its reader believes, and how often it was asked."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.asked = 0
        self.time = 1_000.0
        self.keys = SsmKeys(self._counted, PATH, clock=lambda: self.time)

    def _counted(self) -> Any:
        self.asked += 1
        return self.client

    def put(self, name: str, value: str) -> None:
        self.client.put_parameter(Name=f"{PATH}{name}", Value=value, Type="SecureString", Overwrite=True)


@pytest.fixture
def shelf(aws: str) -> Iterator[Shelf]:
    client = Session().create_client("ssm", endpoint_url=aws)
    yield Shelf(client)
    names = [p["Name"] for p in client.describe_parameters()["Parameters"] if p["Name"].startswith(PATH)]
    for name in names:
        client.delete_parameter(Name=name)


def test_a_key_is_decrypted_and_read_once(shelf: Shelf) -> None:
    shelf.put("brave", "BSA-fictif-123")

    assert ["BSA-fictif-123"] * 2 == [shelf.keys.value("brave"), shelf.keys.value("brave")]
    assert 1 == shelf.asked


def test_a_key_that_was_refused_is_read_anew(shelf: Shelf) -> None:
    shelf.put("brave", "ancienne")
    shelf.keys.value("brave")
    shelf.put("brave", "nouvelle")

    assert "ancienne" == shelf.keys.value("brave")
    shelf.keys.forget("brave")
    assert "nouvelle" == shelf.keys.value("brave")


def test_a_key_that_is_not_there_is_looked_for_again_after_a_while(shelf: Shelf) -> None:
    assert shelf.keys.value("brave") is None
    shelf.put("brave", "BSA-fictif-123")

    assert shelf.keys.value("brave") is None
    shelf.time += ABSENT_S
    assert "BSA-fictif-123" == shelf.keys.value("brave")


@pytest.mark.parametrize("value", ["deux\nlignes", "clé-accentuée", "\x1b[2J", "x" * 5_000])
def test_what_cannot_stand_in_a_header_is_no_key(shelf: Shelf, value: str) -> None:
    shelf.put("brave", value)

    assert shelf.keys.value("brave") is None


def test_spaces_and_a_line_end_around_a_pasted_key_are_not_of_it(shelf: Shelf) -> None:
    shelf.put("brave", "  BSA-fictif-123\n")

    assert "BSA-fictif-123" == shelf.keys.value("brave")


def test_a_store_that_does_not_answer_is_no_missing_key() -> None:
    nowhere = Session().create_client("ssm", endpoint_url="http://127.0.0.1:9")

    with pytest.raises(StoreError):
        SsmKeys(lambda: nowhere, PATH).value("brave")
