"""Where a redirect may lead."""

from __future__ import annotations

import pytest

from tests.common.gating import GATE
from vigie.errors import FetchError
from vigie.gate import MAX_URL
from vigie.model import OutcomeKind


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
