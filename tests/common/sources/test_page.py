"""A watched page: what is new in it, and what merely moves."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import pytest

from tests.common.sources.reading import items_of
from tests.cost import cost
from tests.shared import shared
from vigie.errors import SourceError
from vigie.model import Item, OutcomeKind
from vigie.ring import Ring

SITE = "https://site.example"


def html(body: str, head: str = "<title>Une page</title>") -> str:
    return f"<!doctype html><html lang=fr><head>{head}</head><body>{body}</body></html>"


def read(body: str, head: str = "<title>Une page</title>") -> Sequence[Item]:
    return items_of("page", html(body, head))


def new(before: str, after: str) -> list[Item]:
    """What the second of two states of a page has that the first had not."""
    _, ring = Ring().resolve(items_of("page", before), "site.example")
    sightings, _ = ring.resolve(items_of("page", after), "site.example")
    return [s.item for s in sightings if not s.known]


MENU = '<nav><ul><li><a href="/">Accueil</a></li><li><a href="/contact">Nous écrire</a></li></ul></nav>'
FOOT = "<footer><p>Tous droits réservés, mentions légales.</p></footer>"
PROSE = "<p>Le cabinet du quartier rouvre ses portes après six mois de travaux.</p>"


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


def review(n: int, text: str, stars: str = "", author: str = "Marie P.") -> str:
    return (
        f'<div class="review" id="avis-{n}"><div class="head"><span class="author">{author}</span>{stars}'
        f'<span class="date">il y a {n} jours</span></div><div class="text"><p>{text}</p></div>'
        f'<div class="actions"><button>Utile ({n})</button><a href="/signaler?id={n}">Signaler</a></div></div>'
    )


def test_a_review_in_several_elements_is_one_item() -> None:
    found = read("<h1>Dr Aubin Morvantel</h1>" + review(1, "Très déçue.") + review(2, "Parfait.", author="Luc"))
    assert [("Marie P.", "Très déçue.", "review"), ("Luc", "Parfait.", "review")] == [
        (i.author, i.text, i.kind) for i in found[1:]
    ]
    assert "Dr Aubin Morvantel" in found[1].context
    assert f"{SITE}/la/page#avis-1" == found[1].url


def test_a_new_review_is_one_new_item_whatever_moves_around_it() -> None:
    """Identifiers that number from the newest, counters and dates all change with it."""
    before = html("<h1>Avis</h1>" + review(1, "Très bien.") + review(2, "Correct."))
    after = html(
        "<h1>Avis</h1>" + review(1, "À fuir !", author="Zoé") + review(2, "Très bien.") + review(3, "Correct.")
    )
    assert ["À fuir !"] == [i.text for i in new(before, after)]


def test_two_stars_only_reviews_of_two_people_are_two() -> None:
    stars = '<span aria-label="1 étoile sur 5"></span>'
    before = html("<h1>Avis</h1>" + review(1, "", stars, author="Luc") + review(2, "Correct."))
    after = html(
        "<h1>Avis</h1>"
        + review(1, "", stars, author="Zoé")
        + review(2, "", stars, author="Luc")
        + review(3, "Correct.")
    )
    found = new(before, after)
    assert [("Zoé", 1.0)] == [(i.author, i.rating) for i in found]


@pytest.mark.parametrize(
    ("stars", "rating"),
    [
        ('<span aria-label="4 sur 5"></span>', 4.0),
        ('<span role="img" aria-label="Note : 1 étoile sur 5"></span>', 1.0),
        ('<img alt="2 stars" src="s.png">', 2.0),
        ('<span title="4.5 out of 5">x</span>', 4.5),
        ("<span>★★★★☆</span>", 4.0),
        ("<span>★☆☆☆☆</span>", 1.0),
        ("<span>⭐⭐⭐</span>", 3.0),
        ('<meta itemprop="ratingValue" content="3,5">', 3.5),
        (
            '<i itemprop="reviewRating"><i itemprop="ratingValue">8</i>/<i itemprop="bestRating">10</i></i>',
            4.0,
        ),
        ("<span>Note : 2/5</span>", 2.0),
        ("<span>7/10</span>", 3.5),
        ('<div class="star-rating"><span style="width:80%"></span></div>', None),
        ('<div class="rating" style="width: 80%"></div>', 4.0),
        ('<div class="stars" data-rating="2"></div>', 2.0),
        ('<div class="stars">' + '<i class="fa fa-star"></i>' * 3 + '<i class="fa fa-star-o"></i>' * 2 + "</div>", 3.0),
        ('<p class="star-rating Two">' + '<i class="fas fa-star"></i>' * 5 + "</p>", 2.0),
        ('<h3 class="star-rating"><span>' + '<i class="fas fa-star"></i>' * 5 + "</span> Bien</h3>", 5.0),
        ("", None),
        ("<span>9/5</span>", None),
        ("<span>5 personnes</span>", None),
    ],
)
def test_the_stars_of_a_review_are_read(stars: str, rating: float | None) -> None:
    found = read("<h1>Avis</h1>" + review(1, "Un avis assez long pour être lu.", stars) + review(2, "Un autre avis."))
    assert rating == next(i.rating for i in found if "assez long" in i.text)


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Commenté par <strong>Zoé M</strong> le 28 novembre 2026 02:33 | <a href='/avis/1/'>Permalien</a>", "Zoé M"),
        ("Par : Anonyme le 28 novembre 2026", "Anonyme"),
        ("Reviewed by Zoe on 28 November 2026", "Zoe"),
        ("Reçue par le Dr Morvantel et son équipe il y a deux ans, sans un mot d'excuse ni un regard.", None),
        ("Commenté par Zoé", None),
    ],
)
def test_a_line_that_only_says_who_wrote_and_when_is_the_author(line: str, author: str | None) -> None:
    said = f"<p>Une heure d'attente.</p><p><small>{line}</small></p>"
    found = read("<h1>Avis</h1>" + "".join(f'<article class="review"><h3>Avis {n}</h3>{said}</article>' for n in "ab"))
    first = next(item for item in found if item.title == "Avis a")
    assert author == first.author
    assert (author is not None) == (first.text == "Une heure d'attente.")


ASKED = (
    '<div id="q-2" class="js-question"><h1>Le Dr Morvantel ?</h1><div class="text"><p>Qui la connaît ?</p></div>'
    '<p><a class="user-name" href="/users/1/zoe">zoe</a> <abbr title="2026-11-22 10:00:00Z">hier</abbr></p></div>'
    "<h2>2 réponses</h2>"
)
ANSWERED = (
    '<div id="a-{0}" class="js-answer"><div class="text"><p>{1}</p></div>'
    '<p><a class="user-name" href="/users/{0}/bob">bob</a> <a href="/answers/{0}/revisions/"><abbr>hier</abbr></a></p>'
    '<h2>Comments</h2><p class="action"><a href="#">add a comment</a></p></div>'
)


def test_a_question_is_a_message_and_so_are_its_answers() -> None:
    answers = ANSWERED.format(3, "Oui, elle m'a fait attendre.") + ANSWERED.format(4, "Je ne la connais pas.")
    question, *others = [item for item in read(ASKED + answers) if item.author]

    assert ("Le Dr Morvantel ?", "Qui la connaît ?", "zoe", "q-2") == (
        question.title,
        question.text,
        question.author,
        question.url.rpartition("#")[2],
    )
    assert "2026-11-22T10:00:00+00:00" == (question.published_at and question.published_at.isoformat())
    assert [("", "a-3"), ("", "a-4")] == [(item.title, item.url.rpartition("#")[2]) for item in others]


def test_an_article_is_read_without_the_signs_and_links_of_its_headings() -> None:
    heading = '<h{0} id="h{0}">{1}<a class="headerlink" href="#h{0}">¶</a></h{0}>'
    body = f"<article>{heading.format(1, 'La suite')}<p>Elle a menti.</p>{heading.format(2, 'Fin')}</article>"
    found = read(f'<a class="md-skip" href="#h1">Aller au contenu</a>{body}')
    assert not [item for item in found if "¶" in item.title + item.text or "contenu" in item.title]


@pytest.mark.parametrize("name", ["Julie", '<a href="https://julie.example/">Julie</a>'])
def test_a_name_beside_a_date_in_a_heading_is_the_author(name: str) -> None:
    said = '<div id="comment-{0}"><h3>{1} <small>2 minutes ago</small></h3><p>Elle a menti {0} fois.</p></div>'
    found = read(f'<h1>Une plainte</h1><div id="comments">{"".join(said.format(n, name) for n in (1, 2))}</div>')
    assert [("", "Julie")] * 2 == [(item.title, item.author) for item in found if "menti" in item.text]


def test_a_list_of_frequent_questions_is_nobody_s_message() -> None:
    asked = "".join(f'<div class="question"><h3>{q} ?</h3><p>Le matin.</p></div>' for q in ("Quand venir", "À jeun"))
    assert {""} == {item.context for item in read(f"<h1>Dr Morvantel</h1>{asked}")}


@pytest.mark.parametrize("sign", ["¶", " #", "🔗"])
def test_a_heading_is_told_without_the_sign_that_links_to_it(sign: str) -> None:
    said = '<div class="post" id="p{0}"><h4>Et C# ?<a href="#p{0}">{1}</a></h4><p>Une heure d\'attente.</p></div>'
    found = read("<h1>Avis</h1>" + "".join(said.format(n, sign) for n in (1, 2)) + f"<h2 id=x>La suite{sign}</h2>")
    assert ["Avis", "Et C# ?", "Et C# ?", "La suite"] == [item.title for item in found]


def test_comments_are_items_and_so_are_their_replies() -> None:
    comments = (
        '<div id="comments"><ol><li class="comment" id="comment-1"><div class="comment-body">'
        '<cite class="fn">Anne</cite> <a href="#comment-1"><time datetime="2026-11-22T10:00:00+01:00">hier</time></a>'
        '<div class="comment-content"><p>Elle m\'a sauvée.</p></div></div>'
        '<ul class="children"><li class="comment" id="comment-2"><div class="comment-body"><cite class="fn">Bob</cite>'
        '<div class="comment-content"><p>Pas d\'accord du tout.</p></div></div></li></ul></li></ol></div>'
    )
    found = read(f"<article><h1>Rencontre avec le Dr Morvantel</h1>{PROSE}</article>{comments}")
    said = [(i.author, i.text, i.url.rpartition("#")[2]) for i in found if i.author]
    assert [("Anne", "Elle m'a sauvée.", "comment-1"), ("Bob", "Pas d'accord du tout.", "comment-2")] == said
    assert all("Rencontre avec le Dr Morvantel" in i.context for i in found if i.author)
    assert "2026-11-22T09:00:00+00:00" == next(
        i.published_at.isoformat() for i in found if i.author == "Anne" and i.published_at
    )


def test_a_quote_of_one_word_in_two_elements_stays_whole() -> None:
    assert ["Le Dr Morvantel est là."] == [
        i.text for i in read("<p>Le Dr <b>Mor</b>van<i>tel</i> est<br>là.</p>".replace("<br>", " "))
    ]


CHALLENGES = [
    "<title>Just a moment...</title><div>Checking</div><script src=/cdn-cgi/challenge-platform/x></script>",
    "<title>Attention Required! | Cloudflare</title><p>Please complete the security check to access the site.</p>",
    "<title>Un instant…</title><p>Vérification de sécurité en cours</p>",
    '<script src="https://geo.captcha-delivery.com/captcha/x"></script><p>Vérification</p>',
    "<p>Please enable JavaScript to continue.</p><script src=app.js></script>",
    "<noscript>Vous devez activer JavaScript pour continuer.</noscript><div id=root></div><script src=a.js></script>",
    '<div class="g-recaptcha"></div><p>Êtes-vous un robot ?</p>',
    '<iframe src="/_Incapsula_Resource?x=1"></iframe><p>Request unsuccessful. Incapsula incident ID: 0</p>',
    "<h1>Access denied</h1><title>Access Denied</title><p>You don't have permission. Reference #18.2f</p>",
    '<div id="app"></div><script src="/static/js/main.js"></script>',
]


@pytest.mark.parametrize("body", CHALLENGES)
def test_what_stands_before_a_page_is_blocked_and_not_an_empty_page(body: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(body, "")
    assert OutcomeKind.BLOCKED is caught.value.outcome


def test_a_comment_form_with_a_captcha_hides_nothing() -> None:
    form = '<form><textarea name=c></textarea><div class="g-recaptcha"></div></form><script src="https://www.google.com/recaptcha/api.js"></script>'
    assert 1 == len([i for i in read(PROSE * 9 + form) if "cabinet" in i.text])
    assert ["Elle a menti."] == [i.text for i in read(f"<p>Elle a menti.</p>{form}")]


@pytest.mark.parametrize(
    "noscript",
    [
        'Please enable JavaScript to view the <a href="https://x.example/?ref">comments powered by X.</a>',
        "Veuillez activer JavaScript pour voir les commentaires.",
        "Activez JavaScript pour afficher la carte",
    ],
)
def test_what_needs_scripts_beside_a_short_text_does_not_hide_it(noscript: str) -> None:
    added = f'<div id="thread"></div><script src="/embed.js"></script><noscript>{noscript}</noscript>'
    assert ["Elle a menti."] == [i.text for i in read(f"<p>Elle a menti.</p>{added}")]


@pytest.mark.parametrize(
    "body",
    [b"", b"  \n ", b"%PDF-1.7 ...", b'{"error": "no"}', b"[]", b"\x89PNG\r\n\x1a\n\0\0\0", b"GIF89a\x01\0\x01\0",
     b"<?xml version='1.0'?><rss><channel/></rss>", b"<html><body></body></html>", b"\0" * 500],
)  # fmt: skip
def test_what_holds_nothing_to_read_is_no_empty_success(body: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        items_of("page", body)
    assert caught.value.outcome in (OutcomeKind.NOT_A_FEED, OutcomeKind.BLOCKED)


def test_a_meta_refresh_is_not_followed() -> None:
    refresh = '<meta http-equiv="refresh" content="0;url=http://169.254.169.254/latest/">'
    with pytest.raises(SourceError):
        read("", refresh)
    assert 1 == len(read(PROSE, refresh))


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


@pytest.mark.parametrize(
    ("saved", "expected"),
    [
        (
            "mybb/thread.html",
            [
                (
                    "/showthread.php?tid=1&pid=1#pid1",
                    "Le Dr Éloïse Vandermarck-Roussel (dermatologue, Besançon)",
                    "admin",
                ),
                ("/showthread.php?tid=1&pid=3#pid3", "Pareil ! Éloïse Vandermarck m'a diagnostiqué", "admin"),
            ],
        ),
        (
            "nodebb/topic.html",
            [
                ("/post/2", "Bonjour, que pensez-vous du Dr Éloïse Vandermarck-Roussel", "patient25"),
                ("/post/3", "Fuyez ! Elle a raté mon diagnostic", "admin"),
            ],
        ),
    ],
)
def test_every_message_of_a_saved_thread_is_read(saved: str, expected: list[tuple[str, str, str]]) -> None:
    """MyBB's feeds hold the first message of a thread only: the replies are visible nowhere but in the page."""
    body = shared("real-sources", *saved.split("/")).read_bytes()
    messages = [i for i in items_of("page", body, url="https://forum.example/sujet") if i.kind == "forum"]
    for path, start, author in expected:
        found = [i for i in messages if i.text.startswith(start)]
        assert [(f"https://forum.example{path}", author)] == [(i.url, i.author) for i in found]
        assert "Vandermarck-Roussel" in found[0].context


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
