"""Real software served on this machine: a site that Pelican makes, and comments that Isso keeps.

Both live in `.local/sites`, an environment of their own that `make test` prepares (requirements-sites.txt).
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

BIN = Path(__file__).resolve().parents[2] / ".local" / "sites" / "bin"


def needed(name: str) -> Path:
    """A program of that environment. Without it the test is skipped, or fails where `CI` is set."""
    path = BIN / name
    if not path.exists():
        message = f"needs {name}, which `make test` installs in .local/sites"
        if os.environ.get("CI"):
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    return path


class Blog:
    """A site of articles, made anew by Pelican whenever one is written."""

    def __init__(self, folder: Path) -> None:
        self._pelican = needed("pelican")
        self._content, self._output = folder / "content", folder / "output"
        self._content.mkdir()
        self._output.mkdir()
        self._made_at = time.time() - 86_400
        self._settings = folder / "pelicanconf.py"
        serve = partial(_Quiet, directory=str(self._output))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), serve)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self._settings.write_text(
            f"SITENAME = 'Le Courrier de Valombre'\nSITEURL = {self.url!r}\nTIMEZONE = 'Europe/Paris'\n"
            "DEFAULT_LANG = 'fr'\nFEED_ALL_ATOM = 'feeds/all.atom.xml'\nFEED_ALL_RSS = 'feeds/all.rss.xml'\n"
            "CATEGORY_FEED_ATOM = 'feeds/{slug}.atom.xml'\nPATH = 'content'\n"
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def publish(self, slug: str, title: str, text: str, *, day: int = 20) -> str:
        """Write an article and make the site anew; where it can be read."""
        (self._content / f"{slug}.html").write_text(
            f"<html><head><title>{escape(title)}</title><meta name='date' content='2026-11-{day:02} 08:00'>"
            f"<meta name='slug' content='{slug}'><meta name='category' content='Santé'>"
            f"</head><body><p>{escape(text)}</p></body></html>"
        )
        subprocess.run(
            [self._pelican, self._content, "-o", self._output, "-s", self._settings, "--quiet", "--fatal", "errors"],
            cwd=self._content.parent,
            check=True,
            capture_output=True,
            timeout=60,
        )
        self._date()
        return f"{self.url}/{slug}.html"

    def _date(self) -> None:
        """Each making of the site is dated later than the one before by more than a second, which is all that
        Last-Modified can tell apart: a quick machine makes two in one."""
        self._made_at += 2
        for path in self._output.rglob("*"):
            os.utime(path, (self._made_at, self._made_at))

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class Comments:
    """Isso, keeping what is said under the articles of a site."""

    def __init__(self, folder: Path, site: str) -> None:
        isso = needed("isso")
        self.url = f"http://127.0.0.1:{_free_port()}"
        settings = folder / "isso.cfg"
        settings.write_text(
            f"[general]\ndbpath = {folder / 'comments.db'}\nhost = {site}/\n[server]\nlisten = {self.url}/\n"
            f"[guard]\nenabled = false\n[rss]\nbase = {site}\n"
        )
        self._process = subprocess.Popen(
            [isso, "-c", settings, "run"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _wait(self._answers)

    def feed(self, page: str) -> str:
        """The feed of what is said under one page."""
        return f"{self.url}/feed?uri={quote(page, safe='')}"

    def say(self, page: str, text: str, author: str = "Un patient") -> int:
        """Leave a comment; its number."""
        said = json.dumps({"text": text, "author": author, "title": "Un article"}).encode()
        request = urllib.request.Request(
            f"{self.url}/new?uri={quote(page, safe='')}", said, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            number: int = json.load(answer)["id"]
        return number

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _answers(self) -> bool:
        assert self._process.poll() is None, "Isso did not start"
        try:
            with urllib.request.urlopen(f"{self.url}/info", timeout=1):
                return True
        except OSError:
            return False


@contextmanager
def running[Made: (Blog, Comments)](make: Callable[[], Made]) -> Iterator[Made]:
    """Made, and stopped in the end."""
    made = make()
    try:
        yield made
    finally:
        made.stop()


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
    return port


def _wait(true: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"not so after {seconds:g} s"
        time.sleep(0.1)
