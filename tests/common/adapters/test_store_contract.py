"""What the functions rest on: one suite for the store in memory and for DynamoDB's.

`plan` and `scan` are here, `notify` in test_notify_contract*.py, the operator in test_registrar_contract*.py.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.common.adapters.conftest import Store
from tests.common.adapters.facts import (
    CURSOR,
    DAY,
    HEALTH,
    MINUTE,
    NOW,
    PERSON,
    SOURCE,
    enrolled,
    mention,
    person,
    recorded,
)
from vigie.identity import slot, source_id
from vigie.model import Cursor, Health, Mention, MentionStatus, Source


def test_it_knows_no_minute_before_the_first_tick(store: Store) -> None:
    assert store.wheel.minute() is None


def test_the_minute_never_goes_back(store: Store) -> None:
    """A late tick that ends after a newer one does not make its minutes due again."""
    store.wheel.advance(29_400_000)
    store.wheel.advance(29_399_000)

    assert 29_400_000 == store.wheel.minute()


def test_a_new_source_is_in_slot_new_and_then_in_its_own(store: Store) -> None:
    source = watched_by(store, enrolled(store))

    assert [source.source_id] == [entry.source_id for entry in store.wheel.slot("new")]
    assert store.sources.save_cursor(source, CURSOR, HEALTH, settled=frozenset())
    assert [] == list(store.wheel.slot("new"))
    assert [("blog.example", source.source_id)] == [
        (entry.host, entry.source_id) for entry in store.wheel.slot(slot(source.source_id, 60))
    ]


def test_a_slot_lists_the_sources_of_one_host_side_by_side(store: Store) -> None:
    me = enrolled(store)
    hosts = ["b.example", "a.example:8080", "b.example", "a.example:8080", ""]
    for number, host in enumerate(hosts):
        params = {"url": f"https://{host}/{number}.xml"}
        store.registrar.watch(me, Source(source_id("feed", params), "feed", params, 15, host))

    assert sorted(hosts) == [entry.host for entry in store.wheel.slot("new")]


def test_the_row_of_the_wheel_is_not_a_source(store: Store) -> None:
    watched_by(store, enrolled(store))
    store.wheel.advance(1)

    assert 1 == len(list(store.registrar.all_sources()))
    assert 1 == len(list(store.wheel.slot("new")))


def test_what_is_due_comes_oldest_first_and_no_more_than_asked(store: Store) -> None:
    for number in range(5):
        store.sources.put_mention(mention(f"m{number}", due_at=NOW - number * MINUTE))
    store.sources.put_mention(mention("mlater", due_at=NOW + MINUTE))

    assert ["m4", "m3", "m2", "m1", "m0"] == [due.mention_id for due in store.wheel.due(NOW, 100)]
    assert ["m4", "m3"] == [due.mention_id for due in store.wheel.due(NOW, 2)]
    assert NOW - 4 * MINUTE == next(store.wheel.due(NOW, 1)).due_at


@pytest.mark.parametrize("status", [MentionStatus.BASELINE, MentionStatus.KEPT])
def test_what_is_never_told_is_never_due(store: Store, status: MentionStatus) -> None:
    store.sources.put_mention(mention(status=status, due_at=None))

    assert [] == list(store.wheel.due(NOW + 365 * DAY, 10))
    assert [] == store.notify.open_mentions(PERSON.practitioner_id)


def test_a_closed_mention_comes_up_once_its_text_has_expired(store: Store) -> None:
    store.sources.put_mention(mention("mold", status=MentionStatus.BASELINE, expires_at=NOW))
    store.sources.put_mention(mention("mopen", expires_at=NOW))
    store.sources.put_mention(mention("mnew", status=MentionStatus.BASELINE, expires_at=NOW + MINUTE))

    assert ["mold"] == [due.mention_id for due in store.wheel.faded(NOW, 10)]


def test_sources_that_do_not_exist_are_left_out_and_doubles_are_read_once(store: Store) -> None:
    source = watched_by(store, enrolled(store))

    assert {source.source_id: source} == store.sources.sources([source.source_id, "sunknown", source.source_id])
    assert {} == store.sources.sources([])


def test_more_sources_than_one_batch_holds_all_come_back(store: Store) -> None:
    me = enrolled(store)
    ids = []
    for number in range(105):
        params = {"url": f"https://blog.example/{number}.xml"}
        watch = store.registrar.watch(me, Source(source_id("feed", params), "feed", params, 15, "blog.example"))
        assert watch
        ids.append(watch.source.source_id)

    assert set(ids) == set(store.sources.sources(ids))


def test_practitioners_come_back_as_they_were_enrolled(store: Store) -> None:
    enrolled(store)
    bare = person("pother", practice_name=None, phone=None, website=None, rpps=None, aliases=(), status="paused")
    store.registrar.enrol(bare, [], "h2")
    expected = {PERSON.practitioner_id: PERSON, "pother": bare}

    assert expected == store.sources.practitioners([PERSON.practitioner_id, "pother", "pgone"])
    assert expected == store.sources.practitioners({PERSON.practitioner_id, "pother"}, fresh=True)


def test_a_mention_comes_back_as_it_was_found(store: Store) -> None:
    full = mention()
    bare = mention(
        "m2", url="", title="", excerpt="", marks=(), reasons=(), rating=None, published_at=None, expires_at=None
    )
    assert store.sources.put_mention(full)
    assert store.sources.put_mention(bare)

    assert full == recorded(store, "m1")
    assert bare == recorded(store, "m2")


def test_a_mention_is_recorded_once(store: Store) -> None:
    """The second reader of the same post changes nothing of what the first one wrote."""
    assert store.sources.put_mention(mention())
    assert not store.sources.put_mention(mention(title="autre", status=MentionStatus.BASELINE))
    assert mention() == recorded(store, "m1")


def test_what_stands_in_the_way_of_a_mention_is_shown(store: Store) -> None:
    """As it is: what became of it since is part of it, and the one that was not recorded is not."""
    assert store.sources.put_or_find(mention()) is None
    assert mention() == store.sources.put_or_find(mention(title="autre", found_at=NOW + MINUTE))
    assert store.sources.put_or_find(mention(practitioner_id="pother")) is None
    assert mention() == recorded(store, "m1")
    assert not store.sources.put_mention(mention())


def test_of_many_that_record_one_mention_or_look_one_succeeds(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: store.sources.put_or_find(mention()), range(16)))

    assert 1 == found.count(None)
    assert 15 == found.count(mention())


def test_a_mention_is_recorded_once_for_each_practitioner(store: Store) -> None:
    assert store.sources.put_mention(mention())
    assert store.sources.put_mention(mention(practitioner_id="pother"))


def test_of_many_that_record_one_mention_one_succeeds(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert 1 == sum(pool.map(lambda _: store.sources.put_mention(mention()), range(16)))


HOSTILE = {
    "lone surrogates": ("\ud800Dr \udfff", "\ufffdDr \ufffd"),
    "a pair of surrogates": ("\ud83d\ude00", "😀"),
    "beyond the BMP": ("𝔇r 𝒎", "𝔇r 𝒎"),
    "controls": ("a\x00b\x1b", "a\x00b\x1b"),
}


@pytest.mark.parametrize(("given", "kept"), HOSTILE.values(), ids=HOSTILE)
def test_text_that_cannot_travel_does_not_keep_a_mention_from_being_recorded(
    store: Store, given: str, kept: str
) -> None:
    assert store.sources.put_mention(mention(title=given, excerpt=given))

    seen = recorded(store, "m1")
    assert seen is not None
    assert (kept, kept) == (seen.title, seen.excerpt)


@pytest.mark.parametrize(
    ("given", "kept"),
    [(0.0, 0.0), (4.0, 4.0), (4.5, 4.5), (1 / 3, 0.333), (5.0, 5.0), (5e-324, 0.0)]
    + [(no, None) for no in (float("nan"), float("inf"), -float("inf"), 1e300, -1.0, 5.1)],
)
def test_a_rating_is_a_number_of_stars_or_none(store: Store, given: float, kept: float | None) -> None:
    assert store.sources.put_mention(mention(rating=given))

    seen = recorded(store, "m1")
    assert seen is not None
    assert kept == seen.rating


def test_a_link_longer_than_anything_opens_is_dropped_not_the_mention(store: Store) -> None:
    assert store.sources.put_mention(mention(url="https://blog.example/" + "a" * 500_000))

    seen = recorded(store, "m1")
    assert seen is not None
    assert "" == seen.url


def test_a_cursor_comes_back_as_it_was_saved(store: Store) -> None:
    source = watched_by(store, enrolled(store))
    assert store.sources.save_cursor(source, CURSOR, HEALTH, settled=frozenset())

    saved = read(store, source)
    assert CURSOR == saved.cursor
    assert HEALTH == saved.health
    assert slot(source.source_id, source.cadence) == saved.slot


def test_an_empty_cursor_forgets_the_one_before(store: Store) -> None:
    source = watched_by(store, enrolled(store))
    store.sources.save_cursor(source, CURSOR, HEALTH, settled=frozenset())
    store.sources.save_cursor(source, Cursor(), Health(), settled=frozenset())

    assert (Cursor(), Health()) == (read(store, source).cursor, read(store, source).health)


def test_a_cursor_ends_the_baseline_of_those_it_settles_and_of_no_other(store: Store) -> None:
    first, second = enrolled(store), enrolled(store, "pother")
    watched_by(store, first)
    source = watched_by(store, second)
    assert {first, second} == source.fresh

    assert store.sources.save_cursor(source, CURSOR, HEALTH, settled=frozenset({first, "pnobody"}))
    assert {second} == read(store, source).fresh
    assert store.sources.save_cursor(source, CURSOR, HEALTH, settled=frozenset({second}))
    assert frozenset() == read(store, source).fresh
    assert {first, second} == read(store, source).watchers


def test_a_scan_that_began_before_an_enrolment_does_not_save_over_it(store: Store) -> None:
    source = watched_by(store, enrolled(store))
    watched_by(store, enrolled(store, "pother"))

    assert not store.sources.save_cursor(source, CURSOR, HEALTH, settled=source.fresh)
    after = read(store, source)
    assert Cursor() == after.cursor
    assert {PERSON.practitioner_id, "pother"} == after.fresh
    assert "new" == after.slot


def test_a_scan_does_not_bring_back_a_source_that_was_deleted(store: Store) -> None:
    me = enrolled(store)
    source = watched_by(store, me)
    store.registrar.unwatch(me, source.source_id)

    assert not store.sources.save_cursor(source, CURSOR, HEALTH, settled=source.fresh)
    assert {} == store.sources.sources([source.source_id])


def test_saving_the_same_cursor_twice_is_harmless(store: Store) -> None:
    """Which is what a client does when it repeats a reply it lost."""
    source = watched_by(store, enrolled(store))

    assert store.sources.save_cursor(source, CURSOR, HEALTH, settled=source.fresh)
    assert store.sources.save_cursor(source, CURSOR, HEALTH, settled=source.fresh)
    assert CURSOR == read(store, source).cursor


LONG = "x" * 300_000
TOO_LONG = {
    "etag": (replace(CURSOR, etag=LONG), replace(CURSOR, etag=None)),
    "last_modified": (replace(CURSOR, last_modified=LONG), replace(CURSOR, last_modified=None)),
    "moved_to": (replace(CURSOR, moved_to=LONG), replace(CURSOR, moved_to=None)),
}


@pytest.mark.parametrize(("given", "kept"), TOO_LONG.values(), ids=TOO_LONG)
def test_a_validator_or_address_too_long_to_keep_is_forgotten(store: Store, given: Cursor, kept: Cursor) -> None:
    """Its price is a full read; kept, it would fill the row and no cursor could be saved any more."""
    source = watched_by(store, enrolled(store))

    assert store.sources.save_cursor(source, given, HEALTH, settled=frozenset())
    assert kept == read(store, source).cursor


def test_the_largest_ring_fits_beside_the_rest(store: Store) -> None:
    """2,000 items, the most a read may hold, at 42 bytes."""
    source = watched_by(store, enrolled(store))
    ring = bytes(84_000)

    assert store.sources.save_cursor(source, replace(CURSOR, ring=ring), HEALTH, settled=frozenset())
    assert ring == read(store, source).cursor.ring


def test_the_oldest_open_mention_comes_first(store: Store) -> None:
    for number in (2, 1, 3):
        store.sources.put_mention(mention(f"m{number}", found_at=NOW - number * MINUTE))
    store.sources.put_mention(mention("mx", practitioner_id="pother"))

    assert ["m3", "m2", "m1"] == ids(store.notify.open_mentions(PERSON.practitioner_id))


def test_more_open_mentions_than_one_page_holds_all_come_back(store: Store) -> None:
    """1.2 MB of them: a Query stops at 1 MB."""
    for number in range(400):
        store.sources.put_mention(mention(f"m{number:03}", url="https://blog.example/" + "a" * 3_000))

    assert 400 == len(store.notify.open_mentions(PERSON.practitioner_id))


def test_an_expired_text_is_not_read_even_before_it_is_erased(store: Store) -> None:
    store.sources.put_mention(mention(status=MentionStatus.BASELINE, expires_at=NOW))

    seen = recorded(store, "m1")
    assert seen is not None
    assert ("", "", "", ()) == (seen.url, seen.title, seen.excerpt, seen.marks)
    assert ["full_name", "city", "unsigned"] == [reason.code for reason in seen.reasons]
    assert not any(reason.words for reason in seen.reasons)


def test_an_expired_text_that_somebody_still_waits_for_is_kept(store: Store) -> None:
    store.sources.put_mention(mention(expires_at=NOW - DAY))

    assert mention(expires_at=NOW - DAY) == recorded(store, "m1")


def watched_by(store: Store, practitioner_id: str) -> Source:
    watch = store.registrar.watch(practitioner_id, SOURCE)
    assert watch
    return watch.source


def read(store: Store, source: Source) -> Source:
    return store.sources.sources([source.source_id])[source.source_id]


def ids(mentions: list[Mention]) -> list[str]:
    return [found.mention_id for found in mentions]
