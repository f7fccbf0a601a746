"""What a search of the sending protocol is about: a world at one moment, the rules it is under, and what was met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from tests.common.notifying import channel
from vigie.channels import Channel
from vigie.model import Alert, Mention, Recipient, Roster

STORY = ("pstory",)


class Process(NamedTuple):
    """A notifier at work: who it is, what it was asked to do, and the answers it has had (interned)."""

    owner: str
    event: str | None
    """The attempt whose `Send` event it follows; None for a flush."""
    answers: tuple[int, ...] = ()


class State(NamedTuple):
    """The world at one moment. A named tuple, like `Process`: there are a hundred thousand of them."""

    roster: Roster
    mentions: tuple[Mention, ...]
    alerts: tuple[Alert, ...]
    now: datetime
    sent: tuple[tuple[str, ...], ...] = ()
    """The mentions of each message the provider took."""
    events: tuple[str, ...] = ()
    """Attempts whose `Send` event is still to be delivered."""
    running: tuple[Process, ...] = ()
    pointers: int = 0
    """Deliveries of the pointer still to come: the queue duplicates freely."""
    jumps: int = 0

    def copies(self) -> int:
        """Most copies of one mention; of a story, when they tell the same one."""
        story = {m.mention_id: m.story or m.mention_id for m in self.mentions}
        return max(Counter(one for message in self.sent for one in {story[m] for m in message}).values(), default=0)


@dataclass(frozen=True, slots=True)
class Rules:
    """The protocol as built, and what a mutation takes out of it."""

    recipient: Recipient
    mentions: int = 2
    """The second one is recorded at any moment."""
    pointers: int = 2
    jumps: int = 2
    fence: bool = True
    intent: bool = True
    """Deliveries are SENDING while a message is on its way; without it they are marked afterwards."""
    condition: bool = True
    """The intent is written only while the lease and the deliveries are as they were read."""
    sweeper: bool = True
    events: bool = True
    """The provider tells what it took: SES does, SNS does not."""
    channel: Callable[[str], Channel] = channel
    story: tuple[str, ...] = ()
    """What its mentions, of two sources, have in common."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What an exhaustive search met."""

    states: int
    duplicate: int | None
    """Least number of faults that makes a second copy; None when none up to the limit does."""
    loss: int | None
