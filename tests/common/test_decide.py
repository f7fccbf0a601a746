"""Who is told what, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.common.notifying import a_mention, email, phone
from tests.conftest import NOW
from vigie import decide
from vigie.decide import FENCED, REJECTED, Caps
from vigie.identity import is_id
from vigie.model import Alert, AlertState, Confidence, Delivery, DeliveryState, Severity
from vigie.protocol import SILENCE, Event

CAPS = Caps(per_hour=3, per_day=5)


def alert(minutes_ago: float, state: AlertState = AlertState.ACCEPTED, reason: str | None = None) -> Alert:
    at = NOW - timedelta(minutes=minutes_ago)
    return Alert("p", f"a{minutes_ago}", "r", "email", "x@y.example", "fr", (), state, 1, 1, at, reason=reason)


def first(mention_changes: dict[str, object], recipient_changes: dict[str, object], floor: Severity) -> Delivery:
    return decide.delivery(a_mention("m", **mention_changes), email(**recipient_changes), floor, NOW)


@pytest.mark.parametrize(
    ("mention", "recipient", "state", "reason"),
    [
        ({}, {}, DeliveryState.PENDING, None),
        ({"severity": Severity.ATTENTION}, {"min_severity": Severity.ATTENTION}, DeliveryState.PENDING, None),
        ({}, {"min_severity": Severity.URGENT}, DeliveryState.SUPPRESSED, "below_min_severity"),
        ({"confidence": Confidence.UNLIKELY}, {}, DeliveryState.SUPPRESSED, "unlikely"),
        ({"confidence": Confidence.PROBABLE}, {}, DeliveryState.PENDING, None),
        ({}, {"verified_at": None}, DeliveryState.SUPPRESSED, "unverified"),
        ({}, {"held_reason": "bounced"}, DeliveryState.UNDELIVERABLE, "bounced"),
        # An address that is held is an end of its own, whatever else would have kept the mention from it.
        ({}, {"held_reason": "bounced", "min_severity": Severity.URGENT}, DeliveryState.UNDELIVERABLE, "bounced"),
    ],
)
def test_a_delivery_begins_where_the_recipients_rules_put_it(
    mention: dict[str, object], recipient: dict[str, object], state: DeliveryState, reason: str | None
) -> None:
    delivery = first(mention, recipient, Severity.INFO)

    assert (state, reason, NOW) == (delivery.state, delivery.reason, delivery.changed_at)


@pytest.mark.parametrize(
    ("confidence", "severity", "state"),
    [
        (Confidence.CERTAIN, Severity.ATTENTION, DeliveryState.PENDING),
        (Confidence.PROBABLE, Severity.URGENT, DeliveryState.PENDING),
        (Confidence.PROBABLE, Severity.ATTENTION, DeliveryState.SUPPRESSED),
        (Confidence.PROBABLE, Severity.INFO, DeliveryState.SUPPRESSED),
    ],
)
def test_an_sms_tells_what_is_unsure_only_when_it_is_urgent(
    confidence: Confidence, severity: Severity, state: DeliveryState
) -> None:
    mention = a_mention("m", confidence=confidence, severity=severity)
    recipient = phone(min_severity=Severity.INFO)

    assert state is decide.delivery(mention, recipient, Severity.URGENT, NOW).state


def test_a_channel_that_nobody_knows_makes_a_delivery_undeliverable() -> None:
    delivery = decide.delivery(a_mention("m"), email(channel="fax"), None, NOW)

    assert (DeliveryState.UNDELIVERABLE, "no_such_channel") == (delivery.state, delivery.reason)


def test_a_recipient_who_is_no_longer_there_is_not_written_to() -> None:
    assert (Event.WITHDRAWN, "recipient_removed") == decide.excluded(None, channel_known=True)


def test_only_an_end_can_end_a_delivery() -> None:
    """`ended` is for events without a message: it refuses to pretend that one was sent."""
    for event in (Event.INTENDED, Event.ACCEPTED, Event.SILENT):
        with pytest.raises(ValueError, match="does not end"):
            decide.ended(Delivery("r", DeliveryState.PENDING), event, "why", NOW)


def test_the_first_message_goes_at_once() -> None:
    assert NOW >= decide.next_at([], CAPS, NOW)


@pytest.mark.parametrize(
    ("ages", "minutes"),
    [
        ([50, 30], 0),
        ([50, 30, 10], 10),  # the oldest of the three leaves the hour in ten minutes
        ([61, 59, 30], 0),
        ([55, 50, 30, 10], 10),  # four were sent: the third last decides
        ([1000, 900, 800, 700, 600], 440),  # five in a day: free when the oldest is a day old
    ],
)
def test_a_cap_frees_when_the_message_that_filled_it_is_old_enough(ages: list[float], minutes: int) -> None:
    """One that frees early, or late by a message, changes one of these figures."""
    at = decide.next_at([alert(age) for age in ages], CAPS, NOW)

    assert minutes == max(at - NOW, timedelta(0)) / timedelta(minutes=1)


def test_a_message_that_may_have_gone_counts_and_a_refused_one_does_not() -> None:
    refused = [alert(age, AlertState.REFUSED) for age in (50, 40, 30)]
    doubtful = [alert(50, AlertState.SILENT), alert(45, AlertState.BOUNCED), alert(40, AlertState.DELIVERED)]

    assert NOW >= decide.next_at(refused, CAPS, NOW)
    assert NOW < decide.next_at(doubtful, CAPS, NOW)


def test_a_cap_of_nothing_lets_nothing_through() -> None:
    assert NOW < decide.next_at([], Caps(0, 5), NOW)
    assert NOW < decide.next_at([], Caps(5, 0), NOW)


@pytest.mark.parametrize(
    ("failed", "seconds"), [(1, 60), (2, 120), (3, 240), (4, 480), (5, 960), (6, 1800), (40, 1800)]
)
def test_failures_in_a_row_are_waited_for_longer_and_longer(failed: int, seconds: int) -> None:
    alerts = [alert(0, AlertState.REFUSED) for _ in range(failed)]

    assert seconds == (decide.next_at(alerts, Caps(100, 100), NOW) - NOW).total_seconds()


def test_the_longest_wait_is_the_silence_limit() -> None:
    """So that attempts given up as silent and new mentions fall due together, and make one message."""
    assert SILENCE.total_seconds() == decide.BACKOFF_S[-1]


def test_a_success_ends_the_row_of_failures() -> None:
    refused = AlertState.REFUSED

    assert 1 == decide.failures([alert(9, refused), alert(8, refused), alert(7), alert(6, refused)])
    assert 0 == decide.failures([alert(9, refused), alert(7)])


def test_what_is_not_the_providers_doing_is_not_a_failure_of_it() -> None:
    refused = AlertState.REFUSED

    assert 0 == decide.failures([alert(9, refused, REJECTED), alert(8, refused, FENCED)])
    assert 1 == decide.failures([alert(9, refused, "Throttling"), alert(8, refused, FENCED)])


def test_a_mention_is_due_when_the_first_of_its_open_deliveries_can_move() -> None:
    begun = NOW - timedelta(minutes=10)
    deliveries = {
        "r1": Delivery("r1", DeliveryState.PENDING),
        "r2": Delivery("r2", DeliveryState.SENDING, "a2"),
        "r3": Delivery("r3", DeliveryState.DELIVERED, "a3"),
    }
    mention = a_mention("m", deliveries=deliveries)
    late = {"r1": NOW + timedelta(minutes=40)}

    assert NOW + timedelta(minutes=20) == decide.due_at(mention, late, {"a2": begun}, NOW)
    assert NOW + timedelta(minutes=5) == decide.due_at(mention, {"r1": NOW + timedelta(minutes=5)}, {"a2": begun}, NOW)


def test_attempts_are_told_apart_and_sort_by_time() -> None:
    one = decide.alert_id("p1", "r1", 7, NOW)

    assert is_id(one)
    assert one.startswith("a20261123t131640")
    assert one == decide.alert_id("p1", "r1", 7, NOW)
    assert 4 == len({one, *(decide.alert_id(*f, NOW) for f in (("p2", "r1", 7), ("p1", "r2", 7), ("p1", "r1", 8)))})
    assert one < decide.alert_id("p1", "r1", 8, NOW + timedelta(seconds=1))
