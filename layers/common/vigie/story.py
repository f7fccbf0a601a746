"""By what items of several sources are known to tell one story: short keys, made when a mention is recorded. Pure.

An item has up to four. Two mentions that share one are one story, under the conditions of `vigie.cluster`:

    page    the page itself: its address, out of redirectors, without what only counts readers
    site    its site and its headline: Google News gives no address of the publisher, only its name
    wire    its headline alone, where it says enough: what a news agency sends out stands on many sites

To tell one thing twice is a nuisance, to take two for one loses the second. So an item gets a key only where that key
is its own: comments, reviews and posts are never known by a headline, which is that of what they answer, nor by the
address of the page they stand on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from vigie.identity import digest, host_of, same_place, token
from vigie.judge.fold import folded
from vigie.judge.lexicon import words_of
from vigie.model import Category, Item
from vigie.parse import links

PAGE, SITE, WIRE = "p", "s", "w"
"""First letters of the keys."""

RELAYS = frozenset({"news.google.com"})
"""Hosts whose links lead to somebody else's article and do not say to which (catalogue, section 2)."""

_HEADED = frozenset({Category.PRESS, Category.OFFICIAL})
"""What has a headline of its own. Directories, profiles and contacts are titled alike everywhere."""

_INSIDE = frozenset({"forum", "image", "review"})
"""Kinds of item that stand on a page with others of their sort."""

_WORDS, _TELLING = 3, 1
"""Words a headline needs to name an article of its site, and how many of them say something."""

_WORDS_ALONE, _TELLING_ALONE = 6, 4
"""And to name a story wherever it stands."""

_TITLE = 500
"""Characters of a title that are looked at."""

_LONG = 4
"""Letters of a word that says something."""

_SHARED = frozenset(
    {
        "ac.uk", "asso.fr", "blogspot.be", "blogspot.ch", "blogspot.com", "blogspot.fr", "canalblog.com",
        "centerblog.net", "co.jp", "co.nz", "co.uk", "co.za", "com.au", "com.br", "com.fr", "com.mx", "com.tr",
        "e-monsite.com", "eklablog.com", "free.fr", "github.io", "gitlab.io", "gouv.fr", "gov.uk", "hautetfort.com",
        "jimdofree.com", "nom.fr", "org.au", "org.uk", "over-blog.com", "pagesperso-orange.fr", "skyrock.com",
        "substack.com", "tm.fr", "tumblr.com", "typepad.com", "unblog.fr", "webnode.fr", "wixsite.com",
        "wordpress.com",
    }
)  # fmt: skip
"""Endings under which everybody has a name of their own, beyond those of one label. Those a French practitioner meets:
the whole list (publicsuffix.org) is 15,000 lines. What is missing takes two sites for one, under one headline."""

_SMALL = frozenset({"au", "aux", "d", "de", "des", "du", "et", "l", "la", "le", "les", "the"})
_SEPARATOR = re.compile(r"\s+[-–—|·•»]+\s+")
_ENDING = re.compile(r"\.(?:be|ca|ch|com|eu|fr|info|lu|net|news|org|tv)$", re.IGNORECASE)
_NAMED = 5
"""Letters of a site's name that are enough to know it by its beginning: `Le Progrès Lyon` is `leprogres.fr`."""

_PLACED = re.compile(r"\d|^[/!]")
"""A fragment that says what is shown: `#comment-12`, `#!/avis`. `#respond` and `#top` only say where to scroll."""


def keys(item: Item, category: Category, place: str, own: frozenset[str]) -> tuple[str, ...]:
    """The keys of `item`, which is a `category`; `place` is the address of the source that gave it.

    `own` are the words of the practitioner's names and town: a headline that says no more than those says nothing.
    """
    page = _page(item, place)
    found = [_key(PAGE, page)] if page else []
    if category in _HEADED and not _answers(item):
        sites = _sites(item)
        words = _headline(item, sites).split()
        telling = {w for w in words if len(w) >= _LONG and w.isalpha()} - own - words_of("headlines").whole()
        length = sum(len(word) > 2 for word in words)
        if length >= _WORDS and len(telling) >= _TELLING:
            found += [_key(SITE, site, " ".join(words)) for site in sites]
        if length >= _WORDS_ALONE and len(telling) >= _TELLING_ALONE:
            found.append(_key(WIRE, " ".join(words)))
    return tuple(found)


def shared(urls: Sequence[str]) -> frozenset[str]:
    """Those of the addresses of one read that are nobody's own: several of its items have them."""
    return frozenset(url for url, times in Counter(urls).items() if times > 1)


def unpaged(story: tuple[str, ...]) -> tuple[str, ...]:
    """The keys without that of the page, for an item whose address turns out not to be its own."""
    return tuple(key for key in story if not key.startswith(PAGE))


def published_by(item: Item) -> str:
    """Who publishes `item`, where its address does not say; empty where it does."""
    return item.publisher if host_of(item.url) in RELAYS or not item.url else ""


def _key(sort: str, *facts: str) -> str:
    return sort + token(digest(f"story.1.{sort}", *facts, size=6))


def _answers(item: Item) -> bool:
    """It is an opinion, a post, a picture: neither headline nor page are its own."""
    return bool(item.context) or item.rating is not None or item.kind in _INSIDE


def _page(item: Item, place: str) -> str:
    """The page an item is, in one spelling; empty when it is none, or stands on it with others."""
    url = links.absolute("", item.url) if item.url else ""
    if not url or host_of(url) in RELAYS:
        return ""
    page, _, fragment = same_place(url).partition("#")
    if _PLACED.search(fragment):
        return f"{page}#{fragment}"
    return "" if _answers(item) or page == same_place(place).partition("#")[0] else page


def _sites(item: Item) -> list[str]:
    """What a site is called, be its host or its publisher known: `leprogres` of www.leprogres.fr and of Le Progrès.

    With the small words and without: La Gazette de Valombre is at gazette-valombre.example.
    """
    host = host_of(item.url)
    name = item.publisher.strip()
    if host and host not in RELAYS:
        name = _label(host)
    elif re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", name):
        name = _label(name.lower())
    return sorted(_called(name))


def _called(name: str) -> set[str]:
    """The spellings of the name of a site, with its small words and without."""
    words = folded(_ENDING.sub("", name)).split()
    return {"".join(words), "".join(word for word in words if word not in _SMALL)} - {""}


def _label(host: str) -> str:
    """What a site calls itself in its host: the label before the ending under which names are given."""
    bare = host.partition(":")[0]
    labels = bare.removesuffix(".").split(".")
    if labels[-1].isdigit() or "[" in host or len(labels) < 2:  # an address, whose port may be all that differs
        return host
    ending = 2 if ".".join(labels[-2:]) in _SHARED else 1
    return labels[-ending - 1] if len(labels) > ending else bare


def _headline(item: Item, sites: Sequence[str]) -> str:
    """The words of the title, without the name of the site that many put after it."""
    title, names = item.title[:_TITLE], {*sites, *_called(item.publisher)}
    for _ in range(2):
        cuts = list(_SEPARATOR.finditer(title))
        told = _called(title[cuts[-1].end() :].strip()) if cuts else set()
        if not any(_names(one, name) for one in told for name in names):
            break
        title = title[: cuts[-1].start()]
    return folded(title)


def _names(told: str, name: str) -> bool:
    """`told` names a site: in whole, or one begins with the other and that is long enough to be no chance."""
    begun = told.startswith(name) or name.startswith(told)
    return told == name or (begun and min(len(told), len(name)) >= _NAMED)
