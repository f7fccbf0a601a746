"""vigie practitioner import with RPPS numbers: checked before anything is written, resumed after a crash, reported."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from ops import fleet, lookup
from tests.fakes import Crash, Faults
from tests.ops.cli import SETTINGS, Vigie
from tests.providers.rpps import AUBERTIN, Register, row

STATED = "--i-am-or-mandated"


@pytest.fixture
def vigie(register: Register) -> Vigie:
    return Vigie(settings=replace(SETTINGS, stand_ins=(register.stand_in,)))


def sheet(folder: Path, *rows: str, heading: str = "rpps,email") -> str:
    path = folder / "people.csv"
    path.write_text("\n".join((heading, *rows)) + "\n")
    return str(path)


def imported(vigie: Vigie, file: str, *words: str, code: int = 0) -> Any:
    done = vigie("practitioner", "import", file, *words, "--json")
    assert code == done.code, done.err
    return done.json


class TestRows:
    def test_a_number_and_an_address_are_a_person_who_is_watched(self, vigie: Vigie, tmp_path: Path) -> None:
        done = imported(vigie, sheet(tmp_path, f"{AUBERTIN},camille@cabinet.example"), STATED)

        [person] = vigie.store.people.values()
        [enrolled] = done["enrolled"]
        assert (2, person.practitioner_id, "dermatologue") == (
            enrolled["line"],
            enrolled["practitioner_id"],
            person.specialty,
        )
        assert enrolled["sources"] == len(vigie.store.source_rows) > 0

    def test_what_a_row_says_goes_before_what_the_register_says(self, vigie: Vigie, tmp_path: Path) -> None:
        file = sheet(
            tmp_path,
            f"{AUBERTIN};camille@cabinet.example;06 39 98 01 02;dr.example;rue Lesage|quai Lesage;en",
            heading="RPPS;E-mail;Portable;Site web;Exclusions;Langue",
        )
        [enrolled] = imported(vigie, file, STATED)["enrolled"]

        [person] = vigie.store.people.values()
        assert ("https://dr.example", ("rue Lesage", "quai Lesage")) == (person.website, person.excluded)
        assert {("email", "en"), ("sms", "en")} == {(r["channel"], r["language"]) for r in enrolled["recipients"]}

    @pytest.mark.parametrize(
        ("cells", "says"),
        [
            ("1099,a@b.example", "11 digits"),
            (f"{AUBERTIN},", "neither email nor sms"),
            (f"{AUBERTIN},nowhere", "not an e-mail address"),
            ("10990000999,a@b.example", "Nobody has the number"),
            ("10990000154,a@b.example", "knows no address"),
            (",a@b.example", "neither an RPPS number nor a name"),
        ],
    )
    def test_a_bad_row_is_refused_with_its_line_and_the_others_are_enrolled(
        self, vigie: Vigie, tmp_path: Path, cells: str, says: str
    ) -> None:
        done = imported(vigie, sheet(tmp_path, cells, f"{AUBERTIN},c@b.example"), STATED, code=2)

        if AUBERTIN not in cells:
            assert 1 == len(vigie.store.people)
        [refused, *_] = done["refused"]
        assert (2, False) == (refused["line"], refused["run_again"])
        assert says in " ".join(refused["problems"])

    def test_what_is_odd_about_a_row_is_told_with_its_line(self, vigie: Vigie, tmp_path: Path) -> None:
        file = sheet(tmp_path, f"{AUBERTIN},a@b.example,Nice", heading="rpps,email,ville")
        [would] = imported(vigie, file, "--dry-run")["would_enrol"]
        [enrolled] = imported(vigie, file, STATED)["enrolled"]

        assert would["warnings"] == enrolled["warnings"]
        assert "no practice of theirs in Nice" in enrolled["warnings"][0]
        assert "no practice of theirs in Nice" in vigie("practitioner", "import", file, STATED, "--again").out

    def test_one_number_is_one_row(self, vigie: Vigie, tmp_path: Path) -> None:
        rows = (f"{AUBERTIN},a@b.example", "10 999 999 013,b@b.example")
        done = imported(vigie, sheet(tmp_path, *rows), STATED, code=2)

        assert [3] == [row["line"] for row in done["refused"]]
        assert "line 2" in done["refused"][0]["problems"][0]

    def test_somebody_without_a_number_is_one_row_too(self, vigie: Vigie, tmp_path: Path) -> None:
        """The second would otherwise be an update of the first, whose address is then told no more."""
        rows = [
            f"{first},NOËL,dentiste,Lyon,69006,{mail}@b.example" for first, mail in (("Élise", "a"), ("élise", "b"))
        ]
        file = sheet(tmp_path, *rows, heading="first_names,last_names,specialty,city,postcode,email")
        [refused] = imported(vigie, file, code=2)["refused"]

        assert (3, 1) == (refused["line"], len(vigie.store.people))
        assert "that of line 2" in refused["problems"][0]

    def test_rows_with_a_name_need_no_register_and_are_not_watched_unasked(
        self, vigie: Vigie, register: Register, tmp_path: Path
    ) -> None:
        row = "10990000147,Élise,Noël,dentiste,Lyon,69006,e@b.example"
        file = sheet(tmp_path, row, heading="rpps,first_names,last_names,specialty,city,postcode,email")
        imported(vigie, file)

        assert (1, {}, []) == (len(vigie.store.people), vigie.store.source_rows, register.asked)

    def test_nobody_is_looked_up_and_watched_without_the_statement(self, vigie: Vigie, tmp_path: Path) -> None:
        done = imported(vigie, sheet(tmp_path, f"{AUBERTIN},c@b.example"), code=2)

        assert STATED in done["error"]
        assert {} == vigie.store.people

    def test_a_dry_run_says_who_and_what_it_costs_and_writes_nothing(self, vigie: Vigie, tmp_path: Path) -> None:
        file = sheet(tmp_path, f"{AUBERTIN},c@b.example")
        done = imported(vigie, file, "--dry-run")

        [would] = done["would_enrol"]
        assert ([], "Dr Camille Aubertin-Lesage") == (done["enrolled"], would["name"])
        assert ({}, ["people.csv"]) == (vigie.store.people, [path.name for path in tmp_path.iterdir()])
        assert would["sources"] == imported(vigie, file, STATED)["enrolled"][0]["sources"]


class TestReport:
    def test_what_was_refused_and_why_is_written_where_it_is_asked(self, vigie: Vigie, tmp_path: Path) -> None:
        file = sheet(tmp_path, "1099,=cmd()", f"{AUBERTIN},c@b.example")
        imported(vigie, file, STATED, "--report", str(tmp_path / "refused.csv"), code=2)
        read = list(csv.reader(io.StringIO((tmp_path / "refused.csv").read_text("utf-8-sig")), delimiter=";"))

        assert {"2"} == {line for line, *_ in read[1:]}
        assert any("11 digits" in why for _, _, _, why, _ in read)

    def test_a_register_that_fails_is_no_fault_of_a_row(self, vigie: Vigie, register: Register, tmp_path: Path) -> None:
        register.failures = [(503, {}, b"")] * 99
        rows = [f"109900{n:05d},a{n}@b.example" for n in range(60)]
        done = imported(vigie, sheet(tmp_path, *rows), STATED, code=1)

        assert {True} == {row["run_again"] for row in done["refused"]}
        assert fleet.GIVEN_UP + fleet.TOGETHER >= len(register.asked)
        assert {} == vigie.store.people


class TestResuming:
    def file(self, tmp_path: Path) -> str:
        return sheet(tmp_path, *(f"1099000000{n},i{n}@b.example" for n in range(4)))

    def test_a_second_run_does_nothing_again(self, vigie: Vigie, register: Register, tmp_path: Path) -> None:
        file = self.file(tmp_path)
        first = imported(vigie, file, STATED)
        register.asked.clear()
        again = imported(vigie, file, STATED)

        assert ([], 4, []) == (again["enrolled"], len(again["skipped"]), register.asked)
        assert [row["practitioner_id"] for row in first["enrolled"]] == [
            row["practitioner_id"] for row in again["skipped"]
        ]

    def test_a_crash_half_way_loses_nothing_and_doubles_nothing(self, vigie: Vigie, tmp_path: Path) -> None:
        file = self.file(tmp_path)
        whole = vigie.store
        calls = _calls(Vigie(settings=vigie.settings), file)
        people, watched = 4, 0
        for at in range(1, calls + 1, 7):
            vigie.store = type(whole)(clock=lambda: vigie.now)
            path = Path(f"{file}.done.jsonl")
            path.unlink(missing_ok=True)
            with pytest.raises(Crash):
                _crashing(vigie, at)("practitioner", "import", file, STATED, "--json")
            imported(vigie, file, STATED)
            watched = watched or len(vigie.store.source_rows)

            assert (people, watched) == (len(vigie.store.people), len(vigie.store.source_rows))

    def test_what_is_stopped_half_way_says_how_far_it_came(
        self, vigie: Vigie, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        note = fleet.Journal.note

        def stopped(journal: fleet.Journal, *row: Any, **how: Any) -> None:
            note(journal, *row, **how)
            if 2 == len(vigie.store.people):
                raise KeyboardInterrupt

        monkeypatch.setattr(fleet.Journal, "note", stopped)
        done = vigie("practitioner", "import", self.file(tmp_path), STATED, "--json")

        assert (130, "Stopped: nothing more was done.") == (done.code, done.json["error"])
        assert "1 of 4 rows are done: the same command goes on from there." in done.err

    def test_a_row_that_changed_is_done_anew(self, vigie: Vigie, tmp_path: Path) -> None:
        imported(vigie, sheet(tmp_path, f"{AUBERTIN},a@b.example"), STATED)
        again = imported(vigie, sheet(tmp_path, f"{AUBERTIN},b@b.example"), STATED)

        assert [False] == [row["created"] for row in again["enrolled"]]

    def test_somebody_who_was_removed_since_is_enrolled_anew(self, vigie: Vigie, tmp_path: Path) -> None:
        file = self.file(tmp_path)
        someone = imported(vigie, file, STATED)["enrolled"][0]["practitioner_id"]
        vigie("practitioner", "remove", someone, "--yes")

        assert 1 == len(imported(vigie, file, STATED)["enrolled"])

    def test_everything_may_be_done_again(self, vigie: Vigie, tmp_path: Path) -> None:
        file = self.file(tmp_path)
        imported(vigie, file, STATED)

        assert 4 == len(imported(vigie, file, STATED, "--again")["enrolled"])
        assert 4 == len(vigie.store.people)

    def test_what_is_noted_says_nothing_of_anybody(self, vigie: Vigie, tmp_path: Path) -> None:
        imported(vigie, self.file(tmp_path), STATED)
        noted = (tmp_path / "people.csv.done.jsonl").read_text()

        assert 4 == len(noted.splitlines())
        assert all({"row", "stack", "practitioner_id"} == set(json.loads(line)) for line in noted.splitlines())
        assert not any(word in noted for word in ("Martin", "b.example", "10990"))

    @pytest.mark.parametrize("line", ["{", "[]", "null", '{"stack": "vigie"}', "\ud7ff"])
    def test_a_line_cut_by_a_crash_is_none(self, vigie: Vigie, tmp_path: Path, line: str) -> None:
        file = self.file(tmp_path)
        (tmp_path / "people.csv.done.jsonl").write_text(line)

        assert 4 == len(imported(vigie, file, STATED)["enrolled"])


def _crashing(vigie: Vigie, at: int) -> Vigie:
    """The same deployment, for a process that dies at a call of the store."""
    broken = Vigie(store=vigie.store, settings=vigie.settings)
    plain = broken.session
    faulty = Faults(at)
    broken.session = lambda where: replace(plain(where), registrar=faulty.wrap(vigie.store))  # type: ignore[method-assign]
    return broken


def _calls(vigie: Vigie, file: str) -> int:
    """How many calls of the store an import makes."""
    counted = Faults()
    plain = vigie.session
    vigie.session = lambda where: replace(plain(where), registrar=counted.wrap(vigie.store))  # type: ignore[method-assign]
    imported(vigie, file, STATED)
    Path(f"{file}.done.jsonl").unlink()
    return len(counted.calls)


def test_a_thousand_rows_with_bad_ones_among_them(vigie: Vigie, register: Register, tmp_path: Path) -> None:
    """Each row is told apart, the register is asked little at a time, nobody is forgotten or enrolled twice."""
    people = {f"1095{n:07d}": f"NOM{chr(65 + n % 26)}{chr(65 + n // 26 % 26)}{chr(65 + n // 676)}" for n in range(900)}
    register.rows = [row(number, last, "CLAUDE", town="Lyon", postcode="69006") for number, last in people.items()]
    by_number = {each["Identifiant PP"]: [each] for each in register.rows}
    by_name = {each["Nom d'exercice"]: [each] for each in register.rows}

    def answer(query: dict[str, str]) -> tuple[int, bytes]:
        """As `Register.answer` does, by an index."""
        number, last = query.get("Identifiant PP__exact"), query.get("Nom d'exercice__exact")
        rows = by_number.get(number or "", []) if number else by_name.get(last or "", [])
        return 200, json.dumps({"data": rows, "links": {"next": None}}).encode()

    register.answer = answer  # type: ignore[method-assign]
    good = [f"{number},a{number}@b.example" for number in people]
    bad = {
        "short": [f"10{n},a{n}@b.example" for n in range(25)],
        "unknown": [f"1097{n:07d},a{n}@b.example" for n in range(25)],
        "untold": [f"1098{n:07d}," for n in range(25)],
        "misspelt": [f"1096{n:07d},a{n}@@b" for n in range(25)],
    }
    rows = [*good]
    for place, cells in enumerate(chain.from_iterable(bad.values())):
        rows.insert(place * 9, cells)
    report = tmp_path / "refused.csv"
    done = imported(vigie, sheet(tmp_path, *rows), STATED, "--no-watch", "--report", str(report), code=2)

    assert (1_000, 900, 100) == (done["rows"], len(done["enrolled"]), len(done["refused"]))
    assert set(people) == {person.rpps for person in vigie.store.people.values()}
    wrong = {number for number, cells in enumerate(rows, start=2) if cells not in set(good)}
    assert wrong == {row["line"] for row in done["refused"]}
    assert 101 == len(report.read_text("utf-8-sig").splitlines())
    assert lookup.AT_ONCE >= register.together
    assert 900 * 2 + 25 == len(register.asked)
    register.asked.clear()
    again = imported(vigie, str(tmp_path / "people.csv"), STATED, "--no-watch", code=2)
    assert 900 == len(again["skipped"])
    assert 25 == len(register.asked)
