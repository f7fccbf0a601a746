"""A body that ought to be a page of HTML: opened, or refused with the reason why it is none."""

from __future__ import annotations

import re

from vigie.errors import SourceError
from vigie.exchange import Response
from vigie.model import OutcomeKind
from vigie.parse.charset import decoded, unpacked
from vigie.parse.dom import LexborHTMLParser, TooDeepError, parsed
from vigie.parse.markup import cleaned, line

ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"

_NOT_HTML = re.compile(
    r"\s*(?:%PDF-|\{|\[|<\?xml[^>]*>\s*<(?!html|!doctype html)|<(?:rss|feed|rdf:rdf|urlset|sitemapindex)[\s>])",
    re.IGNORECASE,
)
_MAGIC = (b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"%PDF", b"RIFF", b"\0\0\0\0", b"\x00\x00\x01\x00")
_NO_TEXT = re.compile(r"\s*(?:(?:audio|image|video)/|application/(?:csv|json|pdf|vnd\.|zip)|text/csv)", re.IGNORECASE)


def opened(response: Response) -> tuple[str, LexborHTMLParser]:
    """The page as text, and its tree. Raises `SourceError`: `NOT_A_FEED` or `TOO_LARGE`."""
    body, declared = unpacked(response.body), response.header("content-type")
    html = decoded(body, declared)
    if not html.strip():
        raise SourceError(OutcomeKind.NOT_A_FEED, "empty body")
    if body.startswith(_MAGIC) or _NO_TEXT.match(declared) or _NOT_HTML.match(html):
        raise SourceError(OutcomeKind.NOT_A_FEED, "no HTML page")
    try:
        return html, parsed(html)
    except TooDeepError:
        raise SourceError(OutcomeKind.TOO_LARGE, "nested too deep") from None


def subject(tree: LexborHTMLParser) -> str:
    """What the page is about: its main heading, and its title when that says more."""
    heading = tree.css_first("h1")
    title = tree.css_first("title")
    first = line(cleaned(heading.text())) if heading else ""
    second = line(cleaned(title.text())) if title else ""
    if not first or first in second:
        return second or first
    return f"{first} | {second}" if second and second not in first else first
