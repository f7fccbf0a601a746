"""Edited reviews and comments: told once more when it matters, never otherwise, whatever breaks in between."""

from __future__ import annotations

import json
from copy import replace
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.common.samples import mention
from tests.common.scanning import ALICE, World, feed
from tests.common.test_scan_crashes import run
from tests.fakes import Crash, Faults
from vigie.errors import SchemaError, StoreError
from vigie.exchange import Response
from vigie.model import Category, Item, Mention, MentionStatus, Polarity, Severity, Source
from vigie.plan import Planner
from vigie.revise import may_be_revised, revision
from vigie.ring import Ring

HOUR = timedelta(hours=1)
GOOD, HARSH = "Très à l'écoute, je recommande.", "Incompétente et désagréable, à fuir absolument."
URL = "https://avis.example/vasseur"


@dataclass
class Opinion:
    """A review of Alice on a page; what an author may change of it."""

    text: str = GOOD
    stars: float | None = 5
    author: str = "Maud T."

    def to_json(self) -> dict[str, object]:
        rating = {} if self.stars is None else {"reviewRating": {"@type": "Rating", "ratingValue": self.stars}}
        told = {"@type": "Review", "@id": f"#{self.author[:4]}", "reviewBody": self.text, "author": self.author}
        return {**told, "datePublished": "2026-11-01", **rating}


def page(*opinions: Opinion, average: tuple[float, int] | None = None) -> bytes:
    told: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Physician",
        "name": "Dr Alice Vasseur-Lemoine",
    }
    told["review"] = [opinion.to_json() for opinion in opinions]
    if average:
        told["aggregateRating"] = {"@type": "AggregateRating", "ratingValue": average[0], "reviewCount": average[1]}
    script = f'<script type="application/ld+json">{json.dumps(told)}</script>'
    return f"<!doctype html><html><head><title>Avis</title>{script}</head><body><h1>Avis</h1></body></html>".encode()


def avis() -> World:
    """A page of reviews that Alice watches."""
    world = World(ALICE, kind="reviews", url=URL)
    world.web.answers["https://avis.example/robots.txt"] = Response(404, "https://avis.example/robots.txt", {})
    return world


OLD = Opinion("Rien à redire.", 4, "Zoé B.")


def told(*states: Opinion, world: World | None = None) -> list[Mention]:
    """What is told of a review that goes through `states`, after a baseline without it."""
    world = world or avis()
    world.serve(page(OLD))
    world.scan()
    for state in states:
        world.serve(page(state, OLD))
        world.scan()
    return pending(world)


def pending(world: World) -> list[Mention]:
    found = [m for m in world.store.mentions(ALICE.practitioner_id) if m.status is MentionStatus.PENDING]
    pointed = {pointer.mention_id for pointer in world.outbox.pointers}
    assert {mention.mention_id for mention in found} == pointed
    return sorted(found, key=lambda mention: mention.found_at)


