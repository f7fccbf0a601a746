"""What a text of a page says once everything that ticks is set aside: clocks, "3 hours ago", counters, tokens.

Used for identity only, never shown. The price: two texts that differ only by such a number are one.
"""

from __future__ import annotations

import re
import unicodedata

_NUMBER = r"\d[\d\s.,]{0,12}(?:k|m|md)?"
"""Bounded: a page of nothing but digits must not cost a quadratic time."""

_UNIT = (
    r"(?:secondes?|sec|s|minutes?|mins?|mn|heures?|hrs?|h|jours?|j|semaines?|sem|mois|ans?|années?|seconds?|hours?|days?|d"
    r"|weeks?|w|months?|mo|years?|yrs?|y)"
)
_COUNTED = (
    r"(?:vues?|lectures?|visites?|visiteurs?|visit(?:or)?s?|fois|times?|views?|hits?|commentaires?|comments?"
    r"|r[ée]ponses?|repl(?:y|ies)|messages?|posts?|posters?|watching|j['’]aime|likes?|votes?|voix|partages?|shares?"
    r"|abonn[ée]s?|followers?|membres?|members?|invit[ée]s?|guests?|utilisateurs?|users?|internautes?|personnes?"
    r"|people|participants?|avis|reviews?|notes?|t[ée]l[ée]chargements?|downloads?|en ligne|online|points?"
    r"|contributions?|sujets?|topics?|threads?|discussions?)"
)
_SOME = r"(?:environ |moins (?:d['’]une? |de )|plus (?:d['’]une? |de ))?"
_TICKING = re.compile(
    rf"\bil y a {_SOME}(?:{_NUMBER}|une?|quelques)\s*{_UNIT}(?:\s*(?:et\s*)?\d+\s*{_UNIT})?\b"
    rf"|\b(?:about |less than |over |almost )?(?:{_NUMBER}|an?|a few|one)\s*{_UNIT}\s+ago\b"
    r"|à l['’]instant\b|\bjust now\b|\bmoments? ago\b|\b(?:avant-)?hier\b|\baujourd['’]hui\b|\byesterday\b|\btoday\b"
    r"|\b(?:nous sommes|on est) le [^.;|]{4,40}|\b(?:mise?|actualisée?) à jour[^.;|]{0,50}"
    r"|\b(?:last )?updated[^.;|]{0,50}|\b(?:g[ée]n[ée]r[ée]e?|generated|rendered) (?:en|in|le|on|at)[^;|]{0,40}"
    r"|\b\d{1,2}\s*[h:]\s*\d{2}(?:\s*:\s*\d{2})?\s*(?:[ap]\.?m\b\.?)?"
    rf"|\b(?:vue?s?|lue?s?|consult[ée]e?s?|viewed|read|seen)\s+{_NUMBER}"
    rf"|\b{_NUMBER}\s*(?:personnes? (?:ont|a) trouvé|people found)?\s*{_COUNTED}\b"
    rf"|\b{_COUNTED}\s*[:(]\s*{_NUMBER}\)?"
    rf"|\b(?:r[ée]putation|utile|helpful|useful|merci|like|j['’]aime|r[ée]pondre|reply)\s*[:(]?\s*{_NUMBER}\)?"
    r"|\(\s*\d+\s*\)"
    r"|\b(?=[a-z]*\d)[0-9a-z]{16,}\b|\b(?:jeton|token|session|nonce)\s*[:=]?\s*[\w-]{4,}",
    re.IGNORECASE,
)
_NOT_WORDS = re.compile(r"[^\w★☆⭐½]+")


def still(text: str) -> str:
    """`text` without what ticks, without case and punctuation: the same as long as what it says is the same."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NOT_WORDS.sub(" ", _TICKING.sub(" ", folded)).strip()
