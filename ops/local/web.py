"""A small server on 127.0.0.1, in a thread: what the demo web and the inbox page are served by."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from vigie.errors import InputError


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path answers with. Its ETag is a hash of the body."""

    body: bytes
    content_type: str
    status: HTTPStatus = HTTPStatus.OK
    modified_at: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        return f'"{hashlib.blake2b(self.body, digest_size=8).hexdigest()}"'


type Site = Callable[[str], Answer | None]
"""Path, with its query, to answer; None is a 404. Called from several threads."""


class Served:
    """A running server. `url` ends with a slash."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self.url = f"http://127.0.0.1:{server.server_port}/"
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and give the port back. Safe to call twice."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def serve(port: int, site: Site) -> Served:
    """Serve `site` on 127.0.0.1:`port` (0 picks a free one). Raises `InputError` when the port is taken."""

    class Handler(_Handler):
        answer = staticmethod(site)

    try:
        return Served(_Server(("127.0.0.1", port), Handler))
    except OSError as error:
        raise InputError(f"Port {port} cannot be used ({error.strerror}). Choose another one.") from None


class _Server(ThreadingHTTPServer):
    daemon_threads = True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    answer: Site

    def do_GET(self) -> None:
        self._respond(with_body=True)

    def do_HEAD(self) -> None:
        self._respond(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the standard library's
        """Say nothing: the terminal belongs to what is being shown."""

    def _respond(self, *, with_body: bool) -> None:
        if self.headers.get("Host", "").rpartition(":")[0] not in ("127.0.0.1", "localhost"):
            found: Answer | None = Answer(b"", "text/plain", HTTPStatus.MISDIRECTED_REQUEST)  # a rebound name
        else:
            found = self.answer(self.path)
        found = found or Answer(b"Page introuvable.\n", "text/plain; charset=utf-8", HTTPStatus.NOT_FOUND)
        if found.status is HTTPStatus.OK and self._has_it(found):
            self._send(found, HTTPStatus.NOT_MODIFIED, b"")
        else:
            self._send(found, found.status, found.body if with_body else b"", length=len(found.body))

    def _has_it(self, found: Answer) -> bool:
        """RFC 9110 section 13.2.2: If-None-Match decides alone when it is there."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return tags.strip() == "*" or found.etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        since = self.headers.get("If-Modified-Since")
        if since is None or found.modified_at is None:
            return False
        try:
            return found.modified_at.replace(microsecond=0) <= parsedate_to_datetime(since)
        except (ValueError, TypeError):
            return False

    def _send(self, found: Answer, status: HTTPStatus, body: bytes, *, length: int | None = None) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Type", found.content_type)
            self.send_header("Content-Length", str(length))
        if found.status is HTTPStatus.OK:
            self.send_header("ETag", found.etag)
        if found.modified_at is not None:
            self.send_header("Last-Modified", format_datetime(found.modified_at.astimezone(UTC), usegmt=True))
        for name, value in {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", **found.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
