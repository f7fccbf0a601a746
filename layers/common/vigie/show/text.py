"""Text from the web, made fit to be stored, shown and sent: cleaned, bounded, and with others' details masked.

Characters that show nothing are dropped, since they hide words from a reader and from matching, reorder what is
read (bidi overrides), or break headers and logs. What is left is one line in NFC.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from vigie.show import mask

ELLIPSIS = "…"
EXCERPT = 300
TITLE = 300
"""Characters kept of an excerpt and of a title (a short quotation is enough to recognise a post)."""

_MARKS_KEPT = 4
"""Combining marks kept on one letter: what written languages use. Hundreds of them draw over the lines around."""

_WINDOW = 3_000
"""Characters of an item looked at around the first name: far more than an excerpt needs, whatever is dropped."""

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
"""Noncharacters, never in cleaned text: they carry the ends of a name through cleaning."""


def _invisible() -> dict[int, str | None]:
    """What is dropped, or becomes a space: controls, format and default-ignorable characters, noncharacters."""
    ignorable = (  # Unicode 16, DerivedCoreProperties.txt, Default_Ignorable_Code_Point
        (0x00AD, 0x00AD),
        (0x034F, 0x034F),
        (0x061C, 0x061C),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x200B, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x206F),
        (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF),
        (0xFFF0, 0xFFFB),
        (0x1BCA0, 0x1BCA3),
        (0x1D173, 0x1D17A),
        (0xE0000, 0xE0FFF),
    )
    nonchars = [(0xFDD0, 0xFDEF), *((plane + 0xFFFE, plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000))]
    table: dict[int, str | None] = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])
    for first, last in (*ignorable, (0xD800, 0xDFFF), *nonchars):
        table.update(dict.fromkeys(range(first, last + 1)))
    table.update(dict.fromkeys([*range(9, 14), *range(0x1C, 0x20), 0x85, 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0], " "))
    return table


_INVISIBLE = _invisible()
_INSIDE = {code: what for code, what in _INVISIBLE.items() if chr(code) not in (_OPEN, _CLOSE)}


def clean(text: str, limit: int | None = None) -> str:
    """`text` on one line, in NFC, without what cannot be seen; cut to `limit` characters when given.

    Dropped: controls, bidi and zero-width characters, other default-ignorable ones, noncharacters, lone
    surrogates, combining marks beyond four on a letter. Every run of white space becomes one space.
    """
    line = _line(text, _INVISIBLE)
    return line if limit is None else cut(line, limit)


def cut(text: str, limit: int) -> str:
    """Clean `text` in at most `limit` characters, ending in an ellipsis when shortened, never inside a grapheme.

    It ends between two words when that costs less than a fifth of the room.
    """
    if len(text) <= limit:
        return text
    end = boundary(text, limit - len(ELLIPSIS))
    space = text.rfind(" ", 0, end + 1)
    if space > end * 4 // 5:
        end = space
    return text[:end].rstrip(" ,;:«(-–") + ELLIPSIS


def boundary(text: str, at: int) -> int:
    """The last place at or before `at` where `text` may be cut: what a reader sees as one sign stays whole.

    A subset of Unicode's grapheme rules (UAX 29), enough for cleaned text: combining marks, emoji modifiers, flags,
    Hangul letters, and letters joined by a virama.
    """
    at = max(0, min(at, len(text)))
    while 0 < at < len(text) and _joined(text, at):
        at -= 1
    return at


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote of at most `EXCERPT` characters, and where in it the name stands."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


def headline(title: str) -> str:
    """`title` as it may be stored: clean, others' details masked, at most `TITLE` characters."""
    return cut(mask.masked(clean(title[:_WINDOW]))[0], TITLE)


def excerpt(title: str, text: str, spans: Sequence[tuple[int, int]], limit: int = EXCERPT) -> Excerpt:
    """The part of `text` around the name, clean, with others' details masked (see `vigie.show.mask`).

    `spans` are the offsets of the name in `title + "\\n" + text`, as `match` gives them. With no name in the text, its
    beginning is quoted; with no text, the title is.
    """
    start = len(title) + 1
    inner = sorted((first - start, last - start) for first, last in spans if first >= start)
    if not text.strip():
        text, inner = title, sorted((first, last) for first, last in spans if last <= len(title))
    line, marks = mask.masked(*_traced(*_near(text, inner)))
    return _window(line, marks, limit)


