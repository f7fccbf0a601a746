"""Every interleaving of two notifiers, with crashes, lost replies and late events: the real `Notifier`, exhaustively.

A notifier is a function of the answers it was given: run it again over the same answers and it asks the same next
question. So a state of the world is rows + the answers each running notifier has had so far, and a step is one call
to one port. Nothing is modelled but the world: the queue, the provider, the clock, and what goes wrong.

States are visited in the order of how many faults they need, each once: the first violation found is the cheapest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tests.common.notifying import CAPS, PERSON, a_mention, a_person, channel
from tests.conftest import NOW
from tests.memory.store import MemoryStore
from vigie.channels import Carriers, Channel
from vigie.errors import ChannelError, StoreError
from vigie.events import DeliveryEvent
from vigie.model import Alert, Delivery, DeliveryState, Mention, Pointer, Recipient, Roster, Severity
from vigie.notify import Notifier
from vigie.protocol import OPEN, Event

LEASE_LAPSES, SILENCE_PASSES = timedelta(seconds=121), timedelta(minutes=31)
LOST_REPLIES = frozenset({"take_lease", "expand", "close", "write_intent", "settle", "release_lease"})
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


def _states(mention: Mention) -> set[DeliveryState]:
    return {delivery.state for delivery in (mention.deliveries or {}).values()}


class _Ask(BaseException):
    """The question a notifier asks beyond the answers it has."""

    def __init__(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        super().__init__(name)
        self.name, self.arguments, self.options = name, args, kwargs


class _Script:
    """A port that repeats the answers of a process, then asks."""

    def __init__(self, answers: list[Any]) -> None:
        self._answers = iter(answers)
        self._asked: _Ask | None = None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *args, **kwargs: self.answer(name, args, kwargs)

    def answer(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self._asked:  # it is not running any more: what it does on its way out does not happen
            raise self._asked
        try:
            answer = next(self._answers)
        except StopIteration:
            self._asked = _Ask(name, args, kwargs)
            raise self._asked from None
        if isinstance(answer, Exception):
            raise answer
        return answer


class _Quiet:
    def tell(self, subject: str, text: str) -> None:
        pass


class _Rows(MemoryStore):
    """The store in memory over the rows of one state; without an intent, mentions stay PENDING until marked."""

    def __init__(self, state: State, rules: Rules) -> None:
        super().__init__(clock=lambda: state.now)
        self.rules = rules
        self.people[PERSON] = _SOMEBODY
        self.rosters[PERSON] = state.roster
        self.mention_rows = {(PERSON, m.mention_id): m for m in state.mentions}
        self.alert_rows = {(PERSON, a.alert_id): a for a in state.alerts}

    def _stored[T](self, value: T) -> T:
        """Rows do not pass through the tables' records: half the time."""
        return value

    def _may_write(self, alert: Alert) -> bool:
        return not self.rules.condition or super()._may_write(alert)

    def write_intent(self, alert: Alert, mentions: Any) -> bool:
        if not self.rules.condition:
            for mention in mentions:
                self.mention_rows[PERSON, mention.mention_id] = mention
        written = super().write_intent(alert, mentions)
        if not self.rules.intent:
            for mention in mentions:
                pending = Delivery(alert.recipient_id, DeliveryState.PENDING, alert.alert_id)
                row = self.mention_rows[PERSON, mention.mention_id]
                self.mention_rows[PERSON, mention.mention_id] = replace(row, deliveries={alert.recipient_id: pending})
        return written


_SOMEBODY = a_person()

_AT_ONCE = frozenset({"practitioner", "roster", "open_mentions", "alerts_since", "alert", "carried", "reschedule"})
"""Reads, and the write of a due time: each happens together with the step before it. What another worker could do in
between, it can as well do before both or after both; the tests of crashes go through these calls one by one."""


