"""What the parts of a card are: who wrote it, what they wrote, its heading, and what sites add around."""

from __future__ import annotations

from vigie.parse.names import is_written, says_aside, says_meta, says_name, says_soft, says_title
from vigie.parse.spots import HEADINGS, HOLDERS, Spot

_PHRASES = frozenset({"font", "p", "pre", "q", "span"})
"""Elements that hold a text, and are seldom named after it for another reason."""

_BY_TAG = {**dict.fromkeys(HEADINGS, "title"), "cite": "name", "time": "meta"}
"""The role of what says nothing else of itself: most elements do not."""

_META_TEXT = 160
"""Characters beyond which a part is what somebody wrote, whatever it is called."""


def role_of(spot: Spot, card: Spot) -> str:
    """What `spot` is in `card`: `author`, `body`, `title`, `meta` (dates, counters, buttons), `aside` (a signature),
    `name` (perhaps an author), `soft` (perhaps a body), or nothing."""
    if not spot.attributes:
        return _BY_TAG.get(spot.tag, "")
    if spot.is_author or spot.is_profile:
        return "author"
    if says_aside(spot.names):
        return "aside"
    holds = spot.tag in HOLDERS
    if spot.is_body and (is_written(spot.attributes) or not _is_whole(spot, card)):
        return "body" if holds or is_written(spot.attributes) else "soft" if spot.tag in _PHRASES else ""
    if (holds or spot.tag in _PHRASES) and not _is_whole(spot, card) and says_soft(spot.names):
        return "soft"
    if spot.tag in HEADINGS or says_title(spot.names, spot.attributes):
        return "title"
    if spot.text <= _META_TEXT and (spot.tag in ("time", "footer") or says_meta(spot.names)):
        return "meta"
    return "name" if says_name(spot.tag, spot.names) else ""


def _is_whole(spot: Spot, card: Spot) -> bool:
    """What holds the only author of a card, or its only date, is more than what somebody wrote there; and so is what
    holds any of them beside something else by such a name. Whoever is mentioned in a text is an author too."""
    authors, all_authors = spot.authors + spot.profiles, card.authors + card.profiles
    if spot.bodies and (authors or spot.stamps):
        return True
    return 0 < authors == all_authors or 0 < spot.stamps == card.stamps


def within(above: str, role: str, *, titled: bool, begun: bool) -> str:
    """The role of an element inside one whose role is `above`, in a card that has a title, and whose body has begun."""
    if above in ("aside", "author"):
        return above
    if role == "aside":
        return role
    if above in ("body", "core"):
        return "title" if role == "title" and not titled and not begun else "core" if role == "body" else above
    if role == "title" and (above not in ("", "meta", "soft") or titled):
        return above
    if role in ("name", "soft") or not role:
        return role if role and above in ("", "meta") else above
    return role
