"""What a search is asked, to find what is said of one practitioner. Pure.

Four ways of naming them: by first and last name, by title and town, by title and trade, by last name and practice.
A name that others bear is never asked for alone: a search shows twenty results, and they would be the others'.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vigie.judge.fold import folded
from vigie.judge.lexicon import surname_rank
from vigie.model import Practitioner

SITES = {
    "Facebook": "facebook.com",
    "Instagram": "instagram.com",
    "TikTok": "tiktok.com",
    "Doctolib": "doctolib.fr",
    "PagesJaunes": "pagesjaunes.fr",
    "Doctissimo": "doctissimo.fr",
    "Google Maps": "google.com/maps",
}
"""Sites that are never read themselves, by their terms: a search engine that has read them is asked instead."""

FREQUENT = 1_000
"""Last names so frequent in France that somebody of any first name has namesakes."""

_MOST_TOWNS = 3
_MOST_PRACTICES = 2
_MOST_WORDS = 300
"""Characters of one query: services refuse more than 400."""
_TITLES = {"pr": ("Pr", "Professeur"), "dr": ("Dr", "Docteur")}


@dataclass(frozen=True, slots=True)
class Query:
    """Words to search for, and how they name the practitioner."""

    words: str
    why: str
    """In words, for the operator: `their full name`."""


@dataclass(frozen=True, slots=True)
class Queries:
    """What to ask about one practitioner, the most telling first."""

    name: str
    """How they are called, without quotes: for a kind that makes queries of its own."""
    ways: tuple[Query, ...]
    sites: Query
    """Their name on the sites that are not read themselves, for engines that know `site:` and `OR`."""
    engine: str = ""
    """Address of the operator's own search engine (`searxng`); empty when they have none."""

    def first(self, number: int) -> list[dict[str, str]]:
        """The parameters of a kind that is told `query`, for the most telling queries."""
        return [{"query": query.words} for query in self.ways[:number]]

    def why(self, words: str) -> str:
        """How `words` name them."""
        return next((query.why for query in (*self.ways, self.sites) if query.words == words), "their name")


def queries(person: Practitioner, *, common: bool = False, engine: str = "") -> Queries:
    """The queries for `person`. `common`: others of their trade bear their name."""
    names = list(_names(person))
    common = common or surname_rank(folded(person.last_names[0])) < FREQUENT
    ways = dict.fromkeys(query for query in _ways(person, names, common=common) if len(query.words) <= _MOST_WORDS)
    where = " OR ".join(f"site:{site}" for site in SITES.values())
    sites = Query(f"{_quoted(names[0])} ({where})", "their full name, on sites that are not read themselves")
    return Queries(names[0], tuple(ways), sites, engine)


def _names(person: Practitioner) -> Iterator[str]:
    """First and last name: the usual one, then the others they had."""
    first = person.first_names[0]
    yield from dict.fromkeys(f"{first} {last}" for last in person.last_names[:3])


def _ways(person: Practitioner, names: list[str], *, common: bool) -> Iterator[Query]:
    towns = list(dict.fromkeys(map(_town, person.cities)))[:_MOST_TOWNS]
    last = person.last_names[0]
    short, long = _TITLES.get(person.title.strip().rstrip(".").casefold()[:2], ("", ""))
    if common:
        yield from (Query(f"{_quoted(names[0])} {town}", "their full name and their town") for town in towns)
        yield Query(f"{_quoted(names[0])} {person.specialty}", "their full name and their trade")
    else:
        yield Query(_quoted(names[0]), "their full name")
    if short:
        yield from (Query(f"{_quoted(f'{short} {last}')} {town}", "their title and their town") for town in towns)
        yield Query(f"{_quoted(f'{long} {last}')} {person.specialty}", "their title and their trade")
    else:
        yield from (Query(f"{_quoted(last)} {person.specialty} {town}", "their trade and their town") for town in towns)
    for practice in list(dict.fromkeys(person.practice_names))[:_MOST_PRACTICES]:
        yield Query(f"{_quoted(last)} {_quoted(practice)}", "their name and their practice")
    context = f" {towns[0]}" if common else ""
    yield from (Query(f"{_quoted(name)}{context}", "another name of theirs") for name in _others(person, names))


def _others(person: Practitioner, names: Iterable[str]) -> list[str]:
    """Earlier names, and aliases of two words at least: one word is found everywhere."""
    usual, *earlier = names
    found = [*earlier, *(alias for alias in person.aliases if len(folded(alias).split()) > 1)]
    return [name for name in dict.fromkeys(found) if name != usual][:3]


def _town(city: str) -> str:
    """Paris, for Paris 13e: engines do not know districts."""
    return " ".join(word for word in city.split() if not word[0].isdigit())


def _quoted(words: str) -> str:
    return '"' + " ".join(words.replace('"', " ").split()) + '"'
