"""The peer of finding who may be named: pyahocorasick, over the same texts, with every way of naming everybody.

usage: automaton.py PATTERNS_FILE TEXTS_FILE
One pattern a line, one folded text a line. Prints as JSON the MB of text a second of CPU and how many were found. Runs
in the benchmarks' own environment (requirements-bench.txt).
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from statistics import median


def main(patterns: str, texts: str) -> None:
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for number, pattern in enumerate(Path(patterns).read_text("ascii").splitlines()):
        automaton.add_word(f" {pattern} ", number)
    automaton.make_automaton()
    lines = [f" {line} " for line in Path(texts).read_text("ascii").splitlines()]
    seconds = []
    for _ in range(5):
        began = time.process_time()
        found = sum(1 for line in lines for _ in automaton.iter(line))
        seconds.append(time.process_time() - began)
    print(json.dumps({"mb_s": round(sum(map(len, lines)) / 1e6 / median(seconds), 1), "found": found}))


if __name__ == "__main__":
    main(*sys.argv[1:])
