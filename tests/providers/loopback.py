"""Services that something on this machine stands in for: one server, a service a folder of it.

    with served(Bluesky(), Reddit()) as pairs:
        HttpFetcher(contact=..., allowlist=["127.0.0.1"], stand_ins=pairs)

Nothing here is of the tests but their folder, so that a demonstration can be given with them too.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

type Clock = Callable[[], datetime]

REFUSED_PAGE = b"<!DOCTYPE html>\n<html><head><title>403 Forbidden</title></head><body>403 Forbidden</body></html>\n"
"""What stands before a service answers a program with."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came in."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""

    @property
    def bearer(self) -> str:
        """The token that it brings; empty when it brings none."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme == "Bearer" else ""

    def number(self, name: str, otherwise: int) -> int:
        value = self.query.get(name, "")
        return int(value) if value.isdecimal() else otherwise


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"


def answer(value: Any, status: int = 200, **headers: str) -> Reply:
    """JSON, with headers named as in `X_RateLimit_Limit`."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status, json.dumps(value, ensure_ascii=False).encode(), named)


def refused_page() -> Reply:
    return Reply(403, REFUSED_PAGE, content_type="text/html")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Service:
    """What stands in for one: `HOSTS` it is asked at, what it was asked, and failures to come first."""

    clock: Clock = _now
    asked: list[Asked] = field(default_factory=list)
    failures: list[Reply] = field(default_factory=list)
    """Answers in the place of the next ones."""
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    HOSTS: ClassVar[Sequence[str]] = ()

    def reply(self, asked: Asked) -> Reply:
        """The answer to one request; to be called by one at a time."""
        raise NotImplementedError

    def asked_for(self, path: str) -> list[Asked]:
        """Requests whose path ends so."""
        return [one for one in self.asked if one.path.endswith(path)]

    def respond(self, asked: Asked) -> Reply:
        with self.lock:
            self.asked.append(asked)
            return self.failures.pop(0) if self.failures else self.reply(asked)


@contextmanager
def served(*services: Service) -> Iterator[tuple[str, ...]]:
    """Serves them on a free port of this machine; gives the pairs that say so to the fetcher."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(services))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield tuple(f"{host}={base}/{at}" for at, service in enumerate(services) for host in service.HOSTS)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(services: Sequence[Service]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_GET(self) -> None:
            self._respond()

        def do_POST(self) -> None:
            self._respond()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _respond(self) -> None:
            url = urlsplit(self.path)
            _, number, path = url.path.split("/", 2)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", "0")))
            service = services[int(number)]
            found = service.respond(Asked(self.command, f"/{path}", dict(parse_qsl(url.query)), headers, body))
            self.send_response_only(found.status)
            self.send_header("Date", f"{service.clock():%a, %d %b %Y %H:%M:%S} GMT")
            for name, value in {"Content-Type": found.content_type, **found.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

    return Handler


def holds(words: str, text: str) -> bool:
    """True when a text holds the words of a search, operators aside, as a search without grammar has it."""
    wanted = [word.strip('"').casefold() for word in words.split() if ":" not in word]
    return all(word in text.casefold() for word in wanted)
