"""Pages as forums, blogs and review sites serve them: one item a message, whatever moves around it.

The pages are in cases/sites: what each program writes, around the same three messages. The first and the last are by
one member.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from tests.common.sources.reading import items_of
from vigie.model import Item
from vigie.ring import Ring

SITES = Path(__file__).parent / "cases" / "sites"
SUBJECT = "Dr Claire Morvantel, dermatologue à Besançon"
FORUM, BLOG, SITE = "https://forum.example", "https://blog.example", "https://avis.example/dr/morvantel"

PLACES = {
    "bootstrap": (SITE, SITE),
    "blogger": (f"{BLOG}/2024/03/sujet.html", f"{BLOG}/2024/03/sujet.html?showComment=17095460{{n}}#c{{n}}"),
    "discourse": (f"{FORUM}/t/sujet/4", f"{FORUM}/t/sujet/4#post_{{n}}"),
    "discourse-app": (f"{FORUM}/t/sujet/4", f"{FORUM}/t/sujet/4#post_{{n}}"),
    "disqus": ("https://presse.example/sujet/", "https://presse.example/sujet/#comment-{n}"),
    "dotclear": (f"{BLOG}/post/sujet", f"{BLOG}/post/sujet#c{{n}}"),
    "drupal": (f"{BLOG}/sujet", f"{BLOG}/comment/{{n}}#comment-{{n}}"),
    "flarum": (f"{FORUM}/d/4-sujet", f"{FORUM}/d/4-sujet#app"),
    "fluxbb": (f"{FORUM}/viewtopic.php?id=4", f"{FORUM}/viewtopic.php?pid={{n}}#p{{n}}"),
    "forumactif": (f"{FORUM}/t4-sujet", f"{FORUM}/t4-sujet#{{n}}"),
    "google": (SITE, f"{SITE}#app-container"),
    "guestbook-divs": (SITE, f"{SITE}#livre"),
    "guestbook-table": (SITE, SITE),
    "invision": (f"{FORUM}/topic/4-sujet/", f"{FORUM}/topic/4-sujet/?do=findComment&comment={{n}}"),
    "isso": (f"{BLOG}/sujet/", f"{BLOG}/sujet/#isso-{{n}}"),
    "mesdiscussions": (f"{FORUM}/sujet_4_1.htm", f"{FORUM}/sujet_4_1.htm#t{{n}}"),
    "mybb": (f"{FORUM}/showthread.php?tid=4", f"{FORUM}/showthread.php?tid=4&pid={{n}}#pid{{n}}"),
    "nodebb": (f"{FORUM}/topic/2/sujet", f"{FORUM}/post/{{n}}"),
    "phpbb": (f"{FORUM}/viewtopic.php?t=4", f"{FORUM}/viewtopic.php?p={{n}}#p{{n}}"),
    "phpbb2": (f"{FORUM}/viewtopic.php?t=4", f"{FORUM}/viewtopic.php?p={{n}}#{{n}}"),
    "press": ("https://presse.example/sujet/", "https://presse.example/sujet/#reaction-{n}"),
    "reviews": (SITE, f"{SITE}#avis-{{index}}"),
    "reviews-bare": (SITE, SITE),
    "reviews-divs": (SITE, SITE),
    "reviews-microdata": (SITE, SITE),
    "reviews-modules": (SITE, f"{SITE}#__next"),
    "reviews-replied": (SITE, SITE),
    "reviews-table": (SITE, SITE),
    "smf20": (f"{FORUM}/index.php?topic=4.0", f"{FORUM}/index.php?topic=4.msg{{n}}#msg{{n}}"),
    "smf21": (f"{FORUM}/index.php?topic=4.0", f"{FORUM}/index.php?msg={{n}}"),
    "spip": (f"{BLOG}/sujet", f"{BLOG}/sujet#comment{{n}}"),
    "vbulletin3": (f"{FORUM}/showthread.php?t=4", f"{FORUM}/showpost.php?p={{n}}&postcount=1"),
    "vbulletin4": (f"{FORUM}/showthread.php?4-sujet", f"{FORUM}/showthread.php?4-sujet&p={{n}}&viewfull=1#post{{n}}"),
    "vbulletin5": (f"{FORUM}/forum/derm/4-sujet", f"{FORUM}/forum/derm/4-sujet?p={{n}}#post{{n}}"),
    "wordpress": (f"{BLOG}/2024/03/sujet/", f"{BLOG}/2024/03/sujet/#comment-{{n}}"),
    "wordpress-legacy": (f"{BLOG}/2024/03/sujet/", f"{BLOG}/2024/03/sujet/comment-page-1/#comment-{{n}}"),
    "xenforo1": (f"{FORUM}/threads/sujet.4/", f"{FORUM}/threads/sujet.4/#post-{{n}}"),
    "xenforo2": (f"{FORUM}/threads/sujet.4/", f"{FORUM}/threads/sujet.4/post-{{n}}"),
}
"""Where each page is, and where each of its messages is."""

NAMELESS = {"guestbook-divs"}
"""Layouts in which the name of who wrote is but a heading."""

UNNAMED = {"bootstrap", "guestbook-divs", "guestbook-table", "phpbb2", "reviews-bare", "reviews-divs", "reviews-table"}
"""Layouts told by nothing but several messages looking alike: one alone is not seen to be one."""

FLAT = {"bootstrap", "guestbook-divs", "press", "reviews", "reviews-microdata", "reviews-modules", "blogger"}
"""Layouts that put what was written in one `<p>`."""


@dataclass(frozen=True)
class Post:
    n: int
    author: str
    text: str
    when: str
    iso: str = "2024-03-04T09:12:00+00:00"
    stars: int = 4
    who: int = 2
    count: int = 12
    likes: int = 3
    online: bool = False
    edited: str = ""
    answer: str = ""


POSTS = (
    Post(11, "jojo25", "Que pensez-vous d'elle ? J'hésite à prendre rendez-vous.", "Hier à 10:12", stars=3),
    Post(12, "Marie-Odile", "Très bonne écoute, je la recommande vivement.", "Aujourd’hui à 11:02", stars=5, who=3),
    Post(13, "jojo25", "Finalement j'y suis allé : deux heures de retard.", "il y a 20 minutes", stars=2),
)
NEW = Post(14, "zoe_b", "À fuir ! Elle a raté mon diagnostic.", "à l'instant", stars=1, who=9)

STATE = {
    "subject": SUBJECT,
    "board": "Forum Santé Doubs",
    "pages": 1,
    "clock": "10:05",
    "date": "mardi 5 mars 2024",
    "soon": "12 mars 2024",
    "iso": "2024-03-05T10:05:00+01:00",
    "views": 1204,
    "online": 3,
    "mean": "4,3",
    "seconds": "0,123",
    "ad": "Assurance auto pas chère",
    "starter": POSTS[0],
    "sid": "0123456789abcdef0123456789abcdef",
    "token": "a1b2c3d4e5f60718a1b2c3d4e5f60718",
}
LATER = STATE | {
    "pages": 2,
    "clock": "18:47",
    "date": "jeudi 14 mars 2024",
    "soon": "28 avril 2024",
    "iso": "2024-03-14T18:47:00+01:00",
    "views": 1377,
    "online": 17,
    "mean": "4,1",
    "seconds": "1,07",
    "ad": "Voyage en Crète",
    "starter": replace(POSTS[0], when="4 mars 2024"),
    "sid": "fedcba9876543210fedcba9876543210",
    "token": "ffeeddccbbaa99887766554433221100",
}
AGED = (
    ("lun. 4 mars 2024 10:12", "mar. 5 mars 2024 11:02", "Hier à 09:45"),
    ("4 mars 2024", "5 mars 2024", "il y a 9 jours"),
    ("04/03/2024, 10h12", "05/03/2024, 11h02", "06/03/2024 à 09h45"),
    ("le 4 mars 2024 à 10:12", "le 5 mars 2024 à 11:02", "Lundi à 09:45"),
    ("March 4, 2024, 10:12 AM", "Mar 5, 2024 at 11:02 AM", "2 days ago"),
    ("04-03-2024 10:12:00", "05-03-2024 11:02:00", "Yesterday, 09:45"),
    ("lundi 4 mars 2024, 10:12", "il y a une semaine", "mercredi dernier à 09:45"),
)
"""How sites write, a week later, when the three messages were posted."""


@cache
def template(site: str) -> Template:
    loader = FileSystemLoader(SITES)
    return Environment(loader=loader, undefined=StrictUndefined, autoescape=True).get_template(f"{site}.html")


def page(site: str, posts: Sequence[Post] = POSTS, state: dict[str, Any] = STATE) -> list[Item]:
    return list(items_of("page", template(site).render(posts=posts, **state), url=PLACES[site][0]))


def later(posts: Sequence[Post] = POSTS, aged: Sequence[str] = AGED[0]) -> list[Post]:
    """The same messages, ten days on: older, read, liked, by members who wrote elsewhere since."""
    return [
        replace(post, when=when, count=post.count + 3, likes=post.likes + 8, online=not post.online)
        for post, when in zip(posts, aged, strict=True)
    ]


def new(before: list[Item], after: list[Item]) -> list[Item]:
    """What would be told of the second read that was not of the first."""
    sightings, ring = Ring().resolve(before, "site.example")
    known = {sighting.identity for sighting in sightings}
    return [sighting.item for sighting in ring.resolve(after, "site.example")[0] if sighting.identity not in known]


def of(items: list[Item], post: Post) -> list[Item]:
    return [item for item in items if post.text[:20] in f"{item.title} {item.text}"]


def test_every_page_has_its_place() -> None:
    assert {path.stem for path in SITES.glob("*.html")} == set(PLACES)


@pytest.mark.parametrize("site", sorted(PLACES))
def test_a_message_is_one_item_with_its_link_its_author_and_what_it_is_about(site: str) -> None:
    found = page(site)
    for index, post in enumerate(POSTS, 1):
        assert 1 == len(of(found, post)), post
        item = of(found, post)[0]
        if not (site == "discourse" and index == 1):  # the first message is the page's own
            assert PLACES[site][1].format(n=post.n, index=index) == item.url
        assert post.author == (item.title if site in NAMELESS else item.author)
        assert "Morvantel" in item.context
        assert not any(words in item.text for words in ("Messages", "Membre", "soin de vous", "Répondre"))
        assert "2024" not in item.text


@pytest.mark.parametrize("aged", AGED, ids=[aged[0] for aged in AGED])
@pytest.mark.parametrize("site", sorted(PLACES))
def test_a_page_read_ten_days_later_has_nothing_new(site: str, aged: Sequence[str]) -> None:
    assert [] == new(page(site), page(site, later(aged=aged), LATER))


@pytest.mark.parametrize("site", sorted(PLACES))
def test_a_new_message_is_one_new_item(site: str) -> None:
    for posts in ([*later(), NEW], [NEW, *later()]):
        found = new(page(site), page(site, posts, LATER))
        assert [NEW.text] == [item.text.removeprefix(f"{item.author}\n") for item in found]
        assert "Morvantel" in found[0].context


@pytest.mark.parametrize("site", sorted(PLACES))
def test_messages_in_another_order_are_the_same(site: str) -> None:
    assert [] == new(page(site), page(site, later()[::-1], LATER))


@pytest.mark.parametrize("site", sorted(PLACES))
def test_the_next_leaf_of_a_thread_is_new_even_by_the_same_member(site: str) -> None:
    turned = [replace(NEW, author="jojo25", who=2), replace(POSTS[1], n=15, text="Je ne suis pas de cet avis.")]
    found = new(page(site, POSTS[:1]), page(site, turned, LATER))
    assert {post.text for post in turned} <= {item.text.removeprefix(f"{item.author}\n") for item in found}


RICH = Markup(
    "<p>Bonjour à tous,</p><blockquote><div><cite><a href='/u/jojo25' class='username'>jojo25</a> a écrit : "
    "<a href='/p/11'>hier à 10:12</a></cite>J'hésite</div></blockquote><p>Je n'y <b>retournerai</b> pas, voir "
    "<a href='https://ailleurs.example/a/12'>cet article</a>, ni <i>hier</i> ni demain. {}</p><ul>"
    "<li>retard d'une heure</li><li>accueil froid</li></ul><p>Cordialement, "
    "@<a class='mention' href='/u/bob'>bob</a></p>"
)


@pytest.mark.parametrize("long", [0, 60], ids=["short", "long"])
@pytest.mark.parametrize("site", sorted(PLACES.keys() - FLAT))
def test_a_message_of_many_parts_is_one_item_by_who_wrote_it(site: str, long: int) -> None:
    post = replace(NEW, text=RICH.format("Elle a été charmante, pourtant. " * long))
    found = new(page(site), page(site, [*POSTS, post]))
    assert [post.author] == [item.title if site in NAMELESS else item.author for item in found]
    for part in ("Bonjour", "J'hésite", "retournerai", "accueil froid", "Cordialement"):
        assert part in found[0].text
    quoted = post.text.replace("hier à 10:12", "lun. 4 mars 2024 10:12")
    aged = replace(post, text=Markup(quoted), when="3 avril 2024")
    assert [] == new(page(site, [*POSTS, post]), page(site, [*later(), aged], LATER))


@pytest.mark.parametrize("site", sorted(PLACES))
def test_a_mark_that_a_message_was_edited_is_nothing_new(site: str) -> None:
    edited = [POSTS[0], replace(POSTS[1], edited="lun. 11 mars 2024 10:12"), POSTS[2]]
    assert [] == new(page(site), page(site, edited))


@pytest.mark.parametrize("site", sorted(PLACES.keys() - UNNAMED))
def test_the_first_messages_are_as_good_as_the_next(site: str) -> None:
    first = page(site, POSTS[:1])
    assert [POSTS[0].author] == [item.author for item in of(first, POSTS[0])]
    assert "Morvantel" in of(first, POSTS[0])[0].context
    found = new(first, page(site, POSTS[:2]))
    assert [POSTS[1].text] == [item.text.removeprefix(f"{item.author}\n") for item in found]


def test_the_answer_to_a_review_is_an_item_of_its_own() -> None:
    answered = [POSTS[0], replace(POSTS[1], answer="Merci de votre confiance, à bientôt au cabinet."), POSTS[2]]
    found = new(page("reviews-replied"), page("reviews-replied", answered))
    assert ["Merci de votre confiance, à bientôt au cabinet."] == [item.text.split("\n")[-1] for item in found]
