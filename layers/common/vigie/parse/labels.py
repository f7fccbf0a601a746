"""The words of links and buttons that say nothing of what they lead to: numbers, `read on`, `reply`, `next page`."""

from __future__ import annotations

import re

from vigie.parse.ticking import still
from vigie.parse.when import is_stamp

_LABEL = 60
"""Characters of such a label at most."""

_GENERIC = re.compile(
    r"(?:#?\d{1,7}|liens?(?: (?:direct|permanent|vers .{1,30}))?|perma(?:lien|link)|link|messages?"
    r"|lire(?: la suite| plus)?|voir(?: (?:plus|la suite|l['’]avis|le message))?|en savoir plus|read more|more|détails?"
    r"|details?|suite|plus|(?:page )?(?:suivante?|précédente?|previous|next|\d{1,5})"
    r"|(?:première|dernière|first|last)(?: page)?|\W*)\W*",
    re.IGNORECASE,
)
_CONTROL = re.compile(
    r"(?:a (?:dit|écrit)|affichages|aimer|back to top|by|cet avis vous a-t-il été utile|citer|(?:dé)?connecté"
    r"|derniers? messages?(?: par)?|dit|edit|editer|en ligne|haut(?: de (?:la )?page)?|helpful|hors[ -]ligne"
    r"|j['’]aime(?: pas)?|last (?:post|reply)(?: by)?|like|membre|modifier|offline|online|par|partager|profil|quote"
    r"|replies|reply|report|répon(?:dre|ses?)(?: (?:à|avec|en) .{1,40})?|revenir en haut|says|share"
    r"|signaler(?: .{1,40})?|utile|views|vues|wrote)\s?\W*",
    re.IGNORECASE,
)


def is_generic(words: str) -> bool:
    """True for a label that says nothing of what it leads to."""
    return len(words) <= _LABEL and _GENERIC.fullmatch(words) is not None


def is_control(words: str) -> bool:
    """True for a line of a card that nobody wrote: a button, a date, a counter."""
    if is_generic(words) or _CONTROL.fullmatch(words) or is_stamp(words):
        return True
    return not any(map(str.isalnum, still(words)))
