"""From the things that a page tells of (schema.org) to its reviews, and to what they add up to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from vigie.parse.dates import instant
from vigie.parse.markup import line, literal, plain
from vigie.parse.rating import rating_of
from vigie.parse.things import Thing, said
from vigie.parse.ticking import still

_REVIEW = re.compile(r"(?:[a-z]*review|recommendation)")
_NOT_REVIEWS = frozenset({"claimreview"})
_AGGREGATE = frozenset({"aggregaterating", "employeraggregaterating", "review-aggregate"})
_HELD = ("review", "reviews")
_NO_SUBJECTS = re.compile(r"website|.*page|breadcrumblist|(?:item)?list(?:item)?|searchaction|imageobject|rating")
"""Types of things that hold reviews, or are beside them, and are not what is reviewed."""

_REVIEWED_TYPES = """
dentist diagnosticlab doctorsoffice healthandbeautybusiness hospital individualphysician localbusiness medicalbusiness
medicalclinic medicalorganization optician pharmacy physician physiciansoffice professionalservice veterinarycare
"""
_REVIEWED = frozenset(_REVIEWED_TYPES.split())
"""Types of things that are there to be reviewed. An organization or a person is on every page, as who wrote it."""

_MAIN = frozenset({"mainentity", "itemreviewed"})
_BY = frozenset({"author", "creator", "publisher", "reviewer"})

_BODY = ("reviewbody", "description", "text", "articlebody", "summary", "body")
_AUTHOR = ("author", "creator", "reviewer")
_DATE = ("datepublished", "datecreated", "dtreviewed", "datemodified")
_RATING = ("reviewrating", "rating", "starrating")
_NUMBER_OF = ("reviewcount", "ratingcount", "count", "votes")
_ABOUT = 300
"""Characters of what a review is about."""

_COMPARED = 300
"""Characters in which two tellings of one review are compared."""

_MOST = 2_000
"""Reviews of one page (invariant I9)."""

_LOOSE = 20
"""Characters that the unmarked text of a review has at least."""

_DIGITS = re.compile(r"\d{1,9}")
_GROUPS = re.compile(r"(?<=\d)[\s.,\u202f\xa0](?=\d{3}\b)")
_GENERIC = re.compile(
    r"(?:an?onym\w*|patient\w*|clients?\w*|customers?|utilisat\w+|users?|internautes?|invit[ée]\w*|guests?|visit\w+|unknown"
    r"|inconnu\w*|membres?|members?|avis|reviews?|v[ée]rifi[ée]\w*|verified|google|doctolib|admin|un|une|a|an|the|le|la|\W)+",
    re.IGNORECASE,
)
"""Names of authors that are many people's."""


