"""A text cut into folded words that know where they stand, and what stands between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from vigie.judge.fold import Word, folded, words
from vigie.judge.lexicon import RAREST, Terms, all_roles, first_names, surname_rank

WHOLE = 6_000
"""Characters up to which a text is read whole."""

_BREAK = re.compile(r"[.!?;\n\r|•·…]|\s[–—-]\s|\s/\s")
APOSTROPHES = ("'", "\u2019")
_SOFT = re.compile(r"[,:()«»\"“”]")
_LETTER_FOR_DIGIT = str.maketrans("015", "ols")
_UPRIGHT = re.compile(r"(?<=[^aeiouy0-9])1(?=[^aeiouy0-9])")
"""A one between two consonants: no syllable would be left without a vowel there."""
_TAGS, _GLUE, _JOINED = ("#", "@"), (".", "_", "-"), 5
"""What begins a handle or a hash tag, what joins its words, and how many of them at most."""
_NO_STOP = frozenset({"m", "mm", "dr", "pr", "mr", "me", "st", "ste", "av", "bd"})


class Reading:
    """The words of a text, by number. `gap(i)` is what stands before word `i`."""

    __slots__ = ("_cased", "_places", "_said", "_trades", "_words", "text", "words")

    def __init__(self, text: str, found: list[Word]) -> None:
        self.text = text
        self._words = found
        self.words = [unscanned(word.text) for word in found]
        self._said: dict[Terms, int] = {}
        self._cased: dict[int, bool] | None = None
        self._trades: dict[int, bool] = {}
        self._places: dict[str, list[int]] = {}
        for at, word in enumerate(self.words):
            self._places.setdefault(word, []).append(at)

    def __len__(self) -> int:
        return len(self.words)

    @property
    def lowered(self) -> bool:
        """Written without capitals: the absence of one says nothing then."""
        return not any(self._lines().values())

    def cased(self, at: int) -> bool:
        """True when the line of word `at` writes names with a capital, so that a small letter tells a word."""
        return self._lines().get(self.text.count("\n", 0, self._words[at].start), False)

    def _lines(self) -> dict[int, bool]:
        """Number of each line with words -> whether one of them, but the first of a sentence, has its capital."""
        if self._cased is None:
            self._cased = {}
            line, reached = 0, 0
            for at, word in enumerate(self._words):
                line += self.text.count("\n", reached, word.start)
                reached = word.start
                tells = len(word.text) > 1 and self.capital(at) and not self.shouted(at) and not self.breaks(at)
                self._cased[line] = self._cased.get(line, False) or tells
        return self._cased

    def says(self, terms: Terms) -> bool:
        """True when one of `terms` is among the words."""
        return self.count(terms) > 0

    def count(self, terms: Terms) -> int:
        """How many of `terms` are among the words. Remembered: several practitioners share an item."""
        if terms not in self._said:
            self._said[terms] = sum(1 for _ in terms.find(self.words))
        return self._said[terms]

    def trade_at(self, at: int) -> bool:
        """True when a term for a trade, whose ever it is, begins at word `at`."""
        if at not in self._trades:
            self._trades[at] = all_roles().length(self.words, at) > 0
        return self._trades[at]

    def where(self, word: str) -> list[int]:
        """Where `word` stands."""
        return self._places.get(word, [])

    def span(self, first: int, after: int) -> tuple[int, int]:
        """Offsets in the original text of words `first` to `after - 1`."""
        return self._words[first].start, self._words[after - 1].end

    def original(self, first: int, after: int | None = None) -> str:
        start, end = self.span(first, first + 1 if after is None else after)
        return self.text[start:end]

    def gap(self, at: int) -> str:
        """What stands between word `at - 1` and word `at`; a line break is added at both ends of the text."""
        if at <= 0 or not self._words:
            return "\n" + self.text[: self._words[0].start] if self._words else "\n"
        if at >= len(self._words):
            return self.text[self._words[-1].end :] + "\n"
        return self.text[self._words[at - 1].end : self._words[at].start]

    def breaks(self, at: int) -> bool:
        """True when a sentence, a line or a list entry ends before word `at`. The stop of `Dr.` or `J.` ends none."""
        gap = self.gap(at)
        if gap == " " or (gap == "." and self._in_handle(at)):
            return False
        if not _BREAK.search(gap) and len(gap) < 40:
            return False
        before = self.words[at - 1] if 0 < at <= len(self.words) else ""
        return not (gap.strip() == "." and (len(before) == 1 or before in _NO_STOP))

    def _in_handle(self, at: int) -> bool:
        """True when the stop before word `at` is one of a handle: `@camille.aubertin`."""
        first = at - 1
        while first > 0 and at - first < _JOINED and self.gap(first) in _GLUE:
            first -= 1
        return first >= 0 and self.gap(first)[-1:] in _TAGS

    def pauses(self, at: int) -> bool:
        """True for a sentence's end, and also for a comma, a colon, a parenthesis or a quotation mark."""
        return self.breaks(at) or _SOFT.search(self.gap(at)) is not None

    def left(self, at: int, most: int) -> int:
        """First word of the same sentence, at most `most` words before `at`."""
        first = at
        while first > 0 and at - first < most and not self.breaks(first):
            first -= 1
        return first

    def right(self, at: int, most: int) -> int:
        """The word after the last of the same sentence, at most `most` words from `at` on."""
        after = at
        while after < len(self.words) and after - at < most and not self.breaks(after):
            after += 1
        return after

    def capital(self, at: int) -> bool:
        return self.original(at)[:1].isupper()

    def initial(self, at: int) -> bool:
        """A capital letter, or several, and no elision (`d'Ormesson`, `l'autre`)."""
        if self.gap(at + 1) in APOSTROPHES or self.gap(at) in APOSTROPHES:
            return False
        return self.capital(at) and self.original(at).isalpha()

    @property
    def tagged(self) -> list[int]:
        """The words that are hash tags or handles."""
        if "#" not in self.text and "@" not in self.text:
            return []
        return [at for at in range(len(self)) if self.gap(at)[-1:] in _TAGS]

    def garbled(self, at: int) -> bool:
        """True when a scanner may have misread it: digits among the letters."""
        return self._words[at].text != self.words[at]

    def shouted(self, at: int) -> bool:
        """Written in capitals, two letters at least."""
        word = self.original(at)
        return len(word) > 1 and word.isupper()


