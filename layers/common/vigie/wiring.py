"""The composition root: which adapter stands behind which port. Plain factories, nothing kept, nothing at import.

Each takes the settings (those of the environment unless given) and, by keyword, whatever port a caller or a test
wants to put in place of the real one. Adapters are imported when made: a function pays for those it uses.
"""

from __future__ import annotations

import gc
import os
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from vigie.ports import Clock, Fetcher, Keys, Ledger, NotifyStore, Operator, Outbox, SourceStore, Wheel
from vigie.settings import Settings

if TYPE_CHECKING:  # each function imports the use case it runs, not the others
    from vigie.adapters.dynamodb import Dynamo, Tables
    from vigie.channels import Carriers
    from vigie.enrolment import Registrar
    from vigie.notify import Notifier
    from vigie.plan import Planner
    from vigie.scan import Scanner

type Clients = Callable[[str], Any]
"""The client of an AWS service, by its name: the process's own unless a caller brings a session."""


def now() -> datetime:
    """The only clock."""
    return datetime.now(UTC)


def planner(settings: Settings | None = None, *, store: Wheel | None = None, outbox: Outbox | None = None) -> Planner:
    """The use case of the schedule."""
    from vigie.plan import Planner

    settings = settings or Settings.from_env(os.environ)
    return Planner(store or wheel(settings), outbox or queues(settings), settings.host_interval_ms)


def scanner(
    settings: Settings | None = None,
    *,
    store: SourceStore | None = None,
    outbox: Outbox | None = None,
    fetcher: Fetcher | None = None,
    ledger: Ledger | None = None,
    keys: Keys | None = None,
    operator: Operator | None = None,
    clock: Clock = now,
) -> Scanner:
    """The use case of ScanQueue. Keep it: it remembers the practitioners and connections it has met.

    Has the process look for reference cycles less often: a job makes items by the thousand and hardly a cycle, and
    looking for them after every 2,000 took a seventh of its CPU.
    """
    from vigie.access import Access
    from vigie.record import Recorder
    from vigie.scan import Scanner
    from vigie.watchdog import Watchdog

    gc.set_threshold(100_000, 20)
    settings = settings or Settings.from_env(os.environ)
    store = store or _sources(settings)
    recorder = Recorder(store, outbox or queues(settings), timedelta(days=settings.retention_days))
    ledger = ledger or accounts(settings)
    access = Access(keys or keyring(settings), ledger, settings.limits, clock)
    watchdog = Watchdog(ledger, operator or _operator(settings))
    return Scanner(store, recorder, fetcher or web(settings), access, watchdog, clock)


def notifier(
    settings: Settings | None = None,
    *,
    store: NotifyStore | None = None,
    operator: Operator | None = None,
    carriers: Carriers | None = None,
    clock: Clock = now,
) -> Notifier:
    """The use case of MentionQueue and of the mail provider's events."""
    from vigie import channels, registry
    from vigie.decide import Caps
    from vigie.notify import Notifier

    settings = settings or Settings.from_env(os.environ)
    return Notifier(
        store or _mentions(settings),
        operator or _operator(settings),
        carriers or _carriers(settings),
        channel=lambda name: registry.load(channels, name),
        caps={
            "email": Caps(settings.mails_per_hour, settings.mails_per_day),
            "sms": Caps(settings.sms_per_hour, settings.sms_per_day),
        },
        clock=clock,
        owner=lambda: secrets.token_hex(8),
        contact=settings.contact,
    )


def wheel(settings: Settings, clients: Clients | None = None) -> Wheel:
    """What `plan` reads."""
    from vigie.adapters.dynamodb_wheel import DynamoWheel

    return DynamoWheel(_dynamo(clients), _tables(settings))


def registrar(settings: Settings, clients: Clients | None = None) -> Registrar:
    """The operator's side of the store; no function's role allows it."""
    from vigie.adapters.dynamodb_registrar import DynamoRegistrar

    return DynamoRegistrar(_dynamo(clients), _tables(settings))


def queues(settings: Settings, clients: Clients | None = None) -> Outbox:
    """Both queues, from the sender's side."""
    from vigie.adapters.sqs import SqsOutbox

    client = clients or _clients()
    return SqsOutbox(
        lambda: client("sqs"), scan_queue_url=settings.scan_queue_url, mention_queue_url=settings.mention_queue_url
    )


def web(settings: Settings) -> Fetcher:
    """The way out to the web, by the rules of the deployment."""
    return way_out(settings.contact, settings.fetch_allowlist, settings.host_interval_ms, settings.stand_ins)


def way_out(contact: str, allowlist: Sequence[str], host_interval_ms: int, stand_ins: Sequence[str] = ()) -> Fetcher:
    """The way out to the web without a deployment, for the operator's own look at a source."""
    from vigie.adapters.http import HttpFetcher

    return HttpFetcher(contact=contact, allowlist=allowlist, host_interval_ms=host_interval_ms, stand_ins=stand_ins)


def accounts(settings: Settings, clients: Clients | None = None) -> Ledger:
    """What services were asked."""
    from vigie.adapters.dynamodb_ledger import DynamoLedger

    return DynamoLedger(_dynamo(clients), _tables(settings))


def keyring(settings: Settings, clients: Clients | None = None) -> Keys:
    """The keys of services."""
    from vigie.adapters.ssm import SsmKeys

    client = clients or _clients()
    return SsmKeys(lambda: client("ssm"), settings.keys_path)


def _sources(settings: Settings) -> SourceStore:
    from vigie.adapters.dynamodb_sources import DynamoSources

    return DynamoSources(_dynamo(None), _tables(settings))


def _mentions(settings: Settings) -> NotifyStore:
    from vigie.adapters.dynamodb_notify import DynamoNotify

    return DynamoNotify(_dynamo(None), _tables(settings), retention_days=settings.retention_days)


def _operator(settings: Settings) -> Operator:
    from vigie.adapters.sns import SnsOperator

    client = _clients()
    return SnsOperator(lambda: client("sns"), settings.operator_topic_arn)


def _carriers(settings: Settings) -> Carriers:
    from vigie.adapters.ses import SesMailer
    from vigie.adapters.sns import SnsTexter
    from vigie.channels import Carriers

    client = _clients()
    return Carriers(
        SesMailer(lambda: client("sesv2"), settings.mail_from, settings.configuration_set),
        SnsTexter(lambda: client("sns"), settings.sms_sender_id),
    )


def _dynamo(clients: Clients | None) -> Dynamo:
    from vigie.adapters.dynamodb import Dynamo

    client = clients or _clients()
    return Dynamo(lambda: client("dynamodb"))


def _tables(settings: Settings) -> Tables:
    from vigie.adapters.dynamodb import Tables

    return Tables(
        practitioners=settings.practitioners_table,
        recipients=settings.recipients_table,
        sources=settings.sources_table,
        mentions=settings.mentions_table,
        alerts=settings.alerts_table,
        ledger=settings.ledger_table,
    )


def _clients() -> Clients:
    from vigie.adapters.aws import client

    return client
