"""Every error Vigie raises on purpose.

    VigieError
    ├── ConfigError        the deployment is set up wrongly (a missing or malformed setting)
    ├── InputError         an operator's or caller's input is wrong; the message says what, where and what to do
    │   └── UnknownKindError   no source or channel of that name
    ├── StoreError         the store could not do it now; trying again helps
    │   └── SchemaError        a row was written by another version: left alone, read again once deployments agree
    ├── SourceError        one read of one source failed; carries the outcome to record
    │   └── FetchError         ... before a body could be read
    └── ChannelError       one message was not sent; says whether trying again helps

Anything else that escapes is a defect, and is meant to be loud.
Messages of `ConfigError` and `InputError` are shown to the operator; messages of the others are for
developers and hold no personal datum, no URL with a query and no text of a page (invariant I8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from vigie.model import OutcomeKind


class VigieError(Exception):
    """Root of the errors Vigie raises on purpose."""


class ConfigError(VigieError):
    """The deployment is set up wrongly: a setting is missing or malformed."""


class InputError(VigieError):
    """What a person or a caller gave is wrong. The message is one sentence they can act on."""


class UnknownKindError(InputError):
    """No source or channel has that name. Kinds come from table rows, so this is also a guard."""


class StoreError(VigieError):
    """The store or a queue refused or did not answer; the same call may succeed later."""


class SchemaError(StoreError):
    """A row is of a schema version this code does not know, or not what its version promises.

    It is left as it is: a wrong guess here would be a lost or doubled alert.
    """


class SourceError(VigieError):
    """One read of one source failed.

    `outcome` is what to record. When the source said when to come back, `until` is that moment, or `wait_s` the seconds
    from now (a kind knows no clock). `THROTTLED` and `QUOTA_EXHAUSTED` without either are given one by `scan`.
    """

    def __init__(
        self, outcome: OutcomeKind, detail: str = "", *, until: datetime | None = None, wait_s: float | None = None
    ) -> None:
        super().__init__(f"{outcome.value}: {detail}" if detail else outcome.value)
        self.outcome = outcome
        self.detail = detail
        self.until = until
        self.wait_s = wait_s


class FetchError(SourceError):
    """The source could not be fetched: refused address, deadline, size, encoding, connection."""


class ChannelError(VigieError):
    """The provider did not take a message, or we cannot tell.

    `permanent`: this address will never work (trying again is useless).
    `ambiguous`: the call may have been accepted (lost reply, time-out): the delivery stays SENDING until
    the provider's own event or the silence limit settles it. Never true together with `permanent`.
    `wide`: refused for now, and so would any other address be (throttled, paused, sandbox, no connection).
    `content`: refused for what this message says; another to the same address may pass.
    """

    def __init__(
        self,
        detail: str,
        *,
        permanent: bool = False,
        ambiguous: bool = False,
        wide: bool = False,
        content: bool = False,
    ) -> None:
        super().__init__(detail)
        self.permanent = permanent
        self.ambiguous = ambiguous
        self.wide = wide
        self.content = content
