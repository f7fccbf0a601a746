"""Values are data: escaped in HTML, as they are in text, never compiled; and templates can be compiled ahead."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import ModuleLoader, UndefinedError

from tests.common.samples import NOW, PRACTITIONER, alert, mention
from vigie import render
from vigie.channels import email

VALUES = {"mention_id": "<b>{{ 7 * 7 }}</b>", "place": (1, 1), "said": lambda key, **values: values.get("mention", key)}


def test_a_value_is_escaped_in_html_and_never_compiled() -> None:
    made = render.html("email/fallback", **VALUES)
    assert "&lt;b&gt;{{ 7 * 7 }}&lt;/b&gt;" in made


def test_a_value_stands_as_it_is_in_text() -> None:
    assert "<b>{{ 7 * 7 }}</b>" in render.text("email/fallback", fill=str, **VALUES)


def test_a_missing_value_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(UndefinedError):
        render.html("email/fallback", place=(1, 1), said=VALUES["said"])


def test_every_template_is_html_or_text() -> None:
    names = [
        path.name for path in render.TEMPLATES.rglob("*") if path.is_file() and render.COMPILED not in path.parents
    ]
    assert names
    assert all(name.endswith((".html.j2", ".txt.j2")) for name in names)


def test_templates_compiled_ahead_give_the_same_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = email.compose(alert(mention()), [mention()], PRACTITIONER, NOW)
    assert render.compile_templates(tmp_path) == len(list(render.TEMPLATES.rglob("*.j2")))
    ahead = render._built(ModuleLoader(tmp_path))
    monkeypatch.setattr(render, "_environment", lambda: ahead)
    assert plain == email.compose(alert(mention()), [mention()], PRACTITIONER, NOW)


def test_only_what_renders_html_loads_the_template_engine() -> None:
    """A function that sends no mail does not pay for Jinja."""
    needed = "vigie.channels.sms, vigie.show.words, vigie.show.text, vigie.show.shown"
    code = f"import sys; import {needed}; print('jinja2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="layers/common")
    assert done.stdout.strip() == "False"
