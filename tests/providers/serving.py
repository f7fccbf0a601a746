"""Stand-ins for services, on one port of this machine: a path each, and whatever they were asked.

    with served(Brave(), Gdelt()) as services:
        HttpFetcher(contact=..., allowlist=["127.0.0.1"], stand_ins=services.stand_ins)

A stand-in is a service of our own making: it answers by the published contract, on success and on refusal, from what it
is told to know (`tests.providers.index`). A test, or a demonstration, writes there and moves its clock.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Call:
    """One request."""

    method: str
    path: str
    """Below the service's own, without the query."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    body: bytes
    content_type: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(said: Any, status: int = 200, headers: Mapping[str, str] = MappingProxyType({})) -> Reply:
    """`said` as JSON."""
    return Reply(json.dumps(said, ensure_ascii=False).encode(), "application/json; charset=utf-8", status, headers)


def as_page(title: str, status: int = 200) -> Reply:
    """A page for people."""
    body = f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    return Reply(body.encode(), "text/html; charset=utf-8", status)


class Service(Protocol):
    """What stands in for one service."""

    @property
    def hosts(self) -> Sequence[str]:
        """Names that it goes by; none for software that runs at an address of one's own."""

    @property
    def name(self) -> str:
        """The first part of its path here."""

    def answer(self, call: Call) -> Reply:
        """Called by one thread at a time."""


class Services:
    """Stand-ins, served."""

    def __init__(self, services: Sequence[Service], port: int = 0) -> None:
        self._services = {service.name: service for service in services}
        self.calls: list[tuple[str, Call]] = []
        """Name of the service, and what it was asked."""
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def invented(self) -> list[str]:
        """Names that they go by and that are none of the public web: the gate is to be told of them."""
        hosts = [host for service in self._services.values() for host in service.hosts]
        return [host for host in hosts if host.endswith(".example")]

    @property
    def stand_ins(self) -> tuple[str, ...]:
        """As the setting of that name."""
        return tuple(f"{host}={self.url(name)}" for name, service in self._services.items() for host in service.hosts)

    def url(self, name: str) -> str:
        """Where a service is, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}/{name}"

    def asked(self, name: str) -> list[Call]:
        return [call for of, call in self.calls if of == name]

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        parts = urlsplit(target)
        name, _, path = parts.path.removeprefix("/").partition("/")
        call = Call(method, f"/{path}", dict(parse_qsl(parts.query, keep_blank_values=True)), headers, body)
        with self._lock:
            self.calls.append((name, call))
            service = self._services.get(name)
            return service.answer(call) if service else as_page("Introuvable", 404)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def served(*services: Service, port: int = 0) -> Iterator[Services]:
    """Stand-ins on a free port, or on that one."""
    running = Services(services, port)
    try:
        yield running
    finally:
        running.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    """Connections that wait to be taken up: a job opens many at once, and the five of the library are soon refused."""


def _handler(services: Services) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._respond(b"")

        def do_POST(self) -> None:
            self._respond(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

        def _respond(self, body: bytes) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = services.answer(self.command, self.path, headers, body)
            self.send_response_only(reply.status)
            usual = {"Content-Type": reply.content_type, "Content-Length": str(len(reply.body))}
            for name, value in {"Date": self.date_time_string(), **usual, **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
