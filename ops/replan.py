"""What a plan made today adds to what is read for somebody enrolled before: after a new key, or a new kind. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ops.handsoff import Means
from ops.planning import Planned
from vigie.identity import source_id
from vigie.model import Practitioner, Source


@dataclass(frozen=True, slots=True)
class Addition:
    """What is missing of their plan."""

    person: Practitioner
    planned: tuple[Planned, ...]
    was_planned: bool
    """Some of what is read for them is of such a plan; False when all was added by hand, or nothing is read."""
    lacking: tuple[tuple[str, str], ...] = ()
    """(kind, what it lacks) of the kinds that were asked for and are not planned."""

    @property
    def price(self) -> int:
        """Millionths of a dollar a month at most, for what is added."""
        return sum(each.price for each in self.planned)


def addition(person: Practitioner, watched: Iterable[Source], means: Means, kinds: Collection[str] = ()) -> Addition:
    """`kinds`: those that are added, all when empty.

    How common their name is was known when they were enrolled, and is not kept: of the two plans that it chose between,
    the one that what is read for them is like.
    """
    have = {source_id(source.kind, source.params) for source in watched}
    """By what is read: many watchers make a second row of a source, under another id."""
    plans = [means.plan(person, common=common) for common in (True, False)]
    theirs = max(plans, key=lambda plan: sum(each.source.source_id in have for each in plan.sources))
    missing = [each for each in theirs.sources if each.source.source_id not in have]
    where = [(kind, "an address that only you know: `vigie source add`") for kind in theirs.unaddressed]
    return Addition(
        person,
        tuple(each for each in missing if not kinds or each.source.kind in kinds),
        was_planned=len(missing) < len(theirs.sources),
        lacking=tuple(each for each in [*theirs.lacking, *(where if kinds else ())] if not kinds or each[0] in kinds),
    )
