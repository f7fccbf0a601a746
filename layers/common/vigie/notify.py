"""Look at a practitioner and tell their recipients what is to be told: the sending protocol.

A pointer means "look at this practitioner". Under a lease: expand each new mention into its deliveries, end what
can no longer be sent, settle what a crash or a lost reply left in SENDING, then for each recipient whose time has
come write the intent, check the lease again, send once, and settle. Each step is a conditional write that a crash
just before or after leaves repeatable; `due_at` on the mention brings the sweep back to whatever is still open.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from vigie.channels import Carriers, Channel
from vigie.decide import Caps
from vigie.desk import SOON, Desk
from vigie.events import DeliveryEvent
from vigie.model import Mention, Pointer, Roster
from vigie.ports import Clock, NotifyStore, Operator
from vigie.protocol import Event
from vigie.sending import Round
from vigie.settle import settle

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
"""Three times the worst send (`sending.WORST_SEND`)."""

ROUNDS = 3
"""Looks at one practitioner for one pointer. Others' pointers are dropped while the lease is held, so the holder looks
again once it has given it back; whoever is written about all the time is left to the sweep."""

PAUSED = timedelta(hours=6)
"""How often the mentions kept for a paused practitioner are looked at."""


class FlushOutcome(StrEnum):
    """What became of a pointer."""

    DONE = "done"
    BUSY = "busy"  # somebody else is at it, and will look again when they have finished
    GONE = "gone"  # no such practitioner: whatever was kept under that id is deleted
    PAUSED = "paused"  # kept for later


@dataclass(frozen=True, slots=True)
class FlushReport:
    """What a flush did: `counts` of mentions expanded, messages sent, refused, ..., by name."""

    outcome: FlushOutcome
    counts: Mapping[str, int] = field(default_factory=dict)


class Notifier:
    """The use case of MentionQueue and of delivery events.

    `channel` loads a channel module by name (`UnknownKindError` if there is none); `caps` are by channel, and a
    channel without any is not capped; `owner` names a holder of the lease, a new one at each call; `contact` is the
    operator's URL or address, shown in messages.
    """

    def __init__(
        self,
        store: NotifyStore,
        operator: Operator,
        carriers: Carriers,
        *,
        channel: Callable[[str], Channel],
        caps: Mapping[str, Caps],
        clock: Clock,
        owner: Callable[[], str],
        contact: str = "",
    ) -> None:
        self._store = store
        self._clock = clock
        self._owner = owner
        self._desk = Desk(store, operator, carriers, channel, caps, clock, contact)

    def flush(self, pointer: Pointer) -> FlushReport:
        """Tell what is to be told now; a pointer to a closed mention also has its text erased once it has expired.

        Raises `StoreError`; safe to repeat, at any time, by anybody.
        """
        practitioner = self._store.practitioner(pointer.practitioner_id)
        if practitioner is None:
            return FlushReport(FlushOutcome.GONE, {"purged": self._store.purge(pointer.practitioner_id)})
        counts: Counter[str] = Counter()
        pending = {mention.mention_id: mention for mention in self._store.open_mentions(practitioner.practitioner_id)}
        if pointer.mention_id is not None and pointer.mention_id not in pending:
            counts["faded"] += self._store.fade(pointer.practitioner_id, pointer.mention_id, self._clock())
        if not practitioner.active:
            self._postpone(pending.values())
            return FlushReport(FlushOutcome.PAUSED, {**counts, "kept": len(pending)})
        if not pending:
            return FlushReport(FlushOutcome.DONE, dict(counts))
        for _ in range(ROUNDS):
            with self._lease(practitioner.practitioner_id) as roster:
                if roster is None:
                    return FlushReport(FlushOutcome.BUSY, dict(counts))
                look = Round(self._desk, practitioner, roster, counts)
                look.run()
            if not look.finish():
                break
        return FlushReport(FlushOutcome.DONE, dict(counts))

    def settle_event(self, event: DeliveryEvent) -> bool:
        """Move the attempt a provider's event is about. False when there is none, or the event says nothing new to it.

        Raises `StoreError`; safe to repeat, in any order.
        """
        now = self._clock()
        alert = self._store.alert(event.practitioner_id, event.alert_id)
        if alert is None:
            return False
        if event.event is Event.BOUNCED and not event.permanent:
            logger.warning("transient bounce of %s", alert.alert_id)
            return False
        if event.event is Event.REJECTED:
            return self._desk.rejected(alert, now) is not None
        if event.event in (Event.BOUNCED, Event.COMPLAINED):
            self._desk.hold(alert, event.event.value)
        before = alert.state
        after = settle(self._store, alert, event.event, now, due_at=now + SOON, provider_id=event.provider_id)
        return after is not None and after.state is not before

    @contextmanager
    def _lease(self, practitioner_id: str) -> Iterator[Roster | None]:
        """The roster under our lease; an empty one where nobody was enrolled as a recipient; None when busy."""
        now = self._clock()
        roster = self._store.take_lease(practitioner_id, self._owner(), now, now + LEASE)
        if roster is None and self._store.roster(practitioner_id) is None:
            yield Roster(practitioner_id, ())
            return
        try:
            yield roster
        finally:
            if roster is not None:
                self._store.release_lease(practitioner_id, roster.epoch)

    def _postpone(self, mentions: Iterable[Mention]) -> None:
        """Keep what was found for a paused practitioner: one grouped message tells it when the pause ends."""
        now = self._clock()
        for mention in mentions:
            if mention.due_at is None or mention.due_at <= now + SOON:  # as it is due once recorded
                self._store.reschedule(mention, now + PAUSED)
