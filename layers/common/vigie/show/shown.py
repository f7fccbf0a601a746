"""A mention as its reader sees it: plain words, in their language, ready for any template.

Everything that comes from the web is cleaned again here, whatever the store held, and every value is a string that
can be encoded.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from vigie.model import Confidence, Mention, Practitioner, Reason
from vigie.show.guidance import advice, publication
from vigie.show.text import clean, cut, quoted
from vigie.show.weblinks import link, site
from vigie.show.words import Words, paris

_LIMITS = {"title": 200, "words": 60, "url": 200, "person": 120, "site": 60, "copy": 400}
_SHOWN_ELSEWHERE = ("rating_low", "rating_high")
"""Reasons whose words are said in a better place."""

_CLUES = {
    "first_name": {
        "alias",
        "context_names",
        "first_name",
        "full_name",
        "handle",
        "inverted_name",
        "maiden_name",
        "signed",
    },
    "place": {"city", "postcode", "own_listing"},
    "specialty": {"specialty", "own_listing"},
}
"""What makes a name somebody's, and the reasons that say it is there."""

_REASONS = 8
"""Reasons told of each sort; more would not convince more."""


_COPIES = 8
"""Other sites that are named: each is an address to ask for a correction at; beyond, the number says it."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Another site where the same is published."""

    site: str
    """With where `link` leads, when that is a search."""
    link: str
    """Empty when there is none to offer."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What templates know of a mention. Empty strings stand for what is not known."""

    mention_id: str
    severity: str
    level: str
    edited: str
    category: str
    site: str
    title: str
    short: str
    """What to call it where room is scarce."""
    quote: tuple[tuple[str, bool], ...]
    """The excerpt in pieces, each with whether it is the name."""
    published: str
    found: str
    stars: str
    rating: str
    sure: bool
    confidence: str
    why: tuple[str, ...]
    who: tuple[str, ...]
    todo: tuple[str, ...]
    link: str
    refused: str
    """The address as text, when it may not be clickable."""
    host: str
    """Where `link` leads: it may be a search's, and not the site's."""
    also: str = ""
    """On how many other sites the same is published; empty when on none."""
    elsewhere: tuple[Copy, ...] = ()
    beyond: str = ""
    """How many there are that `elsewhere` does not name."""


def shown(mention: Mention, said: Words, now: datetime, others: Iterable[Mention] = ()) -> Shown:
    """`mention` in the words of `said`, and where `others` tell the same. May raise anything for a row that makes no
    sense: guard it."""
    safe = link(mention.url)
    title = clean(mention.title, _LIMITS["title"])
    quote = tuple(quoted(mention.excerpt, mention.marks))
    if "".join(piece for piece, _ in quote) == title:
        title = ""
    published = publication(mention)
    copies = _copies(mention, others)
    why, who = _reasons(mention.reasons, said)
    stars, rating = _rating(mention.rating, said)
    return Shown(
        mention_id=mention.mention_id,
        severity=mention.severity.value,
        level=said(f"severity.{mention.severity.value}"),
        edited=said("label.edited") if mention.edited else "",
        category=said(f"category.{mention.category.value}"),
        site=_site(mention) or said("label.unknown_site"),
        title=title,
        short=cut(title or clean(mention.title) or said(f"category.{mention.category.value}"), 100),
        quote=quote,
        published=said.moment(published) if published else said("label.unknown_date"),
        found=said.moment(mention.found_at),
        stars=stars,
        rating=rating,
        sure=mention.confidence.value == "certain",
        confidence=_confidence(mention, said),
        why=tuple(why) or (said(f"why.{mention.severity.value}"),),
        who=tuple(who) or (said("reason.none"),),
        todo=tuple(_todo(mention, said, now)),
        link=safe,
        refused="" if safe else clean(mention.url, _LIMITS["url"]),
        host=site(mention.url),
        also=said.count("also", len(copies)) if copies else "",
        elsewhere=tuple(copies[:_COPIES]),
        beyond=said.count("beyond", len(copies) - _COPIES) if len(copies) > _COPIES else "",
    )


def more_sites(mentions: Iterable[Mention], others: Iterable[Mention]) -> int:
    """On how many sites `others` are that none of `mentions` is on."""
    return len({_site(other) for other in others} - {_site(mention) for mention in mentions} - {""})


def blank(mention: Mention) -> bool:
    """True when nothing of what the web said is left to show: a text the provider refused, or erased."""
    return not (mention.title or mention.excerpt or mention.url)


def person(practitioner: Practitioner) -> str:
    """How a practitioner is named to those who already know them."""
    names = [practitioner.title, *practitioner.first_names[:1], *practitioner.last_names[:1]]
    facts = [" ".join(filter(None, names)), practitioner.specialty, practitioner.city]
    return clean(", ".join(filter(None, facts)), _LIMITS["person"])


def _site(mention: Mention) -> str:
    """The site of a mention, as a person calls it; empty when nobody said."""
    return clean(mention.publisher, _LIMITS["site"]) or site(mention.url)


def _copies(mention: Mention, others: Iterable[Mention]) -> list[Copy]:
    """The other sites of a story, once each. Five sources that found one page found it on one site."""
    first = _site(mention)
    found: dict[str, Copy] = {}
    for other in others:
        name = _site(other)
        if name and name != first and name not in found:
            safe = link(other.url) if len(other.url) <= _LIMITS["copy"] else ""
            host = site(safe)
            found[name] = Copy(f"{name} ({host})" if host and host != name else name, safe)
    return list(found.values())


def _reasons(reasons: Iterable[Reason], said: Words) -> tuple[list[str], list[str]]:
    """Why it is that serious, and why it is them. An unknown code is told as a sign like another."""
    why: list[str] = []
    who: list[str] = []
    for reason in reasons:
        sort, key = (why, f"why.{reason.code}") if said.has(f"why.{reason.code}") else (who, f"reason.{reason.code}")
        sentence = said(key if said.has(key) else "reason.other")
        quote = "" if reason.code in _SHOWN_ELSEWHERE else clean(reason.words, _LIMITS["words"])
        told = said("label.because", reason=sentence, words=quote) if quote else sentence
        if told not in sort:
            sort.append(told)
    return why[:_REASONS], who[:_REASONS]


def _confidence(mention: Mention, said: Words) -> str:
    """How sure it is; and where it is only probable, what would settle it: the same clues can do in another text."""
    sure = said(f"confidence.{mention.confidence.value}")
    if mention.confidence is not Confidence.PROBABLE:
        return sure
    codes = {reason.code for reason in mention.reasons}
    missing = [said(f"missing.{clue}") for clue, found in _CLUES.items() if not codes & found]
    return f"{sure} {said('missing.all', clues=', '.join(missing)) if missing else said('missing.doubt')}"


def _rating(rating: float | None, said: Words) -> tuple[str, str]:
    if rating is None or not math.isfinite(rating) or not 0 <= rating <= 5:
        return "", ""
    full = math.floor(rating + 0.5)
    return "★" * full + "☆" * (5 - full), said("rating", value=said.number(rating))


def _todo(mention: Mention, said: Words, now: datetime) -> list[str]:
    given = advice(mention)
    sentences = [said(f"advice.{topic}") for topic in given.topics]
    if given.deadline:
        days = {"deadline": said.day(given.deadline), "found": said.day(paris(mention.found_at).date())}
        sentences.append(said(f"deadline.{_clock(given.deadline, now, dated=given.dated)}", **days))
    return sentences


def _clock(deadline: date, now: datetime, *, dated: bool) -> str:
    if deadline < paris(now).date():
        return "passed"
    return "running" if dated else "undated"
