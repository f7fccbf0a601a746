"""What robots.txt lets us read."""

from __future__ import annotations

import pytest

from tests.cost import cost
from vigie.robots import MAX_BODY, address, allows

URL = "https://www.example.org/avis/page?id=2"


def allowed(body: str | bytes, url: str = URL) -> bool:
    return allows(url, status=200, body=body.encode() if isinstance(body, str) else body)


@pytest.mark.parametrize(
    ("where", "url"),
    [
        ("https://www.example.org/robots.txt", "https://www.example.org/a/b?c#d"),
        ("http://127.0.0.1:9001/robots.txt", "http://127.0.0.1:9001"),
        ("https://[2606:4700::1]/robots.txt", "https://[2606:4700::1]/x"),
    ],
)
def test_the_rules_of_a_page_are_at_the_top_of_its_own_origin(where: str, url: str) -> None:
    assert where == address(url)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 451, 301, 302])
def test_a_site_without_rules_allows(status: int) -> None:
    """RFC 9309 section 2.3.1.3; a body that comes with such a status is no rule."""
    assert allows(URL, status=status, body=b"User-agent: *\nDisallow: /")


@pytest.mark.parametrize("status", [None, 429, 500, 502, 503, 599])
def test_rules_that_cannot_be_had_for_now_forbid(status: int | None) -> None:
    """RFC 9309 section 2.3.1.4."""
    assert not allows(URL, status=status, body=b"")


@pytest.mark.parametrize(
    ("verdict", "body"),
    [
        (True, ""),
        (True, "User-agent: *\nDisallow:"),
        (False, "User-agent: *\nDisallow: /"),
        (False, "User-agent: *\nDisallow: /avis"),
        (True, "User-agent: *\nDisallow: /avis/x"),
        (True, "User-agent: *\nDisallow: /avis\nAllow: /avis/page"),
        (False, "User-agent: *\nDisallow: /*id="),
        (True, "User-agent: *\nDisallow: /*page$"),
        (False, "User-agent: Vigie\nDisallow: /"),
        (False, "user-agent: VIGIE\ndisallow: /"),
        (False, "User-agent: vigie/2.0 # us\nDisallow: /"),
        (True, "User-agent: *\nDisallow: /\n\nUser-agent: Vigie\nAllow: /"),
        (False, "User-agent: *\nAllow: /\n\nUser-agent: Vigie\nDisallow: /"),
        (False, "User-agent: Other\nUser-agent: Vigie\nDisallow: /"),
        (True, "User-agent: Other\nDisallow: /"),
        (True, "User-agent: vig\nDisallow: /"),
        (True, "User-agent: Vigie-Images\nDisallow: /"),
        (True, "User-agent: *bot\nDisallow: /"),
        (True, "User-agent: Other\nDisallow: /\nUser-agent: Another\nDisallow: /avis"),
        (False, "User-agent: Vigie\nDisallow: /x\n\nUser-agent: *\nAllow: /\n\nUser-agent: Vigie\nDisallow: /avis"),
        (False, "\ufeffUser-agent: *\nDisallow: /"),
        (False, "User-agent: *\rDisallow: /\r"),
        (False, "# hello\n\n\nUser-agent:*\n  Disallow :/avis # not these"),
        (False, "useragent *\ndissallow: /"),
        (True, "<!doctype html><title>404</title>Disallow: /"),
    ],
)
def test_it_reads_the_rules_as_their_authors_meant_them(verdict: bool, body: str) -> None:
    assert verdict is allowed(body)


def test_a_body_that_is_too_long_is_read_up_to_its_last_whole_rule() -> None:
    """`Disallow: /avis-anciens` cut after `/avis` would forbid what the site allows."""
    start = b"User-agent: *\n"
    rule = b"Disallow: /avis-anciens\n"
    padding = b"#" * (MAX_BODY - len(start) - len(b"Disallow: /avis") - 1) + b"\n"

    assert allowed(start + padding + rule)
    assert allowed(b"User-agent: *\n" + b"#\n" * MAX_BODY + b"Disallow: /\n")
    assert not allowed(b"User-agent: *\nDisallow: /avis\n" + b"#\n" * MAX_BODY)


LONG = "https://www.example.org/" + "a" * 4_000


@pytest.fixture(scope="module")
def usual() -> float:
    """What rules of that size cost, of a site that means well."""
    rules = b"User-agent: *\n" + b"".join(b"Disallow: /annuaire/%d/\n" % n for n in range(20_000))
    return cost(lambda: allows(LONG, status=200, body=rules))


@pytest.mark.parametrize(
    "body",
    [
        bytes(range(256)) * 2_000,
        b"".join(b"User-agent: a%d\n" % n for n in range(20_000)) + b"Disallow: /x\n" * 15_000,
        b"User-agent: *\n" + (b"Disallow: /" + b"*a" * 900 + b"b\n") * 280,
        b"User-agent: *\n" + b"".join(b"Disallow: /*%d*b\n" % n for n in range(25_000)),
        b"User-agent: *\nDisallow: /" + b"*a" * 250_000,
        b"User-agent: *\n" + b"Disallow: /$a$b$c$\n" * 20_000,
        (b"User-agent" + b" " * 1_900 + b"\n") * 250,
        b"User-agent: *\n" * 35_000,
        b"\0" * 400_000,
    ],
    ids=["junk", "names", "stars", "rules", "one long rule", "dollars", "blanks", "groups", "zeros"],
)
def test_no_body_is_a_bomb(body: bytes, usual: float) -> None:
    """Protego's own way with many names took five thousand times the usual."""
    assert 30 * usual > cost(lambda: allows(LONG, status=200, body=body), tries=1)
