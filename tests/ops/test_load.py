"""What everybody's sources ask of a service together is held against what it allows, before it refuses."""

from __future__ import annotations

from ops import asking
from ops.load import overload
from vigie.budget import Limits
from vigie.model import Source

LIMITS = Limits(5.0, 1.0, 100, {"serper": 0.02})


def sources(kind: str, number: int, cadence: int = 1440) -> list[Source]:
    return [Source(f"s{n}", kind, {"query": f"q{n}"}, cadence, kind) for n in range(number)]


def said(*found: Source) -> list[str]:
    return list(overload(found, asking.kinds(), LIMITS))


def test_what_is_within_its_limits_is_not_spoken_of() -> None:
    assert [] == said(*sources("brave_web", 30), *sources("youtube", 100), *sources("google_news", 10_000, 60))


def test_a_service_that_is_asked_more_than_it_allows_in_a_day_is_named() -> None:
    [sentence] = said(*sources("youtube", 101))

    assert all(part in sentence for part in ("google_youtube", "101 times a day", "allows 100"))


def test_a_budget_that_everybody_together_would_spend_is_named_whatever_the_kind() -> None:
    [sentence] = said(*sources("brave_web", 20), *sources("brave_news", 20))

    assert all(part in sentence for part in ("brave", "$6.20", "$5.00"))


def test_the_budget_of_one_service_is_its_own() -> None:
    assert ["serper"] == [sentence.partition(":")[0] for sentence in said(*sources("serper", 1))]
