"""What a plan made today adds to what is read for somebody enrolled before: after a new key, or a new kind. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ops.handsoff import Means
from ops.planning import Planned
from vigie.model import Practitioner, Source

type _Same = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Addition:
    """What is missing of their plan."""

    person: Practitioner
    planned: tuple[Planned, ...]
    was_planned: bool
    """Some of what is read for them is of such a plan; False when all was added by hand, or nothing is read."""

    @property
    def price(self) -> int:
        """Millionths of a dollar a month at most, for what is added."""
        return sum(each.price for each in self.planned)


def addition(person: Practitioner, watched: Iterable[Source], means: Means, kinds: Collection[str] = ()) -> Addition:
    """`kinds`: those that are added, all when empty.

    How common their name is was known when they were enrolled, and is not kept: of the two plans that it chose between,
    the one that what is read for them is like.
    """
    have = {_same(source) for source in watched}
    plans = [means.plan(person, common=common).sources for common in (True, False)]
    theirs = max(plans, key=lambda planned: sum(_same(each.source) in have for each in planned))
    missing = [each for each in theirs if _same(each.source) not in have and (not kinds or each.source.kind in kinds)]
    return Addition(person, tuple(missing), any(_same(each.source) in have for each in theirs))


def _same(source: Source) -> _Same:
    """A source by what it reads: many watchers make a second row of it, under another id."""
    return source.kind, tuple(sorted(source.params.items()))
