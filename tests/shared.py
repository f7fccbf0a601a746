"""The collections of real and hostile inputs kept beside the project, which are not ours to copy into it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "shared"


def shared(*parts: str) -> Path:
    """A file of the collections. Without them the module that asks is skipped, or fails where `CI` is set."""
    path = ROOT.joinpath(*parts)
    if not path.exists():
        message = f"needs ../shared/{'/'.join(parts)}, a collection kept beside this folder"
        if os.environ.get("CI"):
            pytest.fail(message, pytrace=False)
        pytest.skip(message, allow_module_level=True)
    return path
