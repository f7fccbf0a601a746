"""vigie source: what is to be read is checked before it is written, and shared by those who watch it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ops import asking, meaning, reading, registers
from tests.conftest import NOW
from tests.fakes import Answer, CannedFetcher
from tests.ops.cli import Vigie
from vigie import registry, sources
from vigie.errors import FetchError, InputError
from vigie.exchange import Response
from vigie.gate import Gate
from vigie.model import CADENCES, Cursor, Health, OutcomeKind, Source

URL = "http://127.0.0.1:9001/comments.xml"
FEED = b"""<rss version="2.0"><channel><title>Blog</title><item><guid>1</guid><title>Un titre</title>
<link>http://127.0.0.1:9001/1</link><description>Un texte</description></item></channel></rss>"""


def test_a_source_is_put_in_the_slot_that_the_next_tick_reads(vigie: Vigie, someone: str) -> None:
    done = vigie("source", "add", someone, "feed", "--url", URL, "--json")

    assert 0 == done.code
    [source] = vigie.store.source_rows.values()
    assert (done.json["source_id"], "new", 60) == (source.source_id, source.slot, source.cadence)
    assert {someone} == source.watchers == source.fresh
    assert "within 5 minutes" == done.json["first_scan"]


def test_adding_it_again_changes_nothing_and_says_so(vigie: Vigie, someone: str) -> None:
    first = vigie("source", "add", someone, "feed", "--url", URL, "--json").json
    again = vigie("source", "add", someone, "feed", "--param", f"url={URL}", "--json").json

    assert (first["source_id"], True, False) == (again["source_id"], first["added"], again["added"])


def test_two_people_share_one_source(vigie: Vigie, someone: str, tmp_path: Path) -> None:
    other = vigie.enrol(tmp_path, rpps="10990000121", last_names=["Abadie"])
    ids = {vigie("source", "add", who, "feed", "--url", URL, "--json").json["source_id"] for who in (someone, other)}

    assert 1 == len(ids) == len(vigie.store.source_rows)


@pytest.mark.parametrize("name", ["15m", "1h", "6h", "24h"])
def test_a_cadence_is_kept_by_name(vigie: Vigie, someone: str, name: str) -> None:
    assert name == vigie("source", "add", someone, "feed", "--url", URL, "--cadence", name, "--json").json["cadence"]


def cadences(vigie: Vigie) -> list[int]:
    return [source.cadence for source in vigie.store.source_rows.values()]


def test_a_cadence_given_again_is_the_one_kept_and_one_not_given_changes_nothing(vigie: Vigie, someone: str) -> None:
    """An operator whose source asks to be left alone, or whose queue is long, has to be able to lengthen it."""
    vigie("source", "add", someone, "feed", "--url", URL, "--cadence", "15m")
    longer = vigie("source", "add", someone, "feed", "--url", URL, "--cadence", "24h")
    unsaid = vigie("source", "add", someone, "feed", "--url", URL)

    assert [1440] == cadences(vigie)
    assert f"Already reading {URL} every 24h for {someone}" in longer.out
    assert f"Already reading {URL} every 24h for {someone}" in unsaid.out
    assert "" == longer.err == unsaid.err


def test_a_cadence_that_others_keep_shorter_is_said_so(vigie: Vigie, someone: str, tmp_path: Path) -> None:
    other = vigie.enrol(tmp_path, rpps="10990000121", last_names=["Abadie"])
    vigie("source", "add", someone, "feed", "--url", URL, "--cadence", "15m")
    done = vigie("source", "add", other, "feed", "--url", URL, "--cadence", "24h")

    assert [15] == cadences(vigie)
    assert "every 15m" in done.out
    assert "Others watch it too: it stays at 15m" in done.err


@pytest.mark.parametrize(
    ("asked_to_wait", "says"),
    [(True, "throttled until 2026-11-23 14:16 UTC"), (False, "throttled, again 2026-11-23 14:16 UTC")],
)
def test_list_says_until_when_a_source_is_left_alone(
    vigie: Vigie, someone: str, asked_to_wait: bool, says: str
) -> None:
    vigie("source", "add", someone, "feed", "--url", URL)
    [(source_id, source)] = vigie.store.source_rows.items()
    cursor = Cursor(not_before=NOW + timedelta(hours=1), asked_to_wait=asked_to_wait)
    health = Health(OutcomeKind.THROTTLED, failures=1, since=NOW)
    vigie.store.source_rows[source_id] = replace(source, cursor=cursor, health=health)

    assert says in vigie("source", "list", someone).out
    vigie.now += timedelta(hours=2)
    assert "\tthrottled\t" in vigie("source", "list", someone).out


