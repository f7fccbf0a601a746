"""What the operator asks to be read, checked before anything is written: kind, parameters, address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ops.view import plain
from vigie import registry, sources
from vigie.errors import FetchError, InputError, UnknownKindError
from vigie.gate import Gate
from vigie.identity import host_of, source_id
from vigie.model import Source
from vigie.sources import Param

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


def kinds() -> list[KindFacts]:
    """Every kind there is, by name. `about` is the first sentence of its module."""
    found = []
    for name in registry.kinds(sources):
        module = registry.load(sources, name)
        about = " ".join((module.__doc__ or "").partition("\n\n")[0].split())
        found.append(KindFacts(name, about, module.PARAMS))
    return found


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
            told = HIDDEN if wanted[name].secret else plain(value)
            raise InputError(f"{plain(name)}={told} is not what a {kind} takes: {wanted[name].meaning}.")
    if "url" in given:
        given["url"] = _vetted(given["url"], allowlist)
    return Source(source_id(kind, given), kind, given, cadence, host_of(given.get("url", "")) or kind)


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
