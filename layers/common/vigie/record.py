"""From the items of one read to recorded mentions: match, triage, put, point.

The order is the promise: a mention is in the store before anything points at it, and the caller moves the
cursor only after both.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vigie import story
from vigie.errors import SchemaError
from vigie.identity import mention_id
from vigie.judge.plain import plain
from vigie.judge.tokens import own_words
from vigie.match import match
from vigie.model import Confidence, Decision, Item, Mention, MentionStatus, Pointer, Practitioner, Source
from vigie.ports import Outbox, SourceStore
from vigie.revise import may_be_revised, revision
from vigie.ring import Sighting
from vigie.show.text import clean, excerpt, headline
from vigie.triage import triage
from vigie.watchers import Watchers

log = logging.getLogger(__name__)

SWEEP_AFTER = timedelta(minutes=2)
"""A mention still pending then has lost its pointer: the sweep points again."""

PEOPLE_FRESH = timedelta(minutes=10)
"""How long a warm process trusts the practitioners it read: a changed name is matched within that time."""

PEOPLE_KEPT = 20_000
INDEXES_KEPT = 64
"""Bounds on what a warm process remembers, of people and of their indexes: about 50 MB at worst."""

PUBLISHER = 80
"""Characters kept of the name of a site."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What recording one read came to."""

    new: int = 0
    """Mentions recorded to be told."""
    baseline: int = 0
    """Mentions recorded as found by a first scan."""
    failed: int = 0
    """Items that matching could not judge: a defect of ours, counted and alarmed, and no reason to lose the others."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A mention to record, and the item that it is made of."""

    mention: Mention
    seen: Sighting


