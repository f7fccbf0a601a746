"""The note `make up` leaves for `vigie --local` and `make down`: where the embedded AWS listens, and its process id."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ops.local import processes
from ops.local.embedded import REGION, ROOT

NOTE = ROOT / ".local" / "stack.json"
RUN = "ops.local.run"
"""What the command line of a `make run` names."""


@dataclass(frozen=True, slots=True)
class Stack:
    """An embedded AWS of this project."""

    endpoint: str
    port: int
    pid: int
    stack: str
    region: str = REGION
    outputs: Mapping[str, str] = field(default_factory=dict)
    """Those of template.yaml; empty until it is deployed."""
    owner: int | None = None
    """The process of the `make run` it ends with; None for one that `make up` left in the background."""

    @property
    def orphan(self) -> bool:
        """True when its `make run` is gone, and left it behind."""
        return self.owner is not None and not processes.runs(self.owner, RUN)


def read(note: Path = NOTE) -> Stack | None:
    """What the note says; None when there is none, or an unreadable one (it was cut while being written)."""
    try:
        return Stack(**json.loads(note.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def write(stack: Stack, note: Path = NOTE) -> None:
    """Replace the note at once: whoever reads it sees the old one or the new one."""
    note.parent.mkdir(exist_ok=True)
    draft = note.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(stack), indent=2) + "\n")
    draft.replace(note)


def forget(note: Path = NOTE) -> None:
    note.unlink(missing_ok=True)
