"""Registers of practitioners: where an enrolment gets a person's identity from. One module each, by file name.

A register is asked at enrolment and never watched, so it is no kind of source (`vigie.sources`), though `vigie source
kinds` lists it among them. It is a module that holds:

    its docstring          as that of a kind: one sentence, then `What it reads:`, `Limits:` and `Terms of use:`
    PROVIDER: Provider     whose keys and pace it uses
    PARAMS                 what it may be asked by: `BY` below

    by_number(rpps) -> Request
        Everything about the person of that number.

    by_name(first, last) -> Sequence[Sequence[Request]]
        Everybody of that name. The requests of one group are all asked; the next group only if nobody was found: it
        spells the name otherwise. What comes back may hold others too: `ops.lookup` compares the names.

    read(response) -> Answer
        The people of a 200. Pure, and bounded by the size of the body; raises nothing but `SourceError`.

    refused(response) -> SourceError | None
        What an answer that is no success means; None leaves it to its status.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from vigie.exchange import Request
from vigie.judge.fold import folded
from vigie.sources import Param

BY = {
    "rpps": Param(required=False, meaning="an RPPS number, 11 digits"),
    "name": Param(required=False, meaning="or a name, such as Camille Aubertin-Lesage"),
    "town": Param(required=False, meaning="where they practise: a town, a postcode or its beginning"),
}


@dataclass(frozen=True, slots=True)
class Practice:
    """A place where somebody practises, as a register has it; any part may be empty."""

    name: str = ""
    town: str = ""
    postcode: str = ""
    phones: tuple[str, ...] = ()
    own: bool = False
    """Their own practice, rather than an establishment that employs them."""
    ref: str = ""
    """Where the register keeps what is missing here: a key of `Answer.places`."""

    @property
    def known(self) -> bool:
        return bool(self.name or self.town or self.postcode or self.phones)


class Skill(NamedTuple):
    """A savoir-faire. The least `rank` is what they practise in the first place."""

    rank: int
    label: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of a register. Names and labels are as it writes them."""

    national_id: str
    """`Identification nationale PP`: 8 and the RPPS number."""
    rpps: str
    """Eleven digits; empty for somebody who has another number."""
    title: str
    first: str
    last: str
    profession: str
    skills: tuple[Skill, ...] = ()
    practices: tuple[Practice, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer of a register held. `next` asks for what follows it."""

    entries: tuple[Entry, ...]
    next: Request | None = None
    places: Mapping[str, Practice] = field(default_factory=dict)


def merged(entries: Iterable[Entry]) -> list[Entry]:
    """One entry a person: a register has a row for each place, specialty and way in which somebody practises."""
    people: dict[str, Entry] = {}
    for entry in entries:
        known = people.get(entry.national_id)
        people[entry.national_id] = entry if known is None else _both(known, entry)
    return [replace(person, practices=_distinct(person.practices)) for person in people.values()]


def _both(one: Entry, other: Entry) -> Entry:
    return replace(
        one,
        rpps=one.rpps or other.rpps,
        title=one.title or other.title,
        first=one.first or other.first,
        last=one.last or other.last,
        profession=one.profession or other.profession,
        skills=tuple(sorted({*one.skills, *other.skills})),
        practices=(*one.practices, *other.practices),
        active=one.active and other.active,
    )


def _distinct(practices: Iterable[Practice]) -> tuple[Practice, ...]:
    """Each place once, their own first. One told twice keeps the telephones of both."""
    found: dict[tuple[str, ...], Practice] = {}
    for practice in practices:
        key = (folded(practice.name), folded(practice.town), practice.postcode, practice.ref)
        known = found.get(key)
        phones = tuple(dict.fromkeys((*(known.phones if known else ()), *practice.phones)))
        found[key] = replace(practice, phones=phones, own=practice.own or (known is not None and known.own))
    return tuple(sorted((p for p in found.values() if p.known or p.ref), key=lambda p: not p.own))


def resolved(entry: Entry, places: Mapping[str, Practice]) -> Entry:
    """`entry` with what the register keeps of its practices elsewhere."""
    practices = [
        replace(places[p.ref], own=p.own, phones=(*p.phones, *places[p.ref].phones)) if p.ref in places else p
        for p in entry.practices
    ]
    return replace(entry, practices=_distinct(p for p in practices if p.known))
