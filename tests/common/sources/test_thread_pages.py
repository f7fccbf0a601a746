"""Which page follows which, what a thread is, and what is read of one page of it."""

from __future__ import annotations

import pytest

from tests.common.sources.reading import page_of
from tests.common.sources.test_page_sites import PLACES, POSTS, STATE, of, page, template
from tests.common.sources.threads import DIALECTS, SITE, Forum, said
from tests.shared import shared
from vigie.model import Item
from vigie.parse.leaves import leaf
from vigie.ring import Ring

FOLLOWS = "/sante/dermato-sujet_812_1.htm/suite/2"


@pytest.mark.parametrize(
    "href",
    [
        "#top",
        "",
        "/sante/dermato-sujet_812_1.htm",
        "https://autre.example/p2",
        "/sante/cardio-sujet_812_1.htm",
        FOLLOWS,
    ],
)
def test_what_is_declared_to_follow_is_followed_only_onwards_and_at_home(href: str) -> None:
    body = (
        f'<html><head><title>Dermato ?</title><link rel="next" href="{href}"></head><body><h1>Dermato ?</h1>'
        '<div id="p9" class="post"><a class="username" href="/m/1">anne</a>'
        '<p class="content">Oui, je la connais.</p></div>'
        "</body></html>"
    )
    first = f"{SITE}/sante/dermato-sujet_812_1.htm"
    page = page_of("thread", body, url=first)

    assert [SITE + FOLLOWS] * (href == FOLLOWS) == [request.url for request in page.following]
    again = page_of("thread", body, url=SITE + FOLLOWS, params={"url": first}, state=dict(page.state))
    assert [] == list(again.following) or href != FOLLOWS


@pytest.mark.parametrize(
    ("here", "declared", "goes_on"),
    [
        ("/2026/11/plainte-a-besancon/", "/2026/11/le-parc-rouvre/", False),
        ("/?p=731", "/?p=733", False),
        ("/sujet/812", "/sujet/812/suite-2", True),
        ("/sujet/812/suite-2", "/sujet/812/suite-3", True),
        ("/sujet/812/index.html", "/sujet/812/p2.html", True),
        ("/fil/812?de=20", "/fil/812?de=40", True),
    ],
)
def test_the_article_after_an_article_is_no_page_of_what_is_said_under_it(
    here: str, declared: str, goes_on: bool
) -> None:
    body = (
        f'<html><head><title>Plainte</title></head><body><h1>Plainte</h1><div id="comment-9" class="comment">'
        '<p class="author">anne</p><p class="content">Oui, je la connais.</p></div>'
        f'<a rel="next" href="{declared}">Suite</a></body></html>'
    )

    assert [SITE + declared] * goes_on == [r.url for r in page_of("thread", body, url=SITE + here).following]


@pytest.mark.parametrize("dialect", ["wordpress", "wordpress plain", "xenforo", "vbulletin"])
def test_a_message_that_comes_to_stand_on_an_earlier_page_is_not_told_again(dialect: str) -> None:
    """Its link says which page it is on: one removed before it changes that."""
    address = DIALECTS[dialect]

    def read(at: int) -> Item:
        url = (SITE + address(at)).replace("&", "&amp;")
        body = (
            f'<html><body><h1>Dermato ?</h1><div id="p41" class="post"><p class="author"><a href="{url}#p41">#4</a> '
            'par <a class="username" href="/m/1">anne</a></p><p class="content">Elle a menti.</p></div></body></html>'
        )
        [item] = page_of("thread", body, url=SITE + address(at), params={"url": SITE + address(1)}).items
        assert f"{SITE}{address(at)}#p41" == item.url
        return item

    _, ring = Ring().resolve([read(2)], "forum.example")
    assert [True] == [sighting.known for sighting in ring.resolve([read(1)], "forum.example")[0]]


def test_only_what_people_say_is_read_of_a_thread() -> None:
    around = "".join(
        f'<ul class="similaires"><li><a href="/t/{n}">Sujet proche numéro {n}</a></li></ul>' for n in range(3)
    )
    forum = Forum(messages=said(1, 2), around=around)

    items = page_of("thread", forum.page(1), url=SITE + forum.address(1)).items
    assert said(1, 2) == [item.text for item in items]
    assert {"Dermato ? | Dermato à Besançon ?"} == {item.context for item in items}


@pytest.mark.parametrize(
    "state", [{"page": "", "at": "x"}, {"at": "9" * 30}, {"page": "https://forum.example/y"}, {"at": "-1"}]
)
def test_a_state_nobody_wrote_does_no_harm(state: dict[str, str]) -> None:
    forum = Forum(messages=said(*range(5)))
    page = page_of("thread", forum.page(1), url=SITE + forum.address(1), state=state)

    assert [SITE + forum.address(2)] == [request.url for request in page.following]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_address_made_for_another_page_is_the_one_the_forum_writes(dialect: str) -> None:
    address = DIALECTS[dialect]
    second = leaf(SITE + address(2))

    assert leaf(SITE + address(1)).thread == second.thread
    step = second.at
    assert [SITE + address(n) for n in (2, 3, 21)] == [second.sibling((n - 1) * step).url for n in (2, 3, 21)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/viewtopic.php?f=5&t=812", "/viewtopic.php?f=5&t=813&start=15"),
        ("/viewtopic.php?t=812", "/viewtopic.php?p=9001#p9001"),
        ("/t/dermato/812", "/t/cardio/912?page=2"),
        ("/sante/dermato-sujet_812_1.htm", "/sante/dermato-sujet_8121_2.htm"),
        ("/threads/a.812/", "/threads/a.813/page-2"),
        ("/index.php?topic=812.0", "/index.php?topic=813.15"),
    ],
)
def test_another_thread_is_not_taken_for_a_page_of_this_one(one: str, other: str) -> None:
    assert leaf(SITE + one).thread != leaf(SITE + other).thread


@pytest.mark.parametrize("site", sorted(PLACES))
def test_the_messages_of_a_thread_are_those_of_its_pages_whatever_made_them(site: str) -> None:
    html = template(site).render(posts=POSTS, **STATE)

    found = list(page_of("thread", html, url=PLACES[site][0]).items)
    assert [1, 1, 1] == [len(of(found, post)) for post in POSTS]
    assert len(found) < len(page(site)) or len(found) == len(POSTS)


@pytest.mark.parametrize(
    ("file", "url", "links"),
    [
        ("mybb/thread.html", "http://127.0.0.1:4907/showthread.php?tid=1", ["tid=1&pid=1#pid1", "tid=1&pid=3#pid3"]),
        ("nodebb/topic.html", "http://127.0.0.1:4904/topic/2/dermato", ["/post/2", "/post/3"]),
    ],
)
def test_threads_of_real_forums_are_read(file: str, url: str, links: list[str]) -> None:
    read = page_of("thread", shared("real-sources", *file.split("/")).read_bytes(), url=url)

    found = [item for item in read.items if item.native_id is None]  # those that have an address of their own
    assert [True, True] == [item.url.endswith(link) for item, link in zip(found, links, strict=True)]
    assert all("Vandermarck-Roussel" in item.context for item in found)
    assert read.next is None
