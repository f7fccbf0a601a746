"""What services were asked: one suite for the ledger in memory and for DynamoDB's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ConnectionClosedError

from tests.common.adapters.conftest import DynamoRig
from tests.common.adapters.facts import PERSON, SOURCE
from tests.conftest import NOW
from tests.ledger import MemoryLedger
from vigie.adapters.dynamodb import Dynamo
from vigie.adapters.dynamodb_ledger import FAILING_MOST, DynamoLedger
from vigie.model import Cursor, Health, OutcomeKind
from vigie.ports import Ledger

LATER = NOW + timedelta(days=30)
DAY = "2026-11-23"


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.stack)])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    if request.param == "memory":
        return MemoryLedger()
    rig: DynamoRig = request.getfixturevalue("rig")
    return DynamoLedger(Dynamo(lambda: rig.client), rig.tables)


def spend(ledger: Ledger, amount: int = 1, *, limit: int = 10, account: str = "brave") -> bool:
    return ledger.spend(account, DAY, amount, limit=limit, expires_at=LATER)


def test_what_fits_is_spent_and_what_does_not_is_refused_and_costs_nothing(ledger: Ledger) -> None:
    assert [True, False, True, False] == [spend(ledger, 6), spend(ledger, 5), spend(ledger, 4), spend(ledger)]
    assert {("brave", DAY): 10} == ledger.spent([("brave", DAY), ("serper", DAY)])


def test_more_at_once_than_the_limit_is_refused_of_an_account_never_used(ledger: Ledger) -> None:
    assert not spend(ledger, 11)
    assert {} == ledger.spent([("brave", DAY)])


def test_accounts_and_periods_are_apart(ledger: Ledger) -> None:
    assert spend(ledger, 10)
    assert spend(ledger, 10, account="serper")
    assert ledger.spend("brave", "2026-11", 10, limit=10, expires_at=LATER)


def test_what_is_given_back_may_be_spent_again_and_no_count_falls_below_nothing(ledger: Ledger) -> None:
    spend(ledger, 10)
    ledger.give_back("brave", DAY, 4)
    ledger.give_back("brave", DAY, 60)

    assert {("brave", DAY): 6} == ledger.spent([("brave", DAY)])
    assert spend(ledger, 4)
    assert not spend(ledger)


def test_fifty_at_once_never_spend_one_more_than_the_limit(ledger: Ledger) -> None:
    with ThreadPoolExecutor(50) as pool:
        granted = list(pool.map(lambda _: spend(ledger, limit=37), range(150)))

    assert 37 == sum(granted)
    assert {("brave", DAY): 37} == ledger.spent([("brave", DAY)])


def test_turns_follow_one_another_at_the_interval(ledger: Ledger) -> None:
    soon = NOW + timedelta(seconds=10)

    assert [NOW, NOW + timedelta(seconds=5), soon, None] == [ledger.turn("gdelt", 5_000, NOW, soon) for _ in range(4)]


def test_a_turn_that_would_come_too_late_is_not_taken(ledger: Ledger) -> None:
    ledger.turn("gdelt", 5_000, NOW, NOW)

    assert ledger.turn("gdelt", 5_000, NOW, NOW + timedelta(seconds=4)) is None
    assert NOW + timedelta(seconds=5) == ledger.turn("gdelt", 5_000, NOW, NOW + timedelta(seconds=5))


def test_after_a_pause_the_next_turn_is_now(ledger: Ledger) -> None:
    ledger.turn("gdelt", 5_000, NOW, NOW)
    later = NOW + timedelta(hours=1)

    assert later == ledger.turn("gdelt", 5_000, later, later)


def test_nobody_gets_the_turn_of_another(ledger: Ledger) -> None:
    far = NOW + timedelta(hours=1)
    with ThreadPoolExecutor(20) as pool:
        turns = list(pool.map(lambda _: ledger.turn("gdelt", 1_000, NOW, far), range(20)))

    assert [NOW + timedelta(seconds=n) for n in range(20)] == sorted(turn for turn in turns if turn)


def test_the_first_source_to_keep_failing_is_told_apart_and_so_is_the_last_to_recover(ledger: Ledger) -> None:
    assert [True, False, False] == [ledger.failing("blog.example", name) for name in ("s1", "s2", "s1")]
    assert [False, False, True, False] == [ledger.recovered("blog.example", name) for name in ("s3", "s1", "s2", "s2")]
    assert ledger.failing("blog.example", "s1")


@pytest.mark.stack
def test_a_place_where_thousands_fail_remembers_a_thousand(rig: DynamoRig) -> None:
    """A row of DynamoDB has an end; a dict has none."""
    ledger = DynamoLedger(Dynamo(lambda: rig.client), rig.tables)
    for number in range(FAILING_MOST):
        ledger.failing("blog.example", f"s{number}")

    assert not ledger.failing("blog.example", "one-more")
    assert not ledger.recovered("blog.example", "one-more")
    assert not ledger.recovered("blog.example", "s0")


@pytest.mark.stack
def test_a_source_that_is_removed_fails_no_more(rig: DynamoRig) -> None:
    """Left among those that do, it would keep the operator from ever hearing of its place again."""
    ledger, registrar = DynamoLedger(Dynamo(lambda: rig.client), rig.tables), rig.store.registrar
    registrar.enrol(PERSON, [], "h1")
    me = PERSON.practitioner_id
    registrar.watch(me, SOURCE)
    [watched] = registrar.watched(me)
    ledger.failing(watched.host, watched.source_id)
    health = Health(OutcomeKind.GONE, 5, NOW)
    rig.store.sources.save_cursor(watched, Cursor(), health, settled=frozenset())
    registrar.unwatch(me, watched.source_id)

    assert ledger.failing(watched.host, "another")


@pytest.mark.stack
def test_what_is_given_back_is_taken_off_once_though_its_reply_is_lost(
    rig: DynamoRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client asks again by itself: counted twice, the budget would have room for a request that was made."""
    ledger = DynamoLedger(Dynamo(lambda: rig.client), rig.tables)
    spend(ledger, 10)
    session = rig.client._endpoint.http_session
    send, asked = session.send, []

    def lossy(request: AWSPreparedRequest) -> object:
        reply = send(request)
        asked.append(request.headers["X-Amz-Target"])
        if len(asked) == 1:
            raise ConnectionClosedError(endpoint_url=request.url)
        return reply

    monkeypatch.setattr(session, "send", lossy)
    ledger.give_back("brave", DAY, 4)

    assert 2 == len(asked)
    assert {("brave", DAY): 6} == ledger.spent([("brave", DAY)])
