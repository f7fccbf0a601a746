"""What the layout of a page tells where its words do not: rows of lists and tables, and siblings that look alike.

Those that each hold a date or an author are entries: what people wrote, in a layout nobody told us of. Everything here
is linear in the size of the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from vigie.parse.spots import HOLDERS, Shape, Spot

_ROWS = frozenset({"li", "article", "tr"})
ROW_TEXT = range(4, 2_000)
"""Characters of a row of a list or a table that is taken as one block; a longer one is cut further."""

_ENTRY_TEXT = 12
"""Characters that an entry holds at least, beside the cards in it."""

_FIRST = 2
"""How many different tags, of those right within an element without a class, tell what it looks like."""


def nest(spots: list[Spot], these: Iterable[Spot]) -> None:
    """Find the nearest card around each of `these`, which are in order; what is around them knows its own."""
    for spot in these:
        if spot.joins >= 0 or spot.parent < 0:
            spot.above = spot.joins
        else:
            spot.above = spot.parent if spots[spot.parent].card else spots[spot.parent].above


def join_terms(spots: list[Spot]) -> None:
    """`<dt>` that are signed or dated are cards, and their `<dd>` what was written then."""
    for around in spots:
        term = -1
        for at in around.children if around.tag in ("dl", "div") else ():
            spot = spots[at]
            if spot.tag == "dd" and not spot.card:
                spot.joins = term
            elif spot.tag == "dt" and spot.signs and spot.above < 0:
                spot.card, spot.sort, term = True, "entry", at
            else:
                term = -1
    nest(spots, spots)


def add_entries(spots: list[Spot]) -> None:
    """Siblings that look alike and are each signed or dated are cards, when none is in or around them."""
    alike = Counter((spot.parent, _looks(spots, spot)) for spot in spots if _may_enter(spot))
    within = [0] * len(spots)  # characters of the entries in each
    holding = [False] * len(spots)
    for at in range(len(spots) - 1, -1, -1):
        spot = spots[at]
        if _may_enter(spot) and not holding[at] and _is_one(spots, spot, alike):
            spot.card = spot.text - within[at] >= _ENTRY_TEXT
            spot.sort = "entry" if spot.card else spot.sort
        if spot.parent >= 0:
            within[spot.parent] += spot.text if spot.card else within[at]
            holding[spot.parent] |= holding[at] or (spot.card and spot.sort != "entry")
    nest(spots, spots)


def _may_enter(spot: Spot) -> bool:
    if spot.card or spot.above >= 0 or spot.signs == 0 or not (spot.tag in HOLDERS or spot.tag == "p"):
        return False
    name = spot.attributes.get("id")
    return not name or any(map(str.isdigit, name))  # what has a name of its own is no one of several


def _is_one(spots: list[Spot], spot: Spot, alike: Counter[tuple[int, Shape]]) -> bool:
    """One of several, or a whole by itself: `<article>`, but for that of a page about one thing. Cells are parts of
    their row, when there are several rows."""
    around = spots[spot.parent] if spot.parent >= 0 else spot
    if spot.tag == "td" and alike[around.parent, _looks(spots, around)] > 1:
        return False
    return alike[spot.parent, _looks(spots, spot)] > 1 or (spot.tag == "article" and not spot.mains)


def _looks(spots: list[Spot], spot: Spot) -> Shape:
    """The shape of an element; when it has no class, and what comes first in it."""
    if spot.classes:
        return spot.shape
    return spot.tag, tuple(dict.fromkeys(spots[child].tag for child in spot.children))[:_FIRST]


def add_rows(spots: list[Spot]) -> None:
    """Rows of lists and tables, and siblings that look alike, are taken whole when no card is in or around them."""
    alike = Counter((spot.parent, spot.shape) for spot in spots if spot.tag in HOLDERS)
    holding: set[int] = set()
    rows = []
    for at in range(len(spots) - 1, -1, -1):
        spot = spots[at]
        is_row = _is_row(spot, alike) and at not in holding
        if is_row:
            rows.append(spot)
        if is_row or spot.card or at in holding:
            holding.add(spot.parent)
    for spot in rows:
        spot.card, spot.sort = True, "row"


def _is_row(spot: Spot, alike: Counter[tuple[int, Shape]]) -> bool:
    if spot.card or spot.above >= 0 or spot.text not in ROW_TEXT:
        return False
    return spot.tag in _ROWS or (spot.tag in HOLDERS and bool(spot.names) and alike[spot.parent, spot.shape] > 1)
