"""The last-seen ring of a source: which items of a read were there before, whatever the source renamed.

A guid is only a hint. Sources re-issue guids, put session ids in links and edit titles, one at a time; and
they reuse one guid, or one link, for different entries. So an item is known by *pairs* of its facts (guid and
link, guid and content, link and content): two that agree make it the same, one alone does not. A guid or a link
that several items of one read share is no name for any of them.

An identity is the guid, else the link, else the text. A new item whose guid was another's gets an identity of its
own, or its mention would be taken for the other's and never told.

The ring is bytes, because it travels in the cursor: one record of 42 bytes an item, newest last.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Sequence, Set
from hashlib import blake2b
from typing import NamedTuple

from vigie.identity import BY_CONTENT, canonical_url, digest, same_place
from vigie.model import Item

_RECORD = struct.Struct(">10s4Q")
"""Identity; then the aliases: guid and link, guid and content, link and content, content alone."""

_NONE = 0
_MASK = 2**64 - 1
_MIX = 0x9E3779B97F4A7C15

KEEP = 200
"""Records kept at least; else twice as many as the last read had items. 8 KB in the cursor as a rule, 168 KB at most:
each kilobyte is paid for at every scan that finds something new."""

FACES = 2
"""Records kept of one item."""


class Sighting(NamedTuple):
    """An item of a read, with its identity."""

    item: Item
    identity: bytes
    known: bool
    """It was in the ring: it is not a new entry."""
    changed: bool
    """It is new, or known with another text, other stars, another link or guid: matching is to look at it again."""


class _Facts(NamedTuple):
    item: Item
    native: str
    url: str
    content: str
    named: bool = True
    """Its link, when it has no guid, is its own."""


class Ring:
    """What a source showed at its last reads. A value: `resolve` leaves it as it is."""

    def __init__(self, data: bytes = b"") -> None:
        self._data = data[: len(data) - len(data) % _RECORD.size]

    def __len__(self) -> int:
        return len(self._data) // _RECORD.size

    def resolve(self, items: Sequence[Item], host: str) -> tuple[list[Sighting], Ring]:
        """Every distinct item of a read with its identity, and the ring to keep once they are all recorded.

        `host` is the source's own: it sets apart the guids of two sites that both number from 1.
        """
        identities, contents = self._index()
        facts = _distinct(items)
        aliases = [_aliases(fact) for fact in facts]
        moved = _moved(aliases, identities, contents)
        held = set(identities.values())
        shared = Counter(content for *_, content in aliases) if moved else Counter()
        sightings, records = [], []
        for fact, (*pairs, content) in zip(facts, aliases, strict=True):
            used = [alias for alias in pairs if alias != _NONE] if identities else ()
            found = [identities[alias] for alias in used if alias in identities]
            same = len(found) == len(used)
            if not found and moved and content in contents and shared[content] == 1:
                found, same = [contents[content]], True
            identity = found[0] if found else _identity(fact, host, held)
            sightings.append(Sighting(fact.item, identity, known=bool(found), changed=not (found and same)))
            records.append(_RECORD.pack(identity, *pairs, content))
        return sightings, self._advanced(records)

    def overlaps(self, sightings: Sequence[Sighting]) -> bool:
        """False when nothing of a read was there before: items may have been missed in between (a gap)."""
        return not self._data or not sightings or any(s.known for s in sightings)

    def to_bytes(self) -> bytes:
        return self._data

    def _index(self) -> tuple[dict[int, bytes], dict[int, bytes]]:
        """Identities by alias, and by content."""
        identities: dict[int, bytes] = {}
        contents: dict[int, bytes] = {}
        for identity, first, second, third, content in _RECORD.iter_unpack(self._data):
            identities[first] = identities[second] = identities[third] = identity
            contents[content] = identity
        identities.pop(_NONE, None)
        return identities, contents

    def _advanced(self, records: list[bytes]) -> Ring:
        """These records, newest last, after the older ones: two of an item at most, for sources that flip between
        two faces, and as many in all as there is room for."""
        size = _RECORD.size
        older = [self._data[at : at + size] for at in range(0, len(self._data), size)]
        current = set(records)
        faces = Counter(record[:10] for record in current)
        kept = []
        for record in reversed(older):
            faces[record[:10]] += record not in current
            if record not in current and faces[record[:10]] <= FACES:
                kept.append(record)
        kept = kept[: max(KEEP - len(records), len(records))]
        return Ring(b"".join([*reversed(kept), *records]))


def _moved(aliases: Sequence[Sequence[int]], identities: dict[int, bytes], contents: dict[int, bytes]) -> bool:
    """True when a source renamed everything at once (new domain, new guids): most texts are old ones."""
    if not identities:
        return False
    unknown = [content for *pairs, content in aliases if not any(alias in identities for alias in pairs)]
    old_texts = sum(content in contents for content in unknown)
    return len(unknown) >= 3 and 2 * len(unknown) > len(aliases) and 2 * old_texts > len(unknown)


def _distinct(items: Sequence[Item]) -> list[_Facts]:
    """The facts of each item, once each, without the guids and links that several different items share."""
    unique: dict[tuple[str, str, str], _Facts] = {}
    for item in items:
        fact = _facts(item)
        unique.setdefault((fact.native, fact.url, fact.content), fact)
    kept = list(unique.values())
    natives = Counter(fact.native for fact in kept)
    if len(natives) < len(kept):
        kept = [f if natives[f.native] == 1 else _Facts(f.item, "", f.url, f.content) for f in kept]
    urls = Counter(fact.url for fact in kept if not fact.native)
    return [f if f.native or urls[f.url] < 2 else f._replace(named=False) for f in kept]


def _facts(item: Item) -> _Facts:
    native = (item.native_id or "").strip()
    if native.startswith(("http://", "https://")):
        native = canonical_url(native)
    url = same_place(item.url) if item.url else ""
    return _Facts(item, native, url, f"{item.title}\n{item.text}")


def _identity(fact: _Facts, host: str, held: Set[bytes]) -> bytes:
    """Of an item that was not in the ring. `held` are the identities that are taken."""
    if fact.native:
        name = fact.native if "://" in fact.native else f"{host} {fact.native}"
        identity = digest("item.1", name)
        reused = fact.url and identity in held
        return digest("item.1", name, fact.url, fact.content) if reused else identity
    if fact.url and fact.named:
        return digest("item.1", fact.url)
    return digest("item.1", fact.url or host, fact.content)


def _aliases(fact: _Facts) -> tuple[int, int, int, int]:
    """Two facts together, three ways; the last alias is the text alone, trusted only when a whole source moved.

    The stars of a review are part of what it says in two of them: who changes nothing else is seen to have edited it.

    Each fact is hashed once, and pairs are mixed as numbers: hashing every pair took a third of a whole scan.
    """
    native = _number(fact.native) if fact.native else 0
    url = _number(fact.url) if fact.url else 0
    if fact.native.startswith(BY_CONTENT):
        url = 0  # two people may say the same on one page: where they do says nothing
    content = _number(fact.content)
    rated = content if fact.item.rating is None else _number(f"{content} {fact.item.rating}")
    return (
        _pair(native or content, url or native or content),
        _pair(native, rated) if native else _NONE,
        _pair(rated, url) if url else _NONE,
        content,
    )


def _number(text: str) -> int:
    try:
        raw = text.encode()
    except UnicodeEncodeError:  # a lone surrogate: naming the error handler every time would cost a fifth more
        raw = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(raw, digest_size=8).digest())


def _pair(one: int, other: int) -> int:
    """Different for (a, b) and (b, a)."""
    return (one * _MIX + other) & _MASK
