"""What the operator asks to be read, checked before anything is written: kind, parameters, address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ops import registers
from ops.view import plain
from vigie import registry, sources
from vigie.errors import FetchError, InputError
from vigie.gate import Gate
from vigie.identity import host_of, source_id
from vigie.model import Provider, Source
from vigie.queries import Queries
from vigie.sources import Param, Rhythm

RULES = {
    "address": "it leads to an address that is not on the public Internet",
    "forbidden character": "it holds a character that a web address cannot hold",
    "host": "its host is not written as the name or the address of a public site",
    "length": "it is longer than any web address in use",
    "port": "only ports 80 and 443 are read",
    "private name": "its host is a name that exists on private networks only",
    "scheme": "a web address begins with http:// or https://",
    "user information": "a web address that holds a user name or a password is not read",
}
"""What the gate's rules mean to an operator."""


_USUAL = Rhythm()


@dataclass(frozen=True, slots=True)
class KindFacts:
    """A kind of source, as shown to the operator."""

    name: str
    about: str
    params: Mapping[str, Param]
    provider: Provider | None = None
    rhythm: Rhythm = _USUAL
    planned: Callable[[Queries], Iterable[Mapping[str, str]]] | None = None
    """What is read of it for somebody at enrolment, when it says so itself: see `vigie.sources`."""
    register: bool = False
    """It is asked at enrolment, and never watched: see `ops.registers`."""
    robots: bool = False
    said: Mapping[str, str] = field(default_factory=dict)
    """What its documentation says: `reads`, `limits`, `terms`."""

    @property
    def needs(self) -> Mapping[str, str]:
        """Keys without which it cannot be read: name -> what it is."""
        return self.provider.keys if self.provider else {}


def kinds() -> list[KindFacts]:
    """Every kind there is, by name: those that are watched, then the registers."""
    watched = [_facts(name, registry.load(sources, name)) for name in registry.kinds(sources)]
    asked = [_facts(name, registry.load(registers, name), register=True) for name in registry.kinds(registers)]
    return [*watched, *asked]


_PARTS = {"What it reads": "reads", "Limits": "limits", "Terms of use": "terms"}


def _facts(name: str, module: Any, *, register: bool = False) -> KindFacts:
    """The facts of a kind's module. What is said of it is its docstring: the first sentence, then its parts."""
    first, *paragraphs = [" ".join(part.split()) for part in (module.__doc__ or "").split("\n\n")]
    parts = (paragraph.partition(": ") for paragraph in paragraphs)
    return KindFacts(
        name,
        first,
        getattr(module, "PARAMS", {}),
        sources.provider_of(module),
        sources.rhythm_of(module),
        getattr(module, "planned", None),
        register,
        getattr(module, "ROBOTS", False),
        {_PARTS[title]: text for title, _, text in parts if title in _PARTS},
    )


def source(kind: str, url: str | None, params: Iterable[str], cadence: int, allowlist: Iterable[str]) -> Source:
    """The source meant. Raises `InputError` saying what is wrong with its kind, a parameter or its address.

    `params` are written K=V; `url` is short for `url=...`. `allowlist` as of `vigie.gate.Gate`.
    """
    wanted: Mapping[str, Param] = registry.load(sources, kind).PARAMS
    given = _given(url, params)
    for name in given:
        if name not in wanted:
            raise InputError(f"A {kind} has no parameter {plain(name)!r}: {', '.join(wanted) or 'it takes none'}.")
    for name, param in wanted.items():
        if param.required and not given.get(name):
            how = "--url URL" if name == "url" else f"--param {name}=VALUE"
            raise InputError(f"A {kind} needs {how}: {param.meaning}.")
    given = {name: value for name, value in given.items() if value}
    for name, value in given.items():
        if not re.fullmatch(wanted[name].form, value):
            raise InputError(f"{plain(name)}={plain(value)} is not what a {kind} takes: {wanted[name].meaning}.")
    if "url" in given:
        given["url"] = _vetted(given["url"], allowlist)
    return Source(source_id(kind, given), kind, given, cadence, host_of(given.get("url", "")) or kind)


def _given(url: str | None, params: Iterable[str]) -> dict[str, str]:
    given: dict[str, str] = {} if url is None else {"url": url.strip()}
    for written in params:
        name, equals, value = written.partition("=")
        name = name.strip()
        if not equals or not name:
            raise InputError(f"--param {plain(written)!r} must be written NAME=VALUE.")
        if name in given and given[name] != value.strip():
            raise InputError(f"Parameter {plain(name)!r} is given twice, with different values.")
        given[name] = value.strip()
    return given


def _vetted(url: str, allowlist: Iterable[str]) -> str:
    try:
        return Gate(allowlist).target(url).url
    except FetchError as error:
        rule = error.detail.removeprefix("gate: ")
        raise InputError(f"{plain(url)} cannot be read by Vigie: {RULES.get(rule, rule)}.") from None
