"""Others of a name in a register, and what would tell the practitioner from them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ops import view
from ops.identity import identity
from ops.lookup import Named
from ops.registers import Entry
from vigie.judge.fold import folded
from vigie.model import Practitioner

COMMON = 5
"""Namesakes in the country from which a search for the name alone brings mostly theirs."""

_MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Namesakes:
    """Those who bear the first and last name of a practitioner, health professionals all."""

    country: int
    department: int
    code: str
    """The department: that of the first practice."""
    complete: bool = True
    """False when the register has more of that name than were read: the figures are the least there are."""
    advice: tuple[str, ...] = ()

    @property
    def common(self) -> bool:
        return self.country >= COMMON or not self.complete

    def __str__(self) -> str:
        if not self.country and self.complete:
            return "nobody else of that name in the register"
        least = "" if self.complete else "at least "
        return f"{least}{self.country} others of that name in the register, {self.department} of them in {self.code}"


def department(postcode: str) -> str:
    """`69` of `69006`, `974` of `97400`."""
    return postcode[: 3 if postcode[:2] in ("97", "98") else 2]


def namesakes(person: Practitioner, named: Named) -> Namesakes:
    """The namesakes of `person` among those who are `named` like them."""
    first = folded(person.first_names[0]).split()
    others = [e for e in named.entries if e.rpps != person.rpps and folded(e.first).split() == first]
    home = {department(postcode) for postcode in person.postcodes}
    near = [e for e in others if home & {department(place.postcode) for place in e.practices if place.postcode}]
    advice = tuple(_advice(person, near, common=len(others) >= COMMON)) if others else ()
    return Namesakes(len(others), len(near), department(person.postcode), named.complete, advice)


def _advice(person: Practitioner, near: list[Entry], *, common: bool) -> Iterator[str]:
    """What to add, each an option of `vigie practitioner add`."""
    lacking = {
        "--website": (person.website, "a site of their own"),
        "--practice": (person.practice_name, "what their practice is called"),
        "--alias": (person.aliases or person.last_names[1:], "a maiden or married name, a middle name, a pen name"),
    }
    missing = [f"{option} ({what})" for option, (known, what) in lacking.items() if not known]
    if missing and (near or common):
        yield f"What tells them apart, where there is such a thing: {', '.join(missing)}."
    trades: dict[str, Entry] = {}
    for entry in near:
        trades.setdefault(str(identity(entry).document.get("specialty", "")), entry)
    for trade in list(trades)[:_MOST_TOLD]:
        if trade and folded(trade) != folded(person.specialty):
            name = f"{person.first_names[0]} {person.last_names[0]}"
            words = f"{name} {trade.split()[-1]}"
            yield f'Another {name} nearby is {trade}: --exclude "{words}" sets aside texts with these words.'
    same = sum(folded(str(identity(e).document.get("specialty", ""))) == folded(person.specialty) for e in near)
    if same:
        yield (
            f"{view.count(same, 'namesake is', 'namesakes are')} {person.specialty} nearby: only the practice, the"
            " telephone, the RPPS number or a site tells them apart."
        )
