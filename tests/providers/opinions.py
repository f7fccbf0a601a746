"""Reviews that the services of reviews that are stood in for know, and how their authors change them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tests.providers.index import NOW


@dataclass(frozen=True, slots=True)
class Opinion:
    """One review. Changed or withdrawn, it is another in a list without it."""

    name: str
    stars: int
    text: str = ""
    written_at: datetime = NOW - timedelta(days=30)
    changed_at: datetime | None = None
    author: str = "Maud T."
    answer: str = ""
    """Of the practice."""

    @property
    def last(self) -> datetime:
        return self.changed_at or self.written_at

    def changed(self, at: datetime, stars: int, text: str) -> Opinion:
        return replace(self, stars=stars, text=text, changed_at=at)


def latest(opinions: list[Opinion]) -> list[Opinion]:
    """What was written or changed last comes first."""
    return sorted(opinions, key=lambda one: one.last, reverse=True)


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


KIND = Opinion("avis-1", 5, "Très à l'écoute, je recommande.", answer="Merci de votre confiance.")
MUTE = Opinion("avis-2", 4, written_at=NOW - timedelta(days=20), author="Zoé B.")
"""Stars alone."""
HARSH = Opinion(
    "avis-3", 1, "Incompétente et désagréable, à fuir absolument.", NOW + timedelta(hours=20), author="Côme V."
)
