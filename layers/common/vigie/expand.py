"""Give each new mention its deliveries: exactly once, and the operator told first where nobody will be."""

from __future__ import annotations

from dataclasses import replace

from vigie import decide
from vigie.desk import SOON
from vigie.look import Look, unreachable
from vigie.model import Delivery, Mention, Recipient
from vigie.protocol import OPEN

EXPANDED = 200
"""Mentions expanded in one look: about as many as fit the lease. The rest is still due, and the sweep comes back."""


def expand(look: Look) -> None:
    recipients = look.roster.recipients
    fresh = [mention for mention in look.open.values() if mention.deliveries is None][:EXPANDED]
    plans = [(mention, {r.recipient_id: _begun(look, mention, r) for r in recipients}) for mention in fresh]
    unreached = sum(1 for _, plan in plans if not plan or unreachable(plan))
    if unreached:
        look.tell_unreached(unreached, "held" if recipients else "missing: no recipient is enrolled")
    for mention, deliveries in plans:
        due_at = look.now + SOON if any(d.state in OPEN for d in deliveries.values()) else None
        if look.desk.store.expand(mention, deliveries, due_at):
            look.counts["expanded"] += 1
            look.count_ends(deliveries)
            look.open[mention.mention_id] = replace(mention, deliveries=deliveries, due_at=due_at)
        else:  # by a worker whose lease lapsed: what it wrote stands
            look.raced = True


def _begun(look: Look, mention: Mention, recipient: Recipient) -> Delivery:
    channel = look.desk.channel(recipient.channel)
    return decide.delivery(mention, recipient, channel.UNSURE_FROM if channel else None, look.now)
