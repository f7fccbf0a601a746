"""The demo web: Vigie makes of it what its script expects, and it answers as web servers should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import pytest

from ops.evaluate import practitioner_of
from ops.local import demo, demo_services
from ops.local.demo_script import POSTS, PROFILES, Post
from vigie import registry, robots, sources
from vigie.errors import InputError
from vigie.exchange import Response
from vigie.match import match
from vigie.model import Cursor, Item, Source
from vigie.triage import triage

PEOPLE = {profile["last_names"][0]: practitioner_of({**profile, "id": profile["rpps"]}) for profile in PROFILES}
START = datetime(2026, 11, 23, 13, 16, 40, tzinfo=UTC).timestamp()
OVER = max(post.after_s for post in POSTS) + 1


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def web(clock: Clock) -> Iterator[demo.Demo]:
    with demo.served(clock=clock) as running:
        running.begin()
        yield running


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as made:
        yield made


def _items(client: httpx.Client, web: demo.Demo) -> list[Item]:
    """All that Vigie's own sources read there."""
    found: list[Item] = []
    for watch in demo.watches(web.url):
        kind = registry.load(sources, watch.kind)
        source = Source("s1", watch.kind, watch.params, 15, "127.0.0.1")
        url = kind.request(source, Cursor()).url
        answer = client.get(stood_in(web, url))
        headers = {name.lower(): value for name, value in answer.headers.items()}
        found += kind.read(source, Response(answer.status_code, url, headers, answer.content)).items
    return found


def stood_in(web: demo.Demo, url: str) -> str:
    """Where what `url` asks is asked in the demonstration."""
    host = urlsplit(url).hostname or ""
    path = demo_services.HOSTS.get(host)
    return f"{web.url}{path}{url.partition(host)[2]}" if path else url


def _tells(item: Item, post: Post) -> bool:
    """A newspaper tells search engines its titles only."""
    return post.text in item.text or (post.place == "press" and post.title == item.title)


def _severities(items: list[Item], post: Post) -> dict[str, str]:
    """What Vigie makes of a post, wherever it read it: last name -> severity."""
    found = {}
    for item in items:
        if not _tells(item, post):
            continue
        for name, person in PEOPLE.items():
            decision = match(person, item)
            if decision is not None and decision.about:
                found[name] = triage(item, decision, person).severity.value
    return found


def test_vigie_makes_of_every_post_what_the_script_expects(client: httpx.Client, web: demo.Demo, clock: Clock) -> None:
    clock.now = START + OVER
    items = _items(client, web)
    unread = [post.text for post in POSTS if not any(_tells(item, post) for item in items)]
    assert [] == unread
    wrong = {
        post.text: (dict(post.expects), got) for post in POSTS if (got := _severities(items, post)) != post.expects
    }
    assert {} == wrong


def test_six_kinds_of_source_are_alive(web: demo.Demo) -> None:
    assert {"feed", "page", "reviews", "sitemap", "google_news", "brave_web"} == {
        watch.kind for watch in demo.watches(web.url)
    }


def test_a_page_is_found_at_its_own_address_only(client: httpx.Client, web: demo.Demo, clock: Clock) -> None:
    clock.now = START + OVER
    paths = ("web/bonnes-adresses-nantes", "gazette/bonnes-adresses-nantes", "gazette/festival-sante")
    assert [200, 404, 200] == [client.get(web.url + path).status_code for path in paths]


def test_the_script_shows_praise_a_complaint_an_accusation_and_namesakes() -> None:
    later = [post for post in POSTS if post.after_s > 0]
    told = [severity for post in later for severity in post.expects.values()]
    assert {"info", "attention", "urgent"} == set(told)
    assert any("maçon" in post.text and not post.expects for post in later)
    assert any("pain d'épices" in post.text and not post.expects for post in later)


def test_posts_appear_in_their_time_and_the_show_can_begin_again(
    client: httpx.Client, web: demo.Demo, clock: Clock
) -> None:
    first = min((post for post in POSTS if post.after_s > 0), key=lambda post: post.after_s)
    thread = f"{web.url}forum/t/{first.thread}"
    assert first.text not in client.get(thread).text.replace("&#x27;", "'")
    before = web.shown_count()
    clock.now += first.after_s
    assert before + 1 == web.shown_count()
    assert first.text in client.get(thread).text.replace("&#x27;", "'")
    web.begin()
    assert first.text not in client.get(thread).text.replace("&#x27;", "'")
    clock.now += OVER
    assert len(POSTS) == web.shown_count()


