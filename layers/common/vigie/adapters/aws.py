"""AWS clients: one session, each client made when first needed and kept for the life of the process.

Nothing is imported or opened before that: a process that needs no AWS pays nothing, and the first client costs
~0.25 s of CPU. botocore alone, without boto3: the same clients, 20 ms and 1.5 MB less.
Region, credentials and `AWS_ENDPOINT_URL` come from the environment, as for every AWS tool.
"""

from __future__ import annotations

from functools import cache
from typing import Any

READS = {"connect_timeout": 2, "read_timeout": 5, "retries": {"mode": "standard", "total_max_attempts": 4}}
"""DynamoDB, SQS and the like: every call of ours may be repeated, so its client repeats it. Worst case ~30 s."""

SENDS = {"connect_timeout": 5, "read_timeout": 30, "retries": {"mode": "standard", "total_max_attempts": 1}}
"""SES and SNS have no idempotency key: a client that repeats a lost reply sends twice (docs/decisions/0009)."""

_CONFIGS = {"sesv2": SENDS, "sns": SENDS}


@cache
def client(service: str) -> Any:
    """The client of a service (`dynamodb`, `sqs`, `sesv2`, `sns`, ...), the same one every time."""
    from botocore.config import Config

    return _session().create_client(service, config=Config(max_pool_connections=20, **_CONFIGS.get(service, READS)))


@cache
def _session() -> Any:
    from botocore.session import Session

    return Session()
