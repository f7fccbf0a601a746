"""A story that several sites tell is one mention, with a link to each of them."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from selectolax.lexbor import LexborHTMLParser

from tests.common.channels.mails import ANY, composed, visible
from tests.common.samples import NEWS
from vigie.channels import Around
from vigie.model import Mention
from vigie.ports import Message

COPIES = tuple(
    replace(NEWS, mention_id=f"mcopy{n}", url=f"https://www.journal-{n}.example/sante/depistage") for n in range(1, 5)
)
RELAYED = replace(
    NEWS, mention_id="mrelay", url="https://news.google.com/rss/articles/CBMi1", publisher="La Gazette de Valombre"
)


def told_with(*others: Mention, head: Mention = NEWS, language: str = "fr") -> Message:
    return composed(head, language=language, around=Around(also={head.mention_id: others}))


def also(message: Message) -> str:
    """What the HTML says, without the spaces that stand before commas and colons."""
    return re.sub(r" (?=[,:])", "", visible(message.html))


def test_a_story_that_other_sites_tell_is_one_line_with_a_link_to_each() -> None:
    message = told_with(*COPIES)
    for part in (also(message), message.text.replace("\u00a0:", ":")):
        assert "1 nouvelle mention à votre sujet" in part
        assert "Aussi sur 4 autres sites:" in part
    for n in range(1, 5):
        url = f"https://www.journal-{n}.example/sante/depistage"
        assert f'<a class="l" href="{url}"' in message.html
        assert f"- journal-{n}.example\u00a0: {url}\n" in message.text
    assert "journal-1.example, journal-2.example, journal-3.example, journal-4.example" in also(message)


def test_it_is_said_in_english_and_of_one_site_in_the_singular() -> None:
    assert "Also on 4 other sites: journal-1.example" in also(told_with(*COPIES, language="en"))
    assert "Also on 1 other site: journal-1.example" in also(told_with(COPIES[0], language="en"))
    assert "Aussi sur 1 autre site:" in also(told_with(COPIES[0]))


def test_sites_count_and_not_the_sources_that_found_them() -> None:
    """Five sources that found one page found it on one site."""
    assert "Aussi" not in also(told_with(*(replace(NEWS, mention_id=f"m{n}") for n in range(4))))
    assert "Aussi sur 1 autre site" in also(told_with(COPIES[0], replace(COPIES[0], mention_id="m")))
    assert "Aussi" not in told_with(replace(COPIES[0], url="")).text


def test_a_site_whose_address_nobody_gave_is_named_by_its_publisher() -> None:
    assert "Aussi sur 1 autre site: La Gazette de Valombre (news.google.com)" in also(told_with(RELAYED))
    message = composed(RELAYED)
    assert "Presse ou blog · La Gazette de Valombre" in also(message)
    assert "Lire la publication sur news.google.com" in also(message), "a link says where it leads"


def test_of_many_sites_eight_are_named() -> None:
    many = [replace(NEWS, mention_id=f"m{n}", url=f"https://site{n:02}.example/") for n in range(30)]
    message = told_with(*many)
    assert "Aussi sur 30 autres sites" in also(message)
    assert "site07.example, et 22 autres" in also(message)
    assert "- et 22 autres\n" in message.text
    assert "site08.example" not in message.html + message.text


@given(url=ANY, publisher=ANY)
@settings(max_examples=60, deadline=None)
def test_whatever_a_copy_is_called_it_cannot_break_a_message(url: str, publisher: str) -> None:
    other = replace(NEWS, mention_id="mother", url=url, publisher=publisher)
    message = told_with(other, replace(other, url=f"https://{url}"))
    message.html.encode()
    for link in LexborHTMLParser(message.html).css("a"):
        assert (link.attributes["href"] or "").startswith(("https://", "http://"))
    assert "Dépistage gratuit" in also(message)


def test_a_shortened_mention_says_on_how_many_sites() -> None:
    long = [
        replace(NEWS, mention_id=f"m{n:02}", excerpt="x " * 140, marks=(), reasons=NEWS.reasons * 8) for n in range(50)
    ]
    message = composed(*long, around=Around(also={m.mention_id: COPIES for m in long}))
    assert len(message.html.encode()) < 102_000
    assert message.html.count("Aussi sur 4 autres sites.") > 5
