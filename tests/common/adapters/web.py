"""A web of our own: every address answers, from loopback, and everything that is asked is noted."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vigie.adapters import wire
from vigie.adapters.http import HttpFetcher, HttpJob
from vigie.exchange import Request, Response

TLS = Path(__file__).with_name("tls")
PUBLIC = "93.184.215.14"


def trusting() -> ssl.SSLContext:
    """TLS that trusts the tests' own authority, and checks names as the real one does."""
    return ssl.create_default_context(cafile=str(TLS / "authority.pem"))


def careless() -> ssl.SSLContext:
    """TLS that trusts anybody, for tests of where we connect rather than of whom we meet there."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@dataclass
class Asked:
    """One request, as the server read it."""

    path: str
    headers: dict[str, str]
    method: str = "GET"
    body: bytes = b""

    @property
    def host(self) -> str:
        return self.headers.get("host", "")


Serve = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


def answer(body: bytes = b"<rss/>", status: str = "200 OK", **headers: str) -> bytes:
    """An HTTP answer with its length, that leaves the connection open."""
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode("utf-8", "surrogatepass") + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    return answer(b"", status, Location=location)


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection as a machine that crashed does."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@dataclass
class Web:
    """Names and what is served. `serve` writes the answer to each request; by default the next of `answers`, the
    last one for ever."""

    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    answers: Sequence[bytes] = (answer(),)
    serve: Serve | None = None
    secure_port: int = 443
    """Where TLS is spoken; nowhere else."""
    asked: list[Asked] = field(default_factory=list)
    connected: list[tuple[str, int]] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    server_names: list[str | None] = field(default_factory=list)
    open: int = 0

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        self.looked_up.append(host)
        try:
            return [str(ipaddress.ip_address(host))]
        except ValueError:
            return self.names.get(host, [PUBLIC])

    async def connect(self, address: str, port: int) -> socket.socket:
        self.connected.append((address, port))
        return await wire.connect("127.0.0.1", self.ports[port == self.secure_port])

    @property
    def addresses(self) -> list[str]:
        return [address for address, _ in self.connected]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Web]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS / "server.pem")
        context.sni_callback = lambda _, name, __: self.server_names.append(name)
        servers = [await asyncio.start_server(self._client, "127.0.0.1", 0, ssl=tls) for tls in (None, context)]
        self.ports = [server.sockets[0].getsockname()[1] for server in servers]
        try:
            yield self
        finally:
            for server in servers:
                server.close()
                server.close_clients()

    async def respond(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        if self.serve:
            await self.serve(asked, writer)
        else:
            writer.write(self.answers[min(len(self.asked), len(self.answers)) - 1])

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode("latin-1").split("\r\n")[:-2]
                pairs = (line.split(": ", 1) for line in lines)
                headers = {name.lower(): value for name, value in pairs}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                asked = Asked(first.split(" ")[1], headers, first.split(" ")[0], body)
                self.asked.append(asked)
                await self.respond(asked, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open -= 1
            writer.close()

    def fetcher(self, **options: Any) -> HttpFetcher:
        """The real fetcher, in this web."""
        options = {"contact": "https://vigie.example/robot", "tls": trusting, **options}
        return HttpFetcher(resolve=self.resolve, connect=self.connect, **options)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None, **options: Any) -> Response:
        """One fetch, from start to end."""

        async def once() -> Response:
            async with self.running():
                return await self.fetcher(**options).fetch(Request(url, headers or {}))

        return asyncio.run(once())

    def run[T](self, visit: Callable[[HttpJob], Awaitable[T]], **options: Any) -> T:
        """What `visit` makes of one job."""

        async def job() -> T:
            async with self.running():
                return await visit(self.fetcher(**options).job())

        return asyncio.run(job())
