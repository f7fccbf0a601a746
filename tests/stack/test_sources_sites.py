"""Sites, read by the deployed functions: the manners of servers of feeds, robots.txt, redirects that lead inside.

One person, a source for each way in which a server behaves, three scans: what was there before (`first`), news and
refusals (`news`), and once more (`after`). Catalogue, section 10.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import count

import pytest

from tests.providers.serving import Call, Reply, Services, as_page, served
from tests.providers.site import Site, entry, feed, in_turn, moved, packed, rss, validated
from tests.stack.deployed import Deployed
from tests.stack.watched import Look, Watched
from tests.stack.web import now

pytestmark = pytest.mark.stack

NAMED = "Le Dr Claire Kerleau, dermatologue à Lyon"
OLD = entry(0, "Le marché rouvre.", title="Marché")
UNTIL = (now() + timedelta(hours=5)).replace(microsecond=0)
MODIFIED, LATER = "Sun, 22 Nov 2026 08:00:00 GMT", "Mon, 23 Nov 2026 08:00:00 GMT"
INSIDE = {
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "metadata_mapped": "http://[::ffff:169.254.169.254]/latest/meta-data/",
    "metadata_named": "http://metadata.internal/",
    "private": "http://10.255.255.254/",
}
FILLING = b"# rien\n" * 90_000
"""More than 600 KiB: what comes after it is beyond what has to be read."""

RULES = {
    "robots_none": None,
    "robots_broken": b"",
    "robots_long": b"User-agent: *\n" + FILLING + b"Disallow: /\n",
    "robots_long_refusal": b"User-agent: *\nDisallow: /page\n" + FILLING,
    "robots_ours": b"User-agent: Vigie\nAllow: /\n\nUser-agent: *\nCrawl-delay: 86400\nDisallow: /\n",
    "robots_not_ours": b"User-agent: *\nAllow: /\n\nUser-agent: vigie/1.0\nDisallow: /page\n",
}
"""What a site says in its robots.txt; None where there is none, nothing where the server fails."""


def told(name: str, *, guid: bool = True, link: str = "") -> str:
    """An entry about her; each under a headline and an address of its own, or it would be one story."""
    link = link or f"https://{name.partition(',')[0]}.example/lu"
    number = int.from_bytes(name[:4].encode())  # one of its own: all these feeds are of one host
    return entry(number, f"{NAMED}, lue par {name}.", guid=guid, link=link, title=f"Lu par {name}")


NAMELESS = told("nameless", guid=False)


@dataclass(frozen=True, slots=True)
class Story:
    """What was seen after each scan, and the servers with what they were asked."""

    first: Look
    news: Look
    after: Look
    feeds: Services
    ports: Mapping[str, Services]
    begun: Mapping[str, int]
    """Requests until the first scan was over, in which a tick may have been before us; those for feeds under ""."""

    def asked(self, path: str) -> list[Call]:
        """Later requests for a feed."""
        return [call for _, call in self.feeds.calls[self.begun[""] :] if call.path == path]


@pytest.fixture(scope="module")
def story(stack: Deployed) -> Iterator[Story]:
    with ExitStack() as kept:
        site, pages = Site(), {name: Site(name="page") for name in RULES}
        feeds = kept.enter_context(served(site))
        ports = {name: kept.enter_context(served(page, _robots(name))) for name, page in pages.items()}
        base = feeds.url("site")
        before(site, base)
        her = Watched(stack, stack.enrol("Kerleau"))
        for path in site.answers:
            if path.endswith(".xml"):
                her.add(path.strip("/").removesuffix(".xml"), "feed", base + path)
        for name, page in pages.items():
            page.answers["/avis"] = _page("Le marché rouvre lundi.")
            her.add(name, "page", f"{ports[name].url('page')}/avis")
        kept.enter_context(stack.patient())
        first = her.scan()
        begun = {"": len(feeds.calls), **{name: len(port.calls) for name, port in ports.items()}}
        later(site, base)
        for name, page in pages.items():
            page.answers["/avis"] = _page("Le marché rouvre lundi.", f"{NAMED}, lue par {name}, m'a bien soignée.")
        news = her.scan()
        site.answers["/both.xml"] = validated(lambda: rss(told("both"), OLD), 'W/"70-def"', LATER)
        site.answers["/nameless.xml"] = feed(rss(entry(3, "Rien de particulier."), NAMELESS, OLD))
        after = her.scan()
        yield Story(first, news, after, feeds, ports, begun)
        stack.vigie("practitioner", "remove", her.person, "--yes")


def _robots(name: str) -> Site:
    """The top of a site of its own."""
    rules = RULES[name]
    if rules is None:
        return Site(name="robots.txt")
    return Site({"/": Reply(rules, "text/plain") if rules else as_page("Panne", 500)}, name="robots.txt")


def _page(*paragraphs: str) -> Reply:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    page = f"<!doctype html><html><title>Gazette</title><body><main>{body}</main></body></html>"
    return Reply(page.encode(), "text/html; charset=utf-8")


def before(site: Site, base: str) -> None:
    etags = count()
    plain = ("gone", "dated", "html", "relative", "nameless", "paged", "bomb")
    site.answers = {
        "/both.xml": validated(lambda: rss(OLD), 'W/"6f-abc"', MODIFIED),
        "/restless.xml": lambda _: feed(rss(OLD), {"ETag": f'"{next(etags)}"'}),
        "/moved.xml": moved(f"{base}/hop"),
        "/hop": moved(f"{base}/home", 308),
        "/home": feed(rss(OLD)),
        "/packed.xml": packed(rss(OLD)),
        "/latin.xml": feed(rss(OLD, encoding="ISO-8859-1"), content_type="text/xml"),
        "/latin9.xml": feed(rss(OLD, encoding="ISO-8859-15"), content_type="text/xml"),
        **{f"/{name}.xml": feed(rss(OLD)) for name in plain},
        **{f"/{name}.xml": moved(target, 302) for name, target in INSIDE.items()},
    }


def later(site: Site, base: str) -> None:
    wait = {"Retry-After": format_datetime(UNTIL, usegmt=True)}
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    bomb = rss(told("bomb"), entry(2, "x"), OLD).replace(b"?>", f"?><!DOCTYPE rss [{laughs}]>".encode(), 1)
    older = f'<atom:link rel="next" href="{base}/older.xml"/>'
    latin = rss(told("latin, à Noël"), OLD, encoding="ISO-8859-1")
    latin9 = rss(told("neuf, de bon cœur"), OLD, encoding="ISO-8859-15")
    site.answers |= {
        "/home": feed(rss(told("moved"), OLD)),
        "/gone.xml": as_page("Ce blog est fermé", 410),
        "/dated.xml": in_turn([Reply(b"", "text/plain", 429, wait), feed(rss(told("dated"), OLD))]),
        "/html.xml": as_page("Le blog a déménagé"),
        "/packed.xml": packed(rss(told("packed"), OLD)),
        "/latin.xml": feed(latin, content_type="text/xml"),
        "/latin9.xml": feed(latin9, content_type="text/xml"),
        "/relative.xml": feed(rss(told("relative", link="../billets/lu?a=1&b=2"), OLD)),
        "/nameless.xml": feed(rss(NAMELESS, OLD)),
        "/paged.xml": feed(rss(*(entry(n, "Rien de particulier") for n in range(20, 10, -1)), head=older)),
        "/older.xml": feed(rss(told("paged"), OLD)),
        "/bomb.xml": feed(bomb.replace(b">x<", b">&l11;<")),
    }


class TestFeeds:
    def test_both_validators_are_sent_back_as_they_were_written_and_a_change_is_told(self, story: Story) -> None:
        headers = [call.headers for call in story.asked("/both.xml")]

        assert {('W/"6f-abc"', MODIFIED)} == {(sent["if-none-match"], sent["if-modified-since"]) for sent in headers}
        assert [0, 1] == [len(look.of("both")) for look in (story.news, story.after)]

    def test_another_etag_around_the_same_body_is_no_change(self, story: Story) -> None:
        assert story.first.sources["restless"] == story.after.sources["restless"]

    def test_a_chain_of_permanent_moves_is_gone_through_once(self, story: Story) -> None:
        assert [False, False, True] == [bool(story.asked(path)) for path in ("/moved.xml", "/hop", "/home")]
        assert 1 == len(story.news.of("moved"))

    def test_one_that_is_gone_says_so(self, story: Story) -> None:
        assert ["ok", "gone"] == [look.outcome("gone") for look in (story.first, story.news)]

    def test_one_that_names_a_date_is_left_alone_until_then(self, story: Story) -> None:
        assert "throttled" == story.news.outcome("dated")
        assert UNTIL == datetime.fromisoformat(story.news.sources["dated"]["not_before"])
        assert 1 == len(story.asked("/dated.xml"))
        assert [] == story.after.of("dated")

    def test_a_page_in_its_place_is_no_empty_feed(self, story: Story) -> None:
        assert "not_a_feed" == story.news.outcome("html")

    def test_packed_bodies_and_old_encodings_are_read(self, story: Story) -> None:
        """The second one has a letter where most others have a fraction."""
        found = [m["excerpt"] for name in ("latin", "latin9") for m in story.news.of(name)]

        assert [True, True] == [said in text for said, text in zip(("à Noël", "bon cœur"), found, strict=True)]
        assert 1 == len(story.news.of("packed"))

    def test_links_are_seen_from_where_the_feed_is(self, story: Story) -> None:
        [mention] = story.news.of("relative")

        assert story.feeds.url("billets") + "/lu?a=1&b=2" == mention["url"]
        assert mention["url"] in story.news.told

    def test_entries_without_a_name_or_a_date_are_told_once(self, story: Story) -> None:
        """Read once more, after something had come above it."""
        [mention] = story.after.of("nameless")

        assert len(story.asked("/nameless.xml")) >= 2
        assert mention["published_at"] is None
        assert 1 == story.after.told_ids.count(mention["mention_id"])

    def test_what_slid_to_the_second_page_is_told(self, story: Story) -> None:
        assert story.asked("/older.xml")
        assert 1 == len(story.news.of("paged"))

    def test_a_billion_laughs_are_not_laughed(self, story: Story) -> None:
        [mention] = story.news.of("bomb")

        assert "ok" == story.news.outcome("bomb")
        assert "haha" not in json.dumps(mention)


class TestRobots:
    @pytest.mark.parametrize("name", ["robots_none", "robots_long", "robots_ours"])
    def test_a_site_that_lets_us_is_read_and_its_news_told(self, story: Story, name: str) -> None:
        """No rules at all; a refusal beyond 500 KiB; rules of our own, to which those for all add nothing."""
        assert "ok" == story.first.outcome(name)
        assert 1 == len(story.news.of(name))

    @pytest.mark.parametrize(
        ("name", "outcome"),
        [("robots_broken", "unreachable"), ("robots_long_refusal", "blocked"), ("robots_not_ours", "blocked")],
    )
    def test_a_site_that_does_not_let_us_is_asked_for_nothing_more(self, story: Story, name: str, outcome: str) -> None:
        """A server that fails is no permission."""
        assert {outcome} == {look.outcome(name) for look in (story.first, story.news, story.after)}
        assert {"robots.txt"} == {service for service, _ in story.ports[name].calls}

    def test_they_are_asked_for_once_a_day_where_they_answer(self, story: Story) -> None:
        name = "robots_ours"

        assert {"page"} == {service for service, _ in story.ports[name].calls[story.begun[name] :]}


@pytest.mark.parametrize("name", INSIDE)
def test_a_redirect_that_leads_inside_is_refused_before_anything_is_asked(story: Story, name: str) -> None:
    """As `blocked`: an attempt to connect would have been `unreachable`."""
    assert {"blocked"} == {look.outcome(name) for look in (story.first, story.news, story.after)}


def test_nothing_is_told_twice_and_nothing_is_told_of_a_refusal(story: Story) -> None:
    assert [] == list(story.first.mails)
    assert 12 == len(set(story.after.told_ids)) == len(story.after.told_ids)


def test_nothing_of_it_is_in_a_log_a_queue_or_a_dead_letter(story: Story, stack: Deployed) -> None:
    """Names, addresses, titles, texts."""
    marks = {"Kerleau", "both.xml", "metadata", "169.254", "page/avis", "lue par", "Lu par", "marché", "6f-abc"}
    said = "\n".join([*stack.logs(), *stack.told(), json.dumps(stack.bodies(), ensure_ascii=False)]).lower()

    assert "not_a_feed" in said, "the functions did log"
    assert [] == sorted(mark for mark in marks if mark.lower() in said)
