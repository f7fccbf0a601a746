"""The keys of services, in SSM Parameter Store, as SecureStrings under one path of the deployment's own."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from vigie.errors import StoreError

_SENDABLE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,4094}[\x21-\x7e])?")
"""What may stand in a header: anything else would break the request, and could end up in an error's words."""

ABSENT_S = 60.0
"""How long a key that is not there is not looked for again: an operator who has just set it waits no longer."""


class SsmKeys:
    """`vigie.ports.Keys`. Each key is read once, when it is first needed, and again after it was refused."""

    def __init__(self, client: Callable[[], Any], path: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`path` ends with a slash: `/vigie/<stack>/keys/`."""
        self._client = client
        self._path = path
        self._clock = clock
        self._known: dict[str, str] = {}
        self._absent: dict[str, float] = {}

    def value(self, name: str) -> str | None:
        if name in self._known:
            return self._known[name]
        if self._clock() < self._absent.get(name, 0.0):
            return None
        found = self._read(name)
        if found is None:
            self._absent[name] = self._clock() + ABSENT_S
        else:
            self._known[name] = found
        return found

    def forget(self, name: str) -> None:
        self._known.pop(name, None)

    def _read(self, name: str) -> str | None:
        client = self._client()
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = client.get_parameter(Name=f"{self._path}{name}", WithDecryption=True)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", type(error).__name__)
            if code == "ParameterNotFound":
                return None
            raise StoreError(f"get_parameter: {code}") from None
        except BotoCoreError as error:
            raise StoreError(f"get_parameter: {type(error).__name__}") from None
        value = str(answer["Parameter"]["Value"]).strip()
        return value if _SENDABLE.fullmatch(value) else None
