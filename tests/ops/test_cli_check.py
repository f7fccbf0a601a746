"""vigie source check: what Vigie would see, who it would be about, when it is read next, what it cost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ops import asking, outside, reading
from ops.keyring import EnvironmentKeys
from tests.conftest import NOW
from tests.fakes import CannedFetcher
from tests.ledger import MemoryLedger
from tests.ops.cli import SETTINGS, Vigie
from tests.providers.rpps import AUBERTIN, Register, serving
from tests.shared import shared
from vigie.budget import Limits
from vigie.errors import InputError
from vigie.exchange import Response
from vigie.identity import slot
from vigie.model import Cursor, Health, OutcomeKind, Source

BRAVE = shared("sources", "samples", "brave-web.json").read_bytes()
QUERY = '"Camille Aubertin-Lesage"'
ITEMS = b"""<rss version="2.0"><channel><title>Forum</title>
<item><guid>1</guid><title>Avis</title><description>Le Dr Claire Morvant, dermatologue a Lyon, est une incapable.
</description></item>
<item><guid>2</guid><title>Recettes</title><description>La tarte aux pommes de Claire.</description></item>
</channel></rss>"""


def look(source: Source, answer: Any, **options: Any) -> reading.Reading:
    class Web(CannedFetcher):
        def _answer(self, request: Any) -> Response:
            self.requests.append(request)
            return answer if isinstance(answer, Response) else Response(200, request.url, {}, answer)

    return asyncio.run(reading.read(source, Web(), NOW, **options))


def brave() -> Source:
    return asking.source("brave_web", None, [f"query={QUERY}"], None, ())


class TestServices:
    def test_a_service_is_asked_with_its_key_and_its_price_is_told(self) -> None:
        found = look(brave(), BRAVE, keys=EnvironmentKeys({"VIGIE_KEY_BRAVE": "s3cret"}))

        assert OutcomeKind.OK is found.outcome
        assert found.items
        assert found.price == 5_000 * found.requests > 0

    def test_without_its_key_it_is_not_asked(self) -> None:
        found = look(brave(), BRAVE)

        assert (OutcomeKind.AUTH_FAILED, "no key brave", 0, 0) == (
            found.outcome,
            found.detail,
            found.requests,
            found.price,
        )

    def test_what_a_refusal_means_is_for_its_kind_to_say(self) -> None:
        body = shared("sources", "samples", "brave-error-422.json").read_bytes()
        refused = Response(422, "https://api.search.brave.com/", {}, body)
        found = look(brave(), refused, keys=EnvironmentKeys({"VIGIE_KEY_BRAVE": "s3cret"}))

        assert (OutcomeKind.AUTH_FAILED, 0) == (found.outcome, found.price)

    def test_the_budgets_of_the_deployment_hold_for_a_look_too(self) -> None:
        ledger, limits = MemoryLedger(), Limits(0.012, 1.0, 100)
        keys = EnvironmentKeys({"VIGIE_KEY_BRAVE": "s3cret"})
        outcomes = [look(brave(), BRAVE, keys=keys, ledger=ledger, limits=limits).outcome for _ in range(3)]

        assert OutcomeKind.QUOTA_EXHAUSTED is outcomes[-1]

    def test_what_an_answer_did_not_cost_is_given_back(self) -> None:
        posts = shared("sources", "samples", "x-recent-search.json").read_bytes()
        source = asking.source("x", None, [f"query={QUERY}"], None, ())
        found = look(source, posts, keys=EnvironmentKeys({"VIGIE_KEY_X_BEARER": "s3cret"}))

        assert found.items
        assert 5_000 * len(json.loads(posts)["data"]) == found.price

    def test_pages_of_a_service_are_asked_for_by_turns(self) -> None:
        tally = reading.Tally()
        turns = [tally.turn("gdelt", 5_500, NOW, NOW + timedelta(seconds=15)) for _ in range(3)]

        assert [0, 5.5, 11] == [(turn - NOW).total_seconds() for turn in turns if turn]


@pytest.fixture
def vigie(monkeypatch: pytest.MonkeyPatch) -> Vigie:
    """A deployment whose web is one feed."""
    monkeypatch.setattr(outside, "way_out", lambda *_, **__: Feeds())
    return Vigie()


class Feeds(CannedFetcher):
    def _answer(self, request: Any) -> Response:
        self.requests.append(request)
        return Response(200, request.url, {}, ITEMS)


URL = "http://127.0.0.1:9001/feed.xml"


def checked(vigie: Vigie, *words: str, code: int = 0) -> Any:
    done = vigie("source", "check", *words, "--json")
    assert code == done.code, done.err
    return done.json


class TestAPerson:
    def test_each_item_is_said_to_be_about_them_or_not(self, vigie: Vigie, tmp_path: Path) -> None:
        someone = vigie.enrol(tmp_path)
        found = checked(vigie, "feed", "--url", URL, "--practitioner", someone)

        assert ([True, False], 1) == ([item["about"] for item in found["items"]], found["matches"])
        assert found["items"][0]["because"]
        assert {} == vigie.store.source_rows

    def test_a_person_is_told_it_in_a_table(self, vigie: Vigie, tmp_path: Path) -> None:
        out = vigie("source", "check", "feed", "--url", URL, "--practitioner", vigie.enrol(tmp_path)).out

        assert "1 of 2 items about them" in out
        assert "free, 1 request" in out

    def test_nobody_is_refused(self, vigie: Vigie) -> None:
        assert "No practitioner" in checked(vigie, "feed", "--url", URL, "--practitioner", "nobody", code=2)["error"]

    def test_the_next_scan_is_that_of_its_slot(self, vigie: Vigie, tmp_path: Path) -> None:
        someone = vigie.enrol(tmp_path)
        words = ("feed", "--url", URL, "--practitioner", someone)
        assert "not read for them" in checked(vigie, *words)["read"]

        vigie("source", "add", someone, "feed", "--url", URL)
        assert ("every 1h", "2026-11-23T13:21:40Z") == _next(checked(vigie, *words))
        [(source_id, row)] = vigie.store.source_rows.items()
        vigie.store.source_rows[source_id] = replace(row, slot="60m#20")
        assert "2026-11-23T13:20:00Z" == _next(checked(vigie, *words))[1]
        vigie.store.source_rows[source_id] = replace(row, slot="60m#16")
        assert "2026-11-23T14:16:00Z" == _next(checked(vigie, *words))[1]
        held = Cursor(not_before=NOW + timedelta(hours=5))
        vigie.store.source_rows[source_id] = replace(row, slot="60m#16", cursor=held)
        assert "2026-11-23T18:16:40Z" == _next(checked(vigie, *words))[1]
        vigie.store.source_rows[source_id] = replace(row, slot="60m#30", cursor=held)
        assert "2026-11-23T18:30:00Z" == _next(checked(vigie, *words))[1]

    def test_that_of_a_weekly_one_is_its_turn_and_while_it_fails_its_next_slot(
        self, vigie: Vigie, tmp_path: Path
    ) -> None:
        someone = vigie.enrol(tmp_path)
        words = ("feed", "--url", URL, "--practitioner", someone)
        vigie("source", "add", someone, "feed", "--url", URL, "--cadence", "7d")
        [(source_id, row)] = vigie.store.source_rows.items()
        weekly = replace(row, slot=slot(source_id, row.cadence))
        said = []
        for health in (Health(), Health(OutcomeKind.UNREACHABLE, failures=1)):
            vigie.store.source_rows[source_id] = replace(weekly, health=health)
            every, at = _next(checked(vigie, *words))
            said.append(datetime.fromisoformat(at))
            assert "every 7d" == every

        turn, tried = said
        assert timedelta(days=1) < turn - NOW <= timedelta(days=7)
        assert tried - NOW <= timedelta(days=1)
        assert turn.time() == tried.time()


def _next(found: Any) -> tuple[str, str]:
    return found["read"], found["next_scan"]


class TestKeys:
    def test_keys_are_those_of_the_environment_without_the_deployment_being_asked(
        self, vigie: Vigie, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VIGIE_KEY_BRAVE", "s3cret")
        checked(vigie, "brave_web", "--param", f"query={QUERY}", code=1)

        assert [] == vigie.asked

    def test_they_go_before_those_of_a_deployment_that_takes_part(
        self, vigie: Vigie, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VIGIE_KEY_BRAVE", "s3cret")

        assert (
            "contract_changed" == checked(vigie, "--local", "brave_web", "--param", f"query={QUERY}", code=1)["outcome"]
        )
        assert 1 == len(vigie.asked)

    def test_else_those_of_the_deployment(self, vigie: Vigie) -> None:
        vigie.keys.put("brave", "s3cret")

        assert "contract_changed" == checked(vigie, "brave_web", "--param", f"query={QUERY}", code=1)["outcome"]
        assert 1 == len(vigie.asked)

    def test_without_either_it_says_which_key_is_missing(self, vigie: Vigie, monkeypatch: pytest.MonkeyPatch) -> None:
        def nowhere(_: Any) -> Any:
            raise InputError("No stack is named 'vigie'.")

        monkeypatch.setattr(vigie, "session", nowhere)
        found = checked(vigie, "brave_web", "--param", f"query={QUERY}", code=1)

        assert ("auth_failed", "no key brave") == (found["outcome"], found["detail"])
        said = vigie("source", "check", "brave_web", "--param", f"query={QUERY}").out
        assert "`vigie key set brave`; or give it to this command in VIGIE_KEY_BRAVE" in said

    def test_a_feed_needs_no_deployment(self, vigie: Vigie) -> None:
        checked(vigie, "feed", "--url", "https://blog.fr/feed")

        assert [] == vigie.asked


class TestRegisters:
    @pytest.fixture
    def register(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
        with serving(Register()) as served:
            monkeypatch.setenv(outside.STAND_INS, served.stand_in)
            yield served

    def test_a_register_may_be_asked_by_itself(self, register: Register) -> None:
        vigie = Vigie(settings=replace(SETTINGS, stand_ins=(register.stand_in,)))
        [person] = checked(vigie, "rpps_tabular", "--param", f"rpps={AUBERTIN}")["people"]

        assert ("dermatologue", "Valombre") == (person["specialty"], person["city"])
        assert "11 digits" in checked(vigie, "rpps_tabular", "--param", "rpps=12", code=2)["error"]
        assert 36 == len(checked(vigie, "rpps_tabular", "--param", "name=Isabelle Martin")["people"])
        assert 3 == len(
            checked(vigie, "rpps_tabular", "--param", "name=Isabelle Martin", "--param", "town=Lyon")["people"]
        )
        assert "empty" == checked(vigie, "rpps_tabular", "--param", "rpps=10990000999")["outcome"]

    @pytest.mark.parametrize("params", [(), ("rpps=1", "name=A B"), ("colour=blue",)])
    def test_it_is_asked_by_a_number_or_by_a_name(self, register: Register, params: tuple[str, ...]) -> None:
        words = [word for param in params for word in ("--param", param)]

        checked(Vigie(), "rpps_tabular", *words, code=2)
        assert json.dumps([]) == json.dumps(register.asked)
