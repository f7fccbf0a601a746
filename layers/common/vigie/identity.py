"""What makes two things the same: canonical URLs, stable ids, places on the timing wheel.

Ids are versioned hashes of canonical facts, never random, so that a retry is the same thing.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from vigie.model import RINGS

TRACKING = frozenset(
    {
        "_ga",
        "_gl",
        "_hsenc",
        "_hsmi",
        "cmpid",
        "dclid",
        "echobox",
        "fbclid",
        "gad_source",
        "gbraid",
        "gclid",
        "gclsrc",
        "igsh",
        "igshid",
        "mibextid",
        "mkt_tok",
        "msclkid",
        "ns_mchannel",
        "ns_source",
        "oc",
        "oly_anon_id",
        "oly_enc_id",
        "ref_src",
        "ref_url",
        "s_cid",
        "srsltid",
        "ttclid",
        "twclid",
        "vero_id",
        "wbraid",
        "wickedid",
        "xtor",
        "yclid",
    }
)
"""Query parameters that say where a reader came from, never what they read."""

_CAMPAIGNS = ("at_", "mc_", "utm_")
"""And how all those of a tool begin: AT Internet (the French press), Mailchimp, Google."""

SESSIONS = frozenset(
    {
        "_csrf",
        "_dc",
        "_token",
        "_wpnonce",
        "authenticity_token",
        "cache-buster",
        "cache_buster",
        "cachebust",
        "cachebuster",
        "cfid",
        "cftoken",
        "csrf",
        "csrf_token",
        "csrfmiddlewaretoken",
        "csrftoken",
        "jsessionid",
        "no-cache",
        "no_cache",
        "nocache",
        "oscsid",
        "phpsessid",
        "session_id",
        "sessionid",
        "zenid",
    }
)
"""Query parameters that last no longer than a visit, or than one answer, and so are others at every read."""

_SHORT_SESSIONS = frozenset({"s", "sid", "session", "token", "nonce"})
_RANDOM = re.compile(r"(?=.*\d)[0-9a-zA-Z_-]{16,}")
"""What the value of such a parameter looks like when it is one: `?sid=12` is the twelfth story of a site."""

_STAMPS = frozenset({"_", "_cb", "_t", "_ts", "cb", "rand", "random", "rnd"})
_STAMP = re.compile(rf"\d{{9,}}|\d?\.\d{{5,}}|{_RANDOM.pattern}")
"""And what scripts add to a URL to get past caches: the time or a random number. `t` and `ts` alone may be a place."""

_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)
_ENCODED = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
"""RFC 3986 section 2.3: encoded or not, these are the same."""

_CANONICAL = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+/[A-Za-z0-9/._~-]*"
    r"(?:\?((?:[A-Za-z0-9_-]+=[A-Za-z0-9_.-]+)(?:&[A-Za-z0-9_-]+=[A-Za-z0-9_.-]+)*))?(?:#[A-Za-z0-9_-]+)?"
)
"""URLs that may be canonical already: most of those in feeds, found so at a tenth of the price of taking them apart."""

BY_CONTENT = "content:"
"""Begins a native id that a kind derived from what an item says: it names the item by itself, wherever it stands."""

FIGURE = "average:"
"""Begins the native id of an average: it moves by itself, and whoever tells it decides when that is worth a word."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_KEEP_PATH = "/:@!$&'()*+,;=~-._%"


def digest(*parts: str, size: int = 10) -> bytes:
    """Hash of `parts` as a sequence: ("ab", "c") and ("a", "bc") differ. Lone surrogates are accepted."""
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=size).digest()


def token(raw: bytes) -> str:
    """`raw` as lower-case base32 without padding: safe in keys, logs and tags."""
    return base64.b32encode(raw).decode("ascii").rstrip("=").lower()


def canonical_url(url: str) -> str:
    """The one spelling of `url` used to compare: never fetched in this form, never shown.

    Scheme and host in lower case (IDNA), no default port, no tracking parameter, IRIs as URIs (RFC 3987
    section 3.1). Fragments are kept: comments of one page differ only by theirs (`#comment-12`). Of them only
    the text-highlight directive of browsers (`#:~:text=`) goes, and tracking (`#xtor=RSS-1`). What is not http(s)
    or cannot be split comes back stripped, as it is.
    """
    url = url.strip()
    plain = _CANONICAL.fullmatch(url)
    if plain and (not plain[1] or _is_settled(plain[1].split("&"))):
        return url
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return url
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not host:
        return url
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return url
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        netloc = f"{netloc}:{port}"
    path = _spelt(_PATH_SESSION.sub("", parts.path), _KEEP_PATH) or "/"
    fragment = _spelt(_fragment(parts.fragment), _KEEP_PATH + "?")
    return urlunsplit((scheme, netloc, path, _canonical_query(parts.query), fragment))


