"""A thread is followed from page to page, however its forum writes the links between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from tests.common.scanning import ALICE, World
from tests.common.sources.reading import page_of
from tests.common.sources.test_page_sites import PLACES, POSTS, STATE, of, page, template
from tests.fakes import CannedFetcher
from tests.shared import shared
from vigie.exchange import Request, Response
from vigie.model import Item, MentionStatus, OutcomeKind
from vigie.parse.leaves import leaf
from vigie.ports import OnRedirect
from vigie.ring import Ring

SITE = "https://forum.example"
EACH = 3
"""Messages on a page of the forums below."""

FOLLOWS = "/sante/dermato-sujet_812_1.htm/suite/2"
NAMES = "Dr Alice Vasseur-Lemoine, dermatologue à Besançon"

Address = Callable[[int], str]
DIALECTS: dict[str, Address] = {
    "phpbb": lambda n: "/viewtopic.php?f=5&t=812" + (f"&start={(n - 1) * EACH}" if n > 1 else ""),
    "discourse": lambda n: "/t/dermato-a-besancon/812" + (f"?page={n}" if n > 1 else ""),
    "vbulletin": lambda n: "/showthread.php?t=812" + (f"&page={n}" if n > 1 else ""),
    "vbulletin4": lambda n: "/showthread.php?812-dermato" + (f"/page{n}" if n > 1 else ""),
    "xenforo": lambda n: "/threads/dermato.812/" + (f"page-{n}" if n > 1 else ""),
    "mybb": lambda n: "/showthread.php?tid=812" + (f"&page={n}" if n > 1 else ""),
    "mybb rewritten": lambda n: "/thread-812.html" if n == 1 else f"/thread-812-page-{n}.html",
    "mesdiscussions": lambda n: f"/sante/dermato-sujet_812_{n}.htm",
    "smf": lambda n: f"/index.php?topic=812.{(n - 1) * EACH}",
    "fluxbb": lambda n: "/viewtopic.php?id=812" + (f"&p={n}" if n > 1 else ""),
    "invision": lambda n: "/topic/812-dermato/" + (f"page/{n}/" if n > 1 else ""),
    "forumactif": lambda n: f"/t812{f'p{(n - 1) * EACH}' if n > 1 else ''}-dermato",
    "nodebb": lambda n: "/topic/812/dermato" + (f"?page={n}" if n > 1 else ""),
    "wordpress": lambda n: "/2026/11/plainte/" + (f"comment-page-{n}/" if n > 1 else ""),
    "wordpress plain": lambda n: "/?p=812" + (f"&cpage={n}" if n > 1 else ""),
}


@dataclass
class Forum(CannedFetcher):
    """A forum with one thread, whose pages link to the first, the last and those around."""

    address: Address = DIALECTS["phpbb"]
    messages: list[str] = field(default_factory=list)
    ways: str = "numbers"
    """How its pages lead to each other: `numbers`, or `next` alone."""
    broken: dict[str, int] = field(default_factory=dict)
    """Pages that answer with a status alone."""
    around: str = ""
    asked: list[str] = field(default_factory=list)
    conditional: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    @property
    def pages(self) -> int:
        return max(-(-len(self.messages) // EACH), 1)

    async def fetch(self, request: Request, *, on_redirect: OnRedirect | None = None, **_: object) -> Response:
        path = request.url.removeprefix(SITE)
        if path == "/robots.txt":
            return Response(404, request.url, {})
        self.asked.append(path)
        self.conditional.append("if-none-match" in request.headers)
        at = next((n for n in range(1, self.pages + 1) if self.address(n) == path), None)
        if at is None or path in self.broken:
            return Response(self.broken.get(path, 404), request.url, {})
        body = self.page(at)
        etag = f'"{hash(body)}"'
        if request.headers.get("if-none-match") == etag:
            return Response(304, request.url, {})
        return Response(200, request.url, {"etag": etag}, body.encode())

    def page(self, at: int) -> str:
        near = {1, at - 1, at, at + 1, self.pages} & set(range(1, self.pages + 1))
        links = "".join(
            f'<li class="active"><span>{n}</span></li>' if n == at else f'<li><a href="{self.escaped(n)}">{n}</a></li>'
            for n in sorted(near)
        )
        if self.ways == "next":
            links = f'<a rel="next" href="{self.escaped(at + 1)}">Suite</a>' if at < self.pages else ""
        start = (at - 1) * EACH
        posts = "".join(
            f'<div id="p{n}" class="post"><p class="author"><a href="{self.escaped(at)}#p{n}">#{n}</a> par <strong>'
            f'<a class="username" href="/membre/{n}">patient{n}</a></strong></p><div class="content">{text}</div></div>'
            for n, text in list(enumerate(self.messages, 1))[start : start + EACH]
        )
        return (
            f'<!doctype html><html lang="fr"><head><title>Dermato à Besançon ?</title></head><body><h1>Dermato ?</h1>'
            f'<div class="pagination"><ul>{links}</ul></div>{posts}{self.around}</body></html>'
        )

    def escaped(self, n: int) -> str:
        return self.address(n).replace("&", "&amp;")


def said(*numbers: int) -> list[str]:
    return [f"Message numéro {'abcdefghijklmnopqrstuvwxyz'[n % 26] * (1 + n // 26)} sur la pluie." for n in numbers]


def about(word: str) -> str:
    return f"{word} : le {NAMES}, m'a très bien soignée."


def world(forum: Forum, *watchers: object) -> World:
    made = World(*(watchers or (ALICE,)), kind="thread", url=SITE + forum.address(1))  # type: ignore[arg-type]
    made.web = forum
    made.scanner = made.restarted()
    return made


def told(made: World) -> list[str]:
    return sorted(m.excerpt.split(" ")[0] for m in made.store.mentions("palice") if m.status is MentionStatus.PENDING)


@pytest.mark.parametrize("ways", ["numbers", "next"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_thread_is_read_to_its_end_and_then_only_there(dialect: str, ways: str) -> None:
    forum = Forum(DIALECTS[dialect], [about("Hier"), *said(*range(1, 7))], ways)
    made = world(forum)
    assert OutcomeKind.OK is made.scan().kind
    assert [forum.address(n) for n in (1, 2, 3)] == forum.asked
    assert [MentionStatus.BASELINE] == made.statuses(ALICE)
    made.scan()

    forum.asked.clear()
    forum.messages += [about("Matin"), *said(8, 9), about("Soir")]
    made.scan()
    assert forum.address(1) not in forum.asked
    assert forum.address(4) == forum.asked[-1]
    assert ["Matin", "Soir"] == told(made)
    for _ in range(3):
        made.scan()
    forum.asked.clear()
    made.scan()
    assert [forum.address(4)] == forum.asked
    assert ["Matin", "Soir"] == told(made)


def test_of_a_long_thread_the_beginning_and_the_end_are_read() -> None:
    forum = Forum(messages=[*said(*range(60)), about("Fin")])
    made = world(forum)
    made.scan()

    assert [forum.address(n) for n in (1, 18, 19, 20, 21)] == forum.asked
    assert [MentionStatus.BASELINE] == made.statuses(ALICE)
    forum.asked.clear()
    forum.messages.append(about("Suite"))
    made.scan()
    assert [forum.address(21)] == forum.asked
    assert ["Suite"] == told(made)


def test_a_thread_that_grew_by_more_than_a_scan_reads_is_caught_up_with() -> None:
    forum = Forum(messages=said(0))
    made = world(forum)
    made.scan()
    forum.messages += [about("Un"), *said(*range(1, 18)), about("Milieu"), *said(*range(18, 26)), about("Enfin")]
    assert 10 == forum.pages

    for first in (1, 6):
        forum.asked.clear()
        made.scan()
        assert [forum.address(n) for n in range(first, first + 5)] == forum.asked
    assert ["Enfin", "Milieu", "Un"] == told(made)


@pytest.mark.parametrize("status", [503, 404])
def test_what_was_said_on_a_page_that_did_not_answer_is_told_once_it_does(status: int) -> None:
    forum = Forum(messages=said(0))
    made = world(forum)
    made.scan()
    forum.messages += [*said(1, 2, 3), about("Milieu"), *said(4, 5), about("Enfin")]
    forum.broken = {forum.address(2): status}
    made.scan()
    assert [] == told(made)

    forum.broken = {}
    made.scan(forced=True)
    made.scan(forced=True)
    assert ["Enfin", "Milieu"] == told(made)


def test_a_thread_whose_last_page_is_no_more_is_begun_again() -> None:
    forum = Forum(messages=[*said(*range(6)), about("Retiré")])
    made = world(forum)
    made.scan()
    made.scan()
    del forum.messages[5:]
    assert OutcomeKind.GONE is made.scan().kind

    forum.messages.append(about("Revenu"))
    assert OutcomeKind.OK is made.scan(forced=True).kind
    assert ["Revenu"] == told(made)
    forum.asked.clear()
    made.scan()
    assert [forum.address(2)] == forum.asked


def test_a_long_thread_that_is_begun_again_is_read_at_its_end() -> None:
    forum = Forum(messages=said(*range(60)))
    made = world(forum)
    made.scan()
    made.scan()
    del forum.messages[50:]
    made.scan()
    forum.asked.clear()
    made.scan(forced=True)
    assert [forum.address(n) for n in (1, 14, 15, 16, 17)] == forum.asked


def test_nothing_is_written_of_a_thread_where_nothing_was_said() -> None:
    forum = Forum(messages=said(*range(5)))
    made = world(forum)
    for _ in range(3):
        made.scan()
    before = made.snapshot()

    assert OutcomeKind.NOT_MODIFIED is made.scan().kind
    assert before == made.snapshot()
    assert forum.conditional[-1]


def test_the_validators_of_a_page_left_behind_are_not_asked_of_another() -> None:
    """Nothing changes on the first page; were it asked whether it did, what is said on the last would not be seen."""
    forum = Forum(messages=said(*range(5)))
    made = world(forum)
    made.scan()
    made.scan()

    assert [False, False, False] == forum.conditional
    forum.messages.append(about("Alors"))
    made.scan()
    assert ["Alors"] == told(made)


def test_somebody_who_begins_to_watch_gets_the_thread_from_its_beginning() -> None:
    forum = Forum(messages=[about("Jadis"), *said(*range(6))])
    made = world(forum)
    made.scan()
    made.scan()
    forum.asked.clear()
    made.enrol(replace(ALICE, practitioner_id="pautre"))
    made.scan()

    assert forum.address(1) == forum.asked[0]
    assert [MentionStatus.BASELINE] == [m.status for m in made.store.mentions("pautre")]
    assert [] == told(made)


def test_a_link_within_a_message_leads_nowhere() -> None:
    forum = Forum(messages=[f'Voir <a href="{DIALECTS["phpbb"](900).replace("&", "&amp;")}">900</a> pages plus loin.'])
    made = world(forum)

    assert OutcomeKind.OK is made.scan().kind
    assert [forum.address(1)] == forum.asked


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
