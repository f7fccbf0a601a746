"""Which addresses are of the public internet."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.addresses import is_public


@pytest.mark.parametrize(
    ("public", "address"),
    [
        (False, "0.0.0.0"),
        (False, "10.255.255.255"),
        (True, "11.0.0.0"),
        (True, "100.63.255.255"),
        (False, "100.64.0.0"),
        (False, "100.127.255.255"),
        (True, "100.128.0.0"),
        (False, "127.255.255.255"),
        (True, "128.0.0.0"),
        (False, "168.63.129.16"),
        (True, "168.63.129.17"),
        (False, "169.254.0.0"),
        (True, "172.15.255.255"),
        (False, "172.16.0.0"),
        (False, "172.31.255.255"),
        (True, "172.32.0.0"),
        (False, "192.0.0.192"),
        (True, "192.0.1.1"),
        (False, "192.0.2.1"),
        (False, "192.31.196.1"),
        (False, "192.52.193.1"),
        (False, "192.88.99.1"),
        (False, "192.168.0.0"),
        (False, "192.175.48.1"),
        (True, "198.17.255.255"),
        (False, "198.18.0.0"),
        (False, "198.19.255.255"),
        (False, "198.51.100.1"),
        (False, "203.0.113.1"),
        (True, "223.255.255.255"),
        (False, "224.0.0.0"),
        (False, "240.0.0.0"),
        (False, "255.255.255.255"),
        (False, "::"),
        (False, "::1"),
        (False, "::ffff:8.8.8.8"),
        (False, "::8.8.8.8"),
        (False, "64:ff9b::808:808"),
        (False, "100::1"),
        (False, "1fff:ffff::1"),
        (False, "2001:0:53aa:64c::1"),
        (False, "2001:1ff:ffff::1"),
        (True, "2001:200::1"),
        (False, "2001:db8::1"),
        (False, "2002:808:808::1"),
        (True, "2003::1"),
        (True, "2606:4700::1111"),
        (False, "2606:4700::5efe:7f00:1"),
        (False, "2606:4700::200:5efe:a00:1"),
        (True, "2606:4700::5efe:808:808"),
        (False, "2620:4f:8000::1"),
        (False, "3ffe::1"),
        (False, "3fff:fff:ffff::1"),
        (False, "4000::1"),
        (False, "5f00::1"),
        (False, "fd00:ec2::254"),
        (False, "fe80::1"),
        (False, "fe80::1%eth0"),
        (False, "2606:4700::1%eth0"),
        (False, "fec0::1"),
        (False, "ff02::1"),
        (False, "not an address"),
        (False, ""),
    ],
)
def test_only_addresses_of_the_public_internet_are_public(public: bool, address: str) -> None:
    assert public is is_public(address)


@given(st.ip_addresses())
def test_no_address_that_python_calls_private_is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert address.is_global or not is_public(str(address))
