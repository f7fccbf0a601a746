"""What a warm process remembers of the people it has met is bounded, whatever the sources it reads."""

from __future__ import annotations

from copy import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.common.people import VANDERMARCK, item
from tests.fakes import ListOutbox
from vigie import record
from vigie.model import Mention, Practitioner, Source
from vigie.record import Recorder
from vigie.ring import Sighting

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Everybody:
    """A store where every id is somebody's; counts who was read, and keeps what is put."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.kept: list[Mention] = []

    def put_mention(self, mention: Mention) -> bool:
        self.kept.append(mention)
        return True

    def practitioners(self, ids: set[str], *, fresh: bool = False) -> dict[str, Practitioner]:
        self.read += sorted(ids)
        return {i: replace(VANDERMARCK, practitioner_id=i) for i in ids}


def _read(recorder: Recorder, *watchers: str) -> None:
    source = Source("s1", "feed", {"url": "https://blog.example/f"}, 60, "blog.example", watchers=frozenset(watchers))
    recorder.record(source, [Sighting(item("Une tarte aux pommes."), b"i", known=False, changed=True)], NOW)


def test_people_met_once_are_not_read_again_within_ten_minutes() -> None:
    store = Everybody()
    recorder = Recorder(store, ListOutbox(), timedelta(days=90))  # type: ignore[arg-type]
    _read(recorder, "p1", "p2")
    _read(recorder, "p1", "p2")
    assert ["p1", "p2"] == store.read


@pytest.mark.parametrize(("bound", "most"), [("PEOPLE_KEPT", 3), ("INDEXES_KEPT", 2)])
def test_indexes_of_many_crowds_are_not_all_kept(monkeypatch: pytest.MonkeyPatch, bound: str, most: int) -> None:
    monkeypatch.setattr(record, bound, most)
    recorder = Recorder(Everybody(), ListOutbox(), timedelta(days=90))  # type: ignore[arg-type]

    for crowd in (("p1", "p2"), ("p2", "p3"), ("p3", "p4"), ("p4", "p5")):
        _read(recorder, *crowd)

    kept = [len(watchers) for _, watchers in recorder._indexes.values()]
    assert kept
    assert sum(kept) <= most if bound == "PEOPLE_KEPT" else len(kept) <= most


def test_what_is_quoted_is_read_as_it_was_matched() -> None:
    store = Everybody()
    recorder = Recorder(store, ListOutbox(), timedelta(days=90))  # type: ignore[arg-type]
    source = Source("s1", "feed", {"url": "https://blog.example/f"}, 60, "blog.example", watchers=frozenset({"p1"}))
    found = item(
        "D&eacute;&ccedil;ue&nbsp;: le Dr &Eacute;lo&iuml;se Vandermarck, dermatologue &agrave; Lyon, m&#39;a menti."
    )
    recorder.record(source, [Sighting(found, b"i", known=False, changed=True)], NOW)
    [mention] = store.kept
    assert "dermatologue à Lyon, m'a menti" in mention.excerpt
    assert ["Dr Éloïse Vandermarck"] == [mention.excerpt[start:end] for start, end in mention.marks]
