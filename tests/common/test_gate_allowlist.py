"""What the operator lets through the gate."""

from __future__ import annotations

import pytest

from tests.common.gating import refusal
from vigie.errors import FetchError
from vigie.gate import Gate, vetted_addresses


class TestAllowlist:
    """What the operator lets through, which is nothing in production."""

    gate = Gate(("127.0.0.1", "10.0.0.0/8", "Intranet", "[::1]"))

    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1:9001/x",
            "http://10.1.2.3:8080/",
            "http://intranet/",
            "https://intranet:8443/",
            "http://[::1]:1/",
        ],
    )
    def test_it_exempts_listed_hosts_and_networks_on_any_port(self, url: str) -> None:
        assert self.gate.target(url).exempt

    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.2:9001/",
            "http://localhost:9001/",
            "http://0x7f.0.0.1:9001/",
            "http://2130706433:9001/",
            "http://intranet.example.org:8080/",
            "http://169.254.169.254/",
            "http://[::ffff:127.0.0.1]/",
            "http://a@127.0.0.1/",
            "ftp://127.0.0.1/",
            "http://127.0.0.1:0/",
            "http://127.0.0.1:65536/",
        ],
    )
    def test_it_exempts_nothing_else_and_from_nothing_else(self, url: str) -> None:
        assert refusal(url, self.gate)

    def test_a_public_name_is_not_exempt_because_it_points_into_a_listed_network(self) -> None:
        """Anybody can point a name at 10.0.0.1."""
        with pytest.raises(FetchError):
            vetted_addresses(self.gate.target("http://evil.example.org/"), ["10.0.0.1"])

    def test_a_listed_name_may_be_anywhere(self) -> None:
        assert ["192.168.1.1"] == vetted_addresses(self.gate.target("http://intranet/"), ["192.168.1.1"])

    def test_a_redirect_between_allowed_hosts_is_followed(self) -> None:
        start = self.gate.target("http://127.0.0.1:9001/")

        assert self.gate.follow(start, "http://127.0.0.1:9002/").exempt

    @pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://127.0.0.1:9001/", "http://intranet/"])
    def test_a_public_site_cannot_send_us_to_an_allowed_host(self, url: str) -> None:
        start = self.gate.target("http://www.example.org/")

        with pytest.raises(FetchError):
            self.gate.follow(start, url)

    def test_an_exemption_once_left_is_lost(self) -> None:
        outside = self.gate.follow(self.gate.target("http://127.0.0.1:9001/"), "http://www.example.org/")

        with pytest.raises(FetchError):
            self.gate.follow(outside, "http://127.0.0.1:9001/")

    def test_a_connection_made_under_an_exemption_serves_no_other(self) -> None:
        gate = Gate(("blog.example.org",))
        exempt = gate.target("http://blog.example.org/")
        plain = gate.follow(gate.target("http://www.example.org/"), "http://blog.example.org/")

        assert exempt.origin != plain.origin
