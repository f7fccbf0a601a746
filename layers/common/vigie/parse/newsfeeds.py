"""What the feeds of news searches have in common: a market, an article known by who published which headline, and
answers that are no feed because a person is asked for something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from vigie.errors import SourceError
from vigie.identity import BY_CONTENT, digest, token
from vigie.model import OutcomeKind
from vigie.parse.ticking import still

QUERY = 'words to search for, such as "Camille Aubertin-Lesage" Valombre'
LANGUAGE = "language and country of the press: fr (as it is when not given), fr-CH"
"""What the parameters of a search mean, to the operator."""

ACCEPT = "application/rss+xml, application/xml;q=0.9, */*;q=0.5"
DEFAULT = "fr"
_COUNTRIES = {"ca": "ES", "da": "DK", "en": "US", "nl": "NL", "pt": "PT", "sv": "SE"}
"""Where a language is read that is not called as a country is."""

MARKET = r"(?i:([a-z]{2})(?:[-_]([a-z]{2}))?)"
"""A language, and a country if it is not the one that is called like it."""
_PAGE = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|script)\b", re.IGNORECASE)


def market(told: str) -> tuple[str, str]:
    """Language and country of `fr`, `fr-CH`, `en` (see `MARKET`); of France for anything else."""
    found = re.fullmatch(MARKET, told.strip() or DEFAULT)
    if found is None:
        return DEFAULT, DEFAULT.upper()
    language = found[1].lower()
    return language, (found[2] or _COUNTRIES.get(language, language)).upper()


def article(publisher: str, headline: str) -> str:
    """The native id of an article: searches give one article several addresses, one after the other."""
    return BY_CONTENT + token(digest("article.1", publisher.casefold(), still(headline) or headline))


@contextmanager
def feed_or_refusal(body: bytes) -> Iterator[None]:
    """Reading `body` as a feed: raises why a search did not answer with one. A page in its place asks for a person."""
    try:
        yield
    except SourceError as error:
        if error.outcome is not OutcomeKind.NOT_A_FEED:
            raise
        if _PAGE.match(body[:2_000].decode("utf-8", "replace").lstrip("\ufeff")):
            raise SourceError(OutcomeKind.BLOCKED, "a page in the place of the feed") from None
        raise SourceError(OutcomeKind.CONTRACT_CHANGED, error.detail) from None
