"""Every benchmark, one after the other, each with its peers beside it: `make bench`, or `make bench ARGS="scan calls"`.

Prepares the peers' environment at first use. README.md says what each figure means and what it was.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PEERS = ROOT / ".local" / "bench"
ALL = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def main(wanted: list[str]) -> int:
    unknown = sorted(set(wanted) - set(ALL))
    if unknown:
        print(f"No benchmark is named {unknown[0]!r}: there are {', '.join(ALL)}.", file=sys.stderr)
        return 2
    _prepare()
    failed = False
    for name in wanted or ALL:
        print(f"== {name}", flush=True)
        failed |= bool(subprocess.run([sys.executable, "-m", f"benchmarks.bench_{name}"], cwd=ROOT).returncode)
    return int(failed)


def _prepare() -> None:
    """The peers' own environment, made again when what it holds changed."""
    wanted = (ROOT / "requirements-bench.txt").read_text()
    note = PEERS / ".ready"
    if note.exists() and note.read_text() == wanted:
        return
    print("Installing the peers in .local/bench ...", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(PEERS)], check=True)
    pip = [str(PEERS / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", str(ROOT / "requirements-bench.txt")], check=True)
    note.write_text(wanted)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
