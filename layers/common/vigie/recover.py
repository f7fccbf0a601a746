"""End what earlier looks left: attempts that nobody answered for, deliveries whose recipient is no more, and those
of stories that were told meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from vigie import decide
from vigie.cluster import SAME_STORY, Sifted, sifted
from vigie.desk import SOON
from vigie.look import Look, unreachable
from vigie.model import Alert, AlertState, Delivery, DeliveryState
from vigie.protocol import SILENCE, Event, overdue
from vigie.settle import settle


def settle_overdue(look: Look) -> None:
    """End the attempts nobody answered for, and finish those that a crash left half settled."""
    store = look.desk.store
    overdue_now = [alert for alert in _attempts(look) if _is_overdue(look, alert)]
    for alert in overdue_now:
        channel = look.desk.channel(alert.channel)
        event = overdue(alert.state, resends=channel is not None and channel.RESENDS)
        mentions = store.carried(alert)
        after = settle(store, alert, event, look.now, mentions=mentions, due_at=look.now + SOON)
        look.alerts[alert.alert_id] = after or alert
        look.counts[event.value] += 1
    if overdue_now:
        look.read()


def end_stranded(look: Look) -> None:
    """End what waits for a recipient who was removed, or whose address is held since."""
    ends: dict[str, dict[str, Delivery]] = {}
    for mention in look.open.values():
        for recipient_id, before in (mention.deliveries or {}).items():
            why = look.excluded(recipient_id) if before.state is DeliveryState.PENDING else None
            if why:
                ends.setdefault(mention.mention_id, {})[recipient_id] = decide.ended(before, *why, look.now)
    if any(unreachable(deliveries) for deliveries in ends.values()):
        look.tell_unreached(len(ends), "held")
    _end(look, ends)


def sift(look: Look) -> dict[str, Sifted]:
    """What waits for each recipient, once what repeats a story that they were told has been ended."""
    known = [*look.open.values(), *look.settled]
    waiting = {r.recipient_id: sifted(known, r.recipient_id) for r in look.roster.recipients}
    ends: dict[str, dict[str, Delivery]] = {}
    for recipient_id, found in waiting.items():
        for mention, by in found.repeats:
            before = (mention.deliveries or {})[recipient_id]
            after = replace(decide.ended(before, Event.WITHDRAWN, SAME_STORY, look.now), repeats=by.mention_id)
            ends.setdefault(mention.mention_id, {})[recipient_id] = after
    _end(look, ends)
    return waiting


def _end(look: Look, ends: Mapping[str, Mapping[str, Delivery]]) -> None:
    for mention_id, deliveries in ends.items():
        mention = look.open[mention_id]
        if look.desk.store.close(mention, deliveries):
            look.count_ends(deliveries)
        look.open[mention_id] = replace(mention, deliveries={**(mention.deliveries or {}), **deliveries})


def _is_overdue(look: Look, alert: Alert) -> bool:
    return alert.state is not AlertState.SENDING or look.now - alert.created_at >= SILENCE


def _attempts(look: Look) -> list[Alert]:
    """The attempts under which some open mention is SENDING, oldest first."""
    deliveries = [d for mention in look.open.values() for d in (mention.deliveries or {}).values()]
    under = {d.attempt_id for d in deliveries if d.state is DeliveryState.SENDING and d.attempt_id}
    for alert_id in under - set(look.alerts):
        alert = look.desk.store.alert(look.practitioner_id, alert_id)
        if alert is not None:
            look.alerts[alert_id] = alert
    return [look.alerts[alert_id] for alert_id in sorted(under & set(look.alerts))]
