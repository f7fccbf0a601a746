"""The one place where templates meet values. Only this module knows Jinja.

Templates are ours and values are data: a value is never compiled, and HTML templates escape every one of them.
`.html.j2` is spelled out, because Jinja's own choice of what to escape does not know that ending. The deployed layer
carries the templates already compiled (`compile_templates`), since compiling them is most of a cold render.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import BaseLoader, Environment, FileSystemLoader, ModuleLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["Markup", "compile_templates", "html", "text"]

TEMPLATES = Path(__file__).parent / "templates"
COMPILED = TEMPLATES / "compiled"


def html(name: str, /, **values: object) -> Markup:
    """The HTML template `name` (`email/alert`) with `values`. Raises `UndefinedError` when one is missing."""
    return Markup(_environment().get_template(f"{name}.html.j2").render(values))  # noqa: S704 - escaped by the template


def text(name: str, /, **values: object) -> str:
    """The plain text template `name` with `values`, as they are."""
    return _environment().get_template(f"{name}.txt.j2").render(values)


def compile_templates(into: Path) -> int:
    """Compile every template for the layer, into the folder that stands for `COMPILED` there; how many there are."""
    environment = _built(FileSystemLoader(TEMPLATES))
    environment.compile_templates(into, zip=None, ignore_errors=False, extensions=["j2"])
    return len(environment.list_templates(extensions=["j2"]))


@cache
def _environment() -> Environment:
    return _built(ModuleLoader(COMPILED) if COMPILED.is_dir() else FileSystemLoader(TEMPLATES))


def _built(loader: BaseLoader) -> Environment:
    return Environment(
        loader=loader,
        autoescape=_is_html,  # noqa: S701 - by name: everything but plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
    )


def _is_html(name: str | None) -> bool:
    return name is None or not name.endswith(".txt.j2")
