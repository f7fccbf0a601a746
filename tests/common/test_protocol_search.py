"""The sending protocol as built, searched exhaustively; and each of its guards, shown to be needed.

The figures of the design: nothing is ever lost, a second e-mail needs two independent faults, a second SMS never
happens. What is searched is the real notifier (see tests/common/search.py), not a model of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Any

import pytest

from tests.common.notifying import EMAIL, SMS, email, phone
from tests.common.search import Search
from tests.common.searched import STORY, Finding, Rules
from vigie import cluster, recover
from vigie.cluster import Line, sifted
from vigie.sending import Round

type Findings = Mapping[str, Future[Finding]]

MAIL = Rules(email(), mentions=1)
TEXT = Rules(phone(), mentions=1, events=False)


@pytest.fixture(autouse=True)
def _quick(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is logged: it takes time."""
    caplog.set_level("CRITICAL")


def searched(rules: Rules, faults: int) -> Finding:
    return Search(rules, faults).run()


LONG = {
    "mail": (MAIL, 3),
    "two mentions": (replace(MAIL, mentions=2, jumps=1), 1),
    "sms": (TEXT, 3),
    "two sources": (replace(MAIL, mentions=2, jumps=1, story=STORY), 1),
    "two sources by sms": (replace(TEXT, mentions=2, jumps=1, story=STORY), 1),
}
"""Of the protocol as it is: (rules, most faults)."""


def _long(name: str) -> Finding:
    """In a process of its own."""
    logging.disable(logging.CRITICAL)
    return searched(*LONG[name])


@pytest.fixture(scope="module")
def findings() -> Iterator[Findings]:
    """The long ones, two at a time: most of the minute that all of these take."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield {name: pool.submit(_long, name) for name in LONG}


def test_a_mail_is_never_lost_and_told_twice_only_by_two_faults(findings: Findings) -> None:
    """Two workers, up to three of: a crash, a lost reply, a refusal, a worker or an event slower than a limit."""
    found = findings["mail"].result()

    assert (2, None) == (found.duplicate, found.loss)
    assert 30_000 < found.states, "the search has shrunk: it does not look everywhere any more"


def test_a_mention_found_at_any_moment_of_another_is_not_lost_nor_told_twice(findings: Findings) -> None:
    found = findings["two mentions"].result()

    assert (None, None) == (found.duplicate, found.loss)
    assert 40_000 < found.states


def test_an_sms_is_never_sent_twice_whatever_goes_wrong(findings: Findings) -> None:
    found = findings["sms"].result()

    assert (None, None) == (found.duplicate, found.loss)
    assert 15_000 < found.states


def test_a_story_that_two_sources_tell_is_not_lost_nor_told_twice(findings: Findings) -> None:
    """The second is found at any moment of the first, and of what goes wrong with it."""
    found = findings["two sources"].result()

    assert (None, None) == (found.duplicate, found.loss)
    assert 20_000 < found.states


def test_a_story_is_told_by_one_sms_though_nobody_knows_whether_it_arrived(findings: Findings) -> None:
    found = findings["two sources by sms"].result()

    assert (None, None) == (found.duplicate, found.loss)
    assert 5_000 < found.states


def test_a_second_source_of_a_story_told_while_the_first_is_in_doubt_tells_it_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hasty(mentions: Any, recipient_id: str) -> Any:
        found = sifted(mentions, recipient_id)
        return replace(found, lines=[*found.lines, *map(Line, found.waiting)])

    monkeypatch.setattr(recover, "sifted", hasty)

    assert 1 == Search(replace(MAIL, mentions=2, jumps=1, story=STORY), 1).run(first=True).duplicate


def test_a_story_that_nobody_compares_is_told_twice_though_nothing_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "same", lambda one, other: False)

    assert 0 == Search(replace(MAIL, mentions=2, jumps=0, story=STORY), 0).run(first=True).duplicate


def test_without_the_fence_one_slow_worker_makes_a_second_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Round, "_still_ours", lambda _: True)

    assert 1 == searched(replace(MAIL, fence=False), 1).duplicate


def test_with_a_fence_that_trusts_the_time_of_before_one_slow_worker_makes_a_second_mail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The store compares the lease with a time that was read before the worker slept."""

    def stale(look: Any) -> bool:
        return bool(look._store.holds_lease(look._id, look._roster.epoch, look._desk.clock()))

    monkeypatch.setattr(Round, "_still_ours", stale)

    assert 1 == searched(MAIL, 1).duplicate


def test_without_the_intent_one_crash_makes_a_second_mail() -> None:
    assert 1 == searched(replace(MAIL, intent=False), 1).duplicate


def test_without_its_condition_one_slow_worker_makes_a_second_mail() -> None:
    assert 1 == searched(replace(MAIL, condition=False), 1).duplicate


def test_without_the_providers_events_one_lost_reply_makes_a_second_mail() -> None:
    assert 1 == searched(replace(MAIL, events=False), 1).duplicate


def test_without_the_sweeper_one_crash_loses_a_mention() -> None:
    assert 1 == searched(replace(MAIL, sweeper=False), 1).loss


def test_an_sms_sent_again_after_silence_would_be_a_second_one_at_the_first_fault() -> None:
    resending = replace(SMS, RESENDS=True)

    assert 1 == searched(replace(TEXT, channel=lambda _: resending), 1).duplicate


def test_a_mail_never_sent_again_after_silence_would_be_lost_at_the_first_fault() -> None:
    """A refusal to resend ends UNKNOWN: for an e-mail, the only bearer of the content, that is a loss."""
    silent = replace(EMAIL, RESENDS=False)
    rules = replace(MAIL, channel=lambda _: silent)

    assert 1 == Search(rules, 1, unknown_is_lost=True).run().loss