def test_list_says_how_often_a_source_is_read_now_that_it_asks_for_rest(vigie: Vigie, someone: str) -> None:
    """Whole turns of its ring: what is asked for an hour and a half is read every two."""
    vigie("source", "add", someone, "feed", "--url", URL)
    [(source_id, source)] = vigie.store.source_rows.items()
    assert "\t1h\t" in vigie("source", "list", someone).out
    vigie.store.source_rows[source_id] = replace(source, cursor=Cursor(rest=90))

    assert "\t1h, now 2h\t" in vigie("source", "list", someone).out
    [told] = vigie("source", "list", someone, "--json").json
    assert ("1h", "2h") == (told["cadence"], told["now_every"])


@pytest.mark.parametrize("kind", ["bing_news", "gdelt", "google_news", "reddit", "serper", "x"])
def test_a_search_of_the_last_days_is_not_left_for_a_week(vigie: Vigie, someone: str, kind: str) -> None:
    """It would hold what is of that week, and nothing would make up for a read that fails."""
    words = ("source", "add", someone, kind, "--param", "query=Aubertin Valombre", "--cadence")

    assert "every 24h at least" in vigie(*words, "7d").err
    assert 0 == vigie(*words, "24h").code


def test_any_other_source_may_be_read_weekly(vigie: Vigie, someone: str) -> None:
    assert 0 == vigie("source", "add", someone, "brave_web", "--param", "query=Aubertin", "--cadence", "7d").code
    assert 0 == vigie("source", "add", someone, "feed", "--url", URL, "--cadence", "7d").code

    assert {10_080} == {source.cadence for source in vigie.store.source_rows.values()}


def test_help_names_every_cadence_there_is(vigie: Vigie) -> None:
    told = " ".join(vigie("source", "add", "--help").out.split())

    assert all(cadence in told for cadence in CADENCES)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("fax", "--url", URL), ", ".join(registry.kinds(sources))),
        (("../os", "--url", URL), "not one of the sources"),
        (("feed",), "--url URL"),
        (("feed", "--url", ""), "--url URL"),
        (("feed", "--url", URL, "--param", "colour=blue"), "colour"),
        (("feed", "--url", URL, "--param", "colour"), "NAME=VALUE"),
        (("feed", "--url", URL, "--param", "url=http://127.0.0.1/2"), "twice"),
        (("feed", "--url", URL, "--cadence", "5m"), "15m, 1h, 6h, 24h, 7d"),
        (("feed", "--url", "ftp://127.0.0.1/"), "http://"),
        (("feed", "--url", "blog.fr/feed"), "http://"),
        (("feed", "--url", "http://10.0.0.1/"), "public Internet"),
        (("feed", "--url", "http://169.254.169.254/latest/meta-data/"), "public Internet"),
        (("feed", "--url", "http://localhost/"), "cannot be read"),
        (("feed", "--url", "http://user:secret@blog.fr/"), "password"),
        (("feed", "--url", "https://blog.fr:8443/"), "ports 80 and 443"),
        (("feed", "--url", "file:///etc/passwd"), "http://"),
    ],
)
def test_what_could_never_be_read_is_refused_before_it_is_written(
    vigie: Vigie, someone: str, words: tuple[str, ...], says: str
) -> None:
    done = vigie("source", "add", someone, *words, "--json")

    assert 2 == done.code
    assert says in done.json["error"]
    assert {} == vigie.store.source_rows


def test_list_tells_a_source_that_was_never_scanned_from_one_that_is_well(vigie: Vigie, someone: str) -> None:
    vigie("source", "add", someone, "feed", "--url", URL)

    assert [None] == [source["outcome"] for source in vigie("source", "list", someone, "--json").json]
    assert "not scanned yet" in vigie("source", "list", someone).out


def test_a_source_nobody_watches_any_more_is_forgotten(vigie: Vigie, someone: str) -> None:
    source_id = vigie("source", "add", someone, "feed", "--url", URL, "--json").json["source_id"]

    assert 0 == vigie("source", "remove", someone, source_id).code
    assert {} == vigie.store.source_rows
    assert 2 == vigie("source", "remove", someone, source_id).code


def test_kinds_says_what_each_kind_is_told(vigie: Vigie) -> None:
    found = {kind["kind"]: kind for kind in vigie("source", "kinds", "--json").json}

    assert {*registry.kinds(sources), *registry.kinds(registers)} == set(found)
    assert found["feed"]["params"]["url"]["required"] is True
    assert all(kind["about"] for kind in found.values())


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.fr/",
        "http://10.0.0.1/",
        "http://a.fr:8080/",
        "http://u@a.fr/",
        "http://a.lan/",
        "http://a_b.fr/",
        "http://a b.fr/",
    ],
)
def test_every_refusal_of_the_gate_is_a_sentence(url: str) -> None:
    with pytest.raises(FetchError) as refused:
        Gate().target(url)

    assert refused.value.detail.removeprefix("gate: ") in asking.RULES
    with pytest.raises(InputError, match="cannot be read by Vigie"):
        asking.source("feed", url, [], 60, ())


