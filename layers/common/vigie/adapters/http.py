"""The fetcher: the only way out to the web.

One a process. Each job asks for its own view of it (`job()`), which remembers the servers that fail, so that a
dead one does not hold the other sources of the job:

    web = fetcher.job()
    await asyncio.gather(*(web.fetch(request) for request in requests))
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

import httpx

from vigie import __version__
from vigie.adapters.inflate import MAX_BODY, Body
from vigie.adapters.pace import Pace, Patience
from vigie.adapters.sealed import StandIns, with_keys
from vigie.adapters.transport import VettedTransport
from vigie.adapters.wire import Connect, Dialer, Resolve, connect, resolve, tls_context
from vigie.errors import ConfigError, FetchError
from vigie.exchange import Request, Response
from vigie.gate import Gate, Target
from vigie.model import OutcomeKind
from vigie.ports import NO_KEYS, OnRedirect

MAX_REDIRECTS = 5
_PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

MAX_EXPLANATION = 64 * 1024
"""Bytes of what an API says of a request that it refused."""

_OURS = frozenset(
    {"accept-encoding", "connection", "content-length", "cookie", "host", "transfer-encoding", "user-agent"}
)
"""Request headers that a source does not choose."""

_FOR_ANYBODY = frozenset({"accept", "accept-language", "if-modified-since", "if-none-match"})
"""Request headers that go along to another origin; keys and tokens stay with the one they were meant for."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may cost. Seconds; bytes."""

    connect_s: float = 3.0
    read_s: float = 5.0
    """Longest silence. A drip of one byte a second never meets it: only the total ends that."""
    total_s: float = 20.0
    """Names, connections, headers, body and redirects together; waiting for a turn excepted."""
    body: int = MAX_BODY


