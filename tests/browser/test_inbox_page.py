"""The inbox page shows what arrives as it arrives, and runs nothing of what it shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from ops.local import inbox as inbox_server
from tests.browser.looking import chromium, faint, overflow
from tests.common.samples import NEWS, NOW, PRACTITIONER, alert, mention
from vigie.channels import email, sms

pytestmark = pytest.mark.browser

URL = "http://inbox.test/"


def message(channel: str, at: str, **facts: Any) -> dict[str, Any]:
    module = email if channel == "email" else sms
    address = "dr.morvant@cabinet.example" if channel == "email" else "+33639980102"
    made = module.compose(alert(NEWS, channel=channel, address=address), [NEWS], PRACTITIONER, NOW)
    shown = {"channel": channel, "to": made.to, "subject": made.subject, "text": made.text, "html": made.html}
    person = {"practitioner_id": "pabc", "practitioner_name": "Dr Claire Morvant", "mention_ids": ["m1"]}
    return {**shown, "sent_at": at, **person, **facts}


def source(outcome: str | None, **facts: Any) -> dict[str, Any]:
    made = {"source_id": "s1", "kind": "feed", "url": "http://127.0.0.1:9001/fil.xml", "host": "127.0.0.1:9001"}
    return {**made, "outcome": outcome, "seen_at": None, "cadence": 15, "watchers": 2, **facts}


FULL = {
    "now": "2026-11-23T13:20:00Z",
    "messages": [
        message("email", "2026-11-23T13:16:40Z"),
        message("sms", "2026-11-23T13:16:42Z"),
        message("email", "2026-11-23T13:10:00Z", subject="Plus ancien"),
    ],
    "sources": [
        source("ok", seen_at="2026-11-23T13:16:00Z", since="2026-11-23T13:00:00Z", title="Le blog"),
        source(
            "unreachable",
            seen_at="2026-11-23T10:00:00Z",
            since="2026-11-23T12:00:00Z",
            source_id="s2",
            url="https://" + "a" * 150 + ".example/" + "b" * 200,
        ),
        source(None, source_id="s3", watchers=["p1"]),
    ],
    "ticks": [{"at": "2026-11-23T13:16:00Z"}],
    "stack": {"name": "vigie", "tick_minutes": 1, "sites": [{"title": "Le blog", "url": "http://127.0.0.1:9001/"}]},
}


class Inbox:
    """A page served as the local run serves it, whose state a test sets."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.state: dict[str, Any] | None = {}
        self.asked: list[str] = []
        self.errors: list[str] = []
        self.refused: set[str] = set()
        """What the page's own policy stopped before it left: Chromium tells of some of these as requests too."""
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("requestfailed", lambda request: self.refused.update([request.url] * (request.failure == "csp")))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.route("**/*", self._answer)

    def open(self, state: dict[str, Any]) -> None:
        self.state = state
        self.page.goto(URL)

    def _answer(self, route: Route) -> None:
        if route.request.url == URL:
            answer = inbox_server._answer("/", dict)
            assert answer is not None
            headers = {"Content-Type": answer.content_type, **(answer.headers or {})}
            route.fulfill(body=answer.body, headers=headers)
        elif route.request.url == f"{URL}api/state" and self.state is not None:
            route.fulfill(body=json.dumps(self.state), content_type="application/json")
        else:
            route.fulfill(status=503)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(params=["light", "dark"])
def inbox(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Inbox]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900},
        color_scheme=request.param,
        locale="fr-FR",
        timezone_id="Europe/Paris",
    )
    made = Inbox(context.new_page())
    yield made
    context.close()
    assert made.errors == []


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("state", [FULL, {}], ids=["full", "empty"])
def test_it_fits_and_can_be_read(inbox: Inbox, width: int, state: dict[str, Any]) -> None:
    inbox.page.set_viewport_size({"width": width, "height": 900})
    inbox.open(state)
    if state:
        expect(inbox.page.locator("#list li")).to_have_count(3)
    assert [] == overflow(inbox.page)
    assert [] == faint(inbox.page)


def test_an_empty_inbox_says_what_to_expect(inbox: Inbox) -> None:
    inbox.open({"messages": [], "sources": []})
    expect(inbox.page.get_by_text("Aucun message pour l’instant")).to_be_visible()
    expect(inbox.page.locator("#mails")).to_be_hidden()


def test_messages_stand_newest_first_and_the_newest_mail_is_open(inbox: Inbox) -> None:
    inbox.open(FULL)
    rows = inbox.page.locator("#list button")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("SMS")
    expect(rows.nth(2)).to_contain_text("Plus ancien")
    expect(inbox.page.locator("#mail")).to_contain_text("dr.morvant@cabinet.example")
    expect(inbox.page.frame_locator("iframe").locator("h1")).to_have_text("1 nouvelle mention à votre sujet")
    expect(inbox.page.locator("#sources li")).to_have_count(3)
    expect(inbox.page.locator("#sources")).to_contain_text("injoignable")
    expect(inbox.page.locator("#sources")).to_contain_text("pas encore lue")


