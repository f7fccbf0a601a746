"""Kinds that are presets over `feed`: what they ask of a site given by its address, and what its program adds."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ops import asking
from tests.common.sources.reading import page_of
from tests.common.sources.test_cases import seen
from tests.shared import shared
from vigie import registry, sources
from vigie.errors import InputError, SourceError
from vigie.model import Cursor, Item, OutcomeKind, Source
from vigie.parse.sites import below, unfooted
from vigie.ring import Ring

ALERTS = "https://www.google.com/alerts/feeds/01234567890123456789/98765432109876543210"
HOSTS = ["c.example", "courrier.example", "f.example", "s.example"]
"""Their names are those of no public site."""

CHANNEL = "UCfontorbefontorbefontor"


def asked(kind: str, params: Mapping[str, str], state: Mapping[str, str] | None = None) -> str:
    source = Source("s1", kind, params, 60, "site.example")
    url: str = registry.load(sources, kind).request(source, Cursor(state=state or {})).url
    return url


def sample(kind: str, name: str, url: str, **params: str) -> list[dict[str, Any]]:
    body = shared("sources", "samples", name).read_bytes()
    return [seen(item) for item in page_of(kind, body, url=url, params={"url": url, **params}).items]


ASKED = [
    ("google_alerts", {"url": ALERTS}, ALERTS),
    ("wordpress", {"url": "https://courrier.example"}, "https://courrier.example/feed/"),
    ("wordpress", {"url": "https://c.example/blog/index.php?p=1#a"}, "https://c.example/blog/feed/"),
    ("wordpress", {"url": "https://c.example/", "what": "comments"}, "https://c.example/comments/feed/"),
    (
        "wordpress",
        {"url": "https://c.example/", "query": '"Ève Roy"'},
        "https://c.example/?s=%22%C3%88ve+Roy%22&feed=rss2",
    ),
    (
        "wordpress",
        {"url": "https://c.example/", "what": "search", "query": "Roy"},
        "https://c.example/?s=Roy&feed=rss2",
    ),
    (
        "wordpress",
        {"url": "https://c.example/", "what": "comments", "query": "Roy"},
        "https://c.example/?s=Roy&feed=comments-rss2",
    ),
    ("wordpress", {"url": "https://c.example/sante/feed/"}, "https://c.example/sante/feed/"),
    ("discourse", {"url": "https://f.example"}, "https://f.example/posts.rss"),
    ("discourse", {"url": "https://f.example/latest?order=created", "what": "topics"}, "https://f.example/latest.rss"),
    ("discourse", {"url": "https://f.example/t/ophtalmo-a-fontorbe/4821/7"}, "https://f.example/t/4821.rss"),
    ("discourse", {"url": "https://f.example/t/4821"}, "https://f.example/t/4821.rss"),
    ("discourse", {"url": "https://s.example/forum/t/2026-bilan/4821"}, "https://s.example/forum/t/4821.rss"),
    ("discourse", {"url": "https://f.example/c/sante/5"}, "https://f.example/c/sante/5.rss"),
    ("discourse", {"url": "https://f.example/tag/dermato/"}, "https://f.example/tag/dermato.rss"),
    ("discourse", {"url": "https://f.example/latest.rss"}, "https://f.example/latest.rss"),
    ("phpbb", {"url": "https://f.example/forum/viewforum.php?f=5"}, "https://f.example/forum/app.php/feed"),
    ("phpbb", {"url": "https://f.example/", "forum": "5"}, "https://f.example/app.php/feed/forum/5"),
    ("phpbb", {"url": "https://f.example/", "topic": "812", "forum": "5"}, "https://f.example/app.php/feed/topic/812"),
    ("phpbb", {"url": "https://f.example/feed.php?mode=topics"}, "https://f.example/feed.php?mode=topics"),
    ("phpbb", {"url": "https://f.example/app.php/feed/topics"}, "https://f.example/app.php/feed/topics"),
    ("nodebb", {"url": "https://f.example/forum/"}, "https://f.example/forum/recentposts.rss"),
    ("nodebb", {"url": "https://f.example/", "category": "2"}, "https://f.example/category/2.rss"),
    ("nodebb", {"url": "https://f.example/", "topic": "12"}, "https://f.example/topic/12.rss"),
    ("nodebb", {"url": "https://f.example/recent.rss"}, "https://f.example/recent.rss"),
    ("mybb", {"url": "https://f.example/forum-2.html"}, "https://f.example/syndication.php?limit=50"),
    ("mybb", {"url": "https://f.example/", "forum": "2,5"}, "https://f.example/syndication.php?fid=2,5&limit=50"),
    ("mybb", {"url": "https://f.example/syndication.php?type=json"}, "https://f.example/syndication.php?type=json"),
    (
        "youtube_channel",
        {"url": f"https://www.youtube.com/channel/{CHANNEL}/videos"},
        f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}",
    ),
    (
        "youtube_channel",
        {"url": "https://youtube.com/playlist?list=PLfontorbefontorbe&si=x"},
        "https://www.youtube.com/feeds/videos.xml?playlist_id=PLfontorbefontorbe",
    ),
    (
        "youtube_channel",
        {"url": f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"},
        f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}",
    ),
]


@pytest.mark.parametrize(("kind", "params", "url"), ASKED)
def test_a_site_given_by_its_address_is_asked_for_its_feed(kind: str, params: dict[str, str], url: str) -> None:
    assert url == asked(kind, params)


@pytest.mark.parametrize(("kind", "params", "url"), ASKED)
def test_what_is_asked_is_taken_at_the_command_line(kind: str, params: dict[str, str], url: str) -> None:
    others = [f"{name}={value}" for name, value in params.items() if name != "url"]
    assert url == asked(kind, asking.source(kind, params["url"], others, 60, HOSTS).params)


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("google_alerts", {"url": "https://www.google.com/alerts"}),
        ("youtube_channel", {"url": "https://www.youtube.com/@villedefontorbe"}),
        ("wordpress", {"url": "https://c.example/", "what": "pages"}),
        ("discourse", {"url": "https://f.example/", "what": "search"}),
        ("phpbb", {"url": "https://f.example/", "forum": "../x"}),
        ("nodebb", {"url": "https://f.example/", "topic": "douze"}),
        ("mybb", {"url": "https://f.example/", "forum": "2&type=json"}),
    ],
)
def test_what_could_not_be_asked_is_refused_before_anything_is_written(kind: str, params: dict[str, str]) -> None:
    others = [f"{name}={value}" for name, value in params.items() if name != "url"]
    with pytest.raises(InputError, match=registry.load(sources, kind).PARAMS[list(params)[-1]].meaning[:20]):
        asking.source(kind, params["url"], others, 60, [])


class TestSamples:
    def test_a_search_of_a_wordpress_site(self) -> None:
        [post] = sample("wordpress", "wordpress-posts.rss.xml", "https://gazette-valombre.test/", query="Aubertin")
        assert "https://gazette-valombre.test/?p=731" == post["native_id"]
        assert "Le cabinet du Dr Aubertin-Lesage…" in post["text"]

    def test_a_comment_on_a_wordpress_site_answers_its_post(self) -> None:
        [comment] = sample("wordpress", "wordpress-comments.rss.xml", "https://gazette-valombre.test/", what="comments")
        assert "https://gazette-valombre.test/?p=731#comment-55" == comment["native_id"]
        assert "Un cabinet de dermatologie rouvre" == comment["context"]

    def test_an_alert_leads_to_the_page_that_was_found(self) -> None:
        [found] = sample("google_alerts", "google-alerts.atom.xml", "https://www.google.com/alerts/feeds/0/1")
        assert "https://gazette-valombre.test/2026/11/22/dermatologue?id=7" == found["url"]
        assert "La dermatologue Camille Aubertin-Lesage répond - Gazette" == found["title"]
        assert "native_id" not in found

    def test_a_phpbb_message_is_without_its_statistics(self) -> None:
        [message] = sample("phpbb", "phpbb-feed.atom.xml", "https://forum-phpbb-exemple.test/")
        assert "Le Dr Aubertin-Lesage est à l'écoute." == message["text"]
        assert ("2026-11-22T17:00:00+00:00", "avis à Valombre ?") == (message["published_at"], message["context"])

    def test_a_video_tells_its_description(self) -> None:
        [video] = sample("youtube_channel", "youtube-channel.atom.xml", f"https://www.youtube.com/channel/{CHANNEL}")
        assert ("Avec le Dr Camille Aubertin-Lesage", "video") == (video["text"], video["kind"])

    @pytest.mark.parametrize("name", ["recentposts", "recent", "category", "topic"])
    def test_every_feed_of_a_nodebb_forum_names_the_practitioner(self, name: str) -> None:
        body = shared("real-sources", "nodebb", f"{name}.rss.xml").read_bytes()
        items = page_of("nodebb", body, url="http://127.0.0.1:4904/").items
        assert any("Vandermarck-Roussel" in f"{item.title} {item.text} {item.context}" for item in items)
        assert {"forum"} == {item.kind for item in items}

    @pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "forum.rss.xml", "json.json"])
    def test_every_feed_of_a_mybb_forum_names_its_authors_plainly(self, name: str) -> None:
        items = page_of("mybb", shared("real-sources", "mybb", name).read_bytes(), url="http://127.0.0.1:4907/").items
        assert [("forum", "admin")] * 2 == [(item.kind, item.author) for item in items]


def new(kind: str, before: str, after: str) -> list[Item]:
    _, ring = Ring().resolve(page_of(kind, before).items, "site.example")
    sightings, _ = ring.resolve(page_of(kind, after).items, "site.example")
    return [s.item for s in sightings if not s.known]


def test_a_page_found_by_two_alerts_has_one_name() -> None:
    def alert(number: int, host: str) -> str:
        return (
            f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Alerte</title><entry><id>tag:google.com,2013:{number}</id>'
            f'<title type="html">Procès</title><link href="https://www.google.{host}/url?sa=t&amp;url='
            f'https://a.example/1&amp;ct=ga&amp;usg={number}"/><content type="html">…</content></entry></feed>'
        )

    [one], [other] = (
        Ring().resolve(page_of("google_alerts", alert(*told)).items, "g")[0] for told in [(1, "fr"), (2, "com")]
    )
    assert one.identity == other.identity


def test_a_session_makes_no_new_message_of_an_old_one() -> None:
    def forum(session: str) -> str:
        link = f"https://f.example/viewtopic.php?p=9&amp;sid={session}#p9"
        return (
            f'<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>{link}</id><link href="{link}"/>'
            f'<title>F • Re: x</title><content type="html">Merci.'
            f"&lt;p&gt;Statistiques : Posté par a — {session}&lt;/p&gt;</content></entry></feed>"
        )

    _, ring = Ring().resolve(page_of("phpbb", forum("1")).items, "f")
    again, _ = ring.resolve(page_of("phpbb", forum("deux")).items, "f")
    assert [(True, False)] == [(s.known, s.changed) for s in again]


def test_a_topic_answered_again_is_a_new_message_of_a_nodebb_category() -> None:
    def category(text: str, minute: int) -> str:
        link = "https://f.example/topic/12/dr-quillivere"
        return (
            f"<rss version='2.0'><channel><title>Santé</title><item><title>Dr Quillivère</title><link>{link}</link>"
            f"<guid>{link}</guid><description>{text}</description>"
            f"<pubDate>Mon, 23 Nov 2026 11:{minute}:15 GMT</pubDate></item></channel></rss>"
        )

    assert [] == new("nodebb", category("Fuyez.", 10), category("Fuyez.", 10))
    assert ["Au contraire."] == [i.text for i in new("nodebb", category("Fuyez.", 10), category("Au contraire.", 12))]


class TestDiscourseSearch:
    FORUM = {"url": "https://f.example/latest", "query": '"Ève Roy"'}  # noqa: RUF012

    def words(self, state: Mapping[str, str] | None = None, **params: str) -> str:
        url = asked("discourse", {**self.FORUM, **params}, state)
        assert url.startswith("https://f.example/search.json?")
        return parse_qs(urlsplit(url).query)["q"][0]

    def test_the_latest_are_asked_for_since_the_newest_that_was_seen(self) -> None:
        assert '"Ève Roy" order:latest' == self.words()
        assert '"Ève Roy" after:2026-11-21 order:latest' == self.words({"after": "2026-11-21"})

    def test_words_that_say_so_themselves_are_left_alone(self) -> None:
        assert "Roy after:2026-01-01 order:likes" == self.words(
            {"after": "2026-11-21"}, query="Roy after:2026-01-01 order:likes"
        )

    def test_somebody_who_begins_to_watch_gets_everything(self) -> None:
        source = Source("s1", "discourse", self.FORUM, 60, "f.example", fresh=frozenset({"p"}))
        request = registry.load(sources, "discourse").request(source, Cursor(state={"after": "2026-11-21"}))
        assert "after" not in request.url

    def test_a_state_nobody_wrote_is_not_asked(self) -> None:
        assert '"Ève Roy" order:latest' == self.words({"after": "2026-11-21 #hidden"})

    def test_the_sample_is_read(self) -> None:
        body = shared("sources", "samples", "discourse-search.json").read_bytes()
        page = page_of("discourse", body, params=self.FORUM, url="https://f.example/search.json?q=x&page=1")
        [item] = page.items
        assert ("https://f.example/t/dermatologue-a-valombre/4821/3", "post-90001") == (item.url, item.native_id)
        assert ({"after": "2026-11-21"}, None) == (page.state, page.next)

    def test_a_refusal_says_how_long_to_wait(self) -> None:
        body = shared("sources", "samples", "discourse-error-429.json").read_bytes()
        with pytest.raises(SourceError) as refusal:
            page_of("discourse", body, status=429, params=self.FORUM)
        assert (OutcomeKind.THROTTLED, 12) == (refusal.value.outcome, refusal.value.wait_s)

    @pytest.mark.parametrize(
        "post", ["null", "[]", '{"id": 1e400}', '{"id": 1, "topic_id": -3}', '"x"', '{"id": true}']
    )
    def test_messages_without_a_number_are_another_contract(self, post: str) -> None:
        with pytest.raises(SourceError) as refusal:
            page_of("discourse", f'{{"posts": [{post}]}}', params=self.FORUM)
        assert OutcomeKind.CONTRACT_CHANGED is refusal.value.outcome


def test_a_forum_in_a_folder_is_asked_there() -> None:
    assert "https://s.example/for%C3%AAt/x" == below("https://s.example/forêt/index.php/a/b?x=1", "x")
    assert "https://s.example/v1.2/x" == below("https://s.example/v1.2", "x")


def test_taking_a_footer_off_costs_no_more_than_reading_it() -> None:
    began = time.process_time()
    unfooted("\n" * 500_000 + "a" * 500_000, re.compile("a.*b"), 2)
    unfooted(" \n" * 500_000, re.compile("a.*b"), 2)
    assert time.process_time() - began < 0.5