@pytest.mark.parametrize("kind", ["bing_news", "google_news"])
@pytest.mark.parametrize("language", ["français", "fr-FR-x", "f"])
def test_a_language_that_is_none_is_refused_when_the_source_is_added(kind: str, language: str) -> None:
    with pytest.raises(InputError, match=f"language={language} is not what a {kind} takes: language and country"):
        asking.source(kind, None, ["query=x", f"language={language}"], 60, ())


class TestCheck:
    def test_what_could_not_be_read_comes_with_what_to_do(self, vigie: Vigie) -> None:
        done = vigie("--local", "source", "check", "feed", "--url", "http://127.0.0.1:9/")

        assert 1 == done.code
        assert "because     nothing answers at its host and port: check the address" in done.out
        assert "what to do  nothing at first" in done.out

    @pytest.mark.parametrize("detail", ["gate: port", "challenge", "name", "robots.txt"])
    def test_a_detail_is_a_sentence_where_its_word_would_puzzle(self, detail: str) -> None:
        assert len(meaning.because(detail).split()) > 4
        assert "status 404" == meaning.because("status 404")

    def look(self, answer: Answer, kind: str = "feed") -> reading.Reading:
        source = asking.source(kind, URL, [], 60, ("127.0.0.1",))
        web = CannedFetcher({URL: answer, "http://127.0.0.1:9001/robots.txt": Response(404, URL, {})})
        return asyncio.run(reading.read(source, web, NOW))

    def test_it_shows_the_items_of_a_source(self) -> None:
        found = self.look(FEED)

        assert (OutcomeKind.OK, ["Un titre"]) == (found.outcome, [item.title for item in found.items])

    @pytest.mark.parametrize(
        ("answer", "outcome"),
        [
            (Response(404, URL, {}), OutcomeKind.GONE),
            (Response(403, URL, {}), OutcomeKind.BLOCKED),
            (Response(503, URL, {"retry-after": "60"}), OutcomeKind.THROTTLED),
            (b"<html><body>Bonjour</body></html>", OutcomeKind.NOT_A_FEED),
            (FetchError(OutcomeKind.UNREACHABLE, "deadline"), OutcomeKind.UNREACHABLE),
        ],
    )
    def test_what_could_not_be_seen_is_an_outcome(self, answer: Answer, outcome: OutcomeKind) -> None:
        assert outcome == self.look(answer).outcome

    def test_a_page_whose_robots_txt_forbids_it_is_not_fetched(self) -> None:
        source = asking.source("page", URL, [], 60, ("127.0.0.1",))
        rules = b"User-agent: *\nDisallow: /"
        web = CannedFetcher({"http://127.0.0.1:9001/robots.txt": rules, URL: b"<p>Bonjour</p>"})

        assert OutcomeKind.BLOCKED == asyncio.run(reading.read(source, web, NOW)).outcome
        assert URL not in [request.url for request in web.requests]

    def test_nor_is_one_that_sends_us_where_it_is_forbidden(self) -> None:
        elsewhere = "http://127.0.0.1:9002/x"
        source = asking.source("page", URL, [], 60, ("127.0.0.1",))
        web = CannedFetcher(
            {
                "http://127.0.0.1:9001/robots.txt": Response(404, URL, {}),
                URL: Response(301, URL, {"location": elsewhere}),
                "http://127.0.0.1:9002/robots.txt": b"User-agent: *\nDisallow: /",
                elsewhere: b"<p>Bonjour</p>",
            }
        )

        assert OutcomeKind.BLOCKED == asyncio.run(reading.read(source, web, NOW)).outcome
        assert elsewhere not in [request.url for request in web.requests]


def test_an_address_that_opens_a_source_to_whoever_knows_it_is_shown_in_part(vigie: Vigie, someone: str) -> None:
    secret = "127.0.0.1:9001/alerts/feeds/01234567890123456789/98765432109876543210"

    said = [
        vigie("source", "add", someone, "google_alerts", "--url", f"http://{secret}"),
        vigie("source", "add", someone, "google_alerts", "--url", f"http://{secret}", "--json"),
        vigie("source", "add", someone, "google_alerts", "--url", f"http://{secret}?x"),
        vigie("source", "list", someone),
        vigie("source", "list", someone, "--json"),
    ]

    assert not any("98765" in done.out + done.err for done in said)
    assert {"url": "http://127.0.0.1:9001/…"} == said[-1].json[0]["params"]
    [source] = vigie.store.source_rows.values()
    assert source.url.endswith("98765432109876543210")


def test_of_a_source_of_another_version_nothing_is_shown_that_may_be_secret() -> None:
    assert {"url": "…"} == asking.shown(
        Source("s1", "telex", {"url": "https://site.example/secret"}, 60, "site.example")
    )
