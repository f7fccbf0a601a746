"""The keys of services, from the operator's side: put, listed by name, removed. Their values are never read here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from ops.view import plain
from vigie.errors import InputError

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


class KeyShelf(Protocol):
    """Where the keys of a deployment are."""

    def names(self) -> Mapping[str, datetime]:
        """When each key was last set, by name."""

    def put(self, name: str, value: str) -> None:
        """Keep it under that name, in the place of what was there."""

    def remove(self, name: str) -> bool:
        """False when there was none."""


class SsmShelf:
    """`KeyShelf` in SSM Parameter Store, encrypted (SecureString)."""

    def __init__(self, client: Any, path: str) -> None:
        """`path` ends with a slash."""
        self._client = client
        self._path = path

    def names(self) -> Mapping[str, datetime]:
        return {fact["Name"].removeprefix(self._path): _utc(fact["LastModifiedDate"]) for fact in self._facts()}

    def put(self, name: str, value: str) -> None:
        self._client.put_parameter(Name=f"{self._path}{name}", Value=value, Type="SecureString", Overwrite=True)

    def remove(self, name: str) -> bool:
        answer = self._client.delete_parameters(Names=[f"{self._path}{name}"])
        return bool(answer.get("DeletedParameters"))

    def _facts(self) -> Iterator[Mapping[str, Any]]:
        wanted: dict[str, Any] = {
            "ParameterFilters": [{"Key": "Path", "Option": "OneLevel", "Values": [self._path.rstrip("/")]}]
        }
        while True:
            page = self._client.describe_parameters(**wanted)
            yield from page["Parameters"]
            if not page.get("NextToken"):
                return
            wanted["NextToken"] = page["NextToken"]


def checked_name(name: str) -> str:
    """`name`, or `InputError` saying what a key may be called."""
    if not NAME.fullmatch(name):
        raise InputError(f"A key is called by lower-case letters, digits, - and _; {plain(name)!r} is not.")
    return name


def checked_value(value: str) -> str:
    """A key as pasted, or `InputError`; it is not quoted in what is said of it."""
    value = value.strip()
    if not value:
        raise InputError("The key is empty: paste it on the line, or give it on stdin.")
    if not (value.isascii() and value.isprintable()) or len(value) > 4096:
        raise InputError("The key holds a line end or another character that no key has: copy it again.")
    return value


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
