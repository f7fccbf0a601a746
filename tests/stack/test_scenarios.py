"""The whole flow, through the real queues, roles and schedule: what each party sees of it."""

from __future__ import annotations

import time
from threading import Event

import pytest

from tests.stack.deployed import Deployed, until
from tests.stack.site import Entry, Site

pytestmark = pytest.mark.stack

OLD = Entry("old", "Ouverture du parc", "Le parc rouvre lundi.")


def about(name: str, guid: str = "new", text: str = "") -> Entry:
    said = text or "Le Dr Claire {name}, dermatologue à Lyon, m'a bien soignée."
    return Entry(guid, f"Commentaire {guid}", said.format(name=name))


@pytest.fixture(scope="module", autouse=True)
def left_alone(stack: Deployed, _site: Site) -> str:
    """Somebody enrolled before the other scenarios, for whom no test asks for anything meanwhile."""
    _site.feed("alone", OLD)
    return stack.enrol("Abgrall", urls=(_site.url("alone"),))


def test_a_new_comment_makes_one_mail_and_nothing_more(stack: Deployed, site: Site):
    feed = site.feed("first", OLD, about("Morvant", "before"))
    person = stack.enrol("Morvant", urls=(site.url("first"),), sms=True)
    stack.scan(person)
    assert [] == stack.inbox(person)
    assert ["baseline"] == [m["status"] for m in stack.mentions(person)]

    feed.entries.insert(0, about("Morvant", "kind"))
    feed.entries.insert(0, Entry("other", "Un autre", "Le Dr Paul Morvant, dentiste à Brest, a déménagé."))
    stack.scan(person)
    [mail] = stack.inbox(person)
    assert stack.address("Morvant") == mail["to"]
    assert "http://blog.example/kind" in mail["html"]
    assert "http://blog.example/kind" in mail["text"]
    assert 1 == len(mail["mention_ids"])
    assert [] == stack.inbox(person, "sms")

    stack.scan(person)
    stack.tick()
    stack.scan(person)
    assert [mail] == stack.inbox(person)
    settled = [m for m in stack.mentions(person) if m["status"] != "baseline"]
    assert [(mail["mention_ids"][0], "settled")] == [(m["mention_id"], m["status"]) for m in settled]


def test_an_urgent_comment_also_makes_one_sms_that_reveals_nothing(stack: Deployed, site: Site):
    feed = site.feed("urgent", OLD)
    person = stack.enrol("Sauvageot", urls=(site.url("urgent"),), sms=True)
    stack.scan(person)
    harsh = "Le Dr Claire Sauvageot, dermatologue à Lyon, est une escroc : elle m'a brûlée, j'ai porté plainte."
    feed.entries.insert(0, about("Sauvageot", "harsh", harsh))
    stack.scan(person)
    stack.scan(person)
    [mail], [sms] = stack.inbox(person), stack.inbox(person, "sms")
    assert mail["mention_ids"] == sms["mention_ids"]
    assert len(sms["text"]) <= 160
    for secret in ("Sauvageot", "escroc", "blog", "plainte", "Claire", "http"):
        assert secret.lower() not in sms["text"].lower()


def test_a_comment_that_turned_bad_is_told_once_more_as_edited(stack: Deployed, site: Site):
    """What it was at first is shown to a role that may only put."""
    feed = site.feed("edited", Entry("first", "Commentaire de Maud", "Merci pour cet article."))
    person = stack.enrol("Goasdoue", urls=(site.url("edited"),))
    stack.scan(person)
    feed.entries.insert(0, Entry("turned", "", ""))
    for said in (
        "m'a bien soignée.",
        "est une escroc : j'ai porté plainte.",
        "est une escroc, oui : j'ai porté plainte.",
    ):
        text = f"Le Dr Claire Goasdoue, dermatologue à Lyon, {said}"
        feed.entries[0] = Entry("turned", "Commentaire de Zoé", text)
        stack.scan(person)

    first, second = stack.inbox(person)
    assert "Modifié" not in first["html"]
    assert "Modifié" in second["html"]
    assert "http://blog.example/turned" in second["text"]
    assert first["mention_ids"] != second["mention_ids"]


