"""Model values as the records of the tables: nothing is lost, nothing is guessed, nothing is too large."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.common.adapters.facts import (
    CURSOR,
    HEALTH,
    MAIL,
    MINUTE,
    NOW,
    PERSON,
    PHONE,
    SOURCE,
    alert,
    mention,
    pending,
)
from vigie.attributes import decoded, encoded, text, weight
from vigie.errors import SchemaError, StoreError
from vigie.items import fields, mentions, people, sources
from vigie.model import SCHEMA, Delivery, DeliveryState, MentionStatus, Reason, Roster

ROSTER = Roster(PERSON.practitioner_id, (MAIL, PHONE), 3, 7, "worker", NOW)
FULL_SOURCE = replace(
    SOURCE, watchers=frozenset({"p1", "p2"}), fresh=frozenset({"p1"}), rev=4, cursor=CURSOR, health=HEALTH
)
TOLD = mention(deliveries={**pending("rmail"), "rphone": Delivery("rphone", DeliveryState.UNKNOWN, "a1", "lost", NOW)})
ALERT = alert(ROSTER, ids=["m1", "m2"], provider_id="x1", settled_at=NOW, reason="r", more=2)


_EARLY, _LATE = datetime(1, 1, 2), datetime(9999, 12, 30)  # noqa: DTZ001 - Hypothesis wants its bounds naive


def through(record: dict[str, Any]) -> dict[str, Any]:
    return decoded(encoded(record))


READERS: dict[str, tuple[Callable[[dict[str, Any]], object], dict[str, Any], object]] = {
    "practitioner": (people.practitioner, people.practitioner_record(PERSON), PERSON),
    "roster": (people.roster, people.roster_record(ROSTER), ROSTER),
    "source": (sources.source, sources.source_record(FULL_SOURCE), FULL_SOURCE),
    "mention": (mentions.mention, mentions.mention_record(TOLD), TOLD),
    "alert": (mentions.alert, mentions.alert_record(ALERT, 90), ALERT),
}


@pytest.mark.parametrize(("read", "record", "value"), READERS.values(), ids=READERS)
def test_what_is_written_is_read(read: Callable[..., object], record: dict[str, Any], value: object) -> None:
    assert value == read(through(record))


@pytest.mark.parametrize(("read", "record", "value"), READERS.values(), ids=READERS)
@pytest.mark.parametrize("version", [0, 2, 99, -1, "1", None, 1.5])
def test_a_row_of_another_schema_version_is_not_guessed_at(
    read: Callable[..., object], record: dict[str, Any], value: object, version: object
) -> None:
    with pytest.raises(SchemaError) as caught:
        read({**through(record), "v": version})

    assert isinstance(caught.value, StoreError)


@pytest.mark.parametrize(("read", "record", "value"), READERS.values(), ids=READERS)
def test_a_row_that_lacks_what_its_version_promises_is_not_guessed_at(
    read: Callable[..., object], record: dict[str, Any], value: object
) -> None:
    """Whatever field is missing or of another kind: the row is read whole, or not at all, and never quoted."""
    whole = through(record)
    damaged = [{k: v for k, v in whole.items() if k != name} for name in whole]
    damaged += [{**whole, name: object()} for name in whole]
    refused = [error for error in (refusal(read, row) for row in damaged) if error]

    assert len(refused) >= len(whole) // 2
    assert not any("Morvant" in str(error) or error.__cause__ for error in refused)


def refusal(read: Callable[..., object], row: dict[str, Any]) -> SchemaError | None:
    try:
        read(row)
    except SchemaError as error:
        return error
    return None


@pytest.mark.parametrize("name", ["status", "confidence", "category", "polarity", "severity"])
def test_a_word_this_version_does_not_know_is_not_guessed_at(name: str) -> None:
    with pytest.raises(SchemaError):
        mentions.mention({**through(mentions.mention_record(TOLD)), name: "from the future"})


def test_a_version_is_written_in_every_row() -> None:
    assert {SCHEMA} == {record["v"] for _, record, _ in READERS.values()}


@given(st.datetimes(min_value=_EARLY, max_value=_LATE), st.integers(-14, 14))
def test_a_moment_is_read_as_it_was_written_wherever_its_clock_was(naive: datetime, hours: int) -> None:
    at = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    stored = fields.instant(at)

    assert 27 == len(stored)
    assert at == fields.moment(stored)


@given(st.lists(st.datetimes(min_value=_EARLY, timezones=st.just(UTC)), min_size=2, max_size=5))
def test_text_order_is_time_order(moments: list[datetime]) -> None:
    """The index of what is due is sorted by this text."""
    assert sorted(map(fields.instant, moments)) == [fields.instant(at) for at in sorted(moments)]


def test_a_naive_moment_is_a_defect() -> None:
    with pytest.raises(ValueError, match="aware"):
        fields.instant(datetime(2026, 11, 23))  # noqa: DTZ001 - the point


@pytest.mark.parametrize(
    "at",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12))),
    ],
)
def test_a_date_of_publication_outside_time_is_no_date(at: datetime) -> None:
    assert mentions.mention(through(mentions.mention_record(mention(published_at=at)))).published_at is None


ANY_TEXT = st.text(st.characters(codec=None), max_size=50)


@given(ANY_TEXT)
def test_any_text_becomes_text_that_can_travel(value: str) -> None:
    cleaned = text(value)

    cleaned.encode()
    assert cleaned == text(cleaned)
    if not any("\ud800" <= char <= "\udfff" for char in value):
        assert value == cleaned


@given(ANY_TEXT, ANY_TEXT, st.lists(st.tuples(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), ANY_TEXT), max_size=4))
def test_any_mention_can_be_stored_and_read(title: str, url: str, reasons: list[tuple[str, str]]) -> None:
    given_ = mention(title=title, url=url, reasons=tuple(Reason(*reason) for reason in reasons))
    seen = mentions.mention(through(mentions.mention_record(given_)))

    assert text(title) == seen.title
    assert [(code, text(words)) for code, words in reasons] == [(r.code, r.words) for r in seen.reasons]


PLAIN = st.recursive(
    st.text(max_size=8) | st.integers(-(10**30), 10**30) | st.booleans() | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1, max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(min_size=1, max_size=6), PLAIN, max_size=6))
def test_plain_values_survive_their_encoding(record: dict[str, Any]) -> None:
    assert record == through(record)


def test_what_dynamodb_has_no_value_for_is_left_out() -> None:
    nothing: dict[str, object] = {
        "a": None,
        "b": frozenset(),
        "c": float("nan"),
        "d": float("inf"),
        "e": {"f": None},
        "g": [None, 1],
    }

    assert {"e": {}, "g": [1]} == through(nothing)


def test_what_has_no_attribute_value_is_a_defect() -> None:
    with pytest.raises(TypeError):
        encoded({"at": NOW})
    with pytest.raises(TypeError):
        decoded({"n": {"NS": ["1"]}})


def test_a_typical_mention_costs_one_write_unit_and_its_place_in_the_index_another() -> None:
    """A kilobyte each, the unit a write is billed by. Figures: 605 bytes as found, 744 once told by e-mail and SMS."""
    as_found = weight(encoded(mentions.mention_record(mention())))
    told = weight(encoded(mentions.mention_record(TOLD)))

    assert as_found <= 640
    assert told <= 800


def test_the_longest_mention_there_can_be_is_far_from_the_limit_of_an_item() -> None:
    longest = mention(
        url="https://blog.example/" + "a" * 4_000,
        title="𝔐" * 300,
        excerpt="𝔐" * 300,
        reasons=tuple(Reason("a_long_code_of_a_reason", "𝔐" * 60) for _ in range(12)),
        deliveries={f"r{n}": Delivery(f"r{n}", DeliveryState.SENDING, "a" * 40, "reason", NOW) for n in range(20)},
    )

    assert weight(encoded(mentions.mention_record(longest))) < 20_000


def test_a_weight_is_what_dynamodb_counts() -> None:
    """Examples of its developer guide, "Item sizes and formats": names and UTF-8 text by byte, numbers by two digits
    and one, sets and lists with three bytes of their own."""
    assert 6 == weight({"id": {"S": "éa"}} | {"b": {"BOOL": True}}) - 1
    assert 2 + 3 == weight({"id": {"B": b"abc"}})
    assert 1 + 6 == weight({"s": {"SS": ["abc", "def"]}})


@pytest.mark.parametrize("status", [MentionStatus.SETTLED, MentionStatus.BASELINE, MentionStatus.KEPT])
def test_a_text_that_has_expired_is_not_shown(status: MentionStatus) -> None:
    old = mention(status=status, expires_at=NOW)

    assert old is mentions.faded(old, NOW - MINUTE)
    bare = mentions.faded(old, NOW)
    assert ("", "", "", ()) == (bare.url, bare.title, bare.excerpt, bare.marks)
    assert "Morvant" not in repr(bare)
    assert (old.mention_id, status, old.severity) == (bare.mention_id, bare.status, bare.severity)


def test_no_alert_is_missed_by_the_floor_of_its_time() -> None:
    assert "a20261123t131640" == mentions.alert_floor(NOW)
    assert mentions.alert_floor(NOW + timedelta(microseconds=1)) <= "a20261123t131640x"
    assert "a20261123t131640" == mentions.alert_floor(NOW.astimezone(timezone(timedelta(hours=9))))
