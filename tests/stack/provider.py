"""A mail provider that can be down, or take a message and never say so, between notify and the embedded SES."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

Mood = Literal["well", "throttles", "loses_replies", "never_answers"]


class Provider:
    """`mood` may change at any time. `sent` counts the calls that came, `taken` those the embedded SES accepted."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.mood: Mood = "well"
        self.sent = 0
        self.taken = 0
        self.let_go = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()


def _handler(provider: Provider) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            provider.sent += 1
            if provider.mood == "throttles":
                self._answer(429, b'{"message":"Maximum sending rate exceeded."}', "TooManyRequestsException")
                return
            status, answer = self._forwarded(body)
            provider.taken += status == 200
            if provider.mood == "never_answers":
                provider.let_go.wait(60)
            if provider.mood in ("loses_replies", "never_answers"):
                self.close_connection = True
                self.connection.close()
            else:
                self._answer(status, answer)

        def _forwarded(self, body: bytes) -> tuple[int, bytes]:
            headers = {k: v for k, v in self.headers.items() if k.lower() not in ("content-length", "connection")}
            request = urllib.request.Request(provider.endpoint + self.path, body, headers, method="POST")
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    return answer.status, answer.read()
            except urllib.error.HTTPError as error:
                return error.code, error.read()

        def _answer(self, status: int, body: bytes, error: str = "") -> None:
            assert json.loads(body or b"{}") is not None
            self.send_response(status)
            if error:
                self.send_header("x-amzn-ErrorType", error)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