def same_place(url: str) -> str:
    """What two spellings of one page have in common: `canonical_url` without scheme, `www.` and last slash of the path.

    `/a/?p=1` and `/a/#comment-2` are `/a?p=1` and `/a#comment-2`. For matching only: it is no address.
    """
    place = canonical_url(url)
    if not place.startswith(("http://", "https://")):
        return place.rstrip("/")
    place = place.partition("://")[2].removeprefix("www.")
    end = next((at for at, char in enumerate(place) if char in "?#"), len(place))
    return place[:end].rstrip("/") + place[end:]


def is_session(name: str, value: str) -> bool:
    """True for a query parameter that is another at every visit: a session, an anti-forgery token, a cache buster."""
    name = name.lower()
    if name in SESSIONS or name.startswith("aspsessionid"):
        return True
    looks = _RANDOM if name in _SHORT_SESSIONS else _STAMP if name in _STAMPS else None
    return looks is not None and looks.fullmatch(value) is not None


def is_passing(name: str, value: str) -> bool:
    """True for a query parameter that says nothing of what a URL shows: tracking and sessions."""
    lowered = name.lower()
    return lowered in TRACKING or lowered.startswith(_CAMPAIGNS) or is_session(name, value)


def _fragment(fragment: str) -> str:
    """`fragment` without what the reader's browser or the publisher's counters put in it."""
    fragment = fragment.partition(":~:")[0]
    counted = "=" in fragment and all(is_passing(*_halves(pair)) for pair in fragment.split("&"))
    return "" if counted else fragment


def _halves(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return name, value


def _canonical_query(query: str) -> str:
    if not query:
        return ""
    spelt = query.encode("utf-8", "replace").decode()  # lone surrogates first: sorted as what they are written as
    pairs = parse_qsl(spelt, keep_blank_values=True, errors="replace")
    return urlencode(sorted(pair for pair in pairs if not is_passing(*pair)))


def _is_settled(pairs: list[str]) -> bool:
    """True when a plain query is in order and holds nothing that passes."""
    return pairs == sorted(pairs) and not any(is_passing(*pair.split("=", 1)) for pair in pairs)


def _spelt(part: str, safe: str) -> str:
    """One spelling of percent-encoding (RFC 3986 section 6.2.2): upper case, and only where it is needed."""
    encoded = quote(part, safe=safe, errors="replace")
    return _ENCODED.sub(_decoded, encoded) if "%" in encoded else encoded


def _decoded(found: re.Match[str]) -> str:
    char = chr(int(found[1], 16))
    return char if char in _UNRESERVED else found[0].upper()


def host_of(url: str) -> str:
    """Host of `url` in lower case, with its port when it is not the default one; empty when there is none."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    return f"{host}:{port}" if port and port != _DEFAULT_PORTS.get(parts.scheme.lower()) else host


def source_id(kind: str, params: Mapping[str, str], shard: int = 0) -> str:
    """Identity of a source: its kind and canonical parameters, so that all who watch it share it.

    `shard` sets apart the groups of watchers of one source too many to fit one table item.
    """
    facts = [f"{key}={canonical_url(value) if key == 'url' else value}" for key, value in sorted(params.items())]
    return "s" + token(digest("source.1", kind, *facts, *([f"#{shard}"] if shard else [])))


def mention_id(identity: bytes) -> str:
    """The mention of an item whose identity is known (see `vigie.ring`)."""
    return "m" + token(identity)


def recipient_id(channel: str, address: str) -> str:
    """Identity of an address within one practitioner. Short: it is a map key in every mention."""
    return "r" + token(digest("recipient.1", channel, address.lower(), size=5))


NEW = "new"
"""The slot that every tick reads."""


def slot(source: str, cadence: int) -> str:
    """Place of a source on the ring of its cadence, or on the longest: `60m#37`. `cadence` in minutes."""
    ring = min(cadence, RINGS[-1])
    return f"{ring}m#{int.from_bytes(digest('slot.1', source, size=8)) % ring}"


def minute_of(now: datetime) -> int:
    """Whole minutes since the epoch, by which the rings turn."""
    return int(now.timestamp()) // 60


_ID = re.compile(r"[a-z0-9]{1,40}")


def is_id(value: object) -> bool:
    """True for what can be one of our ids: guards keys built from queue messages and event tags."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None
