"""A provider on loopback that answers, refuses or goes silent on demand, so that real clients meet real failures."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from botocore.config import Config
from botocore.session import Session

from vigie.adapters.aws import SENDS

_SESSION = Session()


@dataclass
class Provider:
    """`answer` is (status, headers, body), or the name of a misbehaviour: `hang`, `hang_up`, `garbage`."""

    endpoint: str = ""
    answer: tuple[int, dict[str, str], bytes] | str = (200, {}, b'{"MessageId": "0107-1"}')
    requests: list[bytes] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def client(self, service: str) -> Any:
        """A botocore client as production makes it, save for the patience."""
        options: dict[str, Any] = {**SENDS, "read_timeout": 0.3, "connect_timeout": 0.3}
        return _SESSION.create_client(
            service,
            region_name="eu-west-3",
            endpoint_url=self.endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(**options),
        )


@contextmanager
def provider() -> Iterator[Provider]:
    """A running provider; every request it receives is kept."""
    it = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            it.requests.append(self.rfile.read(int(self.headers["Content-Length"])))
            if it.answer == "hang":
                it.released.wait(5)
            if isinstance(it.answer, str):
                if it.answer == "garbage":
                    self.wfile.write(b"not http at all\r\n\r\n")
                self.close_connection = True
                return
            status, headers, body = it.answer
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    it.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield it
    finally:
        it.released.set()
        server.shutdown()
        server.server_close()
