"""One look at one practitioner: what is read of them under their lease, and what is learnt on the way."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from vigie import decide
from vigie.cluster import REMEMBERED
from vigie.coverage import UNKNOWN, Coverage, coverage
from vigie.desk import Desk
from vigie.errors import StoreError
from vigie.model import Alert, Delivery, DeliveryState, Mention, MentionStatus, Practitioner, Roster
from vigie.protocol import OPEN, Event

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Look:
    """What the steps of a look share. `now` is one moment for all of them."""

    desk: Desk
    practitioner: Practitioner
    roster: Roster
    counts: Counter[str]
    now: datetime
    open: dict[str, Mention] = field(default_factory=dict)
    """Mentions with something still to happen to them, as they are now."""
    settled: list[Mention] = field(default_factory=list)
    """Those that are over, and that others may repeat."""
    alerts: dict[str, Alert] = field(default_factory=dict)
    """Those of the last day, and older ones that were looked up."""
    coverage: Coverage | None = None
    """None until somebody asks (`covered`)."""
    raced: bool = False
    """A row changed under our hands: there is something for another look."""

    def read(self) -> None:
        """What is open, and what was told of late, as of now."""
        rows = self.desk.store.open_mentions(self.practitioner_id, told_since=self.now - REMEMBERED)
        self.open = {mention.mention_id: mention for mention in rows if mention.status is MentionStatus.PENDING}
        self.settled = [mention for mention in rows if mention.status is not MentionStatus.PENDING]

    def covered(self) -> Coverage:
        """What of their sources is read, looked at once. No alert waits for that: it then says nothing of it."""
        if self.coverage is None:
            try:
                self.coverage = coverage(self.desk.store.conditions(self.practitioner_id))
            except StoreError as error:
                logger.warning("coverage of %s not known: %s", self.practitioner_id, error)
                self.coverage = UNKNOWN
        return self.coverage

    @property
    def practitioner_id(self) -> str:
        return self.practitioner.practitioner_id

    def excluded(self, recipient_id: str) -> tuple[Event, str] | None:
        """Why nothing may go to a recipient any more; None when it may."""
        recipient = self.roster.recipient(recipient_id)
        known = recipient is not None and self.desk.channel(recipient.channel) is not None
        return decide.excluded(recipient, channel_known=known)

    def count_ends(self, deliveries: Mapping[str, Delivery]) -> None:
        self.counts.update(Counter(d.state.value for d in deliveries.values() if d.state not in OPEN))

    def tell_unreached(self, count: int, why: str) -> None:
        """Before they are ended: nobody else will know of these mentions."""
        self.desk.tell(
            "Vigie: mentions without a working address",
            f"Practitioner {self.practitioner_id}: {count} mentions could not be sent to every recipient: an address is"
            f" {why}. They are in `vigie mentions`.",
        )


def unreachable(deliveries: Mapping[str, Delivery]) -> bool:
    return any(delivery.state is DeliveryState.UNDELIVERABLE for delivery in deliveries.values())
