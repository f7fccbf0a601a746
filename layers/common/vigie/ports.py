"""What the use cases need of the outside, and nothing more.

Each protocol's docstring is its contract; the in-memory fakes and the AWS adapters pass one suite of tests.
Common to all: methods raise `StoreError` when the service could not do it now; every datetime is aware UTC;
conditional methods return False, never raise, when the condition does not hold.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vigie.exchange import Request, Response
from vigie.model import (
    Alert,
    AlertState,
    Condition,
    Cursor,
    Delivery,
    Health,
    Job,
    Mention,
    Pointer,
    Practitioner,
    Roster,
    Source,
)

Clock = Callable[[], datetime]
"""Called once per invocation; the value is passed on."""

INTENT_LIMIT = 90
"""Mentions one intent may hold: a DynamoDB transaction has 100 parts, and the intent needs a few of its own."""


@dataclass(frozen=True, slots=True)
class SlotEntry:
    """A source as the slot index knows it: nothing but what grouping needs."""

    source_id: str
    host: str


@dataclass(frozen=True, slots=True)
class Due:
    """A mention the sweep is to look at, as the due index knows it."""

    practitioner_id: str
    mention_id: str
    due_at: datetime


class Wheel(Protocol):
    """What `plan` reads: slots, and what is due. It writes one number."""

    def minute(self) -> int | None:
        """Minutes since the epoch up to which every slot has been enqueued; None before the first tick."""

    def advance(self, minute: int) -> None:
        """Remember that everything up to `minute` has been enqueued. Never goes back."""

    def slot(self, slot: str) -> Iterator[SlotEntry]:
        """The sources of one slot, grouped by host. May lag behind writes by a moment."""

    def due(self, now: datetime, limit: int) -> Iterator[Due]:
        """Mentions whose `due_at` has passed, oldest first, `limit` at most. May lag behind writes."""

    def faded(self, now: datetime, limit: int) -> Iterator[Due]:
        """Closed mentions whose text is still kept although its time has passed: `due_at` is their `expires_at`."""


class SourceStore(Protocol):
    """What `scan` reads and writes."""

    def sources(self, source_ids: Sequence[str]) -> dict[str, Source]:
        """Those of `source_ids` that exist, in one batch."""

    def practitioners(self, practitioner_ids: Iterable[str], *, fresh: bool = False) -> dict[str, Practitioner]:
        """Those that exist, paused ones included. `fresh`: as of now, not as of a moment ago."""

    def put_mention(self, mention: Mention) -> bool:
        """Record it unless that practitioner already has it. False when they do: that is success too."""

    def put_or_find(self, mention: Mention) -> Mention | None:
        """Record it unless that practitioner already has it: then the one they have. None when it was recorded.

        Raises `SchemaError` when the one they have was written by another version.
        """

    def save_cursor(
        self, source: Source, cursor: Cursor, health: Health, *, settled: frozenset[str], soon: bool = False
    ) -> bool:
        """Advance the cursor of `source` as it was read, move it to its slot (to the one of every tick if `soon`), and
        end the baseline of `settled`.

        False, and nothing written, when the source changed meanwhile (its `rev` differs, or it is gone): the next
        scan reads again, which is harmless.
        """


class Ledger(Protocol):
    """What was asked of services, counted for all functions together, and whose turn it is to ask.

    A count is never less than what was spent, whatever fails: a reply that is lost may count twice.
    """

    def spend(self, account: str, period: str, amount: int, *, limit: int, expires_at: datetime) -> bool:
        """Add `amount` to an account of a period, unless it would then be above `limit`. The row may go after
        `expires_at`."""

    def give_back(self, account: str, period: str, amount: int) -> None:
        """Take off what was added and not used."""

    def spent(self, accounts: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """What each (account, period) came to; those never used are left out."""

    def turn(self, account: str, interval_ms: int, now: datetime, latest: datetime) -> datetime | None:
        """The next moment at which an account may be used, `interval_ms` after the one before it, taken for the caller.
        None, and nothing taken, when that is after `latest`."""

    def failing(self, account: str, source_id: str) -> bool:
        """Count a source among those that keep failing there; True when it is the first of them."""

    def recovered(self, account: str, source_id: str) -> bool:
        """Count it no more; True when it was the last of them."""


class Keys(Protocol):
    """The keys of services, kept by the operator where only `scan` may read them."""

    def value(self, name: str) -> str | None:
        """The key of that name, as it is kept now or was a while ago; None when there is none that could be sent."""

    def forget(self, name: str) -> None:
        """Read it anew next time: what is remembered was refused."""


class NotifyStore(Protocol):
    """What `notify` reads and writes. All reads but `conditions` are of the present (no lag)."""

    def practitioner(self, practitioner_id: str) -> Practitioner | None: ...

    def conditions(self, practitioner_id: str) -> list[Condition]:
        """How reading each of their sources fares, of a moment ago. One of another schema version is left out."""

    def take_lease(self, practitioner_id: str, owner: str, now: datetime, until: datetime) -> Roster | None:
        """Take the practitioner's lease if it is free, lapsed, or already `owner`'s; None if someone else holds it,
        or if there is no roster. The roster returned carries the new epoch."""

    def holds_lease(self, practitioner_id: str, epoch: int, now: datetime) -> bool:
        """True while the lease taken with `epoch` is still ours and has not lapsed at `now`."""

    def release_lease(self, practitioner_id: str, epoch: int) -> None:
        """Give it back; does nothing when it is no longer ours."""

    def roster(self, practitioner_id: str) -> Roster | None: ...

    def open_mentions(self, practitioner_id: str, told_since: datetime | None = None) -> list[Mention]:
        """The practitioner's mentions with status PENDING, oldest first.

        With `told_since` also the SETTLED ones found since then that others may repeat (they have a story).
        """

    def expand(self, mention: Mention, deliveries: Mapping[str, Delivery], due_at: datetime | None) -> bool:
        """Write the deliveries of a mention that has none yet. False when it already had some.

        With nothing open among them the mention becomes SETTLED; else it is due at `due_at`.
        """

    def close(self, mention: Mention, deliveries: Mapping[str, Delivery]) -> bool:
        """End deliveries of a mention (by recipient_id) that are still PENDING, without a message.

        Those no longer PENDING are left as they are. The mention becomes SETTLED once none is open; an empty mapping
        only looks at that. False when nothing was written.
        """

    def reschedule(self, mention: Mention, due_at: datetime) -> None:
        """Have the sweep look at a mention that is still open at `due_at`."""

    def write_intent(self, alert: Alert, mentions: Sequence[Mention]) -> bool:
        """All or nothing: the alert is recorded as SENDING, and in each of `mentions` the delivery to its recipient
        moves PENDING -> SENDING under its attempt.

        False, and nothing written, when the practitioner is gone or not active, the lease's epoch or the roster's
        version is no longer the alert's, the lease had lapsed at `alert.created_at`, or one of the deliveries was not
        PENDING. At most `INTENT_LIMIT` mentions: more is a `ValueError`.
        """

    def alert(self, practitioner_id: str, alert_id: str) -> Alert | None: ...

    def alerts_since(self, practitioner_id: str, since: datetime) -> list[Alert]:
        """Alerts whose intent was written at or after `since`, oldest first."""

    def settle(
        self,
        alert: Alert,
        state: AlertState,
        deliveries: Mapping[str, Delivery],
        *,
        now: datetime,
        due_at: datetime | None = None,
        provider_id: str | None = None,
        reason: str | None = None,
    ) -> bool:
        """Record what became of `alert`, and move the delivery of each mention of `deliveries` (by mention_id).

        The alert moves only if its state is still `alert.state`, and a delivery only if it still is under this attempt.
        Mentions whose deliveries are then all settled become SETTLED; the others are due at `due_at`.
        False when the alert had moved already. Safe to repeat after a crash half-way.
        """

    def carried(self, alert: Alert) -> list[Mention]:
        """The mentions of an alert that are still there, in one batch."""

    def hold_address(self, practitioner_id: str, recipient_id: str, reason: str) -> bool:
        """Stop using an address; the roster's version grows. False when it was held already or is no longer there."""

    def fade(self, practitioner_id: str, mention_id: str, now: datetime) -> bool:
        """Erase the URL, title, excerpt and words of a closed mention whose `expires_at` has passed at `now`.

        Its identity and status stay, or an old post would be told again. False when there is nothing to erase.
        """

    def purge(self, practitioner_id: str) -> int:
        """Delete every row kept under a practitioner who no longer exists; how many there were. 0 if they exist."""


