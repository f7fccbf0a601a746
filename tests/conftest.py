"""What every test stands on: one moment, an empty environment, no network but loopback, one embedded AWS."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ops.local import embedded

NOW = datetime(2026, 11, 23, 13, 16, 40, tzinfo=UTC)
"""The moment at which tests happen."""

_OURS = ("AWS_", "VIGIE_", "POWERTOOLS_", "SAM_")


def pytest_configure(config: pytest.Config) -> None:
    """Forget the variables of whoever runs the tests; no test can then reach a real account."""
    for name in [name for name in os.environ if name.startswith(_OURS)]:
        del os.environ[name]
    os.environ.update(embedded.CREDENTIALS, AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
    socket.socket.connect = _guarded(socket.socket.connect)  # type: ignore[method-assign]
    socket.socket.connect_ex = _guarded(socket.socket.connect_ex)  # type: ignore[method-assign]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for the embedded AWS is a `stack` test, said so or not: `-m "not stack"` is to run without it."""
    for item in items:
        if "embedded_aws" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.stack)


class OutsideError(AssertionError):
    """A test tried to leave this machine."""


def _guarded(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            raise OutsideError(f"tests may only connect to this machine, not to {address[0]}")
        return connect(self, address)

    return guarded


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def embedded_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Embedded]:
    """An embedded AWS of our own, IAM enforced, on a free port; stopped at the end."""
    running = embedded.start(embedded.free_port(), tmp_path_factory.mktemp("aws"), tied=True)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def aws(embedded_aws: embedded.Embedded) -> str:
    """Its endpoint."""
    return embedded_aws.endpoint
