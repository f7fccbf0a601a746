"""The deployment's settings: the only reader of the environment.

Every variable of template.yaml is a field here and the reverse (a test holds it); what each one means to an
operator stands in the template, beside the parameter it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from vigie.budget import Limits
from vigie.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Settings:
    """Names of what the stack created, and the operator's choices."""

    practitioners_table: str
    recipients_table: str
    sources_table: str
    mentions_table: str
    alerts_table: str
    ledger_table: str
    keys_path: str
    """Where the keys of services are in SSM Parameter Store; ends with a slash."""
    scan_queue_url: str
    mention_queue_url: str
    operator_topic_arn: str
    mail_from: str
    configuration_set: str
    sms_sender_id: str
    contact: str
    """URL or e-mail address put in the User-Agent, for the owners of the sites we read."""
    fetch_allowlist: tuple[str, ...]
    """Hosts and networks that may be read although the gate refuses them to everybody (any port); normally empty."""
    host_interval_ms: int
    """Least time between the starts of two requests to one host, in one process."""
    stand_ins: tuple[str, ...]
    """`host=base URL`: services asked elsewhere, on this machine, by tests and demonstrations; normally empty."""
    usd_per_month: float
    """The most that one service may cost in a month, where `provider_budgets` says nothing of it."""
    provider_budgets: tuple[str, ...]
    """`provider=US dollars a month`."""
    practitioner_usd_per_month: float
    practitioner_requests_per_day: int
    """The most that services may cost, and be asked, for one practitioner."""
    tick_minutes: int
    retention_days: int
    """Days after which the text of a settled mention is erased."""
    mails_per_hour: int
    mails_per_day: int
    sms_per_hour: int
    sms_per_day: int

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read the settings from `env`: one upper-case variable a field.

        Raises `ConfigError` naming every variable that is missing, or the one that is not a number.
        """
        missing = [f.name.upper() for f in fields(cls) if f.name.upper() not in env]
        if missing:
            raise ConfigError(f"Missing environment variables: {', '.join(missing)}. template.yaml sets them all.")
        return cls(**{f.name: _parsed(f.name.upper(), str(f.type), env[f.name.upper()]) for f in fields(cls)})

    @property
    def limits(self) -> Limits:
        """What may be spent. Raises `ConfigError` for a budget that is not written as one."""
        by_provider = {}
        for pair in self.provider_budgets:
            name, equals, usd = pair.partition("=")
            if not equals:
                raise ConfigError(f"PROVIDER_BUDGETS holds {pair!r}; each is written provider=US dollars a month.")
            by_provider[name.strip()] = _parsed("PROVIDER_BUDGETS", "float", usd.strip())
        return Limits(
            self.usd_per_month, self.practitioner_usd_per_month, self.practitioner_requests_per_day, by_provider
        )


def _parsed(name: str, kind: str, text: str) -> Any:
    if kind == "int":
        try:
            return int(text)
        except ValueError:
            raise ConfigError(f"{name} is {text!r}; it must be a whole number.") from None
    if kind == "float":
        try:
            return float(text)
        except ValueError:
            raise ConfigError(f"{name} is {text!r}; it must be a number.") from None
    if kind.startswith("tuple"):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text
