"""How a French reader says a name, roughly: what is misspelt by ear has the same consonants."""

from __future__ import annotations

import re
from functools import lru_cache


def _steps(*steps: tuple[str, str]) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), sound) for pattern, sound in steps]


_JOINED = _steps(
    (r"cz|tch|tsch|sch|sh|ch(?=[aeiouy])", "S"), (r"sc(?=[eiy])|c(?=[eiy])|ss|ts|z|x", "s"),
    (r"ck|cq|qu?|ch|c|k", "k"), (r"gn|ng", "n"), (r"gu(?=[ei])", "g"), (r"g(?=[eiy])|dj", "j"),
)  # fmt: skip
_SINGLE = str.maketrans({"w": "v", "h": None})
_ENDS = _steps((r"ill?(?=[aeiouy])", "i"), (r"(?<=..)[stdxzp]+$", ""), (r"[aeiouy]+", "."))
_ALIKE = str.maketrans({"S": "s", "m": "n"})
_LAST = _steps((r"([a-z])\1+", r"\1"), (r"(?<=.)\.", ""))


@lru_cache(maxsize=16384)
def skeleton(word: str) -> str:
    """The consonants of a folded word as they are said; a vowel counts only when it comes first.

    `Kovalchik` and `Kowalczyk` have one skeleton, `Oppenheim` and `Openaïm`, `Quéméner` and `Quemeneur`.
    """
    word = _said(word.replace("ph", "f"), _JOINED).translate(_SINGLE)
    return _said(_said(word, _ENDS).translate(_ALIKE), _LAST)


def _said(word: str, steps: list[tuple[re.Pattern[str], str]]) -> str:
    for pattern, sound in steps:
        word = pattern.sub(sound, word)
    return word


def alike(word: str, name: str) -> bool:
    """`word` may be `name` misspelt by ear: the same consonants, and at most three letters in seven otherwise."""
    if word == name or skeleton(word) != skeleton(name):
        return False
    most = max(1, len(name) * 3 // 7)
    return distance(word, name, most) <= most


def distance(one: str, other: str, most: int) -> int:
    """Letters to add, drop, change or swap (optimal string alignment) to go from one word to the other; more than
    `most` is only said to be more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        last, before, row = before, row, [at]
        for to, wanted in enumerate(other, 1):
            cost = min(row[to - 1] + 1, before[to] + 1, before[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, last[to - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
