"""What an HTTP answer means for a source, and when to ask again. Pure.

Only a 200 (or a 203: the same by way of a proxy), or a 304 to our own validators, shows a source. Everything else is a
failure with a name, so that "nothing found" is never said for "could not look" (invariant I12).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from vigie.budget import day_of
from vigie.errors import SourceError
from vigie.exchange import Response
from vigie.model import Cursor, OutcomeKind

WAIT_LEAST = timedelta(minutes=1)
WAIT_UNSAID = timedelta(minutes=15)
"""For a 429 that does not say how long, or says it unreadably."""
WAIT_MOST = timedelta(hours=24)
"""A source that asks for more (a date in 2099, a typing error) is asked again the next day."""

TRIED_AGAIN = WAIT_MOST - timedelta(minutes=15)
"""So that a source read once a day, and a little sooner than the day before, is not let go by."""

BACK_OFF_MOST = timedelta(hours=6)
MAX_VALIDATOR = 1_000
"""Bytes of an ETag or Last-Modified worth keeping; real ones have under 100."""

_WHOLE = frozenset({200, 203})
"""The source as it is: all of it, now. 203 says that a proxy changed its form (RFC 9110 section 15.3.4)."""

NOT_MODIFIED = 304

_BY_STATUS = {
    NOT_MODIFIED: OutcomeKind.UNREACHABLE,  # to a request without validators: there is nothing it could refer to
    401: OutcomeKind.BLOCKED,
    403: OutcomeKind.BLOCKED,
    404: OutcomeKind.GONE,
    408: OutcomeKind.UNREACHABLE,  # the server waited for us: its trouble, or the network's
    410: OutcomeKind.GONE,
    421: OutcomeKind.UNREACHABLE,
    425: OutcomeKind.UNREACHABLE,
    451: OutcomeKind.BLOCKED,
    999: OutcomeKind.BLOCKED,  # LinkedIn's "request denied"
}
_CHALLENGED = {"cf-mitigated": "challenge", "x-amzn-waf-action": "challenge"}
"""Headers by which Cloudflare and AWS WAF say that they ask for a human, whatever the status."""

_VALIDATOR = re.compile(r"[\x20-\x7e]+")
_SECONDS = re.compile(r"[0-9]+")


def after_status(response: Response, *, conditional: bool, now: datetime) -> OutcomeKind:
    """`OK` for a body to read, `NOT_MODIFIED` for a 304 to a `conditional` request (one with validators).

    Raises `SourceError` for every other answer: `THROTTLED` with `until`, `BLOCKED`, `GONE`, `NOT_A_FEED` for an
    empty body, `UNREACHABLE` for what may mend itself (5xx, a part instead of the whole, an unasked 304).
    """
    status = response.status
    if any(response.header(name).lower() == value for name, value in _CHALLENGED.items()):
        raise SourceError(OutcomeKind.BLOCKED, "challenge")
    if status in _WHOLE:
        if response.body.strip():
            return OutcomeKind.OK
        raise SourceError(OutcomeKind.NOT_A_FEED, "empty body")
    if status == NOT_MODIFIED and conditional:
        return OutcomeKind.NOT_MODIFIED
    if status == 204:
        raise SourceError(OutcomeKind.NOT_A_FEED, "empty body")
    waits = response.header("retry-after")
    if status == 429 or (status == 503 and waits):
        raise SourceError(OutcomeKind.THROTTLED, f"status {status}", until=retry_at(waits, now))
    raise SourceError(_BY_STATUS.get(status, _by_class(status)), f"status {status}")


def _by_class(status: int) -> OutcomeKind:
    """A 4xx without a row of its own refuses this request as it is; the rest is trouble that may pass."""
    return OutcomeKind.BLOCKED if 400 <= status < 500 else OutcomeKind.UNREACHABLE


def retry_at(text: str, now: datetime) -> datetime:
    """When a Retry-After of `text` (seconds, or an HTTP date; RFC 9110 section 10.2.3) lets us come back.

    Never sooner than `WAIT_LEAST` nor later than `WAIT_MOST`, whatever was sent.
    """
    text = text.strip()
    if _SECONDS.fullmatch(text):
        # Beyond eight digits it is past every cap, and int() refuses some lengths.
        wait = timedelta(seconds=int(text)) if len(text) <= 8 else WAIT_MOST
    else:
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            wait = WAIT_UNSAID
        else:
            wait = (date if date.tzinfo else date.replace(tzinfo=UTC)) - now
    return now + min(max(wait, WAIT_LEAST), WAIT_MOST)


def until_said(error: SourceError, zone: str, now: datetime) -> datetime | None:
    """When what failed may be tried again, if that was said, within the same bounds as a Retry-After; None when it is
    for us to choose. A quota that does not say comes back with the next day of its service, in `zone`; one that says
    the end of the month is tried every day all the same: the operator may raise it, and silence is to be counted."""
    if error.outcome is OutcomeKind.QUOTA_EXHAUSTED and error.until:
        return min(max(error.until, now + WAIT_LEAST), now + TRIED_AGAIN)
    if error.until or error.wait_s is not None:
        until = error.until or now + timedelta(seconds=min(max(error.wait_s or 0, 0), WAIT_MOST.total_seconds()))
        return min(max(until, now + WAIT_LEAST), now + WAIT_MOST)
    if error.outcome is OutcomeKind.QUOTA_EXHAUSTED:
        return day_of(now, zone)[1]
    return now + WAIT_UNSAID if error.outcome is OutcomeKind.THROTTLED else None


def back_off(failures: int, cadence: int, *, jitter: float) -> timedelta:
    """How long to leave a source alone after `failures` (1 or more) scans that did not see it.

    `cadence` in minutes. Half a cadence short of a whole number of them, so that 0, 1, 3, 7... slots of the wheel
    are let go by; shortened by up to a fifth by `jitter` in [0, 1). Under six hours: a source that is back is
    seen again within the day, and one that is read every six hours or less often is never skipped.
    """
    slots: float = 2.0 ** min(failures - 1, 10) - 0.5
    return min(slots * timedelta(minutes=cadence), BACK_OFF_MOST) * (0.8 + 0.199 * jitter)


def validators(cursor: Cursor) -> dict[str, str]:
    """The headers that ask "what changed?", with the server's own validators, verbatim."""
    asked = {"if-none-match": cursor.etag, "if-modified-since": cursor.last_modified}
    return {name: value for name, value in asked.items() if value and _is_sane(value)}


def keep_validators(response: Response) -> dict[str, str]:
    """The validators worth keeping of an answer, as `etag` and `last-modified`.

    One that is huge, or holds anything but visible ASCII, is neither stored nor ever sent back.
    """
    found = {name: response.header(name) for name in ("etag", "last-modified")}
    return {name: value for name, value in found.items() if value and _is_sane(value)}


def _is_sane(value: str) -> bool:
    return len(value) <= MAX_VALIDATOR and _VALIDATOR.fullmatch(value) is not None
