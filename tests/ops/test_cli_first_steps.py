"""What an operator meets who has never seen Vigie: what they typed wrong is said first, and what is done without a
deployment, or stopped, is said too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ops import outside
from tests.ops.cli import SETTINGS, Vigie
from tests.providers.rpps import AUBERTIN, Register
from vigie.errors import InputError

STATED = "--i-am-or-mandated"
TOLD = ("--email", "camille@cabinet.example")


@pytest.fixture
def vigie(register: Register) -> Vigie:
    return Vigie(settings=replace(SETTINGS, stand_ins=(register.stand_in,)))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--rpps", "1099", *TOLD), "11 digits"),
        (("--rpps", AUBERTIN, "--email", "nowhere"), "not an e-mail address"),
        (("--rpps", AUBERTIN, "--phone", "0465711000"), "not a mobile"),
        (("--rpps", AUBERTIN, *TOLD, "--language", "de"), "language"),
        (("--rpps", AUBERTIN, *TOLD, "--website", "nowhere"), "not a web address"),
        (("--rpps", AUBERTIN, *TOLD, "--alias", "***"), "no letter"),
        (("--rpps", AUBERTIN, *TOLD, "--searxng", "search"), "a web address begins with"),
        (("--rpps", AUBERTIN, *TOLD, "--postcode", "06000"), "--town"),
        (("--name", "Isabelle Martin", "--town", "Lyon", "--email", "nowhere"), "not an e-mail address"),
    ],
)
def test_what_is_typed_wrong_is_said_before_the_register_is_asked(
    vigie: Vigie, register: Register, words: tuple[str, ...], says: str
) -> None:
    done = vigie("practitioner", "add", *words, STATED, "--json")

    assert (2, []) == (done.code, register.asked)
    assert says in done.json["error"]


def test_it_is_said_before_the_statement_is_asked_for(vigie: Vigie) -> None:
    done = vigie("practitioner", "add", "--rpps", AUBERTIN, "--email", "nowhere")

    assert "not an e-mail address" in done.err
    assert STATED not in done.err


def test_a_dry_run_says_whom_it_would_update(vigie: Vigie) -> None:
    words = ("practitioner", "add", "--rpps", AUBERTIN, *TOLD)
    assert "Would enrol Dr Camille" in vigie(*words, "--dry-run").out
    someone = vigie(*words, STATED, "--json").json["practitioner_id"]

    assert f"Would update Dr Camille Aubertin-Lesage, dermatologue: {someone}" in vigie(*words, "--dry-run").out


def test_what_is_warned_of_is_in_the_document_too(vigie: Vigie) -> None:
    words = ("practitioner", "add", "--rpps", "10990000113", *TOLD, "--json")

    for ending in ("--dry-run", STATED):
        assert any("check digit" in warning for warning in vigie(*words, ending).json["warnings"])


def test_a_town_where_the_register_has_nobody_of_that_number_is_a_warning(vigie: Vigie) -> None:
    words = ("practitioner", "add", "--rpps", f"8{AUBERTIN}", *TOLD, "--dry-run", "--json", "--town")

    assert [True] == ["Nice" in warning for warning in vigie(*words, "Nice").json["warnings"]]
    assert [] == vigie(*words, "Nice", "--postcode", "06000").json["warnings"]
    assert [] == vigie(*words, "Valombre").json["warnings"]


def test_people_to_choose_from_are_lines_of_the_document_too(vigie: Vigie) -> None:
    said = vigie("practitioner", "add", "--name", "Isabelle Martin", "--town", "Lyon", *TOLD, STATED, "--json").json

    assert 4 == len(said["error"].splitlines())


class TestWithoutDeployment:
    @pytest.fixture
    def nowhere(self, vigie: Vigie, register: Register, monkeypatch: pytest.MonkeyPatch) -> Vigie:
        def session(_: Any) -> Any:
            raise InputError("No stack is named 'vigie'.")

        monkeypatch.setattr(vigie, "session", session)
        monkeypatch.setenv(outside.STAND_INS, register.stand_in)
        return vigie

    def test_a_dry_run_says_by_what_it_planned(self, nowhere: Vigie) -> None:
        done = nowhere("practitioner", "add", "--rpps", AUBERTIN, *TOLD, "--dry-run")

        assert 0 == done.code
        assert "No stack is named 'vigie'. Planned without a deployment" in done.err

    def test_stand_ins_that_make_no_sense_are_what_was_given_wrong(
        self, nowhere: Vigie, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(outside.STAND_INS, "nonsense")
        done = nowhere("practitioner", "add", "--rpps", AUBERTIN, *TOLD, "--dry-run", "--json")

        assert 2 == done.code
        assert done.json["error"].startswith(outside.STAND_INS)


class TestStandIns:
    """The environment of whoever types may lead the embedded AWS astray, and never a deployment on AWS."""

    @pytest.fixture
    def plain(self, register: Register, monkeypatch: pytest.MonkeyPatch) -> Vigie:
        monkeypatch.setenv(outside.STAND_INS, register.stand_in)
        return Vigie(settings=replace(SETTINGS, fetch_allowlist=(), host_interval_ms=1_000))

    def test_a_local_deployment_asks_them(self, plain: Vigie, register: Register) -> None:
        done = plain("--local", "practitioner", "add", "--rpps", AUBERTIN, *TOLD, STATED, "--json")

        assert (0, AUBERTIN) == (done.code, done.json["profile"]["rpps"])
        assert register.asked

    def test_a_deployment_on_aws_asks_the_register_itself_at_its_own_pace(
        self, plain: Vigie, register: Register, monkeypatch: Any
    ) -> None:
        asked: list[Any] = []

        def way_out(*given: Any) -> Any:
            asked.append(given)
            raise InputError("not on this line")

        monkeypatch.setattr(outside.wiring, "way_out", way_out)
        plain("practitioner", "add", "--rpps", AUBERTIN, *TOLD, STATED)

        [(_, allowlist, interval_ms, stand_ins)] = asked
        assert ((), 200, ()) == (allowlist, interval_ms, stand_ins)
        assert [] == register.asked


def test_what_is_stopped_says_so_and_is_one_document(vigie: Vigie, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("ops.handsoff.prepare", stopped)
    done = vigie("practitioner", "add", "--rpps", AUBERTIN, *TOLD, STATED, "--json")

    assert (130, "Stopped: nothing more was done.") == (done.code, done.json["error"])
