"""The reviews of a page: the same when it is moved or edited, another when it is another, and never silently unseen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.common.scanning import ALICE, World
from tests.common.sources.reading import items_of, page_of
from tests.cost import cost
from tests.shared import shared
from vigie.errors import SourceError
from vigie.exchange import Page, Response
from vigie.model import Item, MentionStatus, OutcomeKind
from vigie.ring import Ring

DOCTOR = "Dr Camille Aubertin-Lesage"
URL = "https://avis.example/camille"


def review(text: str = "", stars: float | None = None, **told: Any) -> dict[str, Any]:
    rating = {"reviewRating": {"@type": "Rating", "ratingValue": stars}} if stars is not None else {}
    return {"@type": "Review", **({"reviewBody": text} if text else {}), **rating, **told}


def page(*reviews: Mapping[str, Any], average: Sequence[float] = (), name: str = DOCTOR) -> str:
    told = {"@context": "https://schema.org", "@type": "Physician", "name": name, "review": list(reviews)}
    if average:
        told["aggregateRating"] = {"@type": "AggregateRating", "ratingValue": average[0], "reviewCount": average[1]}
    script = f'<script type="application/ld+json">{json.dumps(told)}</script>'
    return f"<!doctype html><html><head><title>Avis</title>{script}</head><body><h1>Avis</h1></body></html>"


def new(*states: str) -> list[Item]:
    """What the last of several states of a page has that those before had not, as scans one after the other see it."""
    ring, found, state = Ring(), [], {}
    for body in states:
        read = page_of("reviews", body, state=state)
        sightings, ring = ring.resolve(read.items, "site.example")
        found, state = [s.item for s in sightings if not s.known], dict(read.state)
    return found


LATE = review("Une heure de retard.", 2, author="Maud T.", datePublished="2026-11-02")
KIND = review("Très à l'écoute.", 5, author="Anonyme", datePublished="2026-11-01")
LONE = review("", 1)


class TestSamples:
    def read(self, carrier: str) -> Sequence[Item]:
        return items_of("reviews", shared("sources", "samples", f"schemaorg-{carrier}.html").read_bytes(), url=URL)

    @pytest.mark.parametrize("carrier", ["jsonld", "microdata", "rdfa"])
    def test_a_review_is_read_in_whichever_way_it_is_told(self, carrier: str) -> None:
        first = self.read(carrier)[0]

        assert ("Une heure d'attente.", 1.0, "P. E.", "2026-11-21", "review") == (
            first.text, first.rating, first.author, f"{first.published_at:%Y-%m-%d}", first.kind
        )  # fmt: skip
        assert DOCTOR in first.context

    def test_a_good_script_is_read_beside_broken_ones(self) -> None:
        *reviews, average = self.read("jsonld")

        assert ["Une heure d'attente.", "Très à l'écoute."] == [item.text for item in reviews]
        assert (f"{URL}#avis-901", 4.1, "Note moyenne : 4,1/5 (12 avis). — Average rating: 4.1/5 (12 reviews).") == (
            reviews[0].url, average.rating, average.text
        )  # fmt: skip

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_a_page_that_tells_no_review_is_not_an_empty_one(self, when: str) -> None:
        with pytest.raises(SourceError) as refused:
            items_of("reviews", shared("sources", "samples", f"pagewatch-{when}.html").read_bytes())

        assert OutcomeKind.NOT_A_FEED is refused.value.outcome


class TestSameness:
    def test_reviews_in_another_order_are_the_same(self) -> None:
        assert [] == new(page(LATE, KIND, LONE), page(LONE, KIND, LATE))

    def test_an_edited_review_is_the_same_when_it_is_signed_and_dated(self) -> None:
        assert [] == new(page(LATE, KIND), page(LATE | {"reviewBody": "Deux heures de retard !"}, KIND))

    def test_an_edit_further_on_leaves_an_unsigned_review_the_same(self) -> None:
        text = (
            "Je suis venue pour un contrôle, la salle d'attente était pleine et personne ne savait combien de temps "
            * 2
        )

        assert [] == new(page(review(text)), page(review(text + "PS : toujours rien.")))

    def test_a_review_with_a_name_is_the_same_whatever_it_says(self) -> None:
        before, after = (review(text, **{"@id": "#avis-901"}) for text in ("Bien.", "Finalement très mal reçue."))

        assert [] == new(page(before), page(after))

    def test_names_that_count_the_reviews_of_a_page_are_not_believed(self) -> None:
        before = [LATE | {"@id": "#review-1"}, KIND | {"@id": "#review-2"}]
        third = review("Un scandale.", 1, author="Igor", datePublished="2026-11-03")
        after = [each | {"@id": f"#review-{n}"} for n, each in enumerate((third, LATE, KIND), 1)]

        assert ["Un scandale."] == [item.text for item in new(page(*before), page(*after))]

    def test_a_name_that_all_reviews_share_is_not_believed(self) -> None:
        shared_name = {"@id": "https://avis.example/#review", "url": URL}
        reviews = [LATE | shared_name, KIND | shared_name]

        assert 2 == len(items_of("reviews", page(*reviews)))
        assert ["Horrible."] == [
            item.text for item in new(page(*reviews), page(review("Horrible.") | shared_name, *reviews))
        ]

    def test_the_same_words_of_another_are_another_review(self) -> None:
        first, second = (review("Parfait.", 5, author=name, datePublished="2026-11-01") for name in ("Ella", "Igor"))

        assert ["Igor"] == [item.author for item in new(page(first), page(second, first))]

    def test_stars_of_another_day_are_another_review(self) -> None:
        days = [review("", 1, author="Anonyme", datePublished=f"2026-11-0{day}") for day in (1, 2)]

        assert ["2026-11-02"] == [f"{item.published_at:%Y-%m-%d}" for item in new(page(days[0]), page(*days))]

    def test_one_more_review_of_stars_alone_is_one_more(self) -> None:
        assert [("★☆☆☆☆", 1.0)] == [(item.title, item.rating) for item in new(page(LONE, LONE), page(LONE, LONE, LONE))]

    def test_another_unsigned_review_is_not_taken_for_an_edit_once_the_first_has_gone(self) -> None:
        first, second = (review(text, author="Un patient", datePublished="2026-11-01") for text in ("Bien.", "Odieux."))

        assert ["Odieux."] == [item.text for item in new(page(first), page(LATE), page(second, LATE))]


class TestAverages:
    def told(self, *states: str) -> list[str]:
        return [item.text for item in new(*states) if item.text.startswith("Note")]

    def test_an_average_that_a_new_review_explains_is_the_same(self) -> None:
        assert [] == self.told(page(KIND, average=(5, 1)), page(LATE, KIND, average=(3.5, 2)))

    def test_a_fall_without_a_new_review_is_told(self) -> None:
        assert [
            (
                "Note moyenne : 3,9/5 (12 avis). Auparavant : 4,1/5 (12 avis). Aucun nouvel avis n'est visible."
                " — Average rating: 3.9/5 (12 reviews). Before: 4.1/5 (12 reviews). No new review is to be seen."
            )
        ] == self.told(page(KIND, average=(4.1, 12)), page(KIND, average=(3.9, 12)))

    def test_a_review_that_is_only_counted_is_told(self) -> None:
        assert 1 == len(self.told(page(average=(4.1, 12)), page(average=(4.1, 13))))

    def test_a_rise_is_not_told(self) -> None:
        assert [] == self.told(page(average=(4.1, 12)), page(average=(4.3, 12)))

    def test_old_copies_that_caches_serve_by_turns_are_told_once(self) -> None:
        old, now = page(average=(4.1, 12)), page(average=(3.9, 13))

        assert 1 == len(self.told(old, now))
        assert [] == self.told(old, now, old, now)

    def test_a_subject_that_is_renamed_keeps_its_average(self) -> None:
        assert [] == self.told(page(average=(4.1, 12)), page(average=(4.1, 12), name="Cabinet Aubertin"))

    @pytest.mark.parametrize("state", [{"reviews": ""}, {"average.x": "?"}, {"reviews": "a b", "average.x": "1 2"}])
    def test_whatever_the_cursor_holds_the_page_is_read(self, state: dict[str, str]) -> None:
        assert 2 == len(page_of("reviews", page(KIND, average=(4, 9)), state=state).items)


class TestHonesty:
    def read(self, body: str, state: Mapping[str, str] | None = None) -> Page | OutcomeKind:
        try:
            return page_of("reviews", body, state=state)
        except SourceError as error:
            return error.outcome

    def test_markup_that_a_new_design_lost_is_no_empty_page(self) -> None:
        before = page_of("reviews", page(LATE, KIND, LONE))

        assert OutcomeKind.CONTRACT_CHANGED is self.read(page(), before.state)

    @pytest.mark.parametrize("kind", ["Organization", "Person", "BreadcrumbList"])
    def test_a_page_that_only_says_who_made_it_holds_no_reviews_to_be_none(self, kind: str) -> None:
        told = f'<script type="application/ld+json">{{"@type":"{kind}","name":"Le journal"}}</script>'
        body = f"<html><head>{told}</head><body><h1>Une page</h1></body></html>"

        assert OutcomeKind.NOT_A_FEED is self.read(body)

    def test_a_forum_that_a_saved_answer_shows_is_no_page_of_reviews(self) -> None:
        assert OutcomeKind.NOT_A_FEED is self.read(shared("real-sources", "nodebb", "topic.html").read_text())

    def test_a_shell_that_scripts_fill_was_not_seen(self) -> None:
        assert OutcomeKind.BLOCKED is self.read(
            "<html><body><div id=root></div><script src=/app.js></script></body></html>"
        )

    @pytest.mark.parametrize(
        "body", ["", "  ", "%PDF-1.7", '{"review": []}', "<rss><channel/></rss>", "\x00\x00\x00\x00"]
    )
    def test_what_is_no_page_is_said_to_be_none(self, body: str) -> None:
        assert OutcomeKind.NOT_A_FEED is self.read(body)


class TestScans:
    def test_robots_are_asked_as_for_a_page(self) -> None:
        world = World(ALICE, kind="reviews", url=URL)
        world.serve(page(LATE, name="Dr Alice Vasseur-Lemoine").encode())
        world.web.answers["https://avis.example/robots.txt"] = Response(200, "", {}, b"User-agent: *\nDisallow: /cam")
        refused = world.scan()

        assert (OutcomeKind.BLOCKED, "robots.txt") == (refused.kind, refused.detail)
        assert URL not in [request.url for request in world.web.requests]

    def test_a_new_review_of_them_is_a_mention_of_them(self) -> None:
        world = World(ALICE, kind="reviews", url=URL)
        world.web.answers["https://avis.example/robots.txt"] = Response(404, "", {})
        name = "Dr Alice Vasseur-Lemoine, dermatologue, Besançon"
        world.serve(page(KIND, name=name, average=(5, 1)).encode())
        world.scan()
        world.serve(page(LATE, KIND, name=name, average=(3.5, 2)).encode())
        world.scan()
        world.serve(page(LATE, KIND, name=name, average=(2.5, 3)).encode())
        world.scan(after=timedelta(hours=2))

        assert 2 == world.statuses(ALICE).count(MentionStatus.BASELINE)
        assert 2 == world.statuses(ALICE).count(MentionStatus.PENDING)


_MANY = 3_000
_HOSTILE = {
    "nested JSON": f'<script type="application/ld+json">{"[" * 100_000}</script>',
    "nested objects": '<script type="application/ld+json">' + '{"review":' * 50_000 + "</script>",
    "open strings": '<script type="application/ld+json">{"review":"' + '\\"' * 300_000 + "</script>",
    "commas": '<script type="application/ld+json">{"review":[' + ",   " * 200_000 + "</script>",
    "broken reviews": '<script type="application/ld+json">[' + '{"@type":"Review","x":' * 40_000 + "</script>",
    "spaces": f'<script type="application/ld+json">{{"review"{" " * 400_000}x</script>',
    "long numbers": f'<script type="application/ld+json">{{"@type":"Review","ratingValue":{"9" * 400_000}}}</script>',
    "a circle": '<script type="application/ld+json">[{"@id":"#a","name":"A","review":{"@id":"#b"}},'
    '{"@id":"#b","@type":"Review","itemReviewed":{"@id":"#a"},"author":{"@id":"#b"},"reviewBody":"Bien."}]</script>',
    "nested properties": "<div itemprop=review><div itemprop=reviewBody>" * (_MANY // 2 - 10) + "mot " * 100_000,
    "nested scopes": "<div itemscope itemprop=review>" * 2_900 + "mot " * 100_000,
    "many scopes": "<p itemscope itemtype=//schema.org/Review itemprop=review><b itemprop=reviewBody>mot</b>" * 40_000,
    "many names": f"<div itemscope><p itemprop='{'review ' * 250}'>mot</p></div>" * 2_000,
    "inline": "<div itemscope itemtype=https://schema.org/Review>" + "<i>m" * 2_900,
}


@pytest.fixture(scope="module")
def plain() -> float:
    """What an ordinary page of that size costs, read for what people say."""
    return cost(lambda: items_of("page", "<p>un mot puis un autre</p>" * 20_000))


@pytest.mark.parametrize("name", _HOSTILE)
def test_no_page_costs_more_than_its_size(name: str, plain: float) -> None:
    def look() -> None:
        try:
            found: Sequence[Item] = items_of("reviews", f"<html><body>{_HOSTILE[name]}</body></html>")
        except SourceError:
            return
        assert len(found) <= 2_000

    assert cost(look, tries=1) < 12 * plain
