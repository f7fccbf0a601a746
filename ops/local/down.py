"""`make down`: stops what `make up` or `make run` started, by its process id."""

from __future__ import annotations

from pathlib import Path

from ops.local import embedded, state


def down(note: Path = state.NOTE, *, owner: int | None = None) -> bool:
    """Stop the embedded AWS of this project; with an `owner`, only if it is theirs. False when none was running."""
    stack = state.read(note)
    if stack is not None and owner not in (None, stack.owner):
        return False
    state.forget(note)
    if stack is None or not embedded.running(stack.pid):
        return False
    embedded.stop(stack.pid)
    return True


if __name__ == "__main__":
    print("Stopped." if down() else "Nothing was running.")
