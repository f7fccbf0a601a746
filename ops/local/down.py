"""`make down`: stops what `make up` started, by its process id."""

from __future__ import annotations

from pathlib import Path

from ops.local import embedded, state


def down(note: Path = state.NOTE) -> bool:
    """Stop the embedded AWS of this project. False when none was running."""
    stack = state.read(note)
    state.forget(note)
    if stack is None or not embedded.running(stack.pid):
        return False
    embedded.stop(stack.pid)
    return True


if __name__ == "__main__":
    print("Stopped." if down() else "Nothing was running.")
