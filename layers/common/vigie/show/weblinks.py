"""Which links from the web a reader may be offered to click, and what may be said of where they lead."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from urllib.parse import quote, urlsplit

LONGEST = 2_000
"""Characters of a link that browsers and mail clients all follow."""

_NAMED = 60
"""Characters of a host that are shown."""

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
"""Browsers read a host that ends so as an address, in any of its spellings."""
_KEPT = "/:@!$&'()*+,;=~-._%?#[]"


def link(url: str) -> str:
    """`url` as it may be put in a message, in ASCII; empty when it must not be clickable.

    Kept: absolute http(s) with a plain host. Refused: other schemes, user names (`https://bank.example@other.example`),
    controls, spaces or backslashes in the authority, hosts that only look like another, addresses of private networks.
    """
    url = url.strip(" ")
    if len(url) > LONGEST or any(char < " " or "\x7f" <= char < "\xa0" or "\ud800" <= char <= "\udfff" for char in url):
        return ""
    scheme, mark, rest = url.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if scheme.lower() not in ("http", "https") or not mark or re.search(r"[\s\\@%]", authority) or "\\" in rest:
        return ""
    try:
        port = urlsplit(url).port
        host = _ascii(urlsplit(url).hostname or "")
    except ValueError:
        return ""
    if not host:
        return ""
    shown = f"[{host}]" if ":" in host else host
    tail = quote(rest[len(authority) :], safe=_KEPT)
    made = f"{scheme.lower()}://{shown}{f':{port}' if port else ''}{tail}"
    return made if len(made) <= LONGEST else ""


def site(url: str) -> str:
    """The host of a link that may be offered, as a person reads it; empty otherwise.

    Of a long one the end is shown, which says whose it is. A name in Latin letters is shown with its accents, any
    other in its ASCII form: `xn--` warns of look-alikes.
    """
    safe = link(url)
    if not safe:
        return ""
    host = urlsplit(safe).hostname or ""
    name = _unicode(host).removeprefix("www.")
    latin = all(not char.isalpha() or "LATIN" in unicodedata.name(char, "") for char in name)
    shown = name if latin else host
    return shown if len(shown) <= _NAMED else "…" + shown[1 - _NAMED :]


def _ascii(host: str) -> str:
    """`host` in ASCII; empty when it is not a host to send somebody to."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return host if address.is_global or address.is_loopback else ""
    if not host.isascii():
        letters = all(char in "-._" or unicodedata.category(char)[0] in "LMN" for char in host)
        if not letters or unicodedata.normalize("NFKC", host).isascii():
            return ""
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    labels = host.removesuffix(".").split(".")
    good = all(_LABEL.fullmatch(label) for label in labels) and not _NUMBER.fullmatch(labels[-1]) and len(host) <= 253
    return host if good and (len(labels) > 1 or host == "localhost") else ""


def _unicode(host: str) -> str:
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host