def test_two_people_share_a_source_and_each_is_told_of_theirs_only(stack: Deployed, site: Site):
    feed = site.feed("shared", OLD)
    first = stack.enrol("Lefranc", urls=(site.url("shared"),))
    second = stack.enrol("Quemener", urls=(site.url("shared"),))
    stack.scan(first)
    before = len(site.asked_for("shared"))
    feed.entries[:0] = [about("Lefranc", "l"), about("Quemener", "q")]
    stack.scan(first)
    until(lambda: stack.inbox(second))
    assert 1 == len({a.status for a in site.asked_for("shared")[before:] if a.status == 200})
    for person, name, guid in ((first, "Lefranc", "l"), (second, "Quemener", "q")):
        [mail] = stack.inbox(person)
        assert stack.address(name) == mail["to"]
        assert f"http://blog.example/{guid}" in mail["text"]
    [listed] = stack.vigie("source", "list", first)
    assert [listed["source_id"]] == [s["source_id"] for s in stack.vigie("source", "list", second)]


def test_what_several_sources_find_within_seconds_leaves_in_one_mail(stack: Deployed, site: Site):
    """Though the last of them answers when the news of the others is recorded, and pointed at."""
    names = [f"several-{number}" for number in range(4)]
    feeds = [site.feed(name, OLD) for name in names]
    person = stack.enrol("Lanoe", urls=tuple(site.url(name) for name in names))
    stack.scan(person)
    feeds[0].entries.insert(0, about("Lanoe", "before"))
    stack.scan(person)  # notify is warm then: it would not be late by itself
    for number, feed in enumerate(feeds):
        said = f"Avis {number * 17} : le Dr Claire {{name}}, dermatologue à Lyon, " + "très bien. " * (number + 1)
        feed.entries.insert(0, about("Lanoe", f"place-{number}", said))
    feeds[-1].hold = Event()
    with stack.gathering(seconds=10):
        stack.vigie("scan", "--practitioner", person)
        until(lambda: len(feeds) == len(stack.mentions(person)))
        time.sleep(3)  # in which a mail about the others would leave
        feeds[-1].hold.set()
        until(lambda: 2 == len(stack.inbox(person)))
    stack.scan(person)

    assert [1, len(feeds)] == [len(mail["mention_ids"]) for mail in stack.inbox(person)]


def test_an_unchanged_source_answers_304_and_nothing_is_written(stack: Deployed, site: Site):
    site.feed("still", about("Kervella"))
    person = stack.enrol("Kervella", urls=(site.url("still"),))
    stack.scan(person)
    row = source_row(stack, person)
    for _ in range(2):
        stack.scan(person)
    asked = site.asked_for("still")
    assert (False, 200) == (asked[0].conditional, asked[0].status)
    assert {(True, 304)} == {(a.conditional, a.status) for a in asked[1:]}
    assert row == source_row(stack, person)


def source_row(stack: Deployed, person: str) -> object:
    [listed] = stack.vigie("source", "list", person)
    key = {"source_id": {"S": listed["source_id"]}}
    return stack.client("dynamodb").get_item(TableName=stack.outputs["SourcesTable"], Key=key, ConsistentRead=True)[
        "Item"
    ]


def test_a_source_that_dies_and_comes_back_loses_nothing(stack: Deployed, site: Site):
    feed = site.feed("dying", OLD)
    person = stack.enrol("Vautrin", urls=(site.url("dying"),))
    stack.scan(person)
    feed.status = 503
    feed.entries.insert(0, about("Vautrin", "meanwhile"))
    stack.scan(person)
    [listed] = stack.vigie("source", "list", person)
    assert "unreachable" == listed["outcome"]
    assert [] == stack.inbox(person)
    feed.status = 200
    stack.scan(person)
    [mail] = stack.inbox(person)
    assert "http://blog.example/meanwhile" in mail["text"]
    [listed] = stack.vigie("source", "list", person)
    assert "ok" == listed["outcome"]


def test_the_schedule_alone_finds_and_tells(stack: Deployed, site: Site, left_alone: str):
    """Nobody asks for anything: the real one-minute schedule finds the baseline, then, after an outage, the news."""
    until(lambda: "ok" == stack.vigie("source", "list", left_alone)[0]["outcome"], timeout_s=300, every_s=1)
    site.feeds["/alone"].entries.insert(0, about("Abgrall"))
    rewind(stack, minutes=60)
    until(lambda: stack.inbox(left_alone), timeout_s=300, every_s=1)
    stack.scan(left_alone)
    assert 1 == len(stack.inbox(left_alone))


def rewind(stack: Deployed, minutes: int) -> None:
    """As after an hour without a tick: the next one finds every slot of an hour due."""
    stack.client("dynamodb").update_item(
        TableName=stack.outputs["SourcesTable"],
        Key={"source_id": {"S": "#wheel"}},
        UpdateExpression="SET #minute = #minute - :back",
        ExpressionAttributeNames={"#minute": "minute"},
        ExpressionAttributeValues={":back": {"N": str(minutes)}},
    )
