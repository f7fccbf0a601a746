"""Reviews scanned through the real fetcher, of stand-ins that answer as the services do: what is told, once, and what
an operator learns when nothing can be."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.providers import google_business, google_places, serpapi, trustpilot
from tests.providers.directory import Directory
from tests.providers.google_business import GoogleBusiness
from tests.providers.google_places import GooglePlaces
from tests.providers.index import NOW
from tests.providers.opinions import HARSH, KIND, MUTE, Opinion
from tests.providers.serpapi import SerpApi
from tests.providers.trustpilot import Trustpilot
from tests.providers.world import World, world
from vigie.model import MentionStatus, OutcomeKind, Severity

ABOUT = "Dr Camille Aubertin-Lesage, dermatologue à Valombre"
BUSINESS_KEYS = {
    "google_client_id": google_business.CLIENT,
    "google_client_secret": google_business.SECRET,
    "consent-camille": google_business.CONSENT,
}
KEYS = {
    **BUSINESS_KEYS,
    "google_places_key": google_places.KEY,
    "serpapi_key": serpapi.KEY,
    "trustpilot_key": trustpilot.KEY,
}
PARAMS = {
    "google_business": {"location": google_business.LOCATION, "about": ABOUT, "consent": "consent-camille"},
    "google_places": {"place": google_places.PLACE, "permitted_use": "nos propres lieux"},
    "serpapi_google_reviews": {"place": serpapi.PLACE, "about": ABOUT},
    "trustpilot": {"unit": trustpilot.UNIT},
}
SERVICES = {
    "google_business": GoogleBusiness,
    "google_places": GooglePlaces,
    "serpapi_google_reviews": SerpApi,
    "trustpilot": Trustpilot,
}
TURNED = KIND.changed(NOW + timedelta(days=1, hours=6), 1, "Je reviens sur mon avis : incompétente, à fuir absolument.")
MANY = [Opinion(f"vieux-{n}", 5, f"Très bien, n° {n}.", NOW - timedelta(days=40 + n)) for n in range(300)]


def watched(here: World, kind: str) -> str:
    return here.watch(kind, **PARAMS[kind])


def told(here: World) -> list[tuple[str, float | None, bool]]:
    """What is to be told, the first found first: its excerpt, its stars, whether it is an edit."""
    found = sorted(here.mentions(), key=lambda mention: mention.found_at)
    return [(mention.excerpt, mention.rating, mention.edited) for mention in found]


class TestAll:
    @pytest.mark.parametrize("kind", SERVICES)
    def test_what_is_there_is_a_snapshot_and_what_comes_later_is_told_once(self, kind: str) -> None:
        service = SERVICES[kind]([KIND, MUTE])
        with world(service, keys=KEYS) as here:
            source = watched(here, kind)
            [first] = here.scan(source)
            service.opinions = [HARSH, MUTE, KIND]
            outcomes = [here.scan(source)[0] for _ in range(3)]

            assert OutcomeKind.OK is first.kind
            assert first.tally.baseline >= 2
            assert {True} == {outcome.kind.seen for outcome in outcomes}
            assert [1.0] == [rating for _, rating, _ in told(here)]

    @pytest.mark.parametrize("kind", SERVICES)
    def test_a_profile_that_nobody_reviewed_is_empty_and_not_unseen(self, kind: str) -> None:
        with world(SERVICES[kind](), keys=KEYS) as here:
            [outcome] = here.scan(watched(here, kind))

            assert OutcomeKind.EMPTY is outcome.kind

    @pytest.mark.parametrize("kind", [kind for kind in SERVICES if kind != "google_places"])
    def test_a_review_that_turned_bad_is_told_as_edited(self, kind: str) -> None:
        service = SERVICES[kind]([KIND, MUTE])
        with world(service, keys=KEYS) as here:
            source = watched(here, kind)
            here.scan(source)
            service.opinions = [TURNED, MUTE]
            here.scan(source)
            here.scan(source)

            assert [(TURNED.text, 1.0, True)] == told(here)
            [edit] = here.mentions()
            assert Severity.INFO is not edit.severity

    @pytest.mark.parametrize("kind", [kind for kind in SERVICES if kind != "google_places"])
    def test_a_harmless_edit_is_not_told(self, kind: str) -> None:
        service = SERVICES[kind]([KIND, MUTE])
        with world(service, keys=KEYS) as here:
            source = watched(here, kind)
            here.scan(source)
            service.opinions = [KIND.changed(TURNED.last, 5, f"{KIND.text} Vraiment."), MUTE]
            here.scan(source)

            assert [] == told(here)

    @pytest.mark.parametrize("kind", SERVICES)
    def test_no_key_is_where_anybody_looks(self, kind: str) -> None:
        service = SERVICES[kind]([HARSH])
        with world(service, keys=KEYS) as here:
            here.scan(watched(here, kind))
            kept = repr((here.store.source_rows, here.store.mention_rows, here.outbox.pointers))

            assert not [name for name, value in KEYS.items() if value in kept]

    @pytest.mark.parametrize("kind", SERVICES)
    def test_a_key_that_is_missing_is_named(self, kind: str) -> None:
        with world(SERVICES[kind]([HARSH])) as here:
            [outcome] = here.scan(watched(here, kind))

            assert OutcomeKind.AUTH_FAILED is outcome.kind
            assert "no key " in outcome.detail

    @pytest.mark.parametrize("kind", SERVICES)
    def test_a_key_that_is_wrong_is_said_to_be(self, kind: str) -> None:
        with world(SERVICES[kind]([HARSH]), keys=dict.fromkeys(KEYS, "autre")) as here:
            [outcome] = here.scan(watched(here, kind))

            assert OutcomeKind.AUTH_FAILED is outcome.kind

    @pytest.mark.parametrize("kind", [kind for kind in SERVICES if kind != "google_places"])
    def test_a_first_read_turns_the_pages_and_later_ones_do_not(self, kind: str) -> None:
        service = SERVICES[kind](list(MANY))
        with world(service, keys=KEYS) as here:
            source = watched(here, kind)
            here.scan(source)
            first = [call for call in here.services.asked(service.name) if call.method == "GET"]
            service.opinions = [HARSH, *MANY]
            here.scan(source)
            later = [call for call in here.services.asked(service.name) if call.method == "GET"][len(first) :]

            assert 3 <= len(first) <= 5
            assert 1 == len(later)
            assert [1.0] == [rating for _, rating, _ in told(here)]


class TestConsent:
    def test_stars_alone_are_told(self) -> None:
        service = GoogleBusiness([KIND])
        with world(service, keys=KEYS) as here:
            source = watched(here, "google_business")
            here.scan(source)
            service.opinions.append(Opinion("seul", 2, written_at=NOW + timedelta(hours=30)))
            here.scan(source)

            assert ["★★☆☆☆"] == [mention.title for mention in here.mentions()]

    def test_a_token_that_expired_is_replaced_and_nothing_is_seen_of_it(self) -> None:
        service = GoogleBusiness([KIND])
        with world(service, keys=KEYS) as here:
            source = watched(here, "google_business")
            outcomes = [here.scan(source, after=timedelta(hours=2))[0].kind for _ in range(3)]

            assert {True} == {outcome.seen for outcome in outcomes}
            assert 3 == service.logins

    def test_a_token_that_is_withdrawn_early_is_replaced_within_the_scan(self) -> None:
        service = GoogleBusiness([KIND])
        with world(service, keys=KEYS) as here:
            source = watched(here, "google_business")
            here.scan(source, after=timedelta(minutes=1))
            service.tokens.clear()
            [outcome] = here.scan(source, after=timedelta(minutes=16))

            assert outcome.kind.seen
            assert 2 == service.logins

    def test_a_consent_that_was_withdrawn_is_for_the_practitioner_to_give_again(self) -> None:
        service = GoogleBusiness([KIND])
        with world(service, keys=KEYS) as here:
            source = watched(here, "google_business")
            here.scan(source)
            service.consents.clear()
            [refused] = here.scan(source)
            service.consents.add("1//nouveau")
            here.keys.kept["consent-camille"] = "1//nouveau"
            service.opinions = [TURNED]
            [again] = here.scan(source)

            assert OutcomeKind.AUTH_FAILED is refused.kind
            assert "withdrawn or has expired" in refused.detail
            assert again.kind.seen
            assert [(TURNED.text, 1.0, True)] == told(here)

    @pytest.mark.parametrize(("fact", "words"), [("granted", "has not granted"), ("theirs", "does not manage")])
    def test_what_is_missing_at_google_is_said(self, fact: str, words: str) -> None:
        with world(GoogleBusiness([KIND], **{fact: False}), keys=KEYS) as here:  # type: ignore[arg-type]
            [outcome] = here.scan(watched(here, "google_business"))

            assert OutcomeKind.AUTH_FAILED is outcome.kind
            assert words in outcome.detail

    def test_a_profile_that_is_no_longer_there_is_gone(self) -> None:
        with world(GoogleBusiness([KIND]), keys=KEYS) as here:
            params = {**PARAMS["google_business"], "location": "accounts/1/locations/2"}
            [outcome] = here.scan(here.watch("google_business", **params))

            assert OutcomeKind.GONE is outcome.kind

    def test_a_review_that_was_deleted_is_no_news(self) -> None:
        service = GoogleBusiness([KIND, MUTE, HARSH])
        with world(service, keys=KEYS) as here:
            source = watched(here, "google_business")
            here.scan(source)
            service.opinions = [KIND, MUTE]
            [outcome] = here.scan(source)
            service.opinions = []
            [bare] = here.scan(source)

            assert [True, True] == [outcome.kind.seen, bare.kind.seen]
            assert [] == told(here)

    def test_an_old_review_that_is_edited_comes_from_beyond_what_is_remembered(self) -> None:
        service = GoogleBusiness(list(MANY[:240]))
        with world(service, keys=KEYS) as here:
            source = watched(here, "google_business")
            here.scan(source)
            for n in range(4):  # later reads see the first page alone, and the ring lets the others go
                service.opinions += [Opinion(f"n{n}-{m}", 5, "Bien.", here.now + timedelta(hours=1)) for m in range(50)]
                here.scan(source)
            before = len(told(here))
            service.opinions[200] = service.opinions[200].changed(here.now, 1, TURNED.text)
            here.scan(source)

            assert [(TURNED.text, 1.0, True)] == told(here)[before:]


class TestErrorsInSuccesses:
    @pytest.mark.parametrize("status", [200, 429])
    def test_an_account_that_is_used_up_is_no_empty_profile(self, status: int) -> None:
        service = SerpApi([HARSH], left=0, status=status)
        with world(service, keys=KEYS) as here:
            [outcome] = here.scan(watched(here, "serpapi_google_reviews"))

            assert OutcomeKind.QUOTA_EXHAUSTED is outcome.kind

    def test_a_search_that_is_not_done_is_asked_again_later(self) -> None:
        service = SerpApi([HARSH], processing=True)
        with world(service, keys=KEYS) as here:
            [outcome] = here.scan(watched(here, "serpapi_google_reviews"))

            assert OutcomeKind.UNREACHABLE is outcome.kind

    def test_a_plan_that_is_used_up_says_so(self) -> None:
        with world(Trustpilot([HARSH], left=0), keys=KEYS) as here:
            [outcome] = here.scan(watched(here, "trustpilot"))

            assert OutcomeKind.QUOTA_EXHAUSTED is outcome.kind


class TestTogether:
    def test_a_review_read_by_two_services_is_one_mention(self) -> None:
        with world(SerpApi([HARSH]), GooglePlaces([HARSH]), keys=KEYS) as here:
            here.scan(watched(here, "serpapi_google_reviews"), watched(here, "google_places"))
            found = [mention.url for mention in here.mentions(MentionStatus.BASELINE)]

            assert 1 == found.count("https://www.google.com/maps/reviews/data=!avis-3")

    def test_what_one_service_knows_less_of_is_no_edit(self) -> None:
        search, places = SerpApi([KIND]), GooglePlaces([KIND])
        with world(search, places, keys=KEYS) as here:
            sources = watched(here, "serpapi_google_reviews"), watched(here, "google_places")
            here.scan(*sources)
            search.opinions = places.opinions = [HARSH, KIND]
            here.scan(*sources)
            here.scan(*sources)

            assert not [edited for _, _, edited in told(here) if edited]

    def test_five_relevant_reviews_hide_a_new_one_and_the_numbers_tell_it(self) -> None:
        service = GooglePlaces(list(MANY[:20]))
        with world(service, keys=KEYS) as here:
            source = watched(here, "google_places")
            here.scan(source)
            service.opinions.append(HARSH)
            here.scan(source)

            [mention] = here.mentions()
            assert "(21 avis)" in mention.excerpt
            assert "(20 avis)" in mention.excerpt

    def test_no_text_of_a_place_is_kept(self) -> None:
        with world(GooglePlaces([HARSH, KIND]), keys=KEYS) as here:
            here.scan(watched(here, "google_places"))

            kept = repr(here.store.mention_rows) + repr(here.store.source_rows)
            assert not [text for text in (HARSH.text, KIND.text, HARSH.author) if text in kept]


class TestDirectory:
    def test_a_page_with_a_broken_script_beside_a_good_one_is_read(self) -> None:
        service = Directory([KIND, MUTE])
        with world(service) as here:
            source = here.watch("reviews", url=f"{here.services.url('annuaire')}/aubertin-lesage")
            [first] = here.scan(source)
            service.opinions = [TURNED, MUTE, HARSH]
            here.scan(source)

            assert (OutcomeKind.OK, 3) == (first.kind, first.items)
            assert {(TURNED.text, 1.0, True), (HARSH.text, 1.0, False)} == set(told(here))
            averages = [m.rating for m in here.mentions(MentionStatus.BASELINE) if "Note moyenne" in m.excerpt]
            assert [4.5] == averages
