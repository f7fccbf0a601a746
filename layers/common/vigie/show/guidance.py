"""What to advise about a mention: which sentences of the locales, and by when the law wants a decision.

Information, never a qualification: only a judge says that something is defamatory, so the sentences speak of words
that *may* be. No public reply is ever suggested: confirming that somebody is a patient breaks professional secrecy
(code de la santé publique, L.1110-4 and R.4127-4).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from vigie.model import Category, Mention, Polarity, Severity
from vigie.show.words import paris

_HARSH = frozenset({"insult", "accusation", "harm", "fraud", "discrimination", "boycott", "legal_action"})
"""Reasons of triage for which the three months of the press law (loi du 29 juillet 1881, article 65) may run."""

_WEB = 1990
"""Dates before the web are mistakes of the source."""


@dataclass(frozen=True, slots=True)
class Advice:
    """`topics` are keys under `advice.` in the locales. `deadline` is the last safe day to act, when one runs."""

    topics: tuple[str, ...]
    deadline: date | None = None
    dated: bool = True
    """False when the deadline counts from the day it was found, for want of a date of publication."""


def advice(mention: Mention) -> Advice:
    """What to do about `mention`: one or two topics, the most pressing first."""
    codes = {reason.code for reason in mention.reasons}
    if "threat" in codes and mention.severity is Severity.URGENT:
        return Advice(("threat", "proof"))
    if mention.category is Category.FAKE_PROFILE or "impersonation" in codes:
        return Advice(("fake_profile",))
    if mention.category is Category.PERSONAL_CONTACT or "private_data" in codes:
        return Advice(("personal_contact",))
    if mention.category is Category.OWN_CONTENT:
        return Advice(("own_content",))
    if mention.polarity not in (Polarity.NEGATIVE, Polarity.MIXED):
        return Advice((_calm(mention),))
    if mention.severity is Severity.URGENT and (codes & _HARSH or not codes):
        return _timed("press" if mention.category is Category.PRESS else "harsh", mention)
    if mention.category is Category.PRESS:
        return _timed("press", mention)
    return Advice((_CRITICAL.get(mention.category, "critical"),))


_CRITICAL = {
    Category.REVIEW: "review",
    Category.PHOTO: "image",
    Category.VIDEO: "image",
    Category.DIRECTORY: "directory",
    Category.OFFICIAL: "official",
}


def _calm(mention: Mention) -> str:
    if mention.category in (Category.PHOTO, Category.VIDEO):
        return "image"
    if mention.category is Category.DIRECTORY:
        return "directory"
    if mention.category is Category.REVIEW or mention.polarity is Polarity.POSITIVE:
        return "praise"
    return "nothing"


def _timed(topic: str, mention: Mention) -> Advice:
    published = publication(mention)
    start = paris(published or mention.found_at).date()
    return Advice((topic,), deadline(start), dated=published is not None)


def publication(mention: Mention) -> datetime | None:
    """When the source says it was published, unless that cannot be: before the web, or after it was found."""
    published = mention.published_at
    if published is None or published.year < _WEB:
        return None
    return published if published <= mention.found_at + timedelta(days=1) else None


def deadline(published: date) -> date:
    """The last day to act on words published that day: three calendar months later, less a day of safety."""
    month = published.month + 3
    year, month = published.year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(published.day, monthrange(year, month)[1])) - timedelta(days=1)
