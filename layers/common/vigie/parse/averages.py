"""The average of reviews, from one read to the next: told anew only when it moved for no reason that is to be seen.

Then a review was left that is not shown, or one was taken away. What is remembered is a line of text in the cursor's
`state`, an average.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vigie.identity import FIGURE, digest, token
from vigie.model import Item

_FELL = 0.05
"""Of five stars: less is rounding."""

_WRITTEN = re.compile(r"(\d{1,9}) (\d(?:\.\d+)?|-) (\d{1,9}|-)")
_REMEMBERED, _MARK = 500, 4
"""Reviews of a source that the cursor remembers, and characters of one of these: 2.5 KB at most."""

KNOWN = "reviews"
"""Where the state has the marks of the reviews that were seen last."""


@dataclass(frozen=True, slots=True)
class Figure:
    """An average as a source tells it."""

    name: str
    """Which of those of all sources: with `turn`, the identity of what is told of it."""
    about: str
    """Which of those of this source; empty for the only one."""
    url: str
    context: str
    rating: float | None
    count: int | None


def averages(
    figures: Iterable[Figure], reviews: Sequence[Item], before: Mapping[str, str], *, some: bool = False
) -> tuple[list[Item], dict[str, str]]:
    """An item for each average, another one whenever it moved for no reason that is to be seen; what to remember.

    `reviews` are those that the source shows, now `some` of them and now others if it is so, and `before` the state
    that its last read left.
    """
    marks = [token(digest("mark.1", review.native_id or "", size=5))[:_MARK] for review in reviews[:_REMEMBERED]]
    known = before.get(KNOWN, "").split()
    explained = KNOWN not in before or not set(known).issuperset(marks)
    state = {KNOWN: " ".join(list(dict.fromkeys([*marks, *known]))[:_REMEMBERED] if some else marks)}
    items = []
    for figure in figures:
        key = f"average.{token(digest('average.1', figure.about, size=5))}"
        then = _Average.of(before.get(key, ""))
        now = then.after(figure, explained=explained) if then else _Average(0, figure.rating, figure.count)
        state[key] = str(now)
        moved = then if then and now.turn > then.turn else None
        text = " — ".join(words.told(figure, moved) for words in _WORDS)
        title = figure.context.partition(" | ")[0]
        name = f"{FIGURE}{figure.name} {now.turn}"
        items.append(Item(figure.url, title, text, name, rating=figure.rating, kind="review", context=figure.context))
    return items, state


@dataclass(frozen=True, slots=True)
class _Average:
    """What the cursor remembers of an average. `turn` counts the times it moved for no reason that was to be seen."""

    turn: int
    rating: float | None
    count: int | None

    @classmethod
    def of(cls, written: str) -> _Average | None:
        found = _WRITTEN.fullmatch(written)
        if not found:
            return None
        rating, count = found[2], found[3]
        return cls(int(found[1]), float(rating) if rating != "-" else None, int(count) if count != "-" else None)

    def __str__(self) -> str:
        return " ".join("-" if part is None else str(part) for part in (self.turn, self.rating, self.count))

    def after(self, new: Figure, *, explained: bool) -> _Average:
        """Caches tell old and new by turns: the count never goes back, nor the rating up while the count stands."""
        grew = new.count is not None and self.count is not None and new.count > self.count
        fell = new.rating is not None and self.rating is not None and self.rating - new.rating > _FELL
        turn = self.turn + ((grew or fell) and not explained)
        if explained or grew or self.rating is None or fell:
            rating = new.rating if new.rating is not None else self.rating
        else:
            rating = self.rating
        count = max(filter(None, (new.count, self.count)), default=new.count)
        return _Average(turn, rating, count)


@dataclass(frozen=True, slots=True)
class _Words:
    """How an average is told in one language."""

    average: str
    before: str
    unseen: str
    reviews: str
    comma: str

    def told(self, now: Figure, then: _Average | None) -> str:
        text = f"{self.average}{self._figures(now.rating, now.count)}."
        return f"{text} {self.before}{self._figures(then.rating, then.count)}. {self.unseen}" if then else text

    def _figures(self, rating: float | None, count: int | None) -> str:
        stars = "" if rating is None else f"{rating:g}/5".replace(".", self.comma)
        return " ".join(filter(None, (stars, "" if count is None else f"({count} {self.reviews})")))


_WORDS = (
    _Words("Note moyenne : ", "Auparavant : ", "Aucun nouvel avis n'est visible.", "avis", ","),
    _Words("Average rating: ", "Before: ", "No new review is to be seen.", "reviews", "."),
)
"""It is shown to people, who read one or the other: both, one after the other."""
