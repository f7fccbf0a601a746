"""What others do with the same feeds: one process a peer, two passes, the CPU of each as JSON.

usage: peers.py PEER FOLDER URLS_FILE        PEER: reader, feedparser, curl
Runs in the benchmarks' own environment (requirements-bench.txt).
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def main(peer: str, folder: str, urls_file: str) -> None:
    urls = Path(urls_file).read_text().split()
    passes = {"reader": _reader, "feedparser": _feedparser, "curl": _curl}[peer](urls, Path(folder))
    print(json.dumps({"cold": measured(passes), "unchanged": measured(passes), "peak_mb": peak_mb()}))


def measured(work: Callable[[], None]) -> dict[str, float]:
    """CPU seconds (this process and those it waited for) and wall seconds of one call."""
    cpu, wall = _cpu(), time.perf_counter()
    work()
    return {"cpu_s": round(_cpu() - cpu, 3), "wall_s": round(time.perf_counter() - wall, 3)}


def peak_mb() -> float:
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(most / 1024, 1)


def _cpu() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _reader(urls: list[str], folder: Path) -> Callable[[], None]:
    from reader import make_reader

    folder.joinpath("reader.sqlite").unlink(missing_ok=True)
    store = make_reader(str(folder / "reader.sqlite"))
    for url in urls:
        store.add_feed(url)
    return lambda: store.update_feeds(scheduled=False, workers=10)


def _feedparser(urls: list[str], _folder: Path) -> Callable[[], None]:
    import feedparser
    import requests

    session = requests.Session()
    validators: dict[str, dict[str, str]] = {}

    def read(url: str) -> int:
        answer = session.get(url, headers=validators.get(url, {}))
        if answer.status_code == 304:
            return 0
        validators[url] = {"If-None-Match": answer.headers["ETag"]}
        return len(feedparser.parse(io.BytesIO(answer.content)).entries)

    def once() -> None:
        with ThreadPoolExecutor(10) as pool:
            list(pool.map(read, urls))

    return once


def _curl(urls: list[str], folder: Path) -> Callable[[], None]:
    config = folder / "curl.conf"
    lines = (f'url = "{url}"\noutput = "/dev/null"\n' for url in urls)
    config.write_text("compressed\nno-progress-meter\nparallel\nparallel-max = 50\n" + "".join(lines))
    return lambda: subprocess.run(["curl", "--config", str(config)], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
