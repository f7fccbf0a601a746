"""Who watches what: one suite for the store in memory and for DynamoDB's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from tests.common.adapters.conftest import WATCHERS_PER_ROW, Store
from tests.common.adapters.facts import CURSOR, HEALTH, ME, SOURCE, enrolled
from vigie.identity import source_id


def test_a_source_somebody_watches_is_to_be_read_for_them_within_a_tick(store: Store) -> None:
    enrolled(store)
    watch = store.registrar.watch(ME, SOURCE)

    assert watch is not None
    assert watch.added
    me = frozenset([ME])
    assert replace(SOURCE, watchers=me, fresh=me, rev=1, slot="new") == watch.source
    assert [watch.source] == store.registrar.watched(ME)


def test_nobody_watches_a_source_who_does_not_exist(store: Store) -> None:
    """Or an erased practitioner would come back by what an operator does meanwhile."""
    assert store.registrar.watch("pnobody", SOURCE) is None
    assert [] == list(store.registrar.all_sources())
    assert store.registrar.enrolment("pnobody") is None


def test_two_who_watch_one_feed_share_its_source_and_its_cursor(store: Store) -> None:
    enrolled(store)
    enrolled(store, "pother")
    first = store.registrar.watch(ME, SOURCE)
    assert first is not None
    store.sources.save_cursor(first.source, CURSOR, HEALTH, settled=frozenset({ME}))
    second = store.registrar.watch("pother", replace(SOURCE, source_id=""))

    assert second is not None
    assert second.added
    assert [second.source] == list(store.sources.sources([SOURCE.source_id]).values())
    assert (frozenset({ME, "pother"}), frozenset({"pother"})) == (second.source.watchers, second.source.fresh)
    assert (CURSOR, HEALTH, "new", 2) == (
        second.source.cursor,
        second.source.health,
        second.source.slot,
        second.source.rev,
    )


def test_watching_twice_changes_nothing(store: Store) -> None:
    enrolled(store)
    first = store.registrar.watch(ME, SOURCE)
    assert first is not None
    store.sources.save_cursor(first.source, CURSOR, HEALTH, settled=frozenset({ME}))
    for again in (store.registrar.watch(ME, SOURCE), store.registrar.watch(ME, replace(SOURCE, cadence=15), keep=True)):
        assert again is not None
        assert not again.added
        assert (frozenset(), 1, 60) == (again.source.fresh, again.source.rev, again.source.cadence)


def test_who_watches_a_source_alone_may_have_it_read_less_often(store: Store) -> None:
    enrolled(store)
    first = store.registrar.watch(ME, SOURCE)
    assert first is not None
    store.sources.save_cursor(first.source, CURSOR, HEALTH, settled=frozenset({ME}))
    longer = store.registrar.watch(ME, replace(SOURCE, cadence=1440))

    assert longer is not None
    assert (False, 1440, "new", 2) == (longer.added, longer.source.cadence, longer.source.slot, longer.source.rev)
    assert (frozenset(), CURSOR) == (longer.source.fresh, longer.source.cursor), "it is no new baseline"


def test_of_several_the_shortest_cadence_asked_for_is_kept(store: Store) -> None:
    enrolled(store)
    enrolled(store, "pother")
    first = store.registrar.watch(ME, SOURCE)
    assert first is not None
    store.sources.save_cursor(first.source, CURSOR, HEALTH, settled=frozenset({ME}))
    shorter = store.registrar.watch(ME, replace(SOURCE, cadence=15))
    longer = store.registrar.watch("pother", replace(SOURCE, cadence=1440))
    both = store.registrar.watch(ME, replace(SOURCE, cadence=1440))

    assert shorter is not None
    assert longer is not None
    assert both is not None
    assert (False, 15, frozenset()) == (shorter.added, shorter.source.cadence, shorter.source.fresh)
    assert (True, 15, frozenset({"pother"})) == (longer.added, longer.source.cadence, longer.source.fresh)
    assert (False, 15) == (both.added, both.source.cadence)


def test_more_watchers_than_a_row_holds_share_a_second_one(store: Store) -> None:
    """A row of an unbounded set of people would end at DynamoDB's 400 KB: nobody else could watch that source."""
    people = [enrolled(store, f"p{number}") for number in range(2 * WATCHERS_PER_ROW + 1)]
    watches = [store.registrar.watch(one, SOURCE) for one in people]
    rows = {watch.source.source_id for watch in watches if watch}

    assert [source_id("feed", SOURCE.params, shard) for shard in range(3)] == sorted(
        rows, key=lambda row: [w.source.source_id for w in watches if w].index(row)
    )
    assert {3: 2, 1: 1} == {
        size: [len(s.watchers) for s in store.registrar.all_sources()].count(size) for size in (3, 1)
    }
    assert {"https://blog.example/comments.xml"} == {s.url for s in store.registrar.all_sources()}


