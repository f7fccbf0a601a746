"""What a request carries on the wire and nowhere else: keys, and the address of what stands in for a service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import quote

from vigie.errors import ConfigError, FetchError
from vigie.exchange import Request
from vigie.gate import Gate, Target
from vigie.model import OutcomeKind


def with_keys(target: Target, request: Request, keys: Mapping[str, str]) -> tuple[Target, dict[str, str]]:
    """`target` and the headers to send, with the values of the request's secrets put where they belong.

    Raises `FetchError` (`BLOCKED`) rather than send a key over plain HTTP, unless the operator named the host.
    """
    if request.secrets and target.scheme != "https" and not target.exempt:
        raise FetchError(OutcomeKind.BLOCKED, "a key over plain http")
    headers, query = {}, []
    for secret in request.secrets:
        value = keys[secret.name]
        if secret.header:
            headers[secret.header.lower()] = f"{secret.prefix}{value}"
        else:
            query.append(f"{secret.query}={quote(value, safe='')}")
    if query:
        joined = "&".join(query)
        target = replace(target, resource=f"{target.resource}{'&' if '?' in target.resource else '?'}{joined}")
    return target, headers


class StandIns:
    """Services that are asked elsewhere: on this machine, by tests and demonstrations.

    `pairs`: `host=base URL` each. Raises `ConfigError` for what is not written so, or what the gate refuses.
    """

    def __init__(self, pairs: Iterable[str], gate: Gate) -> None:
        self._bases: dict[str, Target] = {}
        for pair in pairs:
            host, equals, base = pair.partition("=")
            if not equals:
                raise ConfigError(f"STAND_INS holds {pair!r}; each is written host=http://127.0.0.1:port/path.")
            try:
                self._bases[host.strip().lower()] = gate.target(base.strip())
            except FetchError as error:
                raise ConfigError(f"STAND_INS holds {pair!r}, which may not be read ({error.detail}).") from None

    def of(self, target: Target) -> Target:
        """Where `target` is asked."""
        base = self._bases.get(target.host)
        if base is None:
            return target
        return replace(base, resource=f"{base.resource.rstrip('/')}{target.resource}")