def quoted(excerpt: str, marks: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """`excerpt` in pieces, each with whether it is the name. Cleans it again: a stored row is not trusted."""
    spans = sorted((first, last) for first, last in marks if 0 <= first < last <= len(excerpt))
    line, spans = _traced(excerpt, spans)
    line, pieces, at = cut(line, EXCERPT), [], 0
    for first, last in spans:
        if last <= len(line):
            pieces += [(line[at:first], False), (line[first:last], True)]
            at = last
    return [(piece, name) for piece, name in [*pieces, (line[at:], False)] if piece]


def _line(text: str, table: dict[int, str | None]) -> str:
    text = text.translate(table)
    if not text.isascii():
        text = _unpiled(unicodedata.normalize("NFC", text))
    return " ".join(text.split())


def _unpiled(text: str) -> str:
    if max(text) < "\u0300" or not any(_is_mark(char) for char in text):
        return text
    kept, run = [], 0
    for char in text:
        run = run + 1 if _is_mark(char) else 0
        if run <= _MARKS_KEPT:
            kept.append(char)
    return "".join(kept)


def _is_mark(char: str) -> bool:
    return char >= "\u0300" and unicodedata.category(char)[0] == "M"


def _joined(text: str, at: int) -> bool:
    """True when the characters on both sides of `at` show as one."""
    before, after = text[at - 1], text[at]
    if after < "\u0300":
        return False
    if _is_mark(after) or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    if _is_flag(before) and _is_flag(after):
        flags = at
        while flags and _is_flag(text[flags - 1]):
            flags -= 1
        return (at - flags) % 2 == 1
    if "\u1160" <= after <= "\u11ff":
        return "\u1100" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7a3"
    return unicodedata.combining(before) == 9 and unicodedata.category(after) == "Lo"


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _near(text: str, spans: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """A bounded stretch of `text` around its first span, and the spans that lie in it whole."""
    first = spans[0][0] if spans else 0
    begin, end = max(0, first - _WINDOW), first + _WINDOW
    return text[begin:end], [(a - begin, b - begin) for a, b in spans if begin <= a < b <= min(end, len(text))]


def _traced(text: str, spans: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """`text` cleaned, and where its `spans` then are. Spans that overlap the one before are left out."""
    pieces, at = [], 0
    for first, last in spans:
        if first >= at:
            pieces += [text[at:first].translate(_INVISIBLE), _OPEN, text[first:last].translate(_INVISIBLE), _CLOSE]
            at = last
    pieces.append(text[at:].translate(_INVISIBLE))
    plain: list[str] = []
    marks, begun = [], 0
    length = 0
    for part in re.split(f"([{_OPEN}{_CLOSE}])", _line("".join(pieces), _INSIDE)):
        if part == _OPEN:
            begun = length
        elif part == _CLOSE:
            if length > begun:
                marks.append((begun, length))
        else:
            plain.append(part)
            length += len(part)
    return "".join(plain), marks


def _window(line: str, marks: list[tuple[int, int]], limit: int) -> Excerpt:
    """`limit` characters of `line` at most, around its first mark."""
    if len(line) <= limit:
        return Excerpt(line, tuple(marks))
    begin = _beginning(line, marks[0], limit) if marks else 0
    lead = ELLIPSIS if begin else ""
    shown = cut(line[begin:], limit - len(lead))
    end = begin + len(shown) - (len(ELLIPSIS) if begin + len(shown) < len(line) else 0)
    kept = [
        (first - begin + len(lead), last - begin + len(lead)) for first, last in marks if begin <= first < last <= end
    ]
    return Excerpt(lead + shown, tuple(kept))


def _beginning(line: str, mark: tuple[int, int], limit: int) -> int:
    """Where to begin so that a third of the room comes before `mark` and none is wasted after it."""
    room = max(limit - (mark[1] - mark[0]), 0)
    begin = max(0, min(mark[0] - room // 3, len(line) - limit + len(ELLIPSIS)))
    if begin == 0:
        return 0
    space = line.find(" ", begin, mark[0])
    return space + 1 if 0 <= space - begin < limit // 10 else boundary(line, begin)
