"""A deployment, ready to be talked to: the same adapters as the functions use, found from the stack's own facts.

Locally everything goes to the embedded AWS with its fixed credentials, whatever the environment holds, so that a
mistake cannot reach a real account. Elsewhere it is the usual search for a profile, a region and credentials.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cache
from typing import Any

from ops.keyring import NO_KEYS
from ops.keys import KeyShelf
from ops.queues import Queues
from ops.where import DEFAULT_STACK, Local, Where, local_stack
from vigie.enrolment import Registrar
from vigie.errors import InputError
from vigie.ports import Clock, Keys, Ledger, Outbox, Wheel
from vigie.settings import Settings


@dataclass(frozen=True, slots=True)
class Session:
    """What the commands use of a deployment."""

    name: str
    settings: Settings
    registrar: Registrar
    wheel: Wheel
    outbox: Outbox
    queues: Queues
    keys: KeyShelf
    ledger: Ledger
    clock: Clock
    deployed_at: datetime
    """When the stack was created or last updated."""
    endpoint: str | None = None
    """Of the embedded AWS; None on AWS."""
    command: str = "vigie"
    """What to type to mean this deployment: see `Where.command`."""
    secrets: Keys = NO_KEYS
    """Values of the keys, for what is asked from this machine."""


def connect(where: Where) -> Session:
    """Find the deployment and open it.

    Raises `InputError` when there is no such stack, and botocore's own errors: `ops.trouble` says them in a sentence.
    """
    if where.local:
        return replace(connect_local(local_stack(where)), command=where.command)
    return _opened(where.stack or DEFAULT_STACK, _clients(where, None), where, None)


def connect_local(local: Local) -> Session:
    """Open a deployment to an embedded AWS. Raises as `connect` does."""
    where = Where(local=True)
    return _opened(local.stack, _clients(where, local), where, local.endpoint)


def _opened(stack: str, clients: Callable[[str], Any], where: Where, endpoint: str | None) -> Session:
    from ops.keys import SsmShelf
    from ops.queues import SqsQueues
    from vigie import wiring

    facts = stack_facts(clients("cloudformation"), stack)
    settings = settings_of(facts.values, stack)
    return Session(
        name=stack,
        settings=settings,
        registrar=wiring.registrar(settings, clients),
        wheel=wiring.wheel(settings, clients),
        outbox=wiring.queues(settings, clients),
        queues=SqsQueues(clients("sqs"), _queue_urls(facts.values)),
        keys=SsmShelf(clients("ssm"), settings.keys_path),
        ledger=wiring.accounts(settings, clients),
        clock=wiring.now,
        deployed_at=facts.deployed_at,
        endpoint=endpoint,
        command=where.command,
        secrets=wiring.keyring(settings, clients),
    )


@dataclass(frozen=True, slots=True)
class StackFacts:
    """What CloudFormation knows of a stack: parameters and outputs, by name."""

    values: Mapping[str, str]
    deployed_at: datetime


def stack_facts(cloudformation: Any, stack: str) -> StackFacts:
    """The facts of a deployed stack. Raises `InputError` when there is no such stack."""
    from botocore.exceptions import ClientError

    try:
        found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        region = cloudformation.meta.region_name
        raise InputError(f"No stack is named {stack!r} in {region}: give --stack NAME and --region NAME.") from None
    parameters = {p["ParameterKey"]: p.get("ParameterValue", "") for p in found.get("Parameters", [])}
    outputs = {o["OutputKey"]: o["OutputValue"] for o in found.get("Outputs", [])}
    return StackFacts(parameters | outputs, found.get("LastUpdatedTime") or found["CreationTime"])


def settings_of(facts: Mapping[str, str], stack: str) -> Settings:
    """The settings its functions were deployed with. Raises `InputError` when the stack is not a Vigie."""
    env = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper(): value for name, value in facts.items()}
    env["CONFIGURATION_SET"] = facts.get("MailConfigurationName", "")
    missing = [field.name for field in fields(Settings) if field.name.upper() not in env]
    if missing:
        raise InputError(
            f"Stack {stack!r} is not a Vigie of this version, it says nothing of {missing[0]}: check --stack,"
            " or deploy again."
        )
    return Settings.from_env(env)


def _queue_urls(facts: Mapping[str, str]) -> dict[str, str]:
    return {
        "scan": facts["ScanQueueUrl"],
        "mention": facts["MentionQueueUrl"],
        "scan-dead": facts["ScanDeadLettersUrl"],
        "mention-dead": facts["MentionDeadLettersUrl"],
        "tick-dead": facts["TickDeadLettersUrl"],
    }


def _clients(where: Where, local: Local | None) -> Callable[[str], Any]:
    """The client of a service by its name, each made once."""
    from botocore.session import Session as Core

    core = _closed(local.region) if local else Core(profile=where.profile)
    region = local.region if local else where.region
    endpoint = local.endpoint if local else None
    return cache(lambda service: core.create_client(service, region_name=region, endpoint_url=endpoint))


def _closed(region: str) -> Any:
    """A session that looks at nothing of the operator's: no profile, file or proxy, no credentials but `test`."""
    from botocore.config import Config
    from botocore.session import Session as Core

    def only(value: str | None) -> tuple[None, None, str | None, None]:
        return (None, None, value, None)  # neither a configuration key nor an environment variable to look in

    core = Core(
        {
            "profile": only(None),
            "config_file": only(os.devnull),
            "credentials_file": only(os.devnull),
            "region": only(region),
        }
    )
    core.set_credentials("test", "test")
    core.set_default_client_config(Config(proxies={}, connect_timeout=5, retries={"total_max_attempts": 2}))
    return core
