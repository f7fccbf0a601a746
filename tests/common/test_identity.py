"""What makes two things the same."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie import identity
from vigie.identity import canonical_url, host_of, is_id, same_place

SAME = [
    ("https://Blog.EXAMPLE/a", "https://blog.example/a"),
    ("HTTPS://blog.example/a", "https://blog.example/a"),
    ("https://blog.example:443/a", "https://blog.example/a"),
    ("http://blog.example:80/a", "http://blog.example/a"),
    ("https://blog.example", "https://blog.example/"),
    ("  https://blog.example/a \n", "https://blog.example/a"),
    ("https://blog.example/a?utm_source=rss&utm_medium=feed", "https://blog.example/a"),
    ("https://blog.example/a?UTM_Source=rss", "https://blog.example/a"),
    ("https://blog.example/a?id=3&fbclid=x#comment-12", "https://blog.example/a?id=3#comment-12"),
    ("https://blog.example/a?xtor=RSS-1", "https://blog.example/a"),
    ("https://blog.example/été/à", "https://blog.example/%C3%A9t%C3%A9/%C3%A0"),
    ("https://blog.example/%c3%a9", "https://blog.example/é"),
    ("https://blog.example/%7Ejo/%41", "https://blog.example/~jo/A"),
    ("https://santé.example/a", "https://xn--sant-epa.example/a"),
    ("https://blog.example/a#:~:text=Dr%20X", "https://blog.example/a"),
    ("https://blog.example/a#c1:~:text=Dr", "https://blog.example/a#c1"),
    ("https://blog.example/a?b=2&a=1", "https://blog.example/a?a=1&b=2"),
    ("https://blog.example/a?q=x%20y", "https://blog.example/a?q=x+y"),
    ("https://forum.example/t.php?t=4&sid=0123456789abcdef0123456789abcdef", "https://forum.example/t.php?t=4"),
    ("https://forum.example/t.php?PHPSESSID=abc&t=4", "https://forum.example/t.php?t=4"),
    ("https://shop.example/a;jsessionid=0A1B2C?x=1", "https://shop.example/a?x=1"),
    ("https://forum.example/t?_token=zz", "https://forum.example/t"),
    ("https://user:secret@blog.example/a", "https://blog.example/a"),
    ("https://blog.example/a?_=1709632800", "https://blog.example/a"),
    ("https://blog.example/a?id=3&_=1709632800123", "https://blog.example/a?id=3"),
    ("https://blog.example/a?nocache=1709632800", "https://blog.example/a"),
    ("https://blog.example/a?NoCache=5f3a9b", "https://blog.example/a?nocache=77b2"),
    ("https://blog.example/a?no_cache=1", "https://blog.example/a"),
    ("https://blog.example/a?cachebuster=0.8312763", "https://blog.example/a"),
    ("https://blog.example/a?cache-buster=12#c1", "https://blog.example/a#c1"),
    ("https://blog.example/a?_dc=1709632800123&p=2", "https://blog.example/a?p=2"),
    ("https://blog.example/a?rnd=0.123456789", "https://blog.example/a?rnd=.987654321"),
    ("https://blog.example/a?rand=918273645", "https://blog.example/a"),
    ("https://blog.example/a?random=17096328001234567", "https://blog.example/a"),
    ("https://blog.example/a?_ts=1709632800", "https://blog.example/a"),
    ("https://blog.example/a?_t=1709632800123", "https://blog.example/a"),
    ("https://blog.example/a?cb=1709632800", "https://blog.example/a"),
    ("https://blog.example/a?_cb=0123456789abcdef", "https://blog.example/a"),
    ("https://blog.example/a?", "https://blog.example/a"),
    ("https://blog.example/a?mc_cid=1&mc_eid=2&mc_tc=3", "https://blog.example/a"),
    ("https://presse.example/a?at_medium=custom7&at_campaign=rss&at_ptr_name=x", "https://presse.example/a"),
    ("https://presse.example/a?oc=5&hl=fr", "https://presse.example/a?hl=fr"),
    ("https://presse.example/a?cmpid=tw&CMPID=fb", "https://presse.example/a"),
    ("https://presse.example/a?gbraid=x&wbraid=y&gad_source=1&srsltid=z", "https://presse.example/a"),
    ("https://presse.example/a?igsh=x&mibextid=y&ttclid=z&_gl=1*2&Echobox=1700000000", "https://presse.example/a"),
    ("https://presse.example/a#xtor=RSS-3221", "https://presse.example/a"),
    ("https://presse.example/a#at_medium=rss&at_campaign=flux", "https://presse.example/a"),
    ("https://presse.example/a#utm_source=rss:~:text=Dr", "https://presse.example/a"),
    ("https://blog.example./a", "https://blog.example/a"),
    ("https://CABINET-Élysée.example/a", "https://xn--cabinet-lyse-iebd.example/a"),
]

OTHER = [
    ("https://blog.example/a#comment-1", "https://blog.example/a#comment-2"),
    ("https://blog.example/a?p=1", "https://blog.example/a?p=2"),
    ("https://blog.example/a?sid=12", "https://blog.example/a?sid=13"),
    ("https://blog.example/a?s=dermato", "https://blog.example/a?s=cardio"),
    ("https://blog.example/a?_=dermato", "https://blog.example/a?_=cardio"),
    ("https://blog.example/a?_=12", "https://blog.example/a?_=13"),
    ("https://blog.example/a?cb=12", "https://blog.example/a?cb=13"),
    ("https://blog.example/a?rand=marie", "https://blog.example/a?rand=louis"),
    ("https://forum.example/t?t=1709632800", "https://forum.example/t?t=1709632801"),
    ("https://chat.example/c?ts=1709632800.123456", "https://chat.example/c?ts=1709632801.123456"),
    ("https://blog.example/a?sid=1709632800", "https://blog.example/a?sid=1709632801"),
    ("https://blog.example/a?timestamp=20240305", "https://blog.example/a?timestamp=20240306"),
    ("https://blog.example/A", "https://blog.example/a"),
    ("https://blog.example/a%2Fb", "https://blog.example/a/b"),
    ("https://blog.example:8443/a", "https://blog.example/a"),
    ("https://blog.example/a?q=1%262", "https://blog.example/a?q=1&2"),
    ("https://blog.example/a#p=12", "https://blog.example/a#p=13"),
    ("https://blog.example/a#xtor=RSS-1&p=12", "https://blog.example/a#p=13"),
    ("https://blog.example/#!/avis/12", "https://blog.example/#!/avis/13"),
    ("https://blog.example/a?mc=12", "https://blog.example/a?mc=13"),
    ("https://blog.example/a?at=12", "https://blog.example/a?at=13"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_of_one_url_are_one(one: str, other: str) -> None:
    assert canonical_url(other) == canonical_url(one)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_two_urls_are_two(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


def test_a_page_is_the_same_place_over_http_and_https_with_www_and_without() -> None:
    spellings = ("http://www.blog.example/a/", "https://blog.example/a", "https://WWW.blog.example/a/?utm_source=x")
    assert {"blog.example/a"} == {same_place(url) for url in spellings}


def test_the_last_slash_of_a_path_does_not_matter_whatever_follows_it() -> None:
    assert same_place("https://blog.example/a/?p=1#comment-2") == same_place("http://blog.example/a?p=1#comment-2")
    assert same_place("https://blog.example/") == same_place("https://www.blog.example")
    assert same_place("https://blog.example/a?p=1/") != same_place("https://blog.example/a?p=1")


@pytest.mark.parametrize(
    "url", ["", "mailto:x@blog.example", "javascript:alert(1)", "tag:x,2026:1", "http://", "http://[::1", "http://a:x/"]
)
def test_what_is_no_web_address_comes_back_as_it_is(url: str) -> None:
    assert url == canonical_url(url)


@pytest.mark.parametrize("url", ["http://[2001:db8::1]:8080/a", "https://[2001:db8::1]/"])
def test_ipv6_keeps_its_brackets(url: str) -> None:
    assert url == canonical_url(url)


def test_a_quick_answer_is_the_full_one() -> None:
    """URLs that look canonical are returned untouched: they must be what taking them apart would have made."""
    for url, _ in [*SAME, *OTHER]:
        once = canonical_url(url)
        parts = urlsplit(once)
        slow = canonical_url(f"{parts.scheme.upper()}://{parts.netloc}{once.split(parts.netloc, 1)[1]}")
        assert once == slow


@given(st.text(max_size=60), st.text(alphabet="abé%/?#&=+;.:~ \ud800\udcff\x00", max_size=40))
def test_any_text_has_one_canonical_form(host: str, rest: str) -> None:
    """Never raises, and is settled after one pass, whatever a feed calls a link."""
    for url in (rest, f"https://{host}/{rest}", f"https://blog.example/{rest}"):
        once = canonical_url(url)
        assert once == canonical_url(once)
        identity.digest(once)


@given(st.text(max_size=80))
def test_host_of_never_raises(url: str) -> None:
    assert isinstance(host_of(url), str)


def test_a_host_keeps_an_unusual_port() -> None:
    assert ("127.0.0.1:9001", "blog.example") == (
        host_of("http://127.0.0.1:9001/x"),
        host_of("https://Blog.Example:443/"),
    )


def test_parts_of_a_digest_do_not_run_together() -> None:
    assert identity.digest("ab", "c") != identity.digest("a", "bc")


def test_one_source_whatever_the_spelling_of_its_address() -> None:
    one = identity.source_id("feed", {"url": "https://Blog.example:443/feed?utm_source=x"})
    assert identity.source_id("feed", {"url": "https://blog.example/feed"}) == one
    assert identity.source_id("page", {"url": "https://blog.example/feed"}) != one
    assert identity.source_id("feed", {"url": "https://blog.example/feed"}, shard=1) != one


def test_parameters_of_a_source_have_no_order() -> None:
    one = identity.source_id("search", {"q": "x", "lang": "fr"})
    assert identity.source_id("search", {"lang": "fr", "q": "x"}) == one


@given(st.text(max_size=50), st.sampled_from([15, 60, 360, 1440]))
def test_a_slot_is_a_minute_of_its_ring(source: str, cadence: int) -> None:
    ring, _, minute = identity.slot(source, cadence).partition("m#")
    assert str(cadence) == ring
    assert 0 <= int(minute) < cadence


def test_slots_spread_evenly() -> None:
    """1,000 sources on a ring of 60 minutes: no minute has three times its share."""
    minutes = [identity.slot(f"s{n}", 60) for n in range(1_000)]
    assert 60 == len(set(minutes))
    assert max(minutes.count(m) for m in set(minutes)) < 50


def test_our_ids_are_ids() -> None:
    made = [
        identity.source_id("feed", {"url": "https://blog.example/"}),
        identity.mention_id(identity.digest("x")),
        identity.recipient_id("email", "A@blog.example"),
    ]
    assert [True, True, True] == [is_id(i) for i in made]
    assert identity.recipient_id("email", "a@blog.example") == made[2]


@pytest.mark.parametrize("value", ["", "A", "a b", "a\n", "é", "a" * 41, None, 3, "../x", "a#b"])
def test_nothing_else_is_an_id(value: object) -> None:
    assert not is_id(value)
