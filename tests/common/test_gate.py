"""What may be fetched: every URL, every hop, every address."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.addresses import is_public
from vigie.errors import FetchError
from vigie.gate import MAX_URL, Gate, Target, vetted_addresses
from vigie.model import OutcomeKind

GATE = Gate()


def refusal(url: str, gate: Gate = GATE) -> str:
    """Why `url` is refused."""
    with pytest.raises(FetchError) as refused:
        gate.target(url)
    assert OutcomeKind.BLOCKED is refused.value.outcome
    return refused.value.detail


@pytest.mark.parametrize(
    ("url", "vetted"),
    [
        ("https://www.example.org/a?b=c", "https://www.example.org/a?b=c"),
        ("HTTPS://WWW.Example.ORG/A", "https://www.example.org/A"),
        ("https://www.example.org", "https://www.example.org/"),
        ("https://www.example.org?q", "https://www.example.org/?q"),
        ("https://www.example.org:443/", "https://www.example.org/"),
        ("http://www.example.org:/", "http://www.example.org/"),
        ("http://www.example.org:443/", "http://www.example.org:443/"),
        ("https://www.example.org./", "https://www.example.org/"),
        ("https://www.example.org/a#b", "https://www.example.org/a"),
        ("https://www.example.org/@127.0.0.1/", "https://www.example.org/@127.0.0.1/"),
        ("https://www.example.org/a/../b", "https://www.example.org/a/../b"),
        ("https://www.example.org/%2e%2F?%20", "https://www.example.org/%2e%2F?%20"),
        ("https://www.example.org/é?q=ü", "https://www.example.org/%C3%A9?q=%C3%BC"),
        ('https://www.example.org/"<x>`', "https://www.example.org/%22%3Cx%3E%60"),
        ("https://www.médecin-exemple.fr/", "https://www.xn--mdecin-exemple-bkb.fr/"),
        ("https://www.MÉDECIN-exemple.fr/", "https://www.xn--mdecin-exemple-bkb.fr/"),
        ("https://www.xn--mdecin-exemple-bkb.fr/", "https://www.xn--mdecin-exemple-bkb.fr/"),
        ("https://localhost.example.org/", "https://localhost.example.org/"),
        ("https://internal.fr/", "https://internal.fr/"),
        ("https://test.fr/", "https://test.fr/"),
        ("https://1e100.net/", "https://1e100.net/"),
        ("https://0x7f.example.org/", "https://0x7f.example.org/"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://[2001:4860:4860:0:0:0:0:8888]/", "https://[2001:4860:4860::8888]/"),
    ],
)
def test_it_lets_the_public_web_through_in_one_spelling(url: str, vetted: str) -> None:
    assert vetted == GATE.target(url).url


@pytest.mark.parametrize(
    ("rule", "url"),
    [
        ("scheme", "ftp://www.example.org/"),
        ("scheme", "file:///etc/passwd"),
        ("scheme", "//www.example.org/"),
        ("scheme", "http:www.example.org"),
        ("scheme", "http:/www.example.org"),
        ("scheme", "source:http://www.example.org/"),
        ("scheme", "www.example.org"),
        ("scheme", ""),
        ("scheme", "\ufeffhttp://www.example.org/"),
        ("scheme", "ｈttp://www.example.org/"),
        ("length", "https://www.example.org/" + "a" * MAX_URL),
        ("forbidden character", " https://www.example.org/"),
        ("forbidden character", "https://www.example.org/a b"),
        ("forbidden character", "https://www.example.org/\r\nHost: x"),
        ("forbidden character", "https://www.example.org\t/"),
        ("forbidden character", "https://www.example.org/\x00"),
        ("forbidden character", "https://www.example.org/\x85"),
        ("forbidden character", "https://www.example.org\\@127.0.0.1/"),
        ("forbidden character", "https://www.example.org/\ud800"),
        ("user information", "https://a:b@www.example.org/"),
        ("user information", "https://@www.example.org/"),
        ("host", "https://"),
        ("host", "https:///etc/passwd"),
        ("host", "https://:443/"),
        ("host", "https://?q"),
        ("host", "https://www%2eexample.org/"),
        ("host", "https://www.example.org%00/"),
        ("host", "https://intranet/"),
        ("host", "https://www..example.org/"),
        ("host", "https://.example.org/"),
        ("host", "https://www.example.org../"),
        ("host", "https://-a.example.org/"),
        ("host", "https://a_b.example.org/"),
        ("host", "https://" + "a" * 64 + ".org/"),
        ("host", "https://" + "a." * 126 + "org/"),
        ("host", "https://www.example.o/"),
        ("host", "https://xn--a.example.org/"),
        ("host", "https://xn--abc-.org/"),
        ("host", "http://2130706433/"),
        ("host", "http://0x7f000001/"),
        ("host", "http://0x7f.1/"),
        ("host", "http://127.1/"),
        ("host", "http://127.0.0.1./"),
        ("host", "http://8.8.8.8./"),
        ("host", "http://0177.0.0.1/"),
        ("host", "http://127.0.0.01/"),
        ("host", "http://1.2.3.4.5/"),
        ("host", "http://256.1.1.1/"),
        ("host", "http://www.example.0x7f/"),
        ("host", "http://www.example.1/"),
        ("host", "http://１２７.0.0.1/"),
        ("host", "http://127。0。0。1/"),
        ("host", "http://१२७.०.०.१/"),
        ("host", "http://www.example.१२७/"),
        ("host", "http://ⓔxample.org/"),
        ("host", "http://exam\u00adple.org/"),
        ("host", "http://exam\u200bple.org/"),
        ("host", "http://médecin.ｅxample.org/"),
        ("host", "http://example．org/"),
        ("host", "http://a℀.example.org/"),
        ("host", "http://example.org／.example.net/"),
        ("host", "http://example.org＠127.0.0.1/"),
        ("host", "http://example.org：80/"),
        ("host", "http://[::1/"),
        ("host", "http://::1/"),
        ("host", "http://[::1]x/"),
        ("host", "http://[fe80::1%25eth0]/"),
        ("host", "http://[v1.a]/"),
        ("host", "http://[]/"),
        ("host", "http://www.example.org:80:443/"),
        ("host", "http://www.example.org:80a/"),
        ("host", "http://www.example.org:-80/"),
        ("host", "http://www.example.org:٨٠/"),
        ("host", "http://www.example.org:000080/"),
        ("port", "http://www.example.org:0/"),
        ("port", "http://www.example.org:22/"),
        ("port", "http://www.example.org:8080/"),
        ("port", "http://www.example.org:99999/"),
        ("private name", "http://metadata.google.internal/"),
        ("private name", "http://foo.localhost./"),
        ("private name", "http://PRINTER.local/"),
        ("private name", "http://router.home.arpa/"),
        ("private name", "http://médecin.test/"),
        ("private name", "http://a.example/"),
        ("address", "http://127.0.0.1/"),
        ("address", "http://[::1]/"),
        ("address", "http://[::ffff:8.8.8.8]/"),
        ("address", "http://[64:ff9b::808:808]/"),
    ],
)
def test_it_says_which_rule_refused_a_url(rule: str, url: str) -> None:
    assert f"gate: {rule}" == refusal(url)


def test_it_never_quotes_what_it_refused() -> None:
    """Refusals are logged, and a URL may hold a name."""
    assert "camille" not in refusal("https://camille.testard@www.example.org/")


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


@given(st.text(max_size=60), st.sampled_from(["{}", "http://{}", "https://{}/", "http://www.example.org{}"]))
def test_any_text_is_vetted_or_refused(text: str, form: str) -> None:
    """What passes is plain ASCII, and passes again as it is: no second parser reads another host in it."""
    try:
        target = GATE.target(form.format(text))
    except FetchError:
        return
    assert target.url.isascii()
    assert target == GATE.target(target.url)


def test_one_bad_answer_refuses_a_name() -> None:
    """Whoever mixes public and private answers is attacking, or will be of use to somebody who does."""
    target = GATE.target("https://mixed.example.org/")

    with pytest.raises(FetchError) as refused:
        vetted_addresses(target, ["93.184.215.14", "10.0.0.5"])

    assert OutcomeKind.BLOCKED is refused.value.outcome


def test_a_name_without_an_address_may_have_one_later() -> None:
    with pytest.raises(FetchError) as failed:
        vetted_addresses(GATE.target("https://nx.example.org/"), [])

    assert OutcomeKind.UNREACHABLE is failed.value.outcome


def test_addresses_keep_the_resolvers_order_and_come_once() -> None:
    answers = ["2606:4700::1111", "93.184.215.14", "2606:4700::1111"]

    assert answers[:2] == vetted_addresses(GATE.target("https://www.example.org/"), answers)


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


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("/b", "https://www.example.org/b"),
        ("b", "https://www.example.org/a/b"),
        ("?q", "https://www.example.org/a/x?q"),
        ("//other.example.net/", "https://other.example.net/"),
        ("https://other.example.net/é", "https://other.example.net/%C3%A9"),
        ("../../../c", "https://www.example.org/c"),
        ("/b c", "https://www.example.org/b%20c"),
        ("b c", "https://www.example.org/a/b%20c"),
        ("?q=b c", "https://www.example.org/a/x?q=b%20c"),
        ("/b%20c d", "https://www.example.org/b%20c%20d"),
        ("/b  c/", "https://www.example.org/b%20%20c/"),
        ("https://other.example.net/é b?q=c d#e f", "https://other.example.net/%C3%A9%20b?q=c%20d"),
        ("//other.example.net/b c", "https://other.example.net/b%20c"),
        ("/b c:80@d", "https://www.example.org/b%20c:80@d"),
        ("b c:d", "https://www.example.org/a/b%20c:d"),
        ("/b\u00a0c\u2003d", "https://www.example.org/b%C2%A0c%E2%80%83d"),
        ('/<b>|{c}^`d"', "https://www.example.org/%3Cb%3E|{c}^%60d%22"),
        ("/b#c d", "https://www.example.org/b"),
    ],
)
def test_a_redirect_is_read_as_browsers_do(location: str, leads_to: str) -> None:
    assert leads_to == GATE.follow(GATE.target("https://www.example.org/a/x"), location).url


@pytest.mark.parametrize(
    "location",
    [
        "http://www.example.org/",
        "http://127.0.0.1/",
        "//169.254.169.254/",
        "\\\\169.254.169.254\\",
        "/\\169.254.169.254",
        "http://169.254.169.254\t/",
        " https://www.example.org/",
        "https://other.example.net:99999/",
        "https://other.example.net:8443/",
        "https://a@other.example.net/",
        "data:text/xml,<rss/>",
        "file:///etc/passwd",
        "http:127.0.0.1",
        "https://[::1",
        "javascript:alert(1)",
        "https://www.example.org /",
        "https://other.exam ple.net/",
        "https://other.example.net :443/",
        "https://other.example.net: 443/",
        "https://127.0.0.1 /",
        "// 127.0.0.1/",
        "https:// 127.0.0.1/",
        "https://127.0.0.1 .example.org/",
        "https://a b@other.example.net/",
        "https://www.example.org/ \r\nHost: x",
        "/b\tc",
        "/b\x0bc d",
        "/b \x7f",
        "/b \\ c",
        "/b ",
        "/" + " " * (MAX_URL // 2),
    ],
)
def test_a_redirect_goes_through_the_whole_gate(location: str) -> None:
    with pytest.raises(FetchError) as refused:
        GATE.follow(GATE.target("https://www.example.org/a"), location)

    assert OutcomeKind.BLOCKED is refused.value.outcome


def test_the_host_header_says_the_port_when_it_is_not_the_usual_one() -> None:
    assert "[2606:4700::1]:80" == Target("https", "2606:4700::1", 80, "/").authority
