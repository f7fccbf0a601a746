"""What is told in one line, what was told already, and what must wait to know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from tests.common.notifying import a_mention
from tests.conftest import NOW
from tests.cost import cost
from vigie import cluster
from vigie.cluster import Line, Sifted, batch, same, sifted
from vigie.model import EDITED, Confidence, Delivery, DeliveryState, Mention, Reason, Severity

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def told(key: str, state: DeliveryState = DeliveryState.PENDING, story: str = "wstory", **facts: Any) -> Mention:
    delivery = {name: facts.pop(name) for name in ("reason", "repeats") if name in facts}
    made = {"rmail": Delivery("rmail", state, **delivery)}
    return a_mention(key, **{"source_id": f"s{key}", "deliveries": made, "story": tuple(story.split()), **facts})


def lines(found: Sifted) -> list[list[str]]:
    return [[m.mention_id for m in line.mentions] for line in found.lines]


def of(*mentions: Mention) -> Sifted:
    return sifted(mentions, "rmail")


DELIVERED, SENDING, SUPPRESSED = DeliveryState.DELIVERED, DeliveryState.SENDING, DeliveryState.SUPPRESSED


class TestSame:
    def alike(self, story: str, other: str | None = None, **facts: Any) -> bool:
        return same(told("a", story=story), told("b", story=other or story, **facts))

    def test_two_sources_that_share_a_key_tell_one_story(self) -> None:
        assert self.alike("pa sb wc", "pa")
        assert self.alike("pa sb wc", "sb")
        assert self.alike("pa sb wc", "wc")
        assert not self.alike("pa sb wc", "pz sy wx")
        assert not same(told("a", story=""), told("b", story=""))

    def test_a_headline_is_one_story_for_three_days_and_a_page_for_a_month(self) -> None:
        for story in ("sb", "wc"):
            assert self.alike(story, found_at=NOW + 72 * HOUR)
            assert not self.alike(story, found_at=NOW + 73 * HOUR)
        assert self.alike("pa", found_at=NOW - 30 * DAY)
        assert not self.alike("pa", found_at=NOW - 31 * DAY)

    @pytest.mark.parametrize("story", ["sb", "sb wc"])
    def test_the_same_headline_on_the_same_site_the_next_day_is_another_article(self, story: str) -> None:
        """Les brèves de Valombre."""
        first = told("a", story=story, published_at=NOW)
        assert same(first, told("b", story=story, published_at=NOW + 6 * HOUR))
        assert not same(first, told("b", story=story, published_at=NOW + DAY))
        assert same(first, told("b", story=story))

    def test_what_was_published_long_before_is_another_story(self) -> None:
        assert not same(told("a", published_at=NOW), told("b", published_at=NOW - 4 * DAY))

    def test_what_one_source_gives_as_two_is_two_unless_it_found_them_on_two_sites(self) -> None:
        assert not self.alike("pa", source_id="sa")
        assert not self.alike("sb", source_id="sa")
        assert not self.alike("sb wc", source_id="sa")
        assert self.alike("sb wc", "sz wc", source_id="sa")

    def test_an_edit_is_told_for_what_it_changed_whoever_told_the_rest(self) -> None:
        edited = told("b", reasons=(Reason(EDITED, "5/5 → 1/5"),))
        assert not same(told("a"), edited)
        assert [["b"]] == lines(of(told("a", DELIVERED), edited))


class TestLines:
    def test_five_sources_of_one_story_are_one_line(self) -> None:
        assert [["a", "b", "c", "d", "e"]] == lines(of(*(told(key) for key in "bcade")))

    def test_the_most_severe_version_is_told_then_the_surest_then_the_one_that_says_most(self) -> None:
        calm, grave = (
            told("a", severity=Severity.INFO, excerpt="Bien plus long à lire"),
            told("b", severity=Severity.URGENT),
        )
        assert [["b", "a"]] == lines(of(calm, grave))
        assert [["b", "a"]] == lines(of(told("a", confidence=Confidence.PROBABLE), told("b")))
        assert [["b", "a"]] == lines(of(told("a", publisher="La Gazette", excerpt="x" * 90), told("b")))
        assert [["b", "a"]] == lines(of(told("a"), told("b", excerpt="Le Dr Morvant, encore")))

    def test_stories_stay_apart(self) -> None:
        found = of(told("a"), told("b", story="wother"), told("c", story=""), told("d", story=""))
        assert [["a"], ["b"], ["c"], ["d"]] == sorted(lines(found))

    def test_each_line_is_of_those_that_tell_the_same_as_its_head(self) -> None:
        """c is like b, and b like a; c is not like a: better told twice than taken for something else."""
        a, b, c = told("a", story="wx", excerpt="x" * 90), told("b", story="wx wy"), told("c", story="wy", excerpt="")
        assert [["a", "b"], ["c"]] == lines(of(a, b, c))

    def test_what_a_provider_refused_is_told_by_itself(self) -> None:
        assert [["a"], ["b"]] == lines(of(told("a", reason="rejected"), told("b")))

    def test_only_what_waits_for_this_recipient_counts(self) -> None:
        assert Sifted() == sifted([told("a"), a_mention("b")], "rsms")


class TestRepeats:
    def of_two(self, state: DeliveryState, **facts: Any) -> Sifted:
        return of(told("old", state, found_at=NOW - DAY, **facts), told("new"))

    def test_a_story_that_was_told_is_not_told_again(self) -> None:
        found = self.of_two(DELIVERED)
        assert ([("new", "old")], []) == ([(m.mention_id, by.mention_id) for m, by in found.repeats], found.lines)

    def test_an_sms_that_may_have_arrived_told_it(self) -> None:
        assert 1 == len(self.of_two(DeliveryState.UNKNOWN).repeats)

    def test_a_story_that_may_be_on_its_way_is_waited_for(self) -> None:
        found = self.of_two(SENDING)
        assert (["new"], [], []) == ([m.mention_id for m in found.waiting], found.repeats, found.lines)

    @pytest.mark.parametrize("state", [DeliveryState.UNDELIVERABLE, SUPPRESSED])
    def test_a_story_that_was_not_told_is_told(self, state: DeliveryState) -> None:
        assert [["new"]] == lines(self.of_two(state, reason="below_min_severity"))

    def test_a_story_that_turns_out_urgent_is_told_again(self) -> None:
        old = told("old", DELIVERED, severity=Severity.INFO)
        assert [["new"]] == lines(of(old, told("new", severity=Severity.URGENT)))
        assert [["new"]] == lines(of(told("old", SENDING), told("new", severity=Severity.URGENT)))
        assert [] == lines(of(old, told("new", severity=Severity.ATTENTION)))
        urgent = told("told", DELIVERED, severity=Severity.URGENT)
        assert [] == lines(of(old, urgent, told("new", severity=Severity.URGENT)))

    def test_who_meets_a_repeat_meets_the_story(self) -> None:
        """b repeats a, and c is another address of b: a's story again."""
        a, b = told("a", DELIVERED, "wx"), told("b", SUPPRESSED, "wx py", reason="same_story", repeats="a")
        [(_, by)] = of(a, b, told("c", story="py")).repeats
        assert "a" == by.mention_id

    def test_a_story_does_not_last_by_its_repeats(self) -> None:
        """Told on Monday, repeated on Wednesday: what comes on Friday is as far from Monday as it is."""
        monday = told("a", DELIVERED)
        wednesday = told("b", SUPPRESSED, reason="same_story", repeats="a", found_at=NOW + 48 * HOUR)
        assert [["c"]] == lines(of(monday, wednesday, told("c", found_at=NOW + 96 * HOUR)))

    def test_what_repeats_something_forgotten_tells_nothing_of_it(self) -> None:
        lost = told("b", SUPPRESSED, reason="same_story", repeats="mgone")
        assert [["c"]] == lines(of(lost, told("c")))


