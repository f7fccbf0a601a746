"""Reviews that services hold: what is asked, with which keys, what is told of them and what an operator learns of a
refusal. The documents of tests/common/sources/cases/ say the rest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.common.sources.reading import items_of, page_of
from tests.common.sources.test_contract import promise
from tests.cost import cost
from tests.shared import shared
from vigie import registry, sources
from vigie.errors import SourceError
from vigie.exchange import SESSION, Page, Request, Response
from vigie.match import match
from vigie.model import Cursor, Item, OutcomeKind, Practitioner, Source
from vigie.ring import Ring

PARAMS = {
    "google_business": {
        "location": "accounts/111/locations/222",
        "about": "Dr Camille Aubertin-Lesage, Valombre",
        "consent": "consent-camille",
    },
    "trustpilot": {"unit": "507f191e810c19729de860ea"},
    "serpapi_google_reviews": {"place": "ChIJEXEMPLE0000000000000000", "about": "Dr Camille Aubertin-Lesage, Valombre"},
    "google_places": {"place": "ChIJEXEMPLE0000000000000000", "permitted_use": "nos propres lieux"},
}
KINDS = sorted(PARAMS)
SAMPLES = {
    "google_business": "google-business-profile-reviews.json",
    "trustpilot": "trustpilot-reviews.json",
    "serpapi_google_reviews": "serpapi-google-maps-reviews.json",
    "google_places": "google-places-details.json",
}
CAMILLE = Practitioner("pcamille", "Dr", ("Camille",), ("Aubertin-Lesage",), "dermatologue", "Valombre", "61999")


def source(kind: str, **state: str) -> Source:
    return Source("s1", kind, PARAMS[kind], 60, kind, cursor=Cursor(state=state))


def sample(kind: str) -> bytes:
    return shared("sources", "samples", SAMPLES[kind]).read_bytes()


def read(kind: str, document: object, **state: str) -> Page:
    return page_of(kind, json.dumps(document), params=PARAMS[kind], state=state)


def refusal(kind: str, status: int, document: object) -> SourceError:
    answer = Response(status, "https://api.example/", {}, json.dumps(document).encode())
    error = registry.load(sources, kind).refused(source(kind), answer)
    assert error is not None
    return error


class TestSamples:
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_review_is_read_with_its_stars_and_what_it_is_about(self, kind: str) -> None:
        first = page_of(kind, sample(kind), params=PARAMS[kind]).items[0]

        promise(first)
        stars = {"trustpilot": 2.0}.get(kind, 1.0)
        assert ("review", stars, True) == (first.kind, first.rating, bool(first.published_at))
        assert match(CAMILLE, first) is not None

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_practice_s_own_answers_are_no_reviews(self, kind: str) -> None:
        texts = [item.text for item in page_of(kind, sample(kind), params=PARAMS[kind]).items]

        assert "Merci." not in texts

    def test_stars_alone_are_a_review(self) -> None:
        lone = page_of("google_business", sample("google_business"), params=PARAMS["google_business"]).items[1]

        assert ("★★★★★", "", None, 5.0) == (lone.title, lone.text, lone.author, lone.rating)

    def test_a_place_s_review_is_told_by_stars_and_link_alone(self) -> None:
        page = page_of("google_places", sample("google_places"), params=PARAMS["google_places"])

        assert ("★☆☆☆☆", "", None) == (page.items[0].title, page.items[0].text, page.items[0].author)
        assert "attente" not in repr(page)

    def test_the_same_review_read_by_two_services_is_told_once(self) -> None:
        found = [page_of(kind, sample(kind), params=PARAMS[kind]).items for kind in KINDS if "google_b" not in kind]
        identities = [
            {seen.identity for seen in Ring().resolve(items, kind)[0]} for items, kind in zip(found, "abc", strict=True)
        ]

        assert identities[0] & identities[1]

    def test_an_account_that_is_used_up_says_so_in_a_success(self) -> None:
        body = shared("sources", "samples", "serpapi-error.json").read_bytes()
        with pytest.raises(SourceError) as error:
            page_of("serpapi_google_reviews", body, params=PARAMS["serpapi_google_reviews"])

        assert OutcomeKind.QUOTA_EXHAUSTED is error.value.outcome

    def test_a_disabled_api_is_the_operator_s_to_enable(self) -> None:
        body = shared("sources", "samples", "google-places-error-403.json").read_bytes()

        assert "enabled" in refusal("google_places", 403, json.loads(body)).detail


class TestWhatIsAsked:
    @pytest.mark.parametrize("kind", KINDS)
    def test_every_key_is_listed_and_none_is_in_a_url(self, kind: str) -> None:
        module = registry.load(sources, kind)
        asked = module.request(source(kind), Cursor())
        own = module.keys(source(kind)) if hasattr(module, "keys") else {}
        listed = {*module.PROVIDER.keys, *own, *([SESSION] if hasattr(module, "login") else [])}

        assert {secret.name for secret in asked.secrets} <= listed
        assert "key=" not in asked.url

    @pytest.mark.parametrize("kind", KINDS)
    def test_following_pages_are_asked_of_the_service_with_its_key(self, kind: str) -> None:
        """An answer names no address to which a key goes."""
        page = page_of(kind, sample(kind), params=PARAMS[kind])
        first = registry.load(sources, kind).request(source(kind), Cursor())

        for request in page.following:
            assert urlsplit(first.url)[:3] == urlsplit(request.url)[:3]
            assert list(first.secrets) == list(request.secrets)
        assert (kind != "google_places") is bool(page.following)

    def test_the_text_of_a_place_s_reviews_is_not_asked_for(self) -> None:
        asked = registry.load(sources, "google_places").request(source("google_places"), Cursor())

        fields = asked.headers["X-Goog-FieldMask"].split(",")
        assert {"rating", "userRatingCount"} < set(fields)
        assert not [field for field in fields if "text" in field.lower() or field in ("*", "reviews")]

    def test_a_place_is_read_only_for_a_use_that_is_named(self) -> None:
        param = registry.load(sources, "google_places").PARAMS["permitted_use"]

        assert param.required

    def test_ids_of_both_sorts_find_a_place(self) -> None:
        hexadecimal = "0x47e66e1f06e2b70f:0x40b82c3688c9460"
        by_data = Source("s1", "serpapi_google_reviews", {"place": hexadecimal, "about": "x"}, 60, "")
        module = registry.load(sources, "serpapi_google_reviews")

        assert [hexadecimal] == parse_qs(urlsplit(module.request(by_data, Cursor()).url).query)["data_id"]


class TestConsent:
    KEYS = {"google_client_id": "id", "google_client_secret": "s&cret", "consent-camille": "1//a+b"}  # noqa: RUF012

    def login(self, refresh: str = "") -> Request:
        asked: Request = registry.load(sources, "google_business").login(source("google_business"), self.KEYS, refresh)
        return asked

    def test_a_token_is_got_with_the_practitioner_s_own_consent(self) -> None:
        asked = self.login()

        assert "https://oauth2.googleapis.com/token" == asked.url
        assert {
            "grant_type": ["refresh_token"],
            "client_id": ["id"],
            "client_secret": ["s&cret"],
            "refresh_token": ["1//a+b"],
        } == parse_qs((asked.body or b"").decode())

    def test_the_keys_are_in_the_body_alone(self) -> None:
        asked = self.login()

        assert not {value for value in self.KEYS.values() if value in f"{asked!r} {asked.headers}"} - {"id"}

    def test_keys_are_named_by_the_source(self) -> None:
        assert ["consent-camille"] == list(registry.load(sources, "google_business").keys(source("google_business")))

    def granted(self, document: object) -> Any:
        answer = Response(200, "https://oauth2.googleapis.com/token", {}, json.dumps(document).encode())
        return registry.load(sources, "google_business").granted(source("google_business"), answer)

    @pytest.mark.parametrize("lasts", [None, -1, "3599", 10**400, True, 1e12])
    def test_a_token_that_says_nothing_sensible_of_its_end_lasts_an_hour(self, lasts: object) -> None:
        assert ("ya29.x", 3600) == (
            (grant := self.granted({"access_token": "ya29.x", "expires_in": lasts})).token,
            grant.lasts_s,
        )

    def test_a_token_lasts_as_long_as_is_said(self) -> None:
        assert 3599 == self.granted({"access_token": "ya29.x", "expires_in": 3599}).lasts_s

    @pytest.mark.parametrize("document", [{}, {"access_token": None}, {"access_token": ["x"]}, [], "x"])
    def test_a_login_without_a_token_is_another_contract(self, document: object) -> None:
        with pytest.raises(SourceError) as error:
            self.granted(document)

        assert OutcomeKind.CONTRACT_CHANGED is error.value.outcome

    @pytest.mark.parametrize(
        ("status", "document", "words"),
        [
            (400, {"error": "invalid_grant", "error_description": "Bad Request"}, "withdrawn or has expired"),
            (401, {"error": "invalid_client"}, "google_client_secret"),
            (403, {"error": {"status": "PERMISSION_DENIED", "message": "no"}}, "does not manage this profile"),
            (
                403,
                {
                    "error": {
                        "status": "PERMISSION_DENIED",
                        "details": [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}, None, 3],
                    }
                },
                "business.manage",
            ),
            (403, {"error": {"status": "PERMISSION_DENIED", "details": [{"reason": "SERVICE_DISABLED"}]}}, "granted"),
            (
                429,
                {"error": {"status": "RESOURCE_EXHAUSTED", "details": [{"metadata": {"quota_limit_value": "0"}}]}},
                "granted",
            ),
        ],
    )
    def test_a_refusal_tells_the_operator_what_to_do(self, status: int, document: object, words: str) -> None:
        error = refusal("google_business", status, document)

        assert OutcomeKind.AUTH_FAILED is error.outcome
        assert words in error.detail

    @pytest.mark.parametrize("document", [None, [], "x", {"error": None}, {"error": []}, {"error": {"details": 4}}])
    def test_a_refusal_that_says_nothing_is_left_to_its_status(self, document: object) -> None:
        answer = Response(403, "https://api.example/", {}, json.dumps(document).encode())

        assert registry.load(sources, "google_business").refused(source("google_business"), answer) is None


class TestWhatIsNew:
    def page(self, kind: str, *days: int) -> dict[str, Any]:
        if kind == "google_business":
            rows = [{"reviewId": f"r{n}", "updateTime": f"2026-11-{n:02}T08:00:00Z"} for n in days]
            return {"reviews": rows, "nextPageToken": "more"}
        if kind == "trustpilot":
            rows = [{"id": f"r{n}", "createdAt": f"2026-11-{n:02}T08:00:00Z"} for n in days]
            return {"reviews": rows, "links": [{"rel": "next-page", "href": "?page=2"}]}
        rows = [{"review_id": f"r{n}", "iso_date": f"2026-11-{n:02}T08:00:00Z"} for n in days]
        return {"reviews": rows, "serpapi_pagination": {"next_page_token": "more"}}

    @pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "google_places"])
    @pytest.mark.parametrize(
        ("last", "days", "goes_on"),
        [(None, (9, 8), True), (5, (9, 8), True), (8, (9, 8), True), (9, (10, 8), False), (12, (9, 8), False)],
    )
    def test_a_list_is_followed_as_far_as_it_is_new(
        self, kind: str, last: int | None, days: Sequence[int], goes_on: bool
    ) -> None:
        state = {"newest": f"2026-11-{last:02}T08:00:00+00:00"} if last else {}

        assert goes_on is bool(read(kind, self.page(kind, *days), **state).following)

    @pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "google_places"])
    def test_what_was_newest_is_never_forgotten(self, kind: str) -> None:
        """A review that is taken away does not send us through the whole list again."""
        left = read(kind, self.page(kind, 3), newest="2026-11-09T08:00:00+00:00").state

        assert {"newest": "2026-11-09T08:00:00+00:00"} == left


class TestPlaces:
    def place(self, rating: float, count: int, *ids: str) -> dict[str, Any]:
        return {
            "displayName": {"text": "Dr Camille Aubertin-Lesage"},
            "rating": rating,
            "userRatingCount": count,
            "reviews": [{"name": f"places/x/reviews/{one}", "rating": 4} for one in ids],
        }

    def new(self, *documents: dict[str, Any]) -> list[Item]:
        """What the last of several answers has that those before had not."""
        ring, found, state = Ring(), [], {}
        for document in documents:
            page = read("google_places", document, **state)
            sightings, ring = ring.resolve(page.items, "google_places")
            found, state = [s.item for s in sightings if not s.known], dict(page.state)
        return found

    def test_a_review_that_is_not_among_the_five_is_told_by_the_numbers(self) -> None:
        [told] = self.new(self.place(4.2, 17, "a", "b"), self.place(4.0, 18, "a", "b"))

        assert "4/5 (18 avis)" in told.text
        assert "4,2/5 (17 avis)" in told.text

    def test_a_review_that_is_among_them_is_told_by_itself(self) -> None:
        [told] = self.new(self.place(4.2, 17, "a", "b"), self.place(4.0, 18, "c", "a"))

        assert "google-review://c" == told.native_id

    def test_a_review_that_comes_back_among_them_explains_nothing(self) -> None:
        first, second, third = self.place(4, 17, "a"), self.place(4, 17, "b"), self.place(4, 18, "a")

        [told] = self.new(first, second, third)

        assert "18 avis" in told.text

    def test_numbers_that_stand_are_not_told(self) -> None:
        assert [] == self.new(self.place(4.2, 17, "a"), self.place(4.2, 17, "a"))


_VALUES = st.recursive(
    st.sampled_from([None, True, 0, -1, 10**400, 1e308, float("inf"), float("nan"), "", "x", "\ud800", "\x07", "5"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "id", "name"]), inner),
    max_leaves=5,
)


def _altered(data: st.DataObject, found: Any) -> Any:
    """A document with any of its values replaced by anything."""
    if data.draw(st.integers(0, 9)) == 0:
        return data.draw(_VALUES)
    if isinstance(found, dict):
        return {name: _altered(data, value) for name, value in found.items() if data.draw(st.integers(0, 19))}
    return [_altered(data, value) for value in found] if isinstance(found, list) else found


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_an_answer_of_any_shape_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    document = _altered(data, json.loads(sample(kind)))
    try:
        items = read(kind, document).items
    except SourceError:
        return
    for item in items:
        promise(item)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_refusal_of_any_shape_says_something_or_nothing(kind: str, data: st.DataObject) -> None:
    told = {"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "x", "details": [{"reason": "y"}]}}
    body = json.dumps(_altered(data, told)).encode()
    for status in (400, 401, 403, 429, 500):
        error = registry.load(sources, kind).refused(source(kind), Response(status, "https://api.example/", {}, body))
        assert error is None or not error.outcome.seen


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"reviews":' * 50_000, b"<html><title>Just a moment...</title></html>"]
)
def test_what_is_no_answer_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(SourceError) as error:
        items_of(kind, body)

    page = body.startswith(b"<html")
    assert (OutcomeKind.BLOCKED if page else OutcomeKind.CONTRACT_CHANGED) is error.value.outcome


@pytest.mark.parametrize("kind", ["google_business", "serpapi_google_reviews"])
def test_reading_costs_in_proportion_to_the_answer(kind: str) -> None:
    hostile = f"x(Translated by Google{' ' * 400}(Translated by Google){' ' * 400}"

    def answer(size: int) -> Page:
        comment = hostile * size
        rows = [{"reviewId": "r1", "review_id": "r1", "comment": comment, "snippet": comment}]
        return read(kind, {"reviews": rows})

    assert cost(lambda: answer(400)) < 12 * cost(lambda: answer(100)) + timedelta(milliseconds=50).total_seconds()
