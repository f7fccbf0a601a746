"""E-mails made for tests, and what a reader sees of them."""

from __future__ import annotations

from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from tests.common.samples import NOW, PRACTITIONER, alert, mention
from vigie.channels import Around, email
from vigie.model import Mention
from vigie.ports import Message

FORUM = mention()
ANY = st.text(st.characters(exclude_categories=()), max_size=300)


def composed(*mentions: Mention, language: str = "fr", more: int = 0, around: Around | None = None) -> Message:
    made = alert(*mentions, language=language, more=more)
    return email.compose(made, mentions, PRACTITIONER, NOW, *([around] if around else []))


def visible(html: str) -> str:
    """What a reader sees, on one line: neither the head nor the hidden preview."""
    tree = LexborHTMLParser(html)
    for node in tree.css("head, [aria-hidden=true]"):
        node.decompose()
    assert tree.body is not None
    return " ".join(tree.body.text(separator=" ").split())
