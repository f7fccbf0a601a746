"""The trade said of a name: the practitioner's own, another one of medicine, or somebody else's.

What counts is what is attached: right before the name (`le maçon Paul Martin`), in apposition after it (`, garagiste
à Lyon`; `– Dentiste –`; `est dermatologue`), never a trade met further in the sentence.
"""

from __future__ import annotations

import re
from enum import Enum

from vigie.judge.lexicon import specialties, trades, words_of
from vigie.judge.names import Names
from vigie.judge.reading import Reading

ARTICLES = frozenset(["le", "la", "l", "un", "une", "les", "des", "ce", "cet", "cette", "notre", "votre", "mon", "ma"])

_TRADE_ENDINGS = re.compile(
    r"[a-z]{3,}(?:iste|eur|euse|trice|iere|ier|ien|ienne|logue|graphe|man|woman|arde?|ant|ante)"
)
_DASHES = frozenset("-–—|/·•:")
_OF = frozenset(["de", "du", "d", "des", "et", "chez", "par", "que", "comme", "avec", "pour"])
_BEFORE, _AFTER, _FRONTED = 4, 3, 12
"""Words before and after a name within which a trade can be said of it; and before it, when a sentence opens so."""


class Role(Enum):
    """What a trade is to the practitioner."""

    OWN = "own"
    HEALTH = "health"
    """Another trade of medicine."""
    TRADE = "trade"
    UNKNOWN = "unknown"
    """A word that looks like a trade, and that no list has."""


def role_at(reading: Reading, at: int, names: Names) -> tuple[Role | None, int]:
    """The trade whose term begins at word `at`, and how many words it has. The longest term decides, then one's own."""
    if names.own and not reading.trade_at(at):
        return None, 0
    own = {specialty.name for specialty in names.own}
    lengths = {
        Role.OWN: _own_length(reading.words, at, names),
        Role.HEALTH: max(known.roles.length(reading.words, at) for known in specialties() if known.name not in own),
        Role.TRADE: trades().length(reading.words, at),
    }
    role = max(lengths, key=lambda role: lengths[role])
    return (role, lengths[role]) if lengths[role] else (None, 0)


def _own_length(words: list[str], at: int, names: Names) -> int:
    if not names.own:
        return names.own_roles.length(words, at)
    longest = max(own.roles.length(words, at) for own in names.own)
    return max(longest, 1) if names.surgeon and words[at].startswith("chirurgi") else longest


def own_roles_in(reading: Reading, names: Names) -> list[int]:
    """Where the practitioner's own trade is said."""
    found = {at for own in names.own for at, _ in own.roles.find(reading.words)}
    if names.surgeon:
        found |= {
            at for word in ("chirurgien", "chirurgienne", "chirurgiens", "chirurgie") for at in reading.where(word)
        }
    if not names.own:
        found |= {at for at, _ in names.own_roles.find(reading.words)}
    return [at for at in sorted(found) if role_at(reading, at, names)[0] is Role.OWN]


def attached_role(reading: Reading, names: Names, first: int, after: int) -> Role | None:
    """The trade that is said of the name at words `first` to `after - 1`."""
    behind = _role_after(reading, names, after)
    return (
        behind
        if behind is Role.OWN
        else _role_before(reading, names, first) or behind or _fronted(reading, names, first)
    )


def _fronted(reading: Reading, names: Names, first: int) -> Role | None:
    """`Apiculteur en bord de Seine, Stéphane Olivier vante son miel`: the sentence opens with the trade, bare."""
    if "," not in reading.gap(first):
        return None
    start = reading.left(first, _FRONTED)
    if start == first or not reading.breaks(start):
        return None
    role, _ = role_at(reading, start, names)
    word = reading.words[start]
    looks = _TRADE_ENDINGS.fullmatch(word) is not None and not words_of("not-trades").has(word)
    return role or (Role.UNKNOWN if looks else None)


def _role_before(reading: Reading, names: Names, first: int) -> Role | None:
    for at in range(first - 1, reading.left(first, _BEFORE) - 1, -1):
        if words_of("business").has(reading.words[at]):
            return Role.TRADE
        role, length = role_at(reading, at, names)
        role = role or _unknown_trade(reading, at)
        if role and not _OF.isdisjoint(reading.words[at + length : first]):
            return None  # `le kiné de Paul Martin`: the trade is another person's
        if role is Role.OWN:
            return role
        if role and not _paused(reading, at + 1, first) and not _figurative(reading, at):
            return role
    return None


def _role_after(reading: Reading, names: Names, after: int) -> Role | None:
    """In apposition: at most one pause between the name and the trade, then at most two words."""
    for at in range(after, min(after + _AFTER, len(reading))):
        if reading.breaks(at) and not (at == after and _listed(reading, at)):
            return None
        if at > after and reading.pauses(at):
            return None
        apposed = at == after or reading.pauses(after) or reading.words[after] == "est"
        role, _ = role_at(reading, at, names)
        role = role or (_unknown_trade(reading, at) if reading.pauses(after) else None)
        if role and apposed:
            return None if role is not Role.OWN and _figurative(reading, at) else role
        if at == after and words_of("business").has(reading.words[at]) and reading.capital(at):
            return Role.TRADE
    return None


def _listed(reading: Reading, at: int) -> bool:
    """The next field of a listing follows: `Dr Paul Martin – Dentiste – Nantes`."""
    return reading.gap(at).strip() in _DASHES


def _paused(reading: Reading, first: int, last: int) -> bool:
    return any(reading.pauses(at) for at in range(first, last + 1))


def _figurative(reading: Reading, at: int) -> bool:
    """`un vrai boucher`, `c'est un artiste`: what patients call their own doctor."""
    if not words_of("figurative").has(reading.words[at]):
        return False
    return any(
        word in ("un", "une", "c", "vrai", "vraie", "tel", "quel", "quelle", "est")
        for word in reading.words[max(at - 3, 0) : at]
    )


def _unknown_trade(reading: Reading, at: int) -> Role | None:
    """A lower-case word after an article or a comma that ends like a trade: no list has them all."""
    word = reading.words[at]
    if reading.capital(at) or not _TRADE_ENDINGS.fullmatch(word) or words_of("not-trades").has(word):
        return None
    announced = at and (reading.words[at - 1] in ARTICLES or reading.words[at - 1] == "ex" or reading.pauses(at))
    return Role.UNKNOWN if announced else None
