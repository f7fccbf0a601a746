"""Which parts of a long page are read: at most `PASSAGES` windows, so that 2 MB cost no more than a long comment.

Where a title, a first name or an initial stands beside the last name comes first, however far down the page; then
where it has its capital; then the rest. The surname of Dr Petit is on every page in another meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from vigie.judge.fold import Folded, Word, words
from vigie.judge.forms import MISSPELT_FROM
from vigie.judge.names import Names
from vigie.judge.reading import WHOLE, Reading, unscanned, whole
from vigie.judge.sounds import alike

AROUND = 400
"""Characters read on each side of a possible name."""
PASSAGES = 40
_HEAD = 300
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
    bare: set[int] = set()
    for key in names.keys:
        for at in _of_word(data, key):
            (told if _beside(data, at, at + len(key), names) else bare).add(at)
    best = [page.origin(at) for at in sorted(told)[:PASSAGES]]
    if len(best) < PASSAGES:
        others = [page.origin(at) for at in sorted(bare - told)[:_MOST_CAPITALS]]
        best += sorted(others, key=lambda at: not text[at].isupper())[: PASSAGES - len(best)]
    return sorted(best)


def _announced(data: bytes, names: Names) -> Iterator[int]:
    """Where a last name, well or badly spelt, follows a title or stands beside a first name; where one stands that a
    scanner misread, or glued into a handle."""
    is_name = _resembling(names)
    for announcer in names.announcers:
        for at in _of_word(data, announcer):
            if is_name(_after(data, at + len(announcer))):
                yield at + len(announcer) + 1
    for form in names.first:
        for at in _of_word(data, form[0]):
            if is_name(name := _before(data, at)):
                yield at - len(name) - 1
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


def _beside(data: bytes, start: int, end: int, names: Names) -> bool:
    """A title, a first name or an initial of theirs stands right before or after a word."""
    before, after = _before(data, start), _after(data, end)
    firsts = {word for form in names.first for word in form}
    return before in names.announcers or before in names.initials or after in firsts or before in firsts


def _of_word(data: bytes, word: str) -> Iterable[int]:
    """Offsets of a whole word in a folded text (`data` is that, with a space at both ends), the first `_MOST`."""
    sought, at = b" " + word.encode("ascii") + b" ", -1
    for _ in range(_MOST):
        at = data.find(sought, at + 1)
        if at < 0:
            return
        yield at


def _before(data: bytes, at: int) -> str:
    """The word before the offset (of the folded text) `at`."""
    return data[data.rfind(b" ", 0, at) + 1 : at].decode("ascii") if at > 0 else ""


def _after(data: bytes, at: int) -> str:
    """The word after the one that ends at the offset (of the folded text) `at`."""
    following = data.find(b" ", at + 2)
    return data[at + 2 : following].decode("ascii") if following > 0 else ""
