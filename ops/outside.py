"""What this machine itself asks of the outside, by the rules of the deployment where there is one."""

from __future__ import annotations

import os

from ops import keyring, registers
from ops.handsoff import Means
from ops.lookup import USUAL, Lookup
from ops.run import Run
from ops.session import Session
from vigie import registry, wiring
from vigie.budget import MICRO
from vigie.errors import ConfigError, InputError
from vigie.ports import Fetcher, Keys

CONTACT = "https://vigie.example/robot"
"""Put in the User-Agent where there is no deployment; a deployment sends its own."""

STAND_INS = "VIGIE_STAND_INS"
"""The environment variable that says, without a deployment, which services something on this machine stands in for."""


def deployment(run: Run) -> Session | None:
    """The deployment, or None when there is none that answers: for what can do without."""
    try:
        return run.session
    except (InputError, ConfigError, OSError):
        return None
    except Exception as error:
        if type(error).__module__.startswith(("botocore", "boto3")):
            return None
        raise


def keys(session: Session | None) -> Keys:
    """Values of keys: of the deployment, else of the environment."""
    return session.secrets if session else keyring.of_environment()


def means(session: Session | None, engine: str = "") -> Means:
    """What a plan is made by. `engine`: the operator's own search engine."""
    if session is None:
        return Means(keyring.of_environment().names(), None, engine)
    settings = session.settings
    budget = round(settings.practitioner_usd_per_month * MICRO)
    return Means(frozenset(session.keys.names()), budget, engine, settings.fetch_allowlist)


def way_out(session: Session | None, *, local: bool = False, least_ms: int = 0) -> Fetcher:
    """The way out to the web. `least_ms`: least time between two requests to one host, but where services are stood
    in for: what stands in is ours."""
    if session is not None:
        settings = session.settings
        pause = settings.host_interval_ms if settings.stand_ins else max(settings.host_interval_ms, least_ms)
        return wiring.way_out(settings.contact, settings.fetch_allowlist, pause, settings.stand_ins)
    stand_ins = tuple(filter(None, (pair.strip() for pair in os.environ.get(STAND_INS, "").split(","))))
    allowlist = ("127.0.0.1",) if local or stand_ins else ()
    return wiring.way_out(CONTACT, allowlist, 0 if stand_ins else least_ms, stand_ins)


def lookup(session: Session | None, name: str = USUAL) -> Lookup:
    """A register, ready to be asked. Raises `InputError` for one that there is not, or whose key is not set."""
    provider = registry.load(registers, name).PROVIDER
    held = keys(session)
    values = {key: value for key in provider.keys if (value := held.value(key))}
    clock = session.clock if session else wiring.now
    return Lookup(way_out(session, least_ms=provider.interval_ms), clock, name, keys=values)
