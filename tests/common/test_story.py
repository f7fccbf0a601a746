"""By what two items are known to tell one story, and what never is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import shared
from vigie import story
from vigie.model import Category, Item
from vigie.story import PAGE, SITE, WIRE, keys

FEED = "https://gazette-valombre.example/feed"
OWN = frozenset({"camille", "aubertin", "lesage", "valombre"})
URL = "https://gazette-valombre.example/2026/11/22/dermatologue"
SHORT = "Valombre : la dermatologue répond à la polémique"
LONG = "Valombre : la dermatologue accusée de surfacturation relaxée par le tribunal correctionnel"
GOOGLE = "https://news.google.com/rss/articles/CBMiEXEMPLE0001"


def found(category: Category = Category.PRESS, place: str = FEED, **facts: Any) -> set[str]:
    item = Item(**{"url": URL, "title": SHORT, "text": "Un texte.", "kind": "news", **facts})
    return set(keys(item, category, place, OWN))


def sorts(made: set[str]) -> str:
    return "".join(sorted(key[0] for key in made))


SAME_PAGE = [
    "http://www.gazette-valombre.example/2026/11/22/dermatologue/",
    f"{URL}?utm_source=rss&at_medium=custom7&mc_cid=1&oc=5#xtor=RSS-3",
    f"{URL}#respond",
    f"https://www.google.com/url?rct=j&sa=t&url={URL}&ct=ga&cd=x",
    f"HTTP://WWW.BING.COM/news/apiclick.aspx?ref=FexRss&tid=6a&url={URL.replace('/', '%2f')}&c=1",
]


@pytest.mark.parametrize("url", SAME_PAGE)
def test_one_page_is_one_story_however_its_address_is_spelt_or_wrapped(url: str) -> None:
    one, other = found(title="Un titre"), found(title="Un autre titre", url=url)

    assert PAGE in sorts(one & other)


@pytest.mark.parametrize("url", ["https://gazette-valombre.example/2026/11/22/autre", f"{URL}?p=2", "", GOOGLE])
def test_another_page_is_not_that_page(url: str) -> None:
    assert PAGE not in sorts(found(title="Un titre") & found(title="Un titre", url=url))


def test_a_search_that_gives_no_address_is_known_by_publisher_and_headline() -> None:
    """Google News names La Gazette de Valombre; its feed is at gazette-valombre.example, and says so in its titles."""
    google = found(url=GOOGLE, publisher="La Gazette de Valombre", place="")
    feed = found(title=f"{SHORT} - La Gazette de Valombre")

    assert SITE == sorts(google & feed)


@pytest.mark.parametrize(
    ("publisher", "host"),
    [
        ("Le Progrès", "www.leprogres.example"),
        ("leprogres.example", "www.leprogres.example"),
        ("Ouest-France", "ouest-france.example"),
        ("20 Minutes", "www.20minutes.example"),
        ("Le Courrier de l'Orbe", "courrier-orbe.example"),
        ("Blog de Paul", "blogdepaul.over-blog.com"),
        ("Le Monde.fr", "www.lemonde.example"),
    ],
)
def test_a_publisher_is_known_by_its_name_and_by_its_host(publisher: str, host: str) -> None:
    assert SITE in sorts(found(url=GOOGLE, publisher=publisher) & found(url=f"https://{host}/a"))


@pytest.mark.parametrize("host", ["radio-orbe.example", "autre.over-blog.com", "127.0.0.1:9001"])
def test_one_headline_on_two_sites_is_two_as_long_as_it_says_little(host: str) -> None:
    assert "" == sorts(found() & found(url=f"https://{host}/a"))


@pytest.mark.parametrize("ending", ["", " - Le Courrier de l'Orbe", " | Courrier Orbe", " – courrier-orbe.example"])
def test_what_an_agency_sends_out_is_one_story_on_every_site(ending: str) -> None:
    other = found(title=f"{LONG}{ending}", url="https://courrier-orbe.example/a")

    assert WIRE == sorts(found(title=LONG) & other)


@pytest.mark.parametrize(
    "title", ["Actualités", "Les avis", "Camille Aubertin-Lesage, Valombre", "Le Dr Lesage", "", "22 11"]
)
def test_a_headline_that_says_nothing_names_nothing(title: str) -> None:
    assert PAGE == sorts(found(title=title))


def test_a_name_and_a_town_do_not_make_a_headline_tell_a_story() -> None:
    """Pages of directories are titled alike everywhere."""
    title = (
        "Docteur Camille Aubertin-Lesage à Valombre : avis, adresse, téléphone, horaires, tarifs, prendre rendez-vous"
    )

    assert WIRE not in sorts(found(title=title))


OPINIONS = [
    {"kind": "review", "category": Category.REVIEW},
    {"kind": "web", "rating": 2.0, "category": Category.REVIEW},
    {"kind": "forum", "context": "Dermato à Valombre", "category": Category.FORUM},
    {"kind": "forum", "category": Category.FORUM},
    {"kind": "image", "category": Category.PHOTO},
    {"kind": "news", "context": SHORT, "category": Category.PRESS},
]


@pytest.mark.parametrize("facts", OPINIONS)
def test_opinions_are_known_neither_by_a_headline_nor_by_the_page_they_stand_on(facts: dict[str, Any]) -> None:
    assert set() == found(title=LONG, **facts)


@pytest.mark.parametrize("facts", OPINIONS)
@pytest.mark.parametrize("fragment", ["comment-55", "p12", "post-3", "!/avis"])
def test_an_opinion_with_a_place_of_its_own_is_known_by_it(facts: dict[str, Any], fragment: str) -> None:
    made = found(url=f"{URL}#{fragment}", **facts)

    assert PAGE == sorts(made)
    assert made != found(url=f"{URL}#{fragment}7", **facts)


@pytest.mark.parametrize("category", [c for c in Category if c not in (Category.PRESS, Category.OFFICIAL)])
def test_only_the_press_and_documents_have_headlines(category: Category) -> None:
    assert PAGE == sorts(found(category, title=LONG))


def test_what_stands_on_a_watched_page_is_not_the_page() -> None:
    assert PAGE not in sorts(found(place=f"{URL}/?utm_source=x"))
    assert PAGE not in sorts(found(url=f"{URL}#respond", place=URL))
    assert PAGE in sorts(found(url=f"{URL}#comment-1", place=URL))


def test_an_address_that_several_items_of_a_read_have_is_nobodys() -> None:
    assert frozenset({"a"}) == story.shared(["a", "b", "a"])
    assert ("sx", "wy") == story.unpaged(("pz", "sx", "wy"))


def test_keys_are_short_and_say_nothing() -> None:
    made = found(title=LONG, url=GOOGLE, publisher="La Gazette de Valombre")

    assert all(key.isascii() and key.isalnum() and len(key) == 11 for key in made)
    assert 3 == len(made)


def test_a_publisher_is_told_only_where_the_address_does_not_say() -> None:
    item = Item(GOOGLE, publisher="La Gazette")
    assert ("La Gazette", "", "La Gazette") == (
        story.published_by(item),
        story.published_by(item._replace(url=URL)),
        story.published_by(item._replace(url="")),
    )


@given(
    st.text(st.characters(exclude_categories=()), max_size=80),
    st.text(st.characters(exclude_categories=()), max_size=80),
    st.text(max_size=40),
)
def test_whatever_an_item_says_it_has_keys_or_none(url: str, title: str, publisher: str) -> None:
    for where in (url, f"https://{url}/", f"https://blog.example/{url}"):
        item = Item(where, title, publisher=publisher, kind="news")
        assert len(keys(item, Category.PRESS, url, OWN)) <= 4


def test_the_sample_of_google_news_meets_the_gazette() -> None:
    from tests.common.sources.reading import items_of

    [item] = items_of("google_news", shared("sources", "samples", "google-news-rss.xml").read_bytes())
    [other] = items_of("bing_news", shared("sources", "samples", "bing-news-rss.xml").read_bytes())

    assert item.publisher == "La Gazette de Valombre"
    assert SITE in sorts(set(keys(item, Category.PRESS, "", OWN)) & found())
    assert PAGE in sorts(set(keys(other, Category.PRESS, "", OWN)) & found(url=other.url))
