"""Who answers a source that is no site like others: a service with keys, limits and a price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Provider:
    """A service that kinds of source ask. Kinds that name the same provider share its keys, its budget and its pace."""

    name: str
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys without which it does not answer: name -> what it is and where an operator gets it, in one line."""
    per_day: int | None = None
    """Requests in a day that it allows, or that are decent, to all functions together; None when it sets no limit."""
    interval_ms: int = 0
    """Least milliseconds between two requests of all functions together; 0 leaves it to the manners of a process."""
    price: int = 0
    """Of one request, at most, in millionths of a US dollar. What was asked for and not delivered is given back."""
    zone: str = "UTC"
    """Where its day begins (IANA name)."""
