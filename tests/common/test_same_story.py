"""From the answers of real kinds of source to the mail: one story, read in five places, is one line of one message."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from tests.fakes import CannedFetcher, ListOutbox, MemoryStore, SentMail, SentSms, ToldOperator
from tests.ledger import access_of, silent
from vigie import channels, identity, registry, sources
from vigie.channels import Carriers
from vigie.exchange import Response
from vigie.model import Cursor, Job, Mention, Pointer, Practitioner, Recipient, Source
from vigie.notify import Notifier
from vigie.record import Recorder
from vigie.scan import Scanner

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ALICE = Practitioner("palice", "Dr", ("Alice",), ("Vasseur-Lemoine",), "dermatologue", "Besançon", "25000")
HEADLINE = "Besançon : le Dr Alice Vasseur-Lemoine, dermatologue, relaxée par le tribunal correctionnel après deux ans"
TEXT = "Le tribunal de Besançon a relaxé la dermatologue Alice Vasseur-Lemoine, poursuivie depuis deux ans."
MAIL = Recipient("rmail", "email", "alice@cabinet.example", verified_at=NOW)
PHONE = Recipient("rsms", "sms", "+33639980001", verified_at=NOW)
QUERY = '"Alice Vasseur-Lemoine"'


def rss(*entries: str, title: str = "Actualités", link: str = "https://site.example/") -> bytes:
    head = f"<title>{title}</title><link>{link}</link>"
    return f'<rss version="2.0"><channel>{head}{"".join(entries)}</channel></rss>'.encode()


def entry(link: str, title: str = HEADLINE, text: str = TEXT) -> str:
    told = "<pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate>"
    return f"<item><title>{title}</title><link>{link}</link><description>{text}</description>{told}</item>"


def of_google(code: str, publisher: str, title: str = HEADLINE) -> str:
    link = f"https://news.google.com/rss/articles/{code}?oc=5"
    return (
        f'<item><title>{title} - {publisher}</title><link>{link}</link><guid isPermaLink="false">{code}</guid>'
        f"<pubDate>Mon, 23 Nov 2026 10:05:00 GMT</pubDate>"
        f'<description>&lt;a href="{link}"&gt;{title}&lt;/a&gt;&amp;nbsp;&amp;nbsp;{publisher}</description></item>'
    )


class World:
    """One practitioner, the sources that watch for them, and what they were sent by the channels as they are."""

    def __init__(self) -> None:
        self.now = NOW
        self.store = MemoryStore(clock=lambda: self.now)
        self.store.enrol(ALICE, [MAIL, PHONE], "h")
        self.web = CannedFetcher()
        self.outbox = ListOutbox()
        self.mail, self.sms = SentMail(), SentSms()
        owners = count()
        recorder = Recorder(self.store, self.outbox, timedelta(days=90))
        self.scanner = Scanner(self.store, recorder, self.web, access_of(lambda: self.now), silent(), lambda: self.now)
        self.notifier = Notifier(
            self.store,
            ToldOperator(),
            Carriers(self.mail, self.sms),
            channel=lambda name: registry.load(channels, name),
            caps={},
            clock=lambda: self.now,
            owner=lambda: f"w{next(owners)}",
        )

    def watch(self, kind: str, **params: str) -> str:
        """A source that has been read once, and showed nothing."""
        source = Source(
            identity.source_id(kind, params), kind, params, 60, identity.host_of(params.get("url", "")) or kind
        )
        self.store.watch(ALICE.practitioner_id, source)
        self.serve(source.source_id, rss())
        self.scan(source.source_id)
        return source.source_id

    def serve(self, source_id: str, body: bytes) -> None:
        source = self.store.source_rows[source_id]
        url = registry.load(sources, source.kind).request(source, Cursor()).url
        self.web.answers[url] = Response(200, url, {}, body)

    def scan(self, *source_ids: str, after: timedelta = timedelta(hours=1)) -> None:
        self.now += after
        asyncio.run(self.scanner.scan(Job(source_ids)))

    def tell(self) -> list[str]:
        """The texts of the mails that go out now."""
        before = len(self.mail.sent)
        self.notifier.flush(Pointer(ALICE.practitioner_id))
        return [message.text for message, _ in self.mail.sent[before:]]

    @property
    def mentions(self) -> list[Mention]:
        return list(self.store.mentions(ALICE.practitioner_id))


@pytest.fixture
def world() -> World:
    return World()


def test_the_same_story_from_five_sources_is_one_line_that_names_the_other_sites(world: World) -> None:
    paper = world.watch("feed", url="https://gazette-besancon.example/feed")
    other = world.watch("feed", url="https://www.est-info.example/rss")
    google = world.watch("google_news", query=QUERY)
    bing = world.watch("bing_news", query=QUERY)
    alerts = world.watch("feed", url="https://alertes.example/feeds/1")
    link = "https://gazette-besancon.example/2026/11/relaxe"
    world.serve(paper, rss(entry(f"{link}?utm_source=rss")))
    world.serve(other, rss(entry("https://www.est-info.example/a/12", f"{HEADLINE} | Est Info")))
    world.serve(google, rss(of_google("CBMi1", "Radio Doubs"), of_google("CBMi2", "La Gazette de Besançon")))
    wrapped = "https%3a%2f%2fdoubs-matin.example%2frelaxe"
    world.serve(bing, rss(entry(f"http://www.bing.com/news/apiclick.aspx?ref=F&amp;url={wrapped}&amp;c=1")))
    world.serve(alerts, rss(entry(f"https://www.google.com/url?sa=t&amp;url={link}&amp;ct=ga&amp;cd=x", "Autre titre")))

    world.scan(paper, other, google, bing, alerts)
    [text] = world.tell()

    assert 5 == len(world.mentions), "what has no name but its address is one mention already"
    assert text.startswith("1 nouvelle mention à votre sujet\n")
    assert "[1/1]" in text
    assert "[1/2]" not in text
    assert "Aussi sur 4 autres sites\u00a0:" in text
    for line in (
        "- est-info.example\u00a0: https://www.est-info.example/a/12",
        "- Radio Doubs (news.google.com)\u00a0: https://news.google.com/",
    ):
        assert line in text
    assert [] == world.tell()


def test_an_sms_says_on_how_many_other_sites_and_names_none(world: World) -> None:
    feeds = [world.watch("feed", url=f"https://site{n}.example/feed") for n in range(5)]
    title = (
        "Besançon : plainte contre le Dr Alice Vasseur-Lemoine, dermatologue accusée de surfacturation et d'escroquerie"
    )
    for n, source in enumerate(feeds):
        world.serve(source, rss(entry(f"https://site{n}.example/a", title, f"{title}. Une escroquerie, une honte.")))
    world.scan(*feeds)
    world.tell()

    [(message, _)] = world.sms.sent
    assert message.text.startswith("Vigie : 1 nouvelle publication importante vous concerne. Aussi sur 4 autres sites.")
    assert "site" not in message.text.replace("autres sites", "")


def test_google_news_under_a_new_address_tells_nothing(world: World) -> None:
    google = world.watch("google_news", query=QUERY)
    world.serve(google, rss(of_google("CBMiAAAA", "Radio Doubs")))
    world.scan(google)
    assert 1 == len(world.tell())

    for code in ("CBMiBBBB", "CBMiCCCC"):
        world.serve(google, rss(of_google(code, "Radio Doubs")))
        world.scan(google)
        assert [] == world.tell()
    assert 1 == len(world.mentions)


def test_two_searches_of_one_service_find_one_mention(world: World) -> None:
    first, second = world.watch("google_news", query=QUERY), world.watch("google_news", query=f"{QUERY} Besançon")
    for source, code in ((first, "CBMiAAAA"), (second, "CBMiBBBB")):
        world.serve(source, rss(of_google(code, "Radio Doubs")))
    world.scan(first, second)

    assert 1 == len(world.tell())
    assert 1 == len(world.mentions)


def test_a_paper_that_the_search_found_first_is_not_told_again(world: World) -> None:
    """Google gives no address of the publisher: its name and the headline are what they have in common."""
    google, paper = (
        world.watch("google_news", query=QUERY),
        world.watch("feed", url="https://gazette-doubs.example/feed"),
    )
    title = "La dermatologue Alice Vasseur-Lemoine relaxée"
    world.serve(google, rss(of_google("CBMi1", "La Gazette du Doubs", title)))
    world.scan(google)
    assert 1 == len(world.tell())

    world.serve(paper, rss(entry("https://gazette-doubs.example/relaxe", title)))
    world.scan(paper)

    assert [] == world.tell()
    [first, second] = sorted(world.mentions, key=lambda m: m.found_at)
    assert first.mention_id == (second.deliveries or {})["rmail"].repeats


def test_what_people_say_under_an_article_is_told_though_the_article_was(world: World) -> None:
    """Their entries have its headline, and its address."""
    link = "https://gazette.example/relaxe"
    paper, said = (world.watch("feed", url=f"https://gazette.example/{name}") for name in ("feed", "comments/feed"))
    world.serve(paper, rss(entry(link)))
    world.scan(paper)
    assert 1 == len(world.tell())

    comments = [entry(link, f"Par : Jean{n}", f"Le Dr Alice Vasseur-Lemoine, un avis {n}.") for n in ("a", "b")]
    world.serve(said, rss(*comments, title=f"Commentaires sur : {HEADLINE}", link=link))
    world.scan(said)

    [text] = world.tell()
    assert text.startswith("2 nouvelles mentions")


def test_an_answer_that_several_items_share_an_address_with_is_told(world: World) -> None:
    """A feed that does not say that its entries are comments: what they all link to is none of theirs."""
    link = "https://gazette.example/relaxe"
    paper, said = (world.watch("feed", url=f"https://gazette.example/{name}") for name in ("feed", "avis"))
    world.serve(paper, rss(entry(link)))
    world.scan(paper)
    world.tell()

    told = [entry(link, f"Message {n}", f"Le Dr Alice Vasseur-Lemoine m'a reçue, message {n}.") for n in ("a", "b")]
    world.serve(said, rss(*told))
    world.scan(said)

    [text] = world.tell()
    assert text.startswith("2 nouvelles mentions")


def test_the_same_headline_in_its_own_feed_again_is_told(world: World) -> None:
    """One source gives two things: they are two, whatever they are called."""
    paper = world.watch("feed", url="https://gazette.example/feed")
    world.serve(paper, rss(entry("https://gazette.example/1")))
    world.scan(paper)
    assert 1 == len(world.tell())

    world.serve(
        paper,
        rss(
            entry("https://gazette.example/2", text=f"{TEXT} Et ce n'est pas fini."), entry("https://gazette.example/1")
        ),
    )
    world.scan(paper)
    assert 1 == len(world.tell())


def test_what_retention_erases_are_the_keys_too(world: World) -> None:
    paper = world.watch("feed", url="https://gazette.example/feed")
    world.serve(paper, rss(entry("https://gazette.example/1")))
    world.scan(paper)
    world.tell()
    [mention] = world.mentions
    assert mention.story

    world.now += timedelta(days=91)
    world.notifier.flush(Pointer(ALICE.practitioner_id, mention.mention_id))

    assert () == world.mentions[0].story


def test_an_erased_practitioner_leaves_no_story(world: World) -> None:
    paper = world.watch("feed", url="https://gazette.example/feed")
    world.serve(paper, rss(entry("https://gazette.example/1")))
    world.scan(paper)
    world.tell()

    world.store.erase(ALICE.practitioner_id)

    assert ({}, {}, {}) == (world.store.mention_rows, world.store.alert_rows, world.store.rosters)
