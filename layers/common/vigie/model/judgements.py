"""What is said of an item: whom it is about, how surely, what sort it is and how serious."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How serious a mention is for the practitioner. Ordered: use `rank`."""

    INFO = "info"
    ATTENTION = "attention"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        return ("info", "attention", "urgent").index(self.value)


class Confidence(StrEnum):
    """How sure we are that an item is about the practitioner."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    UNLIKELY = "unlikely"


class Polarity(StrEnum):
    """What the item says of the practitioner."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"
    MIXED = "mixed"


class Category(StrEnum):
    """What sort of publication a mention is. Listed in order of precedence: the first that applies wins."""

    FAKE_PROFILE = "fake_profile"
    PERSONAL_CONTACT = "personal_contact"
    OWN_CONTENT = "own_content"
    OFFICIAL = "official"
    VIDEO = "video"
    PHOTO = "photo"
    REVIEW = "review"
    FORUM = "forum"
    PRESS = "press"
    SOCIAL = "social"
    DIRECTORY = "directory"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a decision was taken: a stable code, and the words that made it (`Dr Morvant`, `Lyon`).

    The sentence a practitioner reads is `locales/<language>.json` under the code.
    """

    code: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What `match` says of an item for a practitioner. `spans` are offsets of the name in `title + "\\n" + text`."""

    about: bool
    confidence: Confidence
    reasons: tuple[Reason, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `triage` says of an item that is about a practitioner."""

    category: Category
    polarity: Polarity
    severity: Severity
    reasons: tuple[Reason, ...] = ()