class Recorder:
    """Knows the watchers of the sources it has met, and records what is about them."""

    def __init__(self, store: SourceStore, outbox: Outbox, retention: timedelta) -> None:
        self._store = store
        self._outbox = outbox
        self._retention = retention
        self._people: dict[str, tuple[datetime, Practitioner]] = {}
        self._indexes: dict[frozenset[str], tuple[datetime, Watchers]] = {}

    def record(self, source: Source, sightings: Sequence[Sighting], now: datetime) -> Tally:
        """Record every mention among `sightings` and point at the new ones.

        Watchers for whom this is the first successful scan get a baseline of everything; the others are matched
        against what is new or changed. Raises `StoreError`: nothing is lost, the read is to be repeated.
        """
        changed = [sighting for sighting in sightings if sighting.changed]
        # They may be thousands: not copied for nothing.
        settled = source.watchers - source.fresh if source.fresh else source.watchers
        found, failed = self._mentions(source, settled, changed, now, baseline=False)
        firsts, failed_firsts = self._mentions(source, source.fresh & source.watchers, sightings, now, baseline=True)
        found += firsts
        failed += failed_firsts
        if not found:
            return Tally(failed=failed)
        crowded = story.shared([sighting.item.url for sighting in sightings])
        found = [_unpaged(each) if each.mention.url in crowded else each for each in found]
        # Erased since the scan began: nothing of them is written any more (invariant I11). Whoever is paused is
        # recorded all the same: the ring will know these items, and would never show them as new again.
        alive = self._store.practitioners({each.mention.practitioner_id for each in found}, fresh=True)
        put = [told for each in found if each.mention.practitioner_id in alive and (told := self._put(source, each))]
        new = [Pointer(m.practitioner_id, m.mention_id) for m in put if m.status is MentionStatus.PENDING]
        if new:
            self._outbox.send_pointers(new)
        return Tally(len(new), sum(m.status is MentionStatus.BASELINE for m in put), failed)

    def _put(self, source: Source, found: _Found) -> Mention | None:
        """What was recorded now: the mention, or what an edit made of it; None when there is nothing new to tell."""
        mention = found.mention
        if not may_be_revised(source, found.seen.item, mention.category):
            return mention if self._store.put_mention(mention) else None
        try:
            first = self._store.put_or_find(mention)
        except SchemaError:  # it is recorded, by another version: to compare can wait until deployments agree
            return None
        if first is None:
            return mention
        edit = revision(first, mention, known=found.seen.known)
        return edit if edit and self._store.put_mention(edit) else None

    def _mentions(
        self, source: Source, ids: frozenset[str], sightings: Sequence[Sighting], now: datetime, *, baseline: bool
    ) -> tuple[list[_Found], int]:
        if not ids or not sightings:
            return [], 0
        watchers = self._watchers(ids, now)
        sightings = [sighting._replace(item=plain(sighting.item)) for sighting in sightings]
        found: list[_Found] = []
        failed = 0
        candidates = watchers.sift([sighting.item for sighting in sightings], host=source.host)
        for place, (sighting, people) in enumerate(zip(sightings, candidates, strict=True)):
            try:
                decisions = list(_decisions(people, sighting.item, source.host))
                mentions = [self._mention(source, sighting, now, *told, baseline=baseline) for told in decisions]
                found += [_Found(replace(mention, place=place), sighting) for mention in mentions]
            except Exception as error:  # noqa: BLE001 - whatever it is, the other items must not wait for it (I10)
                log.error("item not judged", extra={"source_id": source.source_id, "error": type(error).__name__})
                failed += 1
        return found, failed

    def _mention(
        self, source: Source, seen: Sighting, now: datetime, person: Practitioner, decision: Decision, *, baseline: bool
    ) -> Mention:
        item = seen.item
        verdict = triage(item, decision, person)
        status = MentionStatus.BASELINE if baseline else MentionStatus.PENDING
        if not decision.about or decision.confidence is Confidence.UNLIKELY:
            status = MentionStatus.KEPT
        quote = excerpt(item.title, item.text, decision.spans)
        return Mention(
            practitioner_id=person.practitioner_id,
            mention_id=mention_id(seen.identity),
            source_id=source.source_id,
            url=item.url,
            title=headline(item.title),
            excerpt=quote.text,
            marks=quote.marks,
            status=status,
            confidence=decision.confidence,
            category=verdict.category,
            polarity=verdict.polarity,
            severity=verdict.severity,
            reasons=(*decision.reasons, *verdict.reasons),
            rating=item.rating,
            published_at=item.published_at,
            found_at=now,
            due_at=now + SWEEP_AFTER if status is MentionStatus.PENDING else None,
            expires_at=now + self._retention,
            story=story.keys(item, verdict.category, source.url, own_words(person)),
            publisher=clean(story.published_by(item), PUBLISHER),
        )

    def _watchers(self, ids: frozenset[str], now: datetime) -> Watchers:
        known = self._indexes.get(ids)
        if known and now - known[0] < PEOPLE_FRESH:
            return known[1]
        watchers = Watchers(self._load(ids, now))
        while self._indexes and (len(self._indexes) >= INDEXES_KEPT or self._indexed() + len(ids) > PEOPLE_KEPT):
            self._indexes.pop(next(iter(self._indexes)))
        self._indexes[ids] = (now, watchers)
        return watchers

    def _indexed(self) -> int:
        return sum(len(watchers) for _, watchers in self._indexes.values())

    def _load(self, ids: Iterable[str], now: datetime) -> list[Practitioner]:
        stale = {i for i in ids if i not in self._people or now - self._people[i][0] >= PEOPLE_FRESH}
        read = self._store.practitioners(stale) if stale else {}
        # A watcher enrolled a moment ago may be missing from a read of a moment ago, and would miss this whole read.
        missing = stale - read.keys()
        if missing:
            read = {**read, **self._store.practitioners(missing, fresh=True)}
        if len(self._people) + len(read) > PEOPLE_KEPT:
            self._people.clear()
            return list((read | self._store.practitioners(set(ids) - stale)).values())
        for i in stale:
            self._people.pop(i, None)
        self._people.update((i, (now, person)) for i, person in read.items())
        return [self._people[i][1] for i in ids if i in self._people]


def _unpaged(found: _Found) -> _Found:
    mention = replace(found.mention, story=story.unpaged(found.mention.story))
    return replace(found, mention=mention)


def _decisions(people: Iterable[Practitioner], item: Item, host: str) -> Iterator[tuple[Practitioner, Decision]]:
    for person in people:
        decision = match(person, item, host=host)
        if decision is not None:
            yield person, decision
