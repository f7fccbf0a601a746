"""A watched page: what is read of it, what is new in it, and what merely moves."""

from __future__ import annotations

import pytest

from tests.common.sources.pages import PROSE, SITE, html, new, read
from tests.common.sources.reading import items_of
from tests.shared import shared

MENU = '<nav><ul><li><a href="/">Accueil</a></li><li><a href="/contact">Nous écrire</a></li></ul></nav>'
FOOT = "<footer><p>Tous droits réservés, mentions légales.</p></footer>"


def test_a_page_saved_twice_has_one_review_more() -> None:
    """The collection's sample: a clock, a counter and a token changed too."""
    before, after = (shared("sources", "samples", f"pagewatch-{when}.html").read_text() for when in ("before", "after"))
    found = new(before, after)
    assert [("https://site.example/avis/901?utm_source=x", "Une heure d'attente.")] == [(i.url, i.text) for i in found]
    assert "Dr Camille Aubertin-Lesage" in found[0].context


def test_paragraphs_headings_and_rows_are_items_of_their_own() -> None:
    found = read(f"<h1>Vie locale</h1>{PROSE}<ul><li>Réunion publique mardi</li><li>Don du sang jeudi</li></ul>")
    assert ["Vie locale", "Le cabinet du quartier rouvre ses portes après six mois de travaux.",
            "Réunion publique mardi", "Don du sang jeudi"] == [i.title or i.text for i in found]  # fmt: skip


def test_a_link_is_known_by_where_it_leads() -> None:
    found = read('<ul><li><a href="/2026/proces">Procès du Dr Morvantel</a></li></ul>')
    assert [(f"{SITE}/2026/proces", "Procès du Dr Morvantel", "", None)] == [
        (i.url, i.title, i.text, i.native_id) for i in found
    ]


def test_a_teaser_is_one_item_with_the_link_of_its_heading() -> None:
    teaser = (
        '<article><h2><a href="/a/1">Un dermatologue mis en cause</a></h2>'
        '<p>Le Dr Morvantel devra s\'expliquer.</p><a href="/a/1">Lire la suite</a></article>'
    )
    other = '<article><h2><a href="/a/2">La piscine rouvre</a></h2><p>Dès lundi matin.</p></article>'
    found = read(teaser + other)
    assert [f"{SITE}/a/1", f"{SITE}/a/2"] == [i.url for i in found]
    assert ("Un dermatologue mis en cause", "Le Dr Morvantel devra s'expliquer.") == (found[0].title, found[0].text)


@pytest.mark.parametrize(
    ("base", "href", "url"),
    [
        ("", "autre", f"{SITE}/la/autre"),
        ("", "//cdn.example/x", "https://cdn.example/x"),
        ('<base href="https://miroir.example/b/">', "c", "https://miroir.example/b/c"),
        ('<base href="/b/">', "c", f"{SITE}/b/c"),
        ("", "/été", f"{SITE}/été"),
        ("", "/a b", f"{SITE}/a%20b"),
        ("", "/t?id=4&amp;PHPSESSID=0a1b2c", f"{SITE}/t?id=4"),
        ("", "/t?id=4&amp;sid=0123456789abcdef0123456789abcdef#p3", f"{SITE}/t?id=4#p3"),
        ("", "/t;jsessionid=0A1B2C?id=4", f"{SITE}/t?id=4"),
    ],
)
def test_links_are_absolute_and_lasting(base: str, href: str, url: str) -> None:
    assert [url] == [i.url for i in read(f'<ul><li><a href="{href}">Un sujet de discussion</a></li></ul>', base)]


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "mailto:x@site.example", "data:text/html,x", "tel:+33199000000", "http://[", ""]
)
def test_a_link_that_leads_nowhere_on_the_web_is_only_text(href: str) -> None:
    found = read(f'<ul><li><a href="{href}">Le Dr Morvantel</a></li></ul>')
    assert ["Le Dr Morvantel"] == [i.text for i in found]
    assert all(i.url.startswith(f"{SITE}/la/page") for i in found)


