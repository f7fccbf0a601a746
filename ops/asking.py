"""What the operator asks to be read, checked before anything is written: kind, parameters, address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ops import registers
from ops.fields import Fields
from ops.view import plain
from vigie import registry, sources
from vigie.errors import FetchError, InputError, UnknownKindError
from vigie.gate import Gate
from vigie.identity import host_of, source_id
from vigie.model import CADENCES, Provider, Source
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

HIDDEN = "…"
"""Stands for what is not shown."""

_SITE = re.compile(r"https?://[^/?#\s]+/")


@dataclass(frozen=True, slots=True)
class KindFacts:
    """A kind of source, as shown to the operator."""

    name: str
    about: str
    params: Mapping[str, Param]
    robots: bool
    rhythm: Rhythm
    provider: Provider | None
    told: Mapping[str, str]
    """Paragraphs of its module that begin `What it reads:`, `Limits:`, `Terms of use:`, by that."""
    planned: Callable[[Queries], Iterable[Mapping[str, str]]] | None = None
    """What is read of it for somebody at enrolment, when it says so itself: see `vigie.sources`."""
    register: bool = False
    """It is asked at enrolment, and never watched: see `ops.registers`."""

    @property
    def needs(self) -> Mapping[str, str]:
        """Keys without which it cannot be read: name -> what it is."""
        return self.provider.keys if self.provider else {}


PARTS = ("What it reads", "Limits", "Terms of use")


def kinds() -> list[KindFacts]:
    """Every kind there is, by name: those that are watched, then the registers."""
    watched = [_facts(name, registry.load(sources, name)) for name in registry.kinds(sources)]
    asked = [_facts(name, registry.load(registers, name), register=True) for name in registry.kinds(registers)]
    return [*watched, *asked]


def _facts(name: str, module: Any, *, register: bool = False) -> KindFacts:
    """What a module says of its kind. `about` is the first sentence of its docstring."""
    first, *others = (" ".join(part.split()) for part in (module.__doc__ or "").split("\n\n"))
    return KindFacts(
        name,
        first,
        getattr(module, "PARAMS", {}),
        getattr(module, "ROBOTS", False),
        sources.rhythm_of(module),
        sources.provider_of(module),
        {part: text.partition(": ")[2] for part in PARTS for text in others if text.startswith(f"{part}:")},
        getattr(module, "planned", None),
        register,
    )


def keys() -> dict[str, str]:
    """What the keys that services need are, by name."""
    return {name: what for kind in kinds() if kind.provider for name, what in kind.provider.keys.items()}


def kinds_by_key() -> dict[str, tuple[str, ...]]:
    """The kinds of source that need a key, by its name."""
    found: dict[str, list[str]] = {}
    for kind in kinds():
        for name in kind.provider.keys if kind.provider else ():
            found.setdefault(name, []).append(kind.name)
    return {name: tuple(names) for name, names in found.items()}


def source(kind: str, url: str | None, params: Iterable[str], cadence: int | None, allowlist: Iterable[str]) -> Source:
    """The source meant. Raises `InputError` saying what is wrong with its kind, a parameter, its address or cadence.

    `params` are written K=V; `url` is short for `url=...`. `cadence` in minutes, its kind's own when not given.
    `allowlist` as of `vigie.gate.Gate`.
    """
    module = registry.load(sources, kind)
    wanted: Mapping[str, Param] = module.PARAMS
    every = _cadence(kind, cadence, sources.rhythm_of(module))
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
            told = HIDDEN if wanted[name].secret else plain(value)
            raise InputError(f"{plain(name)}={told} is not what a {kind} takes: {wanted[name].meaning}.")
    if "url" in given:
        given["url"] = vetted(given["url"], allowlist)
    provider = sources.provider_of(module)
    host = host_of(given.get("url", "")) or (provider.name if provider else kind)
    return Source(source_id(kind, given), kind, given, every, host)


def _cadence(kind: str, asked: int | None, rhythm: Rhythm) -> int:
    if asked is not None and asked < rhythm.least:
        raise InputError(f"A {kind} is read every {named(rhythm.least)} at most: its limits, terms or price say so.")
    if asked is not None and asked > rhythm.most:
        raise InputError(
            f"A {kind} is read every {named(rhythm.most)} at least: it holds what is of the last days only."
        )
    return asked or rhythm.usual


def named(minutes: int) -> str:
    """`6h` for 360, `7d` for a week: as cadences are called, and others alike."""
    cadence = next((name for name, length in CADENCES.items() if length == minutes), None)
    return cadence or (f"{minutes}m" if minutes % 60 else f"{minutes // 60}h")


def shown(found: Source) -> dict[str, str]:
    """The parameters of a source as they may be shown: of one that is secret, where it leads and no more."""
    try:
        known: Mapping[str, Param] = registry.load(sources, found.kind).PARAMS
    except UnknownKindError:  # of another version: what is secret of it is not known here
        return dict.fromkeys(found.params, HIDDEN)
    secret = {name for name, param in known.items() if param.secret}
    return {name: _hidden(value) if name in secret else value for name, value in found.params.items()}


def _hidden(value: str) -> str:
    begins = _SITE.match(value)
    return f"{begins[0] if begins else ''}{HIDDEN}"


def register(name: str, params: Iterable[str]) -> dict[str, str]:
    """What a register is asked by. Raises `InputError` unless it is a number, or a name."""
    given = {key: value for key, value in _given(None, params).items() if value}
    wanted: Mapping[str, Param] = registry.load(registers, name).PARAMS
    for key in given:
        if key not in wanted:
            raise InputError(f"A {name} has no parameter {plain(key)!r}: {', '.join(wanted)}.")
    if bool(given.get("rpps")) == bool(given.get("name")):
        raise InputError(f"A {name} is asked by --param rpps=NUMBER, or by --param name=NAME.")
    fields = Fields({"rpps": given.get("rpps")})
    number = fields.rpps()
    if fields.problems:
        raise InputError(" ".join(fields.problems))
    return given | ({"rpps": number} if number else {})


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


def vetted(url: str, allowlist: Iterable[str]) -> str:
    """An address as it is kept. Raises `InputError` for one that Vigie may not read."""
    try:
        return Gate(allowlist).target(url).url
    except FetchError as error:
        rule = error.detail.removeprefix("gate: ")
        raise InputError(f"{plain(url)} cannot be read by Vigie: {RULES.get(rule, rule)}.") from None
