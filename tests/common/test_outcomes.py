"""What an answer means, and when to ask again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.errors import SourceError
from vigie.exchange import Response
from vigie.model import CADENCES, Cursor, OutcomeKind
from vigie.outcomes import after_status, back_off, keep_validators, retry_at, until_said, validators

NOW = datetime(2026, 11, 23, 13, 16, 40, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def answer(status: int, body: bytes = b"", **headers: str) -> Response:
    return Response(status, "https://x.test/", {name.replace("_", "-"): value for name, value in headers.items()}, body)


def failure(response: Response, *, conditional: bool = False) -> SourceError:
    with pytest.raises(SourceError) as failed:
        after_status(response, conditional=conditional, now=NOW)
    return failed.value


@pytest.mark.parametrize("status", [200, 203])
@pytest.mark.parametrize("conditional", [True, False])
def test_a_200_with_a_body_is_read_by_way_of_a_proxy_too(status: int, conditional: bool) -> None:
    assert OutcomeKind.OK is after_status(answer(status, b"<rss/>"), conditional=conditional, now=NOW)


def test_a_304_means_something_only_to_who_asked() -> None:
    assert OutcomeKind.NOT_MODIFIED is after_status(answer(304), conditional=True, now=NOW)
    assert OutcomeKind.UNREACHABLE is failure(answer(304)).outcome


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("not_a_feed", 204),
        ("unreachable", 201),
        ("unreachable", 202),
        ("unreachable", 205),
        ("unreachable", 207),
        ("unreachable", 208),
        ("unreachable", 206),
        ("unreachable", 226),
        ("unreachable", 300),
        ("unreachable", 302),
        ("unreachable", 305),
        ("blocked", 400),
        ("blocked", 401),
        ("blocked", 402),
        ("blocked", 403),
        ("gone", 404),
        ("blocked", 405),
        ("blocked", 406),
        ("unreachable", 408),
        ("gone", 410),
        ("blocked", 418),
        ("unreachable", 421),
        ("unreachable", 425),
        ("throttled", 429),
        ("blocked", 451),
        ("unreachable", 500),
        ("unreachable", 503),
        ("unreachable", 522),
        ("unreachable", 600),
        ("blocked", 999),
    ],
)
def test_every_other_status_is_a_failure_with_a_name(outcome: str, status: int) -> None:
    """Even with a feed in the body: what is not meant as the answer is not read as one."""
    assert outcome == failure(answer(status, b"<rss/>"), conditional=True).outcome.value


@pytest.mark.parametrize("body", [b"", b" \r\n\t"])
@pytest.mark.parametrize("status", [200, 203])
def test_an_empty_200_is_not_an_empty_source(body: bytes, status: int) -> None:
    assert OutcomeKind.NOT_A_FEED is failure(answer(status, body)).outcome


@pytest.mark.parametrize("headers", [{"cf_mitigated": "challenge"}, {"x_amzn_waf_action": "challenge"}])
@pytest.mark.parametrize("status", [200, 202, 203, 403, 503])
def test_a_challenge_is_a_closed_door_whatever_its_status(headers: dict[str, str], status: int) -> None:
    assert OutcomeKind.BLOCKED is failure(answer(status, b"<html/>", **headers)).outcome


def test_a_503_that_says_when_to_come_back_is_obeyed() -> None:
    error = failure(answer(503, retry_after="600"))

    assert (OutcomeKind.THROTTLED, NOW + 10 * MINUTE) == (error.outcome, error.until)


@pytest.mark.parametrize(
    ("wait", "text"),
    [
        (2 * MINUTE, "120"),
        (2 * MINUTE, " 120 "),
        (MINUTE, "0"),
        (MINUTE, "1"),
        (DAY, "86401"),
        (DAY, "99999999"),
        (DAY, "99999999999999999999"),
        (DAY, "9" * 5000),
        (10 * MINUTE, "Mon, 23 Nov 2026 13:26:40 GMT"),
        (10 * MINUTE, "Monday, 23-Nov-26 13:26:40 GMT"),
        (10 * MINUTE, "Mon, 23 Nov 2026 14:26:40 +0100"),
        (10 * MINUTE, "Mon, 23 Nov 2026 13:26:40 -0000"),
        (MINUTE, "Wed, 21 Oct 2015 07:28:00 GMT"),
        (DAY, "Wed, 21 Oct 2099 07:28:00 GMT"),
        (15 * MINUTE, ""),
        (15 * MINUTE, "soon"),
        (15 * MINUTE, "-5"),
        (15 * MINUTE, "1e9"),
        (15 * MINUTE, "1.5"),
        (15 * MINUTE, "²"),
        (15 * MINUTE, "120, 60"),
        (15 * MINUTE, "Mon, 99 Foo 2026 99:99:99 GMT"),
        (15 * MINUTE, "Mon, 01 Jan 99999 00:00:00 GMT"),
    ],
)
def test_retry_after_is_understood_and_kept_within_bounds(wait: timedelta, text: str) -> None:
    assert NOW + wait == retry_at(text, NOW)


@given(st.text(max_size=50))
def test_no_retry_after_parks_a_source_or_fails(text: str) -> None:
    assert NOW + MINUTE <= retry_at(text, NOW) <= NOW + DAY


@pytest.mark.parametrize(("skipped", "failures"), [(0, 1), (1, 2), (3, 3), (7, 4), (15, 5)])
@pytest.mark.parametrize("jitter", [0.0, 0.5, 0.999])
def test_a_source_that_fails_is_left_alone_for_twice_as_many_turns_each_time(
    skipped: int, failures: int, jitter: float
) -> None:
    """The first failure costs nothing: the source is read again at its next turn."""
    wait = back_off(failures, 15, jitter=jitter)

    assert skipped * 0.75 * timedelta(minutes=15) <= wait < (skipped + 1) * timedelta(minutes=15)


@pytest.mark.parametrize("cadence", CADENCES.values())
@pytest.mark.parametrize("failures", [1, 2, 3, 7, 1_000_000])
def test_back_off_never_reaches_six_hours(cadence: int, failures: int) -> None:
    """So a source read every six hours or a day is never skipped, and one that is back is seen the same day."""
    assert timedelta(0) < back_off(failures, cadence, jitter=0.999999) < 6 * HOUR


def test_jitter_spreads_sources_that_failed_together() -> None:
    assert back_off(3, 60, jitter=0.1) < back_off(3, 60, jitter=0.9)


def test_validators_are_sent_back_as_they_came() -> None:
    """A clock of our own in If-Modified-Since gets no 304 from nginx as it is shipped."""
    kept = keep_validators(answer(200, etag='W/"abc"', last_modified="Mon, 05 Jan 2026 08:00:00 GMT"))

    assert {"etag": 'W/"abc"', "last-modified": "Mon, 05 Jan 2026 08:00:00 GMT"} == kept
    assert {"if-none-match": 'W/"abc"', "if-modified-since": "Mon, 05 Jan 2026 08:00:00 GMT"} == validators(
        Cursor(etag=kept["etag"], last_modified=kept["last-modified"])
    )


@pytest.mark.parametrize("etag", ['"' + "a" * 1000, '"a\r\nX: y"', '"é"', '"\x00"', '"\x7f"', "", '"\t"'])
def test_a_validator_that_is_not_one_is_neither_kept_nor_sent(etag: str) -> None:
    assert {} == keep_validators(answer(200, etag=etag))
    assert {} == validators(Cursor(etag=etag))


@pytest.mark.parametrize(
    ("error", "until"),
    [
        (SourceError(OutcomeKind.THROTTLED, wait_s=90), NOW + timedelta(seconds=90)),
        (SourceError(OutcomeKind.THROTTLED, wait_s=0.2), NOW + MINUTE),
        (SourceError(OutcomeKind.THROTTLED, wait_s=-5), NOW + MINUTE),
        (SourceError(OutcomeKind.THROTTLED, wait_s=1e300), NOW + DAY),
        (SourceError(OutcomeKind.THROTTLED, until=NOW + HOUR), NOW + HOUR),
        (SourceError(OutcomeKind.THROTTLED, until=NOW - HOUR), NOW + MINUTE),
        (SourceError(OutcomeKind.THROTTLED, until=NOW + 900 * DAY), NOW + DAY),
        (SourceError(OutcomeKind.THROTTLED), NOW + timedelta(minutes=15)),
        (SourceError(OutcomeKind.QUOTA_EXHAUSTED), datetime(2026, 11, 24, 8, tzinfo=UTC)),
        (SourceError(OutcomeKind.QUOTA_EXHAUSTED, until=NOW + 7 * HOUR), NOW + 7 * HOUR),
        (SourceError(OutcomeKind.QUOTA_EXHAUSTED, until=NOW + 7 * DAY), NOW + DAY - timedelta(minutes=15)),
        (SourceError(OutcomeKind.QUOTA_EXHAUSTED, wait_s=600), NOW + timedelta(seconds=600)),
        (SourceError(OutcomeKind.UNREACHABLE), None),
        (SourceError(OutcomeKind.AUTH_FAILED), None),
    ],
)
def test_a_failure_says_when_to_come_back_within_bounds_or_leaves_it_to_us(
    error: SourceError, until: datetime | None
) -> None:
    assert until == until_said(error, "America/Los_Angeles", NOW)
