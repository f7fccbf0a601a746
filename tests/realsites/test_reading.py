"""Sites made by real software, scanned by the real fetcher and scanner: what is published is told, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.providers.world import World, world
from tests.realsites.software import Blog, Comments, running
from vigie.model import MentionStatus, OutcomeKind

CAMILLE = "Le Dr Camille Aubertin-Lesage, dermatologue à Valombre, a menti à ses patients."
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    with running(lambda: Blog(tmp_path_factory.mktemp("blog"))) as made:
        made.publish("parc", "Le parc rouvre", "Le parc municipal rouvre lundi.", day=1)
        yield made


@pytest.fixture(scope="module")
def comments(tmp_path_factory: pytest.TempPathFactory, blog: Blog) -> Iterator[Comments]:
    with running(lambda: Comments(tmp_path_factory.mktemp("isso"), blog.url)) as made:
        yield made


@pytest.fixture
def here() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.mark.parametrize(
    ("kind", "path"),
    [("feed", "feeds/all.atom.xml"), ("feed", "feeds/all.rss.xml"), ("feed", "feeds/sante.atom.xml"), ("page", "")],
    ids=["atom", "rss", "category", "page"],
)
def test_an_article_of_a_pelican_site_is_told_once(here: World, blog: Blog, kind: str, path: str) -> None:
    source = here.watch(kind, url=f"{blog.url}/{path}")
    [first] = here.scan(source, after=HOUR)
    assert OutcomeKind.OK is first.kind
    before = len(here.mentions(MentionStatus.BASELINE))
    assert OutcomeKind.NOT_MODIFIED is here.scan(source, after=HOUR)[0].kind

    slug = f"plainte-{path.replace('/', '-').removesuffix('.xml').replace('.', '-') or 'une'}"
    url = blog.publish(slug, f"Une plainte ({slug})", CAMILLE)
    for _ in range(2):
        here.scan(source, after=HOUR)

    assert [url] == [mention.url for mention in here.mentions()]
    assert before == len(here.mentions(MentionStatus.BASELINE))


def test_a_page_of_a_pelican_site_given_as_a_feed_names_the_feed_it_announces(here: World, blog: Blog) -> None:
    [outcome] = here.scan(here.watch("feed", url=f"{blog.url}/parc.html"))

    assert OutcomeKind.NOT_A_FEED is outcome.kind
    assert outcome.detail.endswith(f"announces a feed: {blog.url}/feeds/all.atom.xml")


def test_a_comment_kept_by_isso_is_told_once_and_an_answer_to_it_is_another(here: World, comments: Comments) -> None:
    comments.say("/parc.html", "Merci pour ces horaires.")
    source = here.watch("feed", url=comments.feed("/parc.html"))
    assert (OutcomeKind.OK, 0) == ((outcome := here.scan(source, after=HOUR)[0]).kind, outcome.tally.baseline)

    first = comments.say("/parc.html", f"{CAMILLE} Fuyez !")
    here.scan(source, after=HOUR)
    here.scan(source, after=HOUR)
    [mention] = here.mentions()
    assert mention.url.endswith(f"/parc.html#isso-{first}")
    assert "a menti à ses patients" in mention.excerpt

    comments.say("/parc.html", "Rien à voir avec le parc.", "Une voisine")
    second = comments.say("/parc.html", "Le Dr Aubertin-Lesage, de Valombre, m'a pourtant bien soignée.")
    here.scan(source, after=HOUR)
    assert {first, second} == {int(m.url.rpartition("-")[2]) for m in here.mentions()}


def test_a_thread_of_isso_where_nobody_spoke_yet_is_an_empty_one(here: World, comments: Comments) -> None:
    assert OutcomeKind.EMPTY is here.scan(here.watch("feed", url=comments.feed("/jamais.html")))[0].kind
