"""The registers: what they are asked, what they answer, and that no answer is taken for granted."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ops import lookup, registers
from ops.lookup import Lookup, RegisterError, splits
from ops.registers import Skill, rpps_tabular
from tests.conftest import NOW
from tests.fakes import CannedFetcher
from tests.ops.lookups import SAMPLES, asked, page, web
from tests.providers.rpps import AUBERTIN, SAMPLE, Register, Row, everybody, row
from tests.shared import shared
from vigie import registry
from vigie.exchange import Response


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
