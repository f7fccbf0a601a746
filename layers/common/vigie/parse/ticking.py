"""What a text of a page says once everything that ticks is set aside: dates, counters, numbers, tokens.

Used for identity only, never shown. The price: two texts that differ only by a date or a number are one.
"""

from __future__ import annotations

import re
import unicodedata

from vigie.parse.when import undated

_NUMBER = r"\d[\d\s.,]{0,12}+(?:(?:k|md?)\b)?"
"""Bounded and never given back: a page of nothing but digits must not cost a quadratic time."""

_COUNTED = (
    r"(?:vues?|lectures?|visites?|visiteurs?|visit(?:or)?s?|fois|times?|views?|hits?|commentaires?|comments?"
    r"|r[ée]ponses?|repl(?:y|ies)|messages?|posts?|posters?|watching|j['’]aime|likes?|votes?|voix|partages?|shares?"
    r"|abonn[ée]s?|followers?|membres?|members?|invit[ée]s?|guests?|utilisateurs?|users?|internautes?|personnes?"
    r"|people|participants?|avis|reviews?|notes?|t[ée]l[ée]chargements?|downloads?|en ligne|online|points?"
    r"|contributions?|sujets?|topics?|threads?|discussions?|requ[êe]tes?|queries|autres?|others?)"
)
_COUNTING = re.compile(
    rf"\b(?:vue?s?|lue?s?|consult[ée]e?s?|viewed|read|seen)\s+{_NUMBER}"
    rf"|\b{_NUMBER}\s*(?:personnes? (?:ont|a) trouvé|people found)?\s*{_COUNTED}\b"
    rf"|\b{_COUNTED}\s*[:(]\s*{_NUMBER}\)?"
    rf"|\b(?:r[ée]putation|utile|helpful|useful|merci|like|j['’]aime|r[ée]pondre|reply)\s*[:(]?\s*{_NUMBER}\)?"
    r"|\b(?=[a-z]*\d)[0-9a-z]{16,}\b",
    re.IGNORECASE,
)
_TICKING = re.compile(
    r"\b(?:nous sommes|on est) le [^.;|]{4,40}|\b(?:mise?|actualisée?) à jour[^.;|]{0,50}"
    r"|\b(?:last )?updated[^.;|]{0,50}|\b(?:g[ée]n[ée]r[ée]e?|generated|rendered) (?:en|in|le|on|at)[^;|]{0,40}"
    r"|\b(?:derni[èe]re (?:modification|édition)|last edit(?:ed)?|(?:modifié|édité|edited) (?:le|par|by|on)\b)"
    r"[^;|\n]{0,60}"
    r"|\b(?:jeton|token|session|nonce)\s*[:=]?\s*[\w-]{4,}",
    re.IGNORECASE,
)
_KEPT_NUMBER = re.compile(r"(?<!\d)0\d(?:[ .-]?\d\d){4}(?!\d)|(?<!\d)\d{11}(?!\d)")
"""A telephone, an RPPS number: names of somebody, which count nothing."""

_NOT_WORDS = re.compile(r"[^\w★☆⭐½]+")
_NUMBERS = re.compile(r"(?<!\w)[\d_]+(?:e|er|ère|ème|nd|rd|st|th)?(?!\w)")
_DIGIT, _NOT_DIGITS = re.compile(r"\d"), re.compile(r"\D")


def still(text: str) -> str:
    """`text` without what ticks, without case and punctuation: the same as long as what it says is the same."""
    folded = undated(unicodedata.normalize("NFKC", text).casefold())
    kept: list[str] = []
    if _DIGIT.search(folded):
        kept = [_NOT_DIGITS.sub("", number) for number in _KEPT_NUMBER.findall(folded)]
        folded = _COUNTING.sub(" ", folded)
    words = _NUMBERS.sub(" ", _NOT_WORDS.sub(" ", _TICKING.sub(" ", folded))).split()
    return " ".join([*words, *dict.fromkeys(kept)])
