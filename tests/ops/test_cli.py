"""What holds of every command: where options may stand, what goes where, and how trouble is told."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ops import view
from ops.cli import app, hoisted
from ops.queues import Depth
from ops.where import Where
from tests.ops.cli import Vigie
from vigie import __version__

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "words",
    [
        ("--local", "--json", "practitioner", "list"),
        ("practitioner", "--local", "list", "--json"),
        ("practitioner", "list", "--json", "--local"),
        ("--json", "practitioner", "list", "--local"),
    ],
)
def test_global_options_may_stand_anywhere(vigie: Vigie, words: tuple[str, ...]) -> None:
    done = vigie(*words)

    assert (0, []) == (done.code, done.json)
    assert [Where(local=True)] == vigie.asked


def test_a_global_option_keeps_its_value_wherever_it_stands(vigie: Vigie) -> None:
    vigie("practitioner", "list", "--stack", "prod", "--region=eu-west-1", "--profile", "ops")

    assert [Where(local=False, stack="prod", profile="ops", region="eu-west-1")] == vigie.asked


def test_what_follows_two_dashes_is_not_an_option_of_ours() -> None:
    assert ["mentions", "--", "--json"] == hoisted(["mentions", "--", "--json"])


def test_the_environment_may_say_local(vigie: Vigie, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_LOCAL", "1")

    vigie("practitioner", "list")

    assert vigie.asked[0].local


def test_it_says_its_version(vigie: Vigie) -> None:
    assert f"vigie {__version__}\n" == vigie("--version").out


@pytest.mark.parametrize("words", [(), ("practitioner",), ("source",), ("practitioner", "--local")])
def test_a_group_without_a_command_shows_its_help(vigie: Vigie, words: tuple[str, ...]) -> None:
    done = vigie(*words)

    assert 0 == done.code
    assert "Commands:" in done.out


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("practitioner", "nonsense"),
        ("practitioner", "add"),
        ("practitioner", "add", "--fil", "x"),
        ("practitioner", "show"),
        ("mentions",),
        ("redrive",),
        ("scan", "--timeout", "soon"),
        ("scan", "--timeout", "-1"),
        ("--stack",),
    ],
)
def test_wrong_usage_is_one_sentence_on_stderr_and_one_document_on_stdout(vigie: Vigie, words: tuple[str, ...]) -> None:
    plain, as_json = vigie(*words), vigie(*words, "--json") if words != ("--stack",) else vigie("--json", *words)

    assert (2, "") == (plain.code, plain.out)
    assert plain.err.startswith("vigie: ")
    assert "Traceback" not in plain.err
    assert 2 == as_json.code
    assert {"error"} == set(as_json.json)


@pytest.mark.parametrize("command", ["show", "remove", "export"])
@pytest.mark.parametrize("nobody", ["pnobody", "", "../etc", "P-UPPER", "é", "x" * 300, "\x1b[31m"])
def test_an_id_that_is_nobodys_is_said_so(vigie: Vigie, command: str, nobody: str) -> None:
    done = vigie("practitioner", command, nobody, "--json")

    assert 2 == done.code
    assert "practitioner list" in done.json["error"]
    assert "\x1b" not in done.out + done.err


@pytest.mark.parametrize(
    "words",
    [
        ("mentions", "pnobody"),
        ("source", "list", "pnobody"),
        ("source", "remove", "pnobody", "s1"),
        ("source", "add", "pnobody", "feed", "--url", "http://127.0.0.1/"),
        ("scan", "--practitioner", "pnobody"),
    ],
)
def test_every_command_refuses_an_id_that_is_nobodys(vigie: Vigie, words: tuple[str, ...]) -> None:
    assert 2 == vigie(*words).code


def test_every_command_has_help_with_an_example(vigie: Vigie) -> None:
    for words in commands():
        done = vigie(*words, "--help")
        assert 0 == done.code
        assert "Example: vigie" in " ".join(done.out.split()), words


def commands() -> list[tuple[str, ...]]:
    """Every command there is, as it is typed."""
    import typer

    found: list[tuple[str, ...]] = []
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [(name, sub) for sub in inner] if inner else [(name,)]
    return found


HINTS = [
    ("practitioner", "list"),
    ("practitioner", "show", "pnobody"),
    ("scan",),
    ("source", "list", "ID"),
    ("source", "add", "ID", "feed", "--url", "http://127.0.0.1/feed"),
    ("source", "remove", "ID", "s1"),
    ("scan", "--wait", "--timeout", "1"),
    ("status",),
]
TYPED = r"\bvigie (?:--\S+ (?:[a-z0-9-]+ )??)*(?:practitioner|source|scan|status|redrive)\b"


@pytest.mark.parametrize("words", HINTS, ids=" ".join)
@pytest.mark.parametrize(
    ("options", "command"),
    [
        ("--local", "vigie --local"),
        ("--stack prod --region=eu-west-1 --profile ops", "vigie --stack prod --profile ops --region eu-west-1"),
    ],
)
def test_what_it_says_to_type_means_the_same_deployment(
    vigie: Vigie, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: str, command: str, words: tuple[str, ...]
) -> None:
    """Typed as it stands, a hint without its options asks for a region, or reaches a real account."""
    monkeypatch.setattr("ops.waiting.monotonic", iter(range(0, 10_000, 100)).__next__)
    if "ID" in words or "--wait" in words:
        someone = vigie.enrol(tmp_path)
        words = tuple(someone if word == "ID" else word for word in words)
    if "--wait" in words:
        vigie("source", "add", someone, "feed", "--url", "http://127.0.0.1/feed")
        vigie.queues.depths["scan"] = Depth(1, 0, 0)
    vigie.queues.dead_letters["scan"] = int(words == ("status",))

    done = vigie(*options.split(), *words)

    said = " ".join((done.out + done.err).split())
    hints = re.findall(TYPED, said)
    assert hints, said
    assert all(hint.startswith(command + " ") for hint in hints), said


def test_an_id_can_be_copied_in_a_terminal_of_80_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    source_id = "s1234567890abcdef"
    url = "https://un-blog-au-nom-assez-long.example/commentaires/du/mois/de/novembre.xml"
    view.table(
        ("id", "kind", "what", "every", "outcome", "since"),
        [(source_id, "feed", url, "15m", "throttled until 2026-11-23 14:16 UTC", "2026-11-23 13:16 UTC")],
        empty="",
    )

    shown = capsys.readouterr().out
    assert source_id in shown
    assert 80 >= max(map(len, shown.splitlines()))


def test_help_needs_none_of_the_heavy_libraries() -> None:
    heavy = ("botocore", "boto3", "httpx", "lxml", "selectolax", "fastfeedparser", "jinja2", "phonenumbers", "rich")
    code = f"import sys, ops.cli; print([m for m in {heavy} if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "[]\n" == done.stdout


class TestFromOutside:
    """The installed program, as a stranger runs it."""

    def run(self, folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        clean = {"PATH": os.environ["PATH"], "HOME": str(folder), "AWS_EC2_METADATA_DISABLED": "true"}
        program = Path(sys.executable).parent / "vigie"
        return subprocess.run(
            [str(program), *words], cwd=folder, env=clean | env, capture_output=True, text=True, check=False
        )

    def says(self, done: subprocess.CompletedProcess[str], code: int, *parts: str) -> None:
        """One sentence on stderr that says what to do, one document on stdout, and no traceback."""
        assert code == done.returncode, done.stderr
        assert {"error"} == set(json.loads(done.stdout))
        assert "Traceback" not in done.stderr
        for part in parts:
            assert part in done.stderr

    def test_a_port_where_nothing_listens(self, tmp_path: Path) -> None:
        self.says(self.run(tmp_path, "--local", "status", "--json", VIGIE_PORT="9"), 1, "make up")

    def test_a_port_that_is_none(self, tmp_path: Path) -> None:
        self.says(self.run(tmp_path, "--local", "status", "--json", VIGIE_PORT="http"), 2, "VIGIE_PORT")

    def test_no_region(self, tmp_path: Path) -> None:
        self.says(self.run(tmp_path, "status", "--json"), 2, "--region")

    def test_no_credentials(self, tmp_path: Path) -> None:
        self.says(self.run(tmp_path, "status", "--json", "--region", "eu-west-3"), 2, "credentials")

    def test_a_profile_that_does_not_exist(self, tmp_path: Path) -> None:
        self.says(self.run(tmp_path, "status", "--json", "--profile", "nobody"), 2, "nobody")

    def test_an_inbox_is_refused_on_aws(self, tmp_path: Path) -> None:
        self.says(self.run(tmp_path, "inbox", "--json", "--region", "eu-west-3"), 2)
