"""What is advised depends on what was published, and the law's clock is shown from the day of publication."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.common.samples import NOW, mention
from vigie.model import Category, Polarity, Reason, Severity
from vigie.show.guidance import advice, deadline, publication
from vigie.show.words import languages, words


@pytest.mark.parametrize(
    ("published", "last"),
    [
        (date(2026, 11, 23), date(2027, 2, 22)),
        (date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 11, 30), date(2027, 2, 27)),
        (date(2027, 11, 30), date(2028, 2, 28)),
        (date(2026, 12, 1), date(2027, 2, 28)),
        (date(2026, 5, 31), date(2026, 8, 30)),
    ],
)
def test_the_deadline_is_three_calendar_months_less_a_day(published: date, last: date) -> None:
    assert last == deadline(published)


def reasons(*codes: str) -> tuple[Reason, ...]:
    return tuple(Reason(code) for code in codes)


@pytest.mark.parametrize(
    ("facts", "topics"),
    [
        ({"reasons": reasons("full_name", "threat")}, ("threat", "proof")),
        ({"category": Category.FAKE_PROFILE}, ("fake_profile",)),
        ({"category": Category.SOCIAL, "reasons": reasons("impersonation")}, ("fake_profile",)),
        ({"category": Category.PERSONAL_CONTACT}, ("personal_contact",)),
        ({"reasons": reasons("private_data")}, ("personal_contact",)),
        ({"category": Category.OWN_CONTENT, "severity": Severity.INFO}, ("own_content",)),
        ({"reasons": reasons("insult")}, ("harsh",)),
        ({"category": Category.REVIEW, "reasons": reasons("accusation")}, ("harsh",)),
        ({"category": Category.PRESS, "reasons": reasons("accusation")}, ("press",)),
        ({"category": Category.PRESS, "severity": Severity.ATTENTION, "reasons": ()}, ("press",)),
        ({"category": Category.REVIEW, "severity": Severity.ATTENTION, "reasons": ()}, ("review",)),
        ({"category": Category.FORUM, "severity": Severity.ATTENTION, "reasons": ()}, ("critical",)),
        ({"category": Category.DIRECTORY, "severity": Severity.ATTENTION, "reasons": ()}, ("directory",)),
        ({"category": Category.OFFICIAL, "severity": Severity.ATTENTION, "reasons": ()}, ("official",)),
        ({"category": Category.VIDEO, "severity": Severity.ATTENTION, "reasons": ()}, ("image",)),
        ({"category": Category.REVIEW, "polarity": Polarity.POSITIVE, "severity": Severity.INFO}, ("praise",)),
        ({"category": Category.PRESS, "polarity": Polarity.NEUTRAL, "severity": Severity.INFO}, ("nothing",)),
        ({"category": Category.PHOTO, "polarity": Polarity.NEUTRAL, "severity": Severity.INFO}, ("image",)),
    ],
)
def test_each_sort_of_publication_has_its_advice(facts: dict[str, Any], topics: tuple[str, ...]) -> None:
    assert topics == advice(mention(**facts)).topics


def test_every_combination_has_advice_in_every_language() -> None:
    codes = ("insult", "accusation", "threat", "private_data", "impersonation", "praise", "unheard_of")
    for category in Category:
        for polarity in Polarity:
            for severity in Severity:
                for code in codes:
                    given = advice(
                        mention(category=category, polarity=polarity, severity=severity, reasons=reasons(code))
                    )
                    assert 1 <= len(given.topics) <= 2
                    assert all(words(lang).has(f"advice.{topic}") for topic in given.topics for lang in languages())


def test_the_clock_runs_from_publication_in_paris() -> None:
    given = advice(mention(published_at=datetime(2026, 10, 31, 23, 30, tzinfo=UTC)))
    assert (given.deadline, given.dated) == (date(2027, 1, 31), True)


def test_without_a_date_the_clock_counts_from_the_find_and_says_so() -> None:
    given = advice(mention(published_at=None))
    assert (given.deadline, given.dated) == (date(2027, 2, 22), False)


@pytest.mark.parametrize(
    "published", [NOW + timedelta(days=30), datetime(1, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)]
)
def test_a_date_that_cannot_be_is_no_date(published: datetime) -> None:
    assert publication(mention(published_at=published)) is None
    assert advice(mention(published_at=published)).dated is False


def test_praise_and_information_start_no_clock() -> None:
    assert advice(mention(polarity=Polarity.POSITIVE, severity=Severity.INFO)).deadline is None
    assert advice(mention(severity=Severity.ATTENTION, reasons=reasons("complaint_service"))).deadline is None