class TestThroughAScan:
    def test_a_review_that_turned_bad_is_told_as_edited(self) -> None:
        first, second = told(Opinion(), Opinion(HARSH, 1))

        assert (False, True) == (first.edited, second.edited)
        assert ("edited", "5/5 → 1/5") == (second.reasons[0].code, second.reasons[0].words)
        assert (1.0, HARSH) == (second.rating, second.excerpt)

    def test_stars_that_moved_under_the_same_words_are_told(self) -> None:
        assert 2 == len(told(Opinion(GOOD, 5), Opinion(GOOD, 2)))

    def test_words_that_got_worse_under_the_same_stars_are_told(self) -> None:
        assert 2 == len(told(Opinion(GOOD, None), Opinion(HARSH, None)))

    def test_words_that_got_better_under_the_same_stars_are_not(self) -> None:
        assert 1 == len(told(Opinion(HARSH, None), Opinion(GOOD, None)))

    def test_the_first_harmless_edit_is_not_told(self) -> None:
        """What is recorded first has no identity of a revision: it is the first mention that an edit is compared to."""
        assert 1 == len(told(Opinion(GOOD), Opinion(GOOD.replace("Très", "Vraiment très"))))

    def test_a_harmless_edit_of_an_edit_is_not_told(self) -> None:
        assert 2 == len(told(Opinion(), Opinion(HARSH, 1), Opinion(f"{HARSH} Vraiment.", 1)))

    def test_going_to_and_fro_is_told_once_for_each_state(self) -> None:
        assert 2 == len(told(*[Opinion(), Opinion(HARSH, 1)] * 5))

    def test_a_third_state_is_told(self) -> None:
        assert ["5/5 → 1/5", "5/5 → 3/5"] == [
            m.reasons[0].words for m in told(Opinion(), Opinion(HARSH, 1), Opinion("Bof.", 3)) if m.edited
        ]

    def test_what_a_first_scan_found_is_told_when_it_is_edited(self) -> None:
        """The baseline was shown in a list: what became of it since is news."""
        world = avis()
        for state in (Opinion(), Opinion(HARSH, 1)):
            world.serve(page(state, OLD))
            world.scan()

        assert [True] == [mention.edited for mention in pending(world)]

    def test_an_average_that_moves_is_no_edit(self) -> None:
        world = avis()
        for average in ((4.5, 2), (2.0, 9)):
            world.serve(page(OLD, Opinion(author=f"N{average[1]}"), average=average))
            world.scan()

        assert [] == [mention for mention in pending(world) if mention.edited]

    def test_a_ring_that_forgot_tells_nothing_anew(self) -> None:
        world = avis()
        told(Opinion(), world=world)
        row = world.source
        world.store.source_rows[world.source_id] = replace(row, cursor=replace(row.cursor, ring=b"", body_hash=None))
        world.scan()

        assert 1 == len(pending(world))

    def test_an_old_review_that_the_ring_forgot_is_told_when_it_was_edited(self) -> None:
        world = avis()
        told(Opinion(), world=world)
        row = world.source
        world.store.source_rows[world.source_id] = replace(row, cursor=replace(row.cursor, ring=b"", body_hash=None))
        world.serve(page(Opinion(HARSH, 1), OLD))
        world.scan()

        assert [False, True] == [mention.edited for mention in pending(world)]

    def test_an_article_that_was_corrected_is_not_told_again(self) -> None:
        """News are edited all day long."""
        world = World(ALICE)
        for text in ("Une conférence.", "Mise en examen pour escroquerie, elle nie."):
            entry = (f"Le Dr Alice Vasseur-Lemoine, dermatologue à Besançon : {text}", text)
            world.serve(feed(entry).replace(b"<channel>", b"<channel><generator>Journal</generator>"))
            world.scan()

        assert not [mention for mention in pending(world) if mention.edited and mention.category is Category.PRESS]

    def test_a_row_of_another_version_is_left_as_it_is(self) -> None:
        world = avis()
        told(Opinion(), world=world)

        def unreadable(mention: Mention) -> Mention:
            raise SchemaError("another version")

        world.store.put_or_find = unreadable  # type: ignore[method-assign]
        world.serve(page(Opinion(HARSH, 1), OLD))

        assert world.scan().kind.seen


class TestWhatBreaks:
    """A scan that finds an edit dies before or after every call it makes, and is run again."""

    def made(self) -> World:
        world = avis()
        told(Opinion(), world=world)
        world.serve(page(Opinion(HARSH, 1), OLD))
        return world

    def assert_told(self, made: World, count: int) -> None:
        found = [m for m in made.store.mentions(ALICE.practitioner_id) if m.status is MentionStatus.PENDING]
        assert count == len(found)
        # Pointed at, or in sight of the sweep.
        assert [] == [mention for mention in found if mention.due_at is None]
        Planner(made.store, made.outbox).tick(made.now + HOUR)
        assert {ALICE.practitioner_id} == {pointer.practitioner_id for pointer in made.outbox.pointers}

    def test_an_edit_costs_two_writes_and_no_read(self) -> None:
        counted = Faults()
        run(self.made(), counted)

        assert ["put_or_find", "put_mention", "send_pointers", "save_cursor"] == counted.calls[-4:]

    @pytest.mark.parametrize("error", [Crash, lambda: StoreError("lost reply")], ids=["crash", "lost reply"])
    @pytest.mark.parametrize("when", ["before", "after"])
    @pytest.mark.parametrize("at", range(1, 8))
    def test_a_fault_at_any_call_then_a_retry_tells_the_edit_once(self, at: int, when: str, error: object) -> None:
        made = self.made()
        run(made, Faults(at, when, error))  # type: ignore[arg-type]
        run(made, Faults())
        run(made, Faults())

        self.assert_told(made, 2)

    @pytest.mark.parametrize("at", range(1, 8))
    def test_what_is_edited_between_a_crash_and_its_retry_is_told_too(self, at: int) -> None:
        """The item is new to the ring both times, and its mention stands."""
        world = avis()
        world.serve(page(OLD))
        world.scan()
        world.serve(page(Opinion(), OLD))
        run(world, Faults(at, "after"))
        recorded = bool([m for m in world.store.mention_rows.values() if m.status is MentionStatus.PENDING])
        world.serve(page(Opinion(HARSH, 1), OLD))
        run(world, Faults())

        self.assert_told(world, 1 + recorded)


def now(first: Mention, **facts: object) -> Mention:
    return replace(first, found_at=first.found_at + HOUR, **facts)


PRAISED = mention(category=Category.REVIEW, polarity=Polarity.POSITIVE, severity=Severity.INFO, rating=5.0)
BLAMED = mention(category=Category.REVIEW, polarity=Polarity.NEGATIVE, severity=Severity.ATTENTION, rating=2.0)


