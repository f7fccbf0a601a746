"""The last-seen ring of a source: which items of a read were there before, whatever the source renamed.

A guid is only a hint. Sources re-issue guids, put session ids in links and edit titles, one at a time; and
they reuse one guid, or one link, for different entries. So an item is known by *pairs* of its facts (guid and
link, guid and content, link and content): two that agree make it the same, one alone does not. Items that
repeat a guid or a link within one read lose that fact for this read.

The ring is bytes, because it travels in the cursor: one record of 42 bytes an item (identity, then four
aliases), newest last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from vigie.identity import canonical_url, digest
from vigie.model import Item

_IDENTITY, _ALIAS, _ALIASES = 10, 8, 4
_RECORD = _IDENTITY + _ALIAS * _ALIASES
_NONE = bytes(_ALIAS)

KEEP = 600
"""Records kept: several times what a feed shows, and about 25 KB at most in the cursor."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """An item of a read, with its identity."""

    item: Item
    identity: bytes
    known: bool
    """It was in the ring: it is not a new entry."""
    changed: bool
    """It is new, or known with another text, link or guid: matching is to look at it again."""


@dataclass(frozen=True, slots=True)
class _Facts:
    item: Item
    native: str
    url: str
    content: str


class Ring:
    """What a source showed at its last reads. A value: `resolve` and `advanced` leave it as it is."""

    def __init__(self, data: bytes = b"") -> None:
        usable = len(data) - len(data) % _RECORD
        self._records = [data[at : at + _RECORD] for at in range(0, usable, _RECORD)]
        self._identity: dict[bytes, bytes] = {}
        self._contents: dict[bytes, bytes] = {}
        for record in self._records:
            identity = record[:_IDENTITY]
            *aliases, content = _aliases_of(record)
            self._identity.update((alias, identity) for alias in aliases if alias != _NONE)
            if content != _NONE:
                self._contents[content] = identity

    def __len__(self) -> int:
        return len(self._records)

    def resolve(self, items: Sequence[Item], host: str) -> tuple[list[Sighting], Ring]:
        """Every distinct item of a read with its identity, and the ring to keep once they are all recorded.

        `host` is the source's own: it sets apart the guids of two sites that both number from 1.
        """
        facts = _distinct(items)
        moved = self._moved(facts)
        sightings, records = [], []
        for fact in facts:
            aliases = _aliases(fact)
            found = [self._identity[alias] for alias in aliases[:-1] if alias in self._identity]
            if not found and moved:
                found = [self._contents[a] for a in aliases[-1:] if a in self._contents]
            identity = found[0] if found else _identity(fact, host)
            same = all(alias in self._identity for alias in aliases[:-1] if alias != _NONE)
            sightings.append(Sighting(fact.item, identity, known=bool(found), changed=not (found and (same or moved))))
            records.append(identity + b"".join(aliases))
        return sightings, self._advanced(records)

    def overlaps(self, sightings: Sequence[Sighting]) -> bool:
        """False when nothing of a read was there before: items may have been missed in between (a gap)."""
        return not self._records or not sightings or any(s.known for s in sightings)

    def to_bytes(self) -> bytes:
        return b"".join(self._records)

    def _advanced(self, records: list[bytes]) -> Ring:
        renewed = {record[:_IDENTITY] for record in records}
        older = [record for record in self._records if record[:_IDENTITY] not in renewed]
        room = max(KEEP - len(records), 0)
        return Ring(b"".join(older[len(older) - min(room, len(older)) :] + records))

    def _moved(self, facts: Sequence[_Facts]) -> bool:
        """True when a source renamed everything at once (new domain, new guids): most texts are old ones."""
        unknown = [f for f in facts if not any(a in self._identity for a in _aliases(f)[:-1])]
        old_texts = sum(_aliases(fact)[-1] in self._contents for fact in unknown)
        return len(unknown) >= 3 and 2 * len(unknown) > len(facts) and 2 * old_texts > len(unknown)


def _distinct(items: Sequence[Item]) -> list[_Facts]:
    """The facts of each item, once each, without the guids and links that several different items share."""
    facts = list(dict.fromkeys(_facts(item) for item in items))
    unique: dict[tuple[str, str, str], _Facts] = {}
    for fact in facts:
        unique.setdefault((fact.native, fact.url, fact.content), fact)
    kept = list(unique.values())
    natives = Counter(fact.native for fact in kept)
    kept = [_Facts(f.item, f.native if natives[f.native] == 1 else "", f.url, f.content) for f in kept]
    urls = Counter(fact.url for fact in kept if not fact.native)
    return [f if f.native or urls[f.url] < 2 else _Facts(f.item, "", "", f"{f.url}\n{f.content}") for f in kept]


def _facts(item: Item) -> _Facts:
    native = (item.native_id or "").strip()
    if native.startswith(("http://", "https://")):
        native = canonical_url(native)
    url = canonical_url(item.url) if item.url else ""
    return _Facts(item, native, url, f"{item.title}\n{item.text}"[:600])


def _identity(fact: _Facts, host: str) -> bytes:
    if fact.native:
        return digest("item.1", fact.native if "://" in fact.native else f"{host} {fact.native}")
    return digest("item.1", fact.url) if fact.url else digest("item.1", host, fact.content)


def _aliases(fact: _Facts) -> tuple[bytes, bytes, bytes, bytes]:
    """Two facts together, three ways; the last alias is the text alone, trusted only when a whole source moved."""
    content = digest(fact.content, size=_ALIAS)
    text = content.hex()
    if fact.native and fact.url:
        first = digest("nu", fact.native, fact.url, size=_ALIAS)
    else:
        first = digest("1", fact.native or fact.url or text, size=_ALIAS)
    second = digest("nc", fact.native, text, size=_ALIAS) if fact.native else _NONE
    third = digest("uc", fact.url, text, size=_ALIAS) if fact.url else _NONE
    return first, second, third, content


def _aliases_of(record: bytes) -> tuple[bytes, ...]:
    return tuple(record[at : at + _ALIAS] for at in range(_IDENTITY, _RECORD, _ALIAS))
