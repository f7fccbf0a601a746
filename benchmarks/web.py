"""The web of the benchmarks: 1,000 feeds served by nginx on 200 loopback addresses, with validators and gzip."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.corpus import feeds

PORT = 4810
HOSTS = 200

_CONF = """
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; default_type application/xml; etag on; if_modified_since before; gzip_static on;
  keepalive_requests 100000;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ {listens} root {folder}/www; }}
}}
"""


def urls(count: int) -> list[str]:
    """Addresses of the first `count` feeds, spread over the hosts so that keep-alive does not flatter."""
    return [f"http://127.0.0.{1 + n % HOSTS}:{PORT}/{n}.xml" for n in range(count)]


@contextmanager
def served(folder: Path, count: int) -> Iterator[list[str]]:
    """The addresses of `count` feeds while they are served from `folder`. Needs nginx."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        raise SystemExit("nginx is not installed: apt-get install nginx-light")
    _write(folder / "www", count)
    listens = "".join(f"listen 127.0.0.{n}:{PORT}; " for n in range(1, HOSTS + 1))
    conf = folder / "nginx.conf"
    conf.write_text(_CONF.format(folder=folder, listens=listens))
    server = subprocess.Popen([nginx, "-c", str(conf), "-p", str(folder)])
    try:
        _wait(urls(1)[0])
        yield urls(count)
    finally:
        server.terminate()
        server.wait()


def _write(www: Path, count: int) -> None:
    www.mkdir(parents=True, exist_ok=True)
    for number, body in enumerate(feeds(count)):
        (www / f"{number}.xml").write_bytes(body)
        (www / f"{number}.xml.gz").write_bytes(gzip.compress(body, 6))


def _wait(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"nginx does not answer on port {PORT}: is it busy?")
