"""A deployment of fakes, somebody it watches for, and the register that knows everybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ops.cli import Vigie
from tests.providers.rpps import Register, serving


@pytest.fixture
def vigie() -> Vigie:
    return Vigie()


@pytest.fixture
def someone(vigie: Vigie, tmp_path: Path) -> str:
    return vigie.enrol(tmp_path)


@pytest.fixture
def register() -> Iterator[Register]:
    with serving(Register()) as served:
        yield served
