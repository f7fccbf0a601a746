"""Reads files as feeds, each in a process of its own, and prints what it cost: one JSON object a line.

usage: python -m tests.common.sources.probe KIND FILE...
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path

from tests.common.sources.reading import page_of
from vigie.errors import SourceError
from vigie.parse import dom, feedtree  # noqa: F401 - their price is the program's, not the feed's


def measured(kind: str, path: Path) -> dict[str, object]:
    started = time.perf_counter()
    try:
        page = page_of(kind, path.read_bytes(), url="https://site.example/feed.xml")
    except SourceError as error:
        told: dict[str, object] = {"verdict": "error", "outcome": error.outcome.value}
    except BaseException as error:  # noqa: BLE001 - a crash is a result too
        told = {"verdict": "crash", "outcome": repr(error)}
    else:
        items = [
            {"title": i.title, "text": i.text[:20_000], "url": i.url, "date": str(i.published_at)} for i in page.items
        ]
        told = {"verdict": "ok", "items": items, "whole": page.whole}
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return told | {"file": path.name, "seconds": seconds, "rss_mb": peak}


def _tell(fact: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(fact) + "\n")
    sys.stdout.flush()


def main(kind: str, *files: str) -> None:
    for file in files:
        sys.stdout.flush()
        child = os.fork()
        if not child:
            _tell(measured(kind, Path(file)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            _tell({"file": Path(file).name, "verdict": "crash", "outcome": f"status {status}"})


if __name__ == "__main__":
    main(*sys.argv[1:])
