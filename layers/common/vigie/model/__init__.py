"""The nouns of Vigie, as values. Words and meanings are those of docs/architecture.md.

Every class is a frozen value: no I/O, no clock. Every `*_at` is an aware UTC datetime, every `*_id` a str.
How they become table items is the business of the store's adapter.
"""

from vigie.model.judgements import Category, Confidence, Decision, Polarity, Reason, Severity, Verdict
from vigie.model.mentions import EDITED, Alert, AlertState, Delivery, DeliveryState, Mention, MentionStatus, Pointer
from vigie.model.people import Practice, Practitioner, Recipient, Roster
from vigie.model.providers import Provider
from vigie.model.sources import CADENCES, FAILING, RINGS, Condition, Cursor, Health, Item, Job, OutcomeKind, Source

__all__ = [
    "CADENCES",
    "EDITED",
    "FAILING",
    "RINGS",
    "SCHEMA",
    "Alert",
    "AlertState",
    "Category",
    "Condition",
    "Confidence",
    "Cursor",
    "Decision",
    "Delivery",
    "DeliveryState",
    "Health",
    "Item",
    "Job",
    "Mention",
    "MentionStatus",
    "OutcomeKind",
    "Pointer",
    "Polarity",
    "Practice",
    "Practitioner",
    "Provider",
    "Reason",
    "Recipient",
    "Roster",
    "Severity",
    "Source",
    "Verdict",
]

SCHEMA = 1
"""Version written in every stored item; an unknown one is left alone and alarmed, never guessed at."""
