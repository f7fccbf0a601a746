"""What a failed call to SES or SNS means for the message: never sent, or nobody knows.

Neither has an idempotency key, so the doubt is kept: only what is certain not to have been sent may be sent again.
A `ChannelError` carries the error's code or class alone, since AWS quotes addresses in its texts (invariant I8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vigie.errors import ChannelError

type Rule = Callable[[str], ChannelError]
"""From the provider's sentence to what it means; the sentence itself goes no further."""

NEVER_LEFT = frozenset(
    {
        "ConnectTimeoutError",
        "CredentialRetrievalError",
        "EndpointConnectionError",
        "InvalidRegionError",
        "NoCredentialsError",
        "NoRegionError",
        "PartialCredentialsError",
        "ProxyConnectionError",
        "TokenRetrievalError",
    }
)
"""botocore's failures before the request was written to the wire. Any other one may have come after."""

THROTTLES = frozenset(
    {
        "LimitExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "Throttled",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Codes that say "not now", whatever the HTTP status they come with."""


def held_off(code: str) -> ChannelError:
    """Not sent; and nothing to anybody would be, for now."""
    return ChannelError(code, wide=True)


def refusal(error: Exception, rules: Mapping[str, Rule]) -> ChannelError:
    """The meaning of what a botocore client raised. `rules`: codes of the service whose sentence matters.

    A code nobody knows is "not sent, for now" with a 4xx status: the request was understood and turned down. With a
    5xx or no status it is ambiguous.
    """
    response: Mapping[str, Any] | None = getattr(error, "response", None)
    if response is None:
        name = type(error).__name__
        return held_off(name) if name in NEVER_LEFT else ChannelError(name, ambiguous=True)
    code = str(response.get("Error", {}).get("Code", "unknown"))
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if code in rules:
        return rules[code](str(response.get("Error", {}).get("Message", "")))
    if code in THROTTLES or (isinstance(status, int) and 400 <= status < 500):
        return held_off(code)
    return ChannelError(code, ambiguous=True)