class TestBatch:
    def test_a_message_carries_the_most_severe_first_then_the_newest(self) -> None:
        old = a_mention("old", found_at=NOW - HOUR)
        urgent = a_mention("urgent", severity=Severity.URGENT, found_at=NOW - DAY)
        info = a_mention("info", severity=Severity.INFO)

        taken, more = batch(_each([old, info, a_mention("new"), urgent]), 3)

        assert (["urgent", "new", "old"], 1) == ([line.head.mention_id for line in taken], more)

    def test_those_found_together_are_told_as_their_source_gives_them(self) -> None:
        """Their ids are hashes: sorted by those, a message has no order a reader could follow."""
        here = [a_mention(name, place=place) for place, name in enumerate("dbac")]
        there = [a_mention(name, source_id="s2", place=place) for place, name in enumerate("zy")]

        taken, _ = batch(_each([*there, *reversed(here)]), 50)

        assert ["d", "b", "a", "c", "z", "y"] == [line.head.mention_id for line in taken]

    def test_the_others_of_a_story_take_their_room(self) -> None:
        wide = Line(a_mention("a", severity=Severity.URGENT), tuple(a_mention(f"a{n}") for n in range(9)))
        taken, more = batch([wide, *_each([a_mention("b"), a_mention("c")])], 11)
        assert ([10, 1], 1) == ([len(line.mentions) for line in taken], more)

        [cut], more = batch([wide], 4)
        assert (4, 0) == (len(cut.mentions), more)


def _each(mentions: Iterable[Mention]) -> list[Line]:
    return [Line(mention) for mention in mentions]


def test_a_headline_that_thousands_repeat_costs_no_more_than_their_number() -> None:
    """None of them is a match (another day each): all that is compared is compared in vain."""

    def work(count: int) -> list[Mention]:
        old = [told(f"o{n}", DELIVERED, found_at=NOW - 10 * DAY) for n in range(count)]
        return [*old, *(told(f"n{n}", severity=Severity.URGENT, source_id="s") for n in range(count))]

    small, large = work(500), work(2_000)
    assert cost(lambda: of(*large)) < 10 * cost(lambda: of(*small))


def test_what_was_told_is_remembered_as_long_as_it_can_be_repeated() -> None:
    assert cluster.REMEMBERED >= max(cluster.SAME_PAGE, cluster.SAME_HEADLINE)
