"""The plan of an enrolment: what is asked of whom, how often, within what budget; and a kind may say it itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ops import asking
from ops.planning import DAILY, DEAR, NOT_READ, Plan, dollars, plan
from tests.common.people import VANDERMARCK
from vigie.model import Practice, Practitioner, Provider
from vigie.queries import SITES, queries

KINDS = asking.kinds()
EVERY_KEY = {name for kind in KINDS for name in kind.needs}
ENGINE = "http://127.0.0.1:8888/"
MIDWIFE = Practitioner("p", "", ("Anaïs",), ("Doutre-Castagnet",), "sage-femme", "Paris 13e", "75013")


def made(*keys: str, person: Practitioner = VANDERMARCK, **options: object) -> Plan:
    return plan(person, KINDS, keys, allowlist=("127.0.0.1",), **options)  # type: ignore[arg-type]


def kinds(found: Plan) -> set[str]:
    return {planned.source.kind for planned in found.sources}


def words(found: Plan, kind: str) -> list[str]:
    return [planned.source.params["query"] for planned in found.sources if planned.source.kind == kind]


class TestQueries:
    def test_they_name_a_person_in_the_four_ways(self) -> None:
        found = [query.words for query in queries(VANDERMARCK).ways]

        assert [
            '"Éloïse Vandermarck"',
            '"Dr Vandermarck" Lyon',
            '"Docteur Vandermarck" dermatologue',
            '"Vandermarck" "Cabinet du quai Achille"',
        ] == found[:4]

    def test_every_town_and_every_name_is_asked_for(self) -> None:
        person = replace(
            VANDERMARCK,
            last_names=("Vandermarck", "Roussel"),
            practices=(Practice("CH de Valence", "Valence", "26000"), Practice(None, "Lyon", "69006")),
        )
        found = [query.words for query in queries(person).ways]

        assert '"Dr Vandermarck" Valence' in found
        assert 1 == found.count('"Dr Vandermarck" Lyon')
        assert '"Éloïse Roussel"' in found

    def test_who_is_no_doctor_is_given_no_title(self) -> None:
        found = [query.words for query in queries(MIDWIFE).ways]

        assert ['"Anaïs Doutre-Castagnet"', '"Doutre-Castagnet" sage-femme Paris'] == found

    @pytest.mark.parametrize("person", [replace(VANDERMARCK, last_names=("Martin",)), VANDERMARCK])
    def test_a_name_that_others_bear_is_never_asked_for_alone(self, person: Practitioner) -> None:
        found = queries(person, common=person is VANDERMARCK).ways

        assert not [query.words for query in found if query.words == f'"Éloïse {person.last_names[0]}"']
        assert found[0].words.endswith(" Lyon")

    def test_quotes_in_a_name_do_not_end_the_phrase(self) -> None:
        person = replace(VANDERMARCK, practice_name='Le "Quai" Bleu', aliases=('E. "V" Roux',))

        assert all(0 == query.words.count('"') % 2 for query in queries(person).ways)
        assert '"Vandermarck" "Le Quai Bleu"' in [query.words for query in queries(person).ways]

    def test_a_query_is_never_longer_than_services_take(self) -> None:
        person = replace(VANDERMARCK, practice_name="x" * 200, last_names=("y" * 200,))

        assert all(len(query.words) <= 300 for query in queries(person).ways)


class TestKeys:
    def test_without_a_key_the_free_kinds_are_planned_and_the_others_say_what_they_lack(self) -> None:
        found = made()

        assert {"google_news", "bing_news", "gdelt", "wikipedia"} == kinds(found)
        assert 0 == found.price
        lacking = dict(found.lacking)
        assert "vigie key set brave" in lacking["brave_web"]
        assert {"bluesky", "youtube", "mojeek", "serper"} <= set(lacking)

    def test_a_key_adds_the_kinds_of_its_service(self) -> None:
        found = made("brave")

        assert {"brave_web", "brave_news", "brave_images", "brave_videos"} <= kinds(found)
        assert "brave_web" not in dict(found.lacking)

    def test_half_the_keys_of_a_service_are_no_key(self) -> None:
        assert "bluesky" not in kinds(made("bluesky_handle"))
        assert "bluesky" in kinds(made("bluesky_handle", "bluesky_app_password"))

    def test_what_only_the_operator_can_choose_is_never_planned(self) -> None:
        found = kinds(made(*EVERY_KEY, engine=ENGINE))

        assert not {"google_places", "serpapi_google_reviews", "google_business", "trustpilot", "feed", "page"} & found
        assert not {"rpps_tabular", "rpps_fhir"} & found

    def test_a_search_engine_of_ones_own_is_asked_when_there_is_one(self) -> None:
        found = made(engine=ENGINE)

        assert "searxng" not in kinds(made())
        assert {"news", "images", "videos", None} == {
            planned.source.params.get("category") for planned in found.sources if planned.source.kind == "searxng"
        }
        assert found.by_sites


class TestPrice:
    def test_a_month_of_brave_is_within_the_budget_that_there_is_unless_said(self) -> None:
        found = made("brave", budget=1_000_000)

        assert 6 == sum(planned.source.kind.startswith("brave") for planned in found.sources)
        assert (4 * 31 + 2 * 5) * 5_000 == found.price <= 1_000_000  # images and videos weekly

    def test_what_is_beyond_the_budget_is_left_out_the_least_telling_first(self) -> None:
        found = made("brave", budget=450_000)

        assert found.price <= 450_000
        assert ['"Éloïse Vandermarck"'] == words(found, "brave_web")
        assert ("brave_web", "room in the budget of a practitioner") in found.lacking
        assert not found.by_sites

    def test_nothing_paid_is_read_more_than_daily(self) -> None:
        assert all(planned.source.cadence >= DAILY for planned in made(*EVERY_KEY).sources if planned.price)

    def test_the_first_query_is_read_as_is_usual_and_the_others_daily(self) -> None:
        found = [planned for planned in made().sources if planned.source.kind == "google_news"]

        assert [60, *[DAILY] * (len(found) - 1)] == [planned.source.cadence for planned in found]

    def test_a_service_that_counts_requests_is_asked_one_query(self) -> None:
        found = made(*EVERY_KEY)

        assert all(1 == len(words(found, kind)) for kind in ("gdelt", "youtube", "mojeek", "wikipedia", "bluesky"))

    def test_a_read_that_may_cost_much_is_never_planned_unasked(self) -> None:
        dear = [replace(kind, provider=Provider("gold", price=DEAR + 1)) for kind in KINDS if kind.name == "gdelt"]
        found = plan(VANDERMARCK, dear, ())

        assert () == found.sources
        assert "your word" in dict(found.lacking)["gdelt"]

    @pytest.mark.parametrize(("price", "said"), [(0, "free"), (900_000, "$0.90"), (5_000, "$0.0050")])
    def test_a_price_is_written_as_one(self, price: int, said: str) -> None:
        assert said == dollars(price)


class TestSites:
    def test_the_sites_that_are_not_read_are_asked_of_a_search_engine(self) -> None:
        [query] = [words for words in words(made("brave"), "brave_web") if "site:" in words]

        assert all(f"site:{domain}" in query for domain in SITES.values())
        assert "asked of a search engine" in made("brave").instead("Facebook")
        assert "once a web search has a key" in made().instead("Facebook")

    def test_each_of_them_is_said_with_why(self) -> None:
        assert set(SITES) == set(NOT_READ)


class TestKindsThemselves:
    def test_a_kind_that_searches_words_is_planned_by_being_there(self) -> None:
        new = replace(next(kind for kind in KINDS if kind.name == "gdelt"), planned=None, provider=None)

        assert 1 < len(plan(VANDERMARCK, [new], ()).sources)

    def test_a_kind_may_say_what_is_read_of_it_or_that_nothing_is(self) -> None:
        [kind] = [kind for kind in KINDS if kind.name == "gdelt"]
        own = replace(kind, planned=lambda asked: [{"query": asked.name}])

        assert ["Éloïse Vandermarck"] == words(plan(VANDERMARCK, [own], ()), "gdelt")
        assert () == plan(VANDERMARCK, [replace(kind, planned=lambda _: [])], ()).sources

    @pytest.mark.parametrize("person", [VANDERMARCK, MIDWIFE])
    def test_every_kind_is_planned_with_parameters_that_it_takes(self, person: Practitioner) -> None:
        """`asking.source` refuses any other."""
        assert made(*EVERY_KEY, person=person, engine=ENGINE).sources
