"""What the deployed functions say of themselves: one JSON line and one set of metrics an invocation.

Ids, counts, hosts and error classes only (invariant I8): no URL, no title, no name, no address, and never the text
of a vendor's exception, which quotes what it was given.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from vigie.model import OutcomeKind

if TYPE_CHECKING:  # a notifier must not import the scanner to say what it did
    from vigie.notify import FlushReport
    from vigie.plan import TickReport
    from vigie.scan import ScanReport


def logger(service: str) -> Logger:
    """The function's logger; what the package logs through the standard library goes the same way, as JSON."""
    made = Logger(service=service)
    root = logging.getLogger("vigie")
    root.handlers = made.handlers
    root.setLevel(made.log_level)
    root.propagate = False
    return made


def tick(report: TickReport) -> None:
    """Metrics of a good tick. `Ticks` is the heartbeat: its absence is an alarm."""
    _emit(
        "plan",
        {
            "Ticks": 1,
            "SourcesEnqueued": report.sources,
            "PointersSwept": report.pointers,
            "TickLagMinutes": report.lag_minutes,
            "OldestDueSeconds": report.oldest_due_s,
        },
    )


def scanned(report: ScanReport) -> None:
    """Metrics of one job: what was seen, what was not, and what was found."""
    counts = report.counts()
    outcomes = report.outcomes.values()
    _emit(
        "scan",
        {
            "SourcesSeen": sum(n for kind, n in counts.items() if kind.seen),
            "SourcesNotSeen": sum(n for kind, n in counts.items() if not kind.seen and kind is not OutcomeKind.HELD),
            "SourcesHeld": counts[OutcomeKind.HELD],
            "MentionsFound": sum(outcome.tally.new for outcome in outcomes),
            "ItemsNotJudged": sum(outcome.tally.failed for outcome in outcomes),
        },
    )


def notified(report: FlushReport) -> None:
    """Metrics of one look at one practitioner."""
    _emit("notify", {"Flushes": 1, **{name.title().replace("_", ""): count for name, count in report.counts.items()}})


def _emit(service: str, values: Mapping[str, float]) -> None:
    metrics = Metrics(service=service)  # its namespace, of the deployment, is in the environment
    for name, value in values.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    metrics.flush_metrics()
