"""What may be fetched: every URL, and every address of its host."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.common.gating import GATE, refusal
from vigie.errors import FetchError
from vigie.gate import MAX_URL, Target, vetted_addresses
from vigie.model import OutcomeKind


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


def test_the_host_header_says_the_port_when_it_is_not_the_usual_one() -> None:
    assert "[2606:4700::1]:80" == Target("https", "2606:4700::1", 80, "/").authority
