"""A search of the posts of Reddit, with an application that Reddit approved.

What it reads: the hundred latest posts of the last week that hold the words, in title or text, and as many pages more
as there are new ones. The words are the search's own: `"Camille Aubertin-Lesage"`, `subreddit:`, `title:`, `OR`. Posts
that were removed or deleted are left out. A post is known by its name (`t3_...`).

Limits: comments cannot be searched, only the posts that begin a discussion. 100 requests a minute.

Terms of use: Reddit approves every application by hand since November 2025, and asks for a contract where the use is
commercial: https://support.reddithelp.com/hc/en-us/articles/42728983564564. What is deleted there is to be deleted
here. The words, which name the practitioner, go to Reddit.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import urlencode

from vigie.errors import SourceError
from vigie.exchange import SESSION, Grant, Page, Request, Response, Secret
from vigie.model import Cursor, Item, OutcomeKind, Provider, Source
from vigie.parse import links
from vigie.parse.answers import Fields, count, document, inside, is_page, items, moment, reason, records, text
from vigie.parse.latest import goes_on, state_after
from vigie.parse.markup import line
from vigie.sources import Param, Rhythm

PARAMS = {"query": Param(required=True, meaning='words to search for, such as "Camille Aubertin-Lesage"')}
ROBOTS = False
"""An interface for programs."""

RHYTHM = Rhythm(usual=360, least=60, most=1440)
PROVIDER = Provider(
    "reddit",
    keys={
        "reddit_client_id": "client id of an application that Reddit approved: www.reddit.com/prefs/apps",
        "reddit_client_secret": "its secret",
    },
    interval_ms=600,
)
"""100 a minute are allowed, as an average of ten minutes: https://support.reddithelp.com/hc/en-us/articles/16160319875092."""

_LOGIN = "https://www.reddit.com/api/v1/access_token"
_SEARCH = "https://oauth.reddit.com/search"
_SITE = "https://www.reddit.com"
_LASTS_S, _DAY_S = 3_600, 86_400
"""Of a token that does not say how long, and at most: what those of today say."""

_NAME = re.compile(r"t3_[a-z0-9]{1,20}")
_PLACE = re.compile(r"t\d_[a-z0-9]{1,20}")
_UNKNOWN = frozenset({"invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type"})
_GONE = frozenset({"[removed]", "[deleted]", "[ Removed by Reddit ]", "[deleted by user]"})


def login(source: Source, keys: Mapping[str, str], refresh: str) -> Request:  # noqa: ARG001 - the contract of a kind
    """A token for the application itself (RFC 6749 section 4.4), of no user."""
    pair = f"{keys['reddit_client_id'].strip()}:{keys['reddit_client_secret'].strip()}"
    return Request(
        _LOGIN,
        {
            "Accept": "application/json",
            "Authorization": f"Basic {b64encode(pair.encode()).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
        },
        body=b"grant_type=client_credentials",
    )


def granted(source: Source, response: Response) -> Grant:  # noqa: ARG001 - the contract of a kind
    """The token. Raises `SourceError`: `AUTH_FAILED` when it is refused by a success, `CONTRACT_CHANGED`."""
    answer = document(response)
    token, lasts = text(answer.get("access_token")), count(answer.get("expires_in"))
    if not token:
        refusal = text(answer.get("error"))
        outcome = OutcomeKind.AUTH_FAILED if refusal else OutcomeKind.CONTRACT_CHANGED
        raise SourceError(outcome, "no token")
    return Grant(token, min(lasts or _LASTS_S, _DAY_S))


def request(source: Source, cursor: Cursor) -> Request:  # noqa: ARG001 - the contract of a kind
    """The search. Not `before` the last post seen: once that is deleted, nothing would be found ever again."""
    return _asked(source)


def _asked(source: Source, **more: str) -> Request:
    told = {"q": source.params["query"].strip(), "sort": "new", "t": "week", "limit": "100", "type": "link"}
    # Without raw_json, `&` and `<` come escaped as HTML.
    query = urlencode({**told, "raw_json": "1", "include_over_18": "on", **more})
    secrets = [Secret(SESSION, header="Authorization", prefix="Bearer ")]
    return Request(f"{_SEARCH}?{query}", {"Accept": "application/json"}, secrets)


def read(source: Source, response: Response) -> Page:
    """The posts, the latest first. Raises `SourceError`: `CONTRACT_CHANGED` or `BLOCKED`."""
    answer = document(response)
    children = [child for child in records(answer, "data", "children") if child.get("kind") == "t3"]
    posts = [post for child in children if not _is_gone(post := inside(child, "data"))]
    found, before = items(posts, _item), source.cursor.state
    place = text(inside(answer, "data").get("after"))
    following = _asked(source, after=place) if _PLACE.fullmatch(place) and goes_on(found, before) else None
    return Page(found, state_after(found, before), following)


def _is_gone(post: Fields) -> bool:
    """Removed by a moderator or by Reddit, or deleted by who wrote it."""
    marks = {text(post.get(name)).strip() for name in ("selftext", "title", "author")}
    return bool(post.get("removed_by_category")) or not marks.isdisjoint(_GONE)


def _item(post: Fields) -> Item | None:
    name, title = text(post.get("name")), line(text(post.get("title")))
    if not _NAME.fullmatch(name) or not title:
        return None
    return Item(
        links.absolute(_SITE, text(post.get("permalink"))),
        title,
        text(post.get("selftext")).strip(),
        name,
        moment(post.get("created_utc")),
        kind="forum",
        author=text(post.get("author")) or None,
    )


def refused(source: Source, response: Response) -> SourceError | None:  # noqa: ARG001 - the contract of a kind
    """What an answer that is no success means; see `vigie.sources`."""
    reset = response.header("x-ratelimit-reset").strip().partition(".")[0]
    if response.status == 429 and re.fullmatch("[0-9]{1,6}", reset):
        return SourceError(OutcomeKind.THROTTLED, "status 429", wait_s=float(reset))
    if response.status in (403, 429) and is_page(response):
        return SourceError(OutcomeKind.BLOCKED, "closed to programs")
    if response.status == 400:
        # To the login it means that the application is not known; a search is never wrong for its words.
        refusal = text(reason(response).get("error"))
        return SourceError(
            OutcomeKind.AUTH_FAILED if refusal in _UNKNOWN else OutcomeKind.CONTRACT_CHANGED, "status 400"
        )
    return None