class Search:
    """Visits every state within the limits. `run` says what it met."""

    def __init__(self, rules: Rules, faults: int, *, unknown_is_lost: bool = False) -> None:
        self._rules = rules
        self._unknown_is_lost = unknown_is_lost
        self._limit = faults
        self._values: list[Any] = []
        self._numbers: dict[str, int] = {}
        self._known: dict[int, int] = {}
        self._kept: list[Any] = []  # so that no other row ever gets the `id` of a known one
        self._asks: dict[Process, _Ask | None] = {}
        self._ends: dict[Any, tuple[bool, int]] = {}

    def run(self, *, first: bool = False) -> Finding:
        """Breadth first by faults. `first`: no further than the first second copy, which is the cheapest."""
        duplicate = loss = None
        seen: set[Any] = set()
        todo: list[list[State]] = [[self._start()], *([] for _ in range(self._limit))]
        while (faults := next((n for n, states in enumerate(todo) if states), None)) is not None:
            if first and duplicate is not None:
                break
            state = todo[faults].pop()
            key = self._key(state)
            if key in seen:
                continue
            seen.add(key)
            if duplicate is None and state.copies() > 1:
                duplicate = faults
            if not state.running and (self._rules.sweeper or not state.pointers):
                lost, copies = self._end(state)
                loss = faults if lost and loss is None else loss
                duplicate = faults if copies > 1 and duplicate is None else duplicate
            for cost, after in self._steps(state):
                if faults + cost <= self._limit:
                    todo[faults + cost].append(after)
        return Finding(len(seen), duplicate, loss)

    def _start(self) -> State:
        roster = Roster(PERSON, (self._rules.recipient,))
        return State(
            roster,
            (a_mention("m1", severity=Severity.URGENT, story=self._rules.story),),
            (),
            NOW,
            pointers=self._rules.pointers,
            jumps=self._rules.jumps,
        )

    # -- one step -------------------------------------------------------------------------------------------------

    def _steps(self, state: State) -> Iterator[tuple[int, State]]:
        """What can happen next, and how many faults it is."""
        if len(state.mentions) < self._rules.mentions:
            facts = {"found_at": state.now, "due_at": state.now, "source_id": "s2", "story": self._rules.story}
            found = a_mention("m2", severity=Severity.URGENT, **facts)
            yield 0, state._replace(mentions=(*state.mentions, found))
        flushes = sum(process.event is None for process in state.running)
        if state.pointers and flushes < 2:
            fewer = state._replace(pointers=state.pointers - 1)
            yield 0, self._resumed(fewer, Process(f"w{state.pointers}", None))
        for alert_id in dict.fromkeys(state.events):
            left = list(state.events)
            left.remove(alert_id)
            yield 0, self._resumed(state._replace(events=tuple(left)), Process("", alert_id))
            yield 1, state._replace(events=tuple(left))  # it never comes
        yield from self._jumps(state)
        for at, process in enumerate(state.running):
            rest = (*state.running[:at], *state.running[at + 1 :])
            yield 1, state._replace(running=rest)  # it dies here
            for cost, after, answer in self._answered(state._replace(running=rest), process):
                yield cost, self._resumed(after, self._told(process, answer))

    def _jumps(self, state: State) -> Iterator[tuple[int, State]]:
        """Time passes. A worker that is at something meanwhile is slower than its lease: a fault. So is an event that
        comes after the silence limit. No time passes between the fence and the send it allows: the lease outlasts it.
        """
        if not state.jumps or (self._rules.fence and any(self._asks_one_of(p, ("send",)) for p in state.running)):
            return
        slow = len(state.running)
        leased = state.roster.lease_until is not None and state.roster.lease_until > state.now
        tried = any(d.state in OPEN and d.attempt_id for m in state.mentions for d in (m.deliveries or {}).values())
        for span in [LEASE_LAPSES] * (leased or tried) + [SILENCE_PASSES] * tried:  # else time changes nothing
            late = len(state.events) if span == SILENCE_PASSES else 0
            yield slow + late, state._replace(now=state.now + span, jumps=state.jumps - 1)

    def _answered(self, state: State, process: Process) -> Iterator[tuple[int, State, Any]]:
        """The answers a question can get: the good one; for some, a bad one that is a fault."""
        ask = self._ask(process)
        if ask is None:
            return
        if ask.name == "send":
            alert_id = ask.arguments[1].alert_id
            carried = next(a.mention_ids for a in state.alerts if a.alert_id == alert_id)
            told = (*state.events, alert_id) if self._rules.events else state.events
            taken = state._replace(sent=(*state.sent, carried), events=told)
            yield 0, taken, "taken"
            yield 1, taken, ChannelError("lost reply", ambiguous=True)
            yield 1, state, ChannelError("throttled", wide=True)
            return
        after, answer = self._called(state, ask)
        yield 0, after, answer
        if ask.name in LOST_REPLIES:
            yield 1, after, StoreError("lost reply")

    def _called(self, state: State, ask: _Ask) -> tuple[State, Any]:
        rows = _Rows(state, self._rules)
        answer = getattr(rows, ask.name)(*ask.arguments, **ask.options)
        after = state._replace(
            roster=rows.rosters[PERSON],
            mentions=tuple(rows.mention_rows.values()),
            alerts=tuple(rows.alert_rows.values()),
        )
        return after, answer

    def _told(self, process: Process, answer: Any) -> Process:
        return process._replace(answers=(*process.answers, self._number(answer)))

    def _resumed(self, state: State, process: Process) -> State:
        """The process goes on up to its next question; gone if it asks no more."""
        while (ask := self._ask(process)) is not None:
            if ask.name in _AT_ONCE:
                state, answer = self._called(state, ask)
            elif ask.name in ("clock", "owner"):
                answer = state.now if ask.name == "clock" else process.owner
            else:
                return state._replace(running=(*state.running, process))
            process = self._told(process, answer)
        return state

    def _asks_one_of(self, process: Process, names: Sequence[str]) -> bool:
        ask = self._ask(process)
        return ask is not None and ask.name in names

    def _ask(self, process: Process) -> _Ask | None:
        """The next question of a process; None when it is done (or failed: the queue delivers its pointer again)."""
        if process not in self._asks:
            self._asks[process] = self._asked(process)
        return self._asks[process]

    def _asked(self, process: Process) -> _Ask | None:
        script: Any = _Script([self._values[number] for number in process.answers])
        notifier = Notifier(
            script,
            _Quiet(),
            Carriers(script, script),
            channel=self._rules.channel,
            caps=CAPS,
            clock=script.clock,
            owner=script.owner,
        )
        try:
            if process.event is None:
                notifier.flush(Pointer(PERSON))
            else:
                notifier.settle_event(DeliveryEvent(Event.SENT, PERSON, process.event))
        except _Ask as ask:
            return ask
        except StoreError:
            return None
        return None

    # -- the end --------------------------------------------------------------------------------------------------

    def _end(self, state: State) -> tuple[bool, int]:
        """What the sweep and the events that still come make of a world where nobody is at work: is anything lost,
        and how many copies are there at most."""
        key = self._key(state._replace(pointers=0, jumps=0))
        if key not in self._ends:
            self._ends[key] = self._quiesced(state)
        return self._ends[key]

    def _quiesced(self, state: State) -> tuple[bool, int]:
        for _ in range(40):
            for alert_id in state.events:
                state = self._through(state._replace(events=()), Process("", alert_id))
            due = [m for m in state.mentions if m.due_at is not None and m.due_at <= state.now]
            if self._rules.sweeper and due:
                state = self._through(state, Process(f"sweep{state.now}", None))
            if all(m.due_at is None for m in state.mentions) and not state.events:
                break
            state = state._replace(now=state.now + timedelta(minutes=5))
        told = {mention_id for message in state.sent for mention_id in message}
        if not self._unknown_is_lost:
            told |= {m.mention_id for m in state.mentions if DeliveryState.UNKNOWN in _states(m)}
        return any(self._lost(m, told) for m in state.mentions), state.copies()

    def _lost(self, mention: Mention, told: set[str]) -> bool:
        """It is still open, or closed although neither it was told nor the one that it repeats (`told` are also those
        given up as UNKNOWN, where that is an end)."""
        states = _states(mention)
        if not states or states & OPEN:
            return True
        repeated = {d.repeats for d in (mention.deliveries or {}).values()}
        return mention.mention_id not in told and told.isdisjoint(repeated)

    def _through(self, state: State, process: Process) -> State:
        """Run one process to its end, nothing going wrong."""
        state = self._resumed(state, process)
        while state.running:
            (process,) = state.running
            state = state._replace(running=())
            cost, after, answer = next(self._answered(state, process))
            assert cost == 0
            state = self._resumed(after, self._told(process, answer))
        return state

    # -- telling states apart -------------------------------------------------------------------------------------

    def _number(self, value: Any) -> int:
        """One number for equal values. `repr` tells them apart, lists of rows included."""
        text = repr(value)
        if text not in self._numbers:
            self._numbers[text] = len(self._values)
            self._values.append(value)
        return self._numbers[text]

    def _row(self, row: Any) -> int:
        """As `_number`, for rows, which states share: looked up by identity first."""
        number = self._known.get(id(row))
        if number is None:
            number = self._known[id(row)] = self._number(row)
            self._kept.append(row)
        return number

    def _key(self, state: State) -> Any:
        return (
            self._row(state.roster),
            tuple(self._row(m) for m in state.mentions),
            tuple(self._row(a) for a in state.alerts),
            state.now,
            tuple(sorted(state.sent)),
            tuple(sorted(state.events)),
            frozenset(Counter(state.running).items()),
            state.pointers,
            state.jumps,
        )
