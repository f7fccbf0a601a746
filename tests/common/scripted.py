"""The real notifier as a function of the answers it was given: run it again over the same answers, and it asks the same
next question. And the rows it asks them of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.common.notifying import CAPS, PERSON, a_person
from tests.common.searched import Rules, State
from tests.memory.store import MemoryStore
from vigie.channels import Carriers, Channel
from vigie.errors import StoreError
from vigie.events import DeliveryEvent
from vigie.model import Alert, Delivery, DeliveryState, Pointer
from vigie.notify import Notifier
from vigie.protocol import Event


class Ask(BaseException):
    """The question a notifier asks beyond the answers it has."""

    def __init__(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        super().__init__(name)
        self.name, self.arguments, self.options = name, args, kwargs


class _Script:
    """A port that repeats the answers of a process, then asks."""

    def __init__(self, answers: list[Any]) -> None:
        self._answers = iter(answers)
        self._asked: Ask | None = None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *args, **kwargs: self.answer(name, args, kwargs)

    def answer(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self._asked:  # it is not running any more: what it does on its way out does not happen
            raise self._asked
        try:
            answer = next(self._answers)
        except StopIteration:
            self._asked = Ask(name, args, kwargs)
            raise self._asked from None
        if isinstance(answer, Exception):
            raise answer
        return answer


class _Quiet:
    def tell(self, subject: str, text: str) -> None:
        pass


def asked(event: str | None, answers: list[Any], channel: Callable[[str], Channel]) -> Ask | None:
    """What a notifier asks next, at work on an event or on a flush; None when it is done (or failed: the queue
    delivers its pointer again)."""
    script: Any = _Script(answers)
    notifier = Notifier(
        script,
        _Quiet(),
        Carriers(script, script),
        channel=channel,
        caps=CAPS,
        clock=script.clock,
        owner=script.owner,
    )
    try:
        if event is None:
            notifier.flush(Pointer(PERSON))
        else:
            notifier.settle_event(DeliveryEvent(Event.SENT, PERSON, event))
    except Ask as ask:
        return ask
    except StoreError:
        return None
    return None


_SOMEBODY = a_person()


class StateRows(MemoryStore):
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
