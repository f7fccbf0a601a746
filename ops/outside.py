"""What this machine itself asks of the outside, by the rules of the deployment where there is one."""

from __future__ import annotations

import os
from collections.abc import Iterable

from ops import asking, keyring, load, reading, registers, trouble, view
from ops.handsoff import Means
from ops.lookup import USUAL, Lookup
from ops.planning import Planned
from ops.reading import Reading
from ops.run import Run
from ops.session import Session
from vigie import registry, wiring
from vigie.budget import MICRO
from vigie.errors import ConfigError, InputError
from vigie.model import Provider, Source
from vigie.ports import Fetcher, Keys

CONTACT = "https://vigie.example/robot"
"""Put in the User-Agent where there is no deployment; a deployment sends its own."""

STAND_INS = "VIGIE_STAND_INS"
"""The environment variable that says which services something on this machine stands in for. On AWS it counts for
nothing: what it leads to must never enrol anybody there."""


def deployment(run: Run, *, told: bool = False) -> Session | None:
    """The deployment, or None when there is none that answers: for what can do without. `told`: say why."""
    try:
        return run.session
    except Exception as error:
        found = trouble.explain(error, local=run.where.local)
        if found is None:
            raise
        if told:
            view.note(f"{found.message} Planned without a deployment, with the keys of the environment.")
        return None


def keys(session: Session | None) -> Keys:
    """Values of keys: of the environment, else of the deployment."""
    return keyring.Before(session.secrets) if session else keyring.of_environment()


def means(session: Session | None, engine: str = "") -> Means:
    """What a plan is made by. `engine`: the operator's own search engine. Raises `InputError` for one that is none."""
    named = allowlist(session, local=False)
    engine = asking.vetted(engine, named) if engine else ""
    if session is None:
        return Means(keyring.of_environment().names(), None, engine)
    budget = round(session.settings.practitioner_usd_per_month * MICRO)
    return Means(frozenset(session.keys.names()), budget, engine, named)


def overload(session: Session | None, planned: Iterable[Planned]) -> tuple[str, ...]:
    """What all sources, with those that are planned, ask of services beyond what they may."""
    if session is None:
        return ()
    known = {source.source_id: source for source in session.registrar.all_sources()}
    added = {each.source.source_id: each.source for each in planned}
    return tuple(load.overload((added | known).values(), asking.kinds(), session.settings.limits))


def way_out(session: Session | None, *, local: bool = False, interval_ms: int | None = None) -> Fetcher:
    """The way out to the web. `interval_ms`: what a service wants between two requests, in the place of what sites get;
    none where services are stood in for, since what stands in is ours. Raises `InputError` for `STAND_INS` that make no
    sense."""
    settings = session.settings if session else None
    ours = stand_ins() if session is None or session.endpoint else ()
    every = (*(settings.stand_ins if settings else ()), *ours)
    pause = settings.host_interval_ms if settings else 0
    if interval_ms is not None and not every:
        pause = interval_ms
    named = allowlist(session, local=local or bool(ours))
    contact = settings.contact if settings else CONTACT
    try:
        return wiring.way_out(contact, named, pause, every)
    except ConfigError as error:
        if not ours:
            raise
        raise InputError(f"{STAND_INS} is not as it should be: {error}") from None


def stand_ins() -> tuple[str, ...]:
    """The pairs of `STAND_INS`."""
    return tuple(filter(None, (pair.strip() for pair in os.environ.get(STAND_INS, "").split(","))))


def session_for(run: Run, provider: Provider | None) -> Session | None:
    """The deployment, for a look from here, where it takes part: with --local, or for keys that are not in the
    environment."""
    lacks = provider is not None and not keyring.of_environment().names().issuperset(provider.keys)
    return deployment(run) if run.where.local or lacks else None


def allowlist(session: Session | None, *, local: bool) -> tuple[str, ...]:
    """Hosts that may be read although they are not public."""
    named = session.settings.fetch_allowlist if session else ()
    return tuple(dict.fromkeys((*named, "127.0.0.1"))) if local else named


async def look(session: Session | None, source: Source, *, local: bool) -> Reading:
    """`source` read once, by the keys and the budgets of the deployment where it takes part."""
    now = session.clock() if session else wiring.now()
    web = way_out(session, local=local)
    if session is None:
        return await reading.read(source, web, now, keys=keys(None))
    limits = session.settings.limits
    return await reading.read(source, web, now, keys=keys(session), ledger=session.ledger, limits=limits)


def lookup(session: Session | None, name: str = USUAL) -> Lookup:
    """A register, ready to be asked. Raises `InputError` for one that there is not, or whose key is not set."""
    provider = registry.load(registers, name).PROVIDER
    held = keys(session)
    values = {key: value for key in provider.keys if (value := held.value(key))}
    clock = session.clock if session else wiring.now
    return Lookup(way_out(session, interval_ms=provider.interval_ms), clock, name, keys=values)