@dataclass(frozen=True, slots=True)
class _Visit:
    """One request: a fetch, or a hop of one."""

    target: Target
    headers: Mapping[str, str]
    anew: bool
    """Look the name up and vet its addresses again: where a redirect leads is the site's choice, made now. And nothing
    but a GET may be sent twice, as one over a connection that died unnoticed is."""
    body: bytes | None = None
    explained: bool = False
    """What a refusal says is wanted."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class HttpFetcher:
    """Holds what jobs share: connections, TLS, manners. See `vigie.ports.Fetcher` for the contract.

    `allowlist`: hosts and networks that the gate lets through (see `Gate`). `host_interval_ms`: least time between
    the starts of two requests to one host. `stand_ins`: see `StandIns`. The rest is for tests. Raises `ConfigError` for
    an unusable contact or stand-in.
    """

    def __init__(
        self,
        *,
        contact: str,
        allowlist: Iterable[str] = (),
        host_interval_ms: int = 0,
        stand_ins: Iterable[str] = (),
        limits: Limits = Limits(),
        resolve: Resolve = resolve,
        connect: Connect = connect,
        tls: Callable[[], ssl.SSLContext] = tls_context,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        if not (contact and contact.isascii() and contact.isprintable()):
            raise ConfigError("CONTACT must be a URL or an e-mail address in plain ASCII: it is sent to every site.")
        self._gate = Gate(allowlist)
        self._stand_ins = StandIns(stand_ins, self._gate)
        self._limits = limits
        self._agent = f"Vigie/{__version__} (+{contact})"
        self._dialer = Dialer(
            resolve=resolve, connect=connect, tls=tls, connect_s=limits.connect_s, read_s=limits.read_s
        )
        self._interval_s = host_interval_ms / 1000
        self._clock = clock
        self._sleep = sleep
        self._loop: asyncio.AbstractEventLoop | None = None

    def job(self) -> HttpJob:
        """A view of the web for one job."""
        return HttpJob(self, Patience())

    async def fetch(
        self, request: Request, *, on_redirect: OnRedirect | None = None, keys: Mapping[str, str] = NO_KEYS
    ) -> Response:
        """One fetch on its own, as a job of one."""
        return await self.job().fetch(request, on_redirect=on_redirect, keys=keys)

    async def visit(
        self, request: Request, patience: Patience, on_redirect: OnRedirect | None, keys: Mapping[str, str]
    ) -> Response:
        """A fetch of the job that has `patience`."""
        self._bind(asyncio.get_running_loop())
        self._active += 1
        try:
            return await self._follow(request, patience, on_redirect, keys)
        finally:
            self._active -= 1
            # Nothing is kept once nobody asks for anything: Lambda freezes the process between two events, and a
            # connection that the network forgot meanwhile does not fail, it is silent until the deadline.
            if not self._active:
                await self._transport.aclose()

    def _bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Connections and queues belong to the loop they were made in; a new one begins with none."""
        if self._loop is not loop:
            self._transport = VettedTransport(self._dialer, read_s=self._limits.read_s)
            self._pace = Pace(self._interval_s, clock=self._clock, sleep=self._sleep)
            self._active = 0
            self._loop = loop

    async def _follow(
        self, request: Request, patience: Patience, on_redirect: OnRedirect | None, keys: Mapping[str, str]
    ) -> Response:
        """The answer to `request`, redirects followed: but for those of a POST, and of an address that ends in a key,
        since a server that sends us on repeats what it was asked."""
        target = self._gate.target(request.url)
        asked, hidden = with_keys(self._stand_ins.of(target), request, keys)
        headers = {name.lower(): value for name, value in request.headers.items() if name.lower() not in _OURS} | hidden
        explained = request.explained or bool(request.secrets) or request.body is not None
        stays = request.body is not None or any(secret.query for secret in request.secrets)
        left, permanent = self._limits.total_s, True
        for hop in range(MAX_REDIRECTS + 1):
            async with self._pace.turn(target.host, asked, patience):
                began = self._clock()
                anew = hop > 0 or request.body is not None
                answer = await self._ask(_Visit(asked, headers, anew, request.body, explained), left, patience)
                left -= self._clock() - began
            if stays:
                answer.headers.pop("location", None)
            location = answer.headers.get("location") if answer.status in _REDIRECTS else None
            if not location:
                moved_to = target.url if hop and permanent else None
                return Response(answer.status, target.url, answer.headers, answer.body, moved_to)
            following = self._gate.follow(target, _unmangled(location))
            if on_redirect and hop < MAX_REDIRECTS:
                await on_redirect(following.url)
            if following.origin != target.origin:
                headers = {name: value for name, value in headers.items() if name in _FOR_ANYBODY}
            permanent = permanent and answer.status in _PERMANENT
            target = asked = following
        raise FetchError(OutcomeKind.UNREACHABLE, "too many redirects")

    async def _ask(self, visit: _Visit, seconds: float, patience: Patience) -> _Answer:
        """One request and its whole answer. Notes what it cost, and whether the server failed."""
        began, failed = self._clock(), False
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(visit)
        except TimeoutError:
            failed = True
            raise FetchError(OutcomeKind.UNREACHABLE, "deadline") from None
        except (httpx.TimeoutException, httpx.ConnectError) as error:
            failed = True
            raise FetchError(OutcomeKind.UNREACHABLE, str(error)) from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            words = str(error) if isinstance(error, httpx.TransportError) else "request"
            raise FetchError(OutcomeKind.UNREACHABLE, words) from None
        finally:
            patience.note(visit.target, self._clock() - began, failed=failed)

    async def _exchange(self, visit: _Visit) -> _Answer:
        request = httpx.Request(
            "GET" if visit.body is None else "POST",
            httpx.URL(visit.target.url),
            content=visit.body,
            headers={
                "host": visit.target.authority,
                "user-agent": self._agent,
                "accept": "*/*",
                "accept-encoding": "gzip",
                **visit.headers,
            },
            extensions={"vetted": visit.target, "anew": visit.anew},
        )
        response = await self._transport.handle_async_request(request)
        try:
            found = _headers(response)
            return _Answer(response.status_code, found, await self._body(response, found, explained=visit.explained))
        finally:
            await response.aclose()

    async def _body(self, response: httpx.Response, headers: Mapping[str, str], *, explained: bool) -> bytes:
        """The body of a success, whole and unpacked. That of any other answer is only looked at where it is `explained`
        what is wrong: no length, coding or bomb in it can change what the status says."""
        if 200 <= response.status_code < 300:
            return await _whole(response, headers, self._limits.body)
        if not explained:
            return b""
        try:
            return await _whole(response, headers, MAX_EXPLANATION)
        except FetchError:
            return b""


class HttpJob:
    """The fetcher as one job sees it."""

    def __init__(self, fetcher: HttpFetcher, patience: Patience) -> None:
        self._fetcher = fetcher
        self._patience = patience

    def job(self) -> HttpJob:
        """Another job, with a memory of its own."""
        return self._fetcher.job()

    async def fetch(
        self, request: Request, *, on_redirect: OnRedirect | None = None, keys: Mapping[str, str] = NO_KEYS
    ) -> Response:
        """See `vigie.ports.Fetcher`."""
        return await self._fetcher.visit(request, self._patience, on_redirect, keys)


async def _whole(response: httpx.Response, headers: Mapping[str, str], limit: int) -> bytes:
    """The whole body, unpacked. Raises `FetchError`."""
    body = Body(headers.get("content-encoding", ""), limit)
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise FetchError(OutcomeKind.TOO_LARGE, "announced length")
    async for chunk in cast("httpx.AsyncByteStream", response.stream):
        body.feed(chunk)
    return body.finish()


def _headers(response: httpx.Response) -> dict[str, str]:
    """Names in lower case, repeated ones joined; without cookies, which nobody here may keep.

    Two Locations are joined by what no URL may hold, so that the gate refuses them: either could be the one meant.
    """
    found: dict[str, list[str]] = {}
    for name, value in response.headers.raw:
        key = name.decode("latin-1").lower()
        if key != "set-cookie":
            found.setdefault(key, []).append(value.decode("latin-1"))
    return {name: ("\n" if name == "location" else ", ").join(values) for name, values in found.items()}


def _unmangled(location: str) -> str:
    """A Location is bytes; those who do not encode theirs mean UTF-8."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location
