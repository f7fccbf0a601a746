"""The documents say what is there: commands, parameters, alarms, libraries, links, figures."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml  # type: ignore[import-untyped]

from ops.cli import app
from ops.meaning import TO_DO
from vigie.model import OutcomeKind

ROOT = Path(__file__).resolve().parents[1]
DOCS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "benchmarks").glob("*.md"))]
OPERATING = (ROOT / "docs" / "operating.md").read_text()
DEPENDENCIES = (ROOT / "docs" / "dependencies.md").read_text()


class Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Reads template.yaml: CloudFormation's own tags become plain values."""


def _plain(loader: Any, _suffix: str, node: Any) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node)
    return loader.construct_mapping(node)


Loader.add_multi_constructor("!", _plain)
TEMPLATE: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), Loader)


def commands() -> Iterator[tuple[str, str]]:
    """Every command as it is typed, and the first paragraph of its help."""
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        for inner, found in getattr(command, "commands", {"": command}).items():
            help_text = " ".join((found.help or "").partition("\n\n")[0].split())
            yield f"vigie {name} {inner}".strip(), help_text


@pytest.mark.parametrize(("command", "says"), list(commands()))
def test_every_command_is_in_the_guide_with_its_help(command: str, says: str) -> None:
    assert says
    assert f"| `{command}` | {says} |" in OPERATING


def test_the_guide_names_no_command_that_is_not_there() -> None:
    named = set(re.findall(r"^\| `(vigie [a-z ]+)` \|", OPERATING, re.MULTILINE))

    assert named == {command for command, _ in commands()}


def test_every_parameter_is_in_the_guide_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([A-Z]\w+)` \|([^|]*)\|", section("Parameters"), re.MULTILINE))
    defaults = {
        name: f"`{value['Default']}`" if value.get("Default") else "none" if "Default" in value else ""
        for name, value in TEMPLATE["Parameters"].items()
    }

    assert defaults == {name: default.strip() for name, default in rows.items()}


def test_every_alarm_is_in_the_guide_and_no_other() -> None:
    alarms = {name for name, r in TEMPLATE["Resources"].items() if r["Type"] == "AWS::CloudWatch::Alarm"}

    assert alarms == set(re.findall(r"^\| `(\w+Alarm)` \|", section("Alarms"), re.MULTILINE))


def test_what_to_do_about_an_outcome_is_said_alike_here_and_there() -> None:
    said = dict(re.findall(r"^\| `([a-z_]+)` \|[^|]*\|(?: (.*?))? \|$", section("Commands"), re.MULTILINE))

    assert {kind.value: words for kind, words in TO_DO.items()} == {
        kind: words for kind, words in said.items() if words
    }


def test_every_outcome_is_in_the_guide() -> None:
    assert {kind.value for kind in OutcomeKind} == set(
        re.findall(r"^\| `([a-z_]+)` \|", section("Commands"), re.MULTILINE)
    )


def section(title: str) -> str:
    """A section of the guide, its subsections included."""
    return OPERATING.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def pinned(file: str) -> set[str]:
    """Names of a requirements file, each pinned exactly."""
    lines = [line.partition("#")[0].strip() for line in (ROOT / file).read_text().splitlines()]
    wanted = [line for line in lines if line and not line.startswith("-")]
    assert all("==" in line for line in wanted), f"{file} holds a version that is not pinned"
    return {line.partition("==")[0].partition("[")[0].lower().replace("_", "-") for line in wanted}


FILES = (
    "layers/common/requirements.txt",
    "requirements-dev.txt",
    "requirements-bench.txt",
    "requirements-local.txt",
    "requirements-sam.txt",
    "requirements-sites.txt",
    "requirements-train.txt",
)


def test_the_page_of_dependencies_lists_every_pinned_one_and_nothing_else() -> None:
    listed = set(re.findall(r"^\| `([a-z0-9.-]+)` \|", DEPENDENCIES, re.MULTILINE))
    for block in re.findall(r"(?:and what it needs|and what they need):\n(.*?)\n\n", DEPENDENCIES, re.DOTALL):
        listed |= set(re.findall(r"`([a-z0-9.-]+)`", block))

    assert set().union(*(pinned(file) for file in FILES)) == listed


def test_every_requirements_file_is_known_here() -> None:
    found = [*ROOT.glob("requirements*.txt"), *ROOT.glob("layers/*/requirements.txt")]

    assert set(FILES) == {str(path.relative_to(ROOT)) for path in found}


def test_every_library_of_the_layer_has_its_weight() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|.*\| ([0-9.]+) \|$", DEPENDENCIES, re.MULTILINE)

    assert pinned("layers/common/requirements.txt") == {name for name, _ in rows}


@pytest.mark.parametrize("page", DOCS, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text()
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name} links to {target}"
        if anchor:
            assert anchor in anchors(file), f"{page.name} links to {target}"


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in DOCS:
        blocks = re.findall(r"```\n(.*?)```", page.read_text(), re.DOTALL)
        inline = re.findall(r"`(make [^`]+)`", page.read_text())
        for command in re.findall(r"^\s*make ([a-z ]+)", "\n".join([*blocks, *inline]), re.MULTILINE):
            assert set(command.split()) <= targets, f"{page.name}: make {command}"


@pytest.mark.parametrize("name", ["PIP_CACHE_DIR", "__SAM_CLI_APP_DIR"])
def test_what_make_runs_keeps_its_files_in_the_folder(name: str) -> None:
    """As the first line of the Makefile says."""
    show = ["make", "--silent", "-C", str(ROOT), f"--eval=show: ; @echo $${name}", "show"]
    clean = {key: value for key, value in os.environ.items() if key != name}
    said = subprocess.run(show, env=clean, capture_output=True, text=True, check=True).stdout
    assert str(ROOT / ".local") in said


def test_files_named_in_the_architecture_exist() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    for name in re.findall(r"`((?:layers|functions|ops|docs|tests)/[\w./-]+)`", text):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"\(`([\w/]+\.py)`", text):
        assert (ROOT / "layers/common/vigie" / name).exists() or (ROOT / name).exists(), name


def test_the_cost_table_is_what_the_model_says() -> None:
    model = re.search(r"```python\n(.*?)```", section("What it costs"), re.DOTALL)
    assert model
    names: dict[str, Any] = {}
    exec(model[1], names)
    rows = re.findall(r"^\| ([\d,]+) \| ([\d,]+) \| (.+?) \|$", section("What it costs"), re.MULTILINE)

    assert len(rows) >= 3
    for people, sources, figures in rows:
        count = int(people.replace(",", ""))
        expected = [
            names["reading"](int(sources.replace(",", ""))),
            names["monitoring"](),
            names["messages"](count * 52 / 12, 0),
            names["messages"](0, count),
        ]
        assert [f"{figure:.2f}" for figure in expected] == figures.split(" | ")


def test_the_cost_model_counts_the_alarms_there_are() -> None:
    alarms = sum(r["Type"] == "AWS::CloudWatch::Alarm" for r in TEMPLATE["Resources"].values())

    assert f"alarms={alarms}" in section("What it costs")


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_figure_is_left_to_fill_in(path: Path) -> None:
    assert not re.findall(r"@[A-Z]{2,}@|TODO|FIXME|TBD", path.read_text())
