"""vigie practitioner add by RPPS number or by name: the register says who, and a plan says what is read for them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ops import asking, outside
from ops.planning import NOT_READ
from tests.conftest import NOW
from tests.ops.cli import SETTINGS, Vigie
from tests.providers.rpps import AUBERTIN, Register, row
from vigie.errors import InputError
from vigie.queries import SITES

STATED = "--i-am-or-mandated"
TOLD = ("--email", "camille@cabinet.example")


@pytest.fixture
def vigie(register: Register) -> Vigie:
    return Vigie(settings=replace(SETTINGS, stand_ins=(register.stand_in,)))


def add(vigie: Vigie, *words: str, code: int = 0) -> Any:
    done = vigie("practitioner", "add", *words, "--json")
    assert code == done.code, done.err
    return done.json


class TestByNumber:
    def test_a_number_and_an_address_are_enough(self, vigie: Vigie) -> None:
        done = add(vigie, "--rpps", AUBERTIN, *TOLD, "--phone", "06 39 98 01 02", STATED)

        [person] = vigie.store.people.values()
        assert (done["practitioner_id"], True, False) == (person.practitioner_id, done["created"], done["dry_run"])
        assert ("Dr", ("Camille",), ("Aubertin-Lesage",), "dermatologue", AUBERTIN) == (
            person.title,
            person.first_names,
            person.last_names,
            person.specialty,
            person.rpps,
        )
        assert (("Valombre", "Valombre"), ("CH de Valombre",), ("+33200000000",)) == (
            person.cities,
            person.practice_names,
            person.phones,
        )
        assert [("email", "info"), ("sms", "urgent")] == [(r["channel"], r["min_severity"]) for r in done["recipients"]]
        assert 0 == done["namesakes"]["country"]

    def test_the_statement_is_kept_with_its_date(self, vigie: Vigie) -> None:
        someone = add(vigie, "--rpps", AUBERTIN, *TOLD, STATED)["practitioner_id"]
        vigie.now += timedelta(days=3)
        add(vigie, "--rpps", AUBERTIN, *TOLD, STATED)

        person = vigie.store.people[someone]
        assert ("self_or_mandated", NOW) == (person.statement, person.consent_at)
        assert "self_or_mandated" == vigie("practitioner", "show", someone, "--json").json["statement"]

    def test_nobody_is_looked_up_and_watched_without_it(self, vigie: Vigie, register: Register) -> None:
        done = add(vigie, "--rpps", AUBERTIN, *TOLD, code=2)

        assert STATED in done["error"]
        assert ({}, []) == (vigie.store.people, register.asked)

    @pytest.mark.parametrize(("typed", "enrolled"), [("y\n", 1), ("n\n", 0)])
    def test_somebody_at_a_terminal_is_asked(
        self, vigie: Vigie, monkeypatch: pytest.MonkeyPatch, typed: str, enrolled: int
    ) -> None:
        asked: list[str] = []

        def confirm(question: str, **_: Any) -> bool:
            asked.append(question)
            return typed == "y\n"

        monkeypatch.setattr("ops.commands.enrolling.typer.confirm", confirm)
        monkeypatch.setattr("ops.commands.enrolling._is_a_person", lambda: True)
        done = vigie("practitioner", "add", "--rpps", AUBERTIN, *TOLD)

        assert ["I am this practitioner, or mandated by them. Is that so?"] == asked
        assert (enrolled, 0 if enrolled else 130) == (len(vigie.store.people), done.code)

    def test_adding_them_again_keeps_what_no_register_knows(self, vigie: Vigie) -> None:
        words = ("--rpps", AUBERTIN, *TOLD, STATED)
        first = add(
            vigie, *words, "--website", "dr-aubertin.example", "--exclude", "rue Lesage", "--alias", "C. Lesage"
        )
        again = add(vigie, *words)

        assert (first["practitioner_id"], False) == (again["practitioner_id"], again["created"])
        assert ("https://dr-aubertin.example", ["rue Lesage"], ["C. Lesage"]) == (
            again["profile"]["website"],
            again["profile"]["excluded"],
            again["profile"]["aliases"],
        )

    def test_a_wrong_check_digit_is_a_warning(self, vigie: Vigie) -> None:
        done = vigie("practitioner", "add", "--rpps", "10990000113", *TOLD, STATED)

        assert (0, 1) == (done.code, len(vigie.store.people))
        assert "check digit" in done.err
        assert "check digit" not in vigie("practitioner", "add", "--rpps", AUBERTIN, *TOLD, STATED).err

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (("--rpps", "10990000999", *TOLD), "Nobody has the number"),
            (("--rpps", "1099", *TOLD), "11 digits"),
            (("--rpps", AUBERTIN), "--email"),
            (("--rpps", AUBERTIN, "--phone", "0465711000"), "not a mobile"),
            (("--rpps", AUBERTIN, "--email", "nowhere"), "not an e-mail address"),
            (("--rpps", "10990000154", *TOLD), "--town and --postcode"),
            (("--rpps", AUBERTIN, "--name", "A B", *TOLD), "Say who"),
            (("--name", "Camille Aubertin-Lesage", *TOLD), "--town"),
            (("--file", "P.json", "--email", "a@b.example"), "--file"),
            (("--rpps", AUBERTIN, *TOLD, "--register", "rpps_fhir"), "needs a key"),
            (("--rpps", AUBERTIN, *TOLD, "--register", "os"), "rpps_tabular"),
            ((), "Say who"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_written(
        self, vigie: Vigie, words: tuple[str, ...], says: str
    ) -> None:
        assert says in add(vigie, *words, STATED, code=2)["error"]
        assert ({}, {}) == (vigie.store.people, vigie.store.source_rows)

    def test_a_register_that_does_not_answer_is_no_answer(self, vigie: Vigie, register: Register) -> None:
        register.failures = [(503, {}, b"")] * 5

        assert "does not answer" in add(vigie, "--rpps", AUBERTIN, *TOLD, STATED, code=1)["error"]

    def test_namesakes_that_cannot_be_counted_do_not_keep_somebody_from_being_watched(
        self, vigie: Vigie, register: Register
    ) -> None:
        register.rows = [each for each in register.rows if each["Identifiant PP"] == AUBERTIN]
        answers = register.answer

        def failing(query: dict[str, str]) -> tuple[int, bytes]:
            return (500, b"") if any(key.startswith("Nom") for key in query) else answers(query)

        register.answer = failing  # type: ignore[method-assign]
        done = vigie("practitioner", "add", "--rpps", AUBERTIN, *TOLD, STATED, "--json")

        assert (0, None) == (done.code, done.json["namesakes"])
        assert "could not be counted" in done.err

    def test_a_place_that_the_register_does_not_know_is_added(self, vigie: Vigie) -> None:
        place = ("--town", "Nice", "--postcode", "06000")
        known = add(vigie, "--rpps", AUBERTIN, *TOLD, *place, "--dry-run")["profile"]
        none = add(vigie, "--rpps", "10990000154", *TOLD, *place, "--dry-run")["profile"]

        assert ("Valombre", "Nice") == (known["city"], known["practices"][-1]["city"])
        assert ("Nice", "06000", []) == (none["city"], none["postcode"], none["practices"])


class TestByName:
    def test_a_name_and_a_town_are_enough_for_who_is_alone(self, vigie: Vigie) -> None:
        done = add(vigie, "--name", "Dr Camille AUBERTIN-LESAGE", "--town", "valombre", *TOLD, STATED)

        assert AUBERTIN == done["profile"]["rpps"]

    def test_several_are_listed_with_what_tells_them_apart(self, vigie: Vigie) -> None:
        done = add(vigie, "--name", "Jean-Pierre de la Tour", "--town", "Lyon", *TOLD, STATED, code=2)

        for part in ("10990000121", "cardiologue", "10990000139", "pédiatre", "69006 Lyon", "--rpps"):
            assert part in done["error"]
        assert {} == vigie.store.people

    def test_who_is_elsewhere_is_listed_and_not_enrolled(self, vigie: Vigie) -> None:
        done = add(vigie, "--name", "Camille Aubertin-Lesage", "--town", "Brest", *TOLD, STATED, code=2)

        assert "elsewhere" in done["error"]
        assert AUBERTIN in done["error"]

    def test_nobody_is_said_to_be_nobody(self, vigie: Vigie) -> None:
        assert (
            "Nobody is called" in add(vigie, "--name", "Zoé Inconnue", "--town", "Lyon", *TOLD, STATED, code=2)["error"]
        )


class TestNamesakes:
    def test_they_are_counted_in_the_country_and_in_the_department(self, vigie: Vigie) -> None:
        found = add(vigie, "--rpps", "10990000001", *TOLD, "--dry-run")["namesakes"]

        assert (35, 2, "69", True) == (
            found["country"],
            found["department"],
            found["department_code"],
            found["complete"],
        )
        advice = " ".join(found["advice"])
        assert all(option in advice for option in ("--website", "--alias", "--exclude"))
        assert "psychiatre" in advice

    def test_what_the_advice_asks_for_is_asked_no_more_once_given(self, vigie: Vigie) -> None:
        given = (
            "--website",
            "dr-martin.example",
            "--practice",
            "Maison des Tilleuls",
            "--alias",
            "Isabelle Martin-Roux",
        )
        found = add(vigie, "--rpps", "10990000001", *TOLD, *given, "--dry-run")["namesakes"]

        assert "--website" not in " ".join(found["advice"])

    def test_an_exclusion_it_proposes_is_one_that_is_accepted(self, vigie: Vigie) -> None:
        advice = add(vigie, "--rpps", "10990000001", *TOLD, "--dry-run")["namesakes"]["advice"]
        proposed = [each.split('"')[1] for each in advice if "--exclude" in each]

        assert proposed
        add(vigie, "--rpps", "10990000001", *TOLD, "--dry-run", *(w for p in proposed for w in ("--exclude", p)))

    def test_a_common_name_is_never_asked_for_alone(self, vigie: Vigie) -> None:
        sources = add(vigie, "--rpps", "10990000001", *TOLD, "--dry-run")["plan"]["sources"]

        assert '"Isabelle Martin"' not in [source["params"]["query"] for source in sources]


class TestPlan:
    def test_the_sources_that_need_nobody_are_read_from_the_next_tick_on(self, vigie: Vigie) -> None:
        done = add(vigie, "--rpps", AUBERTIN, *TOLD, STATED)
        someone = done["practitioner_id"]

        assert {source["source_id"] for source in done["plan"]["sources"]} == set(vigie.store.source_rows)
        assert all({someone} == source.watchers for source in vigie.store.source_rows.values())
        assert {"new"} == {source.slot for source in vigie.store.source_rows.values()}

    def test_adding_them_again_reads_nothing_twice(self, vigie: Vigie) -> None:
        add(vigie, "--rpps", AUBERTIN, *TOLD, STATED)
        before = dict(vigie.store.source_rows)
        add(vigie, "--rpps", AUBERTIN, *TOLD, STATED)

        assert set(before) == set(vigie.store.source_rows)

    def test_a_dry_run_says_the_same_and_writes_nothing(self, vigie: Vigie) -> None:
        dry = add(vigie, "--rpps", AUBERTIN, *TOLD, "--dry-run")
        assert ({}, {}) == (vigie.store.people, vigie.store.source_rows)
        done = add(vigie, "--rpps", AUBERTIN, *TOLD, STATED)

        assert None is dry["practitioner_id"]
        assert (dry["profile"], dry["namesakes"], dry["plan"]) == (done["profile"], done["namesakes"], done["plan"])

    def test_a_dry_run_needs_no_deployment(
        self, vigie: Vigie, register: Register, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def nowhere(_: Any) -> Any:
            raise InputError("No stack is named 'vigie'.")

        monkeypatch.setattr(vigie, "session", nowhere)
        monkeypatch.setenv(outside.STAND_INS, register.stand_in)

        assert AUBERTIN == add(vigie, "--rpps", AUBERTIN, *TOLD, "--dry-run")["profile"]["rpps"]

    def test_nothing_is_read_when_that_is_asked(self, vigie: Vigie) -> None:
        assert "plan" not in add(vigie, "--rpps", AUBERTIN, *TOLD, STATED, "--no-watch")
        assert {} == vigie.store.source_rows

    def test_what_is_never_read_is_said_with_why_and_what_covers_it(self, vigie: Vigie) -> None:
        plan = add(vigie, "--rpps", AUBERTIN, *TOLD, "--dry-run")["plan"]

        assert list(SITES) == [each["site"] for each in plan["not_read"]] == list(NOT_READ)
        assert all(each["why"] and f"site:{SITES[each['site']]}" in each["instead"] for each in plan["not_read"])

    def test_every_kind_is_read_or_said_to_lack_something(self, vigie: Vigie) -> None:
        plan = add(vigie, "--rpps", AUBERTIN, *TOLD, "--dry-run")["plan"]
        told = [*(s["kind"] for s in plan["sources"]), *(k["kind"] for k in plan["lacking"]), *plan["unaddressed"]]

        assert {kind.name for kind in asking.kinds() if not kind.register} == set(told)
        assert {"reviews", "google_business", "feed", "searxng"} <= set(plan["unaddressed"])

    def test_a_person_is_told_it_in_tables(self, vigie: Vigie) -> None:
        out = vigie("practitioner", "add", "--rpps", AUBERTIN, *TOLD, STATED).out

        for part in (
            "dermatologue",
            "CH de Valombre",
            "google_news",
            "1h",
            "free",
            "Doctolib",
            "camille@cabinet.example",
        ):
            assert part in out


class TestByFile:
    def test_a_profile_is_enrolled_as_before_and_nothing_is_read_unasked(self, vigie: Vigie, tmp_path: Path) -> None:
        vigie.enrol(tmp_path)

        assert {} == vigie.store.source_rows

    def test_it_may_ask_for_the_plan(self, vigie: Vigie, tmp_path: Path) -> None:
        vigie.enrol(tmp_path)
        path = str(tmp_path / "P.json")
        dry = add(vigie, "--file", path, "--watch", "--dry-run")
        assert {} == vigie.store.source_rows

        assert dry["plan"] == add(vigie, "--file", path, "--watch")["plan"]
        assert vigie.store.source_rows

    def test_several_practices_may_be_written(self, vigie: Vigie, tmp_path: Path) -> None:
        places = [
            {"practice_name": "Clinique des Tilleuls", "city": "Valence", "postcode": 26000, "phone": "0465711002"}
        ]
        someone = vigie.enrol(tmp_path, practices=places)
        shown = vigie("practitioner", "show", someone, "--json").json

        assert ("Lyon", "Valence") == vigie.store.people[someone].cities
        assert someone == vigie.enrol(tmp_path, **shown)
        assert ("Lyon", "Valence") == vigie.store.people[someone].cities

    @pytest.mark.parametrize(
        ("places", "says"),
        [
            ("Lyon", "must be a list"),
            ([{"postcode": "69006"}], "practice 1: city is missing"),
            ([{"city": "Lyon", "postcode": "69006", "phone": "12"}], "practice 1: phone"),
            ([{"city": f"Lyon {n}", "postcode": "69006"} for n in range(11)], "at most 10"),
        ],
    )
    def test_a_practice_that_is_none_is_refused(self, vigie: Vigie, tmp_path: Path, places: Any, says: str) -> None:
        vigie.enrol(tmp_path)
        path = tmp_path / "P.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"practices": places}))

        assert says in add(vigie, "--file", str(path), code=2)["error"]


def test_the_register_says_its_new_practice_at_the_next_enrolment(vigie: Vigie, register: Register) -> None:
    someone = add(vigie, "--rpps", AUBERTIN, *TOLD, STATED)["practitioner_id"]
    register.rows = [*register.rows, row(AUBERTIN, "AUBERTIN-LESAGE", "CAMILLE", town="NICE", postcode="06000")]
    add(vigie, "--rpps", AUBERTIN, *TOLD, STATED)

    assert "Nice" in vigie.store.people[someone].cities


def test_the_registers_are_listed_among_the_kinds_with_what_they_need(vigie: Vigie) -> None:
    found = {kind["kind"]: kind for kind in vigie("source", "kinds", "--json").json}

    assert ("enrolment", {}, "enrolment", ["esante"]) == (
        found["rpps_tabular"]["use"],
        found["rpps_tabular"]["provider"]["keys"],
        found["rpps_fhir"]["use"],
        list(found["rpps_fhir"]["provider"]["keys"]),
    )
    assert "watch" == found["feed"]["use"]
    assert {kind.name for kind in asking.kinds()} == set(found)
