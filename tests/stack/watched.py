"""Somebody whose sources have names, and what each scan of them came to: told once, read by many tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.stack.deployed import Deployed


@dataclass(frozen=True, slots=True)
class Look:
    """What an operator and a recipient see after a scan."""

    sources: Mapping[str, Mapping[str, Any]]
    """As `vigie source list` has them, by name."""
    mentions: tuple[Mapping[str, Any], ...]
    mails: tuple[Mapping[str, Any], ...]

    def outcome(self, name: str) -> str:
        return str(self.sources[name]["outcome"])

    @property
    def told(self) -> str:
        """All that was sent until then."""
        return "\n".join(mail["text"] for mail in self.mails)

    @property
    def told_ids(self) -> list[str]:
        """Mentions, as often as they were told."""
        return [mention for mail in self.mails for mention in mail["mention_ids"]]

    def of(self, name: str, *statuses: str) -> list[Mapping[str, Any]]:
        """Mentions that a source gave; those that are news unless told."""
        wanted, source_id = statuses or ("pending", "settled"), self.sources[name]["source_id"]
        return [m for m in self.mentions if m["source_id"] == source_id and m["status"] in wanted]


class Watched:
    """One practitioner's sources."""

    def __init__(self, stack: Deployed, person: str) -> None:
        self._stack = stack
        self.person = person
        self.ids: dict[str, str] = {}

    def add(self, name: str, kind: str, url: str = "", **params: str) -> None:
        """Have a source read for them, and call it so."""
        told = [word for each in params.items() for word in ("--param", "=".join(each))]
        where = ["--url", url] if url else []
        added = self._stack.vigie("source", "add", self.person, kind, *where, *told)
        self.ids[name] = str(added["source_id"])

    def scan(self) -> Look:
        """Have all of them read, and wait until all is told."""
        self._stack.scan(self.person)
        return self.look()

    def look(self) -> Look:
        """What there is to see by now."""
        listed = {row["source_id"]: row for row in self._stack.vigie("source", "list", self.person)}
        return Look(
            {name: listed[source_id] for name, source_id in self.ids.items()},
            tuple(self._stack.mentions(self.person)),
            tuple(self._stack.inbox(self.person)),
        )

    def let_come_back(self, *names: str) -> None:
        for name in names:
            self._stack.let_come_back(self.ids[name])
