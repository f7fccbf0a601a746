"""The alert as mail clients show it: narrow, wide, dark, without its style sheet, and to a screen reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looking import chromium, faint, overflow
from tests.common.samples import NEWS, NOW, PRACTITIONER, REVIEW, alert, mention
from vigie.channels import Around, email
from vigie.coverage import Coverage, Unread
from vigie.model import Mention, Reason

pytestmark = pytest.mark.browser

ALL = (mention(), REVIEW, NEWS)
HOSTILE = (
    mention(
        title="W" * 300,
        excerpt="<b>" + "M" * 290,
        marks=((5, 200),),
        url="https://" + "sous-domaine-interminable." * 8 + "example/",
        reasons=(Reason("alias", "W" * 90), Reason("insult", "x" * 90)),
    ),
    replace(REVIEW, url="javascript:" + "a" * 400),
    replace(NEWS, title="", excerpt="", url=""),
)
COPIES = (
    *(replace(NEWS, mention_id=f"mcopy{n}", url=f"https://www.journal-{n}.example/depistage") for n in range(3)),
    replace(NEWS, mention_id="mrelay", url="https://search.example/articles/CBMi1", publisher="La Gazette"),
    replace(NEWS, mention_id="mlong", url="https://" + "sous-domaine-interminable." * 8 + "example/"),
    replace(NEWS, mention_id="modd", url="javascript:alert(1)", publisher="W" * 80),
)
"""Where else the same is told."""
UNREAD = Coverage(
    23,
    (
        Unread("forum.sante-et-patients.example", 2, NOW - timedelta(days=6)),
        Unread("google_news", 1, NOW - timedelta(days=3)),
        *(Unread("sous-domaine-interminable." * 3 + f"site-{n}.example", 1, NOW) for n in range(9)),
    ),
)
"""What is not read."""


def html(*mentions: Mention, language: str = "fr") -> str:
    also = dict.fromkeys((m.mention_id for m in mentions), COPIES)
    around = Around("https://veille.cabinet.example/aide", also=also, coverage=UNREAD)
    return email.compose(alert(*mentions, language=language, more=2), mentions, PRACTITIONER, NOW, around).html


def unstyled(text: str) -> str:
    """As clients show it that drop style sheets and keep inline styles."""
    return re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(params=["light", "dark"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 640, "height": 900}, color_scheme=request.param)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", [320, 360, 640])
@pytest.mark.parametrize("mentions", [ALL, HOSTILE], ids=["usual", "hostile"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_sticks_out(page: Page, width: int, mentions: tuple[Mention, ...], language: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(html(*mentions, language=language))
    assert [] == overflow(page)


@pytest.mark.parametrize("mentions", [ALL, HOSTILE], ids=["usual", "hostile"])
def test_every_text_stands_out_from_what_is_behind_it(page: Page, mentions: tuple[Mention, ...]) -> None:
    page.set_content(html(*mentions))
    assert [] == faint(page)


def test_it_stays_readable_without_its_style_sheet(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 900})
    page.set_content(unstyled(html(*ALL)))
    assert [] == overflow(page)
    assert [] == faint(page)


def test_dark_mode_is_dark_and_light_mode_is_light(page: Page) -> None:
    page.set_content(html(*ALL))
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    red, *_ = map(int, re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor")))
    assert dark == (red < 64)


def test_nothing_is_asked_of_the_network(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(html(*ALL, *HOSTILE), wait_until="networkidle")
    assert [] == asked


def test_every_link_is_a_web_address_that_says_where_it_leads(page: Page) -> None:
    page.set_content(html(*ALL))
    for link in page.locator("a").all():
        assert (link.get_attribute("href") or "").startswith("https://")
        assert re.search(r"\w+\.example", link.inner_text())


def test_buttons_are_large_enough_for_a_thumb(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 900})
    page.set_content(html(*ALL))
    for button in page.locator("a.b").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44
        assert box["width"] >= 200


def test_a_screen_reader_hears_headings_severity_and_no_layout(page: Page) -> None:
    page.set_content(html(*ALL))
    heard = page.locator("body").aria_snapshot()
    assert 'heading "3 nouvelles mentions à votre sujet" [level=1]' in heard
    assert 'heading "Dermato à Lyon 3e : un avis ?" [level=2]' in heard
    assert 'heading "Que faire" [level=3]' in heard
    for word in ("Urgent", "À regarder", "Pour information", "2 sur 5", "Dr Claire Morvant", "Mention 1 sur 3"):
        assert word in heard
    assert "table" not in heard
    assert "★" not in heard
    assert "Le détail se trouve dans ce message" not in heard
    assert page.evaluate("document.documentElement.lang") == "fr"


def test_the_preview_text_is_not_on_the_page(page: Page) -> None:
    page.set_content(html(*ALL))
    hidden = page.locator("div[aria-hidden=true]").first
    assert not hidden.is_visible()
    assert len(hidden.text_content() or "") >= 150


def test_text_can_be_twice_as_large(browser: Browser) -> None:
    """WCAG 2.2, 1.4.4: as on a phone whose owner asked for large text."""
    context = browser.new_context(viewport={"width": 360, "height": 900})
    page = context.new_page()
    page.set_content(html(*ALL))
    page.evaluate(
        "document.querySelectorAll('p,h1,h2,h3,li,a,blockquote').forEach((e) => {"
        " e.style.fontSize = parseFloat(getComputedStyle(e).fontSize) * 1.5 + 'px';"
        " e.style.lineHeight = '1.4'; })"
    )
    assert [] == overflow(page)
    context.close()
