"""What is asked of a source, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vigie.model import Item

SESSION = "session"
"""As the name of a `Secret`: the token that the kind's `login` brought."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a key goes in a request. Its value is put there on the way out: it is in no source, row, URL or log."""

    name: str
    """Of the key, as the kind's `PROVIDER` or `keys` lists it; or `SESSION`."""
    header: str = ""
    """The header that carries it, or ..."""
    query: str = ""
    """... the parameter of the query. No redirect is followed then."""
    prefix: str = ""
    """What stands before it in the header: `Bearer `."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to fetch for a source. Headers beyond the fetcher's own; validators are added by `scan`."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Those of a login hold what the keys are made into (RFC 7617, RFC 6750): not to be seen in a traceback."""
    secrets: Sequence[Secret] = ()
    body: bytes | None = field(default=None, repr=False)
    """Sent by POST, when there is one; no redirect is followed then. Its type is for `headers` to say."""
    explained: bool = False
    """The body of an answer that is no success is wanted too, as it is whenever there are secrets or a body."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a login brought: a token to ask with."""

    token: str = field(repr=False)
    lasts_s: int
    refresh: str = field(default="", repr=False)
    """What the next login may be given instead of the keys; empty when there is no such thing."""


@dataclass(frozen=True, slots=True)
class Response:
    """What came back, whole: a truncated or oversized body is a `FetchError`, never a Response."""

    status: int
    url: str
    """Where it came from, after redirects."""
    headers: Mapping[str, str]
    """Names in lower case; repeated ones joined by ", "."""
    body: bytes = b""
    """Of a success; of any other answer only to a request that is `explained` (an API says there what was wrong),
    at most 64 KiB of it, and empty if it could not be read."""
    moved_to: str | None = None
    """Set when every hop was permanent (301, 308): the address to ask from now on."""

    def header(self, name: str) -> str:
        return self.headers.get(name, "")


@dataclass(frozen=True, slots=True)
class Page:
    """What one answer of a source held. `next` asks for the following page, within `scan`'s limit."""

    items: Sequence[Item]
    state: Mapping[str, str] = field(default_factory=dict)
    next: Request | None = None
    whole: bool = True
    """False when the document stops before its end: what was read counts, but it is no full read."""
    spent: int | None = None
    """What this answer cost, in millionths of a dollar, when it was less than the provider's `price`."""
    parts: Sequence[Request] = ()
    """Other documents that the source is made of, to be read after `next`, within the same limit."""
    rest: int = 0
    """Minutes for which it asks not to be read again; that of the first answer counts."""
    onward: bool = False
    """Its `state` is kept rather than that of the pages before it: it says how far the source was read."""

    @property
    def following(self) -> list[Request]:
        """What is to be read after it, in order."""
        return [*([self.next] if self.next else []), *self.parts]
