"""Tells the operator of places that keep failing: once when it begins, once when it is over.

By place (a host, a service), not by source: one key that expires would else write a hundred thousand mails.
"""

from __future__ import annotations

from vigie.model import FAILING, Health, Source
from vigie.ports import Ledger, Operator

_BEGAN = """{place} could not be read {times} times in a row: {outcome}.

`vigie source list ID` shows it for one practitioner, `vigie status` for all; docs/operating.md says what each outcome
asks of you. Whoever watches it is told so in the e-mails that they get. You will hear again once all that
failed there is read; until then nothing more is said of this place.
"""
_OVER = "{place}: everything that kept failing there is read again.\n"


class Watchdog:
    """Knows from the ledger what fails where."""

    def __init__(self, ledger: Ledger, operator: Operator) -> None:
        self._ledger = ledger
        self._operator = operator

    def note(self, source: Source, after: Health) -> None:
        """A scan of `source` has just left it in this state. Raises `StoreError`."""
        failing, failed = after.keeps_failing, source.health.keeps_failing
        if failing and not failed:
            if self._ledger.failing(source.host, source.source_id):
                text = _BEGAN.format(place=source.host, times=FAILING, outcome=after.outcome)
                self._operator.tell(f"Vigie: {source.host} cannot be read", text)
        elif failed and not failing and self._ledger.recovered(source.host, source.source_id):
            self._operator.tell(f"Vigie: {source.host} is read again", _OVER.format(place=source.host))

    def take_back(self, source: Source, after: Health) -> None:
        """What was noted did not come to be: the source was changed meanwhile, or removed, and would fail for ever."""
        if after.keeps_failing and not source.health.keeps_failing:
            self._ledger.recovered(source.host, source.source_id)
