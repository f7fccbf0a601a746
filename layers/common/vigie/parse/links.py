"""Links as sites write them to links a person can follow: absolute, http(s), out of the redirectors we know.

Nothing is fetched to find out. What cannot be followed is an empty string, never an error.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, unquote, urljoin, urlsplit

from vigie.identity import is_session

LONGEST = 4_096
"""Characters beyond which a link is dropped: nothing that long can be stored, shown or followed."""

_NEVER = r"\s<>\"\\^`{|}\x00-\x20\x7f-\x9f\ud800-\udfff"
"""What no URL holds as it is. Other non-ASCII characters are left: an IRI can be followed."""

_PLAIN = re.compile(rf"https?://[^{_NEVER}/?#@:\[\]]++(?:[/?#][^{_NEVER}]*+)?", re.IGNORECASE)
_UNSAFE = re.compile(rf"[{_NEVER}]")
_SPACES = re.compile(r"[\t\n\r]+")
_REDIRECTORS = re.compile(
    r"https?://(?:www\.)?(?:google\.[a-z.]{2,6}(?::\d+)?/url|bing\.com(?::\d+)?/(?:news/)?apiclick(?:\.aspx)?)\?",
    re.IGNORECASE,
)
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;?#]*", re.IGNORECASE)
_ALERTS = re.compile(r"[?&](?:url|q)=(https?[^&]*?(?:&(?!(?:ct|cd|usg|sa|ved)=)[^&]*)*)&(?:ct|sa|ved)=")
_TARGETS = ("url", "q")


def absolute(base: str, href: str) -> str:
    """`href` as an absolute http(s) URL, seen from `base`; empty when there is no such thing.

    Non-ASCII characters are kept (IRIs); spaces and what no URL may hold are percent-encoded.
    """
    href = href.strip()
    if _PLAIN.fullmatch(href) is None or len(href) > LONGEST:
        href = _joined(base, href)
    return _unwrapped(href) if _REDIRECTORS.match(href) else href


def _joined(base: str, href: str) -> str:
    href = _SPACES.sub("", href)
    if not href or len(href) > LONGEST:
        return ""
    try:
        url = urljoin(base, href)
        parts = urlsplit(url)
        ok = parts.scheme.lower() in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return ""
    return _UNSAFE.sub(_encoded, url) if ok else ""


def _encoded(found: re.Match[str]) -> str:
    return quote(found[0].encode("utf-8", "replace"))


def _unwrapped(url: str) -> str:
    """Where a redirector of Google (alerts) or Bing (news) leads; itself when what it wraps is no web address."""
    bare = _ALERTS.search(url)
    if bare:
        target = bare[1]
        target = unquote(target) if re.search("%3A%2F%2F|%3F|%3D", target, re.IGNORECASE) else target
    else:
        query = parse_qs(urlsplit(url).query)
        target = next((query[name][0] for name in _TARGETS if query.get(name)), "")
    return _joined("", target) or url


def is_redirector(url: str) -> bool:
    """True for a redirector of a search engine: what `absolute` left of one that leads to no address of the web."""
    return _REDIRECTORS.match(url) is not None


def lasting(url: str) -> str:
    """`url` without what lasts no longer than a visit: session identifiers and anti-forgery tokens."""
    if "=" not in url:
        return url
    before, mark, fragment = _PATH_SESSION.sub("", url).partition("#")
    path, _, query = before.partition("?")
    pairs = [pair for pair in query.split("&") if not is_session(*_halves(pair))] if query else []
    return f"{path}?{'&'.join(pairs)}{mark}{fragment}" if pairs else f"{path}{mark}{fragment}"


def _halves(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return name, value
