"""No page costs more than its size."""

from __future__ import annotations

import contextlib

import pytest

from tests.common.sources.pages import read
from tests.cost import cost
from vigie.errors import SourceError
from vigie.model import Item

BOMBS = {
    "nested": "<div>" * 200_000 + "x",
    "inline": "<b>" * 200_000 + "x",
    "lists": "<ul><li>" * 50_000 + "un texte",
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">un texte</p>",
    "cards": '<div class="comment"><p>un texte</p>' * 30_000,
    "rows": "<li>un texte assez long pour compter" * 100_000,
    "digits": "<p>" + "1 " * 500_000 + "</p>",
    "punctuation": "<p>" + "!" * 500_000 + "x</p>",
    "class": '<div class="' + "comment-" * 100_000 + '">un texte</div>',
    "asides": "<div>" * 2_500 + "<aside>x</aside>" * 50_000,
    "links": '<a href="/x">y</a>' * 100_000,
    "less-than": "<" * 1_000_000,
    "comments": "<!--" * 200_000,
    "hex": "<p>" + "a" * 1_000_000 + "</p>",
    "one card": '<div class="comment">' + '<span class="x">un mot</span>' * 50_000,
    "terms": "<dl>" + "<dt>4 mars 2024<dd>un texte" * 25_000,
    "dated rows": "<li>4 mars 2024 à 10:12, un texte</li>" * 50_000,
    "headings": '<div class="post">' + "<h3>4 mars 2024</h3>" * 50_000,
    "author": '<div class="review"><span class="author">' + ": " * 500_000 + "x</span><p>un texte</p></div>",
    "names": '<div itemprop="review">' + '<i itemprop="x">' * 50 + '<meta itemprop="name" content="x">' * 50_000,
    "articles": '<article><b class="author">x</b>' * 2_500 + "<p>un texte</p>" * 40_000,
    "members": '<div class="post">' + '<a href="/u/jo">jo</a> <a href="#p1">#1</a> ' * 25_000,
    "classes": f'<div class="{"-".join("comment" for _ in range(9))} {"a-" * 39}"></div>' * 20_000,
}


@pytest.fixture(scope="module")
def usual() -> float:
    """What a byte of an ordinary page costs."""
    told = "".join(
        f"<p>Le Dr Morvant m'a reçue en {n} minutes, sans un mot d'excuse pour son retard.</p>" for n in range(3_000)
    )
    return cost(lambda: read(told)) / len(told)


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_no_page_costs_more_than_its_size(name: str, usual: float) -> None:
    found: list[Item] = []

    def look() -> None:
        with contextlib.suppress(SourceError):
            found.extend(read(BOMBS[name]))

    assert 12 * usual * len(BOMBS[name]) > cost(look, tries=1)
    assert 2_000 >= len(found)
