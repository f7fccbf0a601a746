"""Ways to reach a practitioner: one module each, its file name being the channel's name (`email`, `sms`).

A channel module holds, and `Channel` below is the same in types:

    RESENDS: bool          after silence, is the mention sent again (e-mail), or given up as UNKNOWN (SMS)?
    MENTIONS: int          most mentions one message carries; at most 90, since an intent is one transaction of 100
    UNSURE_FROM: Severity  least severity of a *probable* mention worth this channel; certain ones always are

    compose(alert, mentions, practitioner, now, around) -> Message
        Pure: no I/O, no clock. `mentions` are those of `alert.mention_ids`, in the order to show them, one for each
        story: `around.also` has the others; `alert.more` stories wait for the next message. `alert.address` and
        `alert.language` are the recipient's. It shows a fixed
        text in place of a mention it cannot render, and so does not raise for a hostile one; a mention whose title,
        excerpt and url are empty is one that the provider refused to carry, and gets the same fixed text.

    send(message, tags, carriers) -> str
        Once, by the carrier of its choice; the provider's message id. Raises `ChannelError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from vigie.coverage import UNKNOWN, Coverage
from vigie.model import Alert, Mention, Practitioner, Severity
from vigie.ports import Mailer, Message, Tags, Texter


@dataclass(frozen=True, slots=True)
class Around:
    """What a message may say beyond its mentions."""

    contact: str = ""
    """The operator's URL or e-mail address (setting `contact`); empty when there is none to give."""
    by_email: bool = True
    """The same practitioner is also written to by e-mail: an SMS may refer to it."""
    also: Mapping[str, Sequence[Mention]] = field(default_factory=dict)
    """By `mention_id`: the other mentions of the same story, which this message tells in the same breath."""
    coverage: Coverage = UNKNOWN
    """What of their sources is read."""


ALONE = Around()
"""What is said when nobody says more."""


@dataclass(frozen=True, slots=True)
class Carriers:
    """What channels send by."""

    mailer: Mailer
    texter: Texter


class Channel(Protocol):
    """A channel module, as `notify` uses it."""

    @property
    def RESENDS(self) -> bool: ...  # noqa: N802

    @property
    def MENTIONS(self) -> int: ...  # noqa: N802

    @property
    def UNSURE_FROM(self) -> Severity: ...  # noqa: N802

    def compose(
        self,
        alert: Alert,
        mentions: Sequence[Mention],
        practitioner: Practitioner,
        now: datetime,
        around: Around = ...,
    ) -> Message: ...

    def send(self, message: Message, tags: Tags, carriers: Carriers) -> str: ...