class Outbox(Protocol):
    """The two queues, from the sender's side. Messages hold ids only."""

    def send_jobs(self, jobs: Iterable[Job]) -> int:
        """To ScanQueue, in tens; how many were sent."""

    def send_pointers(self, pointers: Iterable[Pointer], *, delay_s: int = 0) -> int:
        """To MentionQueue, in tens; how many were sent."""


NO_KEYS: Mapping[str, str] = {}

type OnRedirect = Callable[[str], Awaitable[None]]
"""Called with the URL a redirect leads to before it is visited; raises `SourceError` to stay away."""


class Fetcher(Protocol):
    """The only way out to the web. Checks every URL and every hop, and bounds bytes and seconds."""

    def job(self) -> Fetcher:
        """The same way out, with a memory of its own of hosts that do not answer: after two of a host's requests in a
        row went unanswered the rest of the job does not wait for it. The next job asks it again."""

    async def fetch(
        self, request: Request, *, on_redirect: OnRedirect | None = None, keys: Mapping[str, str] = NO_KEYS
    ) -> Response:
        """`keys`: the values of the request's secrets, by name. They are in no `Response`, message or log.

        Raises `FetchError` for anything that is not a whole HTTP answer, and whatever `on_redirect` raises."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel composed: ready to send, and to be shown in the local inbox."""

    to: str
    text: str
    subject: str = ""
    html: str = ""
    language: str = ""
    """Of its words, as an e-mail header says it (`fr`)."""


@dataclass(frozen=True, slots=True)
class Tags:
    """What a provider's own events carry back. Ids only."""

    practitioner_id: str
    alert_id: str


class Mailer(Protocol):
    """Sends one e-mail, once: the provider has no idempotency key, so no retry happens below this line."""

    def send(self, message: Message, tags: Tags) -> str:
        """The provider's message id. Raises `ChannelError`: permanent, ambiguous, or neither (refused for now)."""


class Texter(Protocol):
    """Sends one SMS, once."""

    def send(self, message: Message, tags: Tags) -> str:
        """The provider's message id. Raises `ChannelError` as `Mailer` does."""


class Operator(Protocol):
    """The person who runs Vigie. Told of what they alone can mend; never told who wrote what about whom."""

    def tell(self, subject: str, text: str) -> None:
        """Best effort: what is told is also readable in the store."""
