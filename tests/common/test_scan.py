"""One scan of one source: what it records, what it remembers, and what it says when it could not look."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes import CannedFetcher, ListOutbox, MemoryStore, ToldOperator
from tests.ledger import MemoryLedger, access_of, silent
from vigie import identity
from vigie.errors import FetchError, StoreError
from vigie.exchange import Response
from vigie.model import FAILING, Job, MentionStatus, OutcomeKind, Practitioner, Source
from vigie.permission import MAX_SITES
from vigie.record import Recorder
from vigie.scan import Scanner
from vigie.watchdog import Watchdog

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://forum.example/comments.xml"
ALICE = Practitioner("palice", "Dr", ("Alice",), ("Vasseur-Lemoine",), "dermatologue", "Besançon", "25000")
BORIS = Practitioner("pboris", "Dr", ("Boris",), ("Quintreau",), "cardiologue", "Dijon", "21000")


def feed(*entries: tuple[str, str]) -> bytes:
    items = "".join(
        f"<item><title>{title}</title><link>https://forum.example/t/{n}</link><guid>g{n}</guid>"
        f"<description>{text}</description></item>"
        for n, (title, text) in enumerate(entries)
    )
    channel = f"<channel><title>Forum</title><link>https://forum.example/</link>{items}</channel>"
    return f'<rss version="2.0">{channel}</rss>'.encode()


def about(person: Practitioner, text: str = "Très déçue de la consultation.") -> tuple[str, str]:
    return (
        f"Avis sur le Dr {person.first_names[0]} {person.last_names[0]}",
        f"{person.specialty} à {person.city}. {text}",
    )


ALICE_POST, BORIS_POST, OTHER = about(ALICE), about(BORIS), ("Recette", "Une tarte aux pommes.")


class World:
    """A store, a web and a clock, and one source watched by whoever is enrolled."""

    def __init__(self, *watchers: Practitioner, kind: str = "feed", url: str = URL) -> None:
        self.now = NOW
        self.store = MemoryStore(clock=lambda: self.now)
        self.outbox = ListOutbox()
        self.web = CannedFetcher()
        self.source_id = identity.source_id(kind, {"url": url})
        self.kind, self.url = kind, url
        for person in watchers:
            self.enrol(person)
        self.scanner = self.restarted()

    def restarted(self, watchdog: Watchdog | None = None) -> Scanner:
        """A scanner with nothing in memory, as after a cold start."""
        recorder = Recorder(self.store, self.outbox, timedelta(days=90))
        access = access_of(lambda: self.now)
        return Scanner(self.store, recorder, self.web, access, watchdog or silent(), lambda: self.now)

    def enrol(self, person: Practitioner) -> None:
        self.store.enrol(person, [], f"hash-{person.practitioner_id}")
        params = {"url": self.url}
        self.store.watch(
            person.practitioner_id, Source(self.source_id, self.kind, params, 60, identity.host_of(self.url))
        )

    def serve(self, answer, *, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.web.answers[self.url] = (
            answer if isinstance(answer, Exception) else Response(status, self.url, named, answer)
        )

    def scan(self, *, forced: bool = False, after: timedelta = timedelta(hours=1)):
        self.now += after
        report = asyncio.run(self.scanner.scan(Job((self.source_id,), forced)))
        return report.outcomes[self.source_id]

    @property
    def source(self) -> Source:
        return self.store.source_rows[self.source_id]

    def statuses(self, person: Practitioner) -> list[MentionStatus]:
        return [m.status for m in self.store.mentions(person.practitioner_id)]

    def snapshot(self):
        return dict(self.store.source_rows), dict(self.store.mention_rows), list(self.outbox.pointers)


def test_the_first_scan_is_a_baseline_recorded_and_not_told():
    world = World(ALICE)
    world.serve(feed(ALICE_POST, OTHER))

    outcome = world.scan()

    assert OutcomeKind.OK == outcome.kind
    assert [MentionStatus.BASELINE] == world.statuses(ALICE)
    assert [] == world.outbox.pointers
    assert identity.slot(world.source_id, 60) == world.source.slot


def test_what_appears_after_the_baseline_is_recorded_once_and_pointed_at_once():
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    world.serve(feed(OTHER, ALICE_POST))

    for _ in range(3):
        world.scan()

    assert [MentionStatus.PENDING] == world.statuses(ALICE)
    assert 1 == len(world.outbox.pointers)


def test_nothing_is_written_when_nothing_changed():
    world = World(ALICE)
    world.serve(feed(ALICE_POST), etag='"v1"')
    world.scan()
    world.serve(b"", status=304)
    before = world.snapshot()

    outcome = world.scan()

    assert OutcomeKind.NOT_MODIFIED == outcome.kind
    assert before == world.snapshot()


def test_the_servers_own_validators_are_sent_back_verbatim():
    world = World(ALICE)
    world.serve(feed(OTHER), etag='W/"abc=="', last_modified="Mon, 05 Jan 2026 08:00:00 GMT")
    world.scan()
    world.scan()

    assert {"if-none-match": 'W/"abc=="', "if-modified-since": "Mon, 05 Jan 2026 08:00:00 GMT"} == validators(world)


def test_an_unchanged_body_without_validators_writes_nothing_either():
    world = World(ALICE)
    world.serve(feed(ALICE_POST))
    world.scan()
    before = world.snapshot()

    assert OutcomeKind.NOT_MODIFIED == world.scan().kind
    assert before == world.snapshot()


def test_everything_is_read_again_once_a_day_whatever_the_server_says():
    """A server that answers 304 for ever hides what it publishes."""
    world = World(ALICE)
    world.serve(feed(OTHER), etag='"never-changes"')
    world.scan()
    world.scan(after=timedelta(hours=23, minutes=45))

    assert {} == validators(world)


def test_a_304_nobody_asked_for_is_not_a_success():
    world = World(ALICE)
    world.serve(b"", status=304)

    outcome = world.scan()

    assert not outcome.kind.seen
    assert world.source.fresh == {"palice"}


def test_a_practitioner_who_joins_later_gets_a_baseline_of_their_own():
    world = World(ALICE)
    world.serve(feed(BORIS_POST, ALICE_POST), etag='"v1"')
    world.scan()

    world.enrol(BORIS)
    world.serve(feed(BORIS_POST, ALICE_POST), etag='"v1"')
    world.scan()

    assert {} == validators(world), "a newcomer needs everything, not what changed"
    assert [MentionStatus.BASELINE] == world.statuses(BORIS)
    assert [MentionStatus.BASELINE] == world.statuses(ALICE)
    assert frozenset() == world.source.fresh


def test_two_practitioners_share_a_source_and_each_gets_their_own_mentions():
    world = World(ALICE, BORIS)
    world.serve(feed(OTHER))
    world.scan()
    world.serve(feed(OTHER, ALICE_POST, BORIS_POST))
    world.scan()

    assert 2 == len(world.web.requests)
    assert [MentionStatus.PENDING] == world.statuses(ALICE) == world.statuses(BORIS)


def test_the_baseline_waits_for_a_scan_that_saw_the_source():
    world = World(ALICE)
    world.serve(FetchError(OutcomeKind.UNREACHABLE, "connection"))
    world.scan()
    world.serve(feed(ALICE_POST))
    world.scan(after=timedelta(hours=8))

    assert [MentionStatus.BASELINE] == world.statuses(ALICE)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, OutcomeKind.GONE), (410, OutcomeKind.GONE), (403, OutcomeKind.BLOCKED), (500, OutcomeKind.UNREACHABLE)],
)
def test_a_source_that_could_not_be_looked_at_says_so(status, kind):
    world = World(ALICE)
    world.serve(feed(ALICE_POST), status=status)

    outcome = world.scan()

    assert kind == outcome.kind == world.source.health.outcome
    assert 1 == world.source.health.failures
    assert [] == world.statuses(ALICE)


def test_a_page_in_place_of_a_feed_is_not_an_empty_success():
    world = World(ALICE)
    world.serve(b"<!doctype html><title>Maintenance</title><p>Revenez plus tard")

    assert OutcomeKind.NOT_A_FEED == world.scan().kind


def test_a_source_that_dies_and_comes_back_loses_nothing_it_still_shows():
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    world.serve(FetchError(OutcomeKind.UNREACHABLE, "deadline"))
    for n in range(3):
        world.scan(forced=True)
        assert n + 1 == world.source.health.failures
    world.serve(feed(OTHER, ALICE_POST))

    assert OutcomeKind.OK == world.scan(forced=True).kind
    assert [MentionStatus.PENDING] == world.statuses(ALICE)
    assert 0 == world.source.health.failures


def test_a_failing_source_is_left_alone_for_a_while_but_an_operator_may_insist():
    world = World(ALICE)
    world.serve(FetchError(OutcomeKind.UNREACHABLE, "deadline"))
    world.scan()
    world.scan()

    held = world.scan(after=timedelta(minutes=1))
    forced = world.scan(forced=True, after=timedelta(minutes=1))

    assert OutcomeKind.HELD == held.kind
    assert OutcomeKind.UNREACHABLE == forced.kind


def test_retry_after_is_honoured_even_when_an_operator_insists():
    world = World(ALICE)
    world.serve(b"", status=429, retry_after="7200")
    throttled = world.scan()

    held = world.scan(forced=True)

    assert OutcomeKind.THROTTLED == throttled.kind
    assert OutcomeKind.HELD == held.kind
    assert throttled.until == held.until
    assert 1 == len(world.web.requests)


def test_a_source_that_moved_for_good_is_asked_at_its_new_address_and_stays_the_same_source():
    world = World(ALICE)
    new = "https://forum.example/new.xml"
    world.web.answers[URL] = Response(200, new, {}, feed(OTHER), moved_to=new)
    world.scan()
    world.web.answers[new] = Response(200, new, {}, feed(OTHER, ALICE_POST))
    world.scan()

    assert [URL, new] == [request.url for request in world.web.requests]
    assert [MentionStatus.PENDING] == world.statuses(ALICE)
    assert URL == world.source.url


def test_what_is_found_together_keeps_the_order_of_its_source():
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    told = [about(ALICE, f"Troisième visite, numéro {n}, accueil toujours aussi froid.") for n in range(6)]
    world.serve(feed(OTHER, *told[:3], BORIS_POST, *told[3:]))
    world.scan()

    found = sorted(world.store.mentions("palice"), key=lambda m: m.place)
    assert [f"https://forum.example/t/{n}" for n in (1, 2, 3, 5, 6, 7)] == [m.url for m in found]


def test_a_new_address_that_fails_is_forgotten_and_the_old_one_asked_again():
    world = World(ALICE)
    new = "https://forum.example/new.xml"
    world.web.answers[URL] = Response(200, new, {}, feed(OTHER), moved_to=new)
    world.scan()
    world.web.answers[new] = Response(404, new, {})
    world.scan()
    world.scan(forced=True)

    assert URL == world.web.requests[-1].url


def test_a_source_that_moved_is_asked_at_its_own_address_once_a_day():
    """A site may say "moved for good" of a detour that is over the next day."""
    world = World(ALICE)
    new = "https://forum.example/new.xml"
    world.web.answers[URL] = Response(200, new, {}, feed(OTHER), moved_to=new)
    world.web.answers[new] = Response(200, new, {}, feed(OTHER))
    for _ in range(2):
        world.scan()
    world.serve(feed(OTHER, ALICE_POST))
    world.scan(after=timedelta(hours=23))
    world.scan()

    assert [URL, new, URL, URL] == [request.url for request in world.web.requests]
    assert [MentionStatus.PENDING] == world.statuses(ALICE)


def test_a_read_that_shares_nothing_with_the_one_before_is_a_gap():
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    entirely_new = feed(("Autre", "Rien")).replace(b"g0", b"h9").replace(b"/t/0", b"/t/9")
    world.serve(entirely_new)
    world.scan()

    assert world.now == world.source.health.gap_at


def test_an_edited_post_that_now_names_someone_is_told():
    world = World(ALICE)
    world.serve(feed(("Sans titre", "En cours de rédaction")))
    world.scan()
    world.serve(feed(ALICE_POST))
    world.scan()

    assert [MentionStatus.PENDING] == world.statuses(ALICE)


def test_an_edited_post_already_told_is_not_told_again():
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    world.serve(feed(OTHER, ALICE_POST))
    world.scan()
    world.serve(feed(OTHER, about(ALICE, "Édit : toujours déçue.")))
    world.scan()

    assert 1 == len(world.statuses(ALICE)) == len(world.outbox.pointers)


def test_the_cursor_stays_when_the_store_cannot_record():
    """I6: the next scan reads the same again, and finds what was not recorded."""
    world = World(ALICE)
    world.serve(feed(OTHER), etag='"v1"')
    world.scan()
    world.serve(feed(OTHER, ALICE_POST), etag='"v2"')
    before = world.source.cursor
    put, world.store.put_mention = world.store.put_mention, failing
    with pytest.raises(StoreError):
        world.scan()
    assert before == world.source.cursor

    world.store.put_mention = put
    world.scan()

    assert [MentionStatus.PENDING] == world.statuses(ALICE)


def test_one_source_that_cannot_be_recorded_does_not_keep_the_others_from_being():
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    other_url = "https://blog.example/feed.xml"
    other_id = identity.source_id("feed", {"url": other_url})
    world.store.watch("palice", Source(other_id, "feed", {"url": other_url}, 60, "blog.example"))
    world.web.answers[other_url] = Response(200, other_url, {}, feed(OTHER))
    world.serve(feed(OTHER, ALICE_POST))
    world.store.put_mention = failing

    with pytest.raises(StoreError):
        asyncio.run(world.scanner.scan(Job((world.source_id, other_id))))

    assert world.store.source_rows[other_id].cursor.ring


def test_nothing_is_recorded_for_a_practitioner_erased_while_their_source_was_read():
    """I11: what is in flight does not bring them back."""
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    fetch = world.web.fetch

    async def erased_meanwhile(request, **asked):
        world.store.erase("palice")
        return await fetch(request)

    world.web.fetch = erased_meanwhile
    world.serve(feed(OTHER, ALICE_POST))
    asyncio.run(world.scanner.scan(Job((world.source_id,))))

    assert {} == world.store.mention_rows


def test_an_enrolment_during_a_scan_keeps_that_scan_from_ending_its_baseline():
    world = World(ALICE)
    world.serve(feed(OTHER, BORIS_POST))
    fetch = world.web.fetch

    async def joined_meanwhile(request, **asked):
        answer = await fetch(request)
        world.enrol(BORIS)
        return answer

    world.web.fetch = joined_meanwhile
    world.scan()
    world.web.fetch = fetch
    assert "pboris" in world.source.fresh

    world.scan()

    assert [MentionStatus.BASELINE] == world.statuses(BORIS)


def test_a_source_removed_at_the_scan_that_makes_it_failing_is_not_kept_among_those_that_fail():
    world = World(ALICE)
    ledger = MemoryLedger()
    world.scanner = world.restarted(Watchdog(ledger, ToldOperator()))
    world.serve(FetchError(OutcomeKind.UNREACHABLE, "deadline"))
    for _ in range(FAILING - 1):
        world.scan(forced=True)
    fetch = world.web.fetch

    async def removed_meanwhile(request, **asked):
        world.store.unwatch("palice", world.source_id)
        return await fetch(request)

    world.web.fetch = removed_meanwhile
    world.scan(forced=True)

    assert ledger.failing("forum.example", "another")


def test_what_was_read_while_a_job_waited_in_the_queue_is_not_read_again():
    """A thousand new sources of one host fill jobs that wait for up to a quarter of an hour, and are in those of each
    tick meanwhile."""
    world = World(ALICE)
    world.serve(feed(OTHER))
    found_due = world.now
    world.scan(after=timedelta(minutes=1))
    late = Job((world.source_id,), due_at=found_due)

    assert OutcomeKind.HELD == asyncio.run(world.scanner.scan(late)).outcomes[world.source_id].kind
    assert 1 == len(world.web.requests)
    world.enrol(BORIS)
    assert OutcomeKind.OK == asyncio.run(world.scanner.scan(late)).outcomes[world.source_id].kind
    world.now += timedelta(hours=1)
    asyncio.run(world.scanner.scan(Job((world.source_id,), due_at=world.now)))
    assert 3 == len(world.web.requests)


def test_nor_is_one_that_had_not_changed():
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    world.store.source_rows[world.source_id] = replace(world.source, slot=identity.NEW)
    found_due = world.now
    assert OutcomeKind.NOT_MODIFIED == world.scan(after=timedelta(minutes=1)).kind
    late = Job((world.source_id,), due_at=found_due)

    assert OutcomeKind.HELD == asyncio.run(world.scanner.scan(late)).outcomes[world.source_id].kind
    assert identity.slot(world.source_id, 60) == world.source.slot


def test_the_sources_of_a_job_are_begun_in_its_order():
    """Who is first gets the next turn at a service; the store gives them back in any order."""
    world = World()
    world.store.enrol(ALICE, [], "h")
    urls = [f"https://forum.example/{n}.xml" for n in range(5)]
    ids = [identity.source_id("feed", {"url": url}) for url in urls]
    for source_id, url in zip(ids, urls, strict=True):
        world.store.watch("palice", Source(source_id, "feed", {"url": url}, 60, "forum.example"))
    rows = world.store.sources
    world.store.sources = lambda asked: dict(sorted(rows(asked).items()))
    asyncio.run(world.scanner.scan(Job(tuple(ids))))

    assert urls == [request.url for request in world.web.requests]


def test_a_source_that_waits_for_its_turn_is_written_once_however_many_ticks_it_waits():
    world = World(ALICE)
    world.serve(FetchError(OutcomeKind.HELD, "its turn"))
    writes = []
    save = world.store.save_cursor
    world.store.save_cursor = lambda *given, **named: writes.append(1) or save(*given, **named)
    world.store.source_rows[world.source_id] = replace(world.source, slot=identity.slot(world.source_id, 60))
    for _ in range(5):
        assert OutcomeKind.HELD == world.scan().kind

    assert ([1], identity.NEW) == (writes, world.source.slot)


def test_what_is_found_for_a_paused_practitioner_is_recorded_and_kept_for_the_end_of_the_pause():
    world = World(ALICE)
    world.serve(feed(OTHER))
    world.scan()
    world.store.people["palice"] = replace(ALICE, status="paused")
    world.serve(feed(OTHER, ALICE_POST))
    world.scan()

    assert [MentionStatus.PENDING] == world.statuses(ALICE)


def test_a_practitioner_missing_from_a_late_read_is_read_again_as_of_now():
    """They were enrolled a moment ago. Their baseline would be empty, and ten minutes of items lost to them."""
    world = World(ALICE)
    world.serve(feed(OTHER, ALICE_POST))
    read = world.store.practitioners
    world.store.practitioners = lambda ids, *, fresh=False: read(ids, fresh=True) if fresh else {}
    world.scan()

    assert [MentionStatus.BASELINE] == world.statuses(ALICE)


def test_an_unknown_source_in_a_job_is_passed_over():
    world = World(ALICE)
    world.serve(feed(OTHER))

    report = asyncio.run(world.scanner.scan(Job(("sgone", world.source_id))))

    assert [world.source_id] == list(report.outcomes)


def test_a_source_of_a_kind_nobody_knows_is_an_outcome_and_the_others_of_its_job_are_read():
    world = World(ALICE)
    world.serve(feed(OTHER))
    strange = Source("sstrange", "crystal_ball", {"url": URL}, 60, "forum.example", frozenset({"palice"}))
    world.store.source_rows["sstrange"] = strange

    outcomes = asyncio.run(world.scanner.scan(Job(("sstrange", world.source_id)))).outcomes

    assert OutcomeKind.CONTRACT_CHANGED == outcomes["sstrange"].kind
    assert OutcomeKind.OK == outcomes[world.source_id].kind


def test_a_kind_that_fails_on_an_answer_is_one_sources_outcome_and_is_tried_again(monkeypatch):
    world = World(ALICE)
    world.serve(feed(OTHER))
    monkeypatch.setattr("vigie.sources.feed.skimmed", lambda *_: 1 / 0)

    outcome = world.scan()

    assert OutcomeKind.CONTRACT_CHANGED == outcome.kind
    assert 1 == world.source.health.failures
    assert {"palice"} == world.source.fresh


ROBOTS = "https://annuaire.example/robots.txt"
PAGE = "https://annuaire.example/dr-vasseur"


def page(*paragraphs: str) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    head = "<head><meta charset=utf-8><title>Annuaire</title></head>"
    return f"<!doctype html><html lang=fr>{head}<body><main>{body}</main></body></html>".encode()


OLD_TEXT = "Prendre rendez-vous au secrétariat, du lundi au vendredi, de 9 h à 18 h."
NEW_TEXT = "Le Dr Alice Vasseur-Lemoine, dermatologue à Besançon, m'a très mal reçue hier matin."


TOPIC = "https://annuaire.example/viewtopic.php?t=4"
LOGIN = "https://annuaire.example/ucp.php?mode=login"
THREAD = "<title>Nos dermatologues</title><div class=post><b class=author>jo</b><p>{}</p></div>"


def test_a_page_moved_for_good_to_a_login_was_not_looked_at_and_is_asked_again_where_it_was():
    world = World(ALICE, kind="page", url=TOPIC)
    world.web.answers[ROBOTS] = Response(404, "", {})
    form = "<h1>Bienvenue</h1><form><p>Vos identifiants, s'il vous plaît</p><input type=password></form>"
    world.serve(THREAD.format("Bonjour à tous").encode())
    world.scan()
    world.web.answers[TOPIC] = Response(200, LOGIN, {}, form.encode(), moved_to=LOGIN)
    blocked = world.scan()
    world.scan(forced=True)
    assert OutcomeKind.BLOCKED == blocked.kind
    assert 2 == world.source.health.failures

    world.serve(THREAD.format("Le Dr Alice Vasseur-Lemoine, dermatologue à Besançon, à fuir").encode())
    assert OutcomeKind.OK == world.scan(forced=True).kind
    assert [MentionStatus.PENDING] == world.statuses(ALICE)
    assert {TOPIC} == {request.url for request in world.web.requests if not request.url.endswith("robots.txt")}


def test_a_page_is_read_only_if_robots_txt_lets_us():
    world = World(ALICE, kind="page", url=PAGE)
    world.web.answers[ROBOTS] = Response(200, ROBOTS, {}, b"User-agent: *\nDisallow: /")
    world.serve(page(OLD_TEXT))

    assert OutcomeKind.BLOCKED == world.scan().kind
    assert [ROBOTS] == [request.url for request in world.web.requests]


@pytest.mark.parametrize(
    ("outcome", "answer"),
    [
        (OutcomeKind.UNREACHABLE, FetchError(OutcomeKind.UNREACHABLE, "connection")),
        (OutcomeKind.UNREACHABLE, Response(500, ROBOTS, {})),
        (OutcomeKind.THROTTLED, Response(429, ROBOTS, {"retry-after": "3600"})),
        (OutcomeKind.THROTTLED, Response(503, ROBOTS, {"retry-after": "3600"})),
        (OutcomeKind.BLOCKED, FetchError(OutcomeKind.BLOCKED, "address")),
    ],
)
def test_a_site_that_does_not_answer_for_its_rules_is_not_said_to_refuse_us(outcome, answer):
    """Its page is not read either way; but nobody should write to the owner of a site that is down (I12)."""
    world = World(ALICE, kind="page", url=PAGE)
    world.web.answers[ROBOTS] = answer
    world.serve(page(OLD_TEXT))

    assert outcome == world.scan().kind
    assert [ROBOTS] == [request.url for request in world.web.requests]


def test_robots_txt_is_asked_once_a_day_not_at_every_scan():
    world = World(ALICE, kind="page", url=PAGE)
    world.web.answers[ROBOTS] = Response(404, ROBOTS, {})
    world.serve(page(OLD_TEXT))

    for _ in range(3):
        world.scan()

    assert 1 == [request.url for request in world.web.requests].count(ROBOTS)


ELSEWHERE = "https://fiches.example/dr-vasseur"
ELSEWHERE_ROBOTS = "https://fiches.example/robots.txt"


@pytest.mark.parametrize("status", [301, 302])
def test_a_page_that_sends_us_elsewhere_is_read_only_if_they_let_us_there(status):
    world = redirected(status)
    world.web.answers[ELSEWHERE_ROBOTS] = b"User-agent: *\nDisallow: /"

    outcome = world.scan()

    assert (OutcomeKind.BLOCKED, "robots.txt") == (outcome.kind, outcome.detail)
    assert [ROBOTS, PAGE, ELSEWHERE_ROBOTS] == [request.url for request in world.web.requests]


def test_a_path_that_is_off_limits_is_not_read_by_way_of_another():
    world = redirected(302)
    world.web.answers |= {
        ROBOTS: b"User-agent: *\nDisallow: /prive/",
        PAGE: Response(302, PAGE, {"location": "https://annuaire.example/prive/dr-vasseur"}),
    }

    assert OutcomeKind.BLOCKED == world.scan().kind
    assert [ROBOTS, PAGE] == [request.url for request in world.web.requests]


def test_a_site_that_has_no_rules_is_read_where_it_sends_us():
    world = redirected(302)
    world.web.answers[ELSEWHERE_ROBOTS] = Response(404, ELSEWHERE_ROBOTS, {})

    assert OutcomeKind.OK == world.scan().kind


def test_a_page_that_has_moved_is_read_by_the_rules_of_where_it_lives_now():
    """What the site it left allowed for a day says nothing of the one it is read on."""
    world = redirected(301)
    world.web.answers[ELSEWHERE_ROBOTS] = [Response(404, ELSEWHERE_ROBOTS, {}), b"User-agent: *\nDisallow: /"]
    assert OutcomeKind.OK == world.scan().kind
    world.now += timedelta(hours=1)

    assert OutcomeKind.BLOCKED == world.scan().kind
    assert [ROBOTS, PAGE, ELSEWHERE_ROBOTS, ELSEWHERE, ELSEWHERE_ROBOTS] == [r.url for r in world.web.requests]


def test_a_page_may_send_us_through_so_many_sites_and_no_more():
    """Each may take as long to answer as a fetch lasts, and a job has an end (invariant I9)."""
    world = redirected(302)
    stops = [f"https://stop{n}.example/" for n in range(5)]
    for here, there in itertools.pairwise([PAGE, *stops, ELSEWHERE]):
        world.web.answers[here] = Response(302, here, {"location": there})
        world.web.answers[f"{here}robots.txt"] = Response(404, here, {})

    assert OutcomeKind.UNREACHABLE == world.scan().kind
    assert MAX_SITES == sum(request.url.endswith("/robots.txt") for request in world.web.requests)


def redirected(status):
    """A watched page that sends whoever asks for it to another site."""
    world = World(ALICE, kind="page", url=PAGE)
    world.web.answers |= {
        ROBOTS: Response(404, ROBOTS, {}),
        PAGE: Response(status, PAGE, {"location": ELSEWHERE}),
        ELSEWHERE: page(OLD_TEXT),
    }
    return world


def test_a_new_paragraph_of_a_watched_page_is_told_and_the_old_ones_are_not():
    world = World(ALICE, kind="page", url=PAGE)
    world.web.answers[ROBOTS] = Response(404, ROBOTS, {})
    world.serve(page(OLD_TEXT))
    world.scan()
    world.serve(page(OLD_TEXT, NEW_TEXT))
    world.scan()

    assert [MentionStatus.PENDING] == world.statuses(ALICE)


def validators(world):
    """Those of the last request."""
    return {name: value for name, value in world.web.requests[-1].headers.items() if name.startswith("if-")}


def failing(*args, **kwargs):
    raise StoreError("ProvisionedThroughputExceededException")


def sitemap_of(*parts: str) -> bytes:
    listed = "".join(f"<sitemap><loc>https://forum.example/{part}.xml</loc></sitemap>" for part in parts)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</sitemapindex>'.encode()


def pages_of(*slugs: str) -> bytes:
    listed = "".join(f"<url><loc>https://forum.example/{slug}</loc></url>" for slug in slugs)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'.encode()


class TestPartOfASource:
    """A source of several documents, of which one cannot be read."""

    def made(self) -> World:
        world = World(ALICE, kind="sitemap", url="https://forum.example/sitemap.xml")
        world.web.answers = {
            "https://forum.example/sitemap.xml": sitemap_of("un", "deux"),
            "https://forum.example/un.xml": pages_of("recette"),
            "https://forum.example/deux.xml": pages_of("jardin"),
        }
        return world

    def test_it_is_no_baseline(self) -> None:
        """What it lacks would be told as new once it is back."""
        world = self.made()
        del world.web.answers["https://forum.example/deux.xml"]

        assert OutcomeKind.UNREACHABLE is world.scan().kind
        assert {ALICE.practitioner_id} == world.source.fresh

    def test_afterwards_what_was_read_is_told_and_the_daily_full_read_stays_due(self) -> None:
        world = self.made()
        world.scan()
        read_at = world.source.cursor.full_read_at
        del world.web.answers["https://forum.example/deux.xml"]
        world.web.answers["https://forum.example/un.xml"] = pages_of("avis-dr-alice-vasseur-lemoine-besancon")
        world.now += timedelta(hours=1)

        assert OutcomeKind.OK is world.scan().kind
        assert 1 == len(world.store.mention_rows)
        assert read_at == world.source.cursor.full_read_at

    def test_one_of_which_nothing_could_be_read_is_not_called_empty(self) -> None:
        world = self.made()
        world.scan()
        world.web.answers = {"https://forum.example/sitemap.xml": sitemap_of("trois")}
        world.now += timedelta(hours=1)

        assert OutcomeKind.UNREACHABLE is world.scan().kind


class TestPagesAfterTheFirst:
    """Of a source in several parts: what one of them says of itself is not said of the others."""

    SITE = "https://forum.example"

    def world(self, **parts: Response | Exception) -> World:
        made = World(ALICE, kind="sitemap", url=f"{self.SITE}/sitemap.xml")
        told = "".join(f"<sitemap><loc>{self.SITE}/{name}</loc></sitemap>" for name in ("une", "deux"))
        made.serve(f"<sitemapindex>{told}</sitemapindex>".encode())
        urls = f"<urlset><url><loc>{self.SITE}/dr-alice-vasseur-lemoine</loc></url></urlset>".encode()
        for name in ("une", "deux"):
            url = f"{self.SITE}/{name}"
            made.web.answers[url] = parts.get(name) or Response(200, url, {}, urls)
        return made

    @pytest.mark.parametrize("answer", [Response(410, "", {}), Response(200, "", {}, b"<html>Accueil</html>")])
    def test_one_that_is_dead_is_passed_over_and_asked_again(self, answer):
        world = self.world(deux=answer)

        outcome = world.scan()

        assert (OutcomeKind.OK, 1) == (outcome.kind, outcome.items)
        assert (None, None) == (world.source.cursor.body_hash, world.source.cursor.full_read_at)

    @pytest.mark.parametrize("name", ["une", "deux"])
    def test_one_that_does_not_answer_is_waited_for(self, name):
        world = self.world(**{name: FetchError(OutcomeKind.UNREACHABLE, "deadline")})

        assert OutcomeKind.UNREACHABLE is world.scan().kind

    def test_nothing_but_dead_ones_is_no_empty_source(self):
        world = self.world(une=Response(404, "", {}), deux=Response(410, "", {}))

        assert OutcomeKind.GONE is world.scan().kind

    @pytest.mark.parametrize(("rule", "kind"), [("/viewtopic.php?*start=", "blocked"), ("/ailleurs", "ok")])
    def test_each_is_read_only_if_robots_txt_lets_us(self, rule, kind):
        url = f"{self.SITE}/viewtopic.php?t=812"
        world = World(ALICE, kind="thread", url=url)
        post = '<div class="post" id="p1"><p class="content">Bonjour à tous et à toutes.</p></div>'
        world.web.answers |= {
            f"{self.SITE}/robots.txt": f"User-agent: *\nDisallow: {rule}\n".encode(),
            url: f'<html><body>{post}<a href="{url}&amp;start=10">2</a></body></html>'.encode(),
            f"{url}&start=10": f"<html><body>{post}</body></html>".encode(),
        }

        assert kind == world.scan().kind
        if kind == "ok":  # and then there, where it begins from now on
            world.web.answers[f"{self.SITE}/robots.txt"] = b"User-agent: *\nDisallow: /*start=\n"
            assert OutcomeKind.BLOCKED is world.scan(after=timedelta(hours=25)).kind
