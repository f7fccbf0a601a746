"""The trade said of a name: the practitioner's own, or somebody else's.

What counts is what is attached: right before the name (`le maçon Paul Martin`), in apposition after it (`, garagiste
à Lyon`; `– Dentiste –`; `est dermatologue`), never a trade met further in the sentence.
"""

from __future__ import annotations

import re
from functools import cache

from vigie.judge.lexicon import Terms, specialties, trades, words_of
from vigie.judge.names import Names
from vigie.judge.reading import Reading

ARTICLES = frozenset(["le", "la", "l", "un", "une", "les", "des", "ce", "cet", "cette", "notre", "votre", "mon", "ma"])

_TRADE_ENDINGS = re.compile(r"[a-z]{3,}(?:iste|eur|euse|trice|iere|ier|ien|ienne|logue|graphe|man|woman)")
_DASHES = frozenset("-–—|/·•:")
_OF = frozenset(["de", "du", "d", "des", "et", "chez", "par", "que", "comme", "avec", "pour"])
_BEFORE, _AFTER = 4, 3
"""Words before and after a name within which a trade can be said of it."""


def role_at(reading: Reading, at: int, names: Names) -> int:
    """Words of the term for a trade that begins at `at`: negative when it is not the practitioner's; 0 for none."""
    if names.own and not reading.trade_at(at):
        return 0
    mine = _own_role(reading.words, at, names)
    other = _other_role(reading.words, at, names)
    return mine if mine >= other else -other


def own_role_in(reading: Reading, names: Names) -> str:
    """The first word of the practitioner's own trade, as written; empty when it is not said."""
    found = [at for own in names.own for at, _ in own.roles.find(reading.words)]
    if names.surgeon:
        found += [
            at for word in ("chirurgien", "chirurgienne", "chirurgiens", "chirurgie") for at in reading.where(word)
        ]
    if not names.own:
        found = [at for at, _ in names.own_roles.find(reading.words)]
    return next((reading.original(at) for at in sorted(found) if role_at(reading, at, names) > 0), "")


def _own_role(words: list[str], at: int, names: Names) -> int:
    if names.surgeon and words[at].startswith("chirurgi"):
        return max([1, *(own.roles.length(words, at) for own in names.own)])
    if not names.own:
        return names.own_roles.length(words, at)
    return max(own.roles.length(words, at) for own in names.own)


def _other_role(words: list[str], at: int, names: Names) -> int:
    own = {specialty.name for specialty in names.own}
    lengths = (known.roles.length(words, at) for known in specialties() if known.name not in own)
    return max(*lengths, trades().length(words, at))


def attached_role(reading: Reading, names: Names, first: int, after: int) -> int:
    """+1 or -1 when a trade, the practitioner's or another, is said of the name at words `first` to `after - 1`."""
    behind = _role_after(reading, names, after)
    return behind if behind > 0 else _role_before(reading, names, first) or behind


def _role_before(reading: Reading, names: Names, first: int) -> int:
    for at in range(first - 1, reading.left(first, _BEFORE) - 1, -1):
        if words_of("business").has(reading.words[at]):
            return -1
        role = role_at(reading, at, names) or _unknown_trade(reading, at)
        if role and not _OF.isdisjoint(reading.words[at + abs(role) : first]):
            return 0  # `le kiné de Paul Martin`: the trade is another person's
        if role > 0:
            return 1
        if role < 0 and not _paused(reading, at + 1, first) and not _figurative(reading, at):
            return -1
    return 0


def _role_after(reading: Reading, names: Names, after: int) -> int:
    """In apposition: at most one pause between the name and the trade, then at most two words."""
    for at in range(after, min(after + _AFTER, len(reading))):
        if reading.breaks(at) and not (at == after and _listed(reading, at)):
            return 0
        if at > after and reading.pauses(at):
            return 0
        apposed = at == after or reading.pauses(after) or reading.words[after] == "est"
        role = role_at(reading, at, names) or (_unknown_trade(reading, at) if reading.pauses(after) else 0)
        if role > 0 and apposed:
            return 1
        if role < 0 and apposed:
            return 0 if _figurative(reading, at) else -1
        if at == after and words_of("business").has(reading.words[at]) and reading.capital(at):
            return -1
    return 0


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


def _unknown_trade(reading: Reading, at: int) -> int:
    """-1 for a lower-case word after an article or a comma that ends like a trade: no list has them all."""
    word = reading.words[at]
    if reading.capital(at) or not _TRADE_ENDINGS.fullmatch(word) or _not_trades().has(word):
        return 0
    return (
        -1 if at and (reading.words[at - 1] in ARTICLES or reading.words[at - 1] == "ex" or reading.pauses(at)) else 0
    )


@cache
def _not_trades() -> Terms:
    return words_of("not-trades")
