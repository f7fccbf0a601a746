"""The registers: what they are asked, what they answer, and that no answer is taken for granted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ops import lookup, registers
from ops.lookup import Lookup, RegisterError, splits
from ops.registers import Answer, Skill, merged, rpps_fhir, rpps_tabular
from tests.conftest import NOW
from tests.fakes import CannedFetcher
from tests.providers.rpps import AUBERTIN, SAMPLE, Register, Row, everybody, row, serving
from tests.shared import shared
from vigie import registry
from vigie.adapters.http import HttpFetcher
from vigie.errors import InputError, SourceError
from vigie.exchange import Response
from vigie.model import OutcomeKind

SAMPLES = "sources", "samples"


@pytest.fixture
def register() -> Iterator[Register]:
    with serving(Register()) as served:
        yield served


def web(register: Register, **options: Any) -> HttpFetcher:
    """The real way out, with the register standing in for data.gouv.fr."""
    return HttpFetcher(
        contact="https://vigie.example/robot",
        allowlist=["127.0.0.1"],
        stand_ins=[register.stand_in],
        **options,
    )


def asked[T](register: Register, question: Callable[[Lookup], Coroutine[Any, Any, T]]) -> T:
    async def ask() -> T:
        return await question(Lookup(web(register), lambda: NOW, sleep=lambda _: asyncio.sleep(0)))

    return asyncio.run(ask())


def page(*rows: Any, **more: Any) -> Response:
    return Response(200, rpps_tabular.DATA, {}, json.dumps({"data": rows, **more}).encode())


class TestByNumber:
    def test_two_practices_of_the_sample_are_one_person(self, register: Register) -> None:
        found = asked(register, lambda look: look.number(AUBERTIN))

        assert found
        assert ("CAMILLE", "AUBERTIN-LESAGE", "Dr", "Médecin") == (
            found.first,
            found.last,
            found.title,
            found.profession,
        )
        assert (Skill(0, "Dermatologie et vénéréologie"),) == found.skills
        assert [
            ("CABINET DU DR CAMILLE AUBERTIN-LESAGE", "Valombre", "61999", ("0200000000",), True),
            ("CH DE VALOMBRE", "Valombre", "61999", (), False),
        ] == [(p.name, p.town, p.postcode, p.phones, p.own) for p in found.practices]

    def test_numbers_that_came_as_numbers_are_what_they_were(self, register: Register) -> None:
        """The API guesses types: a postcode of the Ain and every telephone lose their zero."""
        found = asked(register, lambda look: look.number("10990000113"))

        assert found
        assert ("10990000113", "810990000113") == (found.rpps, found.national_id)
        [practice] = found.practices
        assert ("01000", ("0465711000",)) == (practice.postcode, practice.phones)

    def test_a_number_of_nobody_is_nobody(self, register: Register) -> None:
        assert asked(register, lambda look: look.number("10990000999")) is None

    def test_a_service_that_forgets_the_filter_enrols_nobody_else(self, register: Register) -> None:
        register.failures = [(200, {}, json.dumps(SAMPLE).encode())]

        assert asked(register, lambda look: look.number("10990000113")) is None

    def test_the_register_knows_who_asks(self, register: Register) -> None:
        asked(register, lambda look: look.number(AUBERTIN))

        assert all("vigie.example" in agent for agent in register.agents)

    def test_a_question_is_asked_once(self, register: Register) -> None:
        async def thrice(look: Lookup) -> None:
            await asyncio.gather(*(look.number(AUBERTIN) for _ in range(3)))

        asked(register, thrice)
        assert 1 == len(register.asked)

    def test_many_questions_are_never_asked_all_at_once(self, register: Register) -> None:
        async def many(look: Lookup) -> None:
            await asyncio.gather(*(look.number(f"109900{n:05d}") for n in range(40)))

        asked(register, many)
        assert 40 == len(register.asked)
        assert lookup.AT_ONCE >= register.together

    def test_nor_where_the_way_out_would_let_them(self) -> None:
        now, most = 0, 0

        class Web(CannedFetcher):
            async def fetch(self, request: Any, **options: Any) -> Response:
                nonlocal now, most
                now += 1
                most = max(most, now)
                await asyncio.sleep(0)
                now -= 1
                return page()

        async def many() -> None:
            asked = Lookup(Web(), lambda: NOW)
            await asyncio.gather(*(asked.number(f"109900{n:05d}") for n in range(40)))

        asyncio.run(many())
        assert lookup.AT_ONCE == most


class TestByName:
    def test_all_the_pages_of_a_name_are_read_and_each_person_counted_once(self, register: Register) -> None:
        found = asked(register, lambda look: look.named("Isabelle", "Martin"))

        assert (36, True) == (len(found.entries), found.complete)
        assert 3 == sum(entry.practices[0].postcode == "69006" for entry in found.entries)

    def test_a_name_of_more_pages_than_are_read_is_said_so(
        self, register: Register, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lookup, "MOST_PAGES", 2)
        register.rows = [row(f"10{n:09d}", "MARTIN", "ISABELLE") for n in range(400)]
        found = asked(register, lambda look: look.named("Isabelle", "Martin"))

        assert (100, False) == (len(found.entries), found.complete)

    @pytest.mark.parametrize("name", [("Élise", "Noël"), ("elise", "noel"), ("ÉLISE", "NOËL")])
    def test_accents_are_asked_for_with_and_without(self, register: Register, name: tuple[str, str]) -> None:
        register.rows = [row("10990000147", "NOEL", "ELISE")]

        assert ["10990000147"] == [e.rpps for e in asked(register, lambda look: look.named(*name)).entries]

    def test_a_name_the_register_writes_with_its_accents_is_found(self, register: Register) -> None:
        assert 1 == len(asked(register, lambda look: look.named("Élise", "Noël")).entries)

    def test_a_hyphen_may_be_a_space(self, register: Register) -> None:
        found = asked(register, lambda look: look.named("Camille", "Aubertin Lesage"))

        assert [AUBERTIN] == [entry.rpps for entry in found.entries]

    def test_who_only_has_a_name_like_it_is_left_out(self, register: Register) -> None:
        register.rows = [row("10990000147", "MARTIN", "MARIANNE"), row("10990000154", "MARTIN", "ANNE-MARIE")]

        assert ["ANNE-MARIE"] == [e.first for e in asked(register, lambda look: look.named("Anne", "Martin")).entries]

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("Dr Camille Aubertin-Lesage", ("Camille", "Aubertin-Lesage")),
            ("AUBERTIN-LESAGE Camille", ("Camille", "AUBERTIN-LESAGE")),
            ("Jean Pierre DE LA TOUR", ("Jean Pierre", "DE LA TOUR")),
            ("Aubertin-Lesage, Camille", ("Camille", "Aubertin-Lesage")),
            ("camille de la tour", ("camille", "de la tour")),
        ],
    )
    def test_a_written_name_is_taken_apart(self, written: str, meant: tuple[str, str]) -> None:
        assert meant in list(splits(written))

    def test_a_single_word_is_no_name(self) -> None:
        assert [] == list(splits("Dr Morvant"))


class TestTrouble:
    @pytest.mark.parametrize(
        ("status", "headers", "body", "says"),
        [
            (500, {}, b"", "does not answer"),
            (200, {}, b"<html>maintenance</html>", "does not know"),
            (400, {}, b'{"errors":[]}', "does not know"),
            (404, {}, b"", "does not know"),
            (200, {}, b'{"data": {"a": 1}}', "does not know"),
            (200, {}, b'{"data": [{"a": 1}]}', "does not know"),
            (429, {"Retry-After": "86400"}, b"", "left alone"),
        ],
    )
    def test_a_register_that_could_not_be_asked_never_says_that_nobody_is_there(
        self, register: Register, status: int, headers: dict[str, str], body: bytes, says: str
    ) -> None:
        register.failures = [(status, headers, body)] * 3

        with pytest.raises(RegisterError, match=says):
            asked(register, lambda look: look.number(AUBERTIN))

    def test_a_short_wait_is_waited(self, register: Register) -> None:
        register.failures = [(429, {"Retry-After": "60"}, b"")]
        waited: list[float] = []

        async def sleep(seconds: float) -> None:
            waited.append(seconds)

        async def ask() -> Any:
            return await Lookup(web(register), lambda: NOW, sleep=sleep).number(AUBERTIN)

        assert asyncio.run(ask())
        assert [60.0] == waited

    def test_pages_that_never_end_end(self, register: Register) -> None:
        more = {"data": SAMPLE["data"], "links": {"next": f"{rpps_tabular.DATA}?page=2"}}
        register.failures = [(200, {}, json.dumps(more).encode())] * 50
        asked(register, lambda look: look.number(AUBERTIN))

        assert lookup.MOST_PAGES > len(register.asked)


class TestRows:
    def test_columns_in_another_order_with_others_between_are_read_alike(self) -> None:
        rows = [dict(reversed(each.items())) for each in SAMPLE["data"]]
        strange = [{"Nouvelle colonne": {"a": [1]}, **each, "Libellé rôle": None, "": 3} for each in rows]

        assert merged(rpps_tabular.read(page(*SAMPLE["data"])).entries) == merged(
            rpps_tabular.read(page(*strange)).entries
        )

    def test_headings_may_be_spelt_a_little_otherwise(self) -> None:
        spelt = {k.replace("'", "’").replace("é", "e").upper(): v for k, v in SAMPLE["data"][0].items()}

        assert merged(rpps_tabular.read(page(SAMPLE["data"][0])).entries) == merged(
            rpps_tabular.read(page(spelt)).entries
        )

    @pytest.mark.parametrize("column", list(SAMPLE["data"][0]))
    @pytest.mark.parametrize("value", [None, 12, 1e400, True, [], {"a": 1}, "\ud800", "x" * 100_000, "\x1b[31m\u202e"])
    def test_no_cell_of_any_shape_is_more_than_a_cell(self, column: str, value: Any) -> None:
        rows = [{**SAMPLE["data"][0], column: value}, SAMPLE["data"][1]]
        found = rpps_tabular.read(page(*rows)).entries

        assert any(entry.rpps == AUBERTIN for entry in found)
        assert all(len(text) <= 301 for entry in found for text in (entry.first, entry.last, entry.practices[0].name))
        assert not any("\x1b" in entry.last or "\u202e" in entry.last for entry in found)

    def test_a_missing_column_is_an_empty_cell(self) -> None:
        bare = {k: v for k, v in SAMPLE["data"][0].items() if k in ("Identifiant PP", "Nom d'exercice")}
        [entry] = rpps_tabular.read(page(bare)).entries

        assert (AUBERTIN, f"8{AUBERTIN}", "AUBERTIN-LESAGE", "") == (
            entry.rpps,
            entry.national_id,
            entry.last,
            entry.first,
        )

    def test_nobody_is_an_empty_list_and_no_rows_are_none(self) -> None:
        assert Answer(()) == rpps_tabular.read(page())

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b"null", b'{"data": null}', b"{" * 10_000, b'{"data": 1' + b"0" * 9_000]
    )
    def test_what_is_no_answer_is_told_as_another_contract(self, body: bytes) -> None:
        with pytest.raises(SourceError) as told:
            rpps_tabular.read(Response(200, rpps_tabular.DATA, {}, body))

        assert OutcomeKind.CONTRACT_CHANGED is told.value.outcome

    @pytest.mark.parametrize(
        "link", ["http://evil.example/data/?page=2", "//[::1", 3, "javascript:alert(1)", "?page=\n2"]
    )
    def test_a_link_to_the_next_page_leads_nowhere_else(self, link: Any) -> None:
        following = rpps_tabular.read(page(SAMPLE["data"][0], links={"next": link})).next

        assert following is None or following.url == f"{rpps_tabular.DATA}?page=2"

    def test_the_town_may_stand_in_the_line_of_the_post(self) -> None:
        found = rpps_tabular.read(
            page(row("10990000113", "A", "B", town=None, postcode=None, cedex="75651 PARIS CEDEX 13"))
        )
        [practice] = found.entries[0].practices

        assert ("PARIS", "75651") == (practice.town, practice.postcode)


BUNDLE = json.loads(shared(*SAMPLES, "rpps-fhir-practitioner-bundle.json").read_text(encoding="utf-8"))
ROLE = {
    "resourceType": "PractitionerRole",
    "practitioner": {"reference": "Practitioner/003-9999999-9999999"},
    "organization": {"reference": "https://gateway.api.esante.gouv.fr/fhir/v2/Organization/001-01-77"},
}
PLACE = {
    "resourceType": "Organization",
    "id": "001-01-77",
    "name": "CH DE VALOMBRE",
    "telecom": [{"system": "phone", "value": "0261910001"}, {"system": "email", "value": "x@exemple.mssante.test"}],
    "address": [{"city": "VALOMBRE", "postalCode": "61999"}],
}


class TestFhir:
    def bundle(self, *more: Any) -> dict[str, Any]:
        return {**BUNDLE, "entry": [*BUNDLE["entry"], *({"resource": resource} for resource in more)]}

    def read(self, bundle: Any) -> Answer:
        return rpps_fhir.read(Response(200, rpps_fhir.BASE, {}, json.dumps(bundle).encode()))

    def test_the_sample_is_somebody(self) -> None:
        [entry] = self.read(BUNDLE).entries

        assert (AUBERTIN, "Camille", "AUBERTIN-LESAGE", "Dr", "Médecin") == (
            entry.rpps,
            entry.first,
            entry.last,
            entry.title,
            entry.profession,
        )
        assert (Skill(0, "Dermatologie et vénéréologie"),) == entry.skills

    def test_the_address_is_asked_of_the_organisation_and_the_key_is_in_no_url(self) -> None:
        bodies = [
            json.dumps(self.bundle(ROLE)).encode(),
            json.dumps({**BUNDLE, "entry": [{"resource": PLACE}]}).encode(),
        ]
        first = rpps_fhir.by_number(AUBERTIN).url
        second = f"{rpps_fhir.BASE}/Organization?_id=001-01-77&_count=50"
        web = CannedFetcher({first: bodies[0], second: bodies[1]})

        async def ask() -> Any:
            return await Lookup(web, lambda: NOW, "rpps_fhir", keys={"esante": "s3cret"}).number(AUBERTIN)

        found = asyncio.run(ask())
        assert [("CH DE VALOMBRE", "VALOMBRE", "61999", ("0261910001",))] == [
            (p.name, p.town, p.postcode, p.phones) for p in found.practices
        ]
        assert not any("s3cret" in request.url for request in web.requests)
        assert [{"esante": "s3cret"}] * 2 == web.keys

    def test_somebody_struck_off_is_not_active_or_not_there(self) -> None:
        gone = {**BUNDLE["entry"][0]["resource"], "active": False}

        assert [False] == [entry.active for entry in self.read({**BUNDLE, "entry": [{"resource": gone}]}).entries]
        bare = {"resourceType": "Practitioner", "id": "1", "active": False}
        assert () == self.read({**BUNDLE, "entry": [{"resource": bare}]}).entries

    @pytest.mark.parametrize(
        ("status", "says"), [(401, "refuses the key"), (403, "refuses the key"), (429, "left alone")]
    )
    def test_what_it_refuses_is_told(self, status: int, says: str) -> None:
        request = rpps_fhir.by_number(AUBERTIN)
        web = CannedFetcher({request.url: Response(status, request.url, {}, b'{"message": "Unauthorized"}')})

        with pytest.raises(RegisterError, match=says):
            asyncio.run(Lookup(web, lambda: NOW, "rpps_fhir", keys={"esante": "x"}).number(AUBERTIN))

    def test_without_its_key_it_is_not_asked(self) -> None:
        with pytest.raises(InputError, match="esante"):
            Lookup(CannedFetcher(), lambda: NOW, "rpps_fhir")

    def test_the_key_follows_no_link_to_another_place(self) -> None:
        for url in ("https://evil.example/fhir/v2/Practitioner?page=2", f"{rpps_fhir.BASE}.evil.example/x", 7):
            assert self.read({**BUNDLE, "link": [{"relation": "next", "url": url}]}).next is None
        link = [{"relation": "next", "url": f"{rpps_fhir.BASE}/Practitioner?page=2"}]
        following = self.read({**BUNDLE, "link": link}).next
        assert following
        assert f"{rpps_fhir.BASE}/Practitioner?page=2" == following.url

    @pytest.mark.parametrize("value", [None, 3, "x", [], {}, [None], [{"a": None}], [[]]])
    @pytest.mark.parametrize("name", ["identifier", "name", "qualification", "id", "active", "telecom"])
    def test_any_shape_of_a_part_is_no_more_than_a_part_missing(self, name: str, value: Any) -> None:
        person = {**BUNDLE["entry"][0]["resource"], name: value}

        self.read({**BUNDLE, "entry": [{"resource": person}, {"resource": {**ROLE, "organization": value}}]})

    @pytest.mark.parametrize("bundle", [{}, {"resourceType": "OperationOutcome"}])
    def test_another_resource_is_another_contract(self, bundle: Any) -> None:
        with pytest.raises(SourceError):
            self.read(bundle)


@pytest.mark.parametrize("name", registry.kinds(registers))
def test_a_register_keeps_the_contract(name: str) -> None:
    module = registry.load(registers, name)

    assert all(part in module.__doc__ for part in ("What it reads:", "Limits:", "Terms of use:"))
    assert all(callable(getattr(module, part)) for part in ("by_number", "by_name", "read", "refused"))
    assert name == module.PROVIDER.name
    request = module.by_number(AUBERTIN)
    assert "https" == urlsplit(request.url).scheme
    assert any(AUBERTIN in value for values in parse_qs(urlsplit(request.url).query).values() for value in values)


def test_the_rows_of_the_tests_are_of_the_columns_of_the_file() -> None:
    heading = (
        shared(*SAMPLES, "rpps-ps-libreacces-personne-activite.txt").read_text(encoding="utf-8").partition("\n")[0]
    )
    rows: list[Row] = everybody()

    assert set(heading.rstrip("|").split("|")) == set(rows[0]) - {"__id"}
