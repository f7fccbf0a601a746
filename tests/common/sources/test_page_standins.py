"""What is served with a 200 in the place of a page is told from it; and what only looks so is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.common.sources.reading import items_of
from vigie import registry, sources
from vigie.errors import SourceError
from vigie.exchange import Response
from vigie.model import OutcomeKind, Source

BLOCKED, GONE = OutcomeKind.BLOCKED, OutcomeKind.GONE
CASES = Path(__file__).parent / "cases" / "standins"
"""A folder for each outcome: what programs and sites serve for it; in `page`, pages that only look so."""

FILES = sorted(CASES.glob("*/*.html"))


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(CASES)) for path in FILES])
def test_what_stands_in_for_a_page_is_told_by_its_name_and_what_only_looks_so_is_read(path: Path) -> None:
    if path.parent.name == "page":
        assert items_of("page", path.read_bytes())
        return
    with pytest.raises(SourceError) as caught:
        items_of("page", path.read_bytes())
    assert path.parent.name == caught.value.outcome.value


ASKED = "https://site.example/avis/dr-morvantel"


@pytest.mark.parametrize(
    ("landed", "outcome"),
    [
        ("https://site.example/login?next=/avis/dr-morvantel", BLOCKED),
        ("https://site.example/ucp.php?mode=login", BLOCKED),
        ("https://site.example/connexion", BLOCKED),
        ("https://sso.site.example/", BLOCKED),
        ("https://consent.site.example/m?continue=x", BLOCKED),
        ("https://site.example/maintenance.html", BLOCKED),
        ("https://site.example/404", GONE),
        ("https://site.example/erreur?c=1", GONE),
        ("https://site.example/", GONE),
        ("https://www.site.example/", GONE),
        ("https://site.example/avis/dr-morvantel-2", None),
        ("https://avis.site.example/", None),
        ("https://site.example/avis/dr-morvantel?page=1", None),
    ],
)
def test_a_detour_is_not_the_page_whatever_it_says(landed: str, outcome: OutcomeKind | None) -> None:
    source = Source("s1", "page", {"url": ASKED}, 60, "site.example")
    body = b"<h1>Bienvenue</h1><p>Nos conseils pour la rentree.</p>"
    read = registry.load(sources, "page").read
    if outcome is None:
        assert read(source, Response(200, landed, {}, body)).items
        return
    with pytest.raises(SourceError) as caught:
        read(source, Response(200, landed, {}, body))
    assert outcome is caught.value.outcome


def test_a_front_page_that_is_watched_is_read() -> None:
    for asked in ("https://site.example/accueil", "https://site.example/index.html", "http://site.example/"):
        source = Source("s1", "page", {"url": asked}, 60, "site.example")
        answer = Response(200, "https://www.site.example/", {}, b"<p>Nos conseils pour la rentree.</p>")
        assert registry.load(sources, "page").read(source, answer).items
