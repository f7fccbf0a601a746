"""From the address of a site, as somebody pastes it, to what is to be asked of it."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit, urlunsplit

_FILE = re.compile(r"[^/]*\.(?:aspx?|cgi|html?|jsp|php\d?|xhtml)(?:/.*)?$", re.IGNORECASE)
_FOOTER = 1_000
"""Characters of a line that are looked at."""

_KEPT = "/:@!$&'()*+,;=~-._%"


def folder(url: str) -> str:
    """The folder of a site that `url` leads to, with its last slash: a forum need not be at the top of its host."""
    parts = urlsplit(url.strip())
    path = _FILE.sub("", parts.path).rstrip("/")
    return urlunsplit((parts.scheme, parts.netloc, f"{quote(path, safe=_KEPT)}/", "", ""))


def below(url: str, tail: str) -> str:
    """The address of `tail` in that folder."""
    return folder(url) + tail


def unfooted(text: str, footer: re.Pattern[str], lines: int = 1) -> str:
    """`text` without what its program adds below: the first of its last `lines` lines that `footer` matches, and all
    after it. A footer counts and dates, so that with it a message would seem edited at every read."""
    body = kept = text.rstrip()
    for _ in range(lines):
        before, _, last = kept.rpartition("\n")
        kept = before.rstrip()
        if footer.fullmatch(last[:_FOOTER].strip()):
            return kept
    return body
