"""docs/add-a-source.md keeps its word: a kind is one file."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ops import asking
from ops.planning import plan
from tests.common.scanning import ALICE, NOW
from tests.common.sources.reading import page_of
from tests.common.sources.test_cases import seen
from tests.fakes import CannedFetcher, ListOutbox, MemoryStore
from tests.ledger import MemoryLedger, access_of, silent
from vigie import registry, sources
from vigie.model import Job, OutcomeKind
from vigie.record import Recorder
from vigie.scan import Scanner

GUIDE = Path(__file__).parents[3] / "docs/add-a-source.md"
REVIEW = {"id": 7, "about": "Dr Alice Vasseur-Lemoine", "text": "Une honte.", "at": "2026-11-22T08:00:00Z", "stars": 1}
BODY = json.dumps({"reviews": [REVIEW]}).encode()


def blocks(language: str) -> list[str]:
    """Code of the guide."""
    return re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(), re.DOTALL)


@pytest.fixture(autouse=True)
def plaque(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of the guide, in a folder that is part of the package of kinds."""
    [code] = blocks("python")
    (tmp_path / "plaque.py").write_text(code)
    monkeypatch.setattr(sources, "__path__", [*sources.__path__, str(tmp_path)])


def test_the_file_alone_is_a_kind_with_all_that_an_operator_is_told() -> None:
    [kind] = [kind for kind in asking.kinds() if kind.name == "plaque"]

    assert "Reviews of Plaque, a directory of practitioners, by its API." == kind.about
    assert set(asking.PARTS) == set(kind.told)
    assert ("plaque",) == asking.kinds_by_key()["plaque"]


def test_it_is_read_for_who_is_enrolled_once_its_key_is_set() -> None:
    [kind] = [kind for kind in asking.kinds() if kind.name == "plaque"]

    assert ["plaque"] == [planned.source.kind for planned in plan(ALICE, [kind], {"plaque"}).sources]
    assert () == plan(ALICE, [kind], ()).sources


def test_the_case_of_the_guide_holds() -> None:
    [written] = blocks("json")
    told: dict[str, Any] = json.loads(written)

    assert told["items"] == [seen(item) for item in page_of("plaque", BODY, params=told["params"]).items]


def test_a_mention_comes_of_it_with_the_key_and_within_the_budget() -> None:
    store, outbox, ledger = MemoryStore(clock=lambda: NOW), ListOutbox(), MemoryLedger()
    source = asking.source("plaque", None, ["query=Vasseur"], None, ())
    store.enrol(ALICE, [], "hash")
    store.watch(ALICE.practitioner_id, source)
    request = registry.load(sources, "plaque").request(source, source.cursor)
    web = CannedFetcher({request.url: BODY})
    access = access_of(lambda: NOW, keys={"plaque": "clé"}, ledger=ledger)
    scanner = Scanner(store, Recorder(store, outbox, timedelta(days=90)), web, access, silent(), lambda: NOW)
    report = asyncio.run(scanner.scan(Job((source.source_id,))))

    assert [OutcomeKind.OK] == [outcome.kind for outcome in report.outcomes.values()]
    assert ["https://plaque.example/avis/7"] == [mention.url for mention in store.mention_rows.values()]
    assert [{"plaque": "clé"}] == web.keys
    assert 1 == ledger.counts["plaque", "2026-11-23"]
