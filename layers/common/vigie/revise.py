"""Edited reviews, comments and pages: the same item, told again only when it matters. Pure.

An item has one mention under its own identity, recorded as it was when it was first seen, and never changed by a scan.
When that mention is found to be there already, what stands there is compared with what the item says now. If that
matters (below), a second mention is recorded, under an identity made of the first one's and of what matters: stars,
severity, polarity and sort. So

    an edit that changes none of these is told at no time: it is like the first mention, or like a revision that has
    its own identity taken already;
    a retry, after a crash at any point, finds taken what it had recorded, and what it had not, records (invariants I1,
    I6); a revision without its pointer is swept like any other mention;
    a text that goes to and fro is told once for every state it has been in, of which there are few (I9);
    nothing depends on what the ring still remembers: an old review that was edited is known by its mention.

What was recorded first is not read for its own sake: DynamoDB gives it back when it refuses to put another in its
place, to a role that may only put. A revision is compared with the first mention, not with the one before it: what went
from five stars to one and back to five is as it was told at first.
"""

from __future__ import annotations

import math
from dataclasses import replace

from vigie.identity import FIGURE, digest, mention_id
from vigie.model import EDITED, Category, Item, Mention, MentionStatus, Polarity, Reason, Source

_KINDS = frozenset({"review", "forum", "social"})
_SORTS = frozenset({Category.REVIEW, Category.FORUM, Category.SOCIAL})
_PAGES = frozenset({"page"})
"""What is opinion, as its source or as triage has it; and pages that are watched for what they say. News are corrected
all day."""

_ALARMING = frozenset({Category.FAKE_PROFILE, Category.PERSONAL_CONTACT})
_BLAMING = (Polarity.MIXED, Polarity.NEGATIVE)
"""What is worse than anything before it in this order, and than all else."""

_MOVED = 0.5
"""Stars: what is drawn with a hundredth less is the same."""


def may_be_revised(source: Source, item: Item, sort: Category) -> bool:
    """True for an item, judged to be of this `sort`, whose edits may be told."""
    figure = (item.native_id or "").startswith(FIGURE)
    return not figure and (item.kind in _KINDS or sort in _SORTS or source.kind in _PAGES)


def revision(first: Mention, now: Mention, *, known: bool) -> Mention | None:
    """The mention to record of an item that says `now` what it did not when `first` was recorded; None if that does not
    matter. `known`: its source showed it before, with another text."""
    if now.status is not MentionStatus.PENDING or first.source_id != now.source_id or first.found_at >= now.found_at:
        # Two sources have two ways to quote one post; and what this very scan recorded is no edit of itself.
        return None
    moved = _moved(first, now)
    rewritten = bool(first.title or first.excerpt) and (first.title, first.excerpt) != (now.title, now.excerpt)
    if not (known or moved or rewritten):  # the ring forgot it, or we judge otherwise than we did
        return None
    if first.status is MentionStatus.KEPT:  # it was not thought to be about them, and never told
        return replace(now, mention_id=_revised(first, now))
    if not (moved or _is_worse(first, now)):
        return None
    told = Reason(EDITED, f"{_stars(first)} → {_stars(now)}" if moved else "")
    return replace(now, mention_id=_revised(first, now), reasons=(told, *now.reasons))


def _revised(first: Mention, now: Mention) -> str:
    facts = (_stars(now), now.severity.value, now.polarity.value, now.category.value)
    return mention_id(digest("revision.1", first.mention_id, *facts))


def _moved(first: Mention, now: Mention) -> bool:
    return first.rating is not None and now.rating is not None and abs(first.rating - now.rating) >= _MOVED


def _is_worse(first: Mention, now: Mention) -> bool:
    blames = now.polarity in _BLAMING and _blame(now) > _blame(first)
    alarms = now.category in _ALARMING and first.category not in _ALARMING
    return now.severity.rank > first.severity.rank or blames or alarms


def _blame(mention: Mention) -> int:
    return _BLAMING.index(mention.polarity) if mention.polarity in _BLAMING else -1


def _stars(mention: Mention) -> str:
    """Rounded to halves: a mark drawn a little otherwise is not another state."""
    return "" if mention.rating is None else f"{math.floor(2 * mention.rating + 0.5) / 2:g}/5".replace(".", ",")
