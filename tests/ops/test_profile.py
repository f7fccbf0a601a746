"""Reading a profile: liberal where a person's meaning is plain, strict where a guess would warn the wrong one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ops import profile
from tests.conftest import NOW
from vigie.errors import InputError
from vigie.model import Severity

P: dict[str, Any] = {
    "title": "Dr",
    "first_names": ["Claire"],
    "last_names": ["Morvant", "Delaunay"],
    "specialty": "dermatologue",
    "city": "Lyon",
    "postcode": "69006",
    "practice_name": "Cabinet des Brotteaux",
    "phone": "+33465711000",
    "website": "https://www.dr-morvant.example",
    "rpps": "10990000113",
    "aliases": ["C. Morvant"],
    "excluded": ["rue Morvant"],
    "recipients": ["claire@cabinet.example"],
}


def read(**changes: Any) -> profile.Profile:
    return profile.read(P | changes, practitioner_id="p1", now=NOW)


def problems(**changes: Any) -> str:
    with pytest.raises(profile.ProfileError) as refused:
        read(**changes)
    return str(refused.value)


def recipient(given: Any) -> tuple[str, str, Severity, str]:
    [found] = read(recipients=[given]).recipients
    return found.channel, found.address, found.min_severity, found.language


def test_a_complete_profile_is_read_without_a_warning() -> None:
    found = read()

    assert () == found.warnings
    assert ("Morvant", "Delaunay") == found.practitioner.last_names
    assert "+33465711000" == found.practitioner.phone
    assert "10990000113" == found.practitioner.rpps


def test_who_enrols_states_that_they_may_and_the_moment_is_kept() -> None:
    assert NOW == read().practitioner.consent_at


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("claire@cabinet.example", ("email", "claire@cabinet.example", Severity.INFO, "fr")),
        ("06 39 98 01 02", ("sms", "+33639980102", Severity.URGENT, "fr")),
        ({"address": "a@b.example"}, ("email", "a@b.example", Severity.INFO, "fr")),
        ({"to": "a@b.example", "lang": "en"}, ("email", "a@b.example", Severity.INFO, "en")),
        ({"email": "a@b.example", "minimum_severity": "attention"}, ("email", "a@b.example", Severity.ATTENTION, "fr")),
        ({"phone": "+33639980102"}, ("sms", "+33639980102", Severity.URGENT, "fr")),
        ({"kind": "SMS", "value": "0639980102", "min_severity": "INFO"}, ("sms", "+33639980102", Severity.INFO, "fr")),
        ({"type": "mail", "address": "a@b.example"}, ("email", "a@b.example", Severity.INFO, "fr")),
        (
            {"channel": "email", "address": "a@b.example", "language": "fr-FR"},
            ("email", "a@b.example", Severity.INFO, "fr"),
        ),
    ],
)
def test_a_recipient_is_understood_however_it_is_written(given: Any, expected: tuple[Any, ...]) -> None:
    assert expected == recipient(given)


def test_one_entry_may_hold_an_e_mail_and_a_phone() -> None:
    found = read(recipients=[{"email": "a@b.example", "phone": "+33639980102"}]).recipients

    assert ["email", "sms"] == [r.channel for r in found]


def test_recipients_may_be_one_entry_instead_of_a_list() -> None:
    assert 1 == len(read(recipients="a@b.example").recipients)
    assert 1 == len(read(recipients={"email": "a@b.example"}).recipients)


def test_an_address_the_operator_enrols_counts_as_verified() -> None:
    assert [NOW] == [r.verified_at for r in read().recipients]


@pytest.mark.parametrize("given", [None, []])
def test_without_recipients_it_says_that_nobody_will_be_warned(given: Any) -> None:
    found = read(recipients=given)

    assert () == found.recipients
    assert any("nobody will be warned" in warning for warning in found.warnings)


def test_the_same_address_twice_is_one_recipient() -> None:
    found = read(recipients=["a@b.example", {"email": "A@b.example"}])

    assert 1 == len(found.recipients)
    assert any("same address" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["pas une adresse"], "recipient"),
        ([{"channel": "pigeon", "address": "a@b.example"}], '"pigeon"'),
        ([{"address": "a@b.example", "min_severity": "panic"}], '"panic"'),
        ([{"address": "a@b.example", "language": "de"}], '"de"'),
        ([{"address": "a@b.example", "mode": "hourly"}], '"hourly"'),
        ([{"channel": "email"}], "no address"),
        ([{"address": ["a@b.example"]}], "must be text"),
        ([33639980102], "recipient"),
        ([{"phone": 33639980102}], "in quotes"),
        ([{"phone": "+33465711000"}], "mobile"),
        (["a@b.example", {"email": "x@@y.example"}], "recipient 2"),
        (42, "must be a list"),
        ([f"a{n}@b.example" for n in range(21)], "at most 20"),
    ],
)
def test_a_recipient_that_could_be_a_stranger_is_refused(given: Any, says: str) -> None:
    assert says in problems(recipients=given)


def test_an_unknown_field_is_ignored_aloud() -> None:
    warnings = read(colour="blue").warnings + read(recipients=[{"email": "a@b.example", "pager": "1"}]).warnings

    assert ["colour", "pager"] == [name for name in ("colour", "pager") if any(name in w for w in warnings)]


def test_the_reference_of_a_profile_is_ignored_without_a_word() -> None:
    assert () == read(id="d01").warnings


@pytest.mark.parametrize("field", ["first_names", "last_names", "specialty", "city", "postcode"])
@pytest.mark.parametrize("empty", [None, "", "  ", []])
def test_what_matching_needs_is_asked_for_by_name(field: str, empty: Any) -> None:
    assert field in problems(**{field: empty})


def test_every_problem_is_said_at_once() -> None:
    assert 3 == len(problems(city=None, rpps="12", phone="nope").splitlines())


@pytest.mark.parametrize(
    ("field", "given", "says"),
    [
        ("title", 3, "must be text"),
        ("first_names", {"a": 1}, "must be a list"),
        ("first_names", ["Claire", 7], "not text"),
        ("last_names", ["1234"], "no letter"),
        ("last_names", ["..."], "no letter"),
        ("last_names", ["x" * 201], "201 characters"),
        ("aliases", [f"alias {n}" for n in range(500)], "500 different terms"),
        ("rpps", "1099000011", "11 digits"),
        ("rpps", "1099000011x", "11 digits"),
        ("rpps", ["10990000113"], "must be text"),
        ("phone", "06", "phone"),
        ("phone", True, "must be text"),
        ("website", "javascript:alert(1)", "website"),
        ("website", "https://", "website"),
        ("postcode", "69006; DROP", "postcode"),
        ("postcode", True, "must be text"),
    ],
)
def test_a_field_that_cannot_be_right_is_refused(field: str, given: Any, says: str) -> None:
    assert says in problems(**{field: given})


@pytest.mark.parametrize("term", ["Morvant", "Dr Morvant", "claire MORVANT", "Delaunay", "Docteur Claire Morvant Lyon"])
def test_an_exclusion_that_would_set_aside_the_person_is_refused(term: str) -> None:
    assert "would be set aside" in problems(excluded=[term])


def test_an_exclusion_that_says_more_than_the_name_is_kept() -> None:
    assert ("Claire Morvant actrice",) == read(excluded=["Claire Morvant actrice"]).practitioner.excluded


def test_a_surname_of_one_letter_is_a_surname() -> None:
    found = read(last_names=["O"])

    assert ("O",) == found.practitioner.last_names
    assert any("one letter" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("field", "given", "expected"),
    [
        ("postcode", 69006, "69006"),
        ("postcode", 1000, "01000"),
        ("postcode", "69 006", "69006"),
        ("rpps", 10990000113, "10990000113"),
        ("rpps", "1099 0000 113", "10990000113"),
        ("rpps", "", None),
        ("phone", "04 65 71 10 00", "+33465711000"),
        ("website", "www.dr-morvant.example", "https://www.dr-morvant.example"),
        ("first_names", "Claire", ("Claire",)),
        ("aliases", ["C. Morvant", "c morvant", ""], ("C. Morvant",)),
        ("last_names", ["  Le\u00a0  Gall\u200b "], ("Le Gall",)),
        ("last_names", ["Lefe\u0300vre"], ("Lefèvre",)),
        ("title", None, ""),
        ("practice_name", None, None),
    ],
)
def test_what_is_plainly_meant_is_read(field: str, given: Any, expected: Any) -> None:
    assert expected == getattr(read(**{field: given}).practitioner, field)


def test_a_postcode_that_lost_its_zero_is_pointed_at() -> None:
    assert any("zero" in warning for warning in read(postcode="1000").warnings)


class TestIdentity:
    def test_the_rpps_number_alone_says_who_it_is(self) -> None:
        one, other = read().practitioner, read(last_names=["Autre"], city="Nice", postcode="06000").practitioner

        assert profile.identity_hash(one) == profile.identity_hash(other)

    def test_without_it_usual_name_postcode_and_specialty_do(self) -> None:
        one = read(rpps=None).practitioner
        same = read(rpps=None, first_names="CLAIRE", last_names="Morvant", phone=None).practitioner
        others: list[dict[str, Any]] = [
            {"postcode": "69003"},
            {"specialty": "pédiatre"},
            {"last_names": ["Morvan"]},
            {"first_names": "Clara"},
        ]

        assert profile.identity_hash(one) == profile.identity_hash(same)
        assert profile.identity_hash(one) not in {
            profile.identity_hash(read(rpps=None, **change).practitioner) for change in others
        }


class TestFile:
    def write(self, folder: Path, content: bytes) -> Path:
        path = folder / "P.json"
        path.write_bytes(content)
        return path

    @pytest.mark.parametrize(
        "content",
        ['\ufeff{"city": "Lyon"}'.encode(), b'[{"city": "Lyon"}]', b' {"city":\r\n"Lyon"} '],
        ids=["byte order mark", "list of one", "white space"],
    )
    def test_one_object_is_read(self, tmp_path: Path, content: bytes) -> None:
        assert {"city": "Lyon"} == profile.load(self.write(tmp_path, content))

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "is not JSON: line 1"),
            (b'{"city": "Lyon",}', "is not JSON: line 1"),
            (b'{"city": "Lyon"', "is not JSON"),
            (b"[]", "one JSON object"),
            (b"[{}, {}]", "one JSON object"),
            (b'"Lyon"', "one JSON object"),
            (b"null", "one JSON object"),
            ('{"city": "Orl\u00e9ans"}'.encode("latin-1"), "not UTF-8"),
            (b"[" * 200_000, "nested too deep"),
            (b'{"rpps": ' + b"1" * 5000 + b"}", "too long a number"),
            (b" " * (profile.MAX_BYTES + 1), "more than"),
            (b"\x00\x01", "is not JSON"),
        ],
    )
    def test_anything_else_is_refused_in_one_sentence(self, tmp_path: Path, content: bytes, says: str) -> None:
        with pytest.raises(InputError) as refused:
            profile.load(self.write(tmp_path, content))

        assert says in str(refused.value)
        assert 1 == len(str(refused.value).splitlines())

    def test_a_missing_file_or_a_folder_is_said_so(self, tmp_path: Path) -> None:
        for path in (tmp_path / "none.json", tmp_path):
            with pytest.raises(InputError, match="cannot be read"):
                profile.load(path)
