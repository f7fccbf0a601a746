"""Finds the module of a kind of source, or of a channel, by its file name; imported on first use.

Kinds come from table rows, so only what is listed in the package is ever imported: a row cannot make us import
`os` or climb to `..adapters`.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from vigie.errors import UnknownKindError


def kinds(package: ModuleType) -> tuple[str, ...]:
    """Names of the kinds `package` holds, in order; nothing is imported."""
    return _kinds(tuple(package.__path__))


def load(package: ModuleType, kind: str) -> Any:
    """The module of `kind`, which keeps the contract written in `package`'s docstring.

    Raises `UnknownKindError`, naming the kinds there are.
    """
    known = kinds(package)
    if kind not in known:
        what = package.__name__.rpartition(".")[2]
        raise UnknownKindError(f"{kind!r} is not one of the {what}: {', '.join(known)}.")
    return import_module(f"{package.__name__}.{kind}")


@cache
def _kinds(path: tuple[str, ...]) -> tuple[str, ...]:
    found = (module.name for module in pkgutil.iter_modules(path) if not module.ispkg)
    return tuple(sorted(kind for kind in found if not kind.startswith("_")))
