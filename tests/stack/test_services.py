"""Services asked by the deployed functions: keys from SSM, logins, budgets in DynamoDB, what an operator is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.providers import bluesky as bluesky_facts
from tests.providers import brave as brave_facts
from tests.providers import serper as serper_facts
from tests.providers.bluesky import Bluesky
from tests.providers.brave import Brave
from tests.providers.index import Known
from tests.providers.serper import Serper
from tests.providers.serving import Services
from tests.providers.trustpilot import UNIT
from tests.stack.deployed import Deployed
from tests.stack.site import Entry, Site
from tests.stack.test_scenarios import OLD
from vigie.model import FAILING

pytestmark = pytest.mark.stack

KEYS = {
    "brave": brave_facts.TOKEN,
    "serper": serper_facts.KEY,
    "bluesky_handle": bluesky_facts.HANDLE,
    "bluesky_app_password": bluesky_facts.PASSWORD,
}


@pytest.fixture(scope="module", autouse=True)
def keys(stack: Deployed) -> Iterator[None]:
    """There while these tests run: what others enrol is planned without them."""
    stack.set_keys(**KEYS)
    yield
    for name in KEYS:
        stack.vigie("key", "remove", name)


def page(name: str, number: int) -> Known:
    return Known(
        f"https://gazette.example/{name.lower()}/{number}",
        f"Le Dr Claire {name}, dermatologue à Lyon, à l'honneur",
        "Une soirée à la mairie.",
        found_at=datetime.now(UTC),
    )


def source(stack: Deployed, person: str, kind: str, name: str, *more: str) -> str:
    words = f'query="Claire {name}"'
    added: dict[str, Any] = stack.vigie("source", "add", person, kind, "--param", words, *more)
    return str(added["source_id"])


def outcome(stack: Deployed, person: str, source_id: str) -> str:
    [found] = [row for row in stack.vigie("source", "list", person) if row["source_id"] == source_id]
    return str(found["outcome"])


def test_a_search_with_a_key_makes_one_mail_and_is_charged(stack: Deployed, services: Services, brave: Brave) -> None:
    person = stack.enrol("Rivoallan")
    source(stack, person, "brave_web", "Rivoallan")
    stack.scan(person)
    brave.known = [page("Rivoallan", 1)]
    stack.scan(person)
    stack.scan(person)

    [mail] = stack.inbox(person)
    assert "https://gazette.example/rivoallan/1" in mail["text"]
    [spent] = stack.spending("brave", "USD")
    assert (brave.billed * 0.005, 5) == (pytest.approx(spent["spent"]), spent["limit"])


def test_a_key_is_in_no_log_and_in_no_row(stack: Deployed, services: Services) -> None:
    assert services.asked("brave"), "it was asked with its key"
    said = "\n".join(stack.logs())
    assert [] == [key for key in (brave_facts.TOKEN, bluesky_facts.PASSWORD, serper_facts.KEY) if key in said]
    assert [] == [table for table, row in stack.rows() if any(key in row for key in KEYS.values())]


def test_without_its_key_a_source_says_so_and_asks_nothing(stack: Deployed, services: Services) -> None:
    person = stack.enrol("Quemeneur")
    found = str(stack.vigie("source", "add", person, "trustpilot", "--param", f"unit={UNIT}")["source_id"])
    stack.scan(person)

    assert "auth_failed" == outcome(stack, person, found)
    assert [] == services.asked("trustpilot")


def test_a_budget_that_is_spent_is_said_and_no_request_exceeds_it(stack: Deployed, serper: Serper) -> None:
    """Two thousandths of a dollar a month are two requests."""
    person, before = stack.enrol("Kerbrat"), serper.credits
    found = [
        source(stack, person, "serper", "Kerbrat", "--param", f"what={what}") for what in ("search", "news", "videos")
    ]
    stack.scan(person)

    assert 2 == before - serper.credits
    outcomes = sorted(outcome(stack, person, one) for one in found)
    assert 1 == outcomes.count("quota_exhausted")
    [spent] = stack.spending("serper", "USD")
    assert spent["over"]


def test_a_session_that_expired_is_renewed_and_the_post_is_told(stack: Deployed, bluesky: Bluesky) -> None:
    person = stack.enrol("Lozachmeur")
    source(stack, person, "bluesky", "Lozachmeur")
    stack.scan(person)
    bluesky.expire("access")
    text = "Le Dr Claire Lozachmeur, dermatologue à Lyon, m'a bien soignée."
    bluesky.posts.insert(0, bluesky_facts.post(1, text, datetime.now(UTC)))
    stack.scan(person)

    assert 1 == len(stack.inbox(person))


def test_the_operator_is_told_once_of_a_site_that_keeps_failing_and_once_when_it_is_back(
    stack: Deployed, site: Site
) -> None:
    feed = site.feed("dead", OLD)
    person = stack.enrol("Guillou", urls=(site.url("dead"),))
    stack.scan(person)
    feed.status = 500
    for _ in range(FAILING + 2):
        stack.scan(person)
    host = site.url("").removeprefix("http://").rstrip("/")
    began = [said for said in stack.told() if said.startswith(f"Vigie: {host} cannot be read")]
    feed.status = 200
    stack.scan(person)
    stack.scan(person)

    assert 1 == len(began)
    assert 1 == len([said for said in stack.told() if said.startswith(f"Vigie: {host} is read again")])


def test_a_mail_says_which_of_their_sources_are_not_read(stack: Deployed, site: Site) -> None:
    """notify may read how a source fares, and nothing else of it."""
    gone, lively = site.feed("gone", OLD), site.feed("lively", OLD)
    person = stack.enrol("Kersaho", urls=(site.url("gone"), site.url("lively")))
    stack.scan(person)
    gone.status = 410
    for _ in range(FAILING):
        stack.scan(person)
    lively.entries.insert(0, Entry("new", "Avis", "Le Dr Claire Kersaho, dermatologue à Lyon, m'a bien soignée."))
    stack.scan(person)

    [mail] = stack.inbox(person)
    text = " ".join(mail["text"].split())
    assert "1 source sur 2 n’a pas pu être lue" in text
    assert f"- {site.url('').removeprefix('http://').rstrip('/')} depuis le" in text


def test_whoever_is_erased_leaves_no_account(stack: Deployed, brave: Brave) -> None:
    person = stack.enrol("Kerbirio")
    source(stack, person, "brave_web", "Kerbirio")
    stack.scan(person)
    assert "LedgerTable" in stack.rows_of(person)
    stack.vigie("practitioner", "remove", person, "--yes")

    assert "LedgerTable" not in stack.rows_of(person)
