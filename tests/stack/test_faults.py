"""What breaks, breaks here: messages, workers, the mail provider, addresses. Nothing is lost, nobody is told twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest

from tests.stack.deployed import VISIBILITY_S, Deployed, until
from tests.stack.provider import Provider
from tests.stack.site import Entry, Site
from tests.stack.test_scenarios import OLD, about

pytestmark = pytest.mark.stack


@pytest.fixture
def provider(stack: Deployed) -> Iterator[Provider]:
    """Mail goes through it while the test runs."""
    made = Provider(stack.endpoint)
    stack.set_env("NotifyFunction", AWS_ENDPOINT_URL_SESV2=made.url)
    yield made
    stack.set_env("NotifyFunction", AWS_ENDPOINT_URL_SESV2=None)
    made.stop()


def test_a_poison_message_ends_in_the_dead_letters_and_delays_nobody(stack: Deployed, site: Site):
    feed = site.feed("poison", OLD)
    person = stack.enrol("Delattre", urls=(site.url("poison"),))
    stack.scan(person)
    stack.set_visibility("ScanQueue", 1)
    stack.set_visibility("MentionQueue", 1)
    try:
        stack.send("ScanQueue", '{"v":99,"sources":"everything"}')
        stack.send("MentionQueue", "not even JSON")
        feed.entries.insert(0, about("Delattre"))
        stack.vigie("scan", "--practitioner", person)
        until(lambda: stack.inbox(person), timeout_s=20)
        until(lambda: (1, 1) == (stack.depth("ScanDeadLetters"), stack.depth("MentionDeadLetters")), timeout_s=40)
        status = stack.vigie("status", fails=True)
        assert {"tick": 0, "scan": 1, "mention": 1} == status["dead_letters"]
    finally:
        for name in ("ScanQueue", "MentionQueue"):
            stack.set_visibility(name, VISIBILITY_S)
            stack.purge(name.replace("Queue", "DeadLetters"))


def test_dead_letters_sent_back_once_the_cause_is_mended_are_handled(stack: Deployed, site: Site):
    feed = site.feed("redriven", OLD)
    person = stack.enrol("Prigent", urls=(site.url("redriven"),))
    stack.scan(person)
    feed.entries.insert(0, about("Prigent"))
    stack.set_visibility("ScanQueue", 1)
    stack.set_env("ScanFunction", SOURCES_TABLE="not-there")
    try:
        stack.vigie("scan", "--practitioner", person)
        until(lambda: stack.depth("ScanDeadLetters"), timeout_s=40)
    finally:
        stack.set_env("ScanFunction", SOURCES_TABLE=stack.outputs["SourcesTable"])
        stack.set_visibility("ScanQueue", VISIBILITY_S)
    assert [] == stack.inbox(person)
    assert stack.vigie("redrive", "scan")["messages"] >= 1
    until(lambda: stack.inbox(person), timeout_s=30)
    assert 0 == stack.depth("ScanDeadLetters")


def test_a_scan_worker_killed_in_the_middle_of_a_job_loses_nothing_and_tells_once(stack: Deployed, site: Site):
    feed = site.feed("killed", OLD)
    quick = site.feed("killed-too", OLD)
    person = stack.enrol("Guivarch", urls=(site.url("killed"), site.url("killed-too")))
    stack.scan(person)
    feed.entries.insert(0, about("Guivarch", "slow"))
    quick.entries.insert(0, about("Guivarch", "quick"))
    feed.hold = Event()
    stack.vigie("scan", "--practitioner", person)
    until(lambda: feed.waiting, timeout_s=20)
    assert stack.kill_workers("ScanFunction")
    feed.hold.set()
    feed.hold = None
    until(lambda: 2 == sum(len(m["mention_ids"]) for m in stack.inbox(person)), timeout_s=60)
    stack.scan(person)
    told = [mention for mail in stack.inbox(person) for mention in mail["mention_ids"]]
    assert 2 == len(told) == len(set(told))


def test_a_notify_worker_killed_once_ses_took_the_mail_sends_no_second_one(
    stack: Deployed, site: Site, provider: Provider
):
    """It dies between SES's yes and writing it down. The pointer comes back, and so does another person's."""
    feed = site.feed("interrupted", OLD)
    person = stack.enrol("Kermarec", urls=(site.url("interrupted"),))
    other = stack.enrol("Tanguy", urls=(site.url("interrupted"),))
    stack.scan(person)
    provider.mood = "never_answers"
    feed.entries.insert(0, about("Kermarec", "k"))
    stack.vigie("scan", "--practitioner", person)
    until(lambda: provider.taken, timeout_s=30)
    provider.mood = "well"
    assert stack.kill_workers("NotifyFunction")
    feed.entries.insert(0, about("Tanguy", "t"))
    stack.vigie("scan", "--practitioner", other)
    until(lambda: stack.inbox(other), timeout_s=60)
    stack.tick()
    time.sleep(2 * VISIBILITY_S)
    [mail] = stack.sent_to(stack.address("Kermarec"))
    assert "sending" == delivery(stack, person)["state"]
    stack.publish(ses_event("Send", person, delivery(stack, person)["alert_id"], mail["id"]))
    until(lambda: "delivered" == delivery(stack, person)["state"], timeout_s=30)
    assert [mail["id"]] == [m["id"] for m in stack.sent_to(mail["to"])]


def test_a_mail_taken_by_a_provider_that_never_said_so_is_settled_by_its_event(
    stack: Deployed, site: Site, provider: Provider
):
    """The reply is lost: nobody knows. Nothing is sent again, and SES's own Send event closes the matter."""
    feed = site.feed("unsaid", OLD)
    person = stack.enrol("Rouzic", urls=(site.url("unsaid"),))
    stack.scan(person)
    provider.mood = "loses_replies"
    feed.entries.insert(0, about("Rouzic"))
    stack.vigie("scan", "--practitioner", person)
    until(lambda: provider.taken, timeout_s=30)
    until(lambda: "sending" == delivery(stack, person)["state"], timeout_s=30)
    provider.mood = "well"
    stack.tick()
    stack.scan(person)
    assert 1 == provider.sent
    [mail] = stack.sent_to(stack.address("Rouzic"))
    stack.publish(ses_event("Send", person, delivery(stack, person)["alert_id"], mail["id"]))
    until(lambda: "delivered" == delivery(stack, person)["state"], timeout_s=30)
    stack.scan(person)
    assert [mail["id"]] == [m["id"] for m in stack.inbox(person)] == [m["id"] for m in stack.sent_to(mail["to"])]
    assert 1 == provider.sent