def test_a_source_says_how_often_it_is_read_in_words_that_people_use(inbox: Inbox) -> None:
    minutes = {15: "toutes les 15\u00a0minutes", 60: "toutes les heures", 1440: "toutes les 24\u00a0heures",
               10_080: "tous les 7\u00a0jours"}  # fmt: skip
    inbox.open({**FULL, "sources": [source("ok", source_id=f"s{every}", cadence=every) for every in minutes]})

    for place, words in enumerate(minutes.values()):
        expect(inbox.page.locator("#sources li").nth(place)).to_contain_text(words)


def test_a_source_is_called_by_its_name_and_said_to_be_as_it_is(inbox: Inbox) -> None:
    """An unchanged source writes nothing: the hour of its last look is not known, and none is shown for it."""
    inbox.open(FULL)
    blog, dead, fresh = (inbox.page.locator("#sources li").nth(place) for place in range(3))
    expect(blog.locator("h3")).to_have_text("Le blog")
    expect(blog).to_contain_text("flux · inchangée depuis 23 novembre, 14:16:00 · toutes les 15")
    expect(dead).to_contain_text("flux · depuis 23 novembre, 13:00:00")
    expect(fresh.locator("h3")).to_have_text("127.0.0.1:9001")
    expect(inbox.page.locator("#sources")).not_to_contain_text("vue")


def test_the_hours_of_ticks_are_folded_away(inbox: Inbox) -> None:
    inbox.open(FULL)
    expect(inbox.page.locator("#tick-list")).to_be_hidden()
    inbox.page.get_by_text("Derniers passages").click()
    expect(inbox.page.locator("#tick-list")).to_contain_text("14:16:00")


def test_what_arrives_appears_by_itself_and_the_reader_keeps_their_place(inbox: Inbox) -> None:
    inbox.open(FULL)
    inbox.page.locator("#list button").nth(2).click()
    expect(inbox.page.locator("#mail h3")).to_have_text("Plus ancien")
    inbox.state = {**FULL, "messages": [*FULL["messages"], message("email", "2026-11-23T13:19:00Z", subject="Neuf")]}
    expect(inbox.page.locator("#list button")).to_have_count(4, timeout=6000)
    expect(inbox.page.locator("#list button").first).to_contain_text("Neuf")
    expect(inbox.page.locator("#mail h3")).to_have_text("Plus ancien")


def test_an_sms_is_shown_as_a_phone_shows_it(inbox: Inbox) -> None:
    inbox.open(FULL)
    inbox.page.locator("#list button").first.click()
    expect(inbox.page.locator(".bubble")).to_have_text(str(FULL["messages"][1]["text"]))  # type: ignore[index]
    expect(inbox.page.locator("#mail")).to_contain_text("+33639980102")


def test_nothing_of_what_is_shown_runs_or_loads(inbox: Inbox) -> None:
    attack = (
        "<script>parent.hacked=1;hacked=1</script><img src=http://evil.test/x onerror=parent.hacked=1>"
        "<form action=http://evil.test/><button>x</button></form><svg onload=parent.hacked=1>"
    )
    hostile = message(
        "email",
        "2026-11-23T13:30:00Z",
        subject=attack,
        to=attack,
        html=f"<html><head></head><body>{attack}</body></html>",
        practitioner_name=attack,
    )
    bare = message("email", "2026-11-23T13:31:00Z", html="", text=attack)
    text = message("sms", "2026-11-23T13:32:00Z", text=attack)
    odd = source(attack, host=attack, url="javascript:hacked=1", kind=attack, watchers=attack)
    inbox.open(
        {
            "messages": [hostile, bare, text],
            "sources": [odd],
            "stack": {"sites": [{"title": attack, "url": "javascript:hacked=1"}]},
        }
    )
    for row in inbox.page.locator("#list button").all():
        row.click()
        inbox.page.wait_for_timeout(150)
    assert inbox.page.evaluate("window.hacked") is None
    assert inbox.page.locator("img, svg, form, a[href^=javascript]").count() == 0
    left = set(inbox.asked) - inbox.refused
    assert {URL, f"{URL}api/state"} == {url for url in left if not url.startswith(("about:", "data:"))}


def test_links_of_a_mail_open_elsewhere(inbox: Inbox) -> None:
    shown = message(
        "email", "2026-11-23T13:30:00Z", html=email.compose(alert(mention()), [mention()], PRACTITIONER, NOW).html
    )
    inbox.open({"messages": [shown]})
    frame = inbox.page.frame_locator("iframe")
    expect(frame.locator("a")).to_have_count(1)
    assert frame.locator("base").get_attribute("target") == "_blank"
    sandbox = inbox.page.locator("iframe").get_attribute("sandbox") or ""
    assert "allow-scripts" not in sandbox
    assert "allow-same-origin" not in sandbox


def test_a_stopped_vigie_is_said_to_be_stopped_and_comes_back(inbox: Inbox) -> None:
    inbox.open(FULL)
    expect(inbox.page.locator("#list li")).to_have_count(3)
    inbox.state = None
    expect(inbox.page.get_by_role("alert")).to_contain_text("Vigie ne répond plus", timeout=6000)
    expect(inbox.page.locator("#list li")).to_have_count(3)
    inbox.state = FULL
    expect(inbox.page.get_by_role("alert")).to_be_hidden(timeout=6000)
