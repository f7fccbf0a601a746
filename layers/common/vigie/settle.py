"""Move an attempt along `vigie.protocol`: the one way in which an alert and its deliveries change after the intent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from vigie.errors import StoreError
from vigie.model import Alert, Delivery, Mention
from vigie.ports import NotifyStore
from vigie.protocol import PROOFS, TAKEN, Event, alert_after, delivery_after

TRIES = 5
"""A concurrent writer of the same alert is the provider's own event: there are only so many of those."""


def settle(
    store: NotifyStore,
    alert: Alert,
    event: Event,
    now: datetime,
    *,
    mentions: Sequence[Mention] | None = None,
    due_at: datetime | None = None,
    provider_id: str | None = None,
    reason: str | None = None,
) -> Alert | None:
    """Tell `alert` and the deliveries it carries of `event`; the alert as it became, or None if it says nothing to it.

    `mentions` are those it carries when they are at hand, as they are now; else they are read. `due_at`: when to look
    again at those left open. If somebody else moved the alert meanwhile, what they wrote is read and told instead.
    Raises `StoreError`; safe to repeat.
    """
    for _ in range(TRIES):
        state = alert_after(alert.state, event)
        if state is None:
            return None
        deliveries = _moved(store, alert, event, now, mentions, reason)
        if state is alert.state and not deliveries:
            return alert
        after = replace(
            alert,
            state=state,
            settled_at=now,
            provider_id=alert.provider_id or provider_id,
            reason=reason or alert.reason,
        )
        if store.settle(
            alert, state, deliveries, now=now, due_at=due_at, provider_id=after.provider_id, reason=after.reason
        ):
            return after
        current = store.alert(alert.practitioner_id, alert.alert_id)
        if current is None:
            return None
        alert, mentions = current, None
    raise StoreError("an alert kept moving while it was being settled")


def _moved(
    store: NotifyStore,
    alert: Alert,
    event: Event,
    now: datetime,
    mentions: Sequence[Mention] | None,
    reason: str | None,
) -> Mapping[str, Delivery]:
    """The deliveries under `alert` that `event` moves, by mention."""
    if mentions is None:
        if alert.state in TAKEN and event in PROOFS:
            return {}  # they are DELIVERED already: the events of an ordinary mail cost no read of its mentions
        mentions = store.carried(alert)
    moved = {}
    for mention in mentions:
        before = (mention.deliveries or {}).get(alert.recipient_id)
        if before is None or before.attempt_id != alert.alert_id:
            continue
        state = delivery_after(before.state, event)
        if state is not None:
            moved[mention.mention_id] = Delivery(before.recipient_id, state, before.attempt_id, reason, now)
    return moved
