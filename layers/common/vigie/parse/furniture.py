"""What surrounds what a page says: menus, banners, footers, controls, share bars, advertisements."""

from __future__ import annotations

import re

from vigie.parse.markup import UNREAD
from vigie.parse.spots import Spot

_UNSEEN_TAGS = "audio button canvas datalist dialog input map meter nav noscript option progress video"
_UNSEEN = UNREAD | frozenset(_UNSEEN_TAGS.split())
_LANDMARKS = frozenset({"header", "footer", "aside"})
"""Left out, but within an article or a card, where they hold its author and date."""

_ROLE_NAMES = "alertdialog banner contentinfo dialog menu menubar navigation search tablist toolbar"
_ROLES = frozenset(_ROLE_NAMES.split())
_FURNITURE = re.compile(
    r"(?:.*[_-])?(?:ads?|adsbygoogle|adsense|advert|advertisement|axeptio|banniere|breadcrumbs?|buttons|consent|controls"
    r"|cookiebanner|cookies?|didomi|edit-?section|fil-ariane|footer|gdpr|jump-link|menu|nav|navbar|navigation"
    r"|newsletter|onetrust|outbrain|pager|pagination|printfooter|pubs?|publicites?|rgpd|sharing|sidebar|skip(?:-?links?)?"
    r"|social-links|sponsor|sponsored|sponsorise|sr-only|taboola|tarteaucitron|tfoot|toolbar|topbar|visually-hidden"
    r"|widget)(?:[_-].*)?"
)
_MARGIN = "widget-area"
"""WordPress's own word for a margin, whichever element that is."""

_ENTERED = "input[type=password], input[type=search], textarea"
"""What a form is filled in by: its words are for whoever writes, not what somebody wrote."""

_CONTENT = frozenset({"html", "body", "main", "h1"})
_LOOSE = frozenset({"row", "entry"})
"""Cards that menus and margins are made of too."""

_TOLD_WITHOUT_SCRIPT = 400
"""Characters of a `<noscript>` without cards from which it is the page itself (Discourse, Flarum), and not a request to
enable scripts."""


def left_out(spots: list[Spot]) -> list[bool]:
    """For each element, is it out? Nothing that holds most of the page, a card or the main heading is."""
    kept, listing, holding = set(), set(), set()
    for at in range(len(spots) - 1, -1, -1):
        spot = spots[at]
        if at in kept or _is_content(spot):
            kept.add(spot.parent)
        elif spot.tag == "article" or (at in listing and not _is_margin(spot)):
            listing.add(spot.parent)
        if at in holding or (spot.card and spot.sort != "row"):
            holding.add(spot.parent)
    out: list[bool] = []
    framed: list[bool] = []  # within an article or a card
    for at, spot in enumerate(spots):
        inside = spot.parent >= 0 and framed[spot.parent]
        framed.append(inside or spot.card or spot.tag == "article")
        if (spot.parent >= 0 and out[spot.parent]) or _is_unseen(spot, holds=at in holding):
            out.append(True)
        elif at in kept or _is_content(spot) or spot.tag == "article" or (at in listing and not _is_margin(spot)):
            out.append(False)
        else:
            little = 2 * spot.text <= spots[0].text or spot.tag == "footer"
            out.append(little and _is_furniture(spot, framed=inside))
    return out


def _is_content(spot: Spot) -> bool:
    return spot.tag in _CONTENT or (spot.card and spot.sort not in _LOOSE)


def _is_margin(spot: Spot) -> bool:
    """The articles that it lists are others than the page's own."""
    return spot.tag == "aside" or _MARGIN in spot.names


def _is_unseen(spot: Spot, *, holds: bool) -> bool:
    if spot.tag == "noscript":
        return not holds and spot.text < _TOLD_WITHOUT_SCRIPT
    return spot.tag in _UNSEEN


def _is_furniture(spot: Spot, *, framed: bool) -> bool:
    attributes = spot.attributes
    if (attributes.get("role") or "").lower() in _ROLES or "hidden" in attributes:
        return True
    if spot.tag in _LANDMARKS and not framed:
        return True
    if spot.tag == "form" and spot.node.css_first(_ENTERED) is not None:
        return True
    return any(_FURNITURE.fullmatch(name) for name in spot.names)