@pytest.mark.parametrize(
    "noise",
    [
        MENU,
        FOOT,
        '<header><a href="/">Le site</a> <a href="/plan">Plan du site</a></header>',
        '<aside><ul><li><a href="/z">À lire aussi ailleurs</a></li></ul></aside>',
        '<div role="navigation"><a href="/x">Une rubrique</a></div>',
        '<div id="cookie-banner"><p>Nous utilisons des cookies pour mesurer.</p></div>',
        '<div class="tarteaucitron-root"><p>Accepter tout</p></div>',
        '<ol class="breadcrumb"><li><a href="/">Accueil</a></li></ol>',
        '<div class="pagination"><a href="?page=2">Page suivante</a></div>',
        "<script>var nom = 'Dr Morvantel';</script>",
        "<style>.x{content:'Dr Morvantel'}</style>",
        "<template><p>Modèle de message</p></template>",
        "<noscript><p>Sans script, rien.</p></noscript>",
        "<!-- <p>Dr Morvantel</p> -->",
        '<form><input type="password"><label>Votre mot de passe</label></form>',
        "<div hidden><p>Un texte que personne ne voit</p></div>",
        "<select><option>Choisir une ville</option></select>",
    ],
)
def test_what_surrounds_a_page_is_not_read(noise: str) -> None:
    assert [i.text for i in read(PROSE)] == [i.text for i in read(noise + PROSE)]


TICKS = [
    ("Publié il y a 3 heures par la rédaction", "Publié il y a 4 heures par la rédaction"),
    ("Publié il y a 59 minutes par la rédaction", "Publié il y a 1 heure par la rédaction"),
    ("Publié il y a 23 h par la rédaction", "Publié hier par la rédaction"),
    ("Publié à l'instant par la rédaction", "Publié il y a 2 minutes par la rédaction"),
    ("Posted just now by the editors", "Posted 1 minute ago by the editors"),
    ("Posted 2 days ago by the editors", "Posted 3 days ago by the editors"),
    ("Le sujet a reçu 12 réponses et 340 vues", "Le sujet a reçu 13 réponses et 1 204 vues"),
    ("Article vu 102 fois cette semaine", "Article vu 103 fois cette semaine"),
    ("Il est 10:05 dans la ville", "Il est 10:07 dans la ville"),
    ("Il est 9 h 59 dans la ville", "Il est 10 h 00 dans la ville"),
    ("Nous sommes le lundi 23 novembre 2026, bonne fête", "Nous sommes le mardi 24 novembre 2026, bonne fête"),
    ("Commentaires (12) sur cette page", "Commentaires (13) sur cette page"),
    ("Avis utile : 3 lecteurs l'ont dit", "Avis utile : 4 lecteurs l'ont dit"),
    ("Jeton de la page : 0a1b2c3d4e5f60718293", "Jeton de la page : ffee0a1b2c3d4e5f6071"),
    ("Dernière mise à jour le 22/11/2026 à 10:00", "Dernière mise à jour le 23/11/2026 à 08:12"),
    ("Page générée en 0,031 s par le serveur", "Page générée en 0,118 s par le serveur"),
    ("Il y a 3 visiteurs et 2 membres en ligne", "Il y a 12 visiteurs et 1 membre en ligne"),
    ("Cet avis a 5 j'aime de lecteurs", "Cet avis a 6 j’aime de lecteurs"),
]


@pytest.mark.parametrize(("before", "after"), TICKS)
@pytest.mark.parametrize("tag", ["p", "li", "td", "div"])
def test_what_ticks_is_nothing_new(tag: str, before: str, after: str) -> None:
    def around(text: str) -> str:
        return html(f"<table><tr><td>x</td></tr></table>{PROSE}<{tag}>{text}</{tag}>")

    assert [] == new(around(before), around(after))


