"""A deployment of fakes, and somebody it watches for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ops.cli import Vigie


@pytest.fixture
def vigie() -> Vigie:
    return Vigie()


@pytest.fixture
def someone(vigie: Vigie, tmp_path: Path) -> str:
    return vigie.enrol(tmp_path)