class TestWhatMatters:
    @pytest.mark.parametrize(
        ("first", "facts"),
        [
            (PRAISED, {"rating": 3.0}),
            (BLAMED, {"rating": 5.0, "polarity": Polarity.POSITIVE, "severity": Severity.INFO}),
            (BLAMED, {"severity": Severity.URGENT}),
            (PRAISED, {"polarity": Polarity.NEGATIVE}),
            (PRAISED, {"polarity": Polarity.MIXED}),
            (replace(BLAMED, polarity=Polarity.MIXED), {"polarity": Polarity.NEGATIVE}),
            (BLAMED, {"category": Category.PERSONAL_CONTACT}),
        ],
    )
    def test_stars_that_moved_and_anything_worse(self, first: Mention, facts: dict[str, object]) -> None:
        assert revision(first, now(first, **facts), known=True) is not None

    @pytest.mark.parametrize(
        ("first", "facts"),
        [
            (BLAMED, {}),
            (BLAMED, {"excerpt": "Autre."}),
            (BLAMED, {"rating": 2.2}),
            (BLAMED, {"rating": None}),
            (replace(BLAMED, rating=None), {"rating": 2.0}),
            (BLAMED, {"severity": Severity.INFO, "polarity": Polarity.POSITIVE}),
            (PRAISED, {"polarity": Polarity.NEUTRAL}),
            (BLAMED, {"category": Category.FORUM}),
        ],
    )
    def test_nothing_else(self, first: Mention, facts: dict[str, object]) -> None:
        assert revision(first, now(first, **facts), known=True) is None

    def test_what_another_source_quotes_of_it_is_no_edit(self) -> None:
        assert revision(PRAISED, now(BLAMED, source_id="sother"), known=True) is None

    def test_what_one_scan_reads_twice_is_no_edit(self) -> None:
        assert revision(PRAISED, BLAMED, known=True) is None

    def test_what_is_merely_judged_otherwise_is_no_edit(self) -> None:
        """New weights, and a ring that forgot: the words are those that were there."""
        worse = now(PRAISED, polarity=Polarity.NEGATIVE, severity=Severity.ATTENTION)

        assert revision(PRAISED, worse, known=False) is None
        assert revision(PRAISED, replace(worse, excerpt="À fuir."), known=False) is not None

    def test_a_text_that_was_erased_since_says_nothing_of_an_edit(self) -> None:
        erased = replace(PRAISED, title="", excerpt="", url="")

        assert revision(erased, now(BLAMED, rating=5.0), known=False) is None
        assert revision(erased, now(BLAMED), known=False) is not None

    @pytest.mark.parametrize("status", [MentionStatus.BASELINE, MentionStatus.KEPT])
    def test_what_is_not_to_be_told_is_not_told_for_being_edited(self, status: MentionStatus) -> None:
        assert revision(PRAISED, now(BLAMED, status=status), known=True) is None

    def test_what_was_thought_to_be_of_a_namesake_and_names_them_now_is_told_as_new(self) -> None:
        kept = replace(PRAISED, status=MentionStatus.KEPT)
        found = revision(kept, now(PRAISED), known=True)

        assert found is not None
        assert (False, True) == (found.edited, found.mention_id != kept.mention_id)

    def test_halves_of_a_star_are_told_apart(self) -> None:
        states = {(revision(PRAISED, now(PRAISED, rating=n / 2), known=True) or PRAISED).mention_id for n in range(11)}

        assert 11 == len(states)

    @pytest.mark.parametrize("stars", [2.25, 2.75, 3.25, 1.26])
    def test_half_a_star_more_or_less_is_always_another_state(self, stars: float) -> None:
        first = replace(PRAISED, rating=stars)
        found = revision(first, now(first, rating=stars + 0.5), known=True)

        assert found is not None
        before, _, after = found.reasons[0].words.partition(" → ")
        assert before != after

    def test_news_and_averages_are_never_revised(self) -> None:
        feed, page = Source("s1", "feed", {}, 60, ""), Source("s1", "page", {}, 60, "")
        average = Item(URL, native_id="average:x 1", kind="review")

        assert not may_be_revised(feed, Item(URL, kind="news"), Category.PRESS)
        assert not may_be_revised(feed, average, Category.REVIEW)
        assert may_be_revised(feed, Item(URL), Category.FORUM)
        assert may_be_revised(page, Item(URL), Category.DIRECTORY)


class TestRing:
    @pytest.mark.parametrize("native", ["r1", None])
    @pytest.mark.parametrize("url", [URL, ""])
    def test_other_stars_under_the_same_words_are_a_change_of_the_same_review(
        self, native: str | None, url: str
    ) -> None:
        first = Item(url, text=GOOD, native_id=native, rating=5, kind="review")
        _, ring = Ring().resolve([first], "avis.example")
        [seen], after = ring.resolve([first._replace(rating=1)], "avis.example")
        [again], _ = after.resolve([first._replace(rating=1)], "avis.example")

        if native or url:
            assert (True, True) == (seen.known, seen.changed)
        assert (True, False) == (again.known, again.changed)

    def test_stars_that_are_no_number_are_stars_all_the_same(self) -> None:
        Ring().resolve([Item(URL, rating=float("nan")), Item(URL, text="x", rating=float("inf"))], "avis.example")
