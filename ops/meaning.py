"""What an outcome of a look at a source, and the few words about it, mean to an operator."""

from __future__ import annotations

from ops.asking import RULES
from ops.keyring import PREFIX
from vigie.model import OutcomeKind

TO_DO = {
    OutcomeKind.THROTTLED: "nothing; a longer cadence if it keeps asking",
    OutcomeKind.QUOTA_EXHAUSTED: "nothing; a longer cadence, or a larger budget",
    OutcomeKind.AUTH_FAILED: "`vigie key list`, then `vigie key set`",
    OutcomeKind.BLOCKED: "ask its owner, or remove it",
    OutcomeKind.GONE: "remove it, or add its new address",
    OutcomeKind.NOT_A_FEED: "look at the address; perhaps `page` instead of `feed`",
    OutcomeKind.CONTRACT_CHANGED: "report it",
    OutcomeKind.TOO_LARGE: "a narrower feed",
    OutcomeKind.UNREACHABLE: "nothing at first: it is tried again, less and less often, at least four times a day",
}
"""As the guide says it. What saw the source asks for nothing."""

NO_KEY = "no key "
"""How a detail begins that names the key that is not kept."""

_BECAUSE = {
    "announced length": "it says that it is longer than Vigie reads",
    "a challenge page": "it asks every visitor to show that they are human",
    "certificate": "its certificate is not one to trust: its owner has to mend it",
    "challenge": "it asks every visitor to show that they are human",
    "connect timeout": "nothing answers at its host and port: check the address, and whether the site is up",
    "connection": "nothing answers at its host and port: check the address, and whether the site is up",
    "connection lost": "it ends the connection before its answer is whole",
    "deadline": "it takes too long to answer",
    "empty body": "it answers with nothing",
    "name": "nobody knows the name of its host: check how it is written",
    "name timeout": "the name of its host cannot be looked up for now",
    "no address": "the name of its host leads nowhere: check how it is written",
    "no answer": "it ends the connection without an answer",
    "protocol": "what answers there does not speak HTTP",
    "read timeout": "it falls silent before its answer is whole",
    "robots.txt": "the robots.txt of its site, or of one it leads to, does not let us read it",
    "tls": "what answers there does not speak TLS: perhaps http:// instead of https://",
    "tls timeout": "it takes too long to begin TLS",
}


def to_do(outcome: OutcomeKind, detail: str) -> str | None:
    """What the operator may do about an outcome; None when there is nothing."""
    if detail.startswith(NO_KEY):
        name = detail.removeprefix(NO_KEY)
        return f"`vigie key set {name}`; or give it to this command in {PREFIX}{name.upper().replace('-', '_')}"
    return TO_DO.get(outcome)


def because(detail: str) -> str:
    """The detail of an outcome, as a sentence where it has one."""
    rule = RULES.get(detail.removeprefix("gate: ")) if detail.startswith("gate: ") else None
    return rule or _BECAUSE.get(detail, detail)
