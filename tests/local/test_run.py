"""`make run`: how it ends."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from ops.local.run import stop_when_told

TOLD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def deaf() -> Iterator[None]:
    """Every signal ignored, as a script's `make run &` finds SIGINT."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in TOLD}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", TOLD, ids=lambda number: number.name)
@pytest.mark.usefixtures("deaf")
def test_it_ends_when_told_even_where_signals_were_ignored(number: signal.Signals) -> None:
    stop_when_told()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
