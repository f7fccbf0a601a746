"""What a cold start of each function costs in CPU beyond an empty handler, and what the package weighs.

usage: python -m benchmarks.bench_coldstart [--runs N]
Each run is a fresh interpreter that sees nothing but the built layer and function, as on AWS.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median

from ops.local import deploy, embedded

EMPTY = "def handler(event, context): return None\nhandler({}, None)"
STARTED = {
    "plan, before its clients": "import app",
    "plan, with its clients": "import app; app.planner(); {dynamodb}; {sqs}",
    "scan, before its clients": "import app; from vigie import sources, registry; registry.load(sources, 'feed')",
    "scan, with its clients": (
        "import app; from vigie import sources, registry; registry.load(sources, 'feed');"
        " app.scanner(); app.loop().get_loop(); {dynamodb}; {sqs}"
    ),
    "notify, with its clients": (
        "import app; from vigie import channels, registry; registry.load(channels, 'email'); app.notifier();"
        " {dynamodb}; {sesv2}"
    ),
}
"""What a first invocation has in memory before its first call to AWS."""

GOALS = {"scan, before its clients": 200, "scan, with its clients": 480, "notify, with its clients": 400}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    built = deploy.build()
    hello = median(_cpu_ms(_command(built, "PlanFunction", EMPTY)) for _ in range(runs))
    report: dict[str, object] = {"empty handler, ms of CPU": round(hello)}
    for name, code in STARTED.items():
        command = _command(built, f"{name.split(',')[0].title()}Function", _filled(code))
        over = median(_cpu_ms(command) for _ in range(runs)) - hello
        goal = GOALS.get(name)
        report[name] = {"ms over empty": round(over), "at most": goal, "reached": goal is None or over <= goal}
    report["scan: what dominates, ms of imports"] = _dominating(
        _command(built, "ScanFunction", _filled(STARTED["scan, with its clients"]))
    )
    report["unzipped MB, layer and largest function (at most 60)"] = _size_mb(built)
    print(json.dumps(report, indent=1))


def _filled(code: str) -> str:
    clients = {s: f"__import__('vigie.adapters.aws').adapters.aws.client('{s}')" for s in ("dynamodb", "sqs", "sesv2")}
    return code.format(**clients) if "{sqs}" in code or "{sesv2}" in code else code


def _command(built: Path, function: str, code: str) -> list[str]:
    folders = [str(built / function), str(built / "CommonLayer" / "python")]
    return [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {folders!r}\n{code}"]


def _env() -> dict[str, str]:
    names = re.findall(r"^    ([a-z_]+): (str|int|tuple)", (embedded.ROOT / _SETTINGS).read_text(), re.MULTILINE)
    return {**embedded.CREDENTIALS, **{name.upper(): "5" if kind == "int" else "nowhere" for name, kind in names}}


_SETTINGS = "layers/common/vigie/settings.py"


def _cpu_ms(command: list[str]) -> float:
    process = subprocess.Popen(command, env=_env(), cwd="/")
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"exit status {status}: {command[-1]}")
    return (usage.ru_utime + usage.ru_stime) * 1000


def _dominating(command: list[str]) -> dict[str, float]:
    """Milliseconds of import by top-level package, the largest first."""
    done = subprocess.run([command[0], "-X", "importtime", *command[1:]], env=_env(), capture_output=True, text=True)
    spent: defaultdict[str, float] = defaultdict(float)
    for own_us, name in re.findall(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", done.stderr):
        spent[name.split(".")[0]] += int(own_us) / 1000
    return {name: round(ms, 1) for name, ms in sorted(spent.items(), key=lambda pair: -pair[1])[:8]}


def _size_mb(built: Path) -> float:
    def weigh(folder: Path) -> int:
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    functions = max(weigh(folder) for folder in built.glob("*Function"))
    return round((weigh(built / "CommonLayer") + functions) / 2**20, 1)


if __name__ == "__main__":
    main()
