"""The new pages of a site, by the sitemap that it keeps for search engines.

What it reads: the addresses in a sitemap (XML, plain text, packed with gzip or not), or in four sitemaps of an index,
those of news first, then the last modified. A page is told by its title where the sitemap holds it (news),
else by the words of its address; the pages themselves are not fetched. To read what they say, watch them as `page`.

Limits: 2,000 pages, the last modified; a longer sitemap without dates is refused (`too_large`), since a new page could
be anywhere in it. An old page that is said to be modified may be told as new, once. 5 MB unpacked. A sitemap of
an index that is gone, or is none, is passed over; one that does not answer leaves the source unread until it does.

Terms of use: those of the site; a sitemap is published for robots, and what robots.txt says of pages does not concern
it, since none is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from lxml import etree  # type: ignore[import-untyped]

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response
from vigie.model import Cursor, Item, OutcomeKind, Source
from vigie.parse import links
from vigie.parse.challenge import is_challenge
from vigie.parse.charset import decoded, unpacked
from vigie.parse.dates import instant
from vigie.parse.markup import cleaned, line, literal, plain
from vigie.parse.xmltree import local, tree_of
from vigie.sources import MOST, Param

PARAMS = {"url": Param(required=True, meaning="address of the sitemap, or of the index of sitemaps")}
ROBOTS = False
"""A sitemap is published to be read by programs."""

_ACCEPT = {"Accept": "application/xml, text/xml;q=0.9, text/plain;q=0.8, */*;q=0.5"}
_PARTS = 4
"""Sitemaps of an index that are read: as many as one scan follows."""

_MOST_TAGS = 500_000
"""Markup beyond which a document is refused: libxml2 would take more memory than a function has."""

_ENDS = re.compile(r"</(?:[\w-]+:)?(?:urlset|sitemapindex)\s*>|<(?:[\w-]+:)?(?:urlset|sitemapindex)\b[^<>]*/>")
_BEGINS = re.compile(r"<((?:[\w-]+:)?(?:urlset|sitemapindex))[\s>]")
_UNIT_ENDS = re.compile(r"</(?:[\w-]+:)?(?:url|sitemap)\s*>")
_TAIL = 1_000
_NEWS = re.compile(r"news|actu", re.IGNORECASE)
_LISTS = re.compile(r"tag|categor|author|auteur|user|image|video|taxonom|archive", re.IGNORECASE)
"""Sitemaps of what is no page of its own."""

_SPACED = re.compile(r"[\s<>]")
_EXTENSION = re.compile(r"\.(?:html?|php\d?|aspx?|jsp|xhtml)$", re.IGNORECASE)
_NOT_WORDS = re.compile(r"[\W_]+")
_NUMBERS = re.compile(r"^(?:\d+ )+|(?: (?=\w*\d)\w+)+$")
_LEAST_LETTERS = 3
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A page, or a sitemap of an index, as a sitemap lists it."""

    url: str
    modified: datetime | None = None
    title: str = ""
    published: datetime | None = None
    is_news: bool = False

    @property
    def when(self) -> datetime | None:
        return self.modified or self.published


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The sitemap."""
    return Request(source.url, _ACCEPT)


def read(source: Source, response: Response) -> Page:  # noqa: ARG001 - the contract of a kind
    """The pages of a sitemap, the last modified first; or what to read of an index.

    Raises `SourceError`: `NOT_A_FEED`, `BLOCKED` or `TOO_LARGE`.
    """
    text = decoded(unpacked(response.body), response.header("content-type")).lstrip("\ufeff \t\r\n")
    if not text:
        raise SourceError(OutcomeKind.NOT_A_FEED, "empty body")
    if text[:4].lower() == "http":
        return Page(_pages(_listed(text, response.url)))
    if text.count("<") > _MOST_TAGS:
        raise SourceError(OutcomeKind.TOO_LARGE, "too much markup")
    whole = _ENDS.search(text[-_TAIL:]) is not None
    if not whole:  # half an address is another address
        root_tag, last = (
            _BEGINS.search(text[:_TAIL]),
            max((found.end() for found in _UNIT_ENDS.finditer(text)), default=0),
        )
        text = f"{text[:last]}</{root_tag[1]}>" if root_tag and last else ""
    root = tree_of(cleaned(text)) if text else None
    name = local(root.tag).lower() if root is not None else ""
    if root is None or name not in ("urlset", "sitemapindex"):
        raise _refused(response)
    entries = list(_entries(root, response.url))
    if not entries and len(root):
        raise SourceError(OutcomeKind.NOT_A_FEED, "a sitemap without an address")
    if name == "urlset":
        return Page(_pages(entries), whole=whole)
    chosen = _chosen(entries)
    # An index that does not say when its sitemaps change is the same whatever they hold: it is never unchanged.
    dated = all(entry.modified for entry in chosen)
    return Page([], whole=whole and dated, parts=[Request(entry.url, _ACCEPT) for entry in chosen])


def _refused(response: Response) -> SourceError:
    text = decoded(unpacked(response.body), response.header("content-type"))
    head = text[:4_000].lower()
    if ("<html" in head or "<!doctype html" in head) and is_challenge(text, plain(text[:200_000])):
        return SourceError(OutcomeKind.BLOCKED, "a challenge page")
    return SourceError(OutcomeKind.NOT_A_FEED, "no sitemap")


def _listed(text: str, base: str) -> list[_Entry]:
    """A sitemap in plain text: an address a line, and nothing else."""
    lines = [address for address in map(str.strip, text.splitlines()) if address]
    found = [_Entry(url) for address in lines if (url := links.absolute(base, address)) and not _SPACED.search(address)]
    if len(found) < len(lines):
        raise SourceError(OutcomeKind.NOT_A_FEED, "no sitemap")
    return found


def _entries(root: etree._Element, base: str) -> Iterator[_Entry]:
    for element in root.iterchildren(etree.Element):
        if local(element.tag).lower() not in ("url", "sitemap"):
            continue
        told: dict[str, str] = {}
        is_news = False
        for child in element.iter(etree.Element):
            name = local(child.tag).lower()
            is_news |= name == "news"
            if child.text and child.text.strip() and child.getparent() is not None:
                above = local(child.getparent().tag).lower()
                told.setdefault(name if child.getparent() is element else f"{above} {name}", child.text.strip())
        url = links.absolute(base, told.get("loc", ""))
        if url:
            yield _Entry(
                url,
                instant(told.get("lastmod", "")),
                line(literal(told.get("news title", ""))),
                instant(told.get("news publication_date", "")),
                is_news,
            )


def _chosen(entries: Sequence[_Entry]) -> list[_Entry]:
    """The sitemaps of an index where new pages are: of news, of pages, last modified; of those undated, the last."""
    order = []
    for at, entry in enumerate(dict.fromkeys(entries)):
        path = urlsplit(entry.url).path
        telling = (_NEWS.search(path) is not None, _LISTS.search(path) is None)
        order.append((*telling, entry.modified or _LONG_AGO, at, entry))
    return [entry for *_, entry in sorted(order, key=lambda ranked: ranked[:-1], reverse=True)[:_PARTS]]


def _pages(entries: Sequence[_Entry]) -> list[Item]:
    if len(entries) > MOST:
        dated = [entry for entry in entries if entry.when]
        if len(entries) - len(dated) > MOST // 2:
            raise SourceError(OutcomeKind.TOO_LARGE, "too many pages without a date")
        undated = [entry for entry in entries if not entry.when]
        newest = sorted(dated, key=lambda entry: entry.when or _LONG_AGO, reverse=True)
        entries = [*newest[: MOST - len(undated)], *undated]
    else:
        entries = sorted(entries, key=lambda entry: entry.when or _LONG_AGO, reverse=True)
    return [
        Item(
            links.lasting(entry.url),
            entry.title or _words(entry.url),
            published_at=entry.published,
            kind="news" if entry.is_news else "web",
        )
        for entry in entries
    ]


def _words(url: str) -> str:
    """What the address of a page says of it: `/2026/dr-morvantel-condamne-812.html` is "dr morvantel condamne"."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    for part in reversed(parts):
        words = _NOT_WORDS.sub(" ", cleaned(unquote(_EXTENSION.sub("", part)))).strip()
        bare = _NUMBERS.sub("", words).strip()
        if sum(map(str.isalpha, bare)) >= _LEAST_LETTERS:
            return bare
    return ""
