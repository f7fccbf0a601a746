"""Waiting for the functions to be done with what was just asked of them: scanned, recorded, told.

There is no call that says so. Idle queues do, when looked at in the order of the flow: a job's pointers are sent
before the job is deleted, and a message is sent before its pointer is deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic, sleep

from ops.queues import QUEUES, Depth
from ops.session import Session
from ops.view import Progress, count
from vigie.errors import StoreError
from vigie.model import DeliveryState, Mention, MentionStatus

SOON = timedelta(minutes=3)
"""Due within this, a mention is about to be looked at; beyond, it waits for its time (a cap, an outage)."""

MANY = 200
"""People looked at one by one; beyond, idle queues are taken at their word."""

LOCAL_POLL_S, LOCAL_IDLE = 0.3, 4
AWS_POLL_S, AWS_IDLE = 5.0, 6
"""Seconds between two looks, and how many idle ones in a row end the wait: AWS's counts lag, the local ones do not."""


@dataclass(slots=True)
class Waiting:
    """One wait, begun before the work was queued so that what was there already is known."""

    session: Session
    people: frozenset[str]
    started: datetime
    timeout_s: float
    delayed: int
    """Messages delayed before we began, for minutes perhaps, and still: they are not ours to wait for."""
    dead: int
    poll_s: float
    idle: int
    _last: dict[str, Depth] = field(default_factory=dict)

    def wait(self, progress: Progress) -> None:
        """Return once everything is done. Raises `StoreError` when it is not within the time, or some of it failed."""
        deadline = monotonic() + self.timeout_s
        quiet = 0
        while quiet < self.idle:
            quiet = quiet + 1 if self._busy(progress) == 0 else 0
            if quiet >= self.idle and self._untold():
                progress.say("Queues are idle; a message is still to be sent")
                quiet = 0
            if monotonic() > deadline:
                raise StoreError(self._late())
            sleep(self.poll_s)
        failed = self._dead() - self.dead
        if failed > 0:
            raise StoreError(
                f"{count(failed, 'message')} could not be handled: `{self.session.command} status` says what to do."
            )

    def found(self) -> int | None:
        """New mentions since the wait began; None when there are too many people to look."""
        if len(self.people) > MANY:
            return None
        told = (MentionStatus.PENDING, MentionStatus.SETTLED)
        return sum(m.found_at >= self.started and m.status in told for m in self._mentions())

    def _busy(self, progress: Progress) -> int:
        self._last = {name: self.session.queues.depth(name) for name in QUEUES}
        scan, mention = self._last["scan"], self._last["mention"]
        delayed = scan.delayed + mention.delayed
        self.delayed = min(self.delayed, delayed)  # they leave, and ours come: a pointer waits for others of its person
        jobs, pointers = scan.waiting + scan.in_flight, mention.waiting + mention.in_flight
        if jobs or pointers:
            progress.say(f"{count(jobs, 'job')} being scanned, {count(pointers, 'pointer')} being told")
        return jobs + pointers + delayed - self.delayed

    def _untold(self) -> bool:
        """True while somebody's mention is waiting for a message that is to go now."""
        backlog = self.session.registrar.backlog()
        if not backlog.count or len(self.people) > MANY:
            return False
        soon = self.session.clock() + SOON
        return any(_open_now(mention, soon) for mention in self._mentions())

    def _mentions(self) -> Iterator[Mention]:
        for person in self.people:
            yield from self.session.registrar.mentions(person)

    def _dead(self) -> int:
        return sum(self.session.queues.dead(name) for name in QUEUES)

    def _late(self) -> str:
        left = ", ".join(f"{name} {depth.total}" for name, depth in self._last.items())
        return (
            f"Not done after {self.timeout_s:g} s (messages left: {left}). It goes on without us: look at"
            f" `{self.session.command} status`, or wait longer with --timeout."
        )


def until_told(session: Session, people: Iterable[str], started: datetime, timeout_s: float) -> Waiting:
    """A wait for what is about to be queued, `people` being those it may concern."""
    local = session.endpoint is not None
    return Waiting(
        session=session,
        people=frozenset(people),
        started=started,
        timeout_s=timeout_s,
        delayed=sum(session.queues.depth(name).delayed for name in QUEUES),
        dead=sum(session.queues.dead(name) for name in QUEUES),
        poll_s=LOCAL_POLL_S if local else AWS_POLL_S,
        idle=LOCAL_IDLE if local else AWS_IDLE,
    )


def _open_now(mention: Mention, soon: datetime) -> bool:
    if mention.status is not MentionStatus.PENDING or (mention.due_at is not None and mention.due_at > soon):
        return False
    deliveries = mention.deliveries
    return deliveries is None or any(d.state is DeliveryState.PENDING for d in deliveries.values())
