"""Dates as sites show them to readers: `lun. 4 mars 2024 10:12`, `hier à 9 h 05`, `2 days ago`, `03-04-2024, 10 AM`.

One site writes the same moment in several ways as it grows old, so a date is no part of what a text says. A line that
is nothing but a date (a stamp) tells where somebody's words begin.
"""

from __future__ import annotations

import re
from functools import lru_cache

_MONTH = (
    r"(?:janv?(?:ier)?|january|f[ée]vr?(?:ier)?|feb(?:ruary)?|mars?|march|avr(?:il)?|apr(?:il)?|mai|may|juin|june?"
    r"|juil(?:let)?|july?|ao[uû]t|aug(?:ust)?|sept?(?:embre|ember)?|oct(?:obre|ober)?|nov(?:embre|ember)?"
    r"|d[ée]c(?:embre|ember)?)\b\.?"
)
_WEEKDAY = (
    r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|(?:lun|mar|mer|jeu|ven|sam|dim|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\b"
    rf"(?=[.,]?\s+(?:le )?(?:\d|{_MONTH}\s+\d)))[.,]?"
)
"""Short ones only before a date: `mar`, `mon` and `sam` are words."""

_DAY, _YEAR = r"\d{1,2}(?:er|st|nd|rd|th)?", r"(?:19|20)\d\d"
_CLOCK = (
    r"(?<![\d,.])\d{1,2}\s?(?:[h:]\s?\d{2}(?:\s?[:m.]\s?\d{2}s?)?(?:\s?[ap]\.?m\b\.?)?|[ap]m\b|h(?:eures?)?\b)"
    r"(?:\s?\(?(?:ces?t|utc|gmt)\b(?:[+-]\d{1,2})?\)?)?"
)
_UNIT = (
    r"(?:secondes?|secs?|s|minutes?|mins?|mn|heures?|hours?|hrs?|h|jours?|days?|j|d|semaines?|weeks?|sem|wk|w|mois"
    r"|months?|mo|ann[ée]es?|ans?|years?|yrs?|y|a)\b\.?"
)
_COUNT = r"(?:\d{1,4}|une?|an?|one|quelques|a few|several)"
_AGO = (
    rf"(?:il y a (?:environ |plus (?:de |d['’])|moins (?:de |d['’])|près de |à peine )?{_COUNT}\s*{_UNIT}"
    rf"(?:\s*(?:et|and|,)?\s*\d{{1,2}}\s*{_UNIT})?"
    rf"|(?:about |less than |over |almost |more than |environ )?{_COUNT}\s*{_UNIT}"
    rf"(?:\s*(?:et|and|,)?\s*\d{{1,2}}\s*{_UNIT})?\s+ago\b"
    r"|à l['’]instant|just now|(?:a |quelques )?moments? ago|(?:avant-)?hier\b|aujourd['’]hui|yesterday\b|today\b"
    r"|(?:la semaine|le mois|l['’]an|l['’]année) derni[eè]re?\b|last (?:week|month|year)\b)"
)
_DATE = (
    rf"(?:{_DAY}[\s.-]+(?:de |of )?{_MONTH}(?:,?[\s.'-]*(?:{_YEAR}|\d\d\b(?!\s?[h:])))?"
    rf"|{_MONTH}\s+{_DAY}\b(?!\s?[h:])(?:,?\s+{_YEAR})?|{_MONTH},?\s+{_YEAR}"
    rf"|(?<![\d/.-]){_YEAR}[/.-]\d{{1,2}}[/.-]\d{{1,2}}(?:t\d\d:\d\d\S{{0,14}})?"
    rf"|(?<![\d/.-])\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:{_YEAR}|\d\d)(?![/.-]?\d))"
)
_JOINED = r"[\s,·•|»@–—-]{0,4}(?:à |a |at |vers )?\s?"
_STREET = r"(?:rue|place|avenue|boulevard|cours|quai|square) (?:du |des )?\d{1,2}(?:er)? [^\W\d]+(?: \d{4})?"
_MOMENT = re.compile(
    rf"\b(?=\w)(?:(?P<street>{_STREET})"
    rf"|(?P<day>(?:(?:le|du|on|since|depuis)\s*:?\s*(?=\S))?(?:\b{_WEEKDAY}\s*(?:le\s+)?)?\b(?:{_AGO}|{_DATE})"
    rf"|{_WEEKDAY}(?:\s+derni[eè]re?\b)?)(?:{_JOINED}{_CLOCK})?"
    rf"|(?:(?:à|at|vers)\s+)?{_CLOCK})"
)
"""In lower case, and from where words begin: a quarter, and then a sixth of the price."""

_BRIEF = re.compile(r"\W*\d{1,3}\s?(?:s|mins?|mn|h|j|d|sem|w|mo|y)\.?\W*")
"""`3 j`, `2 sem.`: a date when it stands alone."""

_HINT = re.compile(r"\d|il y a|hier\b|yesterday|instant|hui\b|today|now\b|ago\b|derni|last ")
_ABOUT = re.compile(
    r"(?:(?:post|publi|ajout|envoy|rédig|dépos|laiss|donn|not|soumis)(?:ée?(?:\(e\))?|e?)s?|écrit(?:e)?|posted|published"
    r"|written|added|submitted|reviewed|rated|wrote|on|le|du|de|en|à|at|par|by|date|avis|commentaire|message|réponse"
    r"|reply|review|comment|témoignage|visite|consultation|expérience|rendez-vous|suite|une?|of|visit|n°?\s?\d*|#\s?\d+"
    r"|\d{1,5})(?!\w)"
)
"""What else a stamp says: that something was published, and its number."""

_LONGEST = 120


def undated(text: str) -> str:
    """`text` without the moments it names. A street may be named after one."""
    return _parted(text)[0] if _HINT.search(text.lower()) else text


def is_stamp(text: str) -> bool:
    """True when a line or a label says when something was published, and nothing else."""
    text = text.strip()
    return 2 <= len(text) <= _LONGEST and _says_when(text.lower())


@lru_cache(maxsize=2048)
def _says_when(text: str) -> bool:
    """Kept, since the same line is looked at by whoever looks for cards, for headings and for words."""
    if not _HINT.search(text):
        return False
    if _BRIEF.fullmatch(text):
        return True
    left, named = _parted(text)
    return named and not any(map(str.isalnum, _ABOUT.sub(" ", left)))


def _parted(text: str) -> tuple[str, bool]:
    """`text` without the moments it names, and whether one of them is a day."""
    folded = text.lower()
    if len(folded) != len(text):  # one letter in a million becomes two
        text = folded
    parts, after, named = [], 0, False
    for moment in _MOMENT.finditer(folded):
        if not moment["street"]:
            parts.append(text[after : moment.start()])
            after, named = moment.end(), named or moment["day"] is not None
    return " ".join([*parts, text[after:]]), named
