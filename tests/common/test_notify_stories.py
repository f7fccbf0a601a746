"""One story, several sources: one line to a recipient, once, whatever comes when and whatever goes wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tests.common.notifying import PERSON, PlainChannel, World, a_mention, email, phone
from tests.common.test_notify_crashes import MOMENTS, Dead, StrictStore, When, attempt, calls, settle_down
from tests.fakes import Lost, SentMail
from vigie.channels import ALONE, Around
from vigie.errors import ChannelError
from vigie.events import DeliveryEvent
from vigie.model import Alert, Confidence, DeliveryState, Mention, MentionStatus, Practitioner, Severity
from vigie.ports import Message
from vigie.protocol import Event

STORY = ("wstory",)


def copy(key: str, **facts: Any) -> Mention:
    """The story, as one source tells it."""
    return a_mention(key, **{"source_id": f"s{key}", "story": STORY, "url": f"https://{key}.example/a", **facts})


def repeats(world: World, key: str, recipient: str = "rmail") -> str | None:
    return (world.row(key).deliveries or {})[recipient].repeats


class Listing(PlainChannel):
    """Also says what else tells each story."""

    def compose(
        self,
        alert: Alert,
        mentions: Sequence[Mention],
        practitioner: Practitioner,
        now: datetime,
        around: Around = ALONE,
    ) -> Message:
        made = super().compose(alert, mentions, practitioner, now, around)
        also = {key: [m.mention_id for m in others] for key, others in around.also.items()}
        return Message(made.to, made.text, subject=f"{made.subject} {also}")


@pytest.fixture
def listing(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.common import notifying

    monkeypatch.setattr(notifying, "EMAIL", Listing())


def test_five_sources_of_one_story_are_one_line_that_names_the_others(listing: None) -> None:
    world = World()
    world.found(copy("m1"), copy("m2", severity=Severity.URGENT), copy("m3"), copy("m4"), copy("m5"), "m6")

    world.flush()
    world.pass_time(60)

    [message] = world.mail.messages
    assert "2 +0 {'m2': ['m1', 'm3', 'm4', 'm5']}" == message.subject
    assert {"m2": 1, "m6": 1} == world.copies()
    assert {DeliveryState.DELIVERED} == {world.state(f"m{n}") for n in range(1, 7)}
    [alert] = world.alerts()
    assert {f"m{n}" for n in range(1, 7)} == set(alert.mention_ids)


def test_a_source_that_comes_later_tells_nobody_and_says_what_it_repeats() -> None:
    world = World()
    world.found(copy("m1"))
    world.flush()
    world.later(hours=30)
    world.found(copy("m2", found_at=world.now))

    report = world.flush()

    assert {"m1": 1} == world.copies()
    assert (DeliveryState.SUPPRESSED, "same_story", "m1") == (
        world.state("m2"),
        world.reason("m2"),
        repeats(world, "m2"),
    )
    assert MentionStatus.SETTLED is world.row("m2").status
    assert world.row("m2").due_at is None
    assert {"expanded": 1, "suppressed": 1} == report.counts


def test_four_days_later_it_is_news_again() -> None:
    world = World()
    world.found(copy("m1"))
    world.flush()
    world.later(days=4)
    world.found(copy("m2", found_at=world.now))
    world.flush()

    assert {"m1": 1, "m2": 1} == world.copies()


def test_a_story_that_turns_out_urgent_is_told_again() -> None:
    world = World()
    world.found(copy("m1", severity=Severity.INFO))
    world.flush()
    world.later(hours=1)
    world.found(copy("m2", severity=Severity.URGENT, found_at=world.now))
    world.flush()

    assert {"m1": 1, "m2": 1} == world.copies()


def test_who_was_not_told_of_the_first_is_told_of_the_next() -> None:
    """The phone wants what is urgent; the mail has had it."""
    world = World(email(), phone())
    world.found(copy("m1", severity=Severity.URGENT, confidence=Confidence.UNLIKELY))
    world.found(copy("m2", severity=Severity.ATTENTION))
    world.flush()
    world.later(hours=1)
    world.found(copy("m3", severity=Severity.URGENT, found_at=world.now))
    world.found(copy("m4", severity=Severity.URGENT, found_at=world.now))
    world.flush()
    world.later(hours=1)
    world.found(copy("m5", severity=Severity.URGENT, found_at=world.now))
    world.flush()

    assert {"m3": 1} == world.copies(world.sms)
    assert {"m2": 1, "m3": 1} == world.copies()
    assert ("m3", "m3") == (repeats(world, "m5"), repeats(world, "m5", "rsms"))


def test_a_second_source_waits_while_nobody_knows_whether_the_first_was_told() -> None:
    """The mail was taken and its reply lost: the provider's own event says so, minutes later."""
    world = World(mail=SentMail([Lost()]))
    world.found(copy("m1"))
    world.flush()
    world.later(minutes=3)
    world.found(copy("m2", found_at=world.now))
    world.flush()
    assert DeliveryState.PENDING is world.state("m2")

    world.events()
    world.pass_time(10)

    assert {"m1": 1} == world.copies()
    assert "m1" == repeats(world, "m2")
    assert [] == world.open_deliveries()


