"""Imports point inward: functions, ops -> wiring -> use cases -> kinds, rules -> ports -> model; adapters -> ports."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYER = ROOT / "layers" / "common"
PACKAGE = LAYER / "vigie"

CORE = {
    f"vigie.{name}" for name in ("model", "errors", "identity", "ports", "exchange", "ring", "enrolment", "protocol")
}
"""What everything else rests on: it may import itself only."""

USE_CASES = {"vigie.plan", "vigie.scan", "vigie.notify"}
OUTER = USE_CASES | {"vigie.wiring", "vigie.observe"}

VENDORS = {
    "boto3": "vigie.adapters",
    "botocore": "vigie.adapters",
    "httpx": "vigie.adapters",
    "jinja2": "vigie.render",
    "aws_lambda_powertools": "vigie.observe",
    "protego": "vigie.robots",
    "pydantic": None,
    "requests": None,
    "feedparser": None,
    "typer": None,
    "rich": None,
}
"""Who alone may import a library; None for nobody in the layer."""

OUTSIDE = {"os.environ", "os.getenv", "datetime.now", "datetime.today", "time.time", "random.random", "uuid.uuid4"}
"""The clock, the environment and chance: parameters everywhere but where the outside is wired."""
WIRED = ("vigie.wiring", "vigie.adapters")


def module_of(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


MODULES = {module_of(path, LAYER): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports(path: Path, *, at_import: bool = False) -> Iterator[str]:
    """Every module `path` imports, types apart; with `at_import`, those not put off to a function's first call."""
    pending: list[ast.AST] = [tree_of(path)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if at_import and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in MODULES else str(node.module)
        pending.extend(ast.iter_child_nodes(node))


def is_core(module: str) -> bool:
    return any(within(module, part) for part in CORE)


def within(module: str, package: str | None) -> bool:
    return package is not None and (module == package or module.startswith(f"{package}."))


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_inward_only(module):
    for imported in imports(MODULES[module]):
        root = imported.partition(".")[0]
        assert root not in ("ops", "functions", "tests", "benchmarks"), imported
        if root in VENDORS:
            assert within(module, VENDORS[root]), f"{module} imports {imported}"
        if root != "vigie":
            continue
        if is_core(module):
            assert is_core(imported), f"{module} imports {imported}"
        if within(imported, "vigie.adapters"):
            assert within(module, "vigie.adapters") or module == "vigie.wiring", f"{module} imports {imported}"
        if imported in OUTER:
            assert module in ("vigie.wiring", "vigie.observe"), f"{module} imports {imported}"


def test_no_import_goes_in_a_circle():
    inside = {m: {i for i in imports(p, at_import=True) if i in MODULES and i != m} for m, p in MODULES.items()}
    # A package's own __init__ is loaded with its modules: what it imports of them is not a circle.
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join((*trail[trail.index(module) :], module))
        if module not in done:
            for imported in sorted(inside[module]):
                visit(imported, (*trail, module))
            done.add(module)

    for module in MODULES:
        visit(module, ())


@pytest.mark.parametrize("module", [m for m in MODULES if not any(within(m, outer) for outer in WIRED)])
def test_a_module_takes_the_clock_the_environment_and_chance_as_parameters(module):
    uses = {ast.unparse(node) for node in ast.walk(tree_of(MODULES[module])) if isinstance(node, ast.Attribute)}
    assert not OUTSIDE & uses


@pytest.mark.parametrize("app", sorted((ROOT / "functions").glob("*/app.py")), ids=lambda path: path.parent.name)
def test_a_handler_only_translates(app):
    assert len(app.read_text().splitlines()) <= 35
    allowed = {"vigie.batch", "vigie.events", "vigie.messages", "vigie.observe", "vigie.wiring"}
    assert {i for i in imports(app) if i.startswith("vigie")} <= allowed


def test_operators_code_imports_vigie_and_is_never_packaged_with_it():
    assert not list(LAYER.rglob("ops"))
    for path in (ROOT / "ops").rglob("*.py"):
        assert not [i for i in imports(path) if i.startswith(("functions", "tests"))], path


@pytest.mark.parametrize("module", MODULES)
def test_importing_needs_no_environment_and_no_network(module):
    """Each module alone, as the first import of a bare process with an empty environment."""
    if module.count(".") > 1:  # those of a package are imported with their neighbours, below
        return
    code = f"import sys; sys.path.insert(0, {str(LAYER)!r}); import {module}"
    done = subprocess.run([sys.executable, "-c", code], env={}, capture_output=True, text=True)
    assert "" == done.stderr
