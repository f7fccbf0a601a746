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
from urllib.parse import quote, urldefrag

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response
from vigie.identity import BY_CONTENT, digest, same_place, token
from vigie.model import Cursor, Item, OutcomeKind, Source
from vigie.parse import links
from vigie.parse.averages import KNOWN, Figure, averages
from vigie.parse.challenge import is_challenge
from vigie.parse.htmlpage import ACCEPT, opened, subject
from vigie.parse.itemscopes import things
from vigie.parse.jsonld import scripts
from vigie.parse.markup import plain
from vigie.parse.opinions import Opinions, Review, opinions
from vigie.parse.rating import drawn
from vigie.parse.ticking import still
from vigie.sources import MOST, Param

PARAMS = {"url": Param(required=True, meaning="address of the page that shows the reviews")}
ROBOTS = True

_BEGINNING = 120
"""Characters by which a text is known where nothing better tells it."""

_NUMBERED = re.compile(r"([^?]*?\D)(\d{1,4})(\D{0,20})")
_FRAGMENT = "!$&'()*+,;=:@/?-._~"
_AGGREGATES = 20
"""Averages of a page that the cursor remembers: half a KB at most, beside its reviews."""

_SEVERAL = 3
"""Reviews that do not all go at once, unless the page was made anew."""

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
    moved, state = averages(view.figures(), reviews, before)
    return Page([*reviews, *moved][:MOST], state, whole=data.whole)


def _explain(html: str, found: Opinions, before: Mapping[str, str], *, whole: bool, scripted: bool) -> None:
    """Raise the reason why there is nothing to read; return when there truly is no review yet."""
    text = plain(html[:_HEAD]).strip()
    if is_challenge(html, text):
        raise SourceError(OutcomeKind.BLOCKED, "a challenge page")
    if scripted and not text:
        raise SourceError(OutcomeKind.BLOCKED, "a page without anything to read")
    if not whole:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "reviews that cannot be read")
    if len(before.get(KNOWN, "").split()) >= _SEVERAL:
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, "reviews that were told are told no more")
    if not found.subjects:
        raise SourceError(OutcomeKind.NOT_A_FEED, "a page without schema.org reviews")


class _View:
    """What all reviews of one page share."""

    def __init__(self, url: str, page: str, found: Opinions) -> None:
        self.url = url
        self._page = page
        self._reviews = found.reviews
        self._averages = found.aggregates[:_AGGREGATES]
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
                title=review.title or ("" if review.text else drawn(review.rating)),
                text=review.text,
                native_id=name,
                published_at=review.published_at,
                rating=review.rating,
                kind="review",
                author=review.author or None,
                context=self.context(review.about),
            )

    def figures(self) -> Iterator[Figure]:
        for told in self._averages:
            about = "" if self.lone else told.about  # renamed, it is still the one of its page
            name = f"{same_place(self.url)} {about}"
            yield Figure(name, about, self.url, self.context(told.about), told.rating, told.count)

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
