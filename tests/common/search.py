"""Every interleaving of two notifiers, with crashes, lost replies and late events: the real `Notifier`, exhaustively.

A notifier is a function of the answers it was given (see scripted.py). So a state of the world is rows + the answers
each running notifier has had so far, and a step is one call to one port. Nothing is modelled but the world: the queue,
the provider, the clock, and what goes wrong.

States are visited in the order of how many faults they need, each once: the first violation found is the cheapest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from tests.common.notifying import PERSON, a_mention
from tests.common.scripted import Ask, StateRows, asked
from tests.common.searched import Finding, Process, Rules, State
from tests.conftest import NOW
from vigie.errors import ChannelError, StoreError
from vigie.model import DeliveryState, Mention, Roster, Severity
from vigie.protocol import OPEN

LEASE_LAPSES, SILENCE_PASSES = timedelta(seconds=121), timedelta(minutes=31)
LOST_REPLIES = frozenset({"take_lease", "expand", "close", "write_intent", "settle", "release_lease"})


def _states(mention: Mention) -> set[DeliveryState]:
    return {delivery.state for delivery in (mention.deliveries or {}).values()}


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
        self._asks: dict[Process, Ask | None] = {}
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

    def _called(self, state: State, ask: Ask) -> tuple[State, Any]:
        rows = StateRows(state, self._rules)
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

    def _ask(self, process: Process) -> Ask | None:
        """The next question of a process, sought once."""
        if process not in self._asks:
            answers = [self._values[number] for number in process.answers]
            self._asks[process] = asked(process.event, answers, self._rules.channel)
        return self._asks[process]

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
