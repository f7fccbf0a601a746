"""The one gate for every URL and every address: what may be fetched, and exactly where to connect.

URLs come from operators, from feeds and from redirects; any of them may be written to reach what only this
process can reach (loopback, where Lambda keeps its runtime API, private networks, metadata services). So:

1. the raw text is checked before anything parses it, since parsers disagree on backslashes, controls and `@`;
2. only one spelling of a host is accepted: a canonical dotted quad, a bracketed IPv6 address, or a name of
   ordinary letters, digits and hyphens (IDNA 2008, UTS 46) with at least two labels;
3. every address a name resolves to is checked against explicit lists, and ONE bad answer refuses the name;
   `ipaddress.is_global` is no guard (it says True for NAT64 metadata, multicast and site-local addresses).

Pure: names are resolved by the caller, who then connects to the addresses returned here and to nothing else.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from vigie.addresses import is_public, literal
from vigie.errors import FetchError
from vigie.model import OutcomeKind

MAX_URL = 4096
PORTS = {"http": 80, "https": 443}
"""The only schemes and ports of the public web. Others reach mail servers, databases and admin consoles."""

SPECIAL_SUFFIXES = frozenset(
    {
        "alt",  # RFC 9476
        "arpa",  # home.arpa (RFC 8375) and reverse zones
        "corp",  # ICANN 2018: name collisions, never to be delegated; likewise home and mail
        "example",  # RFC 6761
        "home",
        "i2p",
        "internal",  # ICANN 2024; Amazon's and Google's metadata names live there
        "intranet",
        "invalid",  # RFC 6761
        "lan",
        "local",  # RFC 6762
        "localdomain",
        "localhost",  # RFC 6761
        "mail",
        "onion",  # RFC 7686
        "private",
        "svc",  # cluster names
        "test",  # RFC 6761
    }
)
"""Last labels that never name a public site: what answers to them is private, whatever its address."""

_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>[^#]*)")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
_BRACKETED = re.compile(r"\[(?P<host>[0-9A-Fa-f:.]+)\](?::(?P<port>[0-9]{0,5}))?")
_NAMED = re.compile(r"(?P<host>[^:\[\]]+)(?::(?P<port>[0-9]{0,5}))?")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LAST_LABEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
_KEPT = "!$%&'()*+,;=:@/?[]{}|^~-._"
"""Left as written in a path or query; the rest (`"`, `<`, `>`, a backquote, anything not ASCII) is encoded."""


@dataclass(frozen=True, slots=True)
class Target:
    """A vetted URL: what to ask, of whom. Only `Gate` makes one."""

    scheme: str
    host: str
    """Name in ASCII, or address without brackets; lower case."""
    port: int
    resource: str
    """Path and query, as they go on the wire."""
    exempt: bool = False
    """The operator allowed this host by name: its addresses and port are not checked."""

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.resource}"

    @property
    def origin(self) -> tuple[str, str, int, bool]:
        """What a connection may be shared by. One made under an exemption never serves a URL that has none."""
        return (self.scheme, self.host, self.port, self.exempt)


class Gate:
    """Vets URLs. `allowlist`: hosts and networks whose address and port are not checked; normally empty.

    A name is exempt only if it is listed as such; a network exempts the addresses written in URLs, not the
    names that resolve into it, since anybody can point a name anywhere.
    """

    def __init__(self, allowlist: Iterable[str] = ()) -> None:
        self._hosts: set[str] = set()
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        for entry in allowlist:
            try:
                self._networks.append(ipaddress.ip_network(entry.strip("[]"), strict=False))
            except ValueError:
                self._hosts.add(entry.lower())

    def target(self, url: str) -> Target:
        """The vetted form of `url`. Raises `FetchError` (`BLOCKED`) saying which rule refused it."""
        return self._vetted(url, may_exempt=True)

    def follow(self, origin: Target, location: str) -> Target:
        """Where a redirect from `origin` leads. Raises `FetchError` (`BLOCKED`) as `target` does.

        https never falls back to http, where anybody on the way could answer. And a public site cannot use
        the allowlist to reach what was allowed to the operator alone: an exemption once left is lost.
        A space within `location` is encoded, as browsers do: many sites forget to. In a host it stays refused.
        """
        if location == location.strip(" "):
            location = location.replace(" ", "%20")
        _check_text(location)
        try:
            joined = urljoin(origin.url, location)
        except ValueError:
            raise _refused("redirect") from None
        found = self._vetted(joined, may_exempt=origin.exempt)
        if origin.scheme == "https" and found.scheme == "http":
            raise _refused("redirect from https to http")
        return found

    def _vetted(self, url: str, *, may_exempt: bool) -> Target:
        _check_text(url)
        parts = _URL.match(url)
        if parts is None or (scheme := parts["scheme"].lower()) not in PORTS:
            raise _refused("scheme")
        host, port = _authority(parts["authority"])
        exempt = may_exempt and self._exempts(host)
        if not exempt:
            _check_host(host)
        if port is not None and (port not in PORTS.values() if not exempt else not 0 < port < 65536):
            raise _refused("port")
        return Target(scheme, host, PORTS[scheme] if port is None else port, _resource(parts["rest"]), exempt)

    def _exempts(self, host: str) -> bool:
        if host in self._hosts:
            return True
        address = literal(host)
        return address is not None and any(address in network for network in self._networks)


def vetted_addresses(target: Target, answers: Iterable[str]) -> list[str]:
    """The addresses of `target` to connect to, in the resolver's order, each once.

    Raises `FetchError`: `BLOCKED` if any answer is not a public address (a mix is an attack, or becomes one),
    `UNREACHABLE` if there is none: the name may exist again later.
    """
    addresses = list(dict.fromkeys(answers))
    if not addresses:
        raise FetchError(OutcomeKind.UNREACHABLE, "no address")
    if not target.exempt and not all(map(is_public, addresses)):
        raise _refused("address")
    return addresses


def _check_text(url: str) -> None:
    if len(url) > MAX_URL:
        raise _refused("length")
    if _FORBIDDEN.search(url):
        raise _refused("forbidden character")


def _authority(authority: str) -> tuple[str, int | None]:
    """Host in its one spelling, and the port if one was written."""
    if "@" in authority:
        raise _refused("user information")
    bracketed = _BRACKETED.fullmatch(authority)
    parts = bracketed or _NAMED.fullmatch(authority)
    if parts is None:
        raise _refused("host")
    port = int(parts["port"]) if parts["port"] else None
    if bracketed:
        try:
            return ipaddress.IPv6Address(parts["host"]).compressed, port
        except ValueError:
            raise _refused("host") from None
    return _name(parts["host"]), port


def _name(host: str) -> str:
    """`host` in lower-case ASCII, without the root's dot. Raises for what only looks like a name."""
    if host.isascii():
        name = host.lower()
        return _idna(name) if "xn--" in name else _without_root(name)
    # A label that is not ASCII but becomes so hides what it is: full-width digits, circled letters, soft hyphens.
    labels = _without_root(host).split(".")
    if labels[-1].isdecimal():  # digits of another script
        raise _refused("host")
    encoded = [label.lower() if label.isascii() else _idna(label) for label in labels]
    if any(not raw.isascii() and not label.startswith("xn--") for raw, label in zip(labels, encoded, strict=True)):
        raise _refused("host")
    return ".".join(encoded)


def _idna(name: str) -> str:
    import idna  # 90 KB of tables that plain names do not need

    try:
        return idna.encode(_without_root(name), uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise _refused("host") from None


def _without_root(name: str) -> str:
    """A name without its final dot. An address with one is left as it is: no canonical address has it."""
    stripped = name.removesuffix(".")
    return name if literal(stripped) else stripped


def _check_host(host: str) -> None:
    address = literal(host)
    if address is not None:
        if not is_public(host):
            raise _refused("address")
        return
    labels = host.split(".")
    ordinary = len(host) <= 253 and len(labels) >= 2 and all(map(_LABEL.fullmatch, labels))
    if not ordinary or not _LAST_LABEL.fullmatch(labels[-1]):
        raise _refused("host")
    if labels[-1] in SPECIAL_SUFFIXES:
        raise _refused("private name")


def _resource(rest: str) -> str:
    try:
        encoded = quote(rest, safe=_KEPT)
    except UnicodeEncodeError:  # a lone surrogate
        raise _refused("forbidden character") from None
    return encoded if encoded.startswith("/") else f"/{encoded}"


def _refused(rule: str) -> FetchError:
    return FetchError(OutcomeKind.BLOCKED, f"gate: {rule}")
