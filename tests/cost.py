"""What a piece of work costs, to be compared with what another costs: a number of seconds says nothing of a machine
that others use."""

from __future__ import annotations

import time
from collections.abc import Callable


def cost(work: Callable[[], object], tries: int = 3) -> float:
    """Seconds of CPU at best: what the machine does beside counts least then."""
    return min(_once(work) for _ in range(tries))


def _once(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