def test_nothing_appears_before_the_show_begins(clock: Clock) -> None:
    """However long it takes to deploy: what had appeared by then would be of the baseline, and told to nobody."""
    with demo.served(clock=clock) as waiting:
        before = waiting.shown_count()
        clock.now += OVER
        assert before == waiting.shown_count()
        waiting.begin()
        clock.now += OVER
        assert len(POSTS) == waiting.shown_count()


def test_what_stood_there_before_does_not_change_when_the_show_begins(
    client: httpx.Client, web: demo.Demo, clock: Clock
) -> None:
    urls = [watch.url for watch in demo.watches(web.url) if watch.url]
    before = [client.get(url).content for url in urls]
    clock.now += 20
    web.begin()
    assert before == [client.get(url).content for url in urls]


PATHS = [
    "",
    "blog/",
    "blog/feed.xml",
    "blog/comments.xml",
    "blog/peau-hiver",
    "forum/",
    "forum/atom.xml",
    "avis/",
    "avis/graslin",
    "gazette/",
    "gazette/sitemap.xml",
    "gazette/tramway-rive-gauche",
]


@pytest.mark.parametrize("path", PATHS)
def test_what_has_not_changed_is_not_sent_again(client: httpx.Client, web: demo.Demo, path: str) -> None:
    first = client.get(web.url + path)
    assert 200 == first.status_code
    asked: list[Mapping[str, str]] = [
        {"If-None-Match": first.headers["ETag"]},
        {"If-None-Match": f'"other", W/{first.headers["ETag"]}'},
    ]
    if "Last-Modified" in first.headers:
        asked.append({"If-Modified-Since": first.headers["Last-Modified"]})
    for headers in asked:
        again = client.get(web.url + path, headers=headers)
        assert (304, b"") == (again.status_code, again.content)


def test_what_has_changed_is_sent_whatever_date_is_given(client: httpx.Client, web: demo.Demo, clock: Clock) -> None:
    url = f"{web.url}forum/atom.xml"
    first = client.get(url)
    clock.now += OVER
    headers = {"If-None-Match": first.headers["ETag"], "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert 200 == client.get(url, headers=headers).status_code
    assert 200 == client.get(url, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code
    assert 200 == client.get(url, headers={"If-Modified-Since": "not a date"}).status_code


def test_a_head_has_the_headers_and_no_body(client: httpx.Client, web: demo.Demo) -> None:
    whole, head = client.get(f"{web.url}avis/graslin"), client.head(f"{web.url}avis/graslin")
    assert (b"", whole.headers["Content-Length"]) == (head.content, head.headers["Content-Length"])


@pytest.mark.parametrize("path", ["nowhere", "blog/unknown", "forum/t/unknown", "blog/../../etc/passwd", "%2e%2e/"])
def test_what_is_not_there_is_not_found(client: httpx.Client, web: demo.Demo, path: str) -> None:
    assert 404 == client.get(web.url + path).status_code


def test_an_article_is_not_found_before_it_is_published(client: httpx.Client, web: demo.Demo, clock: Clock) -> None:
    assert 404 == client.get(f"{web.url}blog/soleil-montagne").status_code
    clock.now += OVER
    assert 200 == client.get(f"{web.url}blog/soleil-montagne").status_code


def test_robots_txt_allows_what_is_watched(client: httpx.Client, web: demo.Demo) -> None:
    answer = client.get(f"{web.url}robots.txt")
    for watch in (watch for watch in demo.watches(web.url) if watch.url):
        assert robots.allows(watch.url, status=answer.status_code, body=answer.content)
    assert not robots.allows(f"{web.url}recherche?q=x", status=answer.status_code, body=answer.content)


def test_another_host_name_is_refused(client: httpx.Client, web: demo.Demo) -> None:
    """A page elsewhere whose name was rebound to this machine reads nothing."""
    assert 421 == client.get(web.url, headers={"Host": "evil.test"}).status_code


def test_a_taken_port_gets_a_sentence(web: demo.Demo) -> None:
    port = int(web.url.rstrip("/").rpartition(":")[2])
    with pytest.raises(InputError, match=f"Port {port} cannot be used"):
        demo.serve(port)


def test_a_stopped_web_gives_its_port_back(clock: Clock) -> None:
    first = demo.serve(clock=clock)
    port = int(first.url.rstrip("/").rpartition(":")[2])
    first.stop()
    demo.serve(port, clock=clock).stop()