@pytest.mark.parametrize(
    "added",
    [
        "<p>Le Dr Morvantel part à la retraite.</p>",
        '<ul><li><a href="/9">Le Dr Morvantel part</a></li></ul>',
        "<table><tr><td>Morvantel</td><td>dermatologue</td></tr></table>",
        "<blockquote>Le Dr Morvantel est parti.</blockquote>",
        "<div>Le Dr Morvantel est parti.</div>",
        "<dl><dt>Dr Morvantel</dt><dd>Parti en retraite</dd></dl>",
        "<h3>Le Dr Morvantel s'en va</h3>",
    ],
)
def test_what_is_added_is_new_and_nothing_else(added: str) -> None:
    found = new(html(MENU + PROSE + FOOT), html(MENU + added + PROSE + FOOT))
    assert found
    assert all("Morvantel" in f"{i.title} {i.text}" or "retraite" in i.text for i in found)


def test_an_article_is_read_without_the_signs_and_links_of_its_headings() -> None:
    heading = '<h{0} id="h{0}">{1}<a class="headerlink" href="#h{0}">¶</a></h{0}>'
    body = f"<article>{heading.format(1, 'La suite')}<p>Elle a menti.</p>{heading.format(2, 'Fin')}</article>"
    found = read(f'<a class="md-skip" href="#h1">Aller au contenu</a>{body}')
    assert not [item for item in found if "¶" in item.title + item.text or "contenu" in item.title]


@pytest.mark.parametrize("sign", ["¶", " #", "🔗"])
def test_a_heading_is_told_without_the_sign_that_links_to_it(sign: str) -> None:
    said = '<div class="post" id="p{0}"><h4>Et C# ?<a href="#p{0}">{1}</a></h4><p>Une heure d\'attente.</p></div>'
    found = read("<h1>Avis</h1>" + "".join(said.format(n, sign) for n in (1, 2)) + f"<h2 id=x>La suite{sign}</h2>")
    assert ["Avis", "Et C# ?", "Et C# ?", "La suite"] == [item.title for item in found]


def test_a_quote_of_one_word_in_two_elements_stays_whole() -> None:
    assert ["Le Dr Morvantel est là."] == [
        i.text for i in read("<p>Le Dr <b>Mor</b>van<i>tel</i> est<br>là.</p>".replace("<br>", " "))
    ]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<p>Hélène soigne bien ici</p>".encode("cp1252"), "text/html; charset=iso-8859-1"),
        ("<p>Hélène soigne bien ici</p>".encode("cp1252"), "text/html"),
        ("<meta charset=utf-8><p>Hélène soigne bien ici</p>".encode("cp1252"), ""),
        ("<meta charset=iso-8859-1><p>Hélène soigne bien ici</p>".encode(), ""),
        (
            b"<meta http-equiv=content-type content=text/html;charset=cp1252><p>H\xe9l\xe8ne soigne bien ici</p>",
            "",
        ),
        ("\ufeff<p>Hélène soigne bien ici</p>".encode("utf-16"), "text/html"),
        ("<p>Hélène soigne bien ici</p>".encode("utf-16-le"), "text/html"),
        ("<p>Hélène soigne bien ici</p>".encode("utf-8-sig"), "text/html; charset=iso-8859-1"),
        (b"<p>H&eacute;l&egrave;ne soigne bien ici</p>", ""),
    ],
)
def test_names_survive_wrong_charsets(body: bytes, content_type: str) -> None:
    assert ["Hélène soigne bien ici"] == [i.text for i in items_of("page", body, content_type)]


def test_results_of_a_search_page_are_its_links() -> None:
    body = shared("real-sources", "searxng", "search.html").read_bytes()
    found = {i.title: i.url for i in items_of("page", body) if i.title}
    assert "http://127.0.0.1:4901/2026/11/cabinets-qui-ferment/" == found["Cabinets qui ferment"]
    assert 7 <= len(found)


@pytest.mark.parametrize(
    "saved",
    ["gotosocial/status.html", "mybb/archive.html", "mybb/forum.html", "mybb/index.html", "mybb/search_guest.html",
     "mybb/thread.html", "nodebb/topic.html", "searxng/bad_format.html", "searxng/search.html"],
)  # fmt: skip
def test_a_saved_page_read_again_has_nothing_new(saved: str) -> None:
    body = shared("real-sources", *saved.split("/")).read_text()
    assert [] == new(body, body)
