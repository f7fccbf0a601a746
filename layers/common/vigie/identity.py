"""What makes two things the same: canonical URLs, stable ids, places on the timing wheel.

Ids are versioned hashes of canonical facts, never random, so that a retry is the same thing.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

TRACKING = frozenset(
    {
        "_hsenc",
        "_hsmi",
        "at_campaign",
        "at_medium",
        "dclid",
        "fbclid",
        "gclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "msclkid",
        "ns_mchannel",
        "ns_source",
        "oly_anon_id",
        "oly_enc_id",
        "ref_src",
        "ref_url",
        "s_cid",
        "vero_id",
        "wickedid",
        "xtor",
        "yclid",
    }
)
"""Query parameters that say where a reader came from, never what they read."""

_CANONICAL = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+/[A-Za-z0-9/._~%-]*"
    r"(?:\?((?:[A-Za-z0-9_-]+=[A-Za-z0-9_.-]+)(?:&[A-Za-z0-9_-]+=[A-Za-z0-9_.-]+)*))?(?:#[A-Za-z0-9_-]+)?"
)
"""URLs that may be canonical already: most of those in feeds, found so at a tenth of the price of taking them apart."""

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
    section 3.1). Fragments are kept: comments of one page differ only by theirs (`#comment-12`); only the
    text-highlight directive of browsers (`#:~:text=`) goes. What is not http(s) or cannot be split comes
    back stripped, as it is.
    """
    url = url.strip()
    plain = _CANONICAL.fullmatch(url)
    if plain and not (plain[1] and any(_is_tracking(pair.partition("=")[0]) for pair in plain[1].split("&"))):
        return url
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname or ""
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
    path = quote(parts.path, safe=_KEEP_PATH) or "/"
    fragment = parts.fragment.partition(":~:")[0]
    return urlunsplit((scheme, netloc, path, _canonical_query(parts.query), quote(fragment, safe=_KEEP_PATH + "?")))


def _canonical_query(query: str) -> str:
    if not query:
        return ""
    pairs = [
        (key, value)
        for key, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
        if not _is_tracking(key)
    ]
    return urlencode(pairs, errors="surrogateescape")


def _is_tracking(parameter: str) -> bool:
    name = parameter.lower()
    return name in TRACKING or name.startswith("utm_")


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


def slot(source: str, cadence: int) -> str:
    """Place of a source on the ring of its cadence: `60m#37`. `cadence` in minutes."""
    return f"{cadence}m#{int.from_bytes(digest('slot.1', source, size=8)) % cadence}"


_ID = re.compile(r"[a-z0-9]{1,40}")


def is_id(value: object) -> bool:
    """True for what can be one of our ids: guards keys built from queue messages and event tags."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None
