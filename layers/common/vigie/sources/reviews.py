"""The reviews of a page, as it tells them to search engines (schema.org in JSON-LD, microdata or RDFa).

What it reads: every `Review`, with or without a text, under the thing it is about; and each `AggregateRating` ("4,1 of
5, 12 reviews"). An average is told anew only when it fell, or its count grew, and no new review is to be seen: then a
review was left that the page does not show.

A review is known by the address or the name that the page gives it, else by its author and date, else by how it begins:
moved, answered or edited further on, it is the same. Names that merely number the reviews of a page (`#review-1` is
the first, whichever that is) name nothing.

Limits: what scripts add once the page has come is not seen (a page that is nothing else is `blocked`); further pages
and `itemref` are not followed. A script that is broken is read as far as it goes.

Terms of use: those of the site. robots.txt is honoured. Sites that refuse robots or forbid extraction are not for this
kind: ask them for their feed, or watch them through a search.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urldefrag

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response
from vigie.identity import BY_CONTENT, digest, same_place, token
from vigie.model import Cursor, Item, OutcomeKind, Source
from vigie.parse import links
from vigie.parse.challenge import is_challenge
from vigie.parse.htmlpage import ACCEPT, opened, subject
from vigie.parse.itemscopes import things
from vigie.parse.jsonld import scripts
from vigie.parse.markup import plain
from vigie.parse.opinions import Aggregate, Opinions, Review, opinions
from vigie.parse.ticking import still
from vigie.sources import MOST, Param

PARAMS = {"url": Param(required=True, meaning="address of the page that shows the reviews")}
ROBOTS = True

_BEGINNING = 120
"""Characters by which a text is known where nothing better tells it."""

_NUMBERED = re.compile(r"([^?]*?\D)(\d{1,4})(\D{0,20})")
_FRAGMENT = "!$&'()*+,;=:@/?-._~"
_AGGREGATES, _REMEMBERED, _MARK = 20, 500, 4
"""Averages and reviews of a page that the cursor remembers, and characters of one of these: 3 KB at most."""

_KNOWN = "reviews"
_SEVERAL = 3
"""Reviews that do not all go at once, unless the page was made anew."""

_FELL = 0.05
"""Of five stars: less is rounding."""

_WRITTEN = re.compile(r"(\d{1,9}) (\d(?:\.\d+)?|-) (\d{1,9}|-)")
_HEAD = 200_000
"""Characters of a page in which a challenge is looked for."""


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The page itself."""
    return Request(source.url, {"Accept": ACCEPT})


def read(source: Source, response: Response) -> Page:
    """The reviews of the page, then its averages.

    Raises `SourceError`: `BLOCKED`, `NOT_A_FEED` (a page that tells of nothing that could be reviewed), `TOO_LARGE`, or
    `CONTRACT_CHANGED` (it tells of reviews, or did, in a way that cannot be read).
    """
    html, tree = opened(response)
    data = scripts(tree)
    found = opinions(data.things, things(tree))
    before = source.cursor.state
    if not found.reviews and not found.aggregates:
        _explain(html, found, before, whole=data.whole, scripted=tree.css_first("script") is not None)
    view = _View(urldefrag(response.url).url, subject(tree), found)
    reviews = list(dict.fromkeys(view.items()))[:MOST]
    averages, state = _averages(found.aggregates[:_AGGREGATES], reviews, before, view)
    return Page([*reviews, *averages][:MOST], state, whole=data.whole)


def _explain(html: str, found: Opinions, before: Mapping[str, str], *, whole: bool, scripted: bool) -> None:
    """Raise the reason why there is nothing to read; return when there truly is no review yet."""
    text = plain(html[:_HEAD]).strip()
    if is_challenge(html, text):
        raise SourceError(OutcomeKind.BLOCKED, "a challenge page")
    if scripted and not text:
        raise SourceError(OutcomeKind.BLOCKED, "a page without anything to read")
    if not whole:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "reviews that cannot be read")
    if len(before.get(_KNOWN, "").split()) >= _SEVERAL:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "reviews that were told are told no more")
    if not found.subjects:
        raise SourceError(OutcomeKind.NOT_A_FEED, "a page without schema.org reviews")


