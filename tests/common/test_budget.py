"""What a request costs, of which accounts, until when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vigie.budget import MICRO, Limits, day_of, month_of, of_practitioner, of_provider
from vigie.model import Provider

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LIMITS = Limits(5, 1, 40, {"x": 0.5})


def test_a_paid_service_is_charged_by_the_month_and_one_that_counts_by_the_day() -> None:
    provider = Provider("serper", price=1_000, per_day=100)

    assert [("serper", "2026-11-23", 1, 100), ("serper", "2026-11", 1_000, 5 * MICRO)] == [
        (charge.account, charge.period, charge.amount, charge.limit) for charge in of_provider(provider, LIMITS, NOW)
    ]


def test_a_service_that_is_free_and_sets_no_limit_costs_its_own_accounts_nothing() -> None:
    assert [] == of_provider(Provider("plain"), LIMITS, NOW)


def test_the_limit_of_one_service_stands_before_that_of_all() -> None:
    [charge] = of_provider(Provider("x", price=50_000), LIMITS, NOW)

    assert MICRO // 2 == charge.limit


def test_a_practitioner_pays_in_requests_and_in_money() -> None:
    assert [("p1", "2026-11-23", 1, 40), ("p1", "2026-11", 5_000, MICRO)] == [
        (charge.account, charge.period, charge.amount, charge.limit)
        for charge in of_practitioner("p1", Provider("brave", price=5_000), LIMITS, NOW)
    ]


@pytest.mark.parametrize(
    ("zone", "now", "day", "ends_at"),
    [
        ("UTC", NOW, "2026-11-23", datetime(2026, 11, 24, tzinfo=UTC)),
        ("America/Los_Angeles", NOW, "2026-11-22", datetime(2026, 11, 23, 8, tzinfo=UTC)),
        (
            "America/Los_Angeles",
            datetime(2026, 7, 14, 6, 59, tzinfo=UTC),
            "2026-07-13",
            datetime(2026, 7, 14, 7, tzinfo=UTC),
        ),
    ],
)
def test_a_day_ends_at_midnight_where_the_service_is(zone: str, now: datetime, day: str, ends_at: datetime) -> None:
    assert (day, ends_at) == day_of(now, zone)


@pytest.mark.parametrize(
    ("now", "month", "ends_at"),
    [
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "2026-12", datetime(2027, 1, 1, tzinfo=UTC)),
        (datetime(2028, 2, 1, tzinfo=UTC), "2028-02", datetime(2028, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_month_ends_with_the_next(now: datetime, month: str, ends_at: datetime) -> None:
    assert (month, ends_at) == month_of(now)
