"""What the operator sees: one JSON document, or tables made for a terminal, or plain columns for a pipe.

Results go to stdout; progress, warnings and errors to stderr, so that stdout can always be piped. What the web wrote
is shown as text: no markup is interpreted and no control character reaches the terminal.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Protocol

_WHOLE = frozenset({"id", "recipient", "repeats", "source"})
"""Columns of ids, which are copied: those beside them are folded instead."""


def document(value: object) -> None:
    """Print `value` as the one JSON document of this run."""
    line(_json(value, indent=2))


def record(value: object) -> None:
    """Print `value` as one of many JSON documents, each on a line of its own."""
    line(_json(value))


def line(text: str) -> None:
    """Print one line of the result. What stdout cannot write, half a character say, becomes an escape."""
    charset = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(charset, "backslashreplace").decode(charset) + "\n")


def note(text: str) -> None:
    """Say something beside the result: a warning, what to do next."""
    sys.stderr.write(text + "\n")


def plain(value: object) -> str:
    """`value` on one line without anything a terminal obeys: escape sequences, overrides of writing direction."""
    from vigie.show.text import clean

    return clean(str(value))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Rows under their columns: a table in a terminal, tab-separated lines in a pipe, `empty` when there are none."""
    cells = [["" if cell is None else plain(cell) for cell in row] for row in rows]
    if not cells:
        if empty:
            note(empty)
    elif sys.stdout.isatty():
        _rich_table(columns, cells)
    else:
        for row in ([name.upper() for name in columns], *cells):
            line("\t".join(row))


def _rich_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for name in columns:
        shown.add_column(Text(name), overflow="fold", no_wrap=name in _WHOLE)
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))
    Console().print(shown)


def facts(pairs: Mapping[str, object]) -> None:
    """Named values, one a line; those that are None are left out."""
    shown = {name: value for name, value in pairs.items() if value is not None}
    width = max(map(len, shown), default=0)
    for name, value in shown.items():
        line(f"{name:<{width}}  {plain(value)}")


def when(moment: datetime | None) -> str | None:
    """A moment as a person reads it, in UTC; None stays None."""
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else None


def age(span: timedelta) -> str:
    """A length of time in its one or two largest units: `3 min`, `2 h 05`, `4 days`."""
    seconds = max(int(span.total_seconds()), 0)
    if seconds < 90:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d}" if hours < 48 else f"{hours // 24} days"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """`1 source`, `3 sources`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


class Progress(Protocol):
    def say(self, text: str) -> None:
        """Show what is happening now, in place of what was shown before."""


@contextmanager
def progress(text: str) -> Iterator[Progress]:
    """A line that tells what is going on, on stderr: it moves in a terminal, and is a line a change elsewhere."""
    if not sys.stderr.isatty():
        yield _Lines(text)
        return
    from rich.console import Console

    with Console(stderr=True).status(text) as status:
        yield _Spinner(status)


@contextmanager
def bar(text: str, total: int) -> Iterator[Progress]:
    """A bar that fills by one at each `say`, on stderr; a line at every tenth of it where nobody watches."""
    if not sys.stderr.isatty():
        yield _Tenths(text, total)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as shown:
        yield _Filling(shown, shown.add_task(text, total=total), text)


class _Filling:
    def __init__(self, shown: Any, task: Any, text: str) -> None:
        self._shown, self._task, self._text = shown, task, text

    def say(self, text: str) -> None:
        self._shown.update(self._task, advance=1, description=text or self._text)


class _Tenths:
    def __init__(self, text: str, total: int) -> None:
        self._text, self._total, self._done = text, total, 0
        note(f"{text}: {total:,} to do")

    def say(self, text: str) -> None:  # noqa: ARG002 - what a bar says beside it
        self._done += 1
        if self._done == self._total or self._done * 10 // self._total > (self._done - 1) * 10 // self._total:
            note(f"{self._text}: {self._done:,} of {self._total:,}")


class _Lines:
    def __init__(self, text: str) -> None:
        self._last = ""
        self.say(text)

    def say(self, text: str) -> None:
        if text != self._last:
            note(text)
        self._last = text


class _Spinner:
    def __init__(self, status: Any) -> None:
        self._status = status

    def say(self, text: str) -> None:
        self._status.update(text)


def _json(value: object, indent: int | None = None) -> str:
    """Readable where it can be: JSON's own escapes stand for what the charset of stdout cannot write."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=_jsonable)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent, default=_jsonable)
    return text


def _jsonable(value: object) -> object:
    """Datetimes as ISO 8601 UTC, sets in order; anything else is a defect."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
