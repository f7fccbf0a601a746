"""The pages of a thread, as links between them tell: which page an address is, and where the others are.

Forum software writes the number of a page, or of the first message on it, in a few ways (`page=3`, `start=30`,
`/page-3`, `sujet_812_3.htm`...). Two addresses that are the same but for that number are pages of one thread.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import parse_qsl, unquote, urldefrag, urlencode, urlsplit, urlunsplit

from vigie.identity import is_passing, same_place
from vigie.parse import links
from vigie.parse.blocks import Block
from vigie.parse.dom import LexborHTMLParser

_PAGES = re.compile(
    r"[?&](?:page|pagenumber|paged|pg)=(?P<number>\d{1,7})(?=&|$)"  # MyBB, vBulletin, Discourse, NodeBB
    r"|/page[-/]?(?P<number2>\d{1,7})(?=/?(?:\?|$))"  # XenForo, Invision, vBulletin 5
    r"|-page-(?P<number3>\d{1,7})(?=\.html?(?:\?|$))"  # MyBB with rewritten addresses
    r"|/comment-page-(?P<number6>\d{1,7})(?=/?(?:\?|$))|[?&]cpage=(?P<number7>\d{1,7})(?=&|$)"  # WordPress
    r"|(?<=sujet_)\d{1,12}_(?P<number4>\d{1,7})(?=\.html?(?:\?|$))"  # MesDiscussions, Doctissimo
    r"|(?<=/viewtopic\.php\?)id=\d{1,12}&p=(?P<number5>\d{1,7})(?=&|$)"  # FluxBB
)
"""Where the number of a page stands: the first page is 1."""

_OFFSETS = re.compile(
    r"[?&]start=(?P<number>\d{1,7})(?=&|$)"  # phpBB
    r"|(?<=[?&]topic=)\d{1,12}\.(?P<number2>\d{1,7})(?=;|&|$)"  # SMF
    r"|[?&]showtopic=\d{1,12}&st=(?P<number3>\d{1,7})(?=&|$)"  # Invision, older
    r"|(?<=/t)\d{1,12}p(?P<number4>\d{1,7})(?=-)"  # Forumactif
)
"""Where the number of messages before a page stands: before the first page it is 0."""

_UNTOLD = frozenset({"f", "highlight", "hilit", "pp", "sd", "sk", "st", "view"})
"""Parameters of a thread's address that do not tell which thread it is."""

_THREAD_NUMBER = re.compile(r"(?:id=|[?&]showtopic=)?\d+(?=[_.p&])")
"""What of a mark tells the thread: `812` of `sujet_812_3.htm`."""

_WORD = re.compile(r"[^\W\d_]{3,}|\d{1,12}")
_ENTRANCES = frozenset({"index", "default"})
"""What only the first page may be called."""

_LEAST_MESSAGES = 5
"""On a page of a thread that is counted in messages."""

_MOST_LINKS = 3_000
_SPOKEN = frozenset({"entry", "post", "reply", "review"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a thread."""

    url: str
    thread: str
    """What the addresses of all its pages have in common."""
    at: int = 0
    """How far it is from the first page, in pages or in messages."""
    start: int = -1
    """Where in `url` the number stands, and ..."""
    end: int = -1
    first: int = 0
    """... what it is on the first page."""

    def sibling(self, at: int) -> Leaf:
        """The page that is so far from the first; for a page whose address tells where it is."""
        url = f"{self.url[: self.start]}{at + self.first}{self.url[self.end :]}"
        return leaf(url)


def leaf(url: str) -> Leaf:
    """Which page of which thread an address is; the first, when it does not say."""
    url = links.lasting(urldefrag(url).url)
    for pattern, first in ((_PAGES, 1), (_OFFSETS, 0)):
        found = pattern.search(url)
        if found:
            start, end = found.span(found.lastgroup or 0)
            bare = _without(url, found.start(), found.end())
            return Leaf(url, _thread(bare), max(int(url[start:end]) - first, 0), start, end, first)
    return Leaf(url, _thread(url))


def _without(url: str, start: int, end: int) -> str:
    """`url` as that of a first page: without the mark, but with the number of the thread if that is part of it."""
    mark = url[start:end]
    number = _THREAD_NUMBER.match(mark)
    kept = number[0] if number else ""
    rest = url[end:]
    if not kept and mark[:1] == "?":
        return f"{url[:start]}?{rest.removeprefix('&')}"
    return f"{url[:start]}{kept}{rest}"


def _thread(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    pairs = parse_qsl(parts.query.replace(";", "&"), keep_blank_values=True, errors="replace")
    query = urlencode([(name, value) for name, value in pairs if name not in _UNTOLD and not is_passing(name, value)])
    return same_place(urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), query, "")))


@dataclass(frozen=True, slots=True)
class Leaves:
    """What a page of a thread tells of the others."""

    here: Leaf
    after: Sequence[Leaf]
    """Those after it that it leads to, in order."""
    step: int = 1
    """From one page to the next, as `Leaf.at` counts."""


def leaves(tree: LexborHTMLParser, blocks: Iterable[Block], url: str, first: str) -> Leaves:
    """The pages of the thread of `url` that are linked to from around its messages, not from within them: anybody may
    write a link there. `first` is where the thread begins, and never what follows."""
    base = tree.css_first("base[href]")
    base_url = (links.absolute(url, base.attributes.get("href") or "") if base else "") or url
    here = leaf(url)
    within = {spot.node.mem_id for block in blocks if block.sort in _SPOKEN for spot in block.anchors}
    found: dict[int, Leaf] = {}
    declared = ""
    for node in tree.css("a[href], link[rel][href]")[:_MOST_LINKS]:
        if node.mem_id in within:
            continue
        target = links.absolute(base_url, node.attributes.get("href") or "")
        if not target:
            continue
        other = leaf(target)
        if other.thread == here.thread and other.start >= 0:
            found.setdefault(other.at, other)
        elif "next" in (node.attributes.get("rel") or "").lower().split():
            declared = declared or other.url
    after = [found[at] for at in sorted(found) if at > here.at]
    if after:
        ats = sorted({here.at, *found})
        gaps = [high - low for low, high in pairwise(ats)]
        return Leaves(here, after, 1 if after[0].first else min(gaps))
    if declared and _is_other(declared, here.url, first) and _goes_on(here.url, declared):
        return Leaves(here, [Leaf(declared, here.thread, here.at + 1)])
    return Leaves(here, [])


def _is_other(url: str, *these: str) -> bool:
    """True for a page of the same site that is none of these."""
    same_site = urlsplit(url).hostname == urlsplit(these[0]).hostname
    return same_site and same_place(url) not in {same_place(urldefrag(this).url) for this in these}


def _goes_on(url: str, other: str) -> bool:
    """True when an address may be that of the next page of the same thread, written in a way that is not known: it has
    all the words of this one, and one number at most has gone up by one or by a page. What a blog declares to follow an
    article is the article after it."""
    said, then = Counter(_WORD.findall(unquote(url).lower())), Counter(_WORD.findall(unquote(other).lower()))
    gone, come = list((said - then).elements()), list((then - said).elements())
    if not gone or gone[0] in _ENTRANCES:
        return len(gone) < 2
    if len(gone) > 1 or not gone[0].isdecimal():
        return False
    at = int(gone[0])
    steps = [int(word) - at for word in come if word.isdecimal()]
    return any(step == 1 or (step >= _LEAST_MESSAGES and at % step == 0) for step in steps)
