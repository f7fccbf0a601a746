"""A page about somebody: what people say there is told to them, and what merely changes around it is not."""

from __future__ import annotations

import pytest

from tests.common.sources.reading import items_of
from vigie.match import match
from vigie.model import Item, Practitioner
from vigie.ring import Ring

CLAIRE = Practitioner("p1", "Dr", ("Claire",), ("Morvantel",), "dermatologue", "Besançon", "25000")
HEAD = "<title>Dr Claire Morvantel, dermatologue à Besançon : avis des patients</title>"


def page(body: str) -> str:
    return (
        f"<!doctype html><html><head>{HEAD}</head><body><main><h1>Dr Claire Morvantel</h1>{body}</main></body></html>"
    )


def told(before: str, after: str) -> list[Item]:
    """What somebody who watches the page about them is told of its second state."""
    sightings, ring = Ring().resolve(items_of("page", page(before)), "site.example")
    known = {sighting.identity for sighting in sightings}
    new = [s.item for s in ring.resolve(items_of("page", page(after)), "site.example")[0] if s.identity not in known]
    return [item for item in new if (decision := match(CLAIRE, item)) and decision.about]


def review(text: str, author: str = "Julie", date: str = "il y a 3 jours", useful: int = 12) -> str:
    return (
        f'<div class="review"><span class="author">{author}</span> <span class="date">{date}</span>'
        f'<p class="review-text">{text}</p><span class="useful">Utile : {useful}</span></div>'
    )


REVIEWS = review("Très bonne écoute.") + review("Deux heures d'attente.", "Léon")

EDITED = '<h2>Dr Claire Morvantel <span class="editsection">[<a href="/w?action=edit&section={}">edit</a>]</span></h2>'

NOISE = [
    ("<div>mardi 5 mars 2024 - 10h30</div>", "<div>mercredi 6 mars 2024 - 11h12</div>"),
    ("<p>Nous sommes le mardi 5 mars 2024</p>", "<p>Nous sommes le mercredi 6 mars 2024</p>"),
    ("<p>mardi 5 mars, saint Olive</p>", "<p>mercredi 6 mars, sainte Colette</p>"),
    ('<div class="ad">Assurance auto pas chère</div>', '<div class="ad">Voyage en Crète</div>'),
    ('<div class="ads"><p>Assurance auto pas chère</p></div>', '<div class="ads"><p>Voyage en Crète</p></div>'),
    ('<div id="pub"><p>Assurance auto pas chère</p></div>', '<div id="pub"><p>Voyage en Crète</p></div>'),
    ('<li class="ad-slot">Assurance auto pas chère</li>', '<li class="ad-slot">Voyage en Crète</li>'),
    ("<div><p>Assurance auto pas chère</p></div>", "<div><p>Voyage en Crète</p></div>"),
    ("<div>Temps de chargement : 0,123 s</div>", "<div>Temps de chargement : 0,456 s</div>"),
    ("<div>Mémoire : 12.3 Mo - 14 requêtes</div>", "<div>Mémoire : 12.5 Mo - 16 requêtes</div>"),
    ("<div>95 % des patients recommandent</div>", "<div>94 % des patients recommandent</div>"),
    ("<div>Note moyenne 4,3/5 (127 avis)</div>", "<div>Note moyenne 4,2/5 (128 avis)</div>"),
    ("<h2>127 avis</h2>", "<h2>128 avis</h2>"),
    ("<h2>Avis (1)</h2>", "<h2>Avis (12 nouveaux)</h2>"),
    ("<p>Prochain rendez-vous le 12 mars 2024</p>", "<p>Prochain rendez-vous le 14 mars 2024</p>"),
    ("<p>Dr Claire Morvantel : congés le 12 mars</p>", "<p>Dr Claire Morvantel : congés le 2 mai</p>"),
    ("<p>Dr Claire Morvantel, vue 3 fois, 127 avis</p>", "<p>Dr Claire Morvantel, vue 12 fois, 1 avis</p>"),
    ("<p>Lyon 12 °C</p>", "<p>Lyon 13 °C, nuageux</p>"),
    ("<p>Membres : 1 204, dernier inscrit : jojo</p>", "<p>Membres : 1 205, dernier inscrit : bob</p>"),
    ("<p>© 2024 Avis</p>", "<p>© 2025 Avis</p>"),
    ("<ul><li><a href='?p=2'>Suite</a></ul>", "<ul><li><a href='?p=2'>2</a><li><a href='?p=3'>Suivante</a></ul>"),
    ("<ul><li>3 visiteurs en ligne</li></ul>", "<ul><li>zoe et 12 visiteurs en ligne</li></ul>"),
    ('<ul><li><a href="/a/1">La piscine rouvre</a></li></ul>', '<ul><li><a href="/a/2">La mairie ferme</a></li></ul>'),
    ("<form><input value=aa><label>Avis</label></form>", "<form><input value=bb><label>Avis</label></form>"),
    ('<div class="autres"><p>Dr Paul Durand</p></div>', '<div class="autres"><p>Dr Anne Petit</p></div>'),
    (EDITED.format(1), EDITED.format(2)),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), NOISE)
def test_what_changes_around_what_people_say_is_not_told(before: str, after: str) -> None:
    assert [] == told(before + REVIEWS, after + REVIEWS)
    assert [] == told(REVIEWS + before, REVIEWS + after)
    assert [] == told("<h2>Avis des patients</h2>" + REVIEWS + "<hr>", "<h2>Avis des patients</h2>" + REVIEWS)


