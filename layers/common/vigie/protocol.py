"""The tables of transitions of a delivery and of an alert, and the only place where either is decided.

    delivery   PENDING --intended--> SENDING --accepted, sent, arrived--> DELIVERED
                  ^                    |  `-- bounced, unreachable --> UNDELIVERABLE
                  `- refused, silent --'  `-- silent, where nothing is ever resent --> UNKNOWN

A pair of state and event that a table does not hold does not move: repeated, reordered and foreign events are
harmless by that alone. Rule: whoever writes a delivery's or an alert's state takes it from here.

Why the tables are as they are was measured by exhaustive search (tests/common/test_protocol_search.py): with an
intent, a fence and the provider's own events, a second e-mail needs two independent faults and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from vigie.model import AlertState, Delivery, DeliveryState

SILENCE = timedelta(minutes=30)
"""No reply and no event for that long since the intent: the attempt is over. The price of a lost reply is that much
delay; a shorter one would meet the providers' own slow events and resend what was sent."""


class Event(StrEnum):
    """What can happen to a delivery or to its alert."""

    INTENDED = "intended"  # the intent was written
    ACCEPTED = "accepted"  # the provider replied that it took the message
    SENT = "sent"  # its own event says that it took it: worth a reply, and may come long after
    ARRIVED = "arrived"  # its own event says that it reached the mailbox
    REFUSED = "refused"  # it did not take it, for now: nothing was sent
    REJECTED = "rejected"  # it will not carry this message, for what it says: nothing was sent
    BARRED = "barred"  # rejected again although its texts were left out
    UNREACHABLE = "unreachable"  # it did not take it, and never will for this address
    SILENT = "silent"  # nothing within the silence limit, where a second copy is better than none
    LOST = "lost"  # nothing within the silence limit, where none is better than a second copy
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    WITHDRAWN = "withdrawn"  # it is not to be sent after all
    HELD = "held"  # its address is not written to any more


_D, _A, _E = DeliveryState, AlertState, Event

DELIVERY: dict[DeliveryState, dict[Event, DeliveryState]] = {
    _D.PENDING: {
        _E.INTENDED: _D.SENDING,
        # Late news of the attempt that last carried it, given up as silent: without these it would be sent twice.
        _E.SENT: _D.DELIVERED,
        _E.ARRIVED: _D.DELIVERED,
        _E.COMPLAINED: _D.DELIVERED,
        _E.BOUNCED: _D.UNDELIVERABLE,
        _E.WITHDRAWN: _D.SUPPRESSED,
        _E.HELD: _D.UNDELIVERABLE,
    },
    _D.SENDING: {
        _E.ACCEPTED: _D.DELIVERED,
        _E.SENT: _D.DELIVERED,
        _E.ARRIVED: _D.DELIVERED,
        _E.COMPLAINED: _D.DELIVERED,
        _E.REFUSED: _D.PENDING,
        _E.REJECTED: _D.PENDING,
        _E.SILENT: _D.PENDING,
        _E.LOST: _D.UNKNOWN,
        _E.BARRED: _D.UNDELIVERABLE,
        _E.UNREACHABLE: _D.UNDELIVERABLE,
        _E.BOUNCED: _D.UNDELIVERABLE,
    },
    _D.UNKNOWN: {
        _E.SENT: _D.DELIVERED,
        _E.ARRIVED: _D.DELIVERED,
        _E.COMPLAINED: _D.DELIVERED,
        _E.BOUNCED: _D.UNDELIVERABLE,
    },
    _D.DELIVERED: {
        # SES looks for malware after it has replied: a message it took may still be rejected, whole.
        _E.REJECTED: _D.PENDING,
        _E.BARRED: _D.UNDELIVERABLE,
        _E.BOUNCED: _D.UNDELIVERABLE,
    },
    _D.SUPPRESSED: {},
    _D.UNDELIVERABLE: {},
}

ALERT: dict[AlertState, dict[Event, AlertState]] = {
    _A.SENDING: {
        _E.ACCEPTED: _A.ACCEPTED,
        _E.SENT: _A.ACCEPTED,
        _E.ARRIVED: _A.DELIVERED,
        _E.REFUSED: _A.REFUSED,
        _E.REJECTED: _A.REFUSED,
        _E.BARRED: _A.REFUSED,
        _E.UNREACHABLE: _A.REFUSED,
        _E.SILENT: _A.SILENT,
        _E.LOST: _A.SILENT,
        _E.BOUNCED: _A.BOUNCED,
        _E.COMPLAINED: _A.COMPLAINED,
    },
    _A.SILENT: {
        _E.SENT: _A.ACCEPTED,
        _E.ARRIVED: _A.DELIVERED,
        _E.REJECTED: _A.REFUSED,
        _E.BARRED: _A.REFUSED,
        _E.BOUNCED: _A.BOUNCED,
        _E.COMPLAINED: _A.COMPLAINED,
        _E.SILENT: _A.SILENT,
        _E.LOST: _A.SILENT,
    },
    _A.ACCEPTED: {
        _E.ACCEPTED: _A.ACCEPTED,
        _E.SENT: _A.ACCEPTED,
        _E.ARRIVED: _A.DELIVERED,
        _E.REJECTED: _A.REFUSED,
        _E.BARRED: _A.REFUSED,
        _E.BOUNCED: _A.BOUNCED,
        _E.COMPLAINED: _A.COMPLAINED,
    },
    _A.DELIVERED: {
        _E.SENT: _A.DELIVERED,
        _E.ARRIVED: _A.DELIVERED,
        _E.BOUNCED: _A.BOUNCED,
        _E.COMPLAINED: _A.COMPLAINED,
    },
    # `sent` does not undo a refusal: it and `rejected` are both told of one message, in any order.
    _A.REFUSED: {_E.REFUSED: _A.REFUSED},
    _A.BOUNCED: {_E.BOUNCED: _A.BOUNCED},
    _A.COMPLAINED: {_E.COMPLAINED: _A.COMPLAINED},
}
"""An event that leaves an alert where it is (`ACCEPTED: sent -> ACCEPTED`) still moves the deliveries that a crash
half-way left behind."""

OPEN = frozenset({_D.PENDING, _D.SENDING})
"""A delivery in one of these is not over: something is still to happen to it."""

TAKEN = frozenset({_A.ACCEPTED, _A.DELIVERED})
"""The provider has the message."""

PROOFS = frozenset({_E.ACCEPTED, _E.SENT, _E.ARRIVED, _E.COMPLAINED})
"""Events that say the provider took the message."""

_REMINDERS = {
    _A.ACCEPTED: _E.SENT,
    _A.DELIVERED: _E.ARRIVED,
    _A.REFUSED: _E.REFUSED,
    _A.BOUNCED: _E.BOUNCED,
    _A.COMPLAINED: _E.COMPLAINED,
}


def delivery_after(state: DeliveryState, event: Event) -> DeliveryState | None:
    """Where a delivery goes; None when it stays where it is."""
    return DELIVERY[state].get(event)


def alert_after(state: AlertState, event: Event) -> AlertState | None:
    """Where an alert goes, possibly where it is; None when the event says nothing to it."""
    return ALERT[state].get(event)


def overdue(state: AlertState, *, resends: bool) -> Event:
    """What to tell a delivery that is still SENDING after the silence limit, knowing where its alert stands.

    `resends`: the channel sends again what nobody answered for.
    """
    return _REMINDERS.get(state, _E.SILENT if resends else _E.LOST)


def settled(deliveries: Iterable[Delivery]) -> bool:
    """True when none of them is open: their mention is over."""
    return not any(delivery.state in OPEN for delivery in deliveries)
