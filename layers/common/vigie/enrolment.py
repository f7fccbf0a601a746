"""What the operator's side needs of the store: who is watched, what they watch, and what is kept about them.

A port, like those of `vigie.ports`, with the same conventions; it stands apart because no function needs it and no
function's role allows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from vigie.identity import source_id
from vigie.model import Alert, Mention, Practitioner, Recipient, Roster, Source

WATCHERS_PER_ROW = 5_000
"""Watchers of one source row at most: with `fresh` they weigh 180 KB of the 400 KB a DynamoDB item may have."""

ROWS_PER_SOURCE = 64
"""Rows one source may be spread over: 320,000 watchers."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A practitioner as enrolled: who, whom to tell, and what is read for them."""

    practitioner: Practitioner
    roster: Roster
    source_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Watch:
    """A source as it is after somebody was put among its watchers. Its id tells the row they share."""

    source: Source
    added: bool
    """False when they watched it already: at most its cadence changed."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Mentions the sweep has still to look at."""

    count: int = 0
    oldest_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything kept about one practitioner (GDPR, article 15)."""

    enrolment: Enrolment
    sources: tuple[Source, ...] = ()
    mentions: tuple[Mention, ...] = ()
    alerts: tuple[Alert, ...] = ()


class Registrar(Protocol):
    """Enrolment, reading and erasure, by id. Reads are of the present, except `find`, `backlog` and `all_sources`."""

    def find(self, identity_hash: str) -> str | None:
        """The practitioner enrolled under that identity. May lag behind an enrolment by a moment."""

    def enrol(self, practitioner: Practitioner, recipients: Sequence[Recipient], identity_hash: str) -> bool:
        """Write a practitioner and their roster, both or neither. True when created, False when updated.

        An update keeps `created_at`, the `consent_at` and `statement` there are, what they watch, the lease, and for
        every address still listed its `verified_at` and `held_reason`; the roster's version grows when the recipients
        change.
        """

    def enrolment(self, practitioner_id: str) -> Enrolment | None: ...

    def everyone(self) -> Iterator[Practitioner]:
        """All practitioners, in no order, page by page."""

    def all_rosters(self) -> Iterator[Roster]:
        """Every roster, in no order."""

    def watch(self, practitioner_id: str, source: Source, *, keep: bool = False) -> Watch | None:
        """Put them among the watchers of `source`, and have it read within a tick: slot `new`, `rev` + 1, `fresh`.

        Of `source`, identity, kind, params, cadence and host matter. A row that exists keeps its cursor; its cadence is
        `paced`, unless they watch it already and `keep` it as it is. Beyond `WATCHERS_PER_ROW` watchers a second row
        with the same parameters is opened.
        None when there is no such practitioner: nothing was written.
        """

    def unwatch(self, practitioner_id: str, source_id: str) -> bool:
        """Take them out; a source nobody watches is deleted, and counts no more among those that keep failing (see
        `vigie.ports.Ledger`). False when they did not watch it."""

    def watched(self, practitioner_id: str) -> list[Source]:
        """The sources they watch, by id order; empty when there is no such practitioner."""

    def all_sources(self) -> Iterator[Source]:
        """Every source, in no order, without the ring and state of its cursor."""

    def backlog(self) -> Backlog:
        """Open mentions, from the index of what is due."""

    def mentions(self, practitioner_id: str) -> Iterator[Mention]:
        """All of theirs, in no order. A text whose `expires_at` has passed comes empty."""

    def alerts(self, practitioner_id: str) -> Iterator[Alert]:
        """All of theirs that retention has not reached, oldest first."""

    def export(self, practitioner_id: str) -> Dossier | None: ...

    def erase(self, practitioner_id: str) -> int:
        """Forget them: out of the watchers first, then every row. How many rows were deleted; repeat it after a crash.

        What was in flight meanwhile can leave a late row: the caller sends a delayed pointer, on which `notify` purges.
        """


def kept(roster: Roster | None, recipients: Sequence[Recipient]) -> tuple[Recipient, ...]:
    """`recipients` as an update writes them: what is known of an address still listed is not forgotten."""
    known = {r.recipient_id: r for r in roster.recipients} if roster else {}
    return tuple(
        replace(new, verified_at=old.verified_at or new.verified_at, held_reason=old.held_reason)
        if (old := known.get(new.recipient_id))
        else new
        for new in {r.recipient_id: r for r in recipients}.values()
    )


def paced(row: Source, practitioner_id: str, cadence: int) -> int:
    """The cadence of a row once they ask for one: who watches alone decides, several share the shortest asked for."""
    return cadence if row.watchers <= {practitioner_id} else min(row.cadence, cadence)


def row_ids(source: Source) -> list[str]:
    """The ids of the rows that may hold the watchers of `source`, in the order in which they fill."""
    return [source_id(source.kind, source.params, shard) for shard in range(ROWS_PER_SOURCE)]