def test_a_place_that_becomes_free_is_not_taken_by_somebody_who_has_one(store: Store) -> None:
    """They would be watched for twice: a mention is the same, but each pass would cost double."""
    people = [enrolled(store, f"p{number}") for number in range(WATCHERS_PER_ROW + 1)]
    for one in people:
        store.registrar.watch(one, SOURCE)
    store.registrar.unwatch(people[0], SOURCE.source_id)
    again = store.registrar.watch(people[-1], SOURCE)

    assert again is not None
    assert not again.added
    assert 1 == len(store.registrar.watched(people[-1]))
    back = store.registrar.watch(people[0], SOURCE)
    assert back is not None
    assert SOURCE.source_id == back.source.source_id


def test_a_source_with_watchers_left_is_kept(store: Store) -> None:
    enrolled(store)
    enrolled(store, "pother")
    store.registrar.watch(ME, SOURCE)
    store.registrar.watch("pother", SOURCE)

    assert store.registrar.unwatch(ME, SOURCE.source_id)
    assert not store.registrar.unwatch(ME, SOURCE.source_id)
    (left,) = store.registrar.all_sources()
    assert (frozenset({"pother"}), frozenset({"pother"}), 3) == (left.watchers, left.fresh, left.rev)
    assert [] == store.registrar.watched(ME)


def test_a_source_nobody_watches_is_deleted(store: Store) -> None:
    enrolled(store)
    store.registrar.watch(ME, SOURCE)

    assert store.registrar.unwatch(ME, SOURCE.source_id)
    assert [] == list(store.registrar.all_sources())
    assert [] == list(store.wheel.slot("new"))


def test_what_is_not_watched_is_not_unwatched(store: Store) -> None:
    enrolled(store)
    enrolled(store, "pother")
    store.registrar.watch(ME, SOURCE)

    assert not store.registrar.unwatch("pother", SOURCE.source_id)
    assert not store.registrar.unwatch(ME, "sunknown")
    assert not store.registrar.unwatch("pnobody", SOURCE.source_id)
    assert store.registrar.enrolment("pnobody") is None


def test_all_who_watch_one_source_at_once_are_among_its_watchers(store: Store) -> None:
    people = [enrolled(store, f"p{number}") for number in range(WATCHERS_PER_ROW)]
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(lambda one: store.registrar.watch(one, SOURCE), people))

    (source,) = store.registrar.all_sources()
    assert set(people) == source.watchers == source.fresh


def test_all_sources_come_without_the_weight_of_their_cursor(store: Store) -> None:
    enrolled(store)
    watch = store.registrar.watch(ME, SOURCE)
    assert watch is not None
    store.sources.save_cursor(watch.source, CURSOR, HEALTH, settled=frozenset({ME}))

    (source,) = store.registrar.all_sources()
    (whole,) = store.registrar.watched(ME)
    assert CURSOR == whole.cursor
    assert replace(whole, cursor=replace(CURSOR, ring=b"", state={})) == source
