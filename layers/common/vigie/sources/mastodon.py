"""Posts that one instance of Mastodon knows: those with a tag, or, with a token of that instance, a search of them all.

What it reads: the latest forty posts, and as many pages more as there are new ones, of the instance and of those that
it hears of. `#valombre` reads the timeline of a tag, which needs no token; any other words are searched for, which
needs the token of an account there (Preferences, Development, New application, scope `read:search`). GoToSocial,
Pleroma and others that speak the same language are read alike. A post is known by its URI, the same on every instance.

Limits: a search finds only what people let be searched. An instance may close its timelines to visitors: the source is
`blocked` then. 300 requests in five minutes. Images are not read; of an article that a post shares, its title is.

Terms of use: those of the instance; ask whoever runs it before you watch more than a tag or two. A post that its author
deletes is to be forgotten too. The words, which may name the practitioner, go to the instance.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, quote, urlencode, urljoin, urlsplit

from vigie.errors import SourceError
from vigie.exchange import Page, Request, Response, Secret
from vigie.identity import host_of
from vigie.model import Cursor, Item, OutcomeKind, Source
from vigie.parse.answers import Fields, content, inside, items, link, marked, moment, records, signature, text
from vigie.parse.dates import instant
from vigie.parse.latest import goes_on, state_after
from vigie.parse.markup import line
from vigie.sources import Param, Rhythm

PARAMS = {
    "url": Param(required=True, meaning="address of the instance: https://piaille.example"),
    "query": Param(required=True, meaning="a tag, such as #valombre, or words to search for, which needs a token"),
}
ROBOTS = False
"""An interface for programs."""

RHYTHM = Rhythm(usual=60, least=15)

_PAGE = 40
"""Posts in an answer, at most: https://docs.joinmastodon.org/methods/timelines/."""

_TAG = re.compile(r"#\s*([^\s#/?]{1,100})")
_NEXT = re.compile(r"<([^<>]{1,4000})>\s*;[^,<]{0,200}?\brel=\"?next\b", re.IGNORECASE)
_CLOSED = frozenset({401, 403, 422})
"""What instances answer to somebody who is not logged in, or not as a person: 422 is "requires an authenticated user"
(https://docs.joinmastodon.org/methods/search/)."""


def keys(source: Source) -> Mapping[str, str]:
    """The token of the instance, when it is to be searched. Sources of one instance share it."""
    if _tag(source):
        return {}
    return {_key(source): f"access token of an account at {host_of(source.url)}, with the scope read:search"}


def _key(source: Source) -> str:
    return "mastodon_" + re.sub(r"[^a-z0-9_-]", "-", host_of(source.url).replace(".", "_"))


def _tag(source: Source) -> str:
    found = _TAG.fullmatch(source.params.get("query", "").strip())
    return found[1] if found else ""


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The latest posts. Not those after the last one seen: posts of other instances arrive late, by older ids."""
    return _asked(source)


def _asked(source: Source, **more: str) -> Request:
    tag = _tag(source)
    path = f"/api/v1/timelines/tag/{quote(tag, safe='')}" if tag else "/api/v2/search"
    searched = {} if tag else {"q": source.params["query"].strip(), "type": "statuses"}
    token = [] if tag else [Secret(_key(source), header="Authorization", prefix="Bearer ")]
    query = urlencode({**searched, "limit": str(_PAGE), **more})
    return Request(f"{urljoin(source.url, path)}?{query}", {"Accept": "application/json"}, token)


def read(source: Source, response: Response) -> Page:
    """The posts, the latest first. Raises `SourceError`: `CONTRACT_CHANGED` or `BLOCKED`."""
    answer = content(response)
    statuses = records({"statuses": answer} if isinstance(answer, list) else answer, "statuses")
    found, before = items(statuses, _item), source.cursor.state
    more = _more(source, response, len(statuses)) if goes_on(found, before) else {}
    return Page(found, state_after(found, before), _asked(source, **more) if more else None)


def _more(source: Source, response: Response, count: int) -> dict[str, str]:
    """Where the next page begins: in a timeline as the header `Link` has it, in a search by counting.

    Only the place is taken from `Link`, since it may name any host, and the token is for this one.
    """
    if not _tag(source):
        begun = parse_qs(urlsplit(response.url).query).get("offset", ["0"])[0]
        return {"offset": str(int(begun) + count)} if count == _PAGE and re.fullmatch("[0-9]{1,6}", begun) else {}
    found = _NEXT.search(response.header("link"))
    place = parse_qs(urlsplit(found[1]).query).get("max_id", [""])[0] if found else ""
    return {"max_id": place} if place else {}


def _item(status: Fields) -> Item | None:
    shared = status.get("reblog")
    status = shared if isinstance(shared, dict) else status
    uri = line(text(status.get("uri")))
    url = link(status.get("url")) or link(uri)
    if not uri and not url:
        return None
    author = inside(status, "account")
    return Item(
        url,
        line(text(status.get("spoiler_text"))),
        marked(status.get("content")),
        uri or None,
        moment(status.get("created_at")),
        kind="social",
        author=signature(author.get("display_name"), author.get("acct")) or None,
        context=line(text(inside(status, "card").get("title"))),
    )


def refused(source: Source, response: Response) -> SourceError | None:
    """What an answer that is no success means; see `vigie.sources`."""
    if response.status in _CLOSED:
        closed = SourceError(OutcomeKind.BLOCKED, "closed to visitors")
        return closed if _tag(source) else SourceError(OutcomeKind.AUTH_FAILED, f"status {response.status}")
    until = instant(response.header("x-ratelimit-reset")) if response.status == 429 else None
    return SourceError(OutcomeKind.THROTTLED, "status 429", until=until) if until else None
