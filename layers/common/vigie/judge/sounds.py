"""How a French reader says a name, roughly: what is misspelt by ear sounds alike."""

from __future__ import annotations

import re
from functools import lru_cache

_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"), (r"cz|tch|sch|sh|ch", "S"), (r"[cs]k|cq|qu?|k", "k"), (r"sc(?=[ei])|c(?=[eiy])|ss", "s"),
        (r"c", "k"), (r"gu(?=[ei])", "g"), (r"w", "v"), (r"y", "i"), (r"h", ""), (r"eau|au", "o"), (r"oeu|eu|oe", "9"),
        (r"ou", "u"), (r"ai|ei|ay|ey", "e"), (r"([a-z])\1", r"\1"), (r"[ae][nm](?![aeiou9u])", "A"),
        (r"[ie]?[iu][nm](?![aeiou9])", "I"), (r"(?<=..)(?:[stdxzpe]+)$", ""), (r"z", "s"),
    )
]  # fmt: skip


@lru_cache(maxsize=8192)
def sound(word: str) -> str:
    """Roughly how a French reader says `word`: `Kovalchik` and `Kowalczyk` sound alike."""
    for pattern, replacement in _SOUNDS:
        word = pattern.sub(replacement, word)
    return word