def test_a_bounce_holds_the_address_and_tells_the_operator(stack: Deployed, site: Site):
    feed = site.feed("bounced", OLD)
    person = stack.enrol("Thepaut", urls=(site.url("bounced"),))
    stack.scan(person)
    feed.entries.insert(0, about("Thepaut"))
    stack.scan(person)
    event = ses_event("Bounce", person, delivery(stack, person)["alert_id"])
    event["bounce"] = {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": stack.address("Thepaut"), "diagnosticCode": "smtp; 550 unknown user"}],
    }
    stack.publish(event)
    stack.publish(event)
    until(lambda: recipient(stack, person)["held_reason"], timeout_s=30)
    until(lambda: [word for word in stack.told() if person in word], timeout_s=30)
    about_it = [word for word in stack.told() if person in word]
    assert not [word for word in about_it if "thepaut" in word.lower() or "550" in word]

    feed.entries.insert(0, about("Thepaut", "later"))
    stack.scan(person)
    assert 1 == len(stack.inbox(person))
    states = {m["title"]: m["deliveries"][0]["state"] for m in stack.mentions(person) if m["deliveries"]}
    assert "undeliverable" == states["Commentaire later"]


def test_while_mail_is_down_news_gather_and_leave_in_one_mail_a_person(stack: Deployed, site: Site, provider: Provider):
    """Three scans find something while SES refuses; the real schedule then tells each person once, about everything."""
    feed = site.feed("outage", OLD)
    people = [stack.enrol(name, urls=(site.url("outage"),)) for name in ("Cloarec", "Bescond")]
    stack.scan(people[0])
    provider.mood = "throttles"
    for number in range(3):
        feed.entries[:0] = [about("Cloarec", f"c{number}"), about("Bescond", f"b{number}")]
        stack.vigie("scan", "--practitioner", people[0])
        until(lambda: all(len(news(stack, person)) == number + 1 for person in people), timeout_s=30)  # noqa: B023
    until(lambda: provider.sent, timeout_s=30)
    time.sleep(2)
    assert [[], []] == [stack.inbox(person) for person in people]
    assert provider.sent <= 4, "a provider that refuses is not tried again and again"
    provider.mood = "well"
    until(lambda: all(stack.inbox(person) for person in people), timeout_s=300, every_s=2)
    for person in people:
        [mail] = stack.inbox(person)
        assert 3 == len(mail["mention_ids"])
    assert [word for word in stack.told() if "email refused" in word]


def ses_event(kind: str, practitioner: str, attempt: str, message_id: str = "0107019a-0000") -> dict[str, Any]:
    """As SES publishes: docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html."""
    return {
        "eventType": kind,
        "mail": {
            "timestamp": "2026-11-23T13:19:58.000Z",
            "messageId": message_id,
            "destination": ["somebody@example.test"],
            "tags": {"practitioner": [practitioner], "attempt": [attempt]},
        },
        kind.lower(): {},
    }


def news(stack: Deployed, person: str) -> list[dict[str, Any]]:
    return [m for m in stack.mentions(person) if m["status"] != "baseline"]


def delivery(stack: Deployed, person: str) -> dict[str, Any]:
    """The one delivery of a person who has one piece of news and one address; empty before there is any."""
    found = [d for m in news(stack, person) for d in m["deliveries"]]
    return found[0] if found else {"state": "", "alert_id": ""}


def recipient(stack: Deployed, person: str) -> dict[str, Any]:
    [found] = stack.vigie("practitioner", "show", person)["recipients"]
    shown: dict[str, Any] = found
    return shown


def test_erasure_leaves_nothing_and_nothing_in_flight_brings_anything_back(stack: Deployed, site: Site):
    feed = site.feed("erased", OLD, about("Lagadec", "old-news"))
    person = stack.enrol("Lagadec", urls=(site.url("erased"),))
    stack.scan(person)
    feed.entries.insert(0, about("Lagadec", "late", "Le Dr Claire Lagadec, dermatologue à Lyon, est parfaite."))
    stack.scan(person)
    assert stack.inbox(person)
    stack.vigie("practitioner", "remove", person, "--yes")
    feed.entries.insert(0, Entry("later", "Encore", "Le Dr Claire Lagadec, dermatologue à Lyon, est partie."))
    stack.send("MentionQueue", f'{{"v":1,"practitioner_id":"{person}","mention_id":null}}')
    until(lambda: 0 == stack.depth("MentionQueue"))
    assert [] == stack.rows_of(person)
