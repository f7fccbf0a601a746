"""The gate as it is in production, and why it refuses."""

from __future__ import annotations

import pytest

from vigie.errors import FetchError
from vigie.gate import Gate
from vigie.model import OutcomeKind

GATE = Gate()


def refusal(url: str, gate: Gate = GATE) -> str:
    """Why `url` is refused."""
    with pytest.raises(FetchError) as refused:
        gate.target(url)
    assert OutcomeKind.BLOCKED is refused.value.outcome
    return refused.value.detail
