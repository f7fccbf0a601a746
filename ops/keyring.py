"""The keys of services that the environment holds, which go before those that a deployment keeps."""

from __future__ import annotations

import os
from collections.abc import Mapping

from vigie.ports import Keys

PREFIX = "VIGIE_KEY_"
"""Of the environment variables that hold them: `VIGIE_KEY_BRAVE`."""


class EnvironmentKeys:
    """`vigie.ports.Keys` in the environment: `VIGIE_KEY_<NAME>`, hyphens written as underscores."""

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


NO_KEYS = EnvironmentKeys({})


def of_environment() -> EnvironmentKeys:
    return EnvironmentKeys(os.environ)


class Before:
    """`vigie.ports.Keys`: those of the environment, else those of a deployment."""

    def __init__(self, kept: Keys) -> None:
        self._kept = kept

    def value(self, name: str) -> str | None:
        return of_environment().value(name) or self._kept.value(name)

    def forget(self, name: str) -> None:
        self._kept.forget(name)
