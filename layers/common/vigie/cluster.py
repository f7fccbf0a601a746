"""Which mentions a recipient is told in one line, which were told already, and which must wait to know. Pure.

Everything is read from the mentions themselves: what was told to a recipient is what their deliveries say. So there is
no second record to keep in step: a worker that holds the lease sees every intent there ever was, and nobody but the
holder writes one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from vigie.decide import REJECTED
from vigie.model import Confidence, Delivery, DeliveryState, Mention, Severity
from vigie.story import PAGE, SITE, WIRE

SAME_PAGE = timedelta(days=30)
"""How far apart one page may be found by two sources: a search engine finds in a month what a feed says at once."""

SAME_HEADLINE = timedelta(hours=72)
"""How far apart two items under one headline are still one story (catalogue, section 2)."""

SAME_EDITION = timedelta(hours=12)
"""How far apart the same article of a site may be dated by two sources: one under the same headline the next day is
another ("Les brèves de Valombre")."""

SAME_STORY = "same_story"
"""Why a delivery is suppressed: its recipient was told this story by another mention."""

REMEMBERED = max(SAME_PAGE, SAME_HEADLINE)
"""How long what was told is looked at."""

_CROWD = 100
"""Mentions of one key that are compared with: a headline that thousands repeat must not cost their square."""

_TOLD = frozenset({DeliveryState.DELIVERED, DeliveryState.UNKNOWN})
"""UNKNOWN is an SMS that nobody answered for: it is not sent again, and neither is its story (invariant I3)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One story as it is told: the best of its mentions, and the others."""

    head: Mention
    others: tuple[Mention, ...] = ()

    @property
    def mentions(self) -> tuple[Mention, ...]:
        return (self.head, *self.others)


@dataclass(frozen=True, slots=True)
class Sifted:
    """What waits for one recipient."""

    lines: list[Line] = field(default_factory=list)
    """To be told, the best of each first."""
    repeats: list[tuple[Mention, Mention]] = field(default_factory=list)
    """Told already: the mention, and the one by which it was told."""
    waiting: list[Mention] = field(default_factory=list)
    """Nobody knows yet whether their story was told: it is in a message that was not answered for."""


def same(one: Mention, other: Mention) -> bool:
    """True when both tell one story.

    What one source gives as two things is two, unless it is a search that found them on two sites. An edit is told for
    what it changed, whoever told the rest.
    """
    keys = set(one.story).intersection(other.story)
    if not keys or one.edited or other.edited:
        return False
    found = abs(one.found_at - other.found_at)
    dated = abs(one.published_at - other.published_at) if one.published_at and other.published_at else None
    sorts = {key[0] for key in keys}
    if one.source_id == other.source_id:
        return sorts == {WIRE} and _within(SAME_HEADLINE, found, dated)
    return (
        (PAGE in sorts and found <= SAME_PAGE)
        or (WIRE in sorts and SITE not in sorts and _within(SAME_HEADLINE, found, dated))
        or (SITE in sorts and found <= SAME_HEADLINE and _within(SAME_EDITION, dated))
    )


def worse(mention: Mention, told: Mention) -> bool:
    """True when a story is to be told again: it turned out to be urgent."""
    return mention.severity is Severity.URGENT and told.severity is not Severity.URGENT


def sifted(mentions: Iterable[Mention], recipient_id: str) -> Sifted:
    """What is to become of each mention that is PENDING for a recipient, seeing all there is of theirs."""
    known = {mention.mention_id: mention for mention in mentions}
    pending: list[Mention] = []
    told, doubtful = _Index(), _Index()
    for mention in sorted(known.values(), key=lambda m: m.found_at, reverse=True):
        delivery = _delivery(mention, recipient_id)
        if delivery is None:
            continue
        if delivery.state is DeliveryState.PENDING:
            pending.append(mention)
        elif delivery.state is DeliveryState.SENDING:
            doubtful.add(mention, mention)
        elif delivery.state in _TOLD:
            told.add(mention, mention)
        elif delivery.repeats in known:  # who meets this one meets the story, as old as when it was told
            told.add(mention, known[delivery.repeats])
    result = Sifted()
    to_tell = []
    for mention in pending:
        if (by := told.met(mention)) is not None:
            result.repeats.append((mention, by))
        elif doubtful.met(mention) is not None:
            result.waiting.append(mention)
        else:
            to_tell.append(mention)
    result.lines.extend(_lines(to_tell, recipient_id))
    return result


def batch(lines: Sequence[Line], most: int) -> tuple[list[Line], int]:
    """The lines of one message, of `most` mentions in all, and how many lines are left over.

    The most severe first, then the newest, then as their source gives them. Of a story on more sites than a message
    has room for, those left out are told already once it is sent.
    """
    ordered = sorted(
        lines,
        key=lambda line: (
            -line.head.severity.rank,
            -line.head.found_at.timestamp(),
            line.head.source_id,
            line.head.place,
        ),
    )
    taken: list[Line] = []
    room = most
    for line in ordered:
        if room < 1:
            break
        taken.append(Line(line.head, line.others[: room - 1]))
        room -= len(taken[-1].mentions)
    return taken, len(ordered) - len(taken)


def _lines(mentions: Sequence[Mention], recipient_id: str) -> Iterator[Line]:
    """One line a story. What a provider refused to carry is told without its words, each by itself."""
    heads: dict[str, list[Mention]] = {}
    index = _Index()
    for mention in sorted(mentions, key=_rank):
        delivery = _delivery(mention, recipient_id)
        alone = delivery is not None and delivery.reason == REJECTED
        head = None if alone else index.met(mention)
        if head is not None:
            heads[head.mention_id].append(mention)
            continue
        heads[mention.mention_id] = [mention]
        if not alone:
            index.add(mention, mention)
    return (Line(first, tuple(others)) for first, *others in heads.values())


def _rank(mention: Mention) -> tuple[object, ...]:
    """The best first: the most severe, the surest, the one that leads to its article, the one that says most."""
    return (
        -mention.severity.rank,
        mention.confidence is not Confidence.CERTAIN,
        bool(mention.publisher) or not mention.url,
        -len(mention.excerpt),
        mention.found_at,
        mention.place,
        mention.mention_id,
    )


class _Index:
    """Mentions by their keys, each with the one that tells its story."""

    def __init__(self) -> None:
        self._by_key: dict[str, list[tuple[Mention, Mention]]] = defaultdict(list)

    def add(self, mention: Mention, head: Mention) -> None:
        for key in mention.story:
            if len(self._by_key[key]) < _CROWD:
                self._by_key[key].append((mention, head))

    def met(self, mention: Mention) -> Mention | None:
        """By whom the story of `mention` is told, not worse than it is."""
        for key in mention.story:
            for one, head in self._by_key.get(key, ()):
                if same(mention, one) and not worse(mention, head) and _near(mention, one, head):
                    return head
        return None


def _near(mention: Mention, one: Mention, head: Mention) -> bool:
    """A story lasts from when it was told: by repeats of repeats it would never end."""
    limit = SAME_PAGE if any(key in one.story for key in mention.story if key[0] == PAGE) else SAME_HEADLINE
    return abs(mention.found_at - head.found_at) <= limit


def _within(limit: timedelta, *spans: timedelta | None) -> bool:
    return all(span is None or span <= limit for span in spans)


def _delivery(mention: Mention, recipient_id: str) -> Delivery | None:
    return (mention.deliveries or {}).get(recipient_id)
