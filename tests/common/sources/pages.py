"""Pages written for tests, what they are read as, and what is new in them."""

from __future__ import annotations

from collections.abc import Sequence

from tests.common.sources.reading import items_of
from vigie.model import Item
from vigie.ring import Ring

SITE = "https://site.example"
PROSE = "<p>Le cabinet du quartier rouvre ses portes après six mois de travaux.</p>"


def html(body: str, head: str = "<title>Une page</title>") -> str:
    return f"<!doctype html><html lang=fr><head>{head}</head><body>{body}</body></html>"


def read(body: str, head: str = "<title>Une page</title>") -> Sequence[Item]:
    return items_of("page", html(body, head))


def new(before: str, after: str) -> list[Item]:
    """What the second of two states of a page has that the first had not."""
    _, ring = Ring().resolve(items_of("page", before), "site.example")
    sightings, _ = ring.resolve(items_of("page", after), "site.example")
    return [s.item for s in sightings if not s.known]
