"""A thread is followed from page to page, however its forum writes the links between them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.common.scanning import ALICE, World
from tests.common.sources.threads import DIALECTS, SITE, Forum, said
from vigie.model import MentionStatus, OutcomeKind

NAMES = "Dr Alice Vasseur-Lemoine, dermatologue à Besançon"


def about(word: str) -> str:
    return f"{word} : le {NAMES}, m'a très bien soignée."


def world(forum: Forum, *watchers: object) -> World:
    made = World(*(watchers or (ALICE,)), kind="thread", url=SITE + forum.address(1))  # type: ignore[arg-type]
    made.web = forum
    made.scanner = made.restarted()
    return made


def told(made: World) -> list[str]:
    return sorted(m.excerpt.split(" ")[0] for m in made.store.mentions("palice") if m.status is MentionStatus.PENDING)


@pytest.mark.parametrize("ways", ["numbers", "next"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_thread_is_read_to_its_end_and_then_only_there(dialect: str, ways: str) -> None:
    forum = Forum(DIALECTS[dialect], [about("Hier"), *said(*range(1, 7))], ways)
    made = world(forum)
    assert OutcomeKind.OK is made.scan().kind
    assert [forum.address(n) for n in (1, 2, 3)] == forum.asked
    assert [MentionStatus.BASELINE] == made.statuses(ALICE)
    made.scan()

    forum.asked.clear()
    forum.messages += [about("Matin"), *said(8, 9), about("Soir")]
    made.scan()
    assert forum.address(1) not in forum.asked
    assert forum.address(4) == forum.asked[-1]
    assert ["Matin", "Soir"] == told(made)
    for _ in range(3):
        made.scan()
    forum.asked.clear()
    made.scan()
    assert [forum.address(4)] == forum.asked
    assert ["Matin", "Soir"] == told(made)


def test_of_a_long_thread_the_beginning_and_the_end_are_read() -> None:
    forum = Forum(messages=[*said(*range(60)), about("Fin")])
    made = world(forum)
    made.scan()

    assert [forum.address(n) for n in (1, 18, 19, 20, 21)] == forum.asked
    assert [MentionStatus.BASELINE] == made.statuses(ALICE)
    forum.asked.clear()
    forum.messages.append(about("Suite"))
    made.scan()
    assert [forum.address(21)] == forum.asked
    assert ["Suite"] == told(made)


def test_a_thread_that_grew_by_more_than_a_scan_reads_is_caught_up_with() -> None:
    forum = Forum(messages=said(0))
    made = world(forum)
    made.scan()
    forum.messages += [about("Un"), *said(*range(1, 18)), about("Milieu"), *said(*range(18, 26)), about("Enfin")]
    assert 10 == forum.pages

    for first in (1, 6):
        forum.asked.clear()
        made.scan()
        assert [forum.address(n) for n in range(first, first + 5)] == forum.asked
    assert ["Enfin", "Milieu", "Un"] == told(made)


@pytest.mark.parametrize("status", [503, 404])
def test_what_was_said_on_a_page_that_did_not_answer_is_told_once_it_does(status: int) -> None:
    forum = Forum(messages=said(0))
    made = world(forum)
    made.scan()
    forum.messages += [*said(1, 2, 3), about("Milieu"), *said(4, 5), about("Enfin")]
    forum.broken = {forum.address(2): status}
    made.scan()
    assert [] == told(made)

    forum.broken = {}
    made.scan(forced=True)
    made.scan(forced=True)
    assert ["Enfin", "Milieu"] == told(made)


def test_a_thread_whose_last_page_is_no_more_is_begun_again() -> None:
    forum = Forum(messages=[*said(*range(6)), about("Retiré")])
    made = world(forum)
    made.scan()
    made.scan()
    del forum.messages[5:]
    assert OutcomeKind.GONE is made.scan().kind

    forum.messages.append(about("Revenu"))
    assert OutcomeKind.OK is made.scan(forced=True).kind
    assert ["Revenu"] == told(made)
    forum.asked.clear()
    made.scan()
    assert [forum.address(2)] == forum.asked


def test_a_long_thread_that_is_begun_again_is_read_at_its_end() -> None:
    forum = Forum(messages=said(*range(60)))
    made = world(forum)
    made.scan()
    made.scan()
    del forum.messages[50:]
    made.scan()
    forum.asked.clear()
    made.scan(forced=True)
    assert [forum.address(n) for n in (1, 14, 15, 16, 17)] == forum.asked


def test_nothing_is_written_of_a_thread_where_nothing_was_said() -> None:
    forum = Forum(messages=said(*range(5)))
    made = world(forum)
    for _ in range(3):
        made.scan()
    before = made.snapshot()

    assert OutcomeKind.NOT_MODIFIED is made.scan().kind
    assert before == made.snapshot()
    assert forum.conditional[-1]


def test_the_validators_of_a_page_left_behind_are_not_asked_of_another() -> None:
    """Nothing changes on the first page; were it asked whether it did, what is said on the last would not be seen."""
    forum = Forum(messages=said(*range(5)))
    made = world(forum)
    made.scan()
    made.scan()

    assert [False, False, False] == forum.conditional
    forum.messages.append(about("Alors"))
    made.scan()
    assert ["Alors"] == told(made)


def test_somebody_who_begins_to_watch_gets_the_thread_from_its_beginning() -> None:
    forum = Forum(messages=[about("Jadis"), *said(*range(6))])
    made = world(forum)
    made.scan()
    made.scan()
    forum.asked.clear()
    made.enrol(replace(ALICE, practitioner_id="pautre"))
    made.scan()

    assert forum.address(1) == forum.asked[0]
    assert [MentionStatus.BASELINE] == [m.status for m in made.store.mentions("pautre")]
    assert [] == told(made)


def test_a_link_within_a_message_leads_nowhere() -> None:
    forum = Forum(messages=[f'Voir <a href="{DIALECTS["phpbb"](900).replace("&", "&amp;")}">900</a> pages plus loin.'])
    made = world(forum)

    assert OutcomeKind.OK is made.scan().kind
    assert [forum.address(1)] == forum.asked
