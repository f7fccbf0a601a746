"""What one look at one practitioner does, under their lease: the steps of the sending protocol, in order.

Every state comes from `vigie.protocol`, every choice from `vigie.decide`, and every step is a conditional write that
a crash just before or just after leaves repeatable.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from vigie import decide
from vigie.channels import Around, Channel
from vigie.cluster import Line, Sifted, batch
from vigie.decide import FENCED, REJECTED, WINDOW, Caps
from vigie.desk import PLAIN, SOON, Desk
from vigie.errors import ChannelError
from vigie.expand import expand
from vigie.look import Look
from vigie.model import Alert, AlertState, Delivery, DeliveryState, Mention, Practitioner, Recipient, Roster
from vigie.ports import Message, Tags
from vigie.protocol import Event
from vigie.recover import end_stranded, settle_overdue, sift
from vigie.settle import settle
from vigie.show.shown import blank

logger = logging.getLogger(__name__)

WORST_SEND = timedelta(seconds=40)
"""Longest a send can last: 5 s to connect, 30 s to be answered, 5 s between the clocks of two workers."""

NO_CAPS = Caps(1_000, 1_000)


class Round:
    """One look: `run` under the lease, then `finish` once it is given back."""

    def __init__(self, desk: Desk, practitioner: Practitioner, roster: Roster, counts: Counter[str]) -> None:
        self._desk = desk
        self._store = desk.store
        self._id = practitioner.practitioner_id
        self._roster = roster
        self._now = desk.clock()
        self._look = Look(desk, practitioner, roster, counts, self._now)
        self._lapsed = False

    def run(self) -> None:
        """Do all that can be done now."""
        look = self._look
        look.read()
        expand(look)
        recent = self._store.alerts_since(self._id, self._now - WINDOW)
        look.alerts = {alert.alert_id: alert for alert in recent}
        settle_overdue(look)
        end_stranded(look)
        waiting = sift(look)
        for recipient in self._roster.recipients:
            if not self._lapsed:
                self._serve(recipient, waiting[recipient.recipient_id])

    def finish(self) -> bool:
        """Have the sweep come back to whatever is still open. True when there is something for another look: a mention
        recorded after we looked (its pointer found us busy), or a row that changed under our hands.
        """
        free = {recipient.recipient_id: self._free_at(recipient) for recipient in self._roster.recipients}
        begun = {alert.alert_id: alert.created_at for alert in self._look.alerts.values()}
        came = False
        for mention in self._store.open_mentions(self._id):
            if mention.deliveries is None:
                came |= mention.mention_id not in self._look.open
                continue
            due_at = decide.due_at(mention, free, begun, self._now + SOON)
            if mention.due_at != due_at:
                self._store.reschedule(mention, due_at)
        return (came or self._look.raced) and not self._lapsed

    def _serve(self, recipient: Recipient, waiting: Sifted) -> None:
        """Send a recipient what waits for them, if their time has come: one line for each story."""
        channel = self._desk.channel(recipient.channel)
        if not waiting.lines or channel is None:
            return
        if self._free_at(recipient) > self._now:
            self._look.counts["waiting"] += sum(len(line.mentions) for line in waiting.lines)
            return
        lines, more = batch(waiting.lines, channel.MENTIONS)
        mentions = [mention for line in lines for mention in line.mentions]
        alert = self._intent(recipient, mentions, more)
        message = self._composed(channel, alert, lines, recipient)
        if not self._store.write_intent(alert, mentions):
            self._look.raced = True
            return
        self._look.alerts[alert.alert_id] = alert
        self._send(channel, alert, message, [_under(alert, mention) for mention in mentions])

    def _free_at(self, recipient: Recipient) -> datetime:
        theirs = [alert for alert in self._look.alerts.values() if alert.recipient_id == recipient.recipient_id]
        theirs.sort(key=lambda alert: (alert.created_at, alert.alert_id))
        caps = self._desk.caps.get(recipient.channel, NO_CAPS)
        return max(decide.next_at(theirs, caps, self._now), self._desk.shut_until(recipient.channel, self._now))

    def _intent(self, recipient: Recipient, mentions: Sequence[Mention], more: int) -> Alert:
        return Alert(
            practitioner_id=self._id,
            alert_id=decide.alert_id(self._id, recipient.recipient_id, self._roster.epoch, self._now),
            recipient_id=recipient.recipient_id,
            channel=recipient.channel,
            address=recipient.address,
            language=recipient.language,
            mention_ids=tuple(mention.mention_id for mention in mentions),
            state=AlertState.SENDING,
            epoch=self._roster.epoch,
            roster_version=self._roster.version,
            created_at=self._now,
            reason=PLAIN if any(_was_rejected(mention, recipient) for mention in mentions) else None,
            more=more,
        )

    def _composed(self, channel: Channel, alert: Alert, lines: Sequence[Line], recipient: Recipient) -> Message:
        """The message; should one mention make the channel fail, without the texts of that one, and of no other."""
        mentions = [_without_text(line.head) if _was_rejected(line.head, recipient) else line.head for line in lines]
        around = self._around({line.head.mention_id: line.others for line in lines if line.others})
        try:
            return channel.compose(alert, mentions, self._look.practitioner, self._now, around)
        except Exception as error:  # noqa: BLE001 - whatever one page wrote, the other mentions are to be told
            logger.error("alert %s not composed: %s", alert.alert_id, type(error).__name__)
        self._look.counts["render_failed"] += 1
        safe = [m if self._composes(channel, alert, m, around) else _without_text(m) for m in mentions]
        kept = {m.mention_id: around.also[m.mention_id] for m in safe if not blank(m) and m.mention_id in around.also}
        return channel.compose(alert, safe, self._look.practitioner, self._now, replace(around, also=kept))

    def _around(self, also: Mapping[str, Sequence[Mention]]) -> Around:
        by_email = any(
            r.channel == "email" and not self._look.excluded(r.recipient_id) for r in self._roster.recipients
        )
        return Around(self._desk.contact, by_email, also, self._look.covered())

    def _composes(self, channel: Channel, alert: Alert, mention: Mention, around: Around) -> bool:
        try:
            channel.compose(alert, [mention], self._look.practitioner, self._now, around)
        except Exception:  # noqa: BLE001 - as above
            return False
        return True

    def _send(self, channel: Channel, alert: Alert, message: Message, mentions: Sequence[Mention]) -> None:
        """The one call that cannot be taken back, only while the lease outlasts it; and what became of it."""
        if not self._still_ours():
            self._lapsed = True
            self._settle(alert, Event.REFUSED, mentions, reason=FENCED)
            return
        try:
            message = replace(message, to=alert.address, language=alert.language)
            provider_id = channel.send(message, Tags(self._id, alert.alert_id), self._desk.carriers)
        except ChannelError as error:
            self._failed(alert, error, mentions)
        except Exception as error:  # noqa: BLE001 - a defect of one channel must not hold back the others
            logger.error("channel %s failed: %s", alert.channel, type(error).__name__)
            self._doubt(alert)
        else:
            self._settle(alert, Event.ACCEPTED, mentions, provider_id=provider_id)

    def _still_ours(self) -> bool:
        """The fence. The clock is read again after the store's answer: a worker that slept in between is told by it."""
        until = self._roster.lease_until
        held = self._store.holds_lease(self._id, self._roster.epoch, self._desk.clock() + WORST_SEND)
        return held and until is not None and self._desk.clock() + WORST_SEND < until

    def _failed(self, alert: Alert, error: ChannelError, mentions: Sequence[Mention]) -> None:
        """What the provider's refusal means. An ambiguous one means nothing yet: the delivery stays SENDING."""
        code = str(error)
        logger.warning("alert %s not sent: %s", alert.alert_id, code)
        if error.ambiguous:
            self._doubt(alert)
        elif error.content:
            self._look.counts["rejected"] += 1
            self._look.raced = True
            self._look.alerts[alert.alert_id] = self._desk.rejected(alert, self._now, mentions) or alert
        elif error.permanent:
            self._desk.hold(alert, code if code in HELD_REASONS else "refused")
            self._settle(alert, Event.UNREACHABLE, mentions, reason=code)
        else:
            self._desk.trouble(alert, code, self._look.alerts.values(), self._now)
            if error.wide:
                self._desk.shut(alert.channel, self._desk.clock())
            self._settle(alert, Event.REFUSED, mentions, reason=code)

    def _doubt(self, alert: Alert) -> None:
        """Nobody can tell yet: the delivery stays SENDING. Thirty seconds lost on one are not to be lost on all."""
        self._look.counts["ambiguous"] += 1
        self._desk.shut(alert.channel, self._desk.clock())

    def _settle(
        self,
        alert: Alert,
        event: Event,
        mentions: Sequence[Mention],
        *,
        provider_id: str | None = None,
        reason: str | None = None,
    ) -> None:
        due_at = self._now + SOON
        now = self._desk.clock()
        after = settle(
            self._store, alert, event, now, mentions=mentions, due_at=due_at, provider_id=provider_id, reason=reason
        )
        self._look.alerts[alert.alert_id] = after or alert
        self._look.counts[event.value] += 1


HELD_REASONS = frozenset({"opted_out"})
"""Codes of a permanent refusal that are the reason for holding the address; any other is just `refused`."""


def _was_rejected(mention: Mention, recipient: Recipient) -> bool:
    return (mention.deliveries or {})[recipient.recipient_id].reason == REJECTED


def _without_text(mention: Mention) -> Mention:
    return replace(mention, title="", excerpt="", url="", marks=(), reasons=())


def _under(alert: Alert, mention: Mention) -> Mention:
    """A mention once the intent of `alert` is written."""
    sending = Delivery(alert.recipient_id, DeliveryState.SENDING, alert.alert_id, changed_at=alert.created_at)
    return replace(mention, deliveries={**(mention.deliveries or {}), alert.recipient_id: sending})
