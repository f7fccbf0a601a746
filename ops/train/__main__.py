"""Learn every weight again from the labelled items of tests/eval: `make train`.

Needs scikit-learn, in an environment of its own (requirements-train.txt); what runs on AWS needs neither it nor numpy.

    python -m ops.train              write match.txt, sort.weights.txt and tone.weights.txt of judge/data
    python -m ops.train --check      say how each set fares when it is left out, instead
"""

from __future__ import annotations

import sys

from ops.train import crosscheck, matching, tone
from ops.train.sets import PLAIN, TAUGHT


def main(arguments: list[str]) -> None:
    if arguments == ["--check"]:
        matching.check()
        crosscheck.check(list(tone.examples((*TAUGHT, PLAIN))))
        return
    matching.train()
    tone.train()  # it reads what `match` finds, so comes second


main(sys.argv[1:])