def unscanned(word: str) -> str:
    """A folded word as it was before a scanner misread it (`m0rvant`): letters with a few digits among them. A one is
    an i between two consonants (`mart1n`) or where that makes a name (`dan1el`), else an l."""
    if word.isalpha() or word[0].isdigit() or sum(map(str.isalpha, word)) < 3:
        return word
    upright = word.replace("1", "i").translate(_LETTER_FOR_DIGIT)
    if upright in first_names() or surname_rank(upright) < RAREST:
        return upright
    return _UPRIGHT.sub("i", word).translate(_LETTER_FOR_DIGIT)


_HANDLE = re.compile(r"[#@](\w{4,40})")


def handles(text: str) -> Iterator[str]:
    """The hash tags and handles of a text, folded; those that are several words once folded are read as words."""
    for found in _HANDLE.finditer(text):
        word = folded(found[1])
        if " " not in word:
            yield word


def tagged(text: str) -> set[str]:
    """What a last name may be in the hash tags and the handles of a text: all that one begins or ends with."""
    if "#" not in text and "@" not in text:
        return set()
    return {piece for tag in set(handles(text)) for at in range(1, len(tag)) for piece in (tag[:at], tag[at:])}


@lru_cache(maxsize=64)
def whole(text: str) -> Reading:
    """Every word of a text of at most `WHOLE` characters. Kept a while: several practitioners share an item."""
    return Reading(text, words(text))
