"""Enrolment by register: who is meant, their profile, their namesakes, what is read for them. Nothing is written here
but by `attach`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ops import asking, profile
from ops.asking import KindFacts
from ops.fields import Fields
from ops.identity import identity
from ops.lookup import Lookup, RegisterError, splits
from ops.namesakes import Namesakes, namesakes
from ops.planning import Plan, Planned, plan
from ops.registers import Entry
from vigie.enrolment import Registrar
from vigie.errors import InputError
from vigie.judge.fold import folded
from vigie.model import Practitioner

_MOST_LISTED = 20
_KEPT = ("aliases", "excluded", "website")
"""What no register knows: an update by register leaves them as they are."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to be enrolled, and what the operator said of them beside."""

    rpps: str = ""
    name: str = ""
    town: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the profile, recipients among them: they go before what the register says."""


@dataclass(frozen=True, slots=True)
class Means:
    """What an operator has: by what a plan is made."""

    keys: Collection[str] = ()
    """Names of the keys."""
    budget: int | None = None
    """Of one practitioner and month, in millionths of a dollar."""
    engine: str = ""
    """Address of their own search engine, a SearXNG."""
    allowlist: Sequence[str] = ()
    kinds: Sequence[KindFacts] = field(default_factory=asking.kinds)
    """Looked up once: there may be a hundred thousand people to plan for."""

    def plan(self, person: Practitioner, *, common: bool = False) -> Plan:
        return plan(
            person,
            self.kinds,
            self.keys,
            common=common,
            budget=self.budget,
            engine=self.engine,
            allowlist=self.allowlist,
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    """Somebody ready to be enrolled."""

    document: Mapping[str, Any]
    profile: profile.Profile
    plan: Plan
    namesakes: Namesakes | None = None
    """None when they could not be counted, or were not looked for."""
    warnings: tuple[str, ...] = ()


def check(wanted: Wanted, now: datetime) -> str | None:
    """The RPPS number as it is asked for. Raises `ProfileError` for what no profile could hold, before anybody is asked
    anything."""
    fields = Fields({"rpps": wanted.rpps, **wanted.said})
    number = fields.rpps()
    fields.recipients(now)
    fields.website()
    for name in ("aliases", "excluded"):
        fields.terms(name)
    for name in ("practice_name", "specialty"):
        fields.text(name)
    if wanted.said.get("postcode"):
        fields.postcode()
    if fields.problems:
        raise profile.ProfileError(fields.problems)
    return number


async def prepare(
    lookup: Lookup,
    wanted: Wanted,
    means: Means,
    now: datetime,
    known: Callable[[str], Practitioner | None] = lambda _: None,
) -> Prepared:
    """`wanted`, from the register. `known`: who is enrolled under an RPPS number.

    Raises `InputError` (nobody, several, a profile that is refused) and `RegisterError`.
    """
    entry = await _entry(lookup, wanted, now)
    told = identity(entry)
    document = _completed(told.document, entry, wanted, known(entry.rpps) if entry.rpps else None)
    if not (document.get("city") and document.get("postcode")):
        raise InputError(f"The register knows no address of {entry.rpps or wanted.name}: give --town and --postcode.")
    read = profile.read(document, practitioner_id="", now=now)
    warnings = [*told.notes, *read.warnings]
    if wanted.town and not wanted.said.get("postcode") and not _is_there(entry, wanted.town):
        warnings.append(
            f"the register knows no practice of theirs in {wanted.town}: is it the right number? To add that place, say"
            " its postcode too."
        )
    if entry.rpps and not luhn(entry.rpps):
        warnings.append(f"{entry.rpps} does not have the check digit of an RPPS number: is it theirs?")
    others = None
    try:
        others = namesakes(read.practitioner, await lookup.named(entry.first, entry.last))
    except RegisterError as error:
        warnings.append(f"their namesakes could not be counted: {error}")
    planned = means.plan(read.practitioner, common=others is None or others.common)
    return Prepared(document, read, planned, others, tuple(warnings))


def luhn(number: str) -> bool:
    """True when the last digit of `number` is the one that the others ask for (ISO/IEC 7812)."""
    digits = [int(digit) for digit in reversed(number)]
    return sum(d if not at % 2 else 2 * d - 9 * (d > 4) for at, d in enumerate(digits)) % 10 == 0


def attach(registrar: Registrar, practitioner_id: str, planned: Iterable[Planned]) -> int:
    """Have the sources of a plan read for somebody; how many are new to them. Doing it again adds nothing.

    Raises `InputError` when they have just been removed.
    """
    added = 0
    for each in planned:
        watch = registrar.watch(practitioner_id, each.source, keep=True)
        if watch is None:
            raise InputError(f"Practitioner {practitioner_id} has just been removed.")
        added += watch.added
    return added


async def _entry(lookup: Lookup, wanted: Wanted, now: datetime) -> Entry:
    number = check(wanted, now)
    if number is None:
        return await _by_name(lookup, wanted)
    found = await lookup.number(number)
    if found is None:
        hint = "" if luhn(number) else " Its check digit is wrong: type it again."
        raise InputError(f"Nobody has the number {number} in the register {lookup.name}.{hint}")
    if not found.active:
        raise InputError(f"{number} is not in the register any more. If that is wrong, enrol them with --file.")
    return found


async def people(lookup: Lookup, asked: Mapping[str, str]) -> list[Entry]:
    """Everybody that a register has of a number, or of a name (`asked`: rpps, or name and perhaps town)."""
    if rpps := asked.get("rpps"):
        found = await lookup.number(rpps)
        return [found] if found else []
    town = asked.get("town", "")
    everybody: dict[str, Entry] = {}
    for first, last in splits(asked["name"]):
        named = await lookup.named(first, last)
        everybody.update((entry.national_id, entry) for entry in named.entries if not town or _is_there(entry, town))
    return list(everybody.values())


async def _by_name(lookup: Lookup, wanted: Wanted) -> Entry:
    """The one person of that name in that town."""
    elsewhere: dict[str, Entry] = {}
    for first, last in splits(wanted.name):
        named = await lookup.named(first, last)
        here = [entry for entry in named.entries if entry.rpps and _is_there(entry, wanted.town)]
        if len(here) == 1:
            return here[0]
        if here:
            raise InputError(_several(here, f"{len(here)} people are called {wanted.name} in {wanted.town}"))
        elsewhere.update({entry.national_id: entry for entry in named.entries if entry.rpps})
    if elsewhere:
        count = f"Nobody is called {wanted.name} in {wanted.town}; elsewhere in the register {len(elsewhere)} are"
        raise InputError(_several(list(elsewhere.values()), count))
    raise InputError(
        f"Nobody is called {wanted.name} in the register {lookup.name}: write it as `Camille Aubertin-Lesage`, with its"
        " accents, give the RPPS number, or enrol them with --file."
    )


def _several(entries: list[Entry], count: str) -> str:
    lines = [f"  {describe(entry)}" for entry in entries[:_MOST_LISTED]]
    more = [f"  and {len(entries) - _MOST_LISTED} more"] if len(entries) > _MOST_LISTED else []
    return "\n".join([f"{count}: give the RPPS number (--rpps) of the one you mean.", *lines, *more])


def describe(entry: Entry) -> str:
    """Somebody in one line, by what tells them from others of their name."""
    found = identity(entry).document
    name = " ".join((*found.get("first_names", ()), *found.get("last_names", ())))
    places = [found, *found.get("practices", ())]
    where = dict.fromkeys(
        " ".join(filter(None, (place.get("practice_name", ""), place.get("postcode"), place["city"])))
        for place in places
        if place.get("city")
    )
    return ", ".join(filter(None, (f"{entry.rpps} {name}", found.get("specialty"), "; ".join(where))))


def _is_there(entry: Entry, town: str) -> bool:
    """One of their practices is in `town`: a name, with or without its district, or a postcode or its beginning."""
    words = folded(town).split()
    for place in entry.practices:
        if place.postcode in words or (len(words) == 1 and words[0].isdigit() and place.postcode.startswith(words[0])):
            return True
        if words and set(words) <= set(folded(place.town).split()):
            return True
    return False


def _completed(found: Mapping[str, Any], entry: Entry, wanted: Wanted, before: Practitioner | None) -> dict[str, Any]:
    """The profile: what the operator says, else what is known already and no register has, else the register."""
    said = {name: value for name, value in wanted.said.items() if value and name != "postcode"}
    kept = {name: getattr(before, name) for name in _KEPT} if before else {}
    kept = {name: list(value) if isinstance(value, tuple) else value for name, value in kept.items() if value}
    document = {**found, **kept, **said}
    if before:
        usual = [folded(name) for name in document["last_names"]]
        document["last_names"] = [
            *document["last_names"],
            *(name for name in before.last_names if folded(name) not in usual),
        ]
    postcode = wanted.said.get("postcode")
    if wanted.town and postcode and not _is_there(entry, wanted.town):
        place = {"city": wanted.town, "postcode": postcode}
        if document.get("city"):
            document["practices"] = [*document.get("practices", ()), place]
        else:
            document |= place
    return document
