"""What people say on a page, in reviews, answers and comments: one item each, by whoever wrote it."""

from __future__ import annotations

import pytest

from tests.common.sources.pages import PROSE, SITE, html, new, read
from tests.common.sources.reading import items_of
from tests.shared import shared


def review(n: int, text: str, stars: str = "", author: str = "Marie P.") -> str:
    return (
        f'<div class="review" id="avis-{n}"><div class="head"><span class="author">{author}</span>{stars}'
        f'<span class="date">il y a {n} jours</span></div><div class="text"><p>{text}</p></div>'
        f'<div class="actions"><button>Utile ({n})</button><a href="/signaler?id={n}">Signaler</a></div></div>'
    )


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


@pytest.mark.parametrize("name", ["Julie", '<a href="https://julie.example/">Julie</a>'])
def test_a_name_beside_a_date_in_a_heading_is_the_author(name: str) -> None:
    said = '<div id="comment-{0}"><h3>{1} <small>2 minutes ago</small></h3><p>Elle a menti {0} fois.</p></div>'
    found = read(f'<h1>Une plainte</h1><div id="comments">{"".join(said.format(n, name) for n in (1, 2))}</div>')
    assert [("", "Julie")] * 2 == [(item.title, item.author) for item in found if "menti" in item.text]


def test_a_list_of_frequent_questions_is_nobody_s_message() -> None:
    asked = "".join(f'<div class="question"><h3>{q} ?</h3><p>Le matin.</p></div>' for q in ("Quand venir", "À jeun"))
    assert {""} == {item.context for item in read(f"<h1>Dr Morvantel</h1>{asked}")}


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
