"""Only an absolute http(s) link to an honest host is ever clickable, and it says where it leads."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.show.weblinks import LONGEST, link, site


@pytest.mark.parametrize(
    ("url", "made"),
    [
        ("https://forum.example/t/12#post-3", "https://forum.example/t/12#post-3"),
        ("HTTP://Forum.EXAMPLE", "http://forum.example"),
        (" https://forum.example/a ", "https://forum.example/a"),
        ("https://forum.example:8443/a?b=c&d=%C3%A9", "https://forum.example:8443/a?b=c&d=%C3%A9"),
        ("https://forum.example/é à?q=œ", "https://forum.example/%C3%A9%20%C3%A0?q=%C5%93"),
        ('https://forum.example/"><script>', "https://forum.example/%22%3E%3Cscript%3E"),
        ("https://hôpital.example/", "https://xn--hpital-ixa.example/"),
        ("https://forum.example/\u202egpj.exe", "https://forum.example/%E2%80%AEgpj.exe"),
        ("http://127.0.0.1:9001/post/1", "http://127.0.0.1:9001/post/1"),
        ("http://localhost:9001/", "http://localhost:9001/"),
        ("https://forum.example./", "https://forum.example./"),
    ],
)
def test_an_honest_link_is_kept_in_ascii(url: str, made: str) -> None:
    assert made == link(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "#",
        "/relative",
        "//forum.example/",
        "forum.example/a",
        "javascript:alert(1)",
        "\x01javascript:alert(1)",
        "java\nscript:alert(1)",
        "javascript://forum.example/%0aalert(1)",
        "data:text/html,x",
        "ftp://forum.example/",
        "mailto:a@forum.example",
        "tel:+33639980102",
        "https:forum.example",
        "https:/forum.example",
        "https:///forum.example",
        "https://",
        "https://.",
        "https://-.example/",
        "https://forum",
        "https://www.bank.example@forum.example/",
        "https://user:pass@forum.example/",
        "https://forum.example\\@bank.example/",
        "https://forum.example/\\bank.example",
        "https://forum.example /",
        "https://forum.ex%61mple/",
        "https://forum.example\u2044bank.example/",
        "https://forum.example\uff0fbank.example/",
        "https://\u24d4\u24e7\u24d0.example/",
        "https://forum\u3002example/",
        "https://forum.example:99999/",
        "https://forum.example:a/",
        "https://[::1/",
        "http://169.254.169.254/latest/",
        "http://192.168.1.1/reboot",
        "http://10.0.0.1/",
        "http://[fe80::1]/",
        "http://2130706433/",
        "http://0x7f.0.0.0x1/",
        "http://127.1/",
        "https://forum.example/a\tb",
        "https://forum.example/" + "a" * LONGEST,
        "https://forum.example/\ud800",
    ],
)
def test_anything_else_is_not_clickable(url: str) -> None:
    assert link(url) == ""


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_whatever_is_given_what_comes_out_is_http_in_ascii(text: str) -> None:
    for url in (text, f"https://{text}", f"https://forum.example/{text}"):
        made = link(url)
        if made:
            assert made.isascii()
            assert made.isprintable()
            assert not set(made) & set(" \"<>\\'`") - {"'"}
            assert urlsplit(made).scheme in ("http", "https")
            assert urlsplit(made).username is None
            assert made == link(made)
            assert site(made) == site(url)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.forum.example/a", "forum.example"),
        ("https://hôpital.example/", "hôpital.example"),
        ("https://www.ex\u0430mple.org/", "www.xn--exmple-4nf.org"),
        ("http://127.0.0.1:9001/", "127.0.0.1"),
        (f"https://bank.{'a' * 60}.evil.example/", f"…{'a' * 46}.evil.example"),
        ("javascript:alert(1)", ""),
    ],
)
def test_the_site_is_named_as_it_is(url: str, name: str) -> None:
    assert name == site(url)
