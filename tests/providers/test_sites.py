"""Feeds and forums scanned through the real fetcher, of servers with the manners that sites have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.providers.forums import Discourse, WordPress, said
from tests.providers.serving import Call, Reply, as_page
from tests.providers.site import Site, entry, feed, in_turn, moved, packed, rss, validated
from tests.providers.world import World, world
from vigie.model import MentionStatus, OutcomeKind, Source

CAMILLE = "Le Dr Camille Aubertin-Lesage, dermatologue à Valombre, m'a bien soignée"
LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def here(site: Site) -> Iterator[World]:
    with world(site) as made:
        yield made


def watch(here: World, path: str = "feed.xml", kind: str = "feed", name: str = "site", **params: str) -> str:
    url = here.services.url(name)
    return here.watch(kind, url=f"{url}/{path}", **{"query": "", **params})


def row(here: World, source: str) -> Source:
    return here.store.source_rows[source]


HOUR = timedelta(hours=1)


class TestManners:
    def test_a_server_that_wants_both_validators_back_as_it_wrote_them_gets_them(self, site: Site, here: World) -> None:
        entries = [entry(1, CAMILLE)]
        date = "Sun, 22 Nov 2026 08:00:00 GMT"
        site.answers["/feed.xml"] = validated(lambda: rss(*entries), 'W/"6f-abc"', date)
        source = watch(here)

        kinds = [here.scan(source, after=HOUR)[0].kind for _ in range(2)]

        assert [OutcomeKind.OK, OutcomeKind.NOT_MODIFIED] == kinds

    def test_another_etag_around_the_same_body_is_no_change(self, site: Site, here: World) -> None:
        etags = iter(range(100))
        site.answers["/feed.xml"] = lambda _: feed(rss(entry(1, CAMILLE)), {"ETag": f'"{next(etags)}"'})
        source = watch(here)
        here.scan(source, after=HOUR)
        before = row(here, source)

        assert OutcomeKind.NOT_MODIFIED is here.scan(source, after=HOUR)[0].kind
        assert before == row(here, source)

    def test_a_chain_of_permanent_moves_is_remembered_and_a_passing_one_is_not(self, site: Site, here: World) -> None:
        base = here.services.url("site")
        site.answers |= {
            "/feed.xml": moved(f"{base}/b"), "/b": moved(f"{base}/c", 308), "/c": feed(rss(entry(1, CAMILLE))),
            "/passing.xml": moved(f"{base}/c", 302),
        }  # fmt: skip
        for_good, passing = watch(here), watch(here, "passing.xml")

        here.scan(for_good, passing, after=HOUR)

        assert [f"{base}/c", None] == [row(here, s).cursor.moved_to for s in (for_good, passing)]
        asked = len(here.services.calls)
        here.scan(for_good, after=HOUR)
        assert ["/c"] == [call.path for _, call in here.services.calls[asked:]]

    def test_one_that_is_gone_says_so(self, site: Site, here: World) -> None:
        site.answers["/feed.xml"] = as_page("Ce blog est fermé", 410)

        assert OutcomeKind.GONE is here.scan(watch(here))[0].kind

    def test_one_that_names_a_date_is_left_alone_until_then(self, site: Site, here: World) -> None:
        until = here.now.replace(microsecond=0) + timedelta(hours=5)
        wait = {"Retry-After": format_datetime(until, usegmt=True)}
        site.answers["/feed.xml"] = in_turn([Reply(b"", "text/plain", 429, wait), feed(rss(entry(1, CAMILLE)))])
        source = watch(here)

        outcomes = [here.scan(source, after=HOUR)[0] for _ in range(5)]

        assert [OutcomeKind.THROTTLED, *[OutcomeKind.HELD] * 3, OutcomeKind.OK] == [o.kind for o in outcomes]
        assert until == outcomes[0].until
        assert 2 == len(here.services.calls)

    def test_a_page_in_its_place_is_no_empty_feed_and_the_feed_it_announces_is_named(
        self, site: Site, here: World
    ) -> None:
        page = '<html><head><link rel="alternate" type="application/atom+xml" href="/site/atom.xml"></head></html>'
        site.answers["/feed.xml"] = Reply(page.encode(), "text/html")

        [outcome] = here.scan(watch(here))

        assert OutcomeKind.NOT_A_FEED is outcome.kind
        assert outcome.detail.endswith(f"announces a feed: {here.services.url('site')}/atom.xml")

    def test_packed_bodies_are_read(self, site: Site, here: World) -> None:
        site.answers["/feed.xml"] = lambda call: (
            packed(rss(entry(1, CAMILLE))) if "gzip" in call.headers.get("accept-encoding", "") else as_page("?", 406)
        )
        source = watch(here)

        assert (OutcomeKind.OK, 1) == ((outcome := here.scan(source)[0]).kind, outcome.tally.baseline)

    def test_old_encodings_are_read_as_they_say(self, site: Site, here: World) -> None:
        site.answers["/feed.xml"] = feed(
            rss(entry(1, f"{CAMILLE}, à Noël"), encoding="ISO-8859-1"), content_type="text/xml"
        )
        here.scan(watch(here))

        assert "à Noël" in here.mentions(MentionStatus.BASELINE)[0].excerpt

    def test_links_are_seen_from_where_the_feed_is(self, site: Site, here: World) -> None:
        site.answers["/feed.xml"] = feed(rss(entry(1, CAMILLE, link="../billets/1?a=1&b=2")))
        here.scan(watch(here))

        base = here.services.url("site").removesuffix("/site")
        assert f"{base}/billets/1?a=1&b=2" == here.mentions(MentionStatus.BASELINE)[0].url

    def test_entries_without_a_name_or_a_date_are_known_again(self, site: Site, here: World) -> None:
        entries = [entry(1, CAMILLE, guid=False)]
        site.answers["/feed.xml"] = lambda _: feed(rss(*entries))
        source = watch(here)
        here.scan(source)
        entries.insert(0, entry(2, f"{CAMILLE}, encore", guid=False))
        here.scan(source)
        here.scan(source)

        assert ["https://blog.example/2"] == [mention.url for mention in here.mentions()]

    @pytest.mark.parametrize("bomb", ["laughs", "outside"])
    def test_entities_that_would_fill_the_memory_are_not_expanded(self, site: Site, here: World, bomb: str) -> None:
        laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
        outside = '<!ENTITY l11 SYSTEM "file:///etc/passwd">'
        doctype = f"<!DOCTYPE rss [{laughs if bomb == 'laughs' else outside}]>"
        body = rss(entry(1, CAMILLE), entry(2, "x")).replace(b"?>", f"?>{doctype}".encode(), 1)
        site.answers["/feed.xml"] = feed(body.replace(b">x<", b">&l11;<"))

        [outcome] = here.scan(watch(here))

        assert (OutcomeKind.OK, 1) == (outcome.kind, outcome.tally.baseline)


class TestOlderPages:
    def feeds(self, site: Site, here: World, pages: int = 2) -> list[str]:
        """A paged feed, ten entries a page, of what is in the list that is given back, the newest first."""
        told: list[str] = []

        def page(number: int) -> Reply:
            older = f'<atom:link rel="next" href="{here.services.url("site")}/page{number + 1}.xml"/>'
            shown = told[10 * (number - 1) : 10 * number]
            return feed(rss(*shown, head=older if len(told) > 10 * number else ""))

        site.answers |= {
            f"/{'feed' if n == 1 else f'page{n}'}.xml": lambda _, n=n: page(n) for n in range(1, pages + 1)
        }
        return told

    def asked(self, here: World) -> list[str]:
        paths = [call.path for _, call in here.services.calls]
        here.services.calls.clear()
        return paths

    def test_are_read_at_first_and_not_again(self, site: Site, here: World) -> None:
        told = self.feeds(site, here)
        told += [entry(n, "Rien de particulier") for n in range(15, 0, -1)]
        told[12] = entry(3, CAMILLE)
        source = watch(here)

        assert (15, 1) == ((outcome := here.scan(source)[0]).items, outcome.tally.baseline)
        assert ["/feed.xml", "/page2.xml"] == self.asked(here)
        told.insert(0, entry(16, f"{CAMILLE} enfin"))
        here.scan(source, after=HOUR)
        assert ["/feed.xml"] == self.asked(here)
        assert 1 == len(here.mentions())

    def test_are_read_when_nothing_of_the_newest_was_there_before(self, site: Site, here: World) -> None:
        """Once the machine was down for longer than ten entries last."""
        told = self.feeds(site, here)
        told += [entry(1, "Rien")]
        source = watch(here)
        here.scan(source)
        self.asked(here)
        told[:0] = [entry(n, "Rien de particulier") for n in range(15, 3, -1)] + [entry(3, CAMILLE), entry(2, "Rien")]
        here.scan(source)

        assert ["/feed.xml", "/page2.xml"] == self.asked(here)
        assert 1 == len(here.mentions())

    def test_are_five_at_most(self, site: Site, here: World) -> None:
        told = self.feeds(site, here, 9)
        told += [entry(n, "Rien de particulier") for n in range(90)]

        assert 50 == here.scan(watch(here))[0].items
        assert 5 == len(self.asked(here))

    def test_that_do_not_answer_do_not_keep_the_newest_from_being_read(self, site: Site, here: World) -> None:
        told = self.feeds(site, here)
        told += [entry(n, CAMILLE if n == 12 else "Rien") for n in range(15, 0, -1)]
        site.answers["/page2.xml"] = as_page("Panne", 500)
        source = watch(here)

        assert [OutcomeKind.UNREACHABLE, OutcomeKind.OK] == [here.scan(source)[0].kind for _ in range(2)]
        assert 1 == len(here.mentions(MentionStatus.BASELINE))

    @pytest.mark.parametrize("href", ["feed.xml", "#", "https://autre.example/page2.xml", "javascript:alert(1)", ""])
    def test_that_are_none_are_not_asked_for(self, site: Site, here: World, href: str) -> None:
        site.answers["/feed.xml"] = feed(rss(entry(1, CAMILLE), head=f'<atom:link rel="next" href="{href}"/>'))

        assert OutcomeKind.OK is here.scan(watch(here))[0].kind
        assert ["/feed.xml"] == self.asked(here)

    def test_of_a_json_feed_are_read_too(self, site: Site, here: World) -> None:
        def page(number: int, following: str) -> Reply:
            item = f'{{"id": "{number}", "url": "https://blog.example/{number}", "content_text": "{CAMILLE} {number}"}}'
            text = f'{{"version": "https://jsonfeed.org/version/1.1", "title": "B", {following} "items": [{item}]}}'
            return Reply(text.encode(), "application/feed+json")

        site.answers |= {"/feed.xml": page(1, '"next_url": "page2.json",'), "/page2.json": page(2, "")}
        assert 2 == here.scan(watch(here))[0].tally.baseline


class TestWordPress:
    def test_posts_comments_and_a_search_are_each_a_source(self) -> None:
        blog = WordPress(
            posts=[said(1, "Un cabinet ouvre.", LONG_AGO, topic=f"{CAMILLE} : portrait"), said(2, "Rien.", LONG_AGO)],
            comments=[said(3, "Quelle attente !", LONG_AGO, topic=f"{CAMILLE} : portrait")],
        )
        with world(blog) as here:
            sources = [
                watch(here, "", "wordpress", "wordpress"),
                watch(here, "", "wordpress", "wordpress", what="comments"),
                watch(here, "", "wordpress", "wordpress", query="Aubertin-Lesage"),
            ]
            outcomes = here.scan(*sources)
            assert [(2, 1), (1, 1), (1, 0)] == [(o.items, o.tally.baseline) for o in outcomes]
            blog.comments.append(said(4, "Je confirme.", LONG_AGO, topic=f"{CAMILLE} : portrait"))
            here.scan(*sources)

            assert ["https://gazette.example/a/#comment-4"] == [mention.url for mention in here.mentions()]


class TestDiscourse:
    def forum(self, count: int) -> Discourse:
        return Discourse([said(n, f"{CAMILLE}, avis {n}", LONG_AGO) for n in range(1, count + 1)])

    def test_a_first_search_turns_the_pages_and_later_ones_ask_for_what_is_new(self) -> None:
        forum = self.forum(120)
        with world(forum) as here:
            source = watch(here, "", "discourse", "discourse", query="Aubertin-Lesage")
            assert 120 == here.scan(source)[0].items
            assert 3 == len(here.services.calls)
            forum.posts.append(said(121, f"{CAMILLE}, vraiment", LONG_AGO + timedelta(days=20)))
            here.scan(source)
            asked = [call.query["q"] for _, call in here.services.calls]

            assert ["Aubertin-Lesage order:latest"] * 3 == asked[:3]
            assert "Aubertin-Lesage after:2026-10-31 order:latest" == asked[3]
            assert ["121"] == [mention.url.rpartition("/")[2] for mention in here.mentions()]

    def test_a_message_found_by_a_search_and_shown_by_a_feed_has_one_name(self) -> None:
        with world(self.forum(1)) as here:
            here.scan(
                watch(here, "", "discourse", "discourse"),
                watch(here, "", "discourse", "discourse", query="Aubertin-Lesage"),
            )

            assert 1 == len(here.mentions(MentionStatus.BASELINE))

    def test_one_asked_too_often_is_left_alone_for_as_long_as_it_says(self) -> None:
        forum = self.forum(1)
        forum.patience = 0
        with world(forum) as here:
            [outcome] = here.scan(watch(here, "", "discourse", "discourse", query="Aubertin-Lesage"))

            assert OutcomeKind.THROTTLED is outcome.kind
            assert here.now + timedelta(minutes=30) == outcome.until

    def test_one_for_members_only_is_not_one_where_nothing_is_said(self) -> None:
        forum = self.forum(1)
        forum.private = True
        with world(forum) as here:
            [outcome] = here.scan(watch(here, "", "discourse", "discourse"))

            assert (OutcomeKind.BLOCKED, "for members only") == (outcome.kind, outcome.detail)


def test_stand_ins_note_what_they_were_asked(site: Site, here: World) -> None:
    site.answers["/feed.xml"] = feed(rss(entry(1, CAMILLE)))
    here.scan(watch(here))

    [(name, call)] = here.services.calls
    assert ("site", "GET", "/feed.xml") == (name, call.method, call.path)
    assert isinstance(call, Call)
