"""An SQS batch, message by message: only those that failed come back to the queue.

The answer's shape is Lambda's, `ReportBatchItemFailures` (AWS Lambda Developer Guide, "Handling errors for an SQS
event source").
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vigie.errors import StoreError

logger = logging.getLogger(__name__)


class Failed(Exception):  # noqa: N818 - what Lambda shows of it is a name and a place
    """An invocation failed. Its text is the class and place of the cause, never the cause's own text."""


def handle(event: Mapping[str, Any], each: Callable[[str], None]) -> dict[str, list[dict[str, str]]]:
    """Call `each` with every body; one that raises fails alone, and is tried again until it is a dead letter."""
    failed = []
    for record in event["Records"]:
        try:
            each(record["body"])
        except Exception as error:  # noqa: BLE001 - whatever one message does, its neighbours are handled
            logger.error("message %s failed: %s", record["messageId"], named(error))
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


@contextmanager
def unquoted() -> Iterator[None]:
    """Let a failure reach Lambda, which logs it and retries, without what its text may quote (invariant I8)."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, its text stays here
        raise Failed(named(error)) from None


def named(error: BaseException) -> str:
    """Class and place of an error, never its text, which may quote a page or an address.

    A `StoreError` is ours and quotes nothing: which call failed, and by which code of AWS's, is what to know of it.
    """
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    said = f" ({error})" if isinstance(error, StoreError) else ""
    return type(error).__name__ + said + place
