"""Kinds of things to read: one module each, its file name being the kind (`feed`, `page`).

A kind is a module that holds, and `Kind` below is the same in types:

    its docstring          one sentence an operator reads in `vigie source kinds`, then whatever else helps
    PARAMS                 name -> Param: what a source of this kind is told; checked at `vigie source add`
    ROBOTS: bool           is robots.txt asked before reading? True for pages, which nobody published for machines

    request(source, cursor) -> Request
        What to fetch. `scan` adds the validators of the cursor and follows `cursor.moved_to`, but for once a day.

    read(source, response) -> Page
        The items of a 200, newest first as a rule, at most `MOST` of them. Pure: bytes in, values out; no I/O, no
        clock, and linear in the size of the body. Raises nothing but `SourceError`: what could not be understood is
        an outcome (`NOT_A_FEED`, `BLOCKED`, `GONE`, `CONTRACT_CHANGED`), never an empty success. A page without items
        means that the source was understood and holds nothing.
        Items are plain: no markup, no controls but tab and newline, no lone surrogates. Their URLs are absolute
        http(s), or empty. Zero-width and other invisible characters are left for `vigie.show.text.clean`.

Statuses other than 200, robots.txt, pacing, sizes and identities are the business of `vigie.scan`: a kind sees only
answers worth reading. Adding a kind is adding its file here and its cases in tests/common/sources/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from vigie.model import Cursor, Source
from vigie.ports import Page, Request, Response

MOST = 2_000
"""Items kept of one answer (invariant I9): twenty times what feeds usually show."""


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a kind of source."""

    required: bool
    meaning: str
    """Shown to the operator: what to give, in one line."""
    form: str = r"(?s:.*)"
    """A regular expression that the whole value matches; what does not is refused at `vigie source add`."""


class Kind(Protocol):
    """A source module, as `scan` and the operator's side use it."""

    @property
    def PARAMS(self) -> Mapping[str, Param]: ...  # noqa: N802

    @property
    def ROBOTS(self) -> bool: ...  # noqa: N802

    def request(self, source: Source, cursor: Cursor) -> Request: ...

    def read(self, source: Source, response: Response) -> Page: ...