class _View:
    """What all reviews of one page share."""

    def __init__(self, url: str, page: str, found: Opinions) -> None:
        self.url = url
        self._page = page
        self._reviews = found.reviews
        # A page about one thing says in its title who that is; one about several says it of none of them.
        abouts = {review.about for review in found.reviews} | {average.about for average in found.aggregates}
        self.lone = len(abouts - {""}) <= 1
        self._own = _own_addresses(found.reviews, url)

    def items(self) -> Iterator[Item]:
        seen: Counter[str] = Counter()
        for review, own in zip(self._reviews, self._own, strict=True):
            name = own or self._by_content(review)
            seen[name] += 1
            if seen[name] > 1 and not review.text and not review.signed:
                # Stars alone, of nobody and of no date: the third of them is one more than the second.
                name = BY_CONTENT + token(digest("again.1", name, str(seen[name])))
            # Two reviews of the same words are two: each has an address of its own, or is given one.
            url = own or f"{self.url}#review-{token(digest('address.1', name, size=5))}"
            yield Item(
                url,
                title=review.title or ("" if review.text else _stars(review.rating)),
                text=review.text,
                native_id=name,
                published_at=review.published_at,
                rating=review.rating,
                kind="review",
                author=review.author or None,
                context=self.context(review.about),
            )

    def context(self, about: str) -> str:
        if (about and not self.lone) or self._page in about:
            return about
        return self._page if about in self._page else f"{about} | {self._page}"

    def _by_content(self, review: Review) -> str:
        when = review.published_at.isoformat() if review.published_at else ""
        place, author = same_place(self.url), review.author.casefold()
        if review.signed:
            return BY_CONTENT + token(digest("review.1", place, author, when))
        begins = still(f"{review.title} {review.text}"[: 3 * _BEGINNING])[:_BEGINNING]
        return BY_CONTENT + token(digest("review.2", place, author, when, begins or str(review.rating)))


def _own_addresses(reviews: Sequence[Review], page: str) -> list[str]:
    """For each review the address that is its own, by name, link or anchor; empty when the page gives it none."""
    names = [review.id if not review.id.startswith("_:") else "" for review in reviews]
    anchors = [f"#{quote(review.fragment, safe=_FRAGMENT)}" if review.fragment else "" for review in reviews]
    found = [""] * len(reviews)
    for told in (names, [review.link for review in reviews], anchors):
        addresses = [links.lasting(links.absolute(page, name)) if name else "" for name in told]
        shared = Counter(addresses)
        addresses = [a if shared[a] == 1 and same_place(a) != same_place(page) else "" for a in addresses]
        if not _are_positions(addresses):
            found = [one or other for one, other in zip(found, addresses, strict=True)]
    return found


def _are_positions(addresses: Sequence[str]) -> bool:
    """True when addresses merely count reviews, from the first on the page: `#review-1`, `#review-2`..."""
    numbered = [_NUMBERED.fullmatch(address) for address in addresses if address]
    if not numbered or not all(numbered):
        return False
    parts = [(found[1], int(found[2]), found[3]) for found in numbered if found]
    start = parts[0][1]
    return start in (0, 1) and parts == [(parts[0][0], start + at, parts[0][2]) for at in range(len(parts))]


def _stars(rating: float | None) -> str:
    """A title for a review that is stars alone: the same in every language."""
    full = round(2 * (rating or 0))
    return "★" * (full // 2) + "½" * (full % 2) + "☆" * (5 - (full + 1) // 2)


def _averages(
    aggregates: Sequence[Aggregate], reviews: Sequence[Item], before: Mapping[str, str], view: _View
) -> tuple[list[Item], dict[str, str]]:
    """An item for each average, another one whenever it moved for no reason that is to be seen; what to remember."""
    marks = [token(digest("mark.1", review.native_id or "", size=5))[:_MARK] for review in reviews[:_REMEMBERED]]
    known = set(before.get(_KNOWN, "").split())
    explained = _KNOWN not in before or not known.issuperset(marks)
    state = {_KNOWN: " ".join(marks)}
    items = []
    for aggregate in aggregates:
        about = "" if view.lone else aggregate.about  # renamed, it is still the one of its page
        key = f"average.{token(digest('average.1', about, size=5))}"
        then = _Average.of(before.get(key, ""))
        now = then.after(aggregate, explained=explained) if then else _Average(0, aggregate.rating, aggregate.count)
        state[key] = str(now)
        text = " — ".join(words.told(aggregate, then if then and now.turn > then.turn else None) for words in _WORDS)
        context = view.context(aggregate.about)
        name = f"average:{same_place(view.url)} {about} {now.turn}"
        title = context.partition(" | ")[0]
        items.append(Item(view.url, title, text, name, rating=aggregate.rating, kind="review", context=context))
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

    def after(self, new: Aggregate, *, explained: bool) -> _Average:
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
    """How an average is told in one language: it is shown to people, who read one or the other."""

    average: str
    before: str
    unseen: str
    reviews: str
    comma: str

    def told(self, now: Aggregate, then: _Average | None) -> str:
        text = f"{self.average}{self._figures(now.rating, now.count)}."
        return f"{text} {self.before}{self._figures(then.rating, then.count)}. {self.unseen}" if then else text

    def _figures(self, rating: float | None, count: int | None) -> str:
        stars = "" if rating is None else f"{rating:g}/5".replace(".", self.comma)
        return " ".join(filter(None, (stars, "" if count is None else f"({count} {self.reviews})")))


_WORDS = (
    _Words("Note moyenne : ", "Auparavant : ", "Aucun nouvel avis n'est visible.", "avis", ","),
    _Words("Average rating: ", "Before: ", "No new review is to be seen.", "reviews", "."),
)
