"""The two tables, as tables. What they achieve together is searched in test_protocol_search.py."""

from __future__ import annotations

from collections import deque
from itertools import product

import pytest

from vigie.model import AlertState, Delivery, DeliveryState
from vigie.protocol import ALERT, DELIVERY, OPEN, PROOFS, TAKEN, Event, alert_after, delivery_after, overdue, settled

D, A, E = DeliveryState, AlertState, Event

CARRIED = {
    A.SENDING: {D.SENDING},
    A.ACCEPTED: {D.DELIVERED},
    A.DELIVERED: {D.DELIVERED},
    A.COMPLAINED: {D.DELIVERED},
    A.REFUSED: {D.PENDING, D.UNDELIVERABLE},
    A.SILENT: {D.PENDING, D.UNKNOWN},
    A.BOUNCED: {D.UNDELIVERABLE},
}
"""Where an alert stands, and where the deliveries under it may then stand."""


def test_both_tables_know_every_state() -> None:
    assert set(DeliveryState) == set(DELIVERY)
    assert set(AlertState) == set(ALERT)


@pytest.mark.parametrize(("state", "event"), list(product(DeliveryState, Event)))
def test_no_event_moves_a_delivery_back_to_sending_but_an_intent(state: DeliveryState, event: Event) -> None:
    """The only way to a message is an intent, and only from PENDING: that is what makes one at a time."""
    after = delivery_after(state, event)

    assert (after is D.SENDING) == (state is D.PENDING and event is E.INTENDED)


@pytest.mark.parametrize("event", Event)
def test_an_end_without_a_message_is_an_end(event: Event) -> None:
    assert None is delivery_after(D.SUPPRESSED, event)
    assert None is delivery_after(D.UNDELIVERABLE, event)


@pytest.mark.parametrize("event", Event)
def test_what_may_have_been_sent_by_sms_is_never_pending_again(event: Event) -> None:
    assert delivery_after(D.UNKNOWN, event) not in OPEN


def test_only_its_own_rejection_reopens_what_was_delivered() -> None:
    assert {E.REJECTED} == {event for event in Event if delivery_after(D.DELIVERED, event) in OPEN}


@pytest.mark.parametrize("event", sorted(PROOFS - {E.ACCEPTED}))
@pytest.mark.parametrize("state", [D.PENDING, D.SENDING, D.UNKNOWN])
def test_proof_that_it_was_sent_settles_a_delivery_wherever_it_waits(state: DeliveryState, event: Event) -> None:
    """Late proof most of all: without it the sweep would send a second copy."""
    assert D.DELIVERED is delivery_after(state, event)


@pytest.mark.parametrize("state", DeliveryState)
def test_every_delivery_can_come_to_an_end(state: DeliveryState) -> None:
    reached, queue = {state}, deque([state])
    while queue:
        for after in DELIVERY[queue.popleft()].values():
            if after not in reached:
                reached.add(after)
                queue.append(after)

    assert reached - OPEN


@pytest.mark.parametrize(("state", "event"), list(product(AlertState, Event)))
def test_an_alert_and_its_deliveries_agree_after_every_event(state: AlertState, event: Event) -> None:
    after = alert_after(state, event)
    if after is None:
        return
    for before in CARRIED[state]:
        moved = delivery_after(before, event) or before
        assert moved in CARRIED[after] | ({before} if moved is before and before not in OPEN else set()), (
            f"{event} moves an alert from {state} to {after}, and leaves a delivery {moved}"
        )


@pytest.mark.parametrize(("state", "event"), list(product(AlertState, Event)))
def test_a_repeated_event_changes_nothing_the_second_time(state: AlertState, event: Event) -> None:
    after = alert_after(state, event)

    assert after is None or alert_after(after, event) in (None, after)


def test_an_alert_the_provider_has_is_never_given_up_as_silent_or_refused_for_now() -> None:
    for state, event in product(TAKEN, (E.SILENT, E.LOST, E.REFUSED, E.UNREACHABLE)):
        assert None is alert_after(state, event)


def test_news_of_having_been_sent_does_not_undo_a_rejection() -> None:
    """SES publishes both for one message, in any order."""
    assert None is alert_after(A.REFUSED, E.SENT)
    assert A.REFUSED is alert_after(A.ACCEPTED, E.REJECTED)


@pytest.mark.parametrize("state", AlertState)
@pytest.mark.parametrize("resends", [True, False])
def test_what_is_overdue_always_moves_on(state: AlertState, *, resends: bool) -> None:
    event = overdue(state, resends=resends)

    assert None is not alert_after(state, event)
    assert None is not delivery_after(D.SENDING, event)


def test_silence_sends_an_email_again_and_gives_an_sms_up() -> None:
    assert D.PENDING is delivery_after(D.SENDING, overdue(A.SENDING, resends=True))
    assert D.UNKNOWN is delivery_after(D.SENDING, overdue(A.SENDING, resends=False))


def test_a_mention_is_settled_when_no_delivery_is_open() -> None:
    ends = [Delivery("r", state) for state in DeliveryState if state not in OPEN]

    assert settled([])
    assert settled(ends)
    assert not settled([*ends, Delivery("r", D.PENDING)])
    assert not settled([*ends, Delivery("r", D.SENDING)])
