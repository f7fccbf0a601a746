"""Feeds read by us, by feedparser and by fastfeedparser, in one process and interleaved.

usage: python -m benchmarks.bench_read [--feeds N] [--rounds N] [--peers FOLDER] [--real FOLDER]

`parse` is what the peers do: bytes to title, link, aware date and body of each entry. `read` is what Vigie needs of
it: items whose texts are plain and whose links are checked. Quality is agreement with feedparser on the feeds of real
sites over 3 KB (--real); without that folder only speed is measured. Only ratios are claims.
"""

from __future__ import annotations

import argparse
import calendar
import io
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import unquote

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import corpus  # noqa: E402 - so that the file can be run by its path
from vigie.errors import SourceError  # noqa: E402
from vigie.model import Item, Source  # noqa: E402
from vigie.parse import feedquick, links  # noqa: E402
from vigie.parse.charset import decoded  # noqa: E402
from vigie.parse.dates import instant  # noqa: E402
from vigie.parse.markup import line, plain, shown  # noqa: E402
from vigie.ports import Response  # noqa: E402
from vigie.sources import feed  # noqa: E402

URL = "https://site.example/feed"
SOURCE = Source("s1", "feed", {"url": URL}, 60, "site.example")
PARSE_GOAL = 40.0
AGREE_GOAL = 0.99
REAL_BYTES = 3_000


def read(body: bytes) -> Sequence[Item]:
    """What scan asks for."""
    return feed.read(SOURCE, Response(200, URL, {}, body)).items


def parse(body: bytes) -> list[tuple[str, str, datetime | None, str]]:
    """What a feed parser gives: the body of an entry as it stands."""
    found = feedquick.skimmed(decoded(body), URL)
    assert found is not None
    return [
        (
            shown(entry["title"]),
            links.absolute(URL, entry["link"]),
            instant(entry["published"]),
            entry.get("content") or entry["summary"],
        )
        for entry in found.entries
    ]


def main() -> int:
    options = _options()
    sys.path += map(str, options.peers.glob("lib/python*/site-packages"))
    speed = _speed(list(corpus.feeds(options.feeds)), options.rounds)
    quality = _quality(options.real) if options.real.is_dir() else {}
    print(_table(speed, quality), file=sys.stderr)
    print(json.dumps({"speed": speed, "quality": quality}, indent=1))
    reached = speed["parse"]["x_feedparser"] >= PARSE_GOAL
    return int(not reached or any(part["share"] < AGREE_GOAL for part in quality.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--feeds", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--peers", type=Path, default=ROOT / ".local" / "bench", help="environment that holds feedparser"
    )
    parser.add_argument("--real", type=Path, default=ROOT.parent / "shared" / "hostile" / "feeds")
    return parser.parse_args()


def _speed(bodies: list[bytes], rounds: int) -> dict[str, dict[str, float]]:
    """Median CPU milliseconds a feed, every reader on every feed in turn; feedparser on a tenth of them."""
    few = bodies[:: max(len(bodies) // 6, 1)]
    readers: dict[str, tuple[Callable[[bytes], object], list[bytes]]] = {
        "feedparser": (_feedparser, few),
        "parse": (parse, bodies),
        "read": (read, bodies),
    }
    fast = _fastfeedparser()
    if fast:
        readers["fastfeedparser"] = (fast, bodies)
    spent: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(rounds):
        for name, (reader, some) in readers.items():
            started = time.process_time()
            for body in some:
                reader(body)
            spent[name].append((time.process_time() - started) / len(some) * 1_000)
    reference = median(spent["feedparser"])
    return {
        name: {"cpu_ms": round(median(times), 3), "x_feedparser": round(reference / median(times), 1)}
        for name, times in spent.items()
    }


def _feedparser(body: bytes) -> Any:
    import feedparser  # type: ignore[import-not-found,unused-ignore]

    return feedparser.parse(io.BytesIO(body), response_headers={"content-location": URL})


def _fastfeedparser() -> Callable[[bytes], object] | None:
    try:
        import fastfeedparser  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        return None
    reader: Callable[[bytes], object] = fastfeedparser.parse
    return reader


def _quality(folder: Path) -> dict[str, dict[str, float]]:
    """How often we agree with feedparser on feeds that it understands."""
    counts: dict[str, list[int]] = {name: [0, 0] for name in ("files", "items", "title", "link", "date")}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.stat().st_size < REAL_BYTES:
            continue
        body = path.read_bytes()
        reference = _reference(body)
        if reference is None:
            continue
        for name, agrees in _agreements(body, reference):
            counts[name][0] += agrees
            counts[name][1] += 1
    return {
        name: {"agree": agree, "of": total, "share": round(agree / max(total, 1), 4)}
        for name, (agree, total) in counts.items()
    }


def _reference(body: bytes) -> Any:
    try:
        found = _feedparser(body)
    except Exception:  # noqa: BLE001 - it fails on some, and then there is nothing to agree with
        return None
    return found if found.get("version") and found.entries else None


def _agreements(body: bytes, reference: Any) -> Iterator[tuple[str, bool]]:
    try:
        items = read(body)
    except SourceError:
        yield "files", False
        return
    yield "files", True
    yield "items", len(items) == len(reference.entries)
    if len(items) != len(reference.entries):
        return
    for item, entry in zip(items, reference.entries, strict=True):
        if entry.get("title"):
            yield "title", line(item.title) == line(plain(entry.title))
        if entry.get("link", "").startswith("http"):
            yield "link", unquote(item.url) == unquote(entry.link)
        told = entry.get("published_parsed") or entry.get("updated_parsed")
        if told:
            expected = datetime.fromtimestamp(calendar.timegm(told), UTC)
            yield "date", item.published_at is not None and item.published_at.replace(microsecond=0) == expected


def _table(speed: dict[str, dict[str, float]], quality: dict[str, dict[str, float]]) -> str:
    lines = [f"{'':<16}{'CPU ms a feed':>14}{'x feedparser':>14}"]
    lines += [f"{name:<16}{fact['cpu_ms']:>14}{fact['x_feedparser']:>14}" for name, fact in speed.items()]
    lines += [
        f"{name:<16}{fact['agree']:>8.0f} of {fact['of']:<8.0f}{fact['share']:>8.2%}" for name, fact in quality.items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
