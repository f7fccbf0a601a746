"""1,000 feeds against 10,000 practitioners, cold and unchanged, with the peers beside us in one run.

usage: python -m benchmarks.bench_scan [--feeds N] [--people N] [--rounds N] [--peers ENV]
Only ratios are claims; seconds belong to the machine they were measured on.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.web import served

ROOT = Path(__file__).parent.parent
GOALS = {
    "cold CPU, reader's / ours (at least 14)": ("cold", "reader", 14.0),
    "cold CPU, feedparser's / ours (at least 10)": ("cold", "feedparser", 10.0),
    "unchanged CPU, reader's / ours (at least 1.67)": ("unchanged", "reader", 1.67),
}


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), options.feeds) as urls:
        listed = Path(folder) / "urls"
        listed.write_text("\n".join(urls))
        peers = [str(options.peers), "-m", "benchmarks.peers"]
        commands = {
            "vigie": [sys.executable, "-m", "benchmarks.vigie_pass", str(listed), str(options.people)],
            **{peer: [*peers, peer, folder, str(listed)] for peer in ("reader", "feedparser", "curl")},
        }
        runs: dict[str, list[dict[str, Any]]] = {name: [] for name in commands}
        for _ in range(options.rounds):
            for name, command in commands.items():
                runs[name].append(_run(command))
                print(f"{name:<12}{json.dumps(runs[name][-1])}", file=sys.stderr)
    print(json.dumps(_summary(runs), indent=1))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=Path, default=ROOT / ".local/bench/bin/python", help="Python of the peers")
    return parser.parse_args()


def _run(command: Sequence[str]) -> dict[str, Any]:
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _summary(runs: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Medians by peer, and the ratios that are goals."""

    def cpu(name: str, phase: str) -> float:
        return median(run[phase]["cpu_s"] for run in runs[name])

    return {
        "medians": {
            name: {
                "cold_cpu_s": cpu(name, "cold"),
                "unchanged_cpu_s": cpu(name, "unchanged"),
                "peak_mb": median(run["peak_mb"] for run in done),
            }
            for name, done in runs.items()
        },
        "ratios": {
            goal: {
                "ratio": round(cpu(peer, phase) / cpu("vigie", phase), 2),
                "reached": bool(cpu(peer, phase) / cpu("vigie", phase) >= least),
            }
            for goal, (phase, peer, least) in GOALS.items()
        },
        "peak MB (at most 70)": median(run["peak_mb"] for run in runs["vigie"]),
        "unchanged writes (0)": [run["unchanged"]["writes"] for run in runs["vigie"]],
    }


if __name__ == "__main__":
    main()