SAID = {
    "a review": (REVIEWS, review("À fuir !", "Zoé") + REVIEWS),
    "a first review": ("<p>Aucun avis</p>", review("À fuir !", "Zoé")),
    "a paragraph that names her": (REVIEWS, "<p>Le Dr Morvantel, dermatologue, est une incompétente.</p>" + REVIEWS),
    "a row under a heading": ("<h2>Avis</h2><ul><li>Parfait</ul>", "<h2>Avis</h2><ul><li>À fuir<li>Parfait</ul>"),
    "a paragraph under one": ("<h3>Témoignages</h3><p>Parfait</p>", "<h3>Témoignages</h3><p>Parfait</p><p>À fuir</p>"),
    "a row of a list called so": ('<ul id="avis"><li>Parfait</ul>', '<ul id="avis"><li>À fuir<li>Parfait</ul>'),
    "a comment": ("", '<div class="comment"><b class="user">Zoé</b><p>À fuir</p></div>'),
    "a testimonial": ("", '<blockquote class="testimonial"><p>À fuir</p><cite>Zoé</cite></blockquote>'),
    "somebody's stars": ("", '<div class="review"><b class="author">Zoé</b><i title="1 sur 5"></i></div>'),
    "another who says the same": (REVIEWS, REVIEWS + review("Très bonne écoute.", "Zoé")),
    "the same again": (REVIEWS, REVIEWS + review("Très bonne écoute.", "Julie", "hier")),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_what_people_say_there_is_told_once(name: str) -> None:
    before, after = SAID[name]
    assert 1 == len(told(before, after))


@pytest.mark.parametrize(
    "row",
    [
        '<article><h2><a href="/a/{0}">{1}</a></h2><span class="date">hier</span><p>À fuir, disent-ils.</p></article>',
        '<li><span class="date">hier</span><a href="/a/{0}">{1}</a><p>À fuir, disent-ils.</p></li>',
        '<div class="x"><a href="/a/{0}">{1}</a><span>par <a href="/auteur/zoe">Zoé</a></span><time>hier</time></div>',
    ],
)
def test_what_is_said_of_something_else_needs_to_name_them(row: str) -> None:
    """A link that leads away is about what it leads to, even from a page about them."""
    rows = row.format(1, "La piscine rouvre") + row.format(2, "La mairie ferme")
    assert [] == told(rows, row.format(3, "Le marché déménage") + rows)
    found = told(rows, row.format(4, "Le Dr Claire Morvantel condamnée") + rows)
    assert ["https://site.example/a/4"] == [item.url for item in found]


FORM = (
    '<form id="form"><p>Votre adresse ne sera pas publiée.</p><p><label for="c">Commentaire *</label>'
    '<textarea id="c"></textarea></p><p><label for="n">Nom</label><input id="n"></p></form>'
)
RECENT = (
    '<{0} class="widget-area"><h2>Derniers commentaires</h2><ol>'
    "<li><article><footer>Zoé, à propos de Le parc rouvre</footer></article></li>"
    "<li><article><footer>Léon, à propos de La piscine ferme</footer></article></li></ol></{0}>"
)


PRINTED = '<div class="printfooter">Lu à « https://site.example/w?title=Claire_Morvantel »</div>'


@pytest.mark.parametrize(
    "around",
    [FORM, RECENT.format("aside"), RECENT.format("div"), PRINTED],
    ids=["the form", "a margin", "a margin of WordPress", "a line for printers"],
)
def test_of_a_page_of_comments_the_form_and_what_is_said_elsewhere_are_no_comments(around: str) -> None:
    said = REVIEWS + review("Elle m'a reçue en retard et sans un mot d'excuse.", "Zoé")

    assert items_of("page", page(said)) == items_of("page", page(f"{said}<section>{around}</section>"))


def test_what_is_written_in_a_form_that_is_most_of_a_page_is_read() -> None:
    book = "".join(f"<p>{words}</p>" for words in ("Deux heures d'attente, et pas un mot.", "Parfait, merci à elle."))

    items = items_of("page", page(f"<h2>Livre d'or</h2><form>{book}<textarea></textarea></form>"))
    assert ["Deux heures d'attente, et pas un mot.", "Parfait, merci à elle."] == [i.text for i in items if i.context]


def test_what_is_said_of_others_beside_is_not_about_them() -> None:
    def others(*names: str) -> str:
        return f'<section class="related-reviews">{"".join(review("Nul.", name) for name in names)}</section>'

    assert [] == told(REVIEWS + others("Ève", "Bob"), REVIEWS + others("Max", "Ève", "Bob"))


@pytest.mark.parametrize("first", [True, False])
def test_a_link_to_the_thread_itself_leads_nowhere_else(first: bool) -> None:
    """The heading of a phpBB message links to itself: it still answers to what the page is about."""
    post = (
        '<div class="post" id="p{0}"><h3><a href="./page?p={0}#p{0}">Re: Dr Morvantel</a></h3><p class="author">par '
        '<a class="username" href="./memberlist.php?u={0}">jo{0}</a> » hier</p><div class="content">{1}</div></div>'
    )
    new = post.format(2, "à fuir")
    found = told(
        post.format(1, "que penser ?"), (new if first else "") + post.format(1, "que penser ?") + ("" if first else new)
    )
    assert [("à fuir", "jo2", "https://site.example/la/page?p=2#p2")] == [(i.text, i.author, i.url) for i in found]
