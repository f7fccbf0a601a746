"""Which addresses belong to the public Internet.

Explicit lists, from the IANA special-purpose registries and from where clouds keep their metadata.
`ipaddress.is_global` is no guard: depending on the version of Python it says True for NAT64 metadata, multicast,
site-local and 6to4 addresses. Of IPv6, only what is allocated for global use, less its special blocks.
"""

from __future__ import annotations

import ipaddress

_REFUSED_V4 = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",  # carrier-grade NAT
    "127.0.0.0/8",
    "168.63.129.16/32",  # Azure's host agent, on a public-looking address
    "169.254.0.0/16",  # link-local: metadata and credentials of AWS and others
    "172.16.0.0/12",
    "192.0.0.0/24",  # IETF protocol assignments; Oracle's metadata
    "192.0.2.0/24",
    "192.31.196.0/24",  # AS112
    "192.52.193.0/24",  # AMT
    "192.88.99.0/24",  # 6to4 relays
    "192.168.0.0/16",
    "192.175.48.0/24",  # AS112
    "198.18.0.0/15",  # benchmarks
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved, broadcast
)
_PUBLIC_V6 = "2000::/3"
_REFUSED_V6 = (
    "2001::/23",  # IETF protocol assignments: Teredo, ORCHID, benchmarks
    "2001:db8::/32",
    "2002::/16",  # 6to4: carries any IPv4 address
    "2620:4f:8000::/48",  # AS112
    "3ffe::/16",  # the old 6bone
    "3fff::/20",  # documentation, RFC 9637
)


def is_public(text: str) -> bool:
    """True for an address of the public Internet; False for every other, and for what is no address."""
    address = literal(text)
    if isinstance(address, ipaddress.IPv4Address):
        return not any(int(address) & mask == network for network, mask in _V4)
    if isinstance(address, ipaddress.IPv6Address):
        number = int(address)
        network, mask = _V6_PUBLIC
        return number & mask == network and not any(number & m == n for n, m in _V6) and not _hides_private(number)
    return False


def _hides_private(number: int) -> bool:
    """ISATAP (RFC 5214): the last 32 bits are the IPv4 address the packet is really sent to."""
    return (number >> 32) & 0xFDFFFFFF == 0x5EFE and not is_public(str(ipaddress.IPv4Address(number & 0xFFFFFFFF)))


def _masked(network: str) -> tuple[int, int]:
    parsed = ipaddress.ip_network(network)
    return int(parsed.network_address), int(parsed.netmask)


_V4 = tuple(map(_masked, _REFUSED_V4))
_V6 = tuple(map(_masked, _REFUSED_V6))
_V6_PUBLIC = _masked(_PUBLIC_V6)


def literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that `host` is, canonically written and without a zone; None for a name or anything else."""
    if not host or "%" in host or (host[-1] not in "0123456789abcdefABCDEF:" and host[0] != ":"):
        return None
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
