"""Fetching alone: what one feed costs in CPU, cold and unchanged, beside stock httpx and curl in one run.

usage: python -m benchmarks.bench_fetch [--feeds N] [--rounds N]
Jobs of 25 as in production, every check in place: gate, turns, deadlines, bounds. Needs nginx and curl.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Coroutine, Mapping, Sequence
from itertools import batched
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.peers import measured, peak_mb
from benchmarks.web import served

ROOT = Path(__file__).parent.parent
WAYS = ("vigie", "httpx transport", "httpx client", "curl")
GOAL_MS = 0.9
"""Of an unchanged feed: what leaves room for the rest of a scan within 0.6 of lemon24/reader's CPU."""

type Validators = dict[str, Mapping[str, str]]
type Fetch = Callable[[Sequence[str], Validators], Coroutine[Any, Any, None]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--urls", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        print(json.dumps(_passes(options.way, options.urls.read_text().split(), options.urls.parent)))
    else:
        print(json.dumps(_compared(options.feeds, options.rounds), indent=1))


def _compared(feeds: int, rounds: int) -> dict[str, Any]:
    runs: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), feeds) as urls:
        listed = Path(folder) / "urls"
        listed.write_text("\n".join(sorted(urls, key=lambda url: url.split("/")[2])))  # as plan groups them, by host
        for _ in range(rounds):
            for way in WAYS:
                command = [sys.executable, "-m", "benchmarks.bench_fetch", "--way", way, "--urls", str(listed)]
                done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
                runs[way].append(json.loads(done.stdout))
                print(f"{way:<16}{done.stdout.strip()}", file=sys.stderr)

    def ms(way: str, phase: str) -> float:
        seconds: float = median(run[phase]["cpu_s"] for run in runs[way])
        return round(seconds * 1000 / feeds, 3)

    unchanged = ms("vigie", "unchanged")
    return {
        "CPU ms a feed": {way: {phase: ms(way, phase) for phase in ("cold", "unchanged")} for way in WAYS},
        f"unchanged, at most {GOAL_MS} ms": unchanged <= GOAL_MS,
        "unchanged, stock httpx transport's / ours (at least 1)": round(
            ms("httpx transport", "unchanged") / unchanged, 2
        ),
        "peak MB": {way: median(run["peak_mb"] for run in runs[way]) for way in WAYS},
    }


def _passes(way: str, urls: list[str], folder: Path) -> dict[str, Any]:
    if way == "curl":
        # It keeps no validators: a date that nothing is newer than stands for them.
        headers = {"cold": "Accept: */*", "unchanged": "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"}
        return {name: measured(_curl(urls, folder, header)) for name, header in headers.items()} | {
            "peak_mb": peak_mb()
        }
    fetch = {"vigie": _vigie, "httpx transport": _transport, "httpx client": _client}[way]()
    validators: Validators = {}
    with asyncio.Runner() as runner:
        passes = {name: measured(lambda: runner.run(fetch(urls, validators))) for name in ("cold", "unchanged")}
    if len(validators) != len(urls):
        raise SystemExit(f"{way}: {len(validators)} of {len(urls)} feeds were read")
    return {**passes, "peak_mb": peak_mb()}


def _asked(known: Mapping[str, str]) -> dict[str, str]:
    names = {"if-none-match": "etag", "if-modified-since": "last-modified"}
    return {name: known[header] for name, header in names.items() if header in known}


def _vigie() -> Fetch:
    from vigie.adapters.http import HttpFetcher
    from vigie.exchange import Request
    from vigie.ports import Fetcher

    fetcher = HttpFetcher(contact="https://vigie.example/robot", allowlist=["127.0.0.0/8"])

    async def one(web: Fetcher, url: str, validators: Validators) -> None:
        answer = await web.fetch(Request(url, _asked(validators.get(url, {}))))
        validators.setdefault(url, answer.headers)

    async def fetch(urls: Sequence[str], validators: Validators) -> None:
        for job in batched(urls, 25, strict=False):
            web = fetcher.job()
            await asyncio.gather(*(one(web, url, validators) for url in job))

    return fetch


def _transport() -> Fetch:
    import httpx

    async def fetch(urls: Sequence[str], validators: Validators) -> None:
        async with httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=50)) as transport:

            async def one(url: str) -> None:
                headers = {"accept-encoding": "gzip", **_asked(validators.get(url, {}))}
                times = {"timeout": {"connect": 3, "read": 5, "write": 5, "pool": 20}}
                answer = await transport.handle_async_request(
                    httpx.Request("GET", url, headers=headers, extensions=times)
                )
                await answer.aread()
                await answer.aclose()
                validators.setdefault(url, answer.headers)

            for job in batched(urls, 25, strict=False):
                await asyncio.gather(*map(one, job))

    return fetch


def _client() -> Fetch:
    import httpx

    async def fetch(urls: Sequence[str], validators: Validators) -> None:
        limits = httpx.Limits(max_connections=50)
        async with httpx.AsyncClient(limits=limits, trust_env=False, headers={"accept-encoding": "gzip"}) as client:

            async def one(url: str) -> None:
                answer = await client.get(url, headers=_asked(validators.get(url, {})))
                validators.setdefault(url, answer.headers)

            for job in batched(urls, 25, strict=False):
                await asyncio.gather(*map(one, job))

    return fetch


def _curl(urls: Sequence[str], folder: Path, header: str) -> Callable[[], None]:
    config = folder / "curl.conf"
    options = f'compressed\nno-progress-meter\nparallel\nparallel-max = 50\nheader = "{header}"\n'
    lines = [f'url = "{url}"\noutput = "/dev/null"\n' for url in urls]

    def run() -> None:
        config.write_text(options + "".join(lines))
        subprocess.run(["curl", "--config", str(config)], check=True)

    return run


if __name__ == "__main__":
    main()
