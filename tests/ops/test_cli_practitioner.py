"""vigie practitioner: enrolment is declared, checked before anything is written, and undone without a trace."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NOW
from tests.ops.cli import PROFILE, Vigie
from vigie.identity import is_id
from vigie.model import Pointer


def test_an_enrolment_prints_the_id_on_stdout_and_the_statement_on_stderr(vigie: Vigie, tmp_path: Path) -> None:
    path = tmp_path / "P.json"
    path.write_text(json.dumps(PROFILE))

    done = vigie("--local", "practitioner", "add", "--file", str(path), "--json")

    assert 0 == done.code
    assert is_id(done.json["practitioner_id"])
    assert done.json["created"] is True
    assert "mandated" in done.err
    [person] = vigie.store.people.values()
    assert (NOW, "Morvant") == (person.consent_at, person.last_names[0])


def test_enrolling_the_same_person_again_updates_them_under_the_same_id(vigie: Vigie, tmp_path: Path) -> None:
    first = vigie.enrol(tmp_path)
    path = tmp_path / "P.json"
    path.write_text(json.dumps(PROFILE | {"city": "Villeurbanne", "postcode": "69100"}))

    done = vigie("practitioner", "add", "--file", str(path), "--json")

    assert (first, False) == (done.json["practitioner_id"], done.json["created"])
    assert "Villeurbanne" == vigie.store.people[first].city


def test_someone_enrolled_before_their_rpps_was_known_is_found_by_name(vigie: Vigie, tmp_path: Path) -> None:
    assert vigie.enrol(tmp_path, rpps=None) == vigie.enrol(tmp_path)


def test_two_people_of_one_name_in_one_town_stay_two(vigie: Vigie, tmp_path: Path) -> None:
    assert vigie.enrol(tmp_path) != vigie.enrol(tmp_path, rpps="10990000121")


def test_what_show_prints_can_be_edited_and_enrolled_again(vigie: Vigie, tmp_path: Path) -> None:
    someone = vigie.enrol(tmp_path, rpps=None)
    shown = vigie("practitioner", "show", someone, "--json").json

    again = vigie.enrol(tmp_path, **(shown | {"last_names": ["Morvant-Petit"], "rpps": None}))

    assert someone == again
    assert ("Morvant-Petit",) == vigie.store.people[someone].last_names


def test_a_profile_may_come_by_stdin(vigie: Vigie) -> None:
    assert 0 == vigie("practitioner", "add", "--file", "-", stdin=json.dumps(PROFILE)).code


def test_a_refused_profile_writes_nothing_and_says_every_problem(vigie: Vigie, tmp_path: Path) -> None:
    path = tmp_path / "P.json"
    path.write_text(json.dumps(PROFILE | {"rpps": "12", "recipients": ["nowhere"]}))

    done = vigie("practitioner", "add", "--file", str(path), "--json")

    assert 2 == done.code
    assert 2 == len(done.err.splitlines())
    assert {} == vigie.store.people
    assert {"error"} == set(done.json)


def test_a_dry_run_checks_and_needs_no_deployment(vigie: Vigie, tmp_path: Path) -> None:
    path = tmp_path / "P.json"
    path.write_text(json.dumps(PROFILE))

    done = vigie("practitioner", "add", "--file", str(path), "--dry-run", "--json")

    assert (0, True, []) == (done.code, done.json["dry_run"], vigie.asked)


def test_an_unknown_field_is_a_warning_on_stderr(vigie: Vigie, tmp_path: Path) -> None:
    path = tmp_path / "P.json"
    path.write_text(json.dumps(PROFILE | {"colour": "blue"}))

    done = vigie("practitioner", "add", "--file", str(path), "--json")

    assert 0 == done.code
    assert 'Warning: "colour"' in done.err


def test_list_shows_everybody_once(vigie: Vigie, tmp_path: Path) -> None:
    ids = {vigie.enrol(tmp_path), vigie.enrol(tmp_path, rpps="10990000121", last_names=["Abadie"])}

    done = vigie("practitioner", "list", "--json")

    assert ids == {person["practitioner_id"] for person in done.json}
    assert ["Abadie", "Morvant"] == [person["last_names"][0] for person in done.json]


def test_a_list_in_a_pipe_is_one_line_a_person_under_the_names_of_the_columns(vigie: Vigie, tmp_path: Path) -> None:
    someone = vigie.enrol(tmp_path)

    heading, row = vigie("practitioner", "list").out.splitlines()

    assert "ID" == heading.split("\t")[0]
    assert [someone, "Dr Claire Morvant"] == row.split("\t")[:2]


def test_what_list_prints_can_be_enrolled_again_and_nobody_is_left_out(vigie: Vigie, tmp_path: Path) -> None:
    """One of it piped into `add` used to take every recipient out, without a word."""
    someone = vigie.enrol(tmp_path)
    [listed] = vigie("practitioner", "list", "--json").json
    again = vigie("practitioner", "add", "--file", "-", "--json", stdin=json.dumps(listed))

    assert ["claire@cabinet.example"] == [r["address"] for r in listed["recipients"]]
    assert (someone, ["claire@cabinet.example"], []) == (
        again.json["practitioner_id"],
        [r["address"] for r in again.json["recipients"]],
        again.json["warnings"],
    )


def test_list_says_how_many_addresses_are_told(vigie: Vigie, tmp_path: Path) -> None:
    someone = vigie.enrol(tmp_path, recipients=["claire@cabinet.example", "+33639980042"])
    assert "\t2\t" in vigie("practitioner", "list").out

    vigie.store.hold_address(someone, vigie.store.rosters[someone].recipients[0].recipient_id, "bounced")
    assert "\t1 of 2\t" in vigie("practitioner", "list").out


def test_an_update_that_leaves_an_address_out_says_that_it_is_told_no_more(vigie: Vigie, tmp_path: Path) -> None:
    someone = vigie.enrol(tmp_path, recipients=["claire@cabinet.example", "+33639980042"])
    path = tmp_path / "P.json"
    path.write_text(json.dumps({key: value for key, value in PROFILE.items() if key != "recipients"}))
    done = vigie("practitioner", "add", "--file", str(path), "--json")

    assert someone == done.json["practitioner_id"]
    assert "Warning: 2 addresses they had are not in this profile: nothing goes there any more." in done.err
    assert "they had" not in vigie("practitioner", "add", "--file", str(path)).err


def test_the_time_of_consent_is_that_of_the_first_enrolment(vigie: Vigie, tmp_path: Path) -> None:
    someone = vigie.enrol(tmp_path)
    vigie.now += timedelta(days=3)
    vigie.enrol(tmp_path, city="Villeurbanne")

    assert NOW == vigie.store.people[someone].consent_at


def test_show_says_which_address_is_held_and_why(vigie: Vigie, tmp_path: Path) -> None:
    someone = vigie.enrol(tmp_path)
    roster = vigie.store.rosters[someone]
    held = replace(roster.recipients[0], held_reason="bounced")
    vigie.store.rosters[someone] = replace(roster, recipients=(held,))

    assert "held: bounced" in vigie("practitioner", "show", someone).out
    assert "bounced" == vigie("practitioner", "show", someone, "--json").json["recipients"][0]["held_reason"]


def test_removal_deletes_every_row_and_has_late_ones_purged(vigie: Vigie, tmp_path: Path) -> None:
    someone = vigie.enrol(tmp_path)

    done = vigie("practitioner", "remove", someone, "--yes", "--json")

    assert (0, True) == (done.code, done.json["removed"])
    assert ({}, {}) == (vigie.store.people, vigie.store.rosters)
    assert ([Pointer(someone)], [900]) == (vigie.outbox.pointers, vigie.outbox.delays)


def test_removing_twice_says_that_nobody_is_there(vigie: Vigie, tmp_path: Path) -> None:
    someone = vigie.enrol(tmp_path)
    vigie("practitioner", "remove", someone)

    assert 2 == vigie("practitioner", "remove", someone).code


def test_an_export_holds_everything_kept_and_nothing_of_others(vigie: Vigie, tmp_path: Path) -> None:
    someone = vigie.enrol(tmp_path)
    vigie.enrol(tmp_path, rpps="10990000121", last_names=["Abadie"])

    done = vigie("practitioner", "export", someone)

    assert {"sources", "mentions", "alerts", "recipients"} <= set(done.json)
    assert "Abadie" not in done.out


class TestImport:
    HEADING = "title,first_names,last_names,specialty,city,postcode,rpps,aliases,email,sms\n"
    GOOD = "Dr,Jean|Jean-Marie,Abadie,pédiatre,Nice,06000,,J. Abadie|Abadie JM,jean@b.example,06 39 98 01 02\n"

    def file(self, folder: Path, content: str | bytes) -> str:
        path = folder / "people.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def test_each_row_is_somebody(self, vigie: Vigie, tmp_path: Path) -> None:
        done = vigie("practitioner", "import", self.file(tmp_path, self.HEADING + self.GOOD), "--json")

        assert 0 == done.code
        [person] = vigie.store.people.values()
        assert (("Jean", "Jean-Marie"), ("J. Abadie", "Abadie JM"), "06000") == (
            person.first_names,
            person.aliases,
            person.postcode,
        )
        [row] = done.json["enrolled"]
        assert (2, person.practitioner_id) == (row["line"], row["practitioner_id"])
        assert ["email", "sms"] == [r["channel"] for r in row["recipients"]]

    def test_refused_rows_are_listed_with_their_line_and_the_others_enrolled(
        self, vigie: Vigie, tmp_path: Path
    ) -> None:
        bad = "Dr,,Sansprenom,pédiatre,Nice,06000,12,,,\n"

        done = vigie("practitioner", "import", self.file(tmp_path, self.HEADING + bad + self.GOOD), "--json")

        assert 2 == done.code
        assert [2] == [row["line"] for row in done.json["refused"]]
        assert 2 == len(done.json["refused"][0]["problems"])
        assert ["Abadie"] == [p.last_names[0] for p in vigie.store.people.values()]

    def test_a_dry_run_writes_nothing(self, vigie: Vigie, tmp_path: Path) -> None:
        done = vigie("practitioner", "import", self.file(tmp_path, self.HEADING + self.GOOD), "--dry-run", "--json")

        assert (0, [], 1) == (done.code, done.json["enrolled"], done.json["rows"])
        assert {} == vigie.store.people

    @pytest.mark.parametrize(
        "content",
        [
            "Civilité;Prénom;Nom;Spécialité;Ville;Code postal\nDr;Élise;Noël;pédiatre;Nice;06000\n".encode("cp1252"),
            "\ufeffcivilite\tprenom\tnom\tprofession\tville\tcode_postal\r\nDr\tÉlise\tNoël\tpédiatre\tNice\t06000".encode(),
            'Prénom,NOM,Spécialité,Ville,"Code postal"\n"Élise","Noël","pédiatre","Nice","06000"\n\n,,,,\n'.encode(),
            "\ufeffsep=;\r\nPrénom;Nom;Spécialité;Ville;Code postal\r\nÉlise;Noël;pédiatre;Nice;06000\r\n".encode(),
        ],
        ids=["as Excel saves it in France", "tabs", "quoted", "its separator named first"],
    )
    def test_a_sheet_is_read_as_spreadsheets_write_it(self, vigie: Vigie, tmp_path: Path, content: bytes) -> None:
        done = vigie("practitioner", "import", self.file(tmp_path, content), "--json")

        assert 0 == done.code, done.err
        [person] = vigie.store.people.values()
        assert (("Élise",), ("Noël",), "06000") == (person.first_names, person.last_names, person.postcode)

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b" \n", "is empty"),
            (b"first_names,last_names\n", "no row"),
            (b"nom,ville\nNoel,Nice\n", "first_names"),
            (b"first_names,last_names,shoe_size\nA,B,42\n", "shoe_size"),
            (b'first_names,last_names\n"A,B\n', "not CSV"),
            (b"PK\x03\x04\x00\x00", "CSV"),
        ],
    )
    def test_what_is_no_such_sheet_is_refused_whole(
        self, vigie: Vigie, tmp_path: Path, content: bytes, says: str
    ) -> None:
        done = vigie("practitioner", "import", self.file(tmp_path, content), "--json")

        assert 2 == done.code
        assert says in done.json["error"]

    def test_a_missing_file_is_said_so(self, vigie: Vigie, tmp_path: Path) -> None:
        assert 2 == vigie("practitioner", "import", str(tmp_path / "none.csv")).code


def test_nothing_of_a_profile_reaches_the_queues(vigie: Vigie, tmp_path: Path) -> None:
    someone = vigie.enrol(tmp_path)
    vigie("practitioner", "remove", someone, "--yes")
    sent: list[Any] = [*vigie.outbox.jobs, *vigie.outbox.pointers]

    assert [Pointer(someone, None)] == sent
