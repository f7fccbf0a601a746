"""Kinds of things to read: one module each, its file name being the kind (`feed`, `page`).

A kind is a module that holds, and `Kind` below is the same in types:

    its docstring          one sentence an operator reads in `vigie source kinds`, then whatever else helps
    PARAMS                 name -> Param: what a source of this kind is told; checked at `vigie source add`
    ROBOTS: bool           is robots.txt asked before reading? True for pages, which nobody published for machines
    RHYTHM: Rhythm         how often it is read unless an operator says so, and at most (may be left out)

    request(source, cursor) -> Request
        What to fetch. `scan` adds the validators of the cursor and follows `cursor.moved_to`, but for once a day.

    read(source, response) -> Page
        The items of a 200, newest first as a rule, at most `MOST` of them. Pure: bytes in, values out; no I/O, no
        clock, and linear in the size of the body. Raises nothing but `SourceError`: what could not be understood is
        an outcome (`NOT_A_FEED`, `BLOCKED`, `GONE`, `CONTRACT_CHANGED`), never an empty success. A page without items
        means that the source was understood and holds nothing.
        Items are plain: no markup, no controls but tab and newline, no lone surrogates. Their URLs are absolute
        http(s), or empty. Zero-width and other invisible characters are left for `vigie.show.text.clean`.

A kind that asks a service (an API) may also hold:

    PROVIDER: Provider     whose keys, budget and pace it uses; kinds of one service share one (`vigie.providers`)

    keys(source) -> Mapping[str, str]
        Keys that this source needs beside those of its provider (the consent of one practitioner, the token of one
        instance): name, of [a-z0-9_-], -> what it is, in one line for the operator.

    refused(source, response) -> SourceError | None
        What an answer that is no success means, from its status, headers and body; None leaves it to its status, which
        for an API means: 401 and 403 `AUTH_FAILED`, 402 `QUOTA_EXHAUSTED`, 429 `THROTTLED` by its Retry-After.

    login(source, keys, refresh) -> Request          granted(source, response) -> Grant
        How a token is got, for requests with a `Secret(SESSION)`: from the values of `keys` (by name), or from what the
        last grant left as `refresh` if that is not empty. `granted` reads a 200; it raises `SourceError`. The token is
        kept in memory; when it is refused (`AUTH_FAILED`), another one is got and the request repeated, once.

    planned(queries) -> Iterable[Mapping[str, str]]
        The parameters of each source that somebody gets at enrolment, the most telling first, from what there is to
        search for (`vigie.queries.Queries`). Without it, a kind whose one needed parameter is `query` gets the queries
        themselves, and any other is for the operator to add; one that is never to be read unasked returns nothing.

A service is asked with `Secret`s in the request, never with a key in a URL that `read`, a row or a log could see.

The module's docstring has three parts more, each beginning a paragraph: `What it reads:`, `Limits:` and
`Terms of use:`; docs/sources.md is made of them.

Statuses other than 200, robots.txt, pacing, sizes and identities are the business of `vigie.scan`: a kind sees only
answers worth reading. Adding a kind is adding its file here and its cases in tests/common/sources/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from vigie.exchange import Page, Request, Response
from vigie.model import CADENCES, Cursor, Provider, Source

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
    secret: bool = False
    """Whoever knows the value can read the source: it is shown in part only."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Minutes between two reads, of `vigie.model.CADENCES`."""

    usual: int = 60
    least: int = 15
    """However hot the source: what its terms, its manners or its price allow."""
    most: int = max(CADENCES.values())
    """Beyond it some would be missed: an answer holds what is of a week, and the read after one that fails is to hold
    that too."""


class Kind(Protocol):
    """A source module, as `scan` and the operator's side use it."""

    @property
    def PARAMS(self) -> Mapping[str, Param]: ...  # noqa: N802

    @property
    def ROBOTS(self) -> bool: ...  # noqa: N802

    def request(self, source: Source, cursor: Cursor) -> Request: ...

    def read(self, source: Source, response: Response) -> Page: ...


def provider_of(kind: Kind) -> Provider | None:
    """The service that a kind asks; None for one that reads sites as they are."""
    found: Provider | None = getattr(kind, "PROVIDER", None)
    return found


def rhythm_of(kind: Kind) -> Rhythm:
    """How often sources of a kind are read."""
    found: Rhythm = getattr(kind, "RHYTHM", Rhythm())
    return found
