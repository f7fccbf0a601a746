"""What the stand-ins for social networks have in common: a clock, what they were asked, and failures to come first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from tests.providers.index import NOW
from tests.providers.serving import Call, Reply


@dataclass
class Network:
    """A stand-in answers in `reply`, by its own `clock`."""

    clock: Callable[[], datetime] = lambda: NOW
    asked: list[Call] = field(default_factory=list)
    failures: list[Reply] = field(default_factory=list)
    """Answers in the place of the next ones."""

    def reply(self, call: Call) -> Reply:
        raise NotImplementedError

    def asked_for(self, path: str) -> list[Call]:
        """Requests whose path ends so."""
        return [call for call in self.asked if call.path.endswith(path)]

    def answer(self, call: Call) -> Reply:
        """See `tests.providers.serving.Service`."""
        self.asked.append(call)
        return self.failures.pop(0) if self.failures else self.reply(call)


def bearer(call: Call) -> str:
    """The token that a request brings; empty when it brings none."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""


def number(call: Call, name: str, otherwise: int) -> int:
    """A parameter that is a number."""
    value = call.query.get(name, "")
    return int(value) if value.isdecimal() else otherwise


def holds(words: str, text: str) -> bool:
    """True when a text holds the words of a search, operators aside, as a search without grammar has it."""
    wanted = [word.strip('"').casefold() for word in words.split() if ":" not in word]
    return all(word in text.casefold() for word in wanted)
