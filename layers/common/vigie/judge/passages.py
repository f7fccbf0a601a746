"""Which parts of a long page are read: at most `PASSAGES` windows, so that 2 MB cost no more than a long comment.

Where a title, a first name or an initial stands beside the last name comes first, however far down the page; then
where it has its capital; then the rest. The surname of Dr Petit is on every page in another meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from vigie.judge.fold import Folded, Word, words
from vigie.judge.forms import MISSPELT_FROM
from vigie.judge.names import Names
from vigie.judge.reading import WHOLE, Reading, unscanned, whole
from vigie.judge.sounds import alike

AROUND = 400
"""Characters read on each side of a possible name."""
PASSAGES = 40
_HEAD = 300
_GAP = 6
"""Spaces of a folded text between a title and its name: `Dr. Petit`, `PETIT (Claire)`."""
_MOST = 2_000
"""Places of one word that are looked at."""
_MOST_CAPITALS = 400
"""Places whose capital is looked for: the way back to the original letters has its price."""

_GARBLED = re.compile(rb"(?<= )[a-z]+[015][a-z015]*(?= )")


def around(text: str, names: Names, head: int) -> Reading:
    """The whole of a short text; of a long one, the words around the names and those of its `head` characters."""
    if len(text) <= WHOLE:
        return whole(text)
    windows = [(0, min(head, _HEAD))]
    for at in _places(text, names):
        start, end = max(0, at - AROUND), min(len(text), at + AROUND)
        if start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(end, windows[-1][1]))
        else:
            windows.append((start, end))
    found = [
        Word(word.text, word.start + start, word.end + start)
        for start, end in windows
        for word in words(text[start:end])
    ]
    return Reading(text, found)


def _places(text: str, names: Names) -> list[int]:
    """Offsets in `text` of the `PASSAGES` places that most look like the practitioner, in the order of the text."""
    page = Folded(text)
    data = b" " + page.data + b" "
    told = set(_announced(data, names))
    bare = {at for key in names.keys for at in _of_word(data, key)}
    best = [page.origin(at) for at in sorted(told)[:PASSAGES]]
    if len(best) < PASSAGES:
        others = [page.origin(at) for at in sorted(bare - told)[:_MOST_CAPITALS]]
        best += sorted(others, key=lambda at: not text[at].isupper())[: PASSAGES - len(best)]
    return sorted(best)


def _announced(data: bytes, names: Names) -> Iterator[int]:
    """Where a last name, well or badly spelt, follows a title or stands beside a first name; where one follows an
    initial, is glued into a handle, or was misread by a scanner."""
    is_name = _resembling(names)
    for announcer in names.announcers:
        for at in _of_word(data, announcer):
            if is_name(_after(data, at + len(announcer))):
                yield at + len(announcer) + 1
    for form in names.first:
        for at in _of_word(data, form[0]):
            if is_name(_before(data, at)):
                yield at
    for initials in names.initials:
        for last in names.surnames:
            pattern = rf"(?<= ){initials} {{1,4}}(?={last} )".encode("ascii")
            yield from (found.end() - 1 for found in re.finditer(pattern, data))
    for handle in names.handles:
        yield from _of_word(data, handle)
    for found in _GARBLED.finditer(data):
        if is_name(unscanned(found.group().decode("ascii"))):
            yield found.start() - 1


def _resembling(names: Names) -> Callable[[str], bool]:
    """Whether a word is one of their last names or is like one; what was asked is remembered."""
    known: dict[str, bool] = dict.fromkeys(names.surnames, True)

    def is_name(word: str) -> bool:
        if word not in known:
            known[word] = len(word) >= MISSPELT_FROM and any(alike(word, name) for name in names.whole)
        return known[word]

    return is_name


def _of_word(data: bytes, word: str) -> Iterator[int]:
    """Offsets of a whole word in a folded text (`data` is that, with a space at both ends), the first `_MOST`."""
    sought, at = b" " + word.encode("ascii") + b" ", -1
    for _ in range(_MOST):
        at = data.find(sought, at + 1)
        if at < 0:
            return
        yield at


def _before(data: bytes, at: int) -> str:
    """The word before the offset (of the folded text) `at`, where a word begins. Stops and commas are spaces."""
    end = at + 1
    while end > max(at - _GAP, 0) and data[end - 1 : end] == b" ":
        end -= 1
    return data[data.rfind(b" ", 0, end) + 1 : end].decode("ascii")


def _after(data: bytes, at: int) -> str:
    """The word after the offset (of the folded text) `at`, where a word ends."""
    start = at + 1
    while start < min(at + _GAP, len(data)) and data[start : start + 1] == b" ":
        start += 1
    following = data.find(b" ", start)
    return data[start:following].decode("ascii") if following > 0 else ""