@dataclass(frozen=True, slots=True)
class Review:
    """One review."""

    title: str = ""
    text: str = ""
    rating: float | None = None
    author: str = ""
    published_at: datetime | None = None
    about: str = ""
    """The thing reviewed, as far as the review or what is around it says."""
    link: str = ""
    """Its own address, as written."""
    id: str = ""
    """Its own name, as written: an address or a fragment."""
    fragment: str = ""

    @property
    def signed(self) -> bool:
        """True when its author and date tell it from others."""
        return bool(self.author and self.published_at) and not _GENERIC.fullmatch(self.author)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What the reviews of one thing add up to."""

    about: str
    rating: float | None
    count: int | None


@dataclass(slots=True)
class Opinions:
    reviews: list[Review] = field(default_factory=list)
    aggregates: list[Aggregate] = field(default_factory=list)
    subjects: bool = False
    """The page tells of something that could be reviewed."""


def opinions(*carriers: Iterable[Thing]) -> Opinions:
    """What `carriers`, the ways in which a page tells its things, say together: a review told in two ways is one."""
    found = Opinions()
    known: dict[tuple[object, ...], int] = {}
    for carrier in carriers:
        walk = _Walk(carrier)
        found.subjects |= walk.subjects
        before = len(found.reviews)
        for review in walk.reviews:
            at = next((known[face] for face in _faces(review) if face in known), before)
            if at < before:
                found.reviews[at] = _joined(found.reviews[at], review)
            else:
                found.reviews.append(review)
        for at, review in enumerate(found.reviews):
            known.update((face, at) for face in _faces(review))
        names = {aggregate.about for aggregate in found.aggregates}
        lone = bool(names) and len({aggregate.about for aggregate in walk.aggregates}) == 1
        found.aggregates += [a for a in walk.aggregates if a.about not in names and not lone]
    found.aggregates = list({a.about: a for a in reversed(found.aggregates)}.values())[::-1]
    return found


class _Walk:
    """One look at all things of one carrier."""

    def __init__(self, carrier: Iterable[Thing]) -> None:
        self.reviews: list[Review] = []
        self.aggregates: list[Aggregate] = []
        self.subjects = False
        seen: set[Thing] = set()
        # Reviews and ratings last: what holds them says what they are about.
        roots = sorted(carrier, key=lambda thing: _is_review(thing, "") or _is_aggregate(thing, ""))
        order: list[tuple[Thing, str, Thing | None]] = []
        for root in roots:
            waiting: list[tuple[Thing, str, Thing | None]] = [(root, "", _around(root))]
            while waiting:
                thing, name, subject = waiting.pop()
                if thing in seen:
                    continue
                seen.add(thing)
                order.append((thing, name, subject))
                inner = subject if _is_review(thing, name) or not _is_subject(thing) else thing
                waiting += [
                    (value, prop, inner)
                    for prop, values in reversed(thing.values.items())
                    if not (_is_review(thing, name) and prop in (*_RATING, *_AUTHOR))
                    for value in reversed(values)
                    if isinstance(value, Thing)
                ]
        for thing, name, subject in order:
            if _is_aggregate(thing, name):
                self._aggregate(thing, subject)
            elif _is_review(thing, name) and len(self.reviews) < _MOST:
                self._review(thing, subject)
            else:
                meant = name in _MAIN or (name not in _BY and not thing.types.isdisjoint(_REVIEWED))
                self.subjects |= meant and _is_subject(thing)

    def _review(self, thing: Thing, subject: Thing | None) -> None:
        text, title = _long(thing.told(*_BODY)), _short(thing.told("name", "headline", "title"))
        if not text and len(thing.loose) > _LOOSE:
            text = thing.loose
        about = _about(next(iter(thing.things("itemreviewed", "about")), subject))
        about = about or _short(thing.told("itemreviewed"))[:_ABOUT]
        author = _short(thing.told(*_AUTHOR))[:80]
        rating = _rating(thing)
        if not thing.types and not (text and (author or rating is not None)) and rating is None:
            return
        if not text and not title and rating is None:
            return
        self.reviews.append(
            Review(
                title="" if title == author or (title and about.startswith(title)) else title,
                text=text,
                rating=rating,
                author=author,
                published_at=next(filter(None, (instant(thing.told(name)) for name in _DATE)), None),
                about=about,
                link=thing.told("url"),
                id=thing.id,
                fragment=thing.fragment,
            )
        )

    def _aggregate(self, thing: Thing, subject: Thing | None) -> None:
        subject = next(iter(thing.things("itemreviewed")), subject)
        about = _about(subject) or _short(thing.told("itemreviewed"))[:_ABOUT]
        rating = rating_of(thing.told("ratingvalue", "rating", "average"), thing.told("bestrating", "best"))
        counted = _DIGITS.match(_GROUPS.sub("", thing.told(*_NUMBER_OF)))
        count = int(counted[0]) if counted else None
        if count == 0:  # "0 of 5, no review yet" rates nothing
            rating = None
        if rating is not None or count:
            self.aggregates.append(Aggregate(about, rating, count))


def _is_review(thing: Thing, name: str) -> bool:
    if thing.types:
        return any(_REVIEW.fullmatch(kind) for kind in thing.types - _NOT_REVIEWS) and not _is_aggregate(thing, name)
    return name in _HELD


def _is_aggregate(thing: Thing, name: str) -> bool:
    return bool(thing.types & _AGGREGATE) or (not thing.types and name == "aggregaterating")


def _is_subject(thing: Thing) -> bool:
    return bool(thing.told("name")) and not any(_NO_SUBJECTS.fullmatch(kind) for kind in thing.types)


def _around(thing: Thing) -> Thing | None:
    """The nearest thing around it that a review can be of."""
    for _ in range(10):
        if thing.around is None:
            return None
        thing = thing.around
        if _is_subject(thing) and not _is_review(thing, ""):
            return thing
    return None


def _about(subject: Thing | None) -> str:
    """Who is reviewed: name, trade and town, as far as they are told."""
    if subject is None:
        return ""
    told = [subject.told("name"), subject.told("medicalspecialty", "jobtitle")]
    for place in subject.things("address")[:1]:
        told += [place.told("streetaddress"), f"{place.told('postalcode')} {place.told('addresslocality')}"]
    if not subject.things("address"):
        told.append(subject.told("address"))
    return ", ".join(part for part in map(_short, told) if part)[:_ABOUT]


def _rating(thing: Thing) -> float | None:
    for name in _RATING:
        for value in thing.values.get(name, ()):
            number, best = said(value), ""
            if isinstance(value, Thing):
                number = value.told("ratingvalue", "value") or number
                best = value.told("bestrating", "best")
            rating = rating_of(number, best)
            if rating is not None:
                return rating
    return rating_of(thing.told("ratingvalue"), thing.told("bestrating"))


def _faces(review: Review) -> list[tuple[object, ...]]:
    """By what a review is the same, told in another way."""
    day = review.published_at.date() if review.published_at else None
    text = still(review.text[:_COMPARED])[:80]
    if text:
        return [(text, review.rating), *([(text, review.author)] if review.author else [])]
    return [(review.author.casefold(), day, review.rating)] if review.author or day else []


def _joined(one: Review, other: Review) -> Review:
    """The first, with what only the second says."""
    told = {
        name: getattr(one, name) or getattr(other, name)
        for name in ("title", "text", "author", "published_at", "about", "link", "id", "fragment")
    }
    return replace(one, **told, rating=one.rating if one.rating is not None else other.rating)


def _short(text: str) -> str:
    return line(literal(text)) if text else ""


def _long(text: str) -> str:
    """A text that may hold HTML, in which line breaks of its own stay."""
    return plain(text) if "<" in text or "&" in text else text.strip()
