"""What the notifier keeps from one look at a practitioner to the next: its ports, and what concerns everybody.

A provider that refuses one refuses all (throttled, paused, sandbox), so that is remembered here, by channel and for
a minute; and the operator is told of it once an hour, not once a message.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from vigie.channels import Carriers, Channel
from vigie.decide import REJECTED, Caps
from vigie.errors import UnknownKindError
from vigie.model import Alert, AlertState, Mention
from vigie.ports import Clock, NotifyStore, Operator
from vigie.protocol import Event
from vigie.settle import settle

logger = logging.getLogger(__name__)

SOON = timedelta(minutes=2)
"""When the sweep is to look again at what a worker has in hand, should it die."""

TROUBLE = timedelta(minutes=1)
"""How long a channel is left alone, in this process, once its provider refused everybody."""

QUIET = timedelta(hours=1)
"""Least time between two words to the operator about one trouble."""

PLAIN = "plain"
"""Reason of an attempt that leaves out the texts a provider rejected."""


class Desk:
    """The ports of the notifier, and its memory of what concerns everybody."""

    def __init__(
        self,
        store: NotifyStore,
        operator: Operator,
        carriers: Carriers,
        channel: Callable[[str], Channel],
        caps: Mapping[str, Caps],
        clock: Clock,
        contact: str = "",
    ) -> None:
        self.store = store
        self.carriers = carriers
        self.caps = caps
        self.clock = clock
        self.contact = contact
        self._operator = operator
        self._channel = channel
        self._shut: dict[str, datetime] = {}
        self._told: dict[str, datetime] = {}

    def channel(self, name: str) -> Channel | None:
        """The channel module of that name; None when there is none (rows are data, and may be old)."""
        try:
            return self._channel(name)
        except UnknownKindError:
            return None

    def shut_until(self, channel: str, now: datetime) -> datetime:
        return max(self._shut.get(channel, now), now)

    def shut(self, channel: str, now: datetime) -> None:
        """Leave a channel alone for a while: what was refused to one would be refused to all."""
        self._shut[channel] = now + TROUBLE

    def tell(self, subject: str, text: str) -> None:
        logger.warning("operator told: %s", subject)
        self._operator.tell(subject, text)

    def trouble(self, alert: Alert, code: str, recent: Iterable[Alert], now: datetime) -> None:
        """Tell the operator of a provider that refuses us: once an hour, whoever the messages were for."""
        topic = f"{alert.channel} {code}"
        known = [a for a in recent if a.state is AlertState.REFUSED and (a.channel, a.reason) == (alert.channel, code)]
        if now - self._told.get(topic, now - QUIET) < QUIET or any(now - a.created_at < QUIET for a in known):
            return
        self._told[topic] = now
        self.tell(
            f"Vigie: {alert.channel} refused ({code})",
            f"The provider of {alert.channel} refuses messages for now: {code} (first seen: practitioner "
            f"{alert.practitioner_id}, alert {alert.alert_id}). They are kept, tried again less and less often, and "
            "grouped into one message a person when it works again. See docs/operating.md.",
        )

    def hold(self, alert: Alert, reason: str) -> None:
        """Stop writing to the address of `alert`, the operator told first: a crash in between tells them twice."""
        roster = self.store.roster(alert.practitioner_id)
        recipient = roster.recipient(alert.recipient_id) if roster else None
        if recipient is None or recipient.held_reason:
            return
        self.tell(
            f"Vigie: an address is held ({reason})",
            f"Practitioner {alert.practitioner_id}, recipient {alert.recipient_id} ({alert.channel}): {reason}, "
            f"at alert {alert.alert_id}. Nothing more is sent to it. Correct the address with "
            "`vigie practitioner add` and the practitioner is told of what comes next.",
        )
        self.store.hold_address(alert.practitioner_id, alert.recipient_id, reason)

    def rejected(self, alert: Alert, now: datetime, mentions: Sequence[Mention] | None = None) -> Alert | None:
        """The provider would not carry what `alert` says. Its mentions go again without their texts, once."""
        if alert.reason != PLAIN:
            return settle(self.store, alert, Event.REJECTED, now, mentions=mentions, due_at=now, reason=REJECTED)
        self.tell(
            "Vigie: a message is rejected",
            f"Alert {alert.alert_id} of practitioner {alert.practitioner_id} was rejected by the provider even without "
            "the texts of its mentions. They are in `vigie mentions`.",
        )
        return settle(self.store, alert, Event.BARRED, now, mentions=mentions, due_at=now + SOON, reason=REJECTED)
