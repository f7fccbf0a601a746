"""One connection, as bytes in and bytes out, and how one is made to a vetted target.

A protocol of our own rather than asyncio's streams: it counts what the peer sends, knows whether the peer said
anything between two answers, and costs half.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import cast

import h11
import httpx

from vigie.gate import Target, vetted_addresses

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Addresses of a name; empty when it has none. Called once a connection."""

Connect = Callable[[str, int], Awaitable[socket.socket]]
"""A TCP connection to an address: the only place where Vigie opens one to the web."""

HEADER_BYTES = 128 * 1024
"""Of one answer; real ones stay under 16 KB, and cookie-laden ones under 64."""

_HIGH_WATER = 64 * 1024
"""Bytes kept unread before the peer is made to wait."""

_ADDRESSES_TRIED = 3
_RESOLVERS = 32
"""Names resolved at once. A name server that does not answer holds a thread for seconds: with the loop's own six
threads, six dead names would keep every other source waiting."""


class Wire(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self.h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEADER_BYTES)
        self.received = 0
        """Bytes that came since the last request was written."""
        self.consumed = 0
        """Those of them that were read."""
        self._transport: asyncio.Transport | None = None
        self._chunks: list[bytes] = []
        self._held = 0
        self._ended = False
        self._lost: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None

    @property
    def quiet(self) -> bool:
        """True when it is open and the peer has said nothing that we did not ask for."""
        unread = self._chunks or self.h11.trailing_data[0]
        return not (self._ended or self._lost or unread or self._transport is None or self._transport.is_closing())

    def write(self, data: bytes) -> None:
        self.received = self.consumed = 0
        if self._transport is not None:
            self._transport.write(data)

    async def read(self, seconds: float) -> bytes:
        """What has come, at least a byte; b"" when the peer has ended. Raises `OSError`, and `TimeoutError` when
        nothing comes within `seconds`."""
        if not self._chunks and not self._ended and self._lost is None:
            self._waiter = asyncio.get_running_loop().create_future()
            async with asyncio.timeout(seconds):
                await self._waiter
        if self._chunks:
            data = b"".join(self._chunks)
            self._chunks.clear()
            if self._held > _HIGH_WATER and self._transport is not None:
                self._transport.resume_reading()
            self._held = 0
            self.consumed += len(data)
            return data
        if self._lost is not None:
            raise self._lost
        return b""

    def close(self) -> None:
        """Drop the connection at once: nothing that is still on its way matters."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._chunks.append(data)
        self.received += len(data)
        self._held += len(data)
        if self._held > _HIGH_WATER and self._transport is not None:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        self._ended = True
        self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        self._ended = True
        self._lost = error
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Dialer:
    """Makes wires: resolves once, has every answer vetted, and connects to what was vetted, by address."""

    def __init__(
        self,
        *,
        resolve: Resolve,
        connect: Connect,
        tls: Callable[[], ssl.SSLContext],
        connect_s: float,
        read_s: float,
    ) -> None:
        self._resolve = resolve
        self._connect = connect
        self._tls = tls
        self._connect_s = connect_s
        self._read_s = read_s

    async def dial(self, target: Target) -> Wire:
        """A wire to `target`. Raises `FetchError` from the gate, `httpx.ConnectError` or `httpx.ConnectTimeout`."""
        try:
            async with asyncio.timeout(self._read_s):
                answers = await self._resolve(target.host, target.port)
        except TimeoutError:
            raise httpx.ConnectTimeout("name timeout") from None
        except (OSError, UnicodeError):
            raise httpx.ConnectError("name") from None
        sock = await self._reach(vetted_addresses(target, answers), target.port)
        try:
            return await self._open(sock, target)
        except BaseException:
            sock.close()
            raise

    async def _reach(self, addresses: Sequence[str], port: int) -> socket.socket:
        """The first of `addresses` that answers."""
        failure: httpx.TransportError = httpx.ConnectError("connection")
        for address in addresses[:_ADDRESSES_TRIED]:
            try:
                async with asyncio.timeout(self._connect_s):
                    return await self._connect(address, port)
            except TimeoutError:
                failure = httpx.ConnectTimeout("connect timeout")
            except OSError:
                failure = httpx.ConnectError("connection")
        raise failure

    async def _open(self, sock: socket.socket, target: Target) -> Wire:
        """TLS, if it is asked for, is with the name: the address only says where to find it."""
        loop = asyncio.get_running_loop()
        secure = target.scheme == "https"
        try:
            async with asyncio.timeout(self._read_s):
                _, wire = await loop.create_connection(
                    Wire,
                    sock=sock,
                    ssl=self._tls() if secure else None,
                    server_hostname=target.host if secure else None,
                )
        except TimeoutError:
            raise httpx.ConnectTimeout("tls timeout") from None
        except ssl.SSLCertVerificationError:
            raise httpx.ConnectError("certificate") from None
        except OSError:  # ssl.SSLError is one
            raise httpx.ConnectError("tls" if secure else "connection") from None
        return wire


@cache
def tls_context() -> ssl.SSLContext:
    """The process's one TLS context: 15 ms to build, so not before the first https, and never twice."""
    context = httpx.create_ssl_context(verify=True, trust_env=False)
    context.set_alpn_protocols(["http/1.1"])
    return context


@cache
def _resolvers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_RESOLVERS, thread_name_prefix="resolve")


async def resolve(host: str, port: int) -> list[str]:
    """Addresses of `host`, by the system's resolver. An address is its own answer."""
    with suppress(ValueError):
        return [str(ipaddress.ip_address(host))]
    loop = asyncio.get_running_loop()

    def look_up() -> list[str]:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]

    try:
        return await loop.run_in_executor(_resolvers(), look_up)
    except socket.gaierror as error:
        if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)):
            return []
        raise


async def connect(address: str, port: int) -> socket.socket:
    """A TCP connection to an address, never to a name."""
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(sock, (address, port))
    except BaseException:
        sock.close()
        raise
    return sock
