"""The keys of services, from the operator's side: which there are, and their values where one is used from here."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from vigie.ports import Keys
from vigie.settings import Settings

PREFIX = "VIGIE_KEY_"
"""Of the environment variables that hold keys where there is no deployment: `VIGIE_KEY_BRAVE`."""


class Keyring(Keys, Protocol):
    """`vigie.ports.Keys`, and which there are."""

    def names(self) -> frozenset[str]:
        """Names of the keys that are set."""


class EnvironmentKeys:
    """Keys of the environment: `VIGIE_KEY_<NAME>`, hyphens written as underscores."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._values = {
            name.removeprefix(PREFIX).lower(): value.strip()
            for name, value in env.items()
            if name.startswith(PREFIX) and value.strip()
        }

    def names(self) -> frozenset[str]:
        return frozenset(self._values) | {name.replace("_", "-") for name in self._values}

    def value(self, name: str) -> str | None:
        return self._values.get(name.replace("-", "_"))

    def forget(self, name: str) -> None:
        """What the environment holds does not change."""


NO_KEYS: Keyring = EnvironmentKeys({})


def of_environment() -> Keyring:
    return EnvironmentKeys(os.environ)


class SsmKeyring:
    """Keys of a deployment. Their names are read without their values."""

    def __init__(self, clients: Callable[[str], Any], settings: Settings) -> None:
        from vigie import wiring

        self._clients = clients
        self._path = settings.keys_path
        self._keys = wiring.keyring(settings, clients)

    def names(self) -> frozenset[str]:
        """Raises botocore's errors: `ops.trouble` says them in a sentence."""
        pages = self._clients("ssm").get_paginator("get_parameters_by_path").paginate(Path=self._path.rstrip("/"))
        found = (parameter["Name"] for page in pages for parameter in page["Parameters"])
        return frozenset(name.removeprefix(self._path) for name in found)

    def value(self, name: str) -> str | None:
        return self._keys.value(name)

    def forget(self, name: str) -> None:
        self._keys.forget(name)
