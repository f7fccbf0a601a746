"""Text as names are compared: no accents, no case, no punctuation, ASCII letters and digits between spaces.

`fold` runs in C: Latin-1 characters become bytes at once, everything else goes, run by run, to a registered
error handler, and one 256-byte table does the rest. Measured at the speed of `str.lower()`, where the textbook
(NFKD, then drop what combines) is 25 times slower.

Folding is character by character: `fold(a + b) == fold(a) + fold(b)`, which is what lets `Folded` find its way
back to the original offsets only where it is asked.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

_LETTERS = {
    "æ": "ae", "œ": "oe", "ß": "ss", "ẞ": "ss", "þ": "th", "ð": "d", "ø": "o", "đ": "d", "ł": "l", "ħ": "h",
    "ı": "i", "ĸ": "k", "ŋ": "n", "ŧ": "t", "ſ": "s", "ə": "e", "ɛ": "e", "ɔ": "o",
    # Look-alikes, with which a name is hidden from a keyword but not from a reader.
    "а": "a", "в": "b", "е": "e", "ё": "e", "і": "i", "ї": "i", "ј": "j", "к": "k", "м": "m", "н": "h", "о": "o",
    "р": "p", "с": "c", "т": "t", "у": "y", "х": "x", "ѕ": "s", "ο": "o", "α": "a", "ν": "v", "ι": "i", "ρ": "p",
}  # fmt: skip
"""Letters that Unicode does not decompose into an ASCII one, in lower case."""

_GONE = frozenset({"Mn", "Me", "Cf"})
"""Accents that stand apart, soft hyphens, zero-width and bidirectional controls: they belong to no word."""


def fold_character(character: str) -> str:
    """What one character becomes: lower-case ASCII letters or digits, a space, or nothing."""
    if character.isascii():
        return character.lower() if character.isalnum() else " "
    if unicodedata.category(character) in _GONE:
        return ""
    folded = "".join(_base(part) for part in unicodedata.normalize("NFKD", character))
    return folded if folded.isalnum() else " "


def _base(part: str) -> str:
    lowered = part.lower()
    if part.isascii():
        return lowered if part.isalnum() else " "
    if unicodedata.category(part) in _GONE:
        return ""
    return _LETTERS.get(lowered[0], " ")


class _Memo(dict[str, bytes]):
    """Characters already folded. Bounded by Unicode itself: about 150,000 characters are assigned."""

    def __missing__(self, character: str) -> bytes:
        folded = self[character] = fold_character(character).encode("ascii")
        return folded


_memo = _Memo()


def _beyond_latin1(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error  # registered for encoding only
    return b"".join(map(_memo.__getitem__, error.object[error.start : error.end])), error.end


codecs.register_error("vigie.judge.fold", _beyond_latin1)

_LATIN1 = [fold_character(chr(code)) for code in range(256)]
_TABLE = bytes(ord(folded) if len(folded) == 1 else 32 for folded in _LATIN1)
_DELETED = bytes(code for code, folded in enumerate(_LATIN1) if not folded)
_LONGER = [(bytes([code]), folded.encode()) for code, folded in enumerate(_LATIN1) if len(folded) > 1]

_FREQUENT = [(character, fold_character(character)) for character in "’œ–…—“”Œ€•\u202f\u2011"]
"""What French typography adds to Latin-1. Replaced at once: the handler is called for each, and ’ is everywhere
(37 MB/s instead of 850)."""


_LOOSE = re.compile("[\u0300-\u036f]+")
"""Accents that stand apart: some systems write all of theirs so, and the handler would be called for each."""
_USUAL_MARKS = "\u0301\u0300\u0302\u0308\u0327"


def fold(text: str) -> bytes:
    """`text` as ASCII bytes: lower-case letters and digits, everything else a space; any `str` is accepted.

    Accents go, ligatures and œ are spelt out, apostrophes and hyphens become spaces.
    """
    return _folded(text, _TABLE)


def fold_each(texts: Sequence[str]) -> list[bytes]:
    """`fold` of each of `texts`, in one pass over them all: a third of the price for short ones."""
    together = _BETWEEN.join(texts)
    if together.count(_BETWEEN) != len(texts) - 1:  # one of them holds the separator
        return [fold(text) for text in texts]
    return _folded(together, _TABLE_KEEPING).split(_BETWEEN.encode("ascii"))


_BETWEEN = "\x1c"
_TABLE_KEEPING = _TABLE[: ord(_BETWEEN)] + _BETWEEN.encode("ascii") + _TABLE[ord(_BETWEEN) + 1 :]


def _folded(text: str, table: bytes) -> bytes:
    if text.isascii():
        return text.encode("ascii").translate(table)
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        if any(mark in text for mark in _USUAL_MARKS):
            text = _LOOSE.sub("", text)
        for character, spelt in _FREQUENT:
            text = text.replace(character, spelt)
        raw = text.encode("latin-1", "vigie.judge.fold")
    for letter, spelt_bytes in _LONGER:
        if letter in raw:
            raw = raw.replace(letter, spelt_bytes)
    return raw.translate(table, _DELETED)


def folded(text: str) -> str:
    """`fold` as a `str` with single spaces and none around: how a name or a phrase is kept to compare."""
    return " ".join(fold(text).decode("ascii").split())


class Word(NamedTuple):
    """A folded word and where it stands in the original text."""

    text: str
    start: int
    end: int


_WORD = re.compile(r"[a-z0-9]+")
_TYPOGRAPHY = {ord(character): " " for character, spelt in _FREQUENT if len(spelt) == 1}
_UNEQUAL = re.compile(b"[" + b"".join(bytes([code]) for code, spelt in enumerate(_LATIN1) if len(spelt) != 1) + b"]")
_BLOCK = 256
"""Characters between two known offsets: a lookup walks half of that at most, and 2 MB need 8,000 numbers."""


class Folded:
    """A text, its folded form, and the way back. Costs nothing beyond `fold` until an offset is asked for."""

    __slots__ = ("_starts", "data", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.data = fold(text)
        self._starts: list[int] | None = None

    def origin(self, offset: int) -> int:
        """Offset in `text` of the character that gave `data[offset]`; the end of `text` beyond the end."""
        if self._starts is None:
            blocks = (len(fold(self.text[at : at + _BLOCK])) for at in range(0, len(self.text), _BLOCK))
            self._starts = list(accumulate(blocks, initial=0))
        if offset >= self._starts[-1]:
            return len(self.text)
        block = bisect_right(self._starts, offset) - 1
        at, reached = block * _BLOCK, self._starts[block]
        while (reached := reached + len(_memo[self.text[at]])) <= offset:
            at += 1
        return at

    def end(self, offset: int) -> int:
        """Offset in `text` just after the character that gave `data[offset - 1]`, its combining marks included."""
        at = self.origin(offset - 1) + 1 if offset else 0
        while at < len(self.text) and not _memo[self.text[at]]:
            at += 1
        return at


def words(text: str) -> list[Word]:
    """The words of a short text, with their offsets. For passages of some thousand characters, not for pages."""
    hits = _WORD.finditer(fold(text).decode("ascii"))
    if _one_for_one(text):
        return [Word(hit.group(), hit.start(), hit.end()) for hit in hits]
    widths = [len(_memo[character]) for character in text]
    origins = [at for at, width in enumerate(widths) for _ in range(width)]
    return [Word(hit.group(), origins[hit.start()], _end(widths, origins[hit.end() - 1] + 1)) for hit in hits]


def _end(widths: list[int], end: int) -> int:
    while end < len(widths) and not widths[end]:
        end += 1
    return end


def _one_for_one(text: str) -> bool:
    """True when every character surely folds to one: offsets are then the same. Most French text is so."""
    if text.isascii():
        return True
    try:
        raw = text.translate(_TYPOGRAPHY).encode("latin-1")
    except UnicodeEncodeError:
        return False
    return _UNEQUAL.search(raw) is None