def test_a_second_source_tells_what_the_first_could_not() -> None:
    """m1 was never taken: both go in the next mail, on one line."""
    world = World(mail=SentMail([ChannelError("time-out", ambiguous=True)]))
    world.found(copy("m1"))
    world.flush()
    world.found(copy("m2", found_at=world.now))
    world.flush()
    world.pass_time(60, events=False)

    assert {"m1": 1} == world.copies()
    assert {DeliveryState.DELIVERED} == {world.state("m1"), world.state("m2")}


def test_an_sms_given_up_in_this_very_look_told_the_story() -> None:
    world = World(phone())
    world.sms.script = [Lost()]
    world.found(copy("m1", severity=Severity.URGENT))
    world.flush()
    world.later(minutes=31)
    world.found(copy("m2", severity=Severity.URGENT, found_at=world.now))
    world.flush()

    assert DeliveryState.UNKNOWN is world.state("m1", "rsms")
    assert {"m1": 1} == world.copies(world.sms)
    assert "m1" == repeats(world, "m2", "rsms")


def test_a_story_whose_first_version_is_barred_is_told_by_the_next() -> None:
    world = World(mail=SentMail([ChannelError("message_rejected", content=True)] * 2))
    world.found(copy("m1"))
    world.flush()
    world.pass_time(10)
    assert DeliveryState.UNDELIVERABLE is world.state("m1")

    world.found(copy("m2", found_at=world.now))
    world.flush()
    world.pass_time(10)

    assert DeliveryState.DELIVERED is world.state("m2")


def test_what_a_provider_refused_goes_again_without_naming_where_else_it_stands(listing: None) -> None:
    world = World(mail=SentMail([ChannelError("message_rejected", content=True)]))
    world.found(copy("m1"), copy("m2"))

    world.flush()
    world.pass_time(10)

    [message] = world.mail.messages
    assert "2 +0 {}" == message.subject
    assert 2 == message.text.count("(not shown)")


def test_a_line_that_cannot_be_shown_does_not_take_its_others_with_it(listing: None) -> None:
    world = World()
    world.found(copy("m1", title="poison", severity=Severity.URGENT), copy("m2"), "m3")

    world.flush()

    [message] = world.mail.messages
    assert "2 +0 {}" == message.subject
    assert "m1 (not shown)\nm3 Sujet m3" == message.text


def test_stories_of_a_paused_practitioner_are_told_in_one_line_when_the_pause_ends() -> None:
    world = World()
    person = world.store.people[PERSON]
    world.store.people[PERSON] = replace(person, status="paused")
    world.found(copy("m1"), copy("m2"))
    world.flush()
    world.store.people[PERSON] = person
    world.flush()

    assert {"m1": 1} == world.copies()


def test_an_event_of_a_line_settles_all_it_told() -> None:
    world = World()
    world.found(copy("m1"), copy("m2"))
    world.flush()
    [alert] = world.alerts()

    world.notifier.settle_event(DeliveryEvent(Event.BOUNCED, PERSON, alert.alert_id, permanent=True))

    assert {DeliveryState.UNDELIVERABLE} == {world.state("m1"), world.state("m2")}


def a_world() -> World:
    """m1 was told; m2 and m3 tell the same, m4 and m5 another story."""
    world = World(email(), phone())
    store = StrictStore(clock=lambda: world.now)
    store.people, store.rosters = world.store.people, world.store.rosters
    world.store = store
    world.notifier = world.worker()
    other: Mapping[str, Any] = {"story": ("wother",), "severity": Severity.URGENT}
    world.found(copy("m1", severity=Severity.URGENT))
    world.flush()
    world.later(minutes=5)
    world.found(copy("m2", severity=Severity.URGENT), copy("m3"), copy("m4", **other), copy("m5", **other))
    return world


def assert_told(world: World) -> None:
    assert [] == world.open_deliveries()
    assert {None} == {mention.due_at for mention in world.store.mention_rows.values()}
    assert {"m1": 1, "m4": 1} == world.copies()
    assert {"m1", "m4"} >= set(copies := world.copies(world.sms))
    assert {1} == set(copies.values())
    given_up = DeliveryState.UNKNOWN is world.state("m4", "rsms")  # nobody can ask after an SMS
    assert given_up or "m4" in copies
    assert world.state("m4", "rsms") is world.state("m5", "rsms")
    assert {DeliveryState.DELIVERED} == {world.state("m4"), world.state("m5")}
    assert ["m1"] * 3 == [repeats(world, "m2"), repeats(world, "m2", "rsms"), repeats(world, "m3")]
    assert "below_min_severity" == world.reason("m3", "rsms")


def test_a_flush_ends_each_repeat_by_one_write() -> None:
    made = calls(a_world)

    assert 2 == made.count("close")
    assert made.index("alerts_since") < made.index("close") < made.index("write_intent")


CALLS = len(calls(a_world))


@pytest.mark.parametrize("when", MOMENTS)
@pytest.mark.parametrize("at", range(1, CALLS + 1))
def test_a_crash_at_any_call_loses_no_story_and_repeats_none(at: int, when: When) -> None:
    world = a_world()

    attempt(world, Dead(at, when))
    settle_down(world)

    assert_told(world)
